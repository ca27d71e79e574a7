// SPDX-License-Identifier: MIT
/* Result files come from other machines. Whatever is in one, the reader ends, a report on
 * it is safe to print, counts every host once, and an unfinished run is called so first. */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "out/utf8.h"
#include "report/rows.h"
#include "report/text.h"

enum { DETAILS_MAX = 3 };

static const char *const names[] = { "f" };

static FILE *open_bytes(const uint8_t *data, size_t n)
{
    FILE *f = n ? fmemopen((void *)data, n, "r") : fopen("/dev/null", "r");

    MUST(f);
    return f;
}

static void check_rows(const struct ex_rows *rows, const struct ex_results *results)
{
    size_t n_details = 0, n_needs = 0, n_listed = 0;
    uint64_t n_records = 0;

    for (size_t i = 0; i < rows->n; i++) {
        MUST(i == 0 || ex_row_cmp(rows->at[i - 1], rows->at[i]) < 0);
        MUST(rows->at[i]->run < ex_results_n_runs(results));
        n_details += rows->at[i]->record != NULL;
        MUST(rows->hunted || !rows->at[i]->hunted);
        MUST(rows->at[i]->hunted || ex_row_signs(rows->at[i]) == EX_BD_NOT_ASSESSED);
        n_needs += rows->at[i]->n_needs;
    }
    for (size_t i = 0; i < rows->n_actions; i++)
        n_listed += rows->actions[i]->n_hosts;
    for (size_t i = 0; i < ex_results_n_runs(results); i++)
        n_records += ex_results_run(results, i)->hosts;
    MUST(n_details <= DETAILS_MAX);
    MUST(n_needs == n_listed);
    MUST(n_records == rows->n + rows->n_replaced);
    MUST(rows->n_targets <= rows->n);
    MUST(rows->n_pages_differ * 2 <= rows->n); /* it takes two to differ */
    MUST(!rows->limits || strlen(rows->limits) < EX_RESULT_LINE_MAX);
}

/* Returns whether all runs are complete. */
static bool load(const uint8_t *data, size_t n, bool *readable)
{
    struct ex_results *results = NULL;
    struct ex_rows *rows = NULL;
    struct ex_error err = { "" };
    FILE *const in[] = { open_bytes(data, n) };
    bool complete = true;

    MUST(ex_results_new(&results, in, names, 1) == EX_OK);
    *readable = ex_rows_load(&rows, results, DETAILS_MAX, &err) == EX_OK;
    MUST(*readable == (rows != NULL));
    MUST(*readable || strncmp(err.text, "f:", 2) == 0); /* an error names its place */
    if (rows)
        check_rows(rows, results);
    for (size_t i = 0; i < ex_results_n_runs(results); i++)
        complete = complete && ex_run_is_complete(ex_results_run(results, i));
    ex_rows_free(rows);
    ex_results_free(results);
    fclose(in[0]);
    return complete;
}

/* Who reads "none seen" in the summary also reads what that means. */
static bool says_none_seen(const char *text)
{
    const char *line = strstr(text, "\n  Back doors  ");
    const char *end = line ? strstr(line, "\n  Logon pages ") : NULL;
    const char *words = line ? strstr(line, " none seen") : NULL;

    return words && end && words < end;
}

static void check_report(const uint8_t *data, size_t n, unsigned width, bool complete)
{
    const struct ex_text_options opt = { .width = width, .details = true };
    struct ex_error err = { "" };
    FILE *const in[] = { open_bytes(data, n) };
    char *text = NULL;
    size_t text_n = 0;
    FILE *to = open_memstream(&text, &text_n);
    struct ex_cur c;

    MUST(to);
    bool said = !complete;
    MUST(ex_text_report(to, in, names, 1, &opt, &said, &err) == EX_OK);
    MUST(said == complete);
    fclose(to);
    fclose(in[0]);
    MUST(complete || strncmp(text, "INCOMPLETE", 10) == 0);
    MUST(strstr(text, "\nSummary\n") && strstr(text, "\nWhat to do\n"));
    MUST(!says_none_seen(text) || strstr(text, "\nWhat cannot be seen from outside\n"));
    c = ex_cur_of((struct ex_span){ (const uint8_t *)text, text_n });
    while (c.left > 0) {
        const int32_t cp = ex_utf8_next(&c);

        MUST(cp != EX_UTF8_BAD && (cp == '\n' || !ex_utf8_is_unsafe(cp)));
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    bool readable;
    const bool complete = load(data, n, &readable);

    if (readable)
        check_report(data, n, n % 2 ? 80 : 140, complete);
    return 0;
}
