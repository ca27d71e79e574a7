// SPDX-License-Identifier: MIT
#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Writer of comma-separated values (RFC 4180: CRLF, a cell with comma, quote or line break is
 * quoted). Cells are foreign text, and spreadsheets run what looks like a formula: such a cell
 * gets an apostrophe in front, whatever blanks precede the sign.
 */
struct ex_csv {
    FILE *to;
    bool begun; /**< the row has a cell */
};

/** A cell of text that is safe to print. */
void ex_csv_text(struct ex_csv *w, const char *text);

void ex_csv_u64(struct ex_csv *w, uint64_t value);

/** "yes" or "no". */
void ex_csv_bool(struct ex_csv *w, bool value);

/** The row is complete. */
void ex_csv_end_row(struct ex_csv *w);

#endif
