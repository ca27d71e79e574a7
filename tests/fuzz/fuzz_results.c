// SPDX-License-Identifier: MIT
/* Result files come from other machines. Whatever is in one, the reader ends, a report on
 * it is safe to print, counts every host once, and an unfinished run is called so first. */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "out/utf8.h"
#include "report/report.h"

static const char *const names[] = { "f" };

static FILE *open_bytes(const uint8_t *data, size_t n)
{
    FILE *f = n ? fmemopen((void *)data, n, "r") : fopen("/dev/null", "r");

    MUST(f);
    return f;
}

/* Each record that counts can be read again, and is that of its host. */
static void check_record(const struct ex_sweep *sweep, const struct ex_row *row)
{
    struct ex_error err = { "" };
    json_t *record;

    MUST(ex_sweep_record(&record, sweep, row, &err) == EX_OK);
    MUST(strcmp(ex_json_str(record, "type"), "host") == 0);
    MUST(strcmp(ex_json_str(record, "state"), ex_state_str(row->state)) == 0);
    json_decref(record);
}

static void check_sweep(const struct ex_sweep *sweep)
{
    const struct ex_rows *rows = &sweep->all;
    size_t n_needs = 0, n_listed = 0;
    uint64_t n_records = 0;

    for (size_t i = 0; i < rows->n; i++) {
        MUST(i == 0 || ex_row_cmp(rows->at[i - 1], rows->at[i]) < 0);
        MUST(rows->at[i]->run < ex_results_n_runs(sweep->results));
        MUST(rows->hunted || !rows->at[i]->hunted);
        MUST(rows->at[i]->hunted || ex_row_signs(rows->at[i]) == EX_BD_NOT_ASSESSED);
        n_needs += rows->at[i]->n_needs;
        check_record(sweep, rows->at[i]);
    }
    for (size_t i = 0; i < rows->n_actions; i++)
        n_listed += rows->actions[i].n_hosts;
    for (size_t i = 0; i < ex_results_n_runs(sweep->results); i++)
        n_records += ex_results_run(sweep->results, i)->hosts;
    MUST(n_needs == n_listed);
    MUST(n_records == rows->n + sweep->n_replaced);
    MUST(rows->n_targets <= rows->n);
    MUST(rows->n_pages_differ * 2 <= rows->n); /* it takes two to differ */
    MUST(!sweep->limits || strlen(sweep->limits) < EX_RESULT_LINE_MAX);
}

/* The hosts of all clients are all hosts. */
static void check_clients(const struct ex_sweep *sweep)
{
    size_t n = 0;

    for (size_t i = 0; i < sweep->n_clients; i++) {
        struct ex_rows rows;

        MUST(ex_sweep_client(&rows, sweep, sweep->clients[i]) == EX_OK);
        MUST(rows.n > 0);
        n += rows.n;
        ex_rows_deinit(&rows);
    }
    MUST(n == sweep->all.n);
}

/* Who reads "none seen" in the summary also reads what that means. */
static bool says_none_seen(const char *text)
{
    const char *line = strstr(text, "\n  Back doors  ");
    const char *end = line ? strstr(line, "\n  Logon pages ") : NULL;
    const char *words = line ? strstr(line, " none seen") : NULL;

    return words && end && words < end;
}

static void check_report(const struct ex_sweep *sweep, unsigned width)
{
    const struct ex_text_options opt = { .width = width, .details = true };
    const struct ex_report r = { .sweep = sweep, .rows = &sweep->all };
    struct ex_error err = { "" };
    char *text = NULL;
    size_t text_n = 0;
    FILE *to = open_memstream(&text, &text_n);
    struct ex_cur c;

    MUST(to);
    MUST(ex_text_report(to, &r, &opt, &err) == EX_OK);
    fclose(to);
    MUST(ex_sweep_is_complete(sweep) || strncmp(text, "INCOMPLETE", 10) == 0);
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
    struct ex_results *results = NULL;
    struct ex_sweep *sweep = NULL;
    struct ex_error err = { "" };
    FILE *const in[] = { open_bytes(data, n) };

    MUST(ex_results_new(&results, in, names, 1) == EX_OK);
    if (ex_sweep_load(&sweep, results, NULL, &err) == EX_OK) {
        check_sweep(sweep);
        check_clients(sweep);
        check_report(sweep, n % 2 ? 80 : 140);
    } else {
        MUST(!sweep && strncmp(err.text, "f:", 2) == 0); /* an error names its place */
    }
    ex_sweep_free(sweep);
    ex_results_free(results);
    fclose(in[0]);
    return 0;
}
