// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "data/load.h"
#include "exprobe/verdict.h"

/*
 * Worked examples, judged on 2026-11-23 with the data of 2026-10-08. They were
 * counted from the same sources without this program. In the columns of
 * the five classes stands how many CVEs there are, then those of CISA's catalogue
 * by year and number.
 */
struct example {
    const char *build;
    enum ex_patch_state patch;
    enum ex_support_state support;
    bool cu_serviced;
    int behind; /* security levels, -1 unknown */
    bool special;
    const char *missing, *presumed, *possible, *configuration, *unassessed;
};

static const struct example examples[] = {
    /* SE, newest known */
    { "15.2.2562.53", EX_PATCH_PATCHED, EX_SUPPORT_SUPPORTED, true, 0, false, "0", "0", "0", "2",
      "0" },
    /* SE, Sep26SU v1 */
    { "15.2.2562.49", EX_PATCH_MISSING, EX_SUPPORT_SUPPORTED, true, 1, false, "1", "0", "0", "2",
      "0" },
    /* SE, HU between SUs */
    { "15.2.2562.41", EX_PATCH_MISSING, EX_SUPPORT_SUPPORTED, true, 5, false, "29 2026-42897", "0",
      "0", "2", "0" },
    /* SE never patched */
    { "15.2.2562.17", EX_PATCH_MISSING, EX_SUPPORT_SUPPORTED, true, 9, false, "39 2026-42897", "0",
      "0", "2", "0" },
    /* revision above the table */
    { "15.2.2562.60", EX_PATCH_NEWER, EX_SUPPORT_SUPPORTED, true, -1, false, "0", "0", "0", "2",
      "0" },
    /* CU above the table (SE CU1?) */
    { "15.2.2700.4", EX_PATCH_NEWER, EX_SUPPORT_SUPPORTED, false, -1, false, "0", "0", "0", "0",
      "0" },
    /* 2019 CU15, revision unknown */
    { "15.2.1748", EX_PATCH_UNDETERMINED, EX_SUPPORT_ENDED, true, -1, false, "0", "0",
      "40 2026-42897", "2", "0" },
    /* SE, revision unknown */
    { "15.2.2562", EX_PATCH_UNDETERMINED, EX_SUPPORT_SUPPORTED, true, -1, false, "0", "0",
      "39 2026-42897", "2", "0" },
    /* 2019 CU15 last public SU */
    { "15.2.1748.39", EX_PATCH_MISSING, EX_SUPPORT_ENDED, true, 7, false, "32 2026-42897", "0", "0",
      "3", "0" },
    /* 2019 CU15 last Period 1 ESU */
    { "15.2.1748.43", EX_PATCH_MISSING, EX_SUPPORT_ENDED, true, 5, false, "29 2026-42897", "0", "0",
      "3", "0" },
    /* 2019 CU15 never patched */
    { "15.2.1748.10", EX_PATCH_MISSING, EX_SUPPORT_ENDED, true, 9, false, "40 2026-42897", "0", "0",
      "2", "0" },
    /* 2019 CU14 SUv2 */
    { "15.2.1544.14", EX_PATCH_MISSING, EX_SUPPORT_ENDED, true, 9, false, "40 2026-42897", "0", "0",
      "2", "0" },
    /* 2019 CU13 last SU */
    { "15.2.1258.39", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, 0, false, "0", "40 2026-42897",
      "0", "9 2024-21410", "0" },
    /* 2019 CU12 Aug23SU v1 */
    { "15.2.1118.36", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, 2, false, "5", "42 2026-42897",
      "0", "9 2024-21410", "0" },
    /* 2019 CU11 never patched */
    { "15.2.986.5", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, 9, false,
      "34 2021-42321 2022-41040 2022-41080 2022-41082 2023-21529", "59 2026-42897", "0",
      "3 2024-21410", "0" },
    /* 2019 CU9 Apr21SU: ProxyShell half fixed */
    { "15.2.858.10", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, 2, false, "7 2021-31196 2021-31207",
      "93 2021-42321 2022-41040 2022-41080 2022-41082 2023-21529 "
      "2026-42897",
      "0", "4 2024-21410", "0" },
    /* 2019 CU4 Mar21 special */
    { "15.2.529.13", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, 0, true, "0",
      "122 2021-31196 2021-31207 2021-33766 2021-34473 2021-34523 "
      "2021-42321 2022-41040 2022-41080 2022-41082 2023-21529 "
      "2026-42897",
      "3 2020-0688", "3 2024-21410", "0" },
    /* 2019 RTM never patched */
    { "15.2.221.12", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, 3, false,
      "8 2021-26855 2021-26857 2021-26858 2021-27065",
      "132 2020-0688 2021-31196 2021-31207 2021-33766 2021-34473 "
      "2021-34523 2021-42321 2022-41040 2022-41080 2022-41082 "
      "2023-21529 2026-42897",
      "0", "4 2018-8581 2024-21410", "0" },
    /* 2016 CU23 newest */
    { "15.1.2507.75", EX_PATCH_PATCHED, EX_SUPPORT_ENDED, true, 0, false, "0", "0", "0",
      "10 2024-21410", "0" },
    /* 2016 CU23 last public SU */
    { "15.1.2507.61", EX_PATCH_MISSING, EX_SUPPORT_ENDED, true, 7, false, "31 2026-42897", "0", "0",
      "10 2024-21410", "0" },
    /* 2016 CU17 Mar21 special */
    { "15.1.2044.13", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, 0, true, "0",
      "111 2021-31196 2021-31207 2021-33766 2021-34473 2021-34523 "
      "2021-42321 2022-41040 2022-41080 2022-41082 2023-21529 "
      "2026-42897",
      "10", "3 2024-21410", "0" },
    /* 2016 CU14 Mar21 special */
    { "15.1.1847.12", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, 0, true, "0",
      "121 2021-31196 2021-31207 2021-33766 2021-34473 2021-34523 "
      "2021-42321 2022-41040 2022-41080 2022-41082 2023-21529 "
      "2026-42897",
      "4 2020-0688", "3 2024-21410", "0" },
    /* 2016 CU8, number only Health Checker has */
    { "15.1.1415.8", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, 0, true, "0",
      "141 2020-0688 2021-31196 2021-31207 2021-33766 2021-34473 "
      "2021-34523 2021-42321 2022-41040 2022-41080 2022-41082 "
      "2023-21529 2026-42897",
      "8", "4 2018-8581 2024-21410", "0" },
    /* 2013 CU23 last SU */
    { "15.0.1497.48", EX_PATCH_NOT_ASSESSED, EX_SUPPORT_ENDED, true, 0, false, "0", "0", "0", "7",
      "61 2024-21410 2026-42897" },
    /* 2013 CU21 Mar21 special */
    { "15.0.1395.12", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, 0, true, "0",
      "56 2020-0688 2021-31196 2021-31207 2021-33766 2021-34473 "
      "2021-34523 2022-41040 2022-41080 2022-41082 2023-21529",
      "4", "2 2018-8581", "61 2024-21410 2026-42897" },
    /* 2010 SP3 RU32 */
    { "14.3.513.0", EX_PATCH_NOT_ASSESSED, EX_SUPPORT_ENDED, true, 0, false, "0", "0", "0",
      "1 2018-8581",
      "123 2021-31196 2021-31207 2021-33766 2021-34473 2021-34523 "
      "2021-42321 2022-41040 2022-41080 2022-41082 2023-21529 "
      "2024-21410 2026-42897" },
    /* 2010 SP3 RTM */
    { "14.3.123.4", EX_PATCH_MISSING, EX_SUPPORT_ENDED, true, 33, false,
      "16 2020-0688 2020-17144 2021-26857", "0", "0", "1 2018-8581",
      "123 2021-31196 2021-31207 2021-33766 2021-34473 2021-34523 "
      "2021-42321 2022-41040 2022-41080 2022-41082 2023-21529 "
      "2024-21410 2026-42897" },
    /* 2007 SP3 RU23 */
    { "8.3.517.0", EX_PATCH_NOT_ASSESSED, EX_SUPPORT_ENDED, true, 0, false, "0", "0", "0", "0",
      "165 2018-8581 2020-0688 2020-17144 2021-26855 2021-26857 "
      "2021-26858 2021-27065 2021-31196 2021-31207 2021-33766 "
      "2021-34473 2021-34523 2021-42321 2022-41040 2022-41080 "
      "2022-41082 2023-21529 2024-21410 2026-42897" },
    /* unlisted interim build */
    { "15.1.2507.40", EX_PATCH_MISSING, EX_SUPPORT_ENDED, true, 10, false, "40 2026-42897", "0",
      "0", "9 2024-21410", "0" },
    /* 2016 CU22, revision unknown */
    { "15.1.2375", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, -1, false, "0",
      "67 2023-21529 2026-42897", "25 2021-42321 2022-41040 2022-41080 2022-41082", "3 2024-21410",
      "0" },
    /* 2019 CU12, revision unknown */
    { "15.2.1118", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, -1, false, "0", "42 2026-42897",
      "39 2022-41040 2022-41080 2022-41082 2023-21529", "3 2024-21410", "0" },
    /* 2013 CU23 never patched */
    { "15.0.1497.2", EX_PATCH_MISSING, EX_SUPPORT_ENDED, true, 19, false,
      "56 2020-0688 2021-26855 2021-26857 2021-26858 2021-27065 "
      "2021-31196 2021-31207 2021-33766 2021-34473 2021-34523 "
      "2022-41040 2022-41080 2022-41082 2023-21529",
      "0", "0", "1", "61 2024-21410 2026-42897" },
    /* 2016 RTM never patched */
    { "15.1.225.42", EX_PATCH_MISSING, EX_SUPPORT_ENDED, false, 0, false, "0",
      "164 2020-0688 2021-26855 2021-26857 2021-26858 2021-27065 "
      "2021-31196 2021-31207 2021-33766 2021-34473 2021-34523 "
      "2021-42321 2022-41040 2022-41080 2022-41082 2023-21529 "
      "2026-42897",
      "0", "4 2018-8581 2024-21410", "0" },
};

