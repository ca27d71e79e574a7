// SPDX-License-Identifier: MIT
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>

#include "exprobe/catalog.h"
#include "report/changes.h"

/** What every format is made of. Whatever is not const here is nobody's to change. */
struct ex_report {
    const struct ex_sweep *sweep;
    const struct ex_rows *rows; /**< the hosts it is about: all of the sweep, or a client's */
    const char *client;         /**< whose they are; NULL: all hosts. A report for one
                                     client names nothing of another, no file either */
    const struct ex_accepted *accepted; /**< NULL: no risks are accepted */
    const struct ex_changes *changes;   /**< against earlier sweeps; NULL: none were given */
    const struct ex_catalog *cat;       /**< for the list of rules: a file may know others */
    int64_t made_unix_ms;               /**< when; a report says how old its knowledge is then */
    const char *version;                /**< of exprobe */
};

/** How a text is laid out. Other formats need no such thing. */
struct ex_text_options {
    bool color;     /**< ANSI colours beside, never instead of, words */
    unsigned width; /**< columns; 0: 100 */
    bool details;   /**< after the table: every finding with what to do and why */
};

/*
 * The formats. Each writes all of the report to @to, whose errors the caller tests; server text is
 * made safe for the format by its writer.
 *
 * Returns: EX_OK; EX_EIO (a result file cannot be read again), EX_ENOMEM.
 */

/** For a terminal or a mail: a line for each host, worst first, a summary, and what to do. */
EX_MUSTUSE enum ex_status ex_text_report(FILE *to, const struct ex_report *r,
                                         const struct ex_text_options *opt, struct ex_error *err);

/** Only what changed, for the same. r->changes is there. */
EX_MUSTUSE enum ex_status ex_text_changes_report(FILE *to, const struct ex_report *r,
                                                 const struct ex_text_options *opt);

#define EX_DIFF_SCHEMA "exprobe-diff/1"

/** The same as one JSON object; targets/schema/exprobe-diff-1.schema.json. */
EX_MUSTUSE enum ex_status ex_json_changes_report(FILE *to, const struct ex_report *r,
                                                 struct ex_error *err);

/** The same as a page. */
EX_MUSTUSE enum ex_status ex_html_changes_report(FILE *to, const struct ex_report *r,
                                                 struct ex_error *err);

/** One page without outside assets, for a browser: the state at a glance, the worst hosts, by
 *  client, then all hosts up to a limit. @csv names a file beside it that has all of them; NULL
 * when there is none. */
EX_MUSTUSE enum ex_status ex_html_report(FILE *to, const struct ex_report *r, const char *csv,
                                         struct ex_error *err);

/** A client as the overview lists it. */
struct ex_client_page {
    const char *client; /**< "" the hosts that have none */
    const char *folder; /**< beside the overview; has the client's report as report.html */
    const struct ex_rows *rows;
    const struct ex_changes *changes; /**< NULL: none were given */
};

/** One page over all clients: who is how badly off, worst first, with links. */
EX_MUSTUSE enum ex_status ex_html_overview(FILE *to, const struct ex_report *r,
                                           const struct ex_client_page *pages, size_t n,
                                           struct ex_error *err);

/** One line a host, for spreadsheets; the columns are part of the interface. */
EX_MUSTUSE enum ex_status ex_csv_report(FILE *to, const struct ex_report *r, struct ex_error *err);

/** What is to be done where, most urgent first, with columns for those who do it. */
EX_MUSTUSE enum ex_status ex_plan_csv_report(FILE *to, const struct ex_report *r,
                                             struct ex_error *err);

/** Counts for the textfile collector of the node exporter. */
EX_MUSTUSE enum ex_status ex_prometheus_report(FILE *to, const struct ex_report *r,
                                               struct ex_error *err);

/** SARIF 2.1.0, as GitHub's code scanning takes it. */
EX_MUSTUSE enum ex_status ex_sarif_report(FILE *to, const struct ex_report *r,
                                          struct ex_error *err);

/** Elastic Common Schema, one JSON document a line. */
EX_MUSTUSE enum ex_status ex_ecs_report(FILE *to, const struct ex_report *r, struct ex_error *err);

#endif
