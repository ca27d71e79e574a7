// SPDX-License-Identifier: MIT
#include "report/html_parts.h"

/* The order of a column of words: worse is more. */
static int weight(const struct ex_row *row)
{
    enum { UNSEEN = -1, OTHER = -2 };

    switch (ex_row_rank(row)) {
    case EX_RANK_UNSEEN:
        return UNSEEN;
    case EX_RANK_OTHER:
        return OTHER;
    default:
        return (int)row->severity;
    }
}

static bool names_clients(const struct ex_page *p)
{
    return !p->report->client && p->report->sweep->n_clients > 1;
}

static void say_row(const struct ex_page *p, const struct ex_row *row)
{
    const size_t card = ex_page_card(p, row);
    char text[EX_CELL_SIZE];
    FILE *to = p->to;

    ex_html(to, "<tr><td data-sort=\"%d\">", weight(row));
    ex_page_badge(to, row);
    ex_html(to, card > 0 ? "</td><td><a href=\"#host-%zu\">" : "</td><td>", card);
    ex_html(to, "%s", ex_cell_host(text, row));
    ex_html(to, card > 0 ? "</a></td>" : "</td>");
    if (names_clients(p))
        ex_html(to, "<td>%s</td>", row->client);
    ex_html(to, "<td>%s</td>", ex_cell_version(text, row));
    ex_html(to, "<td>%s</td>", ex_cell_build(text, row));
    ex_html(to, "<td>%s</td>", ex_cell_fixes(text, row, false));
    ex_html(to, "<td>%s</td>", ex_cell_support(text, row, false));
    ex_html(to, "<td>%s</td>", ex_cell_signs(text, row, false));
    ex_html(to, "<td>%s</td></tr>\n", ex_state_str(row->state));
}

static void say_rest(const struct ex_page *p)
{
    if (p->rows->n <= EX_PAGE_ROWS_MAX)
        return;
    ex_html(p->to, "<p class=\"note\">These are the %d worst of %zu hosts. ", EX_PAGE_ROWS_MAX,
            p->rows->n);
    if (p->csv)
        ex_html(p->to, "All of them are in <a href=\"%s\">%s</a>.</p>\n", p->csv, p->csv);
    else
        ex_html(p->to,
                "All of them: <code>exprobe report -f csv -o hosts.csv RESULTS</code></p>\n");
}

void ex_page_table(const struct ex_page *p)
{
    ex_html(p->to, "<section id=\"hosts\" aria-labelledby=\"h-hosts\">\n"
                   "<h2 id=\"h-hosts\">All hosts</h2>\n");
    say_rest(p);
    ex_html(p->to, "<div class=\"card\"><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                   "aria-label=\"Table of all hosts\">\n<table class=\"sortable\"><thead><tr>"
                   "<th scope=\"col\">Severity</th><th scope=\"col\">Host</th>");
    if (names_clients(p))
        ex_html(p->to, "<th scope=\"col\">Client</th>");
    ex_html(p->to, "<th scope=\"col\">Version</th><th scope=\"col\">Build</th>"
                   "<th scope=\"col\">Updates</th><th scope=\"col\">Support</th>"
                   "<th scope=\"col\">Back doors</th><th scope=\"col\">State</th></tr></thead>"
                   "<tbody>\n");
    for (size_t i = 0; i < p->rows->n && i < EX_PAGE_ROWS_MAX; i++)
        say_row(p, p->rows->at[i]);
    ex_html(p->to, "</tbody></table></div></div>\n</section>\n");
}
