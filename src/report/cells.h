// SPDX-License-Identifier: MIT
#ifndef REPORT_CELLS_H
#define REPORT_CELLS_H

#include "report/rows.h"

/* What a host is told as in every format: short texts, safe to print, made of words that do not
 * depend on the server but for its name, device and build. */

enum { EX_CELL_SIZE = 384 /**< room for any text of a row */ };

/** "mail.example.com", with the address when several of that name were examined. Returns @to. */
char *ex_cell_host(char to[static EX_CELL_SIZE], const struct ex_row *row);

/** "2019 CU15 Feb26SU", "perhaps, behind F5 BIG-IP APM", "refused", ... Returns @to. */
char *ex_cell_version(char to[static EX_CELL_SIZE], const struct ex_row *row);

/** "15.2.1748.43", "15.2.1748.x (11 possible)", "". Returns @to. */
char *ex_cell_build(char to[static EX_CELL_SIZE], const struct ex_row *row);

/** "29 missing, 1 exploited (KEV)", "up to date", "up to date, old data", ...; @brief leaves out
 * what can be. Returns @to.
 */
char *ex_cell_fixes(char to[static EX_CELL_SIZE], const struct ex_row *row, bool brief);

/** "ended 2025-10-14", "supported", ...; as ex_cell_fixes(). Returns @to. */
char *ex_cell_support(char to[static EX_CELL_SIZE], const struct ex_row *row, bool brief);

/** Back doors and logon page: "none seen", "likely, logon review", "not assessed", ...; as
 *  ex_cell_fixes(). Returns @to. */
char *ex_cell_signs(char to[static EX_CELL_SIZE], const struct ex_row *row, bool brief);

/** The word of the first column: a severity, or why there is none. */
const char *ex_cell_severity(const struct ex_row *row);

/** "3 hosts", "1 host". Returns @to. */
char *ex_cell_count(char to[static EX_CELL_SIZE], uint64_t n, const char *one, const char *many);

#endif
