// SPDX-License-Identifier: MIT
#include "exprobe/verdict.h"

#include "core/judge.h"

/* Every build that the host can have is added in turn; what they have in common
 * with each CVE is kept, not the builds. */
struct tally {
    const struct ex_catalog *cat;
    int32_t today;
    bool any;  /* all of them are there (several front ends), not one of them */
    bool weak; /* nothing may be called certain */
    unsigned n, n_above;
    struct ex_spot oldest;
    uint8_t least[EX_CVES_MAX], worst[EX_CVES_MAX]; /* enum ex_cve_class */
    bool paid[EX_CVES_MAX];
};

static size_t n_cves(const struct ex_catalog *cat)
{
    return cat->n_cves < EX_CVES_MAX ? cat->n_cves : EX_CVES_MAX;
}

static void add_place(struct tally *t, const struct ex_spot *spot)
{
    if (t->n == 0 || ex_build_cmp(&spot->build, &t->oldest.build) < 0)
        t->oldest = *spot;
    t->n++;
    t->n_above += spot->above_cu || spot->above_product;
}

static void add_spot(struct tally *t, const struct ex_spot *spot)
{
    for (size_t i = 0; i < n_cves(t->cat); i++) {
        bool paid = false;
        uint8_t class = EX_CLASS_NONE;

        if (t->cat->cves[i].published <= t->today)
            class = (uint8_t)ex_spot_class(t->cat, spot, &t->cat->cves[i], &paid);
        if (t->n == 0 || class < t->least[i])
            t->least[i] = class;
        if (t->n == 0 || class > t->worst[i])
            t->worst[i] = class;
        t->paid[i] = t->paid[i] || paid;
    }
    add_place(t, spot);
}

static void add_build(struct tally *t, const struct ex_build *build)
{
    const struct ex_spot spot = ex_spot_of(t->cat, build, t->today);

    add_spot(t, &spot);
}

/* Revisions of a cumulative update that existed on the day; the bare number when
 * the table has none of them. */
static void add_candidates(struct tally *t, const struct ex_fingerprint *fp)
{
    for (uint16_t i = 0; i < fp->n_candidates; i++) {
        const struct ex_build_row *row = ex_catalog_build(t->cat, &fp->candidates[i]);

        if (!row || row->released <= t->today)
            add_build(t, &fp->candidates[i]);
    }
    if (t->n == 0)
        add_build(t, &fp->min);
}

static enum ex_cve_class combined(const struct tally *t, size_t i)
{
    const enum ex_cve_class least = t->least[i], worst = t->worst[i];

    if (worst < EX_CLASS_POSSIBLE)
        return worst;
    if (t->weak)
        return EX_CLASS_POSSIBLE;
    if (t->any || least == worst)
        return worst;
    return least >= EX_CLASS_PRESUMED ? EX_CLASS_PRESUMED : EX_CLASS_POSSIBLE;
}

/* One front end showed its cumulative update only: any revision of it may be there. */
static void add_unknown_revision(struct tally *t, const struct ex_build *cu)
{
    struct tally one = { .cat = t->cat, .today = t->today };
    const struct ex_spot spot = ex_spot_of(t->cat, cu, t->today);
    size_t n = 0;
    const struct ex_build_row *rows = ex_catalog_branch(t->cat, cu, &n);

    for (size_t i = 0; i < n; i++)
        if (rows[i].released <= t->today)
            add_build(&one, &rows[i].build);
    if (one.n == 0)
        add_spot(&one, &spot);
    for (size_t i = 0; i < n_cves(t->cat); i++) {
        const uint8_t class = combined(&one, i);

        if (t->n == 0 || class > t->worst[i])
            t->worst[i] = class;
    }
    add_place(t, &spot);
}

static void add_front_ends(struct tally *t, const struct ex_fingerprint *fp)
{
    t->any = true;
    for (uint16_t i = 0; i < fp->n_candidates; i++) {
        if (fp->candidates[i].n_parts == 4)
            add_build(t, &fp->candidates[i]);
        else
            add_unknown_revision(t, &fp->candidates[i]);
    }
}

/* The first and the newest build of every cumulative update: what lies between
 * lacks no more than the one and no less than the other. */
static void add_generation(struct tally *t, enum ex_generation g)
{
    const struct ex_catalog *cat = t->cat;
    const struct ex_spot unknown = { .generation = g };

    t->weak = true;
    for (size_t i = 0; i < cat->n_builds; i++) {
        const struct ex_build_row *row = &cat->builds[i];

        if (row->generation != g || row->kind == EX_KIND_PREVIEW || row->released > t->today)
            continue;
        if (ex_catalog_cu(cat, &row->build) == row ||
            ex_spot_of(cat, &row->build, t->today).newest == row)
            add_build(t, &row->build);
    }
    if (t->n == 0)
        add_spot(t, &unknown);
}

/* The candidates are those of several servers: all of them are there. A bare cumulative
 * update among them is a front end that told no more. */
static bool has_front_ends(const struct ex_fingerprint *fp)
{
    return fp->n_candidates > 0 && fp->precision != EX_PREC_EXACT &&
           (ex_fp_has(fp, EX_NOTE_MIXED_BUILDS) || fp->candidates[0].n_parts == 3);
}

static void add_all(struct tally *t, const struct ex_fingerprint *fp)
{
    if (has_front_ends(fp))
        add_front_ends(t, fp);
    else if (fp->precision == EX_PREC_EXACT)
        add_build(t, &fp->exact);
    else if (fp->precision == EX_PREC_CU)
        add_candidates(t, fp);
    else if (fp->generation != EX_GEN_NONE)
        add_generation(t, fp->generation);
}

