// SPDX-License-Identifier: MIT
#include <string.h>

#include "core/put.h"
#include "report/age.h"
#include "report/tally.h"
#include "report/text_parts.h"

enum { LABEL_COLUMNS = 14, RUNS_NAMED_MAX = 10, LINE_SIZE = 1024, TIME_MINUTES = 16 };

void ex_text_heading(const struct ex_text *t, const char *words)
{
    putc('\n', t->paper.to);
    ex_paper_paint(&t->paper, EX_PAINT_STRONG, words);
    putc('\n', t->paper.to);
}

/* "2026-11-23 07:41 UTC" of a time in RFC 3339. */
static void put_time(struct ex_put *w, const char *time)
{
    for (size_t i = 0; i < TIME_MINUTES && time[i]; i++)
        ex_put_ch(w, time[i] == 'T' ? ' ' : time[i]);
    ex_put_str(w, time[0] ? " UTC" : "unknown time");
}

static void put_why(struct ex_put *w, const struct ex_run_seen *run)
{
    char count[EX_CELL_SIZE];

    if (!run->ended) {
        ex_put_str(w,
                   " has no end record: the scan is still running, was killed, or the file is cut"
                   " off; ");
        ex_put_str(w, ex_cell_count(count, run->hosts, "host is", "hosts are"));
        ex_put_str(w, " here");
    } else if (run->interrupted) {
        ex_put_str(w, " was interrupted after ");
        ex_put_str(w, ex_cell_count(count, run->hosts, "host", "hosts"));
    } else {
        ex_put_str(w, " ended with ");
        ex_put_str(w, ex_cell_count(count, run->hosts_said, "host", "hosts"));
        ex_put_str(w, ", but the file holds ");
        ex_put_dec(w, run->hosts);
    }
}

static void name_run(const struct ex_text *t, const struct ex_run_seen *run)
{
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    ex_put_str(&w, run->file);
    ex_put_ch(&w, ':');
    ex_put_dec(&w, run->line);
    ex_put_str(&w, ": the run of ");
    put_time(&w, run->started);
    put_why(&w, run);
    ex_paper_blanks(&t->paper, 2);
    ex_paper_wrap(&t->paper, 2, 4, line);
}

void ex_text_banner(const struct ex_text *t)
{
    const size_t n = ex_results_n_runs(t->results);
    size_t named = 0;

    if (n == 0 || ex_sweep_is_complete(t->report->sweep))
        return;
    ex_paper_paint(&t->paper, EX_PAINT_CRITICAL, "INCOMPLETE");
    fputs(": this is not the whole picture, hosts may be missing\n", t->paper.to);
    if (!ex_sweep_has_all_shards(t->report->sweep))
        fputs("  shards of the sweep are missing\n", t->paper.to);
    for (size_t i = 0; i < n; i++) {
        const struct ex_run_seen *run = ex_results_run(t->results, i);

        if (ex_run_is_complete(run))
            continue;
        if (named++ < RUNS_NAMED_MAX)
            name_run(t, run);
    }
    if (named > RUNS_NAMED_MAX)
        fprintf(t->paper.to, "  ... and %zu more runs\n", named - RUNS_NAMED_MAX);
    putc('\n', t->paper.to);
}

static void label(const struct ex_text *t, const char *words)
{
    fprintf(t->paper.to, "  %-*s", LABEL_COLUMNS - 2, words);
}

void ex_text_say_items(const struct ex_text *t, const char *name, const char *text)
{
    label(t, name);
    ex_paper_items(&t->paper, LABEL_COLUMNS, LABEL_COLUMNS, text);
}

void ex_text_say(const struct ex_text *t, const char *name, const char *text)
{
    label(t, name);
    ex_paper_wrap(&t->paper, LABEL_COLUMNS, LABEL_COLUMNS, text);
}

void ex_text_put_count(struct ex_put *w, const char *start, uint64_t n, const char *words)
{
    if (n == 0)
        return;
    ex_put_str(w, w->at > start ? ", " : "");
    ex_put_dec(w, n);
    ex_put_ch(w, ' ');
    ex_put_str(w, words);
}

