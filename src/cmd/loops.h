// SPDX-License-Identifier: MIT
#ifndef CMD_LOOPS_H
#define CMD_LOOPS_H

#include "cmd/tally.h"

/* The engines of a scan, a thread each: set up, run, stopped and taken down together. */

/** As many as there are processors that this process may use, unless the user says otherwise; never
 *  more than hosts in flight. */
unsigned ex_loops_wanted(const struct ex_config *cfg, uint32_t concurrency);

/**
 * Make s->n_wanted engines; the hosts in flight are dealt out among them.
 * Returns: EX_OK, EX_ENOMEM, EX_EUSAGE, EX_EINTERNAL. In every case ex_loops_free() releases them.
 */
EX_MUSTUSE enum ex_status ex_loops_make(struct ex_scan *s, struct ex_error *err);

/** Run them until the last one has ended. A thread that cannot be had makes the scan slower and no
 *  less true. Returns: EX_OK, EX_ENOMEM (not one thread). Thread: main. */
EX_MUSTUSE enum ex_status ex_loops_run(struct ex_scan *s);

/** As ex_feed_next(), without those that have their record in a file that is gone on with. Any
 *  thread. */
int ex_loops_next_undone(struct ex_scan *s, struct ex_target *out);

/** There may be a target, or room for results; or writing has failed. @arg is the scan. Any
 *  thread. */
void ex_loops_wake(void *arg);

/** Admit nothing more. Any thread. */
void ex_loops_stop(struct ex_scan *s);

void ex_loops_free(struct ex_scan *s);

#endif
