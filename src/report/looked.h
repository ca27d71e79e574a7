// SPDX-License-Identifier: MIT
#ifndef REPORT_LOOKED_H
#define REPORT_LOOKED_H

#include "report/rows.h"

/* Inside of changes*.c: whether a result could have shown a finding. */

/** One record of a host, and of which run it is. */
struct ex_observation {
    const struct ex_row *row;
    const struct ex_run_seen *run;
};

/** Whether anything is known of the host from this record. */
bool ex_is_examined(const struct ex_row *row);

/**
 * Whether @now looked for what @then shows as a finding of @rule, at least as closely as @then
 * did, so that its absence means something.
 *
 * Returns: NULL when it did; else why not, in words for people.
 */
const char *ex_not_looked_for(const struct ex_observation *now, const struct ex_observation *then,
                              const char *rule);

#endif
