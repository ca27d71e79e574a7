// SPDX-License-Identifier: MIT
#include <string.h>

#include "core/put.h"
#include "report/age.h"
#include "report/text_parts.h"
#include "report/width.h"

enum {
    FINDINGS_MAX = 64, /* of one host */
    EVIDENCE_MAX = 6,  /* of one finding */
    INDENT = 4,
    LABELLED = 11, /* where the text begins behind a label */
    REMEDIES_MAX = 256,
    LINE_SIZE = 2048,
};

void ex_text_detail(const struct ex_text *t, const char *name, const char *text)
{
    if (!text[0])
        return;
    fprintf(t->paper.to, "%*s%-*s", INDENT, "", LABELLED - INDENT, name);
    ex_paper_wrap(&t->paper, LABELLED, LABELLED, text);
}

/* "x-owa-version: 15.2.1748.43 (200 from /owa/auth/logon.aspx?replaceCurrent=1)" */
static void say_evidence(const struct ex_text *t, const json_t *e, const char *rule, bool first)
{
    const char *header = ex_json_str(e, "header"), *source = ex_json_str(e, "source");
    const char *excerpt = ex_json_str(e, "excerpt"), *url = ex_json_str(e, "url");
    const uint64_t status = ex_json_u64(e, "status");
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    ex_put_str(&w, header);
    if (!header[0] && strcmp(source, rule) != 0) { /* else the title says it already */
        ex_put_str(&w, source);
        ex_put_str(&w, excerpt[0] ? ": " : "");
    }
    ex_put_str(&w, header[0] ? "" : excerpt);
    if (url[0]) {
        const bool alone = w.at == line;

        ex_put_str(&w, alone ? "" : " (");
        if (status)
            ex_put_dec(&w, status);
        ex_put_str(&w, status ? " from " : "");
        ex_put_str(&w, url);
        ex_put_str(&w, alone ? "" : ")");
    }
    ex_text_detail(t, first ? "seen" : "", line);
}

/* Remedies that were printed in full; borrowed from the findings. */
struct told {
    const char *remedy[REMEDIES_MAX];
    size_t n;
};

/* In full the first time, then only the order. */
static void say_remedy(const struct ex_text *t, const json_t *f, struct told *told)
{
    const char *remedy = ex_json_str(f, "remediation");
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    for (size_t i = 0; i < told->n; i++) {
        if (strcmp(told->remedy[i], remedy) == 0) {
            ex_put_str(&w, ex_json_str(f, "action"));
            ex_put_str(&w, " (as above)");
            ex_text_detail(t, "do", line);
            return;
        }
    }
    if (told->n < REMEDIES_MAX)
        told->remedy[told->n++] = remedy;
    ex_text_detail(t, "do", remedy);
}

static void say_proof(const struct ex_text *t, const json_t *f, const json_t *record)
{
    const json_t *evidence = json_object_get(f, "evidence");
    const size_t n = json_array_size(evidence);
    const bool hunted = strncmp(ex_json_str(f, "rule"), "backdoor-", strlen("backdoor-")) == 0;

    for (size_t i = 0; i < n && i < EVIDENCE_MAX; i++) {
        const json_t *one = json_array_get(evidence, i);

        if (!hunted || !ex_text_candidate(t, record, one))
            say_evidence(t, one, ex_json_str(f, "rule"), i == 0);
    }
    if (n > EVIDENCE_MAX) {
        char more[EX_CELL_SIZE];

        snprintf(more, sizeof(more), "... and %zu more (see the result file)", n - EVIDENCE_MAX);
        ex_text_detail(t, "", more);
    }
    if (ex_json_str(f, "curl")[0]) {
        fprintf(t->paper.to, "%*s%-*s", INDENT, "", LABELLED - INDENT, "check");
        ex_paper_command(&t->paper, LABELLED, LABELLED, ex_json_str(f, "curl"));
    }
}

static bool same_proof(const json_t *a, const json_t *b)
{
    return json_equal(json_object_get(a, "evidence"), json_object_get(b, "evidence")) &&
           strcmp(ex_json_str(a, "curl"), ex_json_str(b, "curl")) == 0;
}

static void say_acceptance(const struct ex_text *t, const struct ex_acceptance *a)
{
    char line[LINE_SIZE], day[EX_DAY_TEXT];
    struct ex_put w = ex_put_of(line, sizeof(line));

    if (!a)
        return;
    ex_put_str(&w, "by ");
    ex_put_str(&w, a->by);
    ex_put_str(&w, ": ");
    ex_put_str(&w, a->reason);
    if (a->expires_day != EX_DAY_NONE) {
        ex_put_str(&w, ", until ");
        ex_put_str(&w, ex_day_format(day, a->expires_day));
    }
    ex_text_detail(t, "accepted", line);
}

