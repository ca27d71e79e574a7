// SPDX-License-Identifier: MIT
#ifndef REPORT_ACTIONS_H
#define REPORT_ACTIONS_H

#include "report/rows.h"

/* Inside of rows.c and actions.c: what there is to do, the same words held once for all hosts. */
struct ex_actions {
    struct ex_todo **at; /**< owned: each the first member of a struct action */
    size_t n, room;
    void *by_text;               /**< search tree over them */
    const struct ex_row **hosts; /**< owned: the lists of all of them */
};

/** Give @row its needs, from the findings of its record. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_actions_read(struct ex_actions *a, struct ex_row *row,
                                          const json_t *findings);

/** Give every action the list of its hosts, in the order of the rows, and put the most urgent
 *  first. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_actions_list(struct ex_actions *a, struct ex_row *const *rows,
                                          size_t n);

void ex_actions_deinit(struct ex_actions *a);

/** @array with room for one more than @n pointers; NULL, and the array is as it was, when memory
 *  ran out. */
void *ex_actions_grown(void *array, size_t n, size_t *room);

#endif
