// SPDX-License-Identifier: MIT
#include "report/html_parts.h"

void ex_page_accepted(const struct ex_page *p)
{
    char day[EX_DAY_TEXT], text[EX_CELL_SIZE];

    if (p->sum.accepted == 0)
        return;
    ex_html(p->to,
            "<section id=\"accepted\" aria-labelledby=\"h-accepted\">\n"
            "<h2 id=\"h-accepted\">Accepted risks</h2>\n<p class=\"note\">%s, counted in no "
            "figure above.</p>\n<div class=\"card\"><div class=\"scroll\" tabindex=\"0\" "
            "role=\"region\" aria-label=\"Table of accepted risks\">\n<table><thead><tr>"
            "<th scope=\"col\">Host</th><th scope=\"col\">Severity</th>"
            "<th scope=\"col\">Finding</th><th scope=\"col\">Reason</th>"
            "<th scope=\"col\">By</th><th scope=\"col\">Until</th></tr></thead><tbody>\n",
            ex_cell_count(text, p->sum.accepted, "finding was accepted", "findings were accepted"));
    for (size_t i = 0; i < p->rows->n; i++) {
        const struct ex_row *row = p->rows->at[i];

        for (size_t k = 0; k < row->n_findings; k++) {
            const struct ex_row_finding *f = &row->findings[k];

            if (!f->accepted)
                continue;
            ex_html(p->to, "<tr><td>%s</td><td>", ex_cell_host(text, row));
            ex_page_severity(p->to, f->severity);
            ex_html(p->to, "</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n", f->title,
                    f->accepted->reason, f->accepted->by,
                    f->accepted->expires_day == EX_DAY_NONE
                        ? "no end"
                        : ex_day_format(day, f->accepted->expires_day));
        }
    }
    ex_html(p->to, "</tbody></table></div></div>\n</section>\n");
}

void ex_page_limits(const struct ex_page *p)
{
    const char *limits = p->report->sweep->limits;

    ex_html(p->to, "<section id=\"limits\" aria-labelledby=\"h-limits\">\n"
                   "<h2 id=\"h-limits\">What cannot be seen from outside</h2>\n");
    if (!p->rows->hunted)
        ex_html(p->to, "<p class=\"note\">Back doors were not looked for: this report says nothing "
                       "about them.</p>\n");
    else
        ex_html(p->to,
                "<p class=\"note\">\"None seen\" means that none of the known names that "
                "were asked for answered. %s</p>\n",
                limits ? limits : "What the search cannot find is not listed in this result.");
    ex_html(p->to,
            "<p class=\"note\">\"Missing\" is certain, \"presumed\" follows from a cumulative "
            "update that is too old for any fix, \"possible\" cannot be told from what was "
            "seen. They are kept apart and never added up. Confidence: certain was read, "
            "firm was inferred, tentative may be otherwise.</p>\n</section>\n");
}
