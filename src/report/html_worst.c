// SPDX-License-Identifier: MIT
#include <string.h>

#include "report/age.h"
#include "report/html_parts.h"

/* Hosts with findings that matter have a card, the worst first. */
static bool has_card(const struct ex_row *row)
{
    return row->severity > EX_SEV_INFO;
}

size_t ex_page_card(const struct ex_page *p, const struct ex_row *row)
{
    for (size_t i = 0; i < p->rows->n && i < EX_PAGE_WORST_MAX; i++)
        if (p->rows->at[i] == row)
            return has_card(row) ? i + 1 : 0;
    return 0;
}

void ex_page_badge(FILE *to, const struct ex_row *row)
{
    if (ex_row_rank(row) == EX_RANK_UNSEEN)
        ex_html(to, "<span class=\"badge s-unseen\">%s</span>", ex_cell_severity(row));
    else if (ex_row_rank(row) == EX_RANK_OTHER)
        ex_html(to, "<span class=\"badge s-info\">no Exchange</span>");
    else
        ex_page_severity(to, row->severity);
}

static void fact(FILE *to, const char *name, const char *text)
{
    if (text[0])
        ex_html(to, "<dt>%s</dt><dd>%s</dd>\n", name, text);
}

/* Where the build was read: "header:x-owa-version of /owa/...: 15.2.1748.43". */
static void say_witnesses(FILE *to, const json_t *record)
{
    enum { WITNESSES_MAX = 6 };
    const json_t *all = json_object_get(json_object_get(record, "exchange"), "witnesses");
    const size_t n = json_array_size(all);

    if (n == 0)
        return;
    ex_html(to, "<dt>Read from</dt><dd>");
    for (size_t i = 0; i < n && i < WITNESSES_MAX; i++) {
        const json_t *w = json_array_get(all, i);

        ex_html(to, i ? "<br>" : "");
        ex_html(to, "%s of <code>%s</code>: <code>%s</code>", ex_json_str(w, "source"),
                ex_json_str(w, "url"), ex_json_str(w, "value"));
    }
    ex_html(to, "</dd>\n");
}

static void say_facts(const struct ex_page *p, const struct ex_row *row, const json_t *record)
{
    const struct ex_run_seen *run = ex_results_run(p->report->sweep->results, row->run);
    char text[EX_CELL_SIZE], age[EX_AGE_SIZE];
    FILE *to = p->to;

    ex_html(to, "<dl>\n");
    fact(to, "Address", row->address);
    fact(to, "Client", p->report->client ? "" : row->client);
    fact(to, "Tags", row->tags);
    fact(to, "Version", ex_cell_version(text, row));
    fact(to, "Build", ex_cell_build(text, row));
    say_witnesses(to, record);
    fact(to, "Updates", ex_cell_fixes(text, row, false));
    fact(to, "Support", ex_cell_support(text, row, false));
    fact(to, "Back doors", ex_cell_signs(text, row, false));
    ex_html(to, "<dt>Examined</dt><dd>");
    ex_page_time(to, row->started);
    ex_html(to, ", judged by knowledge of %s",
            run->data_date[0] ? run->data_date : "an unknown date");
    ex_html(to, ex_age_say(age, run)[0] ? "; %s</dd>\n</dl>\n" : "%s</dd>\n</dl>\n", age);
}

static void say_card(const struct ex_page *p, size_t number, const struct ex_row *row,
                     const json_t *record)
{
    const json_t *findings = json_object_get(record, "findings");
    char text[EX_CELL_SIZE];

    ex_html(p->to, "<details class=\"card host\" id=\"host-%zu\"%s><summary><h3>%s</h3> ", number,
            number == 1 ? " open" : "", ex_cell_host(text, row));
    ex_page_badge(p->to, row);
    ex_html(p->to, "<p class=\"facts\">%s", ex_cell_version(text, row));
    ex_html(p->to, text[0] && ex_cell_fixes(text, row, false)[0] ? " · %s" : "%s", text);
    ex_html(p->to, ex_cell_signs(text, row, false)[0] ? " · back doors: %s" : "%s", text);
    ex_html(p->to, "</p></summary>\n");
    say_facts(p, row, record);
    for (size_t i = 0; i < row->n_findings; i++)
        ex_page_finding(p->to, record, json_array_get(findings, i), row->findings[i].accepted);
    ex_html(p->to, "</details>\n");
}

enum ex_status ex_page_worst(const struct ex_page *p, struct ex_error *err)
{
    size_t said = 0, left = 0;

    ex_html(p->to, "<section id=\"worst\" aria-labelledby=\"h-worst\">\n"
                   "<h2 id=\"h-worst\">Worst hosts, and why</h2>\n");
    for (size_t i = 0; i < p->rows->n; i++) {
        const struct ex_row *row = p->rows->at[i];
        enum ex_status st;
        json_t *record;

        if (!has_card(row))
            continue;
        if (i >= EX_PAGE_WORST_MAX) {
            left++;
            continue;
        }
        st = ex_sweep_record(&record, p->report->sweep, row, err);
        if (st != EX_OK)
            return st;
        say_card(p, i + 1, row, record);
        json_decref(record);
        said++;
    }
    if (said == 0)
        ex_html(p->to, "<p class=\"note\">No host has findings of severity low or above.</p>\n");
    if (left > 0)
        ex_html(p->to,
                "<p class=\"note\">... and %zu more hosts with findings: see the table below "
                "and the result file.</p>\n",
                left);
    ex_html(p->to, "</section>\n");
    return EX_OK;
}
