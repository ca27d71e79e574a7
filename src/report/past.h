// SPDX-License-Identifier: MIT
#ifndef REPORT_PAST_H
#define REPORT_PAST_H

#include "report/pool.h"
#include "report/rows.h"

/* Inside of changes*.c: every record of earlier sweeps, none replaced by a newer one. */
struct ex_past {
    struct ex_row **at; /**< owned, with what is in them; by target, then in the order of time */
    size_t n;
    void *now_runs; /**< search tree over the runs of this sweep, which are borrowed */
};

/** Read all of @in, and keep what is not of a run in @now. Returns: EX_OK, what ex_results_next()
 * returns. Owns: the caller, until ex_past_deinit(), on failure as well; texts of findings are
 * @pool's. */
EX_MUSTUSE enum ex_status ex_past_load(struct ex_past *out, struct ex_results *in,
                                       const struct ex_results *now, struct ex_accepted *accepted,
                                       struct ex_pool *pool, struct ex_error *err);

void ex_past_deinit(struct ex_past *past);

/** Whether @run is also in the sweep @past was loaded with: then it is no earlier one. */
bool ex_past_is_now(const struct ex_past *past, const struct ex_run_seen *run);

#endif