struct set {
    struct ex_dataset *data;
    const struct ex_catalog *cat;
    int32_t today;
};

static int load(void **state)
{
    static struct set set;
    struct ex_error err = { "" };

    if (ex_data_load(&set.data, NULL, &err) != EX_OK) {
        print_error("%s\n", err.text);
        return -1;
    }
    set.cat = ex_data_catalog(set.data);
    *state = &set;
    return ex_day_parse(ex_span_str("2026-11-23"), &set.today) == EX_OK ? 0 : -1;
}

static int unload(void **state)
{
    ex_data_free(((struct set *)*state)->data);
    return 0;
}

/* "40 2024-21410 2026-42897" */
static const char *text_of(char to[static 512], const struct ex_catalog *cat,
                           const struct ex_cve_list *list)
{
    int n = snprintf(to, 512, "%u", list->n);

    for (uint16_t i = 0; i < list->n; i++)
        if (cat->cves[list->at[i]].kev)
            n += snprintf(to + n, 512 - (size_t)n, " %s", cat->cves[list->at[i]].id + 4);
    return to;
}

static void expect(const struct example *row, const char *class, const struct ex_catalog *cat,
                   const struct ex_cve_list *list, const char *want)
{
    char text[512];

    if (strcmp(text_of(text, cat, list), want) != 0)
        fail_msg("%s %s: %s, not %s", row->build, class, text, want);
}

