// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/report.h"

/*
 * What changed, compared byte for byte with tests/golden/NAME.txt: every word that there is, once.
 * When a change of the text is meant, run this program with EXPROBE_UPDATE_GOLDEN=1 and read the
 * diff.
 */

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define GOLDEN  SOURCE_ROOT "/tests/golden/"

enum { TODAY = 20780 /* 2026-11-23 */, UNTIL_END = 1 };

/* All of a file, less its last @less lines. */
static char *read_file(const char *name, int less)
{
    char path[512], *text = NULL;
    size_t size = 0;

    snprintf(path, sizeof(path), GOLDEN "%s", name);
    FILE *f = fopen(path, "r");
    if (!f || getdelim(&text, &size, '\0', f) < 0) {
        fail_msg("%s: cannot be read", path);
        abort();
    }
    fclose(f);
    for (; less > 0; less--) {
        text[strlen(text) - 1] = '\0';
        strrchr(text, '\n')[1] = '\0';
    }
    return text;
}

/* A result file, and what is read of it. */
struct source {
    char *text;
    FILE *in[1];
    struct ex_results *results;
};

static void open_source(struct source *s, const char *name, int less)
{
    static const char *const names[] = { "results.jsonl" };

    s->text = read_file(name, less);
    s->in[0] = fmemopen(s->text, strlen(s->text), "r");
    assert_non_null(s->in[0]);
    assert_int_equal(ex_results_new(&s->results, s->in, names, 1), EX_OK);
}

static void close_source(struct source *s)
{
    ex_results_free(s->results);
    fclose(s->in[0]);
    free(s->text);
}

static struct ex_accepted *accepted(void)
{
    char *text = read_file("diff-accepted.json", 0);
    FILE *in = fmemopen(text, strlen(text), "r");
    struct ex_accepted *all = NULL;
    struct ex_error err = { "" };

    assert_non_null(in);
    if (ex_accepted_load(&all, in, "diff-accepted.json", TODAY, &err) != EX_OK)
        fail_msg("%s", err.text);
    fclose(in);
    free(text);
    return all;
}

/* The text on what changed, in malloc()ed memory. The last lines of the inputs are left away. */
static char *tell(int less_now, int less_then, unsigned width)
{
    const struct ex_text_options opt = { .width = width };
    struct ex_accepted *risks = accepted();
    struct source then, now;
    struct ex_sweep *sweep = NULL;
    struct ex_changes *changes = NULL;
    struct ex_error err = { "" };
    char *out = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&out, &n);

    open_source(&then, "diff-earlier.jsonl", less_then);
    open_source(&now, "diff-now.jsonl", less_now);
    if (ex_sweep_load(&sweep, now.results, risks, &err) != EX_OK ||
        ex_changes_make(&changes, sweep, then.results, risks, &err) != EX_OK)
        fail_msg("%s", err.text);
    const struct ex_report r = { .sweep = sweep, .rows = &sweep->all, .changes = changes };
    assert_int_equal(ex_text_changes_report(to, &r, &opt), EX_OK);
    fclose(to);
    ex_changes_free(changes);
    ex_sweep_free(sweep);
    close_source(&now);
    close_source(&then);
    ex_accepted_free(risks);
    return out;
}

static void texts(void **state)
{
    static const struct {
        const char *name;
        int less_now, less_then;
        unsigned width;
    } rows[] = {
        { "diff-100.txt", 0, 0, 100 },
        { "diff-80.txt", 0, 0, 80 },
        { "diff-unfinished-100.txt", UNTIL_END, 0, 100 },
        { "diff-after-unfinished-100.txt", 0, UNTIL_END, 100 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char *got = tell(rows[i].less_now, rows[i].less_then, rows[i].width);

        if (getenv("EXPROBE_UPDATE_GOLDEN")) {
            char path[512];
            snprintf(path, sizeof(path), GOLDEN "%s", rows[i].name);
            FILE *f = fopen(path, "w");
            assert_non_null(f);
            assert_true(fputs(got, f) >= 0);
            assert_int_equal(fclose(f), 0);
        }
        char *want = read_file(rows[i].name, 0);
        if (strcmp(got, want) != 0)
            fail_msg("%s is not what is told now:\n%s", rows[i].name, got);
        free(want);
        free(got);
    }
}

/* The golden text is complete: each word is in one of them, and an unfinished sweep calls nothing
 * gone that it did not reach. */
static void every_word(void **state)
{
    char *whole = tell(0, 0, 0), *unfinished = tell(UNTIL_END, 0, 0),
         *after = tell(0, UNTIL_END, 0);
    (void)state;

    for (int i = 0; i < EX_N_CHANGES; i++)
        if (!strstr(whole, ex_change_words((enum ex_change)i)))
            fail_msg("%s is not in diff-100.txt", ex_change_words((enum ex_change)i));
    for (int i = 0; i < EX_N_FATES; i++) {
        const char *words = ex_fate_words((enum ex_fate)i);
        const char *text = i == EX_FATE_NOT_REACHED ? unfinished : whole;

        if (!strstr(text, words))
            fail_msg("%s is in no golden text", words);
    }
    assert_null(strstr(unfinished, ex_fate_words(EX_FATE_NO_LONGER_LISTED)));
    assert_null(strstr(after, ex_fate_words(EX_FATE_NEWLY_LISTED)));
    assert_memory_equal(unfinished, "INCOMPLETE", 10);
    free(after);
    free(unfinished);
    free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(every_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