static void say_hosts(const struct ex_text *t, const struct ex_tally *sum)
{
    char line[LINE_SIZE], text[EX_CELL_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));
    char *start;

    ex_put_str(&w, ex_cell_count(text, t->rows->n, "host", "hosts"));
    ex_put_str(&w, " of ");
    ex_put_str(&w, ex_cell_count(text, t->rows->n_targets, "target", "targets"));
    ex_put_str(&w, ": ");
    start = w.at;
    for (int i = 0; i < EX_N_STATES; i++)
        ex_text_put_count(&w, start, sum->states[i], ex_state_str((enum ex_state)i));
    ex_text_say_items(t, "Hosts", line);
}

static void put_severities(struct ex_put *w, const struct ex_tally *sum)
{
    const char *start = w->at;

    for (int i = EX_N_SEVERITIES; i-- > 0;)
        ex_text_put_count(w, start, sum->severities[i], ex_severity_str((enum ex_severity)i));
    ex_text_put_count(w, start, sum->unseen, "not examined");
}

/* Before any verdict: all of them are worth as much as the knowledge. */
static void say_old(const struct ex_text *t)
{
    const struct ex_run_seen *run = ex_sweep_oldest(t->report->sweep);
    char line[LINE_SIZE], age[EX_AGE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    if (!run || !ex_age_say(age, run)[0])
        return;
    ex_put_str(&w, "of ");
    ex_put_str(&w, run->data_date);
    ex_put_str(&w, "; ");
    ex_put_str(&w, age);
    ex_put_str(&w, ", and what they fixed is in no verdict");
    ex_paper_paint(&t->paper, EX_PAINT_HIGH, "Old knowledge");
    putc(' ', t->paper.to);
    ex_paper_wrap(&t->paper, strlen("Old knowledge "), 2, line);
}

void ex_text_headline(const struct ex_text *t)
{
    struct ex_tally sum;
    char line[LINE_SIZE], text[EX_CELL_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    ex_tally_of(&sum, t->rows);
    ex_put_str(&w, ex_cell_count(text, t->rows->n, "host", "hosts"));
    ex_put_str(&w, ": ");
    put_severities(&w, &sum);
    ex_paper_items(&t->paper, 0, 2, line);
    ex_text_signs_headline(t);
    say_old(t);
    putc('\n', t->paper.to);
}

static void say_verdicts(const struct ex_text *t, const struct ex_tally *sum)
{
    static const struct {
        enum ex_presence present;
        const char *words;
    } answers[] = {
        { EX_PRESENT_YES, "yes" },
        { EX_PRESENT_MAYBE, "perhaps" },
        { EX_PRESENT_ONLINE, "Exchange Online" },
        { EX_PRESENT_NO, "no" },
    };
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
        ex_text_put_count(&w, line, sum->present[answers[i].present], answers[i].words);
    ex_text_put_count(&w, line, sum->unknown, "not known");
    ex_text_say_items(t, "Exchange", line);
    w = ex_put_of(line, sizeof(line));
    put_severities(&w, sum);
    ex_text_say_items(t, "Severity", line);
    w = ex_put_of(line, sizeof(line));
    for (int i = EX_PATCH_PATCHED; i <= EX_PATCH_NOT_ASSESSED; i++)
        ex_text_put_count(&w, line, sum->patches[i], ex_patch_str((enum ex_patch_state)i));
    ex_text_put_count(&w, line, sum->patches[EX_PATCH_NOT_APPLICABLE],
                      ex_patch_str(EX_PATCH_NOT_APPLICABLE));
    ex_text_put_count(&w, line, sum->unseen, "not examined");
    ex_text_say_items(t, "Updates", line);
    w = ex_put_of(line, sizeof(line));
    for (int i = EX_SUPPORT_ENDED; i >= 0; i--)
        ex_text_put_count(&w, line, sum->supports[i], ex_support_str((enum ex_support_state)i));
    ex_text_put_count(&w, line, sum->unseen, "not examined");
    ex_text_say_items(t, "Support", line);
}

static void say_exploited(const struct ex_text *t, const struct ex_tally *sum)
{
    char line[LINE_SIZE], text[EX_CELL_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    if (sum->exploited == 0)
        return;
    ex_put_str(&w, ex_cell_count(text, sum->exploited, "host lacks", "hosts lack"));
    ex_put_str(&w, " a fix for a vulnerability that CISA lists as known to be exploited (KEV)");
    ex_text_say(t, "Exploited", line);
}

/* What somebody decided to live with is neither forgotten nor counted with the rest. */
static void say_accepted(const struct ex_text *t, const struct ex_tally *sum)
{
    char line[LINE_SIZE], text[EX_CELL_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    if (sum->accepted == 0)
        return;
    ex_put_str(&w, ex_cell_count(text, sum->accepted, "finding was", "findings were"));
    ex_put_str(&w, " accepted by somebody and count nowhere else; --details shows them");
    ex_text_say(t, "Accepted", line);
}

static void say_coverage(const struct ex_text *t, const struct ex_tally *sum)
{
    const uint64_t tenths = ex_tally_coverage(sum);
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    /* A share of what is there says nothing about what is missing. */
    ex_put_str(&w, ex_sweep_is_complete(t->report->sweep)
                       ? ""
                       : "not known, the result is incomplete; here ");
    ex_put_dec(&w, tenths / 10);
    ex_put_ch(&w, '.');
    ex_put_dec(&w, tenths % 10);
    ex_put_str(&w, " % of the hosts answered");
    if (sum->left_out > 0) {
        ex_put_str(&w, "; ");
        ex_put_dec(&w, sum->left_out);
        ex_put_str(&w, sum->left_out == 1 ? " was left out on purpose and counts neither way"
                                          : " were left out on purpose and count neither way");
    }
    ex_text_say(t, "Coverage", line);
}

static void say_input(const struct ex_text *t)
{
    const uint64_t torn = ex_results_torn(t->results);
    uint64_t bad = 0;
    char line[LINE_SIZE], text[EX_CELL_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    for (size_t i = 0; i < ex_results_n_runs(t->results); i++)
        bad += ex_results_run(t->results, i)->bad_lines;
    if (bad) {
        ex_put_str(&w, ex_cell_count(text, bad, "line", "lines"));
        ex_put_str(&w, " of the target list could not be read, and nothing was scanned for ");
        ex_put_str(&w, bad == 1 ? "it" : "them");
        ex_text_say(t, "Bad lines", line);
    }
    w = ex_put_of(line, sizeof(line));
    if (torn) {
        ex_put_str(&w, ex_cell_count(text, torn, "torn record was", "torn records were"));
        ex_put_str(&w, " left out: the writer was stopped in the middle of it");
        ex_text_say(t, "Torn", line);
    }
    w = ex_put_of(line, sizeof(line));
    if (t->report->sweep->n_replaced) {
        ex_put_str(&w,
                   ex_cell_count(text, t->report->sweep->n_replaced, "record was", "records were"));
        ex_put_str(&w, " replaced by a newer one of the same host");
        ex_text_say(t, "Repeated", line);
    }
}

/* The oldest knowledge that any of the runs used decides. */
static void say_knowledge(const struct ex_text *t)
{
    const struct ex_run_seen *run = ex_sweep_oldest(t->report->sweep);
    const int32_t days = run ? ex_age_days(run) : -1;
    char line[LINE_SIZE], age[EX_AGE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));
    int32_t of;

    if (!run || ex_day_parse(ex_span_str(run->data_date), &of) != EX_OK) {
        ex_text_say(t, "Knowledge", "of an unknown date: do not rely on \"up to date\"");
        return;
    }
    ex_put_str(&w, "of ");
    ex_put_str(&w, run->data_date);
    if (days > 0) {
        ex_put_str(&w, ", ");
        ex_put_dec(&w, (uint64_t)days);
        ex_put_str(&w, days == 1 ? " day old when used" : " days old when used");
    }
    if (ex_age_say(age, run)[0]) {
        ex_put_str(&w, "; ");
        ex_put_str(&w, age);
    }
    if (run->newest_update[0]) {
        ex_put_str(&w, "; the newest update it knows is ");
        ex_put_str(&w, run->newest_update);
    }
    ex_put_str(&w, ". What was released later is not taken into account.");
    ex_text_say(t, "Knowledge", line);
}

void ex_text_summary(const struct ex_text *t)
{
    struct ex_tally sum;

    ex_tally_of(&sum, t->rows);
    ex_text_heading(t, "Summary");
    if (t->rows->n > 0) {
        say_hosts(t, &sum);
        say_verdicts(t, &sum);
        ex_text_signs_summary(t);
        say_exploited(t, &sum);
        say_accepted(t, &sum);
        say_coverage(t, &sum);
        ex_text_opted_out(t);
    }
    say_input(t);
    say_knowledge(t);
}
