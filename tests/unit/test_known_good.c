// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/known_good.h"

#define N_OF(a)   (sizeof(a) / sizeof((a)[0]))
#define A64       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64       "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C64_UPPER "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"
#define C64       "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

static char file[] = "/tmp/exprobe-known-XXXXXX";

static int setup(void **state)
{
    const int fd = mkstemp(file);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(file);
}

static void write_file(const char *text, size_t n)
{
    FILE *f = fopen(file, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void accepted(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        const char *first, *last;
    } rows[] = {
        { "[]", 0, NULL, NULL },
        { " [ \"" A64 "\" ]\r\n", 1, A64, A64 },
        { "[\"" B64 "\", \"" A64 "\"]", 2, A64, B64 },
        { "[\"" B64 "\", \"" A64 "\", \"" B64 "\", \"" A64 "\"]", 2, A64, B64 },
        { "[\"" C64_UPPER "\", \"" C64 "\", \"" A64 "\"]", 2, A64, C64 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_known_good k;
        struct ex_error err = { "" };

        write_file(rows[i].text, strlen(rows[i].text));
        if (ex_known_good_load(&k, file, &err) != EX_OK || k.n != rows[i].n)
            fail_msg("%s: %s, %zu hashes", rows[i].text, err.text, k.n);
        if (k.n > 0) {
            assert_string_equal(k.at[0], rows[i].first);
            assert_string_equal(k.at[k.n - 1], rows[i].last);
        }
        ex_known_good_free(&k);
        assert_null(k.at);
    }
}

static void refused(void **state)
{
    static const struct {
        const char *text, *what;
    } rows[] = {
        { "", "line 1: is not JSON" },
        { "[\n\"" A64 "\"\n", "is not JSON" },
        { "[\"" A64 "\"] x", "line 1" },
        { "{}", "not a JSON array" },
        { "\"" A64 "\"", "is not JSON" },
        { "[1]", "element 1: is not a SHA-256" },
        { "[\"" A64 "\", null]", "element 2: is not" },
        { "[\"" A64 "\", [\"" B64 "\"]]", "element 2: is not" },
        { "[\"" A64 "\", \"" A64 "a\"]", "element 2: \"aaaa" },
        { "[\"abc\"]", "element 1: \"abc\" is not" },
        { "[\"\"]", "element 1: \"\" is not" },
        { "[\"" A64 "\", \"gbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"]",
          "element 2: \"gbbb" },
        { "[\"\\u001b[31m\"]", "element 1: \"\\x1b[31m\"" },
        { "[\"\\u0000" A64 "\"]", "is not JSON" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_known_good k = { .n = 7 };
        struct ex_error err = { "" };

        write_file(rows[i].text, strlen(rows[i].text));
        if (ex_known_good_load(&k, file, &err) != EX_EINPUT || k.at || k.n)
            fail_msg("%s was read: %s", rows[i].text, err.text);
        if (!strstr(err.text, rows[i].what) || !strstr(err.text, file))
            fail_msg("%s: %s", rows[i].text, err.text);
    }
}

/* @n different hashes. */
static void write_many(size_t n)
{
    FILE *f = fopen(file, "wb");

    assert_non_null(f);
    fputc('[', f);
    for (size_t i = 0; i < n; i++)
        fprintf(f, "%s\"%064zx\"\n", i ? "," : "", n - i);
    fputc(']', f);
    assert_int_equal(fclose(f), 0);
}

static void limits(void **state)
{
    struct ex_known_good k;
    struct ex_error err = { "" };
    char *blank = malloc(4 * 1024 * 1024 + 1);
    (void)state;

    write_many(EX_KNOWN_GOOD_MAX);
    assert_int_equal(ex_known_good_load(&k, file, &err), EX_OK);
    assert_int_equal(k.n, EX_KNOWN_GOOD_MAX);
    for (size_t i = 1; i < k.n; i++)
        assert_true(strcmp(k.at[i - 1], k.at[i]) < 0);
    ex_known_good_free(&k);
    write_many(EX_KNOWN_GOOD_MAX + 1);
    assert_int_equal(ex_known_good_load(&k, file, &err), EX_EINPUT);
    assert_non_null(strstr(err.text, "more than 10000"));
    assert_non_null(blank);
    memset(blank, ' ', 4 * 1024 * 1024 + 1);
    write_file(blank, 4 * 1024 * 1024 + 1);
    free(blank);
    assert_int_equal(ex_known_good_load(&k, file, &err), EX_EINPUT);
    assert_non_null(strstr(err.text, "larger than 4 MiB"));
    assert_int_equal(ex_known_good_load(&k, "/nonexistent/known.json", &err), EX_EIO);
    assert_non_null(strstr(err.text, "No such file"));
    assert_int_equal(ex_known_good_load(&k, "/tmp", &err), EX_EIO);
    ex_known_good_free(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(accepted), cmocka_unit_test(refused),
                                        cmocka_unit_test(limits) };

    return cmocka_run_group_tests(tests, setup, teardown);
}
