// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "input/lines.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static struct ex_lines lines;
static int never[2]; /* a pipe that nobody writes to: nothing stops the reader */

static int setup(void **state)
{
    (void)state;
    return pipe(never);
}

static int teardown(void **state)
{
    (void)state;
    close(never[0]);
    close(never[1]);
    return 0;
}

/* A file with these bytes, open at its start and already unlinked. */
static int file_of(struct ex_span s)
{
    char path[] = "/tmp/exprobe-lines-XXXXXX";
    const int fd = mkstemp(path);

    assert_true(fd >= 0);
    unlink(path);
    for (size_t at = 0; at < s.n;) {
        const ssize_t n = write(fd, s.p + at, s.n - at);
        assert_true(n > 0);
        at += (size_t)n;
    }
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* Lines joined with '|', to compare with a table. */
static void split(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *want;
    } rows[] = {
        { "", 0, "" },
        { "\n", 1, "|" },
        { "a", 1, "a|" },
        { "a\n", 2, "a|" },
        { "a\nb", 3, "a|b|" },
        { "a\n\nb\n", 5, "a||b|" },
        { "\n\n", 2, "||" },
        { "a\r\nb\r\n", 6, "a\r|b\r|" },
        { "a\rb\r", 4, "a\rb\r|" },
        { "\xef\xbb\xbf"
          "a\n",
          5,
          "\xef\xbb\xbf"
          "a|" },
        { "a\xff\xfe\nb", 5, "a\xff\xfe|b|" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const int fd = file_of((struct ex_span){ (const uint8_t *)rows[i].bytes, rows[i].n });
        char got[64] = "";
        struct ex_line line;
        uint64_t number = 0;
        enum ex_lines_got kind;

        ex_lines_init(&lines, fd, never[0]);
        while ((kind = ex_lines_next(&lines, &line)) == EX_LINES_LINE) {
            snprintf(got + strlen(got), sizeof(got) - strlen(got), "%.*s|", (int)line.text.n,
                     (const char *)line.text.p);
            if (line.number != ++number || line.n_bytes != line.text.n)
                fail_msg("row %zu: number %u, %u bytes", i, (unsigned)line.number,
                         (unsigned)line.n_bytes);
        }
        if (kind != EX_LINES_END || strcmp(got, rows[i].want) != 0)
            fail_msg("row %zu: \"%s\", wanted \"%s\"", i, got, rows[i].want);
        assert_int_equal(ex_lines_next(&lines, &line), EX_LINES_END);
        close(fd);
    }
}

static void nul_bytes(void **state)
{
    const int fd = file_of((struct ex_span){ (const uint8_t *)"a\0b\n\0\nc", 7 });
    struct ex_line line;
    (void)state;

    ex_lines_init(&lines, fd, never[0]);
    assert_int_equal(ex_lines_next(&lines, &line), EX_LINES_LINE);
    assert_int_equal(line.text.n, 3);
    assert_memory_equal(line.text.p, "a\0b", 3);
    assert_int_equal(ex_lines_next(&lines, &line), EX_LINES_LINE);
    assert_int_equal(line.text.n, 1);
    assert_int_equal(ex_lines_next(&lines, &line), EX_LINES_LINE);
    assert_memory_equal(line.text.p, "c", 1);
    close(fd);
}

/* Lengths round every edge: of what is kept, and of the buffer. Each line is
 * followed by a short one, which must come whole. */
static void lengths(void **state)
{
    static const size_t rows[] = {
        0,
        1,
        EX_LINE_MAX,
        EX_LINES_KEPT - 1,
        EX_LINES_KEPT,
        EX_LINES_KEPT + 1,
        EX_LINES_BUFFER - 5,
        EX_LINES_BUFFER - 1,
        EX_LINES_BUFFER,
        EX_LINES_BUFFER + 1,
        EX_LINES_BUFFER + EX_LINES_KEPT,
        2 * EX_LINES_BUFFER,
        1024 * 1024,
        3000001,
    };
    uint8_t *bytes = malloc(3000001 + 16);
    (void)state;

    assert_non_null(bytes);
    for (size_t i = 0; i < N_OF(rows); i++) {
        const size_t n = rows[i], kept = n < EX_LINES_KEPT ? n : EX_LINES_KEPT;
        struct ex_line line;

        for (size_t k = 0; k < n; k++)
            bytes[k] = (uint8_t)('a' + k % 23);
        memcpy(bytes + n, "\nafter", 6);
        const int fd = file_of((struct ex_span){ bytes, n + 6 });
        ex_lines_init(&lines, fd, never[0]);
        assert_int_equal(ex_lines_next(&lines, &line), EX_LINES_LINE);
        if (line.n_bytes != n || line.text.n != kept || memcmp(line.text.p, bytes, kept) != 0)
            fail_msg("%zu bytes: kept %zu of %llu", n, line.text.n,
                     (unsigned long long)line.n_bytes);
        assert_int_equal(ex_lines_next(&lines, &line), EX_LINES_LINE);
        if (line.number != 2 || line.n_bytes != 5 || memcmp(line.text.p, "after", 5) != 0)
            fail_msg("%zu bytes: the next line is \"%.*s\"", n, (int)line.text.n,
                     (const char *)line.text.p);
        assert_int_equal(ex_lines_next(&lines, &line), EX_LINES_END);
        close(fd);
    }
    free(bytes);
}

/* A long last line without LF is one line, too. */
static void long_last_line(void **state)
{
    static uint8_t bytes[200000];
    const int fd = file_of((struct ex_span){ bytes, sizeof(bytes) });
    struct ex_line line;
    (void)state;

    ex_lines_init(&lines, fd, never[0]);
    assert_int_equal(ex_lines_next(&lines, &line), EX_LINES_LINE);
    assert_int_equal(line.n_bytes, sizeof(bytes));
    assert_int_equal(ex_lines_next(&lines, &line), EX_LINES_END);
    close(fd);
}

static void stopped(void **state)
{
    const int fd = file_of(ex_span_str("a\nb\n"));
    struct ex_line line;
    int stop[2];
    (void)state;

    assert_int_equal(pipe(stop), 0);
    assert_int_equal(write(stop[1], "x", 1), 1);
    ex_lines_init(&lines, fd, stop[0]);
    assert_int_equal(ex_lines_next(&lines, &line), EX_LINES_STOPPED);
    close(stop[0]);
    close(stop[1]);
    close(fd);
}

static void unreadable(void **state)
{
    const int fd = open("/tmp", O_RDONLY | O_DIRECTORY);
    struct ex_line line;
    (void)state;

    ex_lines_init(&lines, fd, never[0]);
    assert_int_equal(ex_lines_next(&lines, &line), EX_LINES_ERROR);
    assert_int_equal(lines.error, EISDIR);
    close(fd);
}

static void utf16(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        bool want;
    } rows[] = {
        { "\xff\xfe"
          "a\0",
          4, true },
        { "\xfe\xff\0a", 4, true },
        { "\xff\xfe\0\0", 4, true },
        { "a\0b\0", 4, true },
        { "\0a\0b", 4, true },
        { "\xff\xfe", 2, true },
        { "mail", 4, false },
        { "\xef\xbb\xbf"
          "m",
          4, false },
        { "a\0bc", 4, false },
        { "\0\0\0\0", 4, false },
        { "a\0", 2, false },
        { "", 0, false },
        { "\xff", 1, false },
        { "\xff\xff", 2, false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        if (ex_lines_is_utf16((struct ex_span){ (const uint8_t *)rows[i].bytes, rows[i].n }) !=
            rows[i].want)
            fail_msg("row %zu: not %d", i, rows[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split),          cmocka_unit_test(nul_bytes), cmocka_unit_test(lengths),
        cmocka_unit_test(long_last_line), cmocka_unit_test(stopped),   cmocka_unit_test(unreadable),
        cmocka_unit_test(utf16),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