/* The @i-th finding of a host. */
static void say_finding(const struct ex_text *t, const struct ex_row *row, const json_t *record,
                        size_t i, struct told *told)
{
    const json_t *findings = json_object_get(record, "findings");
    const json_t *f = json_array_get(findings, i);
    const enum ex_severity severity = ex_row_severity(ex_json_str(f, "severity"));
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));
    bool proven = false;

    ex_paper_blanks(&t->paper, INDENT / 2);
    ex_paper_paint(&t->paper, ex_paint_of(severity), ex_severity_str(severity));
    putc(',', t->paper.to);
    putc(' ', t->paper.to);
    ex_put_str(&w, ex_json_str(f, "confidence"));
    ex_put_str(&w, ": ");
    ex_put_str(&w, ex_json_str(f, "title"));
    ex_paper_wrap(&t->paper, INDENT / 2 + strlen(ex_severity_str(severity)) + 2, INDENT, line);
    if (i < row->n_findings)
        say_acceptance(t, row->findings[i].accepted);
    say_remedy(t, f, told);
    for (size_t k = 0; k < i && !proven; k++)
        proven = same_proof(f, json_array_get(findings, k));
    if (proven)
        ex_text_detail(t, "seen", "as above");
    else
        say_proof(t, f, record);
}

/* What the search for signs of an intruder says as a whole. */
static void say_summaries(const struct ex_text *t, const json_t *record)
{
    static const struct {
        const char *key, *words;
    } rows[] = { { "backdoor", "back doors: " }, { "logon_page", "logon page: " } };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *summary = ex_json_str(json_object_get(record, rows[i].key), "summary");
        char line[LINE_SIZE];
        struct ex_put w = ex_put_of(line, sizeof(line));

        if (!summary[0])
            continue;
        ex_put_str(&w, rows[i].words);
        ex_put_str(&w, summary);
        ex_paper_blanks(&t->paper, INDENT / 2);
        ex_paper_wrap(&t->paper, INDENT / 2, INDENT, line);
    }
}

static void say_knowledge(const struct ex_text *t, const struct ex_row *row)
{
    const struct ex_run_seen *run = ex_results_run(t->results, row->run);
    char age[EX_AGE_SIZE];

    if (ex_age_say(age, run)[0])
        fprintf(t->paper.to, "%*sjudged by knowledge of %s; %s\n", INDENT / 2, "", run->data_date,
                age);
}

static void say_host(const struct ex_text *t, const struct ex_row *row, const json_t *record,
                     struct told *told)
{
    const size_t n = json_array_size(json_object_get(record, "findings"));
    char text[EX_CELL_SIZE], line[4 * EX_CELL_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    putc('\n', t->paper.to);
    ex_paper_paint(&t->paper, EX_PAINT_STRONG, row->target);
    putc(' ', t->paper.to);
    ex_put_str(&w, row->address[0] ? "[" : "");
    ex_put_str(&w, row->address);
    ex_put_str(&w, row->address[0] ? "]: " : "");
    ex_put_str(&w, ex_cell_version(text, row));
    ex_put_str(&w, ex_cell_build(text, row)[0] ? ", " : "");
    ex_put_str(&w, text);
    ex_paper_wrap(&t->paper, ex_width(ex_span_str(row->target)) + 1, INDENT / 2, line);
    say_knowledge(t, row);
    say_summaries(t, record);
    for (size_t i = 0; i < n && i < FINDINGS_MAX; i++)
        say_finding(t, row, record, i, told);
}

enum ex_status ex_text_details(const struct ex_text *t, struct ex_error *err)
{
    struct told told = { .n = 0 };
    json_t *said[EX_TEXT_DETAILS_MAX]; /* kept: what was told is borrowed from them */
    enum ex_status st = EX_OK;
    size_t n = 0, left = 0;

    ex_text_heading(t, "Details");
    for (size_t i = 0; i < t->rows->n && st == EX_OK; i++) {
        const struct ex_row *row = t->rows->at[i];

        if (row->n_findings == 0)
            continue;
        if (n == EX_TEXT_DETAILS_MAX) {
            left++;
            continue;
        }
        st = ex_sweep_record(&said[n], t->report->sweep, row, err);
        if (st == EX_OK)
            say_host(t, row, said[n++], &told);
    }
    if (n == 0)
        fputs("  There are no findings.\n", t->paper.to);
    if (left)
        fprintf(t->paper.to, "\n... and %zu more %s with findings (see the result file)\n", left,
                left == 1 ? "host" : "hosts");
    while (n > 0)
        json_decref(said[--n]);
    return st;
}
