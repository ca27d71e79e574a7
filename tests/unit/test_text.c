// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "out/utf8.h"
#include "report/width.h"
#include "swept.h"

/*
 * Reports, compared byte for byte with tests/golden/NAME.txt. When a change of the
 * report is meant, run this program with EXPROBE_UPDATE_GOLDEN=1 and read the diff.
 */

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define GOLDEN  SOURCE_ROOT "/tests/golden/"

static char *read_file(const char *path, size_t *n)
{
    enum { FILE_MAX = 4 * 1024 * 1024 };
    FILE *f = fopen(path, "r");
    char *text = malloc(FILE_MAX + 1);

    if (!f || !text) {
        fail_msg("%s: cannot be read", path);
        abort();
    }
    *n = fread(text, 1, FILE_MAX, f);
    text[*n] = '\0';
    fclose(f);
    return text;
}

/* The report on @text, in malloc()ed memory. */
static char *report(const char *text, size_t n, const struct ex_text_options *opt)
{
    struct swept s = sweep_bytes(text, n, "results.jsonl", NULL);
    char *out = text_report_of(&s, opt);

    assert_int_equal(ex_sweep_is_complete(s.sweep), strstr(out, "INCOMPLETE") == NULL);
    unsweep(&s);
    return out;
}

/* How a sample is changed before it is rendered. */
enum change { AS_IT_IS, WITHOUT_END, TORN, ONLY_RUN_AND_END };

static size_t change_sample(char *text, size_t n, enum change change)
{
    char *end = strstr(text, "{\"type\":\"end\"");

    assert_non_null(end);
    switch (change) {
    case AS_IT_IS:
        return n;
    case WITHOUT_END:
        return (size_t)(end - text);
    case TORN:
        return (size_t)(end - text) - 100;
    case ONLY_RUN_AND_END:
        break;
    }
    char *first = strchr(text, '\n') + 1;
    static const char empty[] = "{\"type\":\"end\",\"interrupted\":false,\"hosts\":0}\n";
    memcpy(first, empty, sizeof(empty));
    return (size_t)(first - text) + strlen(empty);
}

static void reports(void **state)
{
    static const struct {
        const char *name, *sample;
        enum change change;
        struct ex_text_options opt;
    } rows[] = {
        { "report-80", "sample.jsonl", AS_IT_IS, { .width = 80 } },
        { "report-100", "sample.jsonl", AS_IT_IS, { .width = 0 } },
        { "report-140", "sample.jsonl", AS_IT_IS, { .width = 140 } },
        { "report-200", "sample.jsonl", AS_IT_IS, { .width = 200 } },
        { "details-100", "sample.jsonl", AS_IT_IS, { .width = 100, .details = true } },
        { "details-80", "interrupted.jsonl", AS_IT_IS, { .width = 80, .details = true } },
        { "color-100", "interrupted.jsonl", AS_IT_IS, { .width = 100, .color = true } },
        { "no-end-100", "interrupted.jsonl", WITHOUT_END, { .width = 100 } },
        { "torn-100", "interrupted.jsonl", TORN, { .width = 100 } },
        { "before-backdoors-100", "before-backdoors.jsonl", AS_IT_IS, { .width = 100 } },
        { "empty-100", "sample.jsonl", ONLY_RUN_AND_END, { .width = 100 } },
    };
    const bool update = getenv("EXPROBE_UPDATE_GOLDEN") != NULL;
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char sample[512], path[512];
        size_t n = 0, want_n = 0;

        snprintf(sample, sizeof(sample), GOLDEN "%s", rows[i].sample);
        snprintf(path, sizeof(path), GOLDEN "%s.txt", rows[i].name);
        char *text = read_file(sample, &n);
        n = change_sample(text, n, rows[i].change);
        char *got = report(text, n, &rows[i].opt);
        if (update) {
            FILE *f = fopen(path, "w");
            assert_non_null(f);
            assert_true(fputs(got, f) >= 0);
            assert_int_equal(fclose(f), 0);
        }
        char *want = read_file(path, &want_n);
        if (strcmp(got, want) != 0)
            fail_msg("%s.txt is not what the report is now:\n%s", rows[i].name, got);
        free(want);
        free(got);
        free(text);
    }
}

/* The words of the banner stand before anything else. */
static void incomplete_comes_first(void **state)
{
    static const enum change broken[] = { AS_IT_IS, WITHOUT_END, TORN };
    const struct ex_text_options opt = { .width = 100 };
    (void)state;

    for (size_t i = 0; i < N_OF(broken); i++) {
        size_t n = 0;
        char *text = read_file(GOLDEN "interrupted.jsonl", &n);
        n = change_sample(text, n, broken[i]);
        char *got = report(text, n, &opt);
        if (strncmp(got, "INCOMPLETE", 10) != 0)
            fail_msg("change %d: %.80s", (int)broken[i], got);
        free(got);
        free(text);
    }
    size_t n = 0;
    char *text = read_file(GOLDEN "sample.jsonl", &n);
    char *got = report(text, n, &opt);
    assert_null(strstr(got, "INCOMPLETE"));
    free(got);
    free(text);
}

