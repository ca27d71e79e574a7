// SPDX-License-Identifier: MIT
#ifndef REPORT_ROW_H
#define REPORT_ROW_H

#include "report/rows.h"

/* Inside of rows.c and row.c. */

enum {
    EX_ROW_NEEDS_MAX = 48,     /**< things to do that are kept of one host */
    EX_ROW_ACTION_BYTES = 256, /**< of such a text */
    EX_ROW_LIMITS_BYTES = 4096,
};

/**
 * Fill @row from a host record, without its needs and findings.
 *
 * Returns: EX_OK, EX_ENOMEM.
 * Owns:    row->text is to be freed by the caller.
 */
EX_MUSTUSE enum ex_status ex_row_read(struct ex_row *row, const struct ex_record *rec);

/**
 * What the search for back doors on this host could not see, safe to print; NULL when it was not
 * made, or without memory.
 *
 * Owns:    the caller frees it.
 */
char *ex_row_limits(const struct ex_record *rec);

#endif
