// SPDX-License-Identifier: MIT
#include <string.h>

#include "exprobe/day.h"
#include "report/html_parts.h"

enum { TIME_MINUTES = 16 };

void ex_page_time(FILE *to, const char *time)
{
    char text[TIME_MINUTES + 1];

    ex_span_copy(text, sizeof(text),
                 (struct ex_span){ (const uint8_t *)time, strnlen(time, TIME_MINUTES) });
    for (char *at = text; *at; at++)
        if (*at == 'T')
            *at = ' ';
    ex_html(to, text[0] ? "%s UTC" : "an unknown time", text);
}

static void head(const struct ex_page *p, const char *what)
{
    FILE *to = p->to;

    ex_html(to, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    ex_html(to, "<meta http-equiv=\"Content-Security-Policy\" content=\"");
    fputs(ex_html_policy, to);
    ex_html(to,
            "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"referrer\" content=\"no-referrer\">\n"
            "<meta name=\"robots\" content=\"noindex\">\n"
            "<meta name=\"generator\" content=\"exprobe %s\">\n",
            p->report->version);
    ex_html(to, "<title>%s%s%s</title>\n<style>\n", what, p->report->client ? ": " : "",
            p->report->client ? p->report->client : "");
    fputs(ex_html_style, to);
    ex_html(to, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the report</a>\n");
}

/* Which runs it is made of: "1 sweep of 2026-11-23 07:41 UTC". */
static void say_runs(const struct ex_page *p)
{
    const struct ex_results *results = p->report->sweep->results;
    const size_t n = ex_results_n_runs(results);
    const char *first = "", *last = "";

    for (size_t i = 0; i < n; i++) {
        const char *started = ex_results_run(results, i)->started;

        first = i == 0 || strcmp(started, first) < 0 ? started : first;
        last = strcmp(started, last) > 0 ? started : last;
    }
    ex_html(p->to, n == 1 ? "<p>Scanned on " : "<p>%zu runs, begun from ", n);
    ex_page_time(p->to, first);
    if (n > 1) {
        ex_html(p->to, " to ");
        ex_page_time(p->to, last);
    }
    ex_html(p->to, "</p>\n");
}

void ex_page_begin(const struct ex_page *p, const char *what)
{
    char day[EX_DAY_TEXT];
    FILE *to = p->to;

    head(p, what);
    ex_html(to, "<header class=\"top\"><div class=\"in\">\n<h1>%s</h1>\n", what);
    if (p->report->client)
        ex_html(to, "<p>%s</p>\n", p->report->client[0] ? p->report->client : "Hosts of no client");
    say_runs(p);
    ex_html(to, "<p>Report made on %s by exprobe %s, from what can be seen from outside</p>\n",
            ex_day_format(day, ex_day_of_unix_ms(p->report->made_unix_ms)), p->report->version);
    ex_html(to, "</div></header>\n");
}

void ex_page_end(const struct ex_page *p)
{
    ex_html(p->to, "</main>\n<footer class=\"in\"><p>exprobe sends GET and HEAD requests only, no "
                   "credentials and nothing that exploits anything. It sees what a server shows "
                   "from outside; that nothing was seen proves nothing.</p></footer>\n<script>\n");
    fputs(ex_html_script, p->to);
    ex_html(p->to, "</script>\n</body>\n</html>\n");
}

static void contents(const struct ex_page *p)
{
    FILE *to = p->to;

    ex_html(to, "<nav class=\"in\" aria-label=\"Contents\"><ul>\n"
                "<li><a href=\"#glance\">At a glance</a></li>\n");
    if (p->report->changes)
        ex_html(to, "<li><a href=\"#changes\">What changed</a></li>\n");
    ex_html(to, "<li><a href=\"#actions\">What to do</a></li>\n"
                "<li><a href=\"#worst\">Worst hosts</a></li>\n");
    if (!p->report->client && p->report->sweep->n_clients > 1)
        ex_html(to, "<li><a href=\"#clients\">By client</a></li>\n");
    ex_html(to, "<li><a href=\"#hosts\">All hosts</a></li>\n");
    if (p->sum.accepted > 0)
        ex_html(to, "<li><a href=\"#accepted\">Accepted risks</a></li>\n");
    ex_html(to, "<li><a href=\"#limits\">What cannot be seen</a></li>\n</ul></nav>\n"
                "<main class=\"in\" id=\"main\">\n");
}

enum ex_status ex_html_report(FILE *to, const struct ex_report *r, const char *csv,
                              struct ex_error *err)
{
    struct ex_page p = { .to = to, .report = r, .rows = r->rows, .csv = csv };
    enum ex_status st;

    ex_tally_of(&p.sum, r->rows);
    ex_page_begin(&p, "Exchange exposure report");
    contents(&p);
    ex_page_glance(&p);
    ex_page_changes(&p);
    ex_page_todo(&p);
    st = ex_page_worst(&p, err);
    if (st == EX_OK)
        st = ex_page_clients(&p);
    if (st != EX_OK)
        return st;
    ex_page_table(&p);
    ex_page_accepted(&p);
    ex_page_limits(&p);
    ex_page_end(&p);
    return EX_OK;
}

enum ex_status ex_html_changes_report(FILE *to, const struct ex_report *r, struct ex_error *err)
{
    struct ex_page p = { .to = to, .report = r, .rows = r->rows };
    (void)err;

    ex_tally_of(&p.sum, r->rows);
    ex_page_begin(&p, "Exchange exposure: what changed");
    ex_html(to, "<main class=\"in\" id=\"main\">\n");
    ex_page_changes(&p);
    ex_page_end(&p);
    return EX_OK;
}
