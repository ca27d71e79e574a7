// SPDX-License-Identifier: MIT
#ifndef REPORT_CHANGED_TARGET_H
#define REPORT_CHANGED_TARGET_H

#include "report/changes.h"
#include "report/pool.h"

/* Inside of changes*.c. */

/** What is compared with what. */
struct ex_compared {
    const struct ex_sweep *now;
    const struct ex_results *earlier;
    bool now_whole;     /**< what is not in it, is not listed any more */
    bool earlier_whole; /**< what is not in the last earlier sweep, was not listed */
};

/**
 * Compare the rows of one target: @then in the order of time, @now one for each address; not both
 * empty.
 *
 * Returns: EX_OK, EX_ENOMEM.
 * Owns:    the caller frees out->findings, on failure as well; texts are of the rows or @pool's.
 */
EX_MUSTUSE enum ex_status ex_changed_target_make(struct ex_changed_target *out,
                                                 const struct ex_compared *c,
                                                 struct ex_row *const *then, size_t n_then,
                                                 struct ex_row *const *now, size_t n_now,
                                                 struct ex_pool *pool);

/** New, back again, or worse. */
bool ex_is_for_the_worse(const struct ex_changed_finding *f);

/** Order of a report, for qsort(): what got worse first, by severity; then what went dark. */
int ex_changed_target_cmp(const void *a, const void *b);

#endif
