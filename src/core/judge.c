// SPDX-License-Identifier: MIT
/*
 * For a product P, a build B of it and a CVE, by what the vendor said of P:
 *
 *   fixed          an entry F of fixed_in has B's CU: below F it is missing.
 *                  No entry: fixed when B's CU had it out of the box, or is later
 *                  than every CU that got a fix; else presumed missing, because
 *                  cumulative updates out of service were not looked at.
 *   included       P came after the fix: never reported.
 *   not_listed     P was in support and not listed: not reported.
 *   eol_unassessed P was out of support: neither "affected" nor "safe".
 *   listed_without_build  no build has the fix: only the condition is reported.
 */
#include "core/judge.h"

enum { PARTS_OF_CU = 3, PARTS_OF_SERVICE_PACK = 2, FIRST_WITH_CUS = 15 };

int ex_branch_cmp(const struct ex_build *a, const struct ex_build *b)
{
    const unsigned n = a->part[0] >= FIRST_WITH_CUS ? PARTS_OF_CU : PARTS_OF_SERVICE_PACK;

    for (unsigned i = 0; i < n; i++)
        if (a->part[i] != b->part[i])
            return a->part[i] < b->part[i] ? -1 : 1;
    return 0;
}

const struct ex_build_row *ex_newest_of(const struct ex_catalog *cat, enum ex_generation g,
                                        int32_t today)
{
    for (size_t i = cat->n_builds; i > 0; i--) {
        const struct ex_build_row *row = &cat->builds[i - 1];

        if (row->generation == g && row->kind != EX_KIND_PREVIEW && row->released <= today)
            return row;
    }
    return NULL;
}

static bool has_rows(const struct ex_catalog *cat, enum ex_generation g)
{
    return ex_newest_of(cat, g, INT32_MAX) != NULL;
}

struct ex_spot ex_spot_of(const struct ex_catalog *cat, const struct ex_build *build, int32_t today)
{
    struct ex_spot spot = { .build = *build, .generation = ex_build_generation(build) };
    const struct ex_build_row *newest = ex_newest_of(cat, spot.generation, today);
    size_t n = 0;
    const struct ex_build_row *rows = ex_catalog_branch(cat, build, &n);

    spot.floor = ex_catalog_floor(cat, build);
    for (size_t i = 0; i < n; i++)
        if (rows[i].released <= today)
            spot.newest = &rows[i];
    /* A product that the table has no build of cannot be outgrown. */
    spot.above_product =
        has_rows(cat, spot.generation) && (!newest || ex_branch_cmp(build, &newest->build) > 0);
    spot.above_cu = !spot.above_product && n > 0 &&
                    (!spot.newest || ex_build_cmp(build, &spot.newest->build) > 0);
    return spot;
}

static const struct ex_build *fix_in_branch(const struct ex_cve_row *cve,
                                            const struct ex_build *build)
{
    for (size_t i = 0; i < cve->n_fixed_in; i++)
        if (ex_build_same_branch(&cve->fixed_in[i], build))
            return &cve->fixed_in[i];
    return NULL;
}

/* True when @since names a CU and that of the build is the same or later. */
static bool since(const struct ex_build *since, const struct ex_build *build)
{
    return since->n_parts > 0 && ex_branch_cmp(build, since) >= 0;
}

static bool after_every_fix(const struct ex_cve_row *cve, const struct ex_spot *spot)
{
    const struct ex_build *last = NULL;

    for (size_t i = 0; i < cve->n_fixed_in; i++)
        if (ex_build_generation(&cve->fixed_in[i]) == spot->generation)
            last = &cve->fixed_in[i]; /* ascending */
    return last && ex_branch_cmp(&spot->build, last) > 0;
}

/* Special packages of March 2021 closed four holes and nothing else: the updates
 * before them, with lower numbers, may never have been installed. */
static bool may_be_skipped(const struct ex_cve_row *cve, const struct ex_spot *spot,
                           const struct ex_build *fix)
{
    const struct ex_build_row *floor = spot->floor;

    if (!floor || floor->cumulative || ex_build_cmp(fix, &floor->build) > 0)
        return false;
    for (const char *const *only = floor->fixes_only; only && *only; only++)
        if (strcmp(*only, cve->id) == 0)
            return false;
    return true;
}

static enum ex_cve_class class_of_fixed(const struct ex_catalog *cat, const struct ex_spot *spot,
                                        const struct ex_cve_row *cve, bool *paid)
{
    const struct ex_build *fix = fix_in_branch(cve, &spot->build);

    if (fix && ex_build_cmp(&spot->build, fix) < 0) {
        const struct ex_build_row *row = ex_catalog_build(cat, fix);

        *paid = row && row->esu_only;
        return EX_CLASS_MISSING;
    }
    if (fix && may_be_skipped(cve, spot, fix))
        return EX_CLASS_POSSIBLE;
    if (!fix && !since(&cve->included_since[spot->generation], &spot->build) &&
        !after_every_fix(cve, spot))
        return EX_CLASS_PRESUMED;
    if (cve->decidable == EX_DECIDABLE_NECESSARY &&
        !since(&cve->default_on_since[spot->generation], &spot->build))
        return EX_CLASS_CONFIG;
    return EX_CLASS_NONE;
}

static enum ex_cve_class class_by_status(const struct ex_catalog *cat, const struct ex_spot *spot,
                                         const struct ex_cve_row *cve, bool *paid)
{
    switch (cve->status[spot->generation]) {
    case EX_PS_NOT_LISTED:
    case EX_PS_INCLUDED:
        return EX_CLASS_NONE;
    case EX_PS_EOL_UNASSESSED:
        return EX_CLASS_UNASSESSED;
    case EX_PS_FIXED:
    case EX_PS_LISTED_WITHOUT_BUILD:
        break;
    }
    if (cve->decidable == EX_DECIDABLE_CONFIG ||
        cve->status[spot->generation] == EX_PS_LISTED_WITHOUT_BUILD)
        return since(&cve->included_since[spot->generation], &spot->build) ? EX_CLASS_NONE
                                                                           : EX_CLASS_CONFIG;
    return class_of_fixed(cat, spot, cve, paid);
}

enum ex_cve_class ex_spot_class(const struct ex_catalog *cat, const struct ex_spot *spot,
                                const struct ex_cve_row *cve, bool *paid)
{
    enum ex_cve_class class;

    *paid = false;
    if (spot->above_product)
        return EX_CLASS_NONE;
    class = class_by_status(cat, spot, cve, paid);
    if (!spot->above_cu || class < EX_CLASS_POSSIBLE)
        return class;
    *paid = false; /* newer than the data: what it fixes is not known */
    return EX_CLASS_NONE;
}
