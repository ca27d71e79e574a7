// SPDX-License-Identifier: MIT
#include "report/html_parts.h"

enum { CLIENTS_MAX = 500, HOSTS_MAX = 12 };

static const char *name_of(const char *client)
{
    return client[0] ? client : "(no client)";
}

static void say_worst_of(const struct ex_page *p, const struct ex_rows *rows)
{
    char text[EX_CELL_SIZE];

    ex_html(p->to, "<ul>\n");
    for (size_t i = 0; i < rows->n && i < HOSTS_MAX; i++) {
        const struct ex_row *row = rows->at[i];
        const size_t card = ex_page_card(p, row);

        ex_html(p->to, "<li>");
        ex_page_badge(p->to, row);
        ex_html(p->to, card > 0 ? " <a href=\"#host-%zu\">" : " ", card);
        ex_html(p->to, "%s", ex_cell_host(text, row));
        ex_html(p->to, card > 0 ? "</a>" : "");
        ex_html(p->to, ": %s", ex_cell_version(text, row));
        ex_html(p->to, ex_cell_fixes(text, row, false)[0] ? ", %s" : "%s", text);
        ex_html(p->to, "</li>\n");
    }
    ex_html(p->to, "</ul>\n");
    if (rows->n > HOSTS_MAX)
        ex_html(p->to, "<p class=\"note\">... and %zu more hosts in the table below.</p>\n",
                rows->n - HOSTS_MAX);
}

static void say_client(const struct ex_page *p, size_t i, const struct ex_rows *rows)
{
    struct ex_tally sum;
    char text[EX_CELL_SIZE], id[32];

    ex_tally_of(&sum, rows);
    snprintf(id, sizeof(id), "bar-%zu", i + 1);
    ex_html(p->to,
            "<details class=\"card group\"><summary><h3>%s</h3> <span class=\"note\">%s</span>"
            "</summary>\n",
            name_of(p->report->sweep->clients[i]), ex_cell_count(text, rows->n, "host", "hosts"));
    ex_page_bar(p->to, &sum, id);
    say_worst_of(p, rows);
    ex_html(p->to, "</details>\n");
}

enum ex_status ex_page_clients(const struct ex_page *p)
{
    const struct ex_sweep *sweep = p->report->sweep;

    if (p->report->client || sweep->n_clients < 2)
        return EX_OK;
    ex_html(p->to, "<section id=\"clients\" aria-labelledby=\"h-clients\">\n"
                   "<h2 id=\"h-clients\">By client</h2>\n");
    for (size_t i = 0; i < sweep->n_clients && i < CLIENTS_MAX; i++) {
        struct ex_rows rows;
        const enum ex_status st = ex_sweep_client(&rows, sweep, sweep->clients[i]);

        if (st != EX_OK)
            return st;
        say_client(p, i, &rows);
        ex_rows_deinit(&rows);
    }
    if (sweep->n_clients > CLIENTS_MAX)
        ex_html(p->to,
                "<p class=\"note\">... and %zu more clients: see <code>--by-client</code>."
                "</p>\n",
                sweep->n_clients - CLIENTS_MAX);
    ex_html(p->to, "</section>\n");
    return EX_OK;
}

static void say_line(FILE *to, const struct ex_client_page *c)
{
    struct ex_tally sum;
    enum ex_severity worst = EX_SEV_NONE;
    unsigned long long signs, more;

    ex_tally_of(&sum, c->rows);
    signs = sum.signs[EX_BD_CONFIRMED] + sum.signs[EX_BD_LIKELY] + sum.signs[EX_BD_SUSPICIOUS];
    for (int i = 0; i < EX_N_SEVERITIES; i++)
        worst = sum.severities[i] > 0 ? (enum ex_severity)i : worst;
    ex_html(to, "<tr><td data-sort=\"%d\">", (int)worst);
    ex_page_severity(to, worst);
    ex_html(to, "</td><td><a href=\"%s/report.html\">%s</a></td>", c->folder, name_of(c->client));
    ex_html(to, "<td class=\"n\">%zu</td><td class=\"n\">%llu</td><td class=\"n\">%llu</td>",
            c->rows->n, (unsigned long long)sum.present[EX_PRESENT_YES], signs);
    ex_html(to, "<td class=\"n\">%llu</td><td class=\"n\">%llu</td><td class=\"n\">%llu</td>",
            (unsigned long long)sum.exploited, (unsigned long long)sum.supports[EX_SUPPORT_ENDED],
            (unsigned long long)sum.unseen);
    if (c->changes) {
        more = c->changes->changes[EX_CHANGE_NEW] + c->changes->changes[EX_CHANGE_BACK_AGAIN] +
               c->changes->changes[EX_CHANGE_WORSE];
        ex_html(to, "<td class=\"n\">%llu</td><td class=\"n\">%llu</td>", more,
                (unsigned long long)c->changes->changes[EX_CHANGE_FIXED]);
    }
    ex_html(to, "</tr>\n");
}

enum ex_status ex_html_overview(FILE *to, const struct ex_report *r,
                                const struct ex_client_page *pages, size_t n, struct ex_error *err)
{
    struct ex_page p = { .to = to, .report = r, .rows = r->rows };
    (void)err;

    ex_tally_of(&p.sum, r->rows);
    ex_page_begin(&p, "Exchange exposure by client");
    ex_html(to, "<main class=\"in\" id=\"main\">\n");
    ex_page_glance(&p);
    ex_html(to,
            "<section id=\"clients\" aria-labelledby=\"h-clients\">\n"
            "<h2 id=\"h-clients\">Clients</h2>\n<div class=\"card\"><div class=\"scroll\" "
            "tabindex=\"0\" role=\"region\" aria-label=\"Table of clients\">\n"
            "<table class=\"sortable\"><thead><tr>"
            "<th scope=\"col\">Worst</th><th scope=\"col\">Client</th>"
            "<th scope=\"col\" class=\"n\">Hosts</th><th scope=\"col\" class=\"n\">Exchange</th>"
            "<th scope=\"col\" class=\"n\">Back door signs</th>"
            "<th scope=\"col\" class=\"n\">Exploited fix missing</th>"
            "<th scope=\"col\" class=\"n\">Out of support</th>"
            "<th scope=\"col\" class=\"n\">Not examined</th>");
    if (r->changes)
        ex_html(to, "<th scope=\"col\" class=\"n\">New or worse</th>"
                    "<th scope=\"col\" class=\"n\">Fixed</th>");
    ex_html(to, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < n; i++)
        say_line(to, &pages[i]);
    ex_html(to, "</tbody></table></div></div>\n</section>\n");
    ex_page_limits(&p);
    ex_page_end(&p);
    return EX_OK;
}
