// SPDX-License-Identifier: MIT
#ifndef REPORT_TEXT_PARTS_H
#define REPORT_TEXT_PARTS_H

#include "core/put.h"
#include "report/paper.h"
#include "report/report.h"

/* Inside of text*.c: the parts of the report, in the order they are printed. */

struct ex_text {
    struct ex_paper paper;
    const struct ex_report *report;
    struct ex_results *results;
    const struct ex_rows *rows;
};

enum {
    EX_TEXT_CELL = 384,       /**< room for any text of a row */
    EX_TEXT_DETAILS_MAX = 50, /**< hosts whose findings are printed */
};

/** "mail.example.com", with the address when several of that name were examined. Returns @to. */
char *ex_text_host(char to[static EX_TEXT_CELL], const struct ex_row *row);

/** "2019 CU15 Feb26SU", "perhaps, behind F5 BIG-IP APM", "refused", ... Returns @to. */
char *ex_text_version(char to[static EX_TEXT_CELL], const struct ex_row *row);

/** "15.2.1748.43", "15.2.1748.x (11 possible)", "". Returns @to. */
char *ex_text_build(char to[static EX_TEXT_CELL], const struct ex_row *row);

/** "29 missing, 1 exploited (KEV)", "up to date", ...; @brief leaves out what can be. Returns @to.
 */
char *ex_text_fixes(char to[static EX_TEXT_CELL], const struct ex_row *row, bool brief);

/** "ended 2025-10-14", "supported", ...; as ex_text_fixes(). Returns @to. */
char *ex_text_support(char to[static EX_TEXT_CELL], const struct ex_row *row, bool brief);

/** Back doors and logon page: "none seen", "likely, logon review", "not assessed", ...; as
 *  ex_text_fixes(). Returns @to. */
char *ex_text_signs(char to[static EX_TEXT_CELL], const struct ex_row *row, bool brief);

/** The word of the first column: a severity, or why there is none. */
const char *ex_text_severity(const struct ex_row *row);
enum ex_paint ex_text_paint(const struct ex_row *row);

/** "3 hosts", "1 host". Returns @to. */
char *ex_text_count(char to[static EX_TEXT_CELL], uint64_t n, const char *one, const char *many);

/** What makes the result less than the whole picture; prints nothing when it is whole. */
void ex_text_banner(const struct ex_text *t);

/** How bad it is, in one line. */
void ex_text_headline(const struct ex_text *t);

EX_MUSTUSE enum ex_status ex_text_table(const struct ex_text *t);
void ex_text_summary(const struct ex_text *t);

/** @details: they follow. */
void ex_text_todo(const struct ex_text *t, bool details);
EX_MUSTUSE enum ex_status ex_text_details(const struct ex_text *t, struct ex_error *err);

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
