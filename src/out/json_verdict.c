// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "out/json_parts.h"

enum { PRODUCT_TEXT = 40 };

/* Null for NULL, and for a build without a number. */
static void build_or_null(struct ex_json *j, const char *key, const struct ex_build *b)
{
    char text[EX_BUILD_TEXT];

    ex_json_text(j, key, b && b->n_parts ? ex_build_format(text, b) : NULL);
}

/* The row of exactly the build that was seen. */
static const struct ex_build_row *listed(const struct ex_fingerprint *fp)
{
    const bool is_row =
        fp->precision == EX_PREC_EXACT && fp->row && ex_build_cmp(&fp->row->build, &fp->exact) == 0;

    return is_row ? fp->row : NULL;
}

/* NULL when it may be none; @to is where it is made when no row has it. */
static const char *product(char to[static PRODUCT_TEXT], const struct ex_fingerprint *fp)
{
    if (fp->present == EX_PRESENT_ONLINE)
        return "Exchange Online";
    if (fp->row)
        return fp->row->product;
    if (fp->cu_row)
        return fp->cu_row->product;
    if (fp->generation != EX_GEN_NONE) {
        snprintf(to, PRODUCT_TEXT, "Exchange Server %s", ex_generation_str(fp->generation));
        return to;
    }
    return fp->present == EX_PRESENT_YES ? "Exchange Server" : NULL;
}

static void candidates(struct ex_json *j, const struct ex_fingerprint *fp)
{
    ex_json_array(j, "candidates");
    for (uint16_t i = 0; i < fp->n_candidates; i++)
        build_or_null(j, NULL, &fp->candidates[i]);
    ex_json_close(j);
}

/* An unlisted number is named with the row below it, an alias with what was said. */
static void build(struct ex_json *j, const struct ex_fingerprint *fp)
{
    const bool unlisted = fp->precision == EX_PREC_EXACT && fp->row && !listed(fp);

    ex_json_object(j, "build");
    ex_json_text(j, "precision", ex_precision_str(fp->precision));
    build_or_null(j, "exact", &fp->exact);
    build_or_null(j, "min", &fp->min);
    build_or_null(j, "max", &fp->max);
    candidates(j, fp);
    build_or_null(j, "observed", &fp->observed);
    build_or_null(j, "floor", unlisted ? &fp->row->build : NULL);
    build_or_null(j, "lower_bound", &fp->lower_bound);
    ex_json_close(j);
}

static void witness(struct ex_json *j, const struct ex_witness *w)
{
    ex_json_object(j, NULL);
    ex_json_text(j, "source", w->source);
    ex_json_text_or_null(j, "url", w->path);
    ex_json_int_if(j, "status", w->status != 0, w->status);
    ex_json_text(j, "value", w->value);
    ex_json_close(j);
}

static void witnesses(struct ex_json *j, const struct ex_fingerprint *fp)
{
    ex_json_array(j, "witnesses");
    for (uint8_t i = 0; i < fp->n_witnesses; i++)
        witness(j, &fp->witnesses[i]);
    ex_json_close(j);
}

static void notes(struct ex_json *j, const struct ex_fingerprint *fp)
{
    ex_json_array(j, "notes");
    for (unsigned n = 0; n < EX_N_NOTES; n++)
        if (ex_fp_has(fp, (enum ex_note)n))
            ex_json_text(j, NULL, ex_note_str((enum ex_note)n));
    ex_json_close(j);
}

static void front_ends(struct ex_json *j, const struct ex_fingerprint *fp)
{
    ex_json_array(j, "front_ends");
    for (uint8_t i = 0; i < fp->n_front_ends; i++)
        if (fp->front_ends[i].name[0])
            ex_json_text(j, NULL, fp->front_ends[i].name);
    ex_json_close(j);
}

/* Which of them named which build: one without a name has null. */
static void front_end_builds(struct ex_json *j, const struct ex_fingerprint *fp)
{
    ex_json_array(j, "front_end_builds");
    for (uint8_t i = 0; i < fp->n_front_ends; i++) {
        ex_json_object(j, NULL);
        ex_json_text_or_null(j, "name", fp->front_ends[i].name);
        build_or_null(j, "build", &fp->front_ends[i].build);
        ex_json_close(j);
    }
    ex_json_close(j);
}

static void back_end(struct ex_json *j, const struct ex_fingerprint *fp)
{
    if (fp->back_end.n_parts == 0) {
        ex_json_null(j, "back_end");
        return;
    }
    ex_json_object(j, "back_end");
    ex_json_text_or_null(j, "name", fp->back_end_name);
    build_or_null(j, "build", &fp->back_end);
    ex_json_close(j);
}