static void worked_examples(void **state)
{
    const struct set *set = *state;

    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        const struct example *row = &examples[i];
        static struct ex_fingerprint fp;
        static struct ex_verdict v;
        struct ex_build build;

        assert_int_equal(ex_build_parse(ex_span_str(row->build), &build, NULL), EX_OK);
        ex_fingerprint_of_build(set->cat, &build, &fp);
        ex_verdict(set->cat, &fp, set->today, &v);
        expect(row, "missing", set->cat, &v.missing, row->missing);
        expect(row, "presumed", set->cat, &v.presumed, row->presumed);
        expect(row, "possible", set->cat, &v.possible, row->possible);
        expect(row, "configuration", set->cat, &v.configuration, row->configuration);
        expect(row, "unassessed", set->cat, &v.unassessed, row->unassessed);
        if (v.patch != row->patch || v.support != row->support)
            fail_msg("%s: %s, %s", row->build, ex_patch_str(v.patch), ex_support_str(v.support));
        if (v.cu_serviced != row->cu_serviced || v.updates_behind != row->behind ||
            v.not_cumulative != row->special)
            fail_msg("%s: serviced %d, behind %d, special %d", row->build, v.cu_serviced,
                     v.updates_behind, v.not_cumulative);
    }
}

/* Fixes that only buyers of the paid extension got: all that came after October 2025 for 2016
 * and 2019, none for SE. */
static void fixes_that_are_not_public(void **state)
{
    static const struct {
        const char *build;
        unsigned missing, paid;
    } rows[] = {
        { "15.2.1748.39", 32, 32 }, { "15.2.1748.43", 29, 29 }, { "15.2.1748.10", 40, 32 },
        { "15.1.2507.61", 31, 31 }, { "15.2.1748.53", 0, 0 },   { "15.2.2562.17", 39, 0 },
        { "15.0.1497.2", 56, 0 },   { "15.2.1258.39", 0, 0 },
    };
    const struct set *set = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static struct ex_fingerprint fp;
        static struct ex_verdict v;
        struct ex_build build;

        assert_int_equal(ex_build_parse(ex_span_str(rows[i].build), &build, NULL), EX_OK);
        ex_fingerprint_of_build(set->cat, &build, &fp);
        ex_verdict(set->cat, &fp, set->today, &v);
        if (v.missing.n != rows[i].missing || v.no_public_fix.n != rows[i].paid)
            fail_msg("%s: %u missing, %u not public", rows[i].build, v.missing.n,
                     v.no_public_fix.n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_examples),
        cmocka_unit_test(fixes_that_are_not_public),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
