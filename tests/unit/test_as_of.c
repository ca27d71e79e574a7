// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "data/load.h"
#include "exprobe/verdict.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static struct ex_dataset *data;

static int load(void **state)
{
    struct ex_error err = { "" };
    (void)state;

    if (ex_data_load(&data, NULL, &err) == EX_OK)
        return 0;
    print_error("%s\n", err.text);
    return -1;
}

static int unload(void **state)
{
    (void)state;
    ex_data_free(data);
    return 0;
}

static void judge(const char *build, const char *day, struct ex_verdict *v)
{
    static struct ex_fingerprint fp;
    struct ex_build b;
    int32_t today = 0;

    assert_int_equal(ex_build_parse(ex_span_str(build), &b, NULL), EX_OK);
    assert_int_equal(ex_day_parse(ex_span_str(day), &today), EX_OK);
    ex_fingerprint_of_build(ex_data_catalog(data), &b, &fp);
    ex_verdict(ex_data_catalog(data), &fp, today, v);
}

static const char *build_of(const struct ex_build_row *row, char text[static EX_BUILD_TEXT])
{
    return row ? ex_build_format(text, &row->build) : "";
}

/* What came after the day is not held against a server: neither updates nor CVEs. */
static void patch_on_a_day(void **state)
{
    static const struct {
        const char *day, *build;
        enum ex_patch_state patch;
        unsigned missing, presumed, possible, unassessed;
        int behind, age;
        const char *latest;
    } rows[] = {
        /* The day before, the day of and the day after an update with its CVEs. */
        { "2021-03-01", "15.1.2176.4", EX_PATCH_PATCHED, 0, 0, 0, 0, 0, 20, "15.1.2176.4" },
        { "2021-03-02", "15.1.2176.4", EX_PATCH_MISSING, 7, 0, 0, 0, 1, 21, "15.1.2176.9" },
        { "2021-03-02", "15.1.2176.9", EX_PATCH_PATCHED, 0, 0, 0, 0, 0, 0, "15.1.2176.9" },
        /* A hole that is public before its update: missing, and nothing to install. */
        { "2022-10-05", "15.2.1118.12", EX_PATCH_MISSING, 2, 0, 0, 0, 0, 57, "15.2.1118.12" },
        { "2026-06-01", "15.2.2562.41", EX_PATCH_MISSING, 1, 0, 0, 0, 0, 25, "15.2.2562.41" },
        /* A hotfix or a second version is out: not the newest, though no CVE is open. */
        { "2025-09-07", "15.2.2562.20", EX_PATCH_PATCHED, 0, 0, 0, 0, 0, 26, "15.2.2562.20" },
        { "2025-09-10", "15.2.2562.20", EX_PATCH_MISSING, 0, 0, 0, 0, 0, 29, "15.2.2562.27" },
        { "2024-11-13", "15.2.1544.13", EX_PATCH_PATCHED, 0, 0, 0, 0, 0, 1, "15.2.1544.13" },
        { "2024-12-01", "15.2.1544.13", EX_PATCH_MISSING, 0, 0, 0, 0, 0, 19, "15.2.1544.14" },
        /* Two cumulative updates are serviced at a time. */
        { "2025-03-01", "15.2.1544.14", EX_PATCH_PATCHED, 0, 0, 0, 0, 0, 94, "15.2.1544.14" },
        { "2025-03-01", "15.2.1748.10", EX_PATCH_PATCHED, 0, 0, 0, 0, 0, 19, "15.2.1748.10" },
        /* No longer newest of the product, and no update comes for it any more. */
        { "2025-05-01", "15.2.1258.39", EX_PATCH_MISSING, 0, 0, 0, 0, 0, 155, "15.2.1258.39" },
        /* A build from the future of that day. */
        { "2026-06-01", "15.2.2562.53", EX_PATCH_NEWER, 0, 0, 0, 0, -1, -1, "15.2.2562.41" },
        { "2025-06-30", "15.2.2562.17", EX_PATCH_NEWER, 0, 0, 0, 0, -1, -1, "" },
        { "2000-01-01", "15.2.1748", EX_PATCH_NEWER, 0, 0, 0, 0, -1, -1, "" },
        { "2025-07-01", "15.2.2562.17", EX_PATCH_PATCHED, 0, 0, 0, 0, 0, 0, "15.2.2562.17" },
        /* Only one build of the CU existed, but a header that shows three parts proves none. */
        { "2024-02-20", "15.2.1544", EX_PATCH_UNDETERMINED, 0, 0, 0, 0, -1, -1, "15.2.1544.4" },
        /* The first CVE that was never assessed came two months after the end of support. */
        { "2023-04-12", "15.0.1497.48", EX_PATCH_PATCHED, 0, 0, 0, 0, 0, 29, "15.0.1497.48" },
        { "2023-07-01", "15.0.1497.48", EX_PATCH_NOT_ASSESSED, 0, 0, 0, 2, 0, 109, "15.0.1497.48" },
        /* A special package on the day after it came: what was older may be open. */
        { "2021-03-09", "15.1.1847.12", EX_PATCH_MISSING, 0, 15, 4, 0, 0, 1, "15.1.1847.12" },
    };
    static struct ex_verdict v;
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char latest[EX_BUILD_TEXT];

        judge(rows[i].build, rows[i].day, &v);
        if (v.patch != rows[i].patch || v.missing.n != rows[i].missing ||
            v.presumed.n != rows[i].presumed || v.possible.n != rows[i].possible ||
            v.unassessed.n != rows[i].unassessed)
            fail_msg("%s on %s: %s, %u missing, %u presumed, %u possible, %u unassessed",
                     rows[i].build, rows[i].day, ex_patch_str(v.patch), v.missing.n, v.presumed.n,
                     v.possible.n, v.unassessed.n);
        if (v.updates_behind != rows[i].behind || v.age_days != rows[i].age ||
            strcmp(build_of(v.latest, latest), rows[i].latest) != 0)
            fail_msg("%s on %s: %d behind, %d days, latest %s", rows[i].build, rows[i].day,
                     v.updates_behind, (int)v.age_days, build_of(v.latest, latest));
    }
}

