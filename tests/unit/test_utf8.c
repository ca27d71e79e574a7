// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "out/utf8.h"
#include "report/width.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define SPAN(text)                                                                                 \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

static void visible(void **state)
{
    static const struct {
        struct ex_span raw;
        const char *want;
    } rows[] = {
        { SPAN(""), "" },
        { SPAN("plain text, \"quoted\" \\ and ~"), "plain text, \"quoted\" \\ and ~" },
        { SPAN("caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80"),
          "caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80" },
        { SPAN("\033[31mred\033[0m"), "\\x1b[31mred\\x1b[0m" },
        { SPAN("a\0b"), "a\\x00b" },
        { SPAN("\x01\x1f\x7f"), "\\x01\\x1f\\x7f" },
        { SPAN("line\r\nbreak\ttab"), "line\\x0d\\x0abreak\\x09tab" },
        { SPAN("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0"), "\\x80\\x9b\\x9f\xc2\xa0" },
        { SPAN("\xe2\x80\xae"
               "gpj.exe"),
          "\\u202egpj.exe" },
        { SPAN("\xe2\x80\xaa\xe2\x80\xad\xe2\x81\xa6\xe2\x81\xa9"),
          "\\u202a\\u202d\\u2066\\u2069" },
        { SPAN("\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c"), "\\u200e\\u200f\\u061c" },
        { SPAN("\xe2\x80\x8b\xc2\xad\xef\xbb\xbf\xef\xbf\xbf\xf3\xa0\x81\x81"),
          "\\u200b\\xad\\ufeff\\uffff\\ue0041" },
        { SPAN("\xe2\x80\xa8\xe2\x80\xa9"), "\\u2028\\u2029" },
        { SPAN("\xff"), "\xef\xbf\xbd" },
        { SPAN("\xc3"), "\xef\xbf\xbd" },
        { SPAN("\xc3("), "\xef\xbf\xbd(" },
        { SPAN("\xc0\x80"), "\xef\xbf\xbd\xef\xbf\xbd" },                 /* overlong NUL */
        { SPAN("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* surrogate */
        { SPAN("\xf4\x90\x80\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char got[128];
        const size_t n = ex_utf8_visible(got, sizeof(got), rows[i].raw);

        if (strcmp(got, rows[i].want) != 0 || n != strlen(rows[i].want))
            fail_msg("row %zu: \"%s\" (%zu), wanted \"%s\"", i, got, n, rows[i].want);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u; /* the constants of Numerical Recipes */
    return *seed >> 8;
}

/* Bytes that are near to UTF-8, because plain noise hardly ever is. */
static size_t random_text(uint32_t *seed, uint8_t *to, size_t max)
{
    static const uint8_t often[] = { 0xc2, 0x80, 0x9f, 0xbf, 0xe2, 0x80, 0xae, 0xa6, 0xed, 0xa0,
                                     0xf0, 0x90, 0xf4, 0x8f, 0xff, 0x1b, 0x00, 'a',  ' ',  0x7f };
    const size_t n = next_random(seed) % (max + 1);

    for (size_t i = 0; i < n; i++)
        to[i] = next_random(seed) % 4 ? often[next_random(seed) % N_OF(often)]
                                      : (uint8_t)next_random(seed);
    return n;
}

/* What must hold for a text that was made safe. */
static void must_be_safe(const char *text, uint32_t seed)
{
    struct ex_cur c = ex_cur_of(ex_span_str(text));

    while (c.left > 0) {
        const int32_t cp = ex_utf8_next(&c);

        if (cp == EX_UTF8_BAD || ex_utf8_is_unsafe(cp))
            fail_msg("seed %u: character %x is left in", seed, (unsigned)cp);
    }
}

static void any_bytes_become_safe(void **state)
{
    enum { RAW_MAX = 24, ROUNDS = 20000 };
    uint32_t seed = 7;
    (void)state;

    for (int round = 0; round < ROUNDS; round++) {
        const uint32_t at = seed;
        uint8_t raw[RAW_MAX];
        const struct ex_span s = { raw, random_text(&seed, raw, RAW_MAX) };
        char once[RAW_MAX * EX_UTF8_GROWTH + 1], twice[sizeof(once) * EX_UTF8_GROWTH];
        const size_t n = ex_utf8_visible(once, s.n * EX_UTF8_GROWTH + 1, s);

        must_be_safe(once, at);
        if (strlen(once) != n)
            fail_msg("seed %u: length %zu of %zu", at, n, strlen(once));
        ex_utf8_visible(twice, sizeof(twice), ex_span_str(once));
        if (strcmp(once, twice) != 0)
            fail_msg("seed %u: the second time changes the text", at);
        /* However small the room, what is there is a beginning of the whole. */
        for (size_t size = 1; size <= n + 1; size++) {
            char cut[sizeof(once)];
            const size_t kept = ex_utf8_visible(cut, size, s);

            if (kept >= size || strncmp(cut, once, kept) != 0 || cut[kept] != '\0')
                fail_msg("seed %u: size %zu keeps %zu bytes", at, size, kept);
            must_be_safe(cut, at);
        }
    }
}

static void every_character_comes_back(void **state)
{
    (void)state;

    for (int32_t cp = 0; cp <= 0x10ffff; cp++) {
        char text[4];
        struct ex_cur c;

        if (cp == 0xd800)
            cp = 0xe000;
        c = ex_cur_of((struct ex_span){ (const uint8_t *)text, ex_utf8_put(text, cp) });
        const int32_t back = ex_utf8_next(&c);
        if (back != cp || c.left != 0)
            fail_msg("U+%04x became %x", (unsigned)cp, (unsigned)back);
    }
}

static void widths(void **state)
{
    static const struct {
        const char *text;
        size_t columns;
    } rows[] = {
        { "", 0 },
        { "abc", 3 },
        { "caf\xc3\xa9", 4 },
        { "e\xcc\x81", 1 },                /* e and a combining acute */
        { "\xe6\x97\xa5\xe6\x9c\xac", 4 }, /* two ideographs */
        { "\xed\x95\x9c", 2 },             /* a Hangul syllable */
        { "\xef\xbc\xa1", 2 },             /* a full-width A */
        { "\xf0\x9f\x98\x80", 2 },         /* an emoji */
        { "\xe2\x80\xa6", 1 },             /* the ellipsis */
        { "\xe2\x80\x8b", 0 },             /* zero width space */
        { "\xf0\xa0\x80\x80", 2 },         /* CJK extension B, the first */
        { "\xef\xbf\xbd", 1 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        if (ex_width(ex_span_str(rows[i].text)) != rows[i].columns)
            fail_msg("\"%s\": %zu columns, wanted %zu", rows[i].text,
                     ex_width(ex_span_str(rows[i].text)), rows[i].columns);
    assert_int_equal(ex_width_of(0xe0100), 0); /* the last range of all */
    assert_int_equal(ex_width_of(0x10ffff), 1);
}

static void cut_by_columns(void **state)
{
    static const char text[] = "a\xe6\x97\xa5"
                               "b\xcc\x81"
                               "c"; /* widths 1, 2, 1 + 0, 1 */
    static const size_t kept[] = { 0, 1, 1, 4, 7, 8, 8 };
    (void)state;

    for (size_t columns = 0; columns < N_OF(kept); columns++)
        if (ex_width_cut(ex_span_str(text), columns) != kept[columns])
            fail_msg("%zu columns keep %zu bytes, wanted %zu", columns,
                     ex_width_cut(ex_span_str(text), columns), kept[columns]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visible),
        cmocka_unit_test(any_bytes_become_safe),
        cmocka_unit_test(every_character_comes_back),
        cmocka_unit_test(widths),
        cmocka_unit_test(cut_by_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
