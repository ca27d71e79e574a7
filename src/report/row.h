// SPDX-License-Identifier: MIT
#ifndef REPORT_ROW_H
#define REPORT_ROW_H

#include "report/pool.h"
#include "report/rows.h"

/* Inside of sweep.c and row.c. */

enum {
    EX_ROW_FINDINGS_MAX = 64,  /**< that are kept of one host; a scan writes fewer */
    EX_ROW_SUSPECTS_MAX = 256, /**< the same of paths */
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
 * Give @row its findings and suspects, the former marked with what is in @accepted, NULL for
 * nothing; of a host with accepted ones the severity becomes that of the others.
 *
 * Returns: EX_OK, EX_ENOMEM.
 * Owns:    row->findings and row->suspects are to be freed by the caller, on failure as well.
 */
EX_MUSTUSE enum ex_status ex_row_read_findings(struct ex_row *row, const struct ex_record *rec,
                                               struct ex_accepted *accepted, struct ex_pool *pool);

/**
 * What the search for back doors on this host could not see, safe to print; NULL when it was not
 * made, or without memory.
 *
 * Owns:    the caller frees it.
 */
char *ex_row_limits(const struct ex_record *rec);

#endif