static void push(struct ex_cve_list *list, size_t i)
{
    list->at[list->n++] = (uint16_t)i;
}

static void sort_out(const struct tally *t, struct ex_verdict *out)
{
    struct ex_cve_list *const lists[] = {
        [EX_CLASS_CONFIG] = &out->configuration, [EX_CLASS_UNASSESSED] = &out->unassessed,
        [EX_CLASS_POSSIBLE] = &out->possible,    [EX_CLASS_PRESUMED] = &out->presumed,
        [EX_CLASS_MISSING] = &out->missing,
    };

    for (size_t i = 0; t->n > 0 && i < n_cves(t->cat); i++) {
        const enum ex_cve_class class = combined(t, i);

        if (class != EX_CLASS_NONE)
            push(lists[class], i);
        if (class == EX_CLASS_MISSING && t->paid[i])
            push(&out->no_public_fix, i);
    }
}

/* Security levels of the rows above @build on the day; a level that a row up to
 * @build has already is not a step: hotfixes and re-releases repeat one. */
static int16_t levels_above(const struct ex_catalog *cat, const struct ex_build *build,
                            int32_t today)
{
    size_t n = 0;
    const struct ex_build_row *rows = ex_catalog_branch(cat, build, &n);
    int16_t steps = 0;

    for (size_t i = 0; i < n; i++) {
        bool repeated = ex_build_cmp(&rows[i].build, build) <= 0 || rows[i].released > today;

        for (size_t k = 0; !repeated && k < i; k++)
            repeated = strcmp(rows[k].security_level, rows[i].security_level) == 0;
        steps += !repeated;
    }
    return steps;
}

/* One update with two numbers in circulation is one update. */
static bool is_newest(const struct ex_spot *spot)
{
    return spot->floor && spot->newest && ex_build_cmp(&spot->floor->build, &spot->build) == 0 &&
           (spot->floor == spot->newest ||
            (spot->floor->update[0] && strcmp(spot->floor->update, spot->newest->update) == 0));
}

static enum ex_patch_state state_of(const struct tally *t, const struct ex_fingerprint *fp,
                                    const struct ex_verdict *v)
{
    if (t->n == 0)
        return EX_PATCH_UNDETERMINED;
    if (t->n_above == t->n)
        return t->weak ? EX_PATCH_UNDETERMINED : EX_PATCH_NEWER;
    if (v->missing.n > 0 || v->presumed.n > 0)
        return EX_PATCH_MISSING;
    if (v->possible.n > 0 || fp->present != EX_PRESENT_YES)
        return EX_PATCH_UNDETERMINED;
    if (t->n_above > 0)
        return EX_PATCH_NEWER;
    if (fp->precision != EX_PREC_EXACT || !t->oldest.floor)
        return v->unassessed.n > 0 && !t->any ? EX_PATCH_NOT_ASSESSED : EX_PATCH_UNDETERMINED;
    if (!is_newest(&t->oldest))
        return EX_PATCH_MISSING;
    if (v->unassessed.n > 0)
        return EX_PATCH_NOT_ASSESSED;
    return v->cu_serviced ? EX_PATCH_PATCHED : EX_PATCH_MISSING;
}

static void judge_row(const struct tally *t, const struct ex_fingerprint *fp,
                      struct ex_verdict *out)
{
    const struct ex_spot *spot = &t->oldest;
    const bool above = spot->above_cu || spot->above_product;
    const bool known = (fp->precision == EX_PREC_EXACT || t->any) && spot->build.n_parts == 4;

    if (fp->precision == EX_PREC_GENERATION && !t->any)
        return;
    out->latest = spot->newest;
    if (!known)
        return;
    out->row = spot->floor;
    out->unlisted =
        !above && (!spot->floor || ex_build_cmp(&spot->floor->build, &spot->build) != 0);
    out->not_cumulative = spot->floor && !spot->floor->cumulative;
    if (spot->newest && !above)
        out->updates_behind = levels_above(t->cat, &spot->build, t->today);
    if (spot->floor && !out->unlisted && ex_build_cmp(&spot->floor->build, &spot->build) == 0 &&
        spot->floor->released <= t->today)
        out->age_days = t->today - spot->floor->released;
}

void ex_verdict(const struct ex_catalog *cat, const struct ex_fingerprint *fp, int32_t today,
                struct ex_verdict *out)
{
    struct tally t = { .cat = cat, .today = today, .weak = fp->present != EX_PRESENT_YES };

    memset(out, 0, sizeof(*out));
    out->updates_behind = -1;
    out->age_days = -1;
    out->product_end = EX_DAY_NONE;
    out->esu_end = EX_DAY_NONE;
    out->data_age_days = today - cat->info.date_day;
    out->patch_tuesdays = ex_patch_tuesdays(cat->info.date_day, today);
    if (fp->present == EX_PRESENT_NO || fp->present == EX_PRESENT_ONLINE)
        return; /* NOT_APPLICABLE */
    add_all(&t, fp);
    sort_out(&t, out);
    if (t.n > 0) {
        judge_row(&t, fp, out);
        if (fp->precision == EX_PREC_GENERATION && !t.any)
            t.oldest = (struct ex_spot){ .generation = fp->generation };
        ex_judge_support(cat, &t.oldest, today, out);
    }
    out->patch = state_of(&t, fp, out);
    if (out->patch == EX_PATCH_NEWER)
        out->install = NULL; /* older than what is there */
}
