// SPDX-License-Identifier: MIT
#ifndef REPORT_TEXT_PARTS_H
#define REPORT_TEXT_PARTS_H

#include "core/put.h"
#include "report/cells.h"
#include "report/paper.h"
#include "report/report.h"

/* Inside of text*.c: the parts of the report, in the order they are printed. */

struct ex_text {
    struct ex_paper paper;
    const struct ex_report *report;
    struct ex_results *results;
    const struct ex_rows *rows;
};

enum { EX_TEXT_DETAILS_MAX = 50 /**< hosts whose findings are printed */ };

/** The colour of a row. */
enum ex_paint ex_text_paint(const struct ex_row *row);

/** What makes the result less than the whole picture; prints nothing when it is whole. */
void ex_text_banner(const struct ex_text *t);

/** How bad it is, in one line. */
void ex_text_headline(const struct ex_text *t);

EX_MUSTUSE enum ex_status ex_text_table(const struct ex_text *t);
void ex_text_summary(const struct ex_text *t);

/** What changed since earlier sweeps, when any were given. */
void ex_text_changes(const struct ex_text *t);

/** @details: they follow. */
void ex_text_todo(const struct ex_text *t, bool details);
EX_MUSTUSE enum ex_status ex_text_details(const struct ex_text *t, struct ex_error *err);

/** Lines of the summary: who asked to be left alone, since when and why. */
void ex_text_opted_out(const struct ex_text *t);

/** How many hosts show signs of an intruder, if any does. */
void ex_text_signs_headline(const struct ex_text *t);
/** The lines of the summary about them. */
void ex_text_signs_summary(const struct ex_text *t);
/** What the search cannot see, if there was one. */
void ex_text_signs_limits(const struct ex_text *t);
/** The part of a host's details about one finding of back doors: what answered, and what random
 *  names answered there. @evidence is an entry of the finding. Returns false when the record has
 *  no such candidate. */
bool ex_text_candidate(const struct ex_text *t, const json_t *record, const json_t *evidence);

/** A line of the summary: a label, and words or a list behind it. */
void ex_text_say(const struct ex_text *t, const char *name, const char *words);
void ex_text_say_items(const struct ex_text *t, const char *name, const char *list);

/** ", 3 refused" to a list that begins at @start; nothing for none. */
void ex_text_put_count(struct ex_put *w, const char *start, uint64_t n, const char *words);

/** A line of a finding's details: a label, or "" to go on below, and words; nothing for no words.
 */
void ex_text_detail(const struct ex_text *t, const char *name, const char *words);

/** A heading with a blank line above. */
void ex_text_heading(const struct ex_text *t, const char *words);

#endif