void ex_json_exchange(struct ex_json *j, const struct ex_fingerprint *fp)
{
    const struct ex_build_row *row = listed(fp);
    const bool at_least_2013 = fp->generation == EX_GEN_NONE && fp->generation_2013_plus;
    char text[PRODUCT_TEXT];

    ex_json_object(j, "exchange");
    ex_json_text(j, "present", ex_presence_str(fp->present));
    ex_json_text(j, "product", product(text, fp));
    ex_json_text_or_null(j, "generation",
                         at_least_2013 ? "2013+" : ex_generation_str(fp->generation));
    ex_json_text_or_null(j, "cu", row ? row->cu : fp->cu_row ? fp->cu_row->cu : "");
    ex_json_text_or_null(j, "update", row ? row->update : "");
    build(j, fp);
    witnesses(j, fp);
    notes(j, fp);
    front_ends(j, fp);
    front_end_builds(j, fp);
    back_end(j, fp);
    ex_json_text(j, "device", fp->device ? fp->device->name : NULL);
    ex_json_text(j, "device_id", fp->device ? fp->device->id : NULL);
    ex_json_close(j);
}

static void ids(struct ex_json *j, const char *key, const struct ex_catalog *cat,
                const struct ex_cve_list *list)
{
    ex_json_array(j, key);
    for (uint16_t i = 0; i < list->n; i++)
        ex_json_text(j, NULL, cat->cves[list->at[i]].id);
    ex_json_close(j);
}

static bool holds(const struct ex_cve_list *list, uint16_t index)
{
    for (uint16_t i = 0; i < list->n; i++)
        if (list->at[i] == index)
            return true;
    return false;
}

/* The known exploited ones of all five lists; which list it is in says what it means. */
static void exploited(struct ex_json *j, const struct ex_catalog *cat, const struct ex_verdict *v)
{
    ex_json_array(j, "kev");
    for (uint16_t i = 0; i < cat->n_cves; i++)
        if (cat->cves[i].kev &&
            (holds(&v->missing, i) || holds(&v->presumed, i) || holds(&v->possible, i) ||
             holds(&v->configuration, i) || holds(&v->unassessed, i)))
            ex_json_text(j, NULL, cat->cves[i].id);
    ex_json_close(j);
}

static void update(struct ex_json *j, const struct ex_build_row *row)
{
    if (!row) {
        ex_json_null(j, "install");
        return;
    }
    ex_json_object(j, "install");
    build_or_null(j, "build", &row->build);
    ex_json_text(j, "cu", row->cu);
    ex_json_text_or_null(j, "update", row->update);
    ex_json_text_or_null(j, "kb", row->kb);
    ex_json_day(j, "released", row->released);
    ex_json_bool(j, "esu_only", row->esu_only);
    ex_json_close(j);
}

void ex_json_patch(struct ex_json *j, const struct ex_verdict *v, const struct ex_catalog *cat,
                   const struct ex_fingerprint *fp)
{
    const struct ex_build_row *row = listed(fp);

    ex_json_object(j, "patch");
    ex_json_text(j, "state", ex_patch_str(v->patch));
    build_or_null(j, "latest", v->latest ? &v->latest->build : NULL);
    ex_json_int_if(j, "updates_behind", v->updates_behind >= 0, v->updates_behind);
    ex_json_day(j, "released", row ? row->released : EX_DAY_NONE);
    ex_json_int_if(j, "age_days", v->age_days >= 0, v->age_days);
    update(j, v->install);
    ex_json_bool_if(j, "cumulative", v->row != NULL, !v->not_cumulative);
    ids(j, "missing", cat, &v->missing);
    ids(j, "presumed", cat, &v->presumed);
    ids(j, "possible", cat, &v->possible);
    ids(j, "configuration", cat, &v->configuration);
    ids(j, "unassessed", cat, &v->unassessed);
    exploited(j, cat, v);
    ids(j, "no_public_fix", cat, &v->no_public_fix);
    ex_json_text(j, "data_date", cat->info.date);
    ex_json_int(j, "data_age_days", v->data_age_days);
    ex_json_int(j, "patch_tuesdays_since_data", v->patch_tuesdays);
    ex_json_close(j);
}

void ex_json_support(struct ex_json *j, const struct ex_verdict *v)
{
    const bool cu_known = v->cu_known && v->support != EX_SUPPORT_UNKNOWN;

    ex_json_object(j, "support");
    ex_json_text(j, "state", ex_support_str(v->support));
    ex_json_day(j, "product_end", v->product_end);
    ex_json_bool_if(j, "cu_serviced", cu_known, v->cu_serviced);
    ex_json_text(j, "esu", ex_esu_str(v->esu));
    ex_json_day(j, "esu_end", v->esu_end);
    ex_json_bool(j, "esu_build", v->esu_build);
    ex_json_close(j);
}
