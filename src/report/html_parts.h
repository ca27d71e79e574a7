// SPDX-License-Identifier: MIT
#ifndef REPORT_HTML_PARTS_H
#define REPORT_HTML_PARTS_H

#include "report/cells.h"
#include "report/html.h"
#include "report/report.h"
#include "report/tally.h"

/* Inside of html*.c: the parts of a page, in the order they stand in it. */

/** Made of report.css and report.js by page/embed.py. */
extern const char ex_html_style[], ex_html_script[], ex_html_policy[];

struct ex_page {
    FILE *to;
    const struct ex_report *report;
    const struct ex_rows *rows;
    struct ex_tally sum;
    const char *csv; /**< file beside the page that has all hosts; NULL: none */
};

enum {
    EX_PAGE_WORST_MAX = 40,       /**< hosts that are shown with their findings */
    EX_PAGE_ROWS_MAX = 2000,      /**< hosts in the table */
    EX_PAGE_HOSTS_NAMED_MAX = 30, /**< of one thing to do */
    EX_PAGE_CHANGES_MAX = 200,    /**< targets with changes */
};

/** Everything up to the first section. @what: "Exchange exposure report". */
void ex_page_begin(const struct ex_page *p, const char *what);
void ex_page_end(const struct ex_page *p);

/** The whole estate in a few words, figures and two bars. */
void ex_page_glance(const struct ex_page *p);
void ex_page_changes(const struct ex_page *p);
void ex_page_todo(const struct ex_page *p);
EX_MUSTUSE enum ex_status ex_page_worst(const struct ex_page *p, struct ex_error *err);
/** One finding of a record with why it is believed. */
void ex_page_finding(FILE *to, const json_t *record, const json_t *finding,
                     const struct ex_acceptance *accepted);
EX_MUSTUSE enum ex_status ex_page_clients(const struct ex_page *p);
void ex_page_table(const struct ex_page *p);
void ex_page_accepted(const struct ex_page *p);
void ex_page_limits(const struct ex_page *p);

/** A severity, or that there is none because the host was not examined, as a badge. */
void ex_page_badge(FILE *to, const struct ex_row *row);
void ex_page_severity(FILE *to, enum ex_severity severity);

/** Where a host stands in the page: the id of its card is this number. 0: it has no card. */
size_t ex_page_card(const struct ex_page *p, const struct ex_row *row);

/** "2026-11-23 07:41 UTC" of a time in RFC 3339. */
void ex_page_time(FILE *to, const char *time);

/** The bar of severities, with its legend. @id makes it one of several in a page. */
void ex_page_bar(FILE *to, const struct ex_tally *sum, const char *id);

#endif
