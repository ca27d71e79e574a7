// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/report.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
/* Short names, from the folder they are in: a report breaks long ones over two lines. */
#define SAMPLE  "sample.jsonl"
#define STOPPED "interrupted.jsonl"
#define OUT     "report.test-output"

static const int64_t NOW_MS = 1795420000000; /* 2026-11-23 */
static const struct ex_catalog catalog;

/* "" when there is no such file. */
static char *read_back(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t n = 0;

    if (!f || getdelim(&text, &n, '\0', f) < 0) {
        free(text);
        text = strdup("");
    }
    if (f)
        fclose(f);
    return text;
}

/* What `report -f @format @files` writes. */
static enum ex_status render(const char *const *files, const char *format, char **text,
                             struct ex_error *err)
{
    struct ex_config cfg = { .format = format, .output = OUT, .width = 100 };
    enum ex_exit code = EX_EXIT_OK;
    enum ex_status st;

    while (files[cfg.operands.n])
        cfg.operands.n++;
    cfg.operands.at = (const char **)files;
    st = ex_report(&cfg, &catalog, NOW_MS, &code, err);
    *text = read_back(OUT);
    unlink(OUT);
    return st;
}

static void errors(void **state)
{
    static const struct {
        const char *files[4], *format;
        enum ex_status status;
        const char *message;
    } rows[] = {
        { { SAMPLE }, "docx", EX_EUSAGE, "--format docx: there is no such format; see --help" },
        { { "/no/such/file" },
          "text",
          EX_EINPUT,
          "/no/such/file: cannot be read: No such file or directory" },
        { { SAMPLE, "/no/such/file" },
          NULL,
          EX_EINPUT,
          "/no/such/file: cannot be read: No such file or directory" },
        { { "../unit" }, "", EX_EINPUT, "../unit: has no file named *.jsonl" },
        { { "-", "-" }, "", EX_EUSAGE, "standard input (-) can be given only once" },
        { { "/dev/null" },
          "",
          EX_EINPUT,
          "/dev/null: holds no record of exprobe; was the scan stopped before it began?" },
        { { SAMPLE, "../../LICENSE" },
          "",
          EX_EINPUT,
          "../../LICENSE:1: not a record of exprobe (one JSON object a line); the file is"
          " damaged or of another program" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { "" };
        char *text = NULL;
        const enum ex_status st = render(rows[i].files, rows[i].format, &text, &err);

        if (st != rows[i].status || strcmp(err.text, rows[i].message) != 0)
            fail_msg("row %zu: %s: %s", i, ex_status_str(st), err.text);
        if (text[0]) /* an error is no report about the rest */
            fail_msg("row %zu prints: %.100s", i, text);
        free(text);
    }
}

/* One file after the other is the same as both in one. */
static void several_files(void **state)
{
    static const char *const one[] = { SAMPLE, NULL }, *const two[] = { SAMPLE, STOPPED, NULL };
    static const char *const again[] = { SAMPLE, SAMPLE, NULL };
    struct ex_error err = { "" };
    char *a = NULL, *b = NULL, *c = NULL;
    (void)state;

    assert_int_equal(render(one, NULL, &a, &err), EX_OK);
    assert_int_equal(render(two, "text", &b, &err), EX_OK);
    assert_int_equal(render(again, "text", &c, &err), EX_OK);
    assert_true(strncmp(a, "32 hosts: ", 10) == 0);
    assert_true(strncmp(b, "INCOMPLETE", 10) == 0);
    assert_non_null(strstr(b, STOPPED ":1: the run of 2026-11-23 07:41 UTC was interrupted"));
    assert_non_null(strstr(b, "\n33 hosts: ")); /* three are in both */
    assert_non_null(strstr(c, "32 records were replaced by a newer one of the same host"));
    free(a);
    free(b);
    free(c);
}

/* A disk that is full is an error, not a short report. */
static void output_errors_are_told(void **state)
{
    static const char *files[] = { SAMPLE, NULL };
    static const struct {
        const char *output, *message;
    } rows[] = {
        { "/dev/full", "/dev/full: cannot be written: No space left on device" },
        { "/no/such/folder/report",
          "/no/such/folder/report: cannot be created: No such file or directory" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_config cfg = { .operands = { files, 1 }, .output = rows[i].output };
        enum ex_exit code = EX_EXIT_OK;
        struct ex_error err = { "" };

        assert_int_equal(ex_report(&cfg, &catalog, NOW_MS, &code, &err), EX_EOUTPUT);
        assert_string_equal(err.text, rows[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors),
        cmocka_unit_test(several_files),
        cmocka_unit_test(output_errors_are_told),
    };

    if (chdir(SOURCE_ROOT "/tests/golden") != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
