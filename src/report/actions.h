// SPDX-License-Identifier: MIT
#ifndef REPORT_ACTIONS_H
#define REPORT_ACTIONS_H

#include "report/pool.h"
#include "report/rows.h"

/* Inside of sweep.c and rows.c: what there is to do. */

/** Give @row its needs, from the open ones of the findings of its record, which are in the same
 *  order as row->findings. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_actions_read(struct ex_row *row, const json_t *findings,
                                          struct ex_pool *pool);

/** Make the list of things to do for @rows, most urgent first. *hosts is the memory behind the
 *  lists of hosts. Returns EX_OK, EX_ENOMEM. Owns: the caller frees *out and *hosts. */
EX_MUSTUSE enum ex_status ex_actions_list(struct ex_todo **out, size_t *n_out,
                                          const struct ex_row ***hosts, struct ex_row *const *rows,
                                          size_t n_rows);

#endif