/* Support, the paid extension and what to install, on the days where they change. */
static void support_on_a_day(void **state)
{
    static const struct {
        const char *day, *build;
        enum ex_support_state support;
        enum ex_esu_state esu;
        bool serviced;
        const char *install;
    } rows[] = {
        { "2025-10-14", "15.2.1748.39", EX_SUPPORT_SUPPORTED, EX_ESU_NONE, true, "15.2.1748.39" },
        { "2025-10-15", "15.2.1748.39", EX_SUPPORT_ENDED, EX_ESU_ACTIVE, true, "15.2.1748.39" },
        { "2026-03-01", "15.2.1258.39", EX_SUPPORT_ENDED, EX_ESU_ACTIVE, false, "15.2.1748.43" },
        /* Between the two periods the second is on sale. */
        { "2026-04-20", "15.1.2507.66", EX_SUPPORT_ENDED, EX_ESU_ACTIVE, true, "15.1.2507.66" },
        { "2026-10-31", "15.1.2507.61", EX_SUPPORT_ENDED, EX_ESU_ACTIVE, true, "15.1.2507.75" },
        { "2026-11-01", "15.1.2507.61", EX_SUPPORT_ENDED, EX_ESU_ENDED, true, "" },
        { "2023-04-11", "15.0.1497.2", EX_SUPPORT_SUPPORTED, EX_ESU_NONE, true, "15.0.1497.48" },
        { "2023-04-12", "15.0.1497.2", EX_SUPPORT_ENDED, EX_ESU_NONE, true, "" },
        /* CU13 went out of service when the next update came without it. */
        { "2025-04-17", "15.2.1258.39", EX_SUPPORT_SUPPORTED, EX_ESU_NONE, true, "15.2.1748.10" },
        { "2025-04-18", "15.2.1258.39", EX_SUPPORT_SUPPORTED, EX_ESU_NONE, false, "15.2.1748.24" },
        /* A special package does not bring an old CU back into service. */
        { "2021-03-09", "15.1.1847.12", EX_SUPPORT_SUPPORTED, EX_ESU_NONE, false, "15.1.2176.9" },
        { "2026-11-23", "15.2.2562.17", EX_SUPPORT_SUPPORTED, EX_ESU_NONE, true, "15.2.2562.53" },
        { "2025-06-30", "15.2.2562.17", EX_SUPPORT_UNKNOWN, EX_ESU_NONE, false, "" },
        { "2014-04-08", "6.5.7638.1", EX_SUPPORT_SUPPORTED, EX_ESU_NONE, false, "" },
        { "2014-04-09", "6.5.7638.1", EX_SUPPORT_ENDED, EX_ESU_NONE, false, "" },
        { "2026-11-23", "15.20.8320.18", EX_SUPPORT_UNKNOWN, EX_ESU_NONE, false, "" },
    };
    static struct ex_verdict v;
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char install[EX_BUILD_TEXT];

        judge(rows[i].build, rows[i].day, &v);
        if (v.support != rows[i].support || v.esu != rows[i].esu ||
            v.cu_serviced != rows[i].serviced ||
            strcmp(build_of(v.install, install), rows[i].install) != 0)
            fail_msg("%s on %s: %s, esu %s, serviced %d, install %s", rows[i].build, rows[i].day,
                     ex_support_str(v.support), ex_esu_str(v.esu), v.cu_serviced,
                     build_of(v.install, install));
    }
}