/* The columns where a table's columns begin, from its heading. */
static size_t heading_column(const char *text, const char *word)
{
    const char *line = strstr(text, "SEVERITY  TARGET"), *at = line ? strstr(line, word) : NULL;

    return at && at < strchr(line, '\n') ? (size_t)(at - line) : 0;
}

static void check_table(const char *text, unsigned width)
{
    const size_t hunted = heading_column(text, "BACK DOOR");
    const size_t behind = hunted ? hunted : heading_column(text, "EXCHANGE");
    const char *line = strstr(text, "SEVERITY  TARGET"), *end;

    assert_true(behind > 0);
    for (; *line != '\n'; line = end + 1) {
        end = strchr(line, '\n');
        const struct ex_span s = { (const uint8_t *)line, (size_t)(end - line) };

        /* A name that is too long has a line of its own, and is never cut: the rest is below. */
        if (strspn(end + 1, " ") >= behind)
            continue;
        if (ex_width(s) > width)
            fail_msg("%u columns: \"%.*s\" is wider", width, (int)s.n, line);
        if (ex_width(s) > behind && line[ex_width_cut(s, behind) - 1] != ' ')
            fail_msg("%u columns: \"%.*s\" is out of line", width, (int)s.n, line);
    }
}

static void check_characters(const char *text, unsigned width)
{
    struct ex_cur c = ex_cur_of(ex_span_str(text));

    while (c.left > 0) {
        const int32_t cp = ex_utf8_next(&c);

        if (cp == EX_UTF8_BAD || (cp != '\n' && ex_utf8_is_unsafe(cp)))
            fail_msg("%u columns: character %x in the report", width, (unsigned)cp);
    }
    if (strstr(text, " \n"))
        fail_msg("%u columns: blanks at the end of a line", width);
}

/* Whatever the width, the table is aligned and nothing of a server moves the cursor. */
static void every_width(void **state)
{
    static const char *const samples[] = { "sample.jsonl", "before-backdoors.jsonl" };
    (void)state;

    for (size_t i = 0; i < N_OF(samples); i++) {
        char path[512];
        size_t n = 0;

        snprintf(path, sizeof(path), GOLDEN "%s", samples[i]);
        char *text = read_file(path, &n);
        for (unsigned width = 60; width <= 240; width++) {
            const struct ex_text_options opt = { .width = width, .details = true };
            char *got = report(text, n, &opt);

            check_table(got, width);
            check_characters(got, width);
            free(got);
        }
        free(text);
    }
}

/* Colours stand beside words: without them, the text is the same. */
static void colors_say_nothing(void **state)
{
    const struct ex_text_options plain = { .width = 100, .details = true };
    const struct ex_text_options colored = { .width = 100, .details = true, .color = true };
    size_t n = 0;
    char *text = read_file(GOLDEN "sample.jsonl", &n);
    char *want = report(text, n, &plain), *got = report(text, n, &colored), *to = got;
    (void)state;

    assert_true(strlen(got) > strlen(want));
    for (const char *from = got; *from;) {
        if (*from == '\033')
            from += strcspn(from, "m") + 1;
        else
            *to++ = *from++;
    }
    *to = '\0';
    assert_string_equal(got, want);
    free(got);
    free(want);
    free(text);
}

/* The numbers of a line of the summary. */
static unsigned long sum_of_line(const char *text, const char *label)
{
    const char *summary = strstr(text, "\nSummary\n"), *at = strstr(summary, label);
    unsigned long sum = 0;

    assert_non_null(at);
    for (at += strlen(label); *at && strncmp(at, "\n  ", 3) != 0 && strncmp(at, "\n\n", 2) != 0;) {
        /* a number behind a blank or a line's beginning, followed by its word */
        if (at[-1] == ' ' && *at >= '0' && *at <= '9') {
            char *end;
            sum += strtoul(at, &end, 10);
            at = end;
        } else {
            at++;
        }
    }
    return sum;
}

static void sums_add_up(void **state)
{
    static const char *const labels[] = { "  Exchange  ", "  Severity  ",   "  Updates  ",
                                          "  Support  ",  "  Back doors  ", "  Logon pages " };
    const struct ex_text_options opt = { .width = 240 };
    size_t n = 0;
    char *text = read_file(GOLDEN "sample.jsonl", &n);
    char *got = report(text, n, &opt);
    const char *first = strstr(got, " hosts: ");
    unsigned long hosts = strtoul(got, NULL, 10);
    (void)state;

    assert_non_null(first);
    assert_true(hosts > 30);
    for (size_t i = 0; i < N_OF(labels); i++)
        if (sum_of_line(got, labels[i]) != hosts)
            fail_msg("%s adds up to %lu of %lu", labels[i], sum_of_line(got, labels[i]), hosts);
    /* "32 hosts of 30 targets: 21 answered, ..." */
    assert_int_equal(sum_of_line(got, " targets: "), hosts);
    free(got);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports),     cmocka_unit_test(incomplete_comes_first),
        cmocka_unit_test(every_width), cmocka_unit_test(colors_say_nothing),
        cmocka_unit_test(sums_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
