// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "out/json_parts.h"

enum { PRODUCT_TEXT = 40 };

static json_t *build_or_null(const struct ex_build *b)
{
    char text[EX_BUILD_TEXT];

    return b->n_parts ? json_string(ex_build_format(text, b)) : json_null();
}

static json_t *day_or_null(int32_t day)
{
    char text[EX_DAY_TEXT];

    return day != EX_DAY_NONE ? json_string(ex_day_format(text, day)) : json_null();
}

static json_t *word_or_null(const char *word)
{
    return word[0] ? json_string(word) : json_null();
}

/* The row of exactly the build that was seen. */
static const struct ex_build_row *listed(const struct ex_fingerprint *fp)
{
    const bool is_row =
        fp->precision == EX_PREC_EXACT && fp->row && ex_build_cmp(&fp->row->build, &fp->exact) == 0;

    return is_row ? fp->row : NULL;
}

static json_t *product(const struct ex_fingerprint *fp)
{
    char text[PRODUCT_TEXT];

    if (fp->present == EX_PRESENT_ONLINE)
        return json_string("Exchange Online");
    if (fp->row)
        return json_string(fp->row->product);
    if (fp->cu_row)
        return json_string(fp->cu_row->product);
    if (fp->generation != EX_GEN_NONE) {
        snprintf(text, sizeof(text), "Exchange Server %s", ex_generation_str(fp->generation));
        return json_string(text);
    }
    return fp->present == EX_PRESENT_YES ? json_string("Exchange Server") : json_null();
}

static json_t *candidates(const struct ex_fingerprint *fp)
{
    struct ex_json j = ex_json_array();

    for (uint16_t i = 0; i < fp->n_candidates; i++)
        ex_json_push(&j, build_or_null(&fp->candidates[i]));
    return ex_json_done(&j);
}

/* An unlisted number is named with the row below it, an alias with what was said. */
static json_t *build(const struct ex_fingerprint *fp)
{
    const bool unlisted = fp->precision == EX_PREC_EXACT && fp->row && !listed(fp);
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "precision", json_string(ex_precision_str(fp->precision)));
    ex_json_set(&j, "exact", build_or_null(&fp->exact));
    ex_json_set(&j, "min", build_or_null(&fp->min));
    ex_json_set(&j, "max", build_or_null(&fp->max));
    ex_json_set(&j, "candidates", candidates(fp));
    ex_json_set(&j, "observed", build_or_null(&fp->observed));
    ex_json_set(&j, "floor", unlisted ? build_or_null(&fp->row->build) : json_null());
    ex_json_set(&j, "lower_bound", build_or_null(&fp->lower_bound));
    return ex_json_done(&j);
}

static json_t *witness(const struct ex_witness *w)
{
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "source", json_string(w->source));
    ex_json_set(&j, "url", ex_json_text_or_null(w->path));
    ex_json_set(&j, "status", w->status ? json_integer(w->status) : json_null());
    ex_json_set(&j, "value", ex_json_text(w->value));
    return ex_json_done(&j);
}

static json_t *witnesses(const struct ex_fingerprint *fp)
{
    struct ex_json j = ex_json_array();

    for (uint8_t i = 0; i < fp->n_witnesses; i++)
        ex_json_push(&j, witness(&fp->witnesses[i]));
    return ex_json_done(&j);
}

static json_t *notes(const struct ex_fingerprint *fp)
{
    struct ex_json j = ex_json_array();

    for (unsigned n = 0; n < EX_N_NOTES; n++)
        if (ex_fp_has(fp, (enum ex_note)n))
            ex_json_push(&j, json_string(ex_note_str((enum ex_note)n)));
    return ex_json_done(&j);
}

static json_t *front_ends(const struct ex_fingerprint *fp)
{
    struct ex_json j = ex_json_array();

    for (uint8_t i = 0; i < fp->n_front_ends; i++)
        if (fp->front_ends[i].name[0])
            ex_json_push(&j, ex_json_text(fp->front_ends[i].name));
    return ex_json_done(&j);
}

/* Which of them named which build: one without a name has null. */
static json_t *front_end_builds(const struct ex_fingerprint *fp)
{
    struct ex_json j = ex_json_array();

    for (uint8_t i = 0; i < fp->n_front_ends; i++) {
        struct ex_json one = ex_json_object();

        ex_json_set(&one, "name", ex_json_text_or_null(fp->front_ends[i].name));
        ex_json_set(&one, "build", build_or_null(&fp->front_ends[i].build));
        ex_json_push(&j, ex_json_done(&one));
    }
    return ex_json_done(&j);
}

static json_t *back_end(const struct ex_fingerprint *fp)
{
    struct ex_json j;

    if (fp->back_end.n_parts == 0)
        return json_null();
    j = ex_json_object();
    ex_json_set(&j, "name", ex_json_text_or_null(fp->back_end_name));
    ex_json_set(&j, "build", build_or_null(&fp->back_end));
    return ex_json_done(&j);
}