/* The rule for days in the past gives, on the day of the data, what lifecycle.json says. */
static void rule_agrees_with_the_data(void **state)
{
    const struct ex_catalog *cat = ex_data_catalog(data);
    static struct ex_verdict before, on;
    char day[EX_DAY_TEXT], day_before[EX_DAY_TEXT];
    (void)state;

    ex_day_format(day, cat->info.date_day);
    ex_day_format(day_before, cat->info.date_day - 1);
    for (size_t i = 0; i < cat->n_builds; i++) {
        char text[EX_BUILD_TEXT];

        ex_build_format(text, &cat->builds[i].build);
        judge(text, day_before, &before);
        judge(text, day, &on);
        if (before.cu_serviced != on.cu_serviced)
            fail_msg("%s: lifecycle.json says %d", text, on.cu_serviced);
    }
}

/* Time only adds: a CVE once missing stays, and no build is judged better later. */
static void nothing_is_forgotten(void **state)
{
    static const char *const days[] = { "2016-01-01", "2018-06-01", "2020-01-01", "2021-03-15",
                                        "2022-09-30", "2023-04-12", "2025-10-15", "2026-11-23" };
    const struct ex_catalog *cat = ex_data_catalog(data);
    static struct ex_verdict v;
    (void)state;

    for (size_t i = 0; i < cat->n_builds; i++) {
        char text[EX_BUILD_TEXT];
        int before = 0;

        ex_build_format(text, &cat->builds[i].build);
        for (size_t d = 0; d < N_OF(days); d++) {
            int32_t today = 0;

            assert_int_equal(ex_day_parse(ex_span_str(days[d]), &today), EX_OK);
            judge(text, days[d], &v);
            if (cat->builds[i].released > today) {
                if (v.patch != EX_PATCH_NEWER || v.missing.n || v.presumed.n || v.possible.n)
                    fail_msg("%s before its release, on %s: %s", text, days[d],
                             ex_patch_str(v.patch));
                continue;
            }
            if (v.missing.n + v.presumed.n + v.possible.n < before)
                fail_msg("%s on %s: fewer than before", text, days[d]);
            before = v.missing.n + v.presumed.n + v.possible.n;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patch_on_a_day),
        cmocka_unit_test(support_on_a_day),
        cmocka_unit_test(rule_agrees_with_the_data),
        cmocka_unit_test(nothing_is_forgotten),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
