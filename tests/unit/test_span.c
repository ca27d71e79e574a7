// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "exprobe/span.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static void sub_never_leaves_the_span(void **state)
{
    static const struct {
        size_t n, off, len;
        bool ok;
    } rows[] = {
        { 4, 0, 4, true },         { 4, 4, 0, true },
        { 4, 1, 3, true },         { 0, 0, 0, true },
        { 4, 5, 0, false },        { 4, 1, 4, false },
        { 4, 2, SIZE_MAX, false }, { 4, SIZE_MAX, 2, false },
        { 0, 0, 1, false },        { 4, SIZE_MAX, SIZE_MAX, false },
    };
    static const uint8_t bytes[4] = "abcd";
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_span s = { bytes, rows[i].n };
        struct ex_span got = { NULL, 99 };
        const bool ok = ex_span_sub(s, rows[i].off, rows[i].len, &got);

        if (ok != rows[i].ok)
            fail_msg("row %zu: %d", i, ok);
        if (ok && (got.n != rows[i].len || (got.n && got.p != bytes + rows[i].off)))
            fail_msg("row %zu: wrong part", i);
        if (!ok && got.n != 99)
            fail_msg("row %zu: written although it failed", i);
    }
}

static void compares(void **state)
{
    static const struct {
        const char *s, *text;
        bool eq, eq_nocase, starts;
    } rows[] = {
        { "Server", "Server", true, true, true },
        { "server", "SERVER", false, true, true },
        { "", "", true, true, true },
        { "a", "", false, false, true },
        { "", "a", false, false, false },
        { "Serve", "Server", false, false, false },
        { "Server:x", "sERVER", false, false, true },
        { "[", "{", false, false, false },
        { "@", "`", false, false, false },
        { "\xc4", "\xe4", false, false, false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_span s = ex_span_str(rows[i].s);

        if (ex_span_eq(s, rows[i].text) != rows[i].eq ||
            ex_span_eq_nocase(s, rows[i].text) != rows[i].eq_nocase ||
            ex_span_starts_nocase(s, rows[i].text) != rows[i].starts)
            fail_msg("'%s' and '%s'", rows[i].s, rows[i].text);
    }
}

static void finds(void **state)
{
    static const struct {
        const char *s, *text;
        size_t at, at_nocase;
    } rows[] = {
        { "abcabd", "abd", 3, 3 },
        { "ababab", "abb", SIZE_MAX, SIZE_MAX },
        { "aaab", "aab", 1, 1 },
        { "X-OWA-Version", "owa", SIZE_MAX, 2 },
        { "abc", "abc", 0, 0 },
        { "abc", "abcd", SIZE_MAX, SIZE_MAX },
        { "abc", "c", 2, 2 },
        { "abc", "C", SIZE_MAX, 2 },
        { "", "a", SIZE_MAX, SIZE_MAX },
        { "", "", 0, 0 },
        { "abc", "", 0, 0 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_span s = ex_span_str(rows[i].s);

        if (ex_span_find(s, rows[i].text) != rows[i].at ||
            ex_span_find_nocase(s, rows[i].text) != rows[i].at_nocase)
            fail_msg("'%s' in '%s'", rows[i].text, rows[i].s);
    }
}

static void finds_behind_a_nul(void **state)
{
    static const uint8_t bytes[] = { 0, 'a', 0, 'b' };
    const struct ex_span s = { bytes, sizeof(bytes) };
    (void)state;

    assert_int_equal(ex_span_find(s, "b"), 3);
    assert_int_equal(ex_span_find_nocase(s, "B"), 3);
}

static void trims(void **state)
{
    static const struct {
        const char *s, *want;
    } rows[] = {
        { " a b\t\r\n", "a b" }, { "", "" }, { " \t\r\n", "" }, { "a", "a" }, { "\va", "\va" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        if (!ex_span_eq(ex_span_trim(ex_span_str(rows[i].s)), rows[i].want))
            fail_msg("'%s'", rows[i].s);
}

/* A cut never leaves half of a character behind; broken bytes are the writer's business. */
static void copies(void **state)
{
    static const struct {
        const char *s;
        size_t size;
        const char *want;
        bool whole;
    } rows[] = {
        { "abc", 4, "abc", true },
        { "abc", 3, "ab", false },
        { "abc", 1, "", false },
        { "", 1, "", true },
        { "a\xc3\xa4z", 5, "a\xc3\xa4z", true },
        { "a\xc3\xa4z", 4, "a\xc3\xa4", false },
        { "a\xc3\xa4z", 3, "a", false },
        { "\xf0\x9f\x98\x80", 4, "", false },
        { "x\xf0\x9f\x98\x80", 3, "x", false },
        { "\x80\x80\x80\x80\x80", 3, "\x80\x80", false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char to[16] = "...............";
        const bool whole = ex_span_copy(to, rows[i].size, ex_span_str(rows[i].s));

        if (whole != rows[i].whole || strcmp(to, rows[i].want) != 0 || to[rows[i].size] != '.')
            fail_msg("row %zu: %d '%s'", i, whole, to);
    }
}

static void copy_ends_at_a_nul(void **state)
{
    static const uint8_t bytes[] = { 'a', 0, 'b' };
    char to[8];
    (void)state;

    assert_true(ex_span_copy(to, sizeof(to), (struct ex_span){ bytes, sizeof(bytes) }));
    assert_string_equal(to, "a");
    assert_false(ex_span_copy(to, 0, ex_span_str("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sub_never_leaves_the_span),
        cmocka_unit_test(compares),
        cmocka_unit_test(finds),
        cmocka_unit_test(finds_behind_a_nul),
        cmocka_unit_test(trims),
        cmocka_unit_test(copies),
        cmocka_unit_test(copy_ends_at_a_nul),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
