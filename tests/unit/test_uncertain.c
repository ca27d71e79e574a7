// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "table_verdicts.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static void front_ends(const char *const *builds, struct ex_fingerprint *fp)
{
    *fp = (struct ex_fingerprint){ .present = EX_PRESENT_YES,
                                   .precision = EX_PREC_CU,
                                   .notes = UINT64_C(1) << EX_NOTE_MIXED_BUILDS };
    for (; *builds; builds++)
        fp->candidates[fp->n_candidates++] = number(*builds);
    fp->min = fp->candidates[0];
    fp->max = fp->candidates[fp->n_candidates - 1];
    fp->generation = ex_build_generation(&fp->min);
}

/* What is missing on any server behind a name is missing on the name. */
static void several_front_ends(void **state)
{
    static const struct {
        const char *builds[4];
        const char *oldest;
        enum ex_patch_state patch;
    } rows[] = {
        { { "15.2.1748.10", "15.2.986.14" }, "15.2.986.14", EX_PATCH_MISSING },
        { { "15.2.2562.49", "15.2.2562.53" }, "15.2.2562.49", EX_PATCH_MISSING },
        { { "15.2.2562.53", "15.2.2562.60" }, "15.2.2562.53", EX_PATCH_NEWER },
        { { "15.2.2562.49", "15.2.2700.1" }, "15.2.2562.49", EX_PATCH_MISSING },
        { { "15.2.1748.53", "15.2.1544.48" }, "15.2.1544.48", EX_PATCH_UNDETERMINED },
        { { "15.1.2507.6", "15.2.2562.53" }, "15.1.2507.6", EX_PATCH_MISSING },
        /* One that shows three parts only: what it may lack is possible. */
        { { "15.2.2562", "15.2.2562.53" }, NULL, EX_PATCH_UNDETERMINED },
        { { "15.1.2308", "15.2.2562.53" }, NULL, EX_PATCH_MISSING },
    };
    static struct ex_fingerprint fp;
    static struct ex_verdict v, one;
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char oldest[EX_BUILD_TEXT] = "";

        front_ends(rows[i].builds, &fp);
        ex_verdict(cat, &fp, today, &v);
        check_consistent(rows[i].builds[0], &v);
        if (v.row)
            ex_build_format(oldest, &v.row->build);
        if (v.patch != rows[i].patch || strcmp(oldest, rows[i].oldest ? rows[i].oldest : "") != 0)
            fail_msg("%s and %s: %s", rows[i].builds[0], rows[i].builds[1], ex_patch_str(v.patch));
        for (size_t k = 0; rows[i].builds[k]; k++) {
            const struct ex_build b = number(rows[i].builds[k]);

            judge(&b, &one);
            if (!within(&one.missing, &v.missing, NULL) ||
                !within(&one.presumed, &v.presumed, &v.missing) || one.possible.n > v.possible.n)
                fail_msg("%s: what it lacks is not all there", rows[i].builds[k]);
        }
    }
}

/* A front end that named no number stands for its cumulative update; nothing is mixed as far
 * as can be seen, and what the other one lacks is missing all the same. */
static void silent_front_end(void **state)
{
    static const struct {
        const char *builds[4];
        enum ex_patch_state patch;
    } rows[] = {
        { { "15.2.2562", "15.2.2562.53" }, EX_PATCH_UNDETERMINED },
        { { "15.2.2562", "15.2.2562.17" }, EX_PATCH_MISSING },
    };
    static struct ex_fingerprint fp;
    static struct ex_verdict v;
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        front_ends(rows[i].builds, &fp);
        fp.notes = UINT64_C(1) << EX_NOTE_SEVERAL_FRONT_ENDS;
        ex_verdict(cat, &fp, today, &v);
        check_consistent(rows[i].builds[1], &v);
        if (v.patch != rows[i].patch)
            fail_msg("%s: %s", rows[i].builds[1], ex_patch_str(v.patch));
    }
}

/* Nothing certain is said of what may not be Exchange, or is no more than a version. */
static void doubt_makes_nothing_certain(void **state)
{
    static struct ex_fingerprint fp;
    static struct ex_verdict sure, v;
    const struct ex_build old = number("15.1.2507.6"), newest = number("15.2.2562.53"),
                          above = number("15.2.2562.60");
    (void)state;

    judge(&old, &sure);
    ex_fingerprint_of_build(cat, &old, &fp);
    fp.present = EX_PRESENT_MAYBE;
    ex_verdict(cat, &fp, today, &v);
    assert_int_equal(v.patch, EX_PATCH_UNDETERMINED);
    assert_int_equal(v.missing.n + v.presumed.n, 0);
    assert_int_equal(v.possible.n, sure.missing.n + sure.presumed.n);

    ex_fingerprint_of_build(cat, &newest, &fp);
    fp.present = EX_PRESENT_MAYBE;
    ex_verdict(cat, &fp, today, &v);
    assert_int_equal(v.patch, EX_PATCH_UNDETERMINED);

    ex_fingerprint_of_build(cat, &above, &fp);
    fp.present = EX_PRESENT_MAYBE;
    ex_verdict(cat, &fp, today, &v);
    assert_int_equal(v.patch, EX_PATCH_UNDETERMINED);
}

