// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "out/results.h"
#include "out/unfinished.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

#define RUN     "{\"type\":\"run\",\"schema\":\"exprobe/1\",\"run_id\":\"r\"}\n"
#define HOST                                                                                       \
    "{\"type\":\"host\",\"target\":\"a:443\",\"address\":\"192.0.2.1\",\"state\":\"answered\","    \
    "\"severity\":\"none\"}\n"
#define LOST                                                                                       \
    "{\"type\":\"host\",\"target\":\"b:443\",\"address\":null,\"state\":\"interrupted\","          \
    "\"severity\":\"none\"}\n"
#define END   "{\"type\":\"end\",\"hosts\":1,\"interrupted\":false}\n"
#define OTHER "{\"type\":\"guest\"}\n"

static struct ex_unfinished *reader_of(const char *bytes, size_t n, FILE **f)
{
    struct ex_unfinished *u;

    *f = n ? fmemopen((void *)bytes, n, "r") : fopen("/dev/null", "r");
    assert_non_null(*f);
    assert_int_equal(ex_unfinished_new(&u, *f, "f"), EX_OK);
    return u;
}

/* What is in a file, a letter a line, or the message that refuses it. */
static void read_all(const char *bytes, size_t n, char *to, size_t size)
{
    static const char letters[] = { [EX_PART_RUN] = 'R',
                                    [EX_PART_HOST] = 'h',
                                    [EX_PART_END] = 'E',
                                    [EX_PART_OTHER] = 'o',
                                    [EX_PART_DAMAGED] = '-' };
    FILE *f;
    struct ex_unfinished *u = reader_of(bytes, n, &f);
    struct ex_error err = { "" };
    struct ex_part p;
    bool got = true;
    size_t used = 0;
    uint64_t at = 0;

    while (got && used + 1 < size) {
        if (ex_unfinished_next(u, &p, &got, &err) != EX_OK) {
            snprintf(to + used, size - used, "%s", err.text);
            break;
        }
        to[used] = '\0';
        if (!got)
            break;
        assert_true(p.at == at); /* lines follow each other without a gap */
        at += p.n;
        assert_true(at <= n);
        assert_true((p.text != NULL) == (p.kind != EX_PART_DAMAGED));
        if (p.text)
            assert_memory_equal(p.text, bytes + p.at, p.n);
        to[used++] = letters[p.kind];
        to[used] = '\0';
    }
    ex_unfinished_free(u);
    fclose(f);
}