json_t *ex_json_exchange(const struct ex_fingerprint *fp)
{
    const struct ex_build_row *row = listed(fp);
    const bool at_least_2013 = fp->generation == EX_GEN_NONE && fp->generation_2013_plus;
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "present", json_string(ex_presence_str(fp->present)));
    ex_json_set(&j, "product", product(fp));
    ex_json_set(&j, "generation",
                word_or_null(at_least_2013 ? "2013+" : ex_generation_str(fp->generation)));
    ex_json_set(&j, "cu", word_or_null(row ? row->cu : fp->cu_row ? fp->cu_row->cu : ""));
    ex_json_set(&j, "update", word_or_null(row ? row->update : ""));
    ex_json_set(&j, "build", build(fp));
    ex_json_set(&j, "witnesses", witnesses(fp));
    ex_json_set(&j, "notes", notes(fp));
    ex_json_set(&j, "front_ends", front_ends(fp));
    ex_json_set(&j, "front_end_builds", front_end_builds(fp));
    ex_json_set(&j, "back_end", back_end(fp));
    ex_json_set(&j, "device", fp->device ? json_string(fp->device->name) : json_null());
    ex_json_set(&j, "device_id", fp->device ? json_string(fp->device->id) : json_null());
    return ex_json_done(&j);
}

static json_t *ids(const struct ex_catalog *cat, const struct ex_cve_list *list)
{
    struct ex_json j = ex_json_array();

    for (uint16_t i = 0; i < list->n; i++)
        ex_json_push(&j, json_string(cat->cves[list->at[i]].id));
    return ex_json_done(&j);
}

static bool holds(const struct ex_cve_list *list, uint16_t index)
{
    for (uint16_t i = 0; i < list->n; i++)
        if (list->at[i] == index)
            return true;
    return false;
}

/* The known exploited ones of all five lists; which list it is in says what it means. */
static json_t *exploited(const struct ex_catalog *cat, const struct ex_verdict *v)
{
    struct ex_json j = ex_json_array();

    for (uint16_t i = 0; i < cat->n_cves; i++)
        if (cat->cves[i].kev &&
            (holds(&v->missing, i) || holds(&v->presumed, i) || holds(&v->possible, i) ||
             holds(&v->configuration, i) || holds(&v->unassessed, i)))
            ex_json_push(&j, json_string(cat->cves[i].id));
    return ex_json_done(&j);
}

static json_t *update(const struct ex_build_row *row)
{
    struct ex_json j;

    if (!row)
        return json_null();
    j = ex_json_object();
    ex_json_set(&j, "build", build_or_null(&row->build));
    ex_json_set(&j, "cu", json_string(row->cu));
    ex_json_set(&j, "update", word_or_null(row->update));
    ex_json_set(&j, "kb", word_or_null(row->kb));
    ex_json_set(&j, "released", day_or_null(row->released));
    ex_json_set(&j, "esu_only", json_boolean(row->esu_only));
    return ex_json_done(&j);
}

json_t *ex_json_patch(const struct ex_verdict *v, const struct ex_catalog *cat,
                      const struct ex_fingerprint *fp)
{
    const struct ex_build_row *row = listed(fp);
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "state", json_string(ex_patch_str(v->patch)));
    ex_json_set(&j, "latest", v->latest ? build_or_null(&v->latest->build) : json_null());
    ex_json_set(&j, "updates_behind",
                v->updates_behind >= 0 ? json_integer(v->updates_behind) : json_null());
    ex_json_set(&j, "released", row ? day_or_null(row->released) : json_null());
    ex_json_set(&j, "age_days", v->age_days >= 0 ? json_integer(v->age_days) : json_null());
    ex_json_set(&j, "install", update(v->install));
    ex_json_set(&j, "cumulative", v->row ? json_boolean(!v->not_cumulative) : json_null());
    ex_json_set(&j, "missing", ids(cat, &v->missing));
    ex_json_set(&j, "presumed", ids(cat, &v->presumed));
    ex_json_set(&j, "possible", ids(cat, &v->possible));
    ex_json_set(&j, "configuration", ids(cat, &v->configuration));
    ex_json_set(&j, "unassessed", ids(cat, &v->unassessed));
    ex_json_set(&j, "kev", exploited(cat, v));
    ex_json_set(&j, "no_public_fix", ids(cat, &v->no_public_fix));
    ex_json_set(&j, "data_date", json_string(cat->info.date));
    return ex_json_done(&j);
}

json_t *ex_json_support(const struct ex_verdict *v)
{
    struct ex_json j = ex_json_object();
    const bool cu_known = v->cu_known && v->support != EX_SUPPORT_UNKNOWN;

    ex_json_set(&j, "state", json_string(ex_support_str(v->support)));
    ex_json_set(&j, "product_end", day_or_null(v->product_end));
    ex_json_set(&j, "cu_serviced", cu_known ? json_boolean(v->cu_serviced) : json_null());
    ex_json_set(&j, "esu", json_string(ex_esu_str(v->esu)));
    ex_json_set(&j, "esu_end", day_or_null(v->esu_end));
    ex_json_set(&j, "esu_build", json_boolean(v->esu_build));
    return ex_json_done(&j);
}
