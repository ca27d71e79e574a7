// SPDX-License-Identifier: MIT
#ifndef REPORT_HISTORY_H
#define REPORT_HISTORY_H

#include "report/changes.h"
#include "report/looked.h"
#include "report/pool.h"

/* Inside of changes*.c: one target through time. */

/** All that was ever seen of one target. */
struct ex_history {
    const struct ex_observation *then; /**< of earlier sweeps, in the order of time */
    size_t n_then;
    const struct ex_observation *now; /**< one for each address */
    size_t n_now;
};

enum {
    EX_HISTORY_ADDRESSES_MAX = 64, /**< of one target; what is beyond is never called fixed */
    EX_HISTORY_RECORDS_MAX =
        400, /**< of one target: more than a year of days; older ones are left */
    EX_HISTORY_FINDINGS_MAX = 256, /**< of one target, different ones, those of now first */
};

/**
 * What became of the finding @f, which is in one of the observations.
 *
 * Returns: EX_OK with *known false when it was fixed long ago and there is nothing to say;
 *          EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_history_of(struct ex_changed_finding *out, bool *known,
                                        const struct ex_history *h, const struct ex_row_finding *f,
                                        struct ex_pool *pool);

/** Whether both are the same finding, or steps of one matter: probably and surely a back door;
 *  expires soon, has expired. */
bool ex_history_is_same(const struct ex_row_finding *a, const struct ex_row_finding *b);

/** The finding of @row that is the same as @f in that sense, or NULL. */
const struct ex_row_finding *ex_history_find(const struct ex_row *row,
                                             const struct ex_row_finding *f);

#endif
