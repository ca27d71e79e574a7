// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "exprobe/build.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static struct ex_build build_of(const char *text)
{
    struct ex_build b = { 0 };

    if (text[0] && ex_build_parse(ex_span_str(text), &b, NULL) != EX_OK)
        fail_msg("'%s' is no build", text);
    return b;
}

static void accepted(void **state)
{
    static const struct {
        const char *text, *want;
        bool padded;
    } rows[] = {
        { "15.2.1118.40", "15.2.1118.40", false }, { "15.02.1118.026", "15.2.1118.26", true },
        { "15.2.1118", "15.2.1118", false },       { "015.2.1118", "15.2.1118", true },
        { "8.3.83.4", "8.3.83.4", false },         { "14.3.513.0", "14.3.513.0", false },
        { "15.2.1748.00", "15.2.1748.0", true },   { "65535.65535.65535.65535", NULL, false },
        { "0.0.0.0", "0.0.0.0", false },           { "00001.0.0", "1.0.0", true },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const char *want = rows[i].want ? rows[i].want : rows[i].text;
        char text[EX_BUILD_TEXT];
        struct ex_build b;
        bool padded = false;

        if (ex_build_parse(ex_span_str(rows[i].text), &b, &padded) != EX_OK)
            fail_msg("'%s' refused", rows[i].text);
        if (strcmp(ex_build_format(text, &b), want) != 0 || padded != rows[i].padded)
            fail_msg("'%s' became %s, padded %d", rows[i].text, text, padded);
    }
}

static void refused(void **state)
{
    static const struct {
        const char *text;
        enum ex_status want;
    } rows[] = {
        { "", EX_ESYNTAX },
        { "15", EX_ESYNTAX },
        { "15.2", EX_ESYNTAX },
        { "15.2.", EX_ESYNTAX },
        { "15.2.1118.", EX_ESYNTAX },
        { ".15.2.1118", EX_ESYNTAX },
        { "15..1118.40", EX_ESYNTAX },
        { "15.2.1118.40.1", EX_ESYNTAX },
        { " 15.2.1118.40", EX_ESYNTAX },
        { "15.2.1118.40 ", EX_ESYNTAX },
        { "15.2.1118.40\n", EX_ESYNTAX },
        { "15.2.1118.-1", EX_ESYNTAX },
        { "+15.2.1118.40", EX_ESYNTAX },
        { "15.2.1118.4a", EX_ESYNTAX },
        { "0x15.2.1118.40", EX_ESYNTAX },
        { "15,2,1118,40", EX_ESYNTAX },
        { "15.2.65536.1", EX_ERANGE },
        { "15.2.99999.1", EX_ERANGE },
        { "15.2.000001.1", EX_ERANGE },
        { "4294967311.2.1118.40", EX_ERANGE },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_build b = { .n_parts = 77 };
        bool padded = true;
        const enum ex_status st = ex_build_parse(ex_span_str(rows[i].text), &b, &padded);

        if (st != rows[i].want || b.n_parts != 77 || !padded)
            fail_msg("'%s': %s", rows[i].text, ex_status_str(st));
    }
}

static void a_nul_is_no_end(void **state)
{
    static const uint8_t bytes[] = { '1', '5', '.', '2', '.', '1', 0 };
    struct ex_build b;
    (void)state;

    assert_int_equal(ex_build_parse((struct ex_span){ bytes, sizeof(bytes) }, &b, NULL),
                     EX_ESYNTAX);
}

static void ordered(void **state)
{
    /* Each below the next one. */
    static const char *const rows[] = {
        "",
        "8.0.685.25",
        "8.3.517.0",
        "14.3.513.0",
        "15.0.1497.48",
        "15.1.225.42",
        "15.1.2507.6",
        "15.2.1118",
        "15.2.1118.0",
        "15.2.1118.9",
        "15.2.1118.40",
        "15.2.1258",
        "15.2.2562.53",
        "15.20.1.1",
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        for (size_t k = 0; k < N_OF(rows); k++) {
            const struct ex_build a = build_of(rows[i]), b = build_of(rows[k]);
            const int got = ex_build_cmp(&a, &b), want = (i > k) - (i < k);

            if (got != want)
                fail_msg("%s and %s: %d", rows[i], rows[k], got);
        }
}

static void branches(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        { "15.2.1118.40", "15.2.1118.7", true },
        { "15.2.1118", "15.2.1118.7", true },
        { "15.2.1118.40", "15.2.1258.7", false },
        { "15.1.1118.40", "15.2.1118.7", false },
        { "14.3.123.4", "14.3.513.0", true },
        { "14.3.123.4", "14.2.123.4", false },
        { "8.3.83.6", "8.3.517.0", true },
        { "8.3.83.6", "14.3.83.6", false },
        { "", "15.2.1118.40", false },
        { "15.2.1118.40", "", false },
        { "", "", false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_build a = build_of(rows[i].a), b = build_of(rows[i].b);

        if (ex_build_same_branch(&a, &b) != rows[i].same)
            fail_msg("'%s' and '%s'", rows[i].a, rows[i].b);
    }
}

static void generations(void **state)
{
    static const struct {
        const char *build;
        enum ex_generation want;
        const char *name;
    } rows[] = {
        { "6.5.7638.1", EX_GEN_2003, "2003" },
        { "6.0.6603.1", EX_GEN_NONE, "" },
        { "8.0.685.25", EX_GEN_2007, "2007" },
        { "8.3.517.0", EX_GEN_2007, "2007" },
        { "8.4.1.1", EX_GEN_NONE, "" },
        { "14.0.639.21", EX_GEN_2010, "2010" },
        { "14.3.513.0", EX_GEN_2010, "2010" },
        { "14.4.1.1", EX_GEN_NONE, "" },
        { "15.0.1497", EX_GEN_2013, "2013" },
        { "15.1.2507.75", EX_GEN_2016, "2016" },
        { "15.2.2561.65535", EX_GEN_2019, "2019" },
        { "15.2.2562.0", EX_GEN_SE, "SE" },
        { "15.2.3100.12", EX_GEN_SE, "SE" },
        { "15.3.1.1", EX_GEN_SE, "SE" },
        { "15.20.8320.18", EX_GEN_NONE, "" },
        { "16.0.1.1", EX_GEN_NONE, "" },
        { "9.9.9.9", EX_GEN_NONE, "" },
        { "0.0.0.0", EX_GEN_NONE, "" },
        { "", EX_GEN_NONE, "" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_build b = build_of(rows[i].build);
        const enum ex_generation got = ex_build_generation(&b);

        if (got != rows[i].want || strcmp(ex_generation_str(got), rows[i].name) != 0)
            fail_msg("%s: '%s'", rows[i].build, ex_generation_str(got));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted), cmocka_unit_test(refused),  cmocka_unit_test(a_nul_is_no_end),
        cmocka_unit_test(ordered),  cmocka_unit_test(branches), cmocka_unit_test(generations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
