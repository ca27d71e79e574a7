// SPDX-License-Identifier: MIT
#include "report/html_parts.h"

enum { ACTIONS_MAX = 60 };

void ex_page_severity(FILE *to, enum ex_severity severity)
{
    ex_html(to, "<span class=\"badge s-%s\">%s</span>", ex_severity_str(severity),
            ex_severity_str(severity));
}

static void say_host(const struct ex_page *p, const struct ex_row *row, bool first)
{
    const size_t card = ex_page_card(p, row);
    char text[EX_CELL_SIZE];

    ex_html(p->to, first ? "" : ", ");
    if (card > 0)
        ex_html(p->to, "<a href=\"#host-%zu\">%s</a>", card, ex_cell_host(text, row));
    else
        ex_html(p->to, "%s", ex_cell_host(text, row));
}

static void say_hosts(const struct ex_page *p, const struct ex_row *const *hosts, size_t n)
{
    ex_html(p->to, "<div class=\"hosts\">");
    for (size_t i = 0; i < n && i < EX_PAGE_HOSTS_NAMED_MAX; i++)
        say_host(p, hosts[i], i == 0);
    if (n > EX_PAGE_HOSTS_NAMED_MAX)
        ex_html(p->to, ", and %zu more", n - EX_PAGE_HOSTS_NAMED_MAX);
    ex_html(p->to, "</div>");
}

static void say_action(const struct ex_page *p, const struct ex_todo *action)
{
    char text[EX_CELL_SIZE];

    ex_html(p->to, "<li>");
    ex_page_severity(p->to, action->severity);
    ex_html(p->to, " <strong>%s</strong>%s: %s\n", action->text,
            action->incident ? " (incident response comes before updates)" : "",
            ex_cell_count(text, action->n_hosts, "host", "hosts"));
    say_hosts(p, action->hosts, action->n_hosts);
    ex_html(p->to, "</li>\n");
}

static bool is_to_be_seen(const struct ex_row *row)
{
    return ex_row_rank(row) == EX_RANK_UNSEEN && row->state != EX_STATE_OUT_OF_SCOPE &&
           row->state != EX_STATE_OPTED_OUT;
}

/* Exchange on which back doors were looked for, and could not be told. */
static bool is_to_be_searched(const struct ex_row *row)
{
    return row->hunted && row->present == EX_PRESENT_YES && row->backdoor == EX_BD_NOT_ASSESSED;
}

/* Hosts for which @holds, as one thing to do; returns whether there are any. */
static bool say_all(const struct ex_page *p, bool (*holds)(const struct ex_row *row),
                    const char *what)
{
    char text[EX_CELL_SIZE];
    size_t n = 0, said = 0;

    for (size_t i = 0; i < p->rows->n; i++)
        n += holds(p->rows->at[i]);
    if (n == 0)
        return false;
    ex_html(p->to,
            "<li><span class=\"badge s-unseen\">unknown</span> <strong>%s</strong>: %s\n"
            "<div class=\"hosts\">",
            what, ex_cell_count(text, n, "host", "hosts"));
    for (size_t i = 0; i < p->rows->n && said < EX_PAGE_HOSTS_NAMED_MAX; i++) {
        const struct ex_row *row = p->rows->at[i];

        if (!holds(row))
            continue;
        say_host(p, row, said++ == 0);
        ex_html(p->to, " (%s)",
                holds == is_to_be_searched ? ex_bd_reason_str(row->reason)
                                           : ex_state_str(row->state));
    }
    if (n > said)
        ex_html(p->to, ", and %zu more", n - said);
    ex_html(p->to, "</div></li>\n");
    return true;
}

void ex_page_todo(const struct ex_page *p)
{
    size_t said = 0, left = 0;
    bool more;

    ex_html(p->to, "<section id=\"actions\" aria-labelledby=\"h-actions\">\n"
                   "<h2 id=\"h-actions\">What to do, most urgent first</h2>\n<div class=\"card\">"
                   "<ol class=\"actions\">\n");
    for (size_t i = 0; i < p->rows->n_actions; i++) {
        const struct ex_todo *action = &p->rows->actions[i];

        if (action->severity <= EX_SEV_INFO)
            continue;
        if (said < ACTIONS_MAX) {
            say_action(p, action);
            said++;
        } else {
            left++;
        }
    }
    more = say_all(p, is_to_be_searched,
                   "Look for back doors on the server itself; from outside nothing could be told");
    more |= say_all(p, is_to_be_seen,
                    "Look again at what could not be examined; nothing is known about it");
    if (said == 0 && !more)
        ex_html(p->to, "<li>Nothing that can be told from outside.</li>\n");
    ex_html(p->to, "</ol>\n");
    if (left > 0)
        ex_html(p->to, "<p>... and %zu more things: see the action plan.</p>\n", left);
    ex_html(p->to, "</div>\n</section>\n");
}
