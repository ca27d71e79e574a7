// SPDX-License-Identifier: MIT
/* Every format of whatever result file can be read, and what changed between its two halves. No
 * text of it becomes markup, a formula, a member or a metric, and the counts add up. */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "report/report.h"
#include "reports.h"

#define FILE_NAME "secret-name"

enum { MADE_MS_STEP = 1000 };

/* A sweep with what it was read from. */
struct input {
    FILE *in[1];
    struct ex_results *results;
    struct ex_sweep *sweep;
};

static void open_input(struct input *to, const uint8_t *data, size_t n)
{
    static const char *const names[] = { FILE_NAME };

    *to = (struct input){ .sweep = NULL };
    to->in[0] = n ? fmemopen((void *)data, n, "r") : fopen("/dev/null", "r");
    MUST(to->in[0]);
    MUST(ex_results_new(&to->results, to->in, names, 1) == EX_OK);
}

static void close_input(struct input *in)
{
    ex_sweep_free(in->sweep);
    ex_results_free(in->results);
    fclose(in->in[0]);
}

typedef enum ex_status render_fn(FILE *to, const struct ex_report *r, struct ex_error *err);

static enum ex_status as_html(FILE *to, const struct ex_report *r, struct ex_error *err)
{
    return ex_html_report(to, r, NULL, err);
}

static enum ex_status as_text_changes(FILE *to, const struct ex_report *r, struct ex_error *err)
{
    const struct ex_text_options opt = { .width = 80 };

    (void)err;
    return ex_text_changes_report(to, r, &opt);
}

/* In malloc()ed memory, without a NUL inside. */
static char *render(const struct ex_report *r, render_fn *format)
{
    struct ex_error err = { "" };
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);

    MUST(to);
    MUST(format(to, r, &err) == EX_OK);
    MUST(fclose(to) == 0 && text && strlen(text) == n);
    return text;
}

static void check(const struct ex_report *r, render_fn *format, void (*must_hold)(const char *))
{
    char *text = render(r, format);

    must_hold(text);
    MUST(!r->client || !strstr(text, FILE_NAME));
    free(text);
}

static void check_json(const struct ex_report *r, render_fn *format, size_t max)
{
    char *text = render(r, format);

    must_be_json(text, max);
    MUST(!r->client || !strstr(text, FILE_NAME));
    free(text);
}

static void must_be_text(const char *text)
{
    MUST(*text && !strpbrk(text, "\r\t\033\177"));
}

static void check_formats(const struct ex_report *r)
{
    check(r, as_html, must_be_our_page);
    check(r, ex_csv_report, must_be_table);
    check(r, ex_plan_csv_report, must_be_table);
    check(r, ex_prometheus_report, must_be_metrics);
    check_json(r, ex_sarif_report, 1);
    check_json(r, ex_ecs_report, SIZE_MAX);
}

static void check_counts(const struct ex_changes *c)
{
    uint64_t targets = 0, findings = 0, told = 0, open = 0;

    for (size_t i = 0; i < EX_N_FATES; i++)
        targets += c->fates[i];
    for (size_t i = 0; i < EX_N_CHANGES; i++)
        findings += c->changes[i];
    for (size_t i = 0; i < c->n; i++) {
        told += c->at[i].n_findings;
        for (size_t k = 0; k < c->at[i].n_findings; k++) {
            const struct ex_changed_finding *f = &c->at[i].findings[k];

            open += f->change == EX_CHANGE_STILL_OPEN;
            MUST((f->change == EX_CHANGE_NOT_SEEN) == (f->why[0] != '\0'));
            /* Without a result of now nothing is fixed. */
            MUST(f->change != EX_CHANGE_FIXED ||
                 (c->at[i].fate != EX_FATE_GONE_DARK && c->at[i].fate != EX_FATE_NOT_REACHED &&
                  c->at[i].fate != EX_FATE_NO_LONGER_LISTED));
        }
    }
    MUST(targets == c->n && findings == told);
    MUST(!c->worse || c->changed);
    MUST(c->changed || findings == open);
    MUST(c->earlier_complete || c->fates[EX_FATE_NEWLY_LISTED] == 0);
    MUST(c->complete || c->fates[EX_FATE_NO_LONGER_LISTED] == 0);
}

/* What changed from @earlier, and the formats with it; then each client's part of it. */
static void check_changes(struct ex_report *r, struct input *earlier)
{
    struct ex_error err = { "" };
    struct ex_changes *all = NULL;
    size_t n = 0;

    if (ex_changes_make(&all, r->sweep, earlier->results, NULL, &err) != EX_OK) {
        MUST(!all && err.text[0]);
        return;
    }
    r->changes = all;
    check_counts(all);
    check(r, ex_html_changes_report, must_be_our_page);
    check(r, as_text_changes, must_be_text);
    check_json(r, ex_json_changes_report, 1);
    check_formats(r);
    for (size_t i = 0; i < r->sweep->n_clients; i++) {
        struct ex_changes *part = NULL;

        MUST(ex_changes_client(&part, all, r->sweep->clients[i]) == EX_OK);
        check_counts(part);
        n += part->n;
        ex_changes_free(part);
    }
    MUST(n <= all->n);
    r->changes = NULL;
    ex_changes_free(all);
}

static void check_clients(const struct ex_report *all)
{
    for (size_t i = 0; i < all->sweep->n_clients && i < 3; i++) {
        struct ex_report r = *all;
        struct ex_rows rows;

        MUST(ex_sweep_client(&rows, all->sweep, all->sweep->clients[i]) == EX_OK);
        r.rows = &rows;
        r.client = all->sweep->clients[i];
        check_formats(&r);
        ex_rows_deinit(&rows);
    }
}

/* Behind the line in the middle. */
static size_t half_of(const uint8_t *data, size_t n)
{
    const uint8_t *end = n ? memchr(data + n / 2, '\n', n - n / 2) : NULL;

    return end ? (size_t)(end - data) + 1 : n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const size_t half = half_of(data, n);
    struct ex_error err = { "" };
    struct input whole, first, second;

    if (memmem(data, n, FILE_NAME, strlen(FILE_NAME))) /* it would be told, and rightly */
        return 0;
    open_input(&whole, data, n);
    open_input(&first, data, half);
    open_input(&second, data + half, n - half);
    if (ex_sweep_load(&whole.sweep, whole.results, NULL, &err) == EX_OK) {
        struct ex_report r = { .sweep = whole.sweep,
                               .rows = &whole.sweep->all,
                               .made_unix_ms = (int64_t)n * MADE_MS_STEP,
                               .version = "0" };

        check_formats(&r);
        check_clients(&r);
    }
    if (ex_sweep_load(&second.sweep, second.results, NULL, &err) == EX_OK) {
        struct ex_report r = { .sweep = second.sweep, .rows = &second.sweep->all, .version = "0" };

        check_changes(&r, &first);
    }
    close_input(&whole);
    close_input(&first);
    close_input(&second);
    return 0;
}