static void files(void **state)
{
    static const struct {
        const char *bytes;
        size_t n; /* 0: a string */
        const char *want;
    } rows[] = {
        { "", 0, "" },
        { RUN, 0, "R" },
        { RUN HOST END, 0, "RhE" },
        { RUN HOST LOST END HOST, 0, "RhhEh" },
        { RUN OTHER END, 0, "RoE" },
        /* a whole line has its newline */
        { RUN "{\"type\":\"end\"}", 0, "R-" },
        { RUN HOST "{", 0, "Rh-" },
        { RUN HOST "\0\0\0", sizeof(RUN HOST) + 2, "Rh-" },
        /* what a power cut leaves in the middle: zeros, two halves in one line, blanks */
        { RUN "\0\0\n" HOST, sizeof(RUN "\0\0\n" HOST) - 1, "R-h" },
        { RUN "{\"type\":\"host\",\"tar" HOST HOST, 0, "R-h" },
        { RUN "\n" HOST " \t\n", 0, "R-h-" },
        /* the very first moment */
        { "{", 0, "-" },
        { "{\"type\":\"run\",\"schema\":\"exp", 0, "-" },
        { "{\"type\":\"run\",\"schema\":\"exprobe/1\",\"run_id\"", 0, "-" },
        { "\0\0\0\0", 4, "-" },
        { "{\"type\"\0\0", 10, "-" },
        /* not ours, so not to be touched */
        { "hello\n", 0, "f:1: this is no result of exprobe; --fresh" },
        { "hello", 0, "f:1: this is no result of exprobe; --fresh" },
        { "\n" RUN, 0, "f:1: this is no result of exprobe; --fresh" },
        { "{\"type\":\"run\",\n", 0, "f:1: this is no result of exprobe; --fresh" },
        { "{}\n", 0, "f:1: this is no record of exprobe: it has no \"type\"; --fresh" },
        { RUN "[1]\n" HOST, 0, "Rf:2: this is no record of exprobe: it has no \"type\"; --fresh" },
        { "\x1f\x8b\x08\0\0", 5,
          "f:1: this is compressed; decompress it, and go on with that; --" },
        { "\x28\xb5\x2f\xfd$\n", 0, "f:1: this is compressed; " },
        { RUN "\x1f\x8b\n" HOST, 0, "R-h" },
        { "\x1f", 0, "f:1: this is no result of exprobe; --fresh" },
        { HOST, 0, "f:1: the run record is missing; --fresh" },
        { "{\"type\":\"run\",\"schema\":\"exprobe/9\"}\n", 0,
          "f:1: this exprobe goes on with schema exprobe/1, the file has \"exprobe/9\"; --fresh" },
        { "{\"type\":\"run\"}\n", 0,
          "f:1: this exprobe goes on with schema exprobe/1, the file has \"\"; --fresh" },
        { "{\"type\":\"run\",\"schema\":\"exprobe/1\"}\n", 0,
          "f:1: the run record has no \"run_id\"; --fresh" },
        { RUN HOST RUN, 0, "Rhf:3: a second run begins here; only a file of one run" },
        { RUN "{\"type\":\"host\"}\n", 0, "Rf:2: the host record has no usable \"target\"" },
        { RUN "{\"type\":\"host\",\"target\":\"a\",\"state\":\"fine\"}\n", 0,
          "Rf:2: the host record has an unknown \"state\" \"fine\"; --fresh" },
        { RUN "{\"type\":\"host\",\"target\":\"a\",\"state\":\"refused\",\"severity\":\"bad\"}\n",
          0, "Rf:2: the host record has an unknown \"severity\" \"bad\"; --fresh" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const size_t n = rows[i].n ? rows[i].n : strlen(rows[i].bytes);
        const bool is_error = strstr(rows[i].want, "f:") != NULL;
        char got[600];

        read_all(rows[i].bytes, n, got, sizeof(got));
        if (is_error ? strncmp(got, rows[i].want, strlen(rows[i].want)) != 0
                     : strcmp(got, rows[i].want) != 0)
            fail_msg("row %zu: %s, wanted %s", i, got, rows[i].want);
    }
}

/* Cut at any byte, a file gives its whole lines, and at most one damaged one. */
static void cut_anywhere(void **state)
{
    static const char bytes[] = RUN HOST LOST OTHER END;
    static const char letters[] = "RhhoE";
    (void)state;

    for (size_t n = 0; n < sizeof(bytes); n++) {
        char got[600], want[8] = "";
        size_t lines = 0;

        for (size_t i = 0; i < n; i++)
            if (bytes[i] == '\n')
                want[lines] = letters[lines], lines++;
        if (n > 0 && bytes[n - 1] != '\n')
            want[lines] = '-';
        read_all(bytes, n, got, sizeof(got));
        if (strcmp(got, want) != 0)
            fail_msg("%zu bytes: %s, wanted %s", n, got, want);
    }
}

static void host_fields(void **state)
{
    static const char bytes[] = RUN HOST LOST;
    FILE *f;
    struct ex_unfinished *u = reader_of(bytes, sizeof(bytes) - 1, &f);
    struct ex_error err = { "" };
    struct ex_part p;
    bool got;
    (void)state;

    assert_int_equal(ex_unfinished_next(u, &p, &got, &err), EX_OK);
    assert_int_equal(ex_unfinished_next(u, &p, &got, &err), EX_OK);
    assert_string_equal(p.target, "a:443");
    assert_string_equal(p.address, "192.0.2.1");
    assert_int_equal(p.state, EX_STATE_ANSWERED);
    assert_int_equal(p.line, 2);
    assert_int_equal(ex_unfinished_next(u, &p, &got, &err), EX_OK);
    assert_string_equal(p.address, "");
    assert_int_equal(p.state, EX_STATE_INTERRUPTED);
    ex_unfinished_free(u);
    fclose(f);
    ex_unfinished_free(NULL);
}

/* A line without an end, as zeros may be, takes no more memory than a record may. */
static void huge_line(void **state)
{
    const size_t n_zeros = 3 * (size_t)EX_RESULT_LINE_MAX, start = sizeof(RUN) - 1;
    char *bytes = calloc(1, start + n_zeros + sizeof(HOST));
    char got[600];
    (void)state;

    assert_non_null(bytes);
    memcpy(bytes, RUN, start);
    read_all(bytes, start + n_zeros, got, sizeof(got));
    assert_string_equal(got, "R-");
    bytes[start + n_zeros - 1] = '\n';
    memcpy(bytes + start + n_zeros, HOST, sizeof(HOST) - 1);
    read_all(bytes, start + n_zeros + sizeof(HOST) - 1, got, sizeof(got));
    assert_string_equal(got, "R-h");
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(host_fields),
        cmocka_unit_test(huge_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
