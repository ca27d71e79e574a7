// SPDX-License-Identifier: MIT
#include "core/judge.h"

enum { MAJOR_ONLINE = 15, MINOR_ONLINE = 20 }; /* 15.20.x is Exchange Online */

static void set_note(struct ex_fingerprint *fp, enum ex_note n)
{
    fp->notes |= UINT64_C(1) << n;
}

/* Rows with these three parts: all of a cumulative update, one rollup of 8.x and 14.x. */
static void set_candidates(const struct ex_catalog *cat, const struct ex_build *build,
                           struct ex_fingerprint *out)
{
    size_t n = 0;
    const struct ex_build_row *rows = ex_catalog_branch(cat, build, &n);

    for (size_t i = 0; i < n && out->n_candidates < EX_CANDIDATES_MAX; i++)
        if (rows[i].build.part[2] == build->part[2])
            out->candidates[out->n_candidates++] = rows[i].build;
    out->min = out->max = *build;
    if (out->n_candidates > 0) {
        out->min = out->candidates[0];
        out->max = out->candidates[out->n_candidates - 1];
    }
}

void ex_fingerprint_of_build(const struct ex_catalog *cat, const struct ex_build *build,
                             struct ex_fingerprint *out)
{
    const struct ex_build *official = ex_catalog_alias(cat, build);
    const struct ex_build number = official ? *official : *build;
    struct ex_spot spot;

    memset(out, 0, sizeof(*out));
    out->observed = *build;
    out->generation = ex_build_generation(&number);
    if (out->generation == EX_GEN_NONE) {
        out->present =
            number.n_parts > 0 && number.part[0] == MAJOR_ONLINE && number.part[1] >= MINOR_ONLINE
                ? EX_PRESENT_ONLINE
                : EX_PRESENT_NO;
        return;
    }
    out->present = EX_PRESENT_YES;
    out->cu_row = ex_catalog_cu(cat, &number);
    if (official)
        set_note(out, EX_NOTE_BUILD_ALIAS);
    if (number.n_parts == 4) {
        out->precision = EX_PREC_EXACT;
        out->exact = out->min = out->max = out->candidates[0] = number;
        out->n_candidates = 1;
        out->row = ex_catalog_floor(cat, &number);
    } else {
        out->precision = EX_PREC_CU;
        set_candidates(cat, &number, out);
    }
    spot = ex_spot_of(cat, &number, INT32_MAX);
    if (spot.above_cu || spot.above_product)
        set_note(out, EX_NOTE_NEWER_THAN_DATA);
    else if (out->precision == EX_PREC_EXACT ? !ex_catalog_build(cat, &number)
                                             : out->n_candidates == 0)
        set_note(out, EX_NOTE_UNLISTED_BUILD);
}
