// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "exprobe/catalog.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

#define ROW(a, b, c, d, kind_)                                                                     \
    {                                                                                              \
        .build = { { a, b, c, d }, 4 }, .kind = EX_KIND_##kind_                                    \
    }

static const struct ex_build_row builds[] = {
    ROW(8, 3, 83, 6, SP),    ROW(8, 3, 517, 0, RU),        ROW(14, 3, 123, 4, SP),
    ROW(14, 3, 352, 0, RU),  ROW(15, 1, 225, 16, PREVIEW), ROW(15, 1, 225, 42, RTM),
    ROW(15, 1, 2507, 6, CU), ROW(15, 1, 2507, 75, SU),     ROW(15, 2, 2562, 17, RTM),
};
static const struct ex_cve_row cves[] = {
    { .id = "CVE-2020-0688" },  { .id = "CVE-2020-17144" },  { .id = "CVE-2021-1730" },
    { .id = "CVE-2021-26855" }, { .id = "CVE-2026-100000" },
};
static const struct ex_alias_row aliases[] = {
    { { { 8, 3, 83, 4 }, 4 }, { { 8, 3, 83, 6 }, 4 }, "" },
    { { { 14, 3, 123, 3 }, 4 }, { { 14, 3, 123, 4 }, 4 }, "" },
};
static const struct ex_rule_row rules[] = { { .id = "a" }, { .id = "b-c" }, { .id = "d" } };
static const struct ex_life_row lives[] = { { .generation = EX_GEN_2016 },
                                            { .generation = EX_GEN_SE } };
static const struct ex_catalog cat = {
    .builds = builds,
    .n_builds = N_OF(builds),
    .cves = cves,
    .n_cves = N_OF(cves),
    .aliases = aliases,
    .n_aliases = N_OF(aliases),
    .rules = rules,
    .n_rules = N_OF(rules),
    .lives = lives,
    .n_lives = N_OF(lives),
};
static const struct ex_catalog empty;

enum { NO = -1 };

static int index_of(const struct ex_build_row *row)
{
    return row ? (int)(row - builds) : NO;
}

static void build_rows(void **state)
{
    static const struct {
        const char *build;
        int row, floor, first;
        size_t n;
        int cu;
    } rows[] = {
        { "15.1.2507.75", 7, 7, 6, 2, 6 },  { "15.1.2507.74", NO, 6, 6, 2, 6 },
        { "15.1.2507.76", NO, 7, 6, 2, 6 }, { "15.1.2507.5", NO, NO, 6, 2, 6 },
        { "15.1.2507", NO, NO, 6, 2, 6 },   { "15.1.225.42", 5, 5, 4, 2, 5 },
        { "15.1.225.16", 4, 4, 4, 2, 5 },   { "15.1.300.1", NO, NO, NO, 0, NO },
        { "14.3.200.0", NO, 2, 2, 2, 2 },   { "14.3.352.0", 3, 3, 2, 2, 2 },
        { "8.3.9999.0", NO, 1, 0, 2, 0 },   { "8.0.1.1", NO, NO, NO, 0, NO },
        { "15.2.2562.17", 8, 8, 8, 1, 8 },  { "99.1.1.1", NO, NO, NO, 0, NO },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_build b;
        size_t n = 99;

        assert_int_equal(ex_build_parse(ex_span_str(rows[i].build), &b, NULL), EX_OK);
        if (index_of(ex_catalog_build(&cat, &b)) != rows[i].row ||
            index_of(ex_catalog_floor(&cat, &b)) != rows[i].floor ||
            index_of(ex_catalog_cu(&cat, &b)) != rows[i].cu ||
            index_of(ex_catalog_branch(&cat, &b, &n)) != rows[i].first || n != rows[i].n)
            fail_msg("%s", rows[i].build);
    }
}

static void cve_ids_are_in_the_order_of_their_numbers(void **state)
{
    (void)state;

    for (size_t i = 0; i < N_OF(cves); i++) {
        assert_ptr_equal(ex_catalog_cve(&cat, cves[i].id), &cves[i]);
        for (size_t k = 0; k < N_OF(cves); k++)
            assert_int_equal(ex_cve_id_cmp(cves[i].id, cves[k].id) < 0, i < k);
    }
    assert_null(ex_catalog_cve(&cat, "CVE-2021-26856"));
    assert_null(ex_catalog_cve(&cat, "CVE-2019-0688"));
    assert_null(ex_catalog_cve(&cat, "CVE-2027-1"));
    assert_null(ex_catalog_cve(&cat, ""));
}

static void others(void **state)
{
    const struct ex_build seen = { { 14, 3, 123, 3 }, 4 }, official = { { 14, 3, 123, 4 }, 4 };
    (void)state;

    assert_ptr_equal(ex_catalog_alias(&cat, &seen), &aliases[1].official);
    assert_null(ex_catalog_alias(&cat, &official));
    assert_ptr_equal(ex_catalog_rule(&cat, "b-c"), &rules[1]);
    assert_null(ex_catalog_rule(&cat, "b"));
    assert_null(ex_catalog_rule(&cat, "b-cc"));
    assert_ptr_equal(ex_catalog_life(&cat, EX_GEN_SE), &lives[1]);
    assert_null(ex_catalog_life(&cat, EX_GEN_2019));
}

static void nothing_is_in_an_empty_catalogue(void **state)
{
    const struct ex_build b = { { 15, 2, 1748, 43 }, 4 };
    size_t n = 99;
    (void)state;

    assert_null(ex_catalog_build(&empty, &b));
    assert_null(ex_catalog_floor(&empty, &b));
    assert_null(ex_catalog_cu(&empty, &b));
    assert_null(ex_catalog_branch(&empty, &b, &n));
    assert_int_equal(n, 0);
    assert_null(ex_catalog_alias(&empty, &b));
    assert_null(ex_catalog_rule(&empty, "a"));
    assert_null(ex_catalog_cve(&empty, "CVE-2021-26855"));
    assert_null(ex_catalog_life(&empty, EX_GEN_SE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(build_rows),
        cmocka_unit_test(cve_ids_are_in_the_order_of_their_numbers),
        cmocka_unit_test(others),
        cmocka_unit_test(nothing_is_in_an_empty_catalogue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