static void generation_only(void **state)
{
    static const struct {
        enum ex_generation generation;
        enum ex_patch_state patch;
        unsigned possible, unassessed;
    } rows[] = {
        { EX_GEN_SE, EX_PATCH_UNDETERMINED, 39, 0 },
        { EX_GEN_2003, EX_PATCH_NOT_ASSESSED, 0, 170 },
        { EX_GEN_2013, EX_PATCH_UNDETERMINED, 0, 61 },
        { EX_GEN_NONE, EX_PATCH_UNDETERMINED, 0, 0 },
    };
    static struct ex_verdict v, one;
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        static struct ex_fingerprint fp;

        fp = (struct ex_fingerprint){
            .present = EX_PRESENT_YES,
            .generation = rows[i].generation,
            .precision = rows[i].generation == EX_GEN_NONE ? EX_PREC_NONE : EX_PREC_GENERATION,
        };
        ex_verdict(cat, &fp, today, &v);
        check_consistent(ex_generation_str(rows[i].generation), &v);
        if (v.patch != rows[i].patch || v.unassessed.n != rows[i].unassessed ||
            (rows[i].possible && v.possible.n != rows[i].possible) || v.latest || v.cu_known)
            fail_msg("%s: %s, %u possible, %u unassessed", ex_generation_str(rows[i].generation),
                     ex_patch_str(v.patch), v.possible.n, v.unassessed.n);
        for (size_t k = 0; k < cat->n_builds; k++) {
            if (cat->builds[k].generation != rows[i].generation)
                continue;
            judge(&cat->builds[k].build, &one);
            if (!within(&one.missing, &v.possible, NULL) ||
                !within(&one.presumed, &v.possible, NULL) ||
                !within(&one.possible, &v.possible, NULL))
                fail_msg("%s: a build lacks what is not called possible",
                         ex_generation_str(rows[i].generation));
        }
    }
}

/* What `explain` makes of a number. */
static void typed_numbers(void **state)
{
    static const struct {
        const char *build;
        enum ex_presence present;
        enum ex_precision precision;
        uint64_t notes;
        const char *min, *max, *floor, *cu;
        unsigned n_candidates;
    } rows[] = {
#define NOTE(n) (UINT64_C(1) << EX_NOTE_##n)
        { "15.2.1748.43", EX_PRESENT_YES, EX_PREC_EXACT, 0, "15.2.1748.43", "15.2.1748.43",
          "15.2.1748.43", "CU15", 1 },
        { "15.2.1748", EX_PRESENT_YES, EX_PREC_CU, 0, "15.2.1748.10", "15.2.1748.53", "", "CU15",
          13 },
        { "15.1.225", EX_PRESENT_YES, EX_PREC_CU, 0, "15.1.225.16", "15.1.225.42", "", "RTM", 2 },
        { "14.3.513", EX_PRESENT_YES, EX_PREC_CU, 0, "14.3.513.0", "14.3.513.0", "", "SP3", 1 },
        { "14.3.351", EX_PRESENT_YES, EX_PREC_CU, NOTE(UNLISTED_BUILD), "14.3.351", "14.3.351", "",
          "SP3", 0 },
        { "8.3.83.4", EX_PRESENT_YES, EX_PREC_EXACT, NOTE(BUILD_ALIAS), "8.3.83.6", "8.3.83.6",
          "8.3.83.6", "SP3", 1 },
        { "15.1.2507.41", EX_PRESENT_YES, EX_PREC_EXACT, NOTE(UNLISTED_BUILD), "15.1.2507.41",
          "15.1.2507.41", "15.1.2507.39", "CU23", 1 },
        { "15.1.2000.5", EX_PRESENT_YES, EX_PREC_EXACT, NOTE(UNLISTED_BUILD), "15.1.2000.5",
          "15.1.2000.5", "", "", 1 },
        { "15.2.2562.60", EX_PRESENT_YES, EX_PREC_EXACT, NOTE(NEWER_THAN_DATA), "15.2.2562.60",
          "15.2.2562.60", "15.2.2562.53", "RTM", 1 },
        { "15.2.3100", EX_PRESENT_YES, EX_PREC_CU, NOTE(NEWER_THAN_DATA), "15.2.3100", "15.2.3100",
          "", "", 0 },
        { "15.20.8320.18", EX_PRESENT_ONLINE, EX_PREC_NONE, 0, "", "", "", "", 0 },
        { "5.5.2653.23", EX_PRESENT_NO, EX_PREC_NONE, 0, "", "", "", "", 0 },
    };
    static struct ex_fingerprint fp;
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_build b = number(rows[i].build);
        char min[EX_BUILD_TEXT], max[EX_BUILD_TEXT], floor[EX_BUILD_TEXT] = "";

        ex_fingerprint_of_build(cat, &b, &fp);
        if (fp.row)
            ex_build_format(floor, &fp.row->build);
        if (fp.present != rows[i].present || fp.precision != rows[i].precision ||
            fp.notes != rows[i].notes || fp.n_candidates != rows[i].n_candidates)
            fail_msg("%s: %s, %s, notes %llx, %u candidates", rows[i].build,
                     ex_presence_str(fp.present), ex_precision_str(fp.precision),
                     (unsigned long long)fp.notes, fp.n_candidates);
        if (strcmp(ex_build_format(min, &fp.min), rows[i].min) != 0 ||
            strcmp(ex_build_format(max, &fp.max), rows[i].max) != 0 ||
            strcmp(floor, rows[i].floor) != 0 ||
            strcmp(fp.cu_row ? fp.cu_row->cu : "", rows[i].cu) != 0)
            fail_msg("%s: %s to %s, floor %s", rows[i].build, min, max, floor);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_front_ends),
        cmocka_unit_test(silent_front_end),
        cmocka_unit_test(doubt_makes_nothing_certain),
        cmocka_unit_test(generation_only),
        cmocka_unit_test(typed_numbers),
    };

    return cmocka_run_group_tests(tests, judged_load, judged_unload);
}
