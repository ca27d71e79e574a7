// SPDX-License-Identifier: MIT
#ifndef TESTS_FUZZ_REPORTS_H
#define TESTS_FUZZ_REPORTS_H

#include <stddef.h>

/* What must hold of any rendered text, whatever it was made of. Each aborts if it does not. */

/** Only tags and attributes of ours, one style sheet, at most one script, no other address than
 *  https: or a place in the page. */
void must_be_our_page(const char *text);

/** RFC 4180 with as many cells in every row, and no cell that a spreadsheet would run. */
void must_be_table(const char *text);

/** One JSON object a line, at most @max of them. */
void must_be_json(const char *text, size_t max);

/** Prometheus' text format: comments, or a name, labels and a number. */
void must_be_metrics(const char *text);

#endif
