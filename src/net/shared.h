// SPDX-License-Identifier: MIT
#ifndef NET_SHARED_H
#define NET_SHARED_H

#include <stdatomic.h>

#include "exprobe/target.h"

/*
 * What the loops of one scan have in common, because it is promised to strangers and not
 * to a loop: requests per second, one connection at a time to an address, the pace within
 * a network. One lock, held for a few instructions, twice a host and once a request under
 * --rate.
 */
struct ex_shared;

struct ex_shared_options {
    unsigned n_loops;
    uint32_t concurrency;    /**< hosts begun and not done in all loops, more or less */
    uint32_t rate;           /**< requests per second, a hard ceiling; 0: none */
    uint32_t network_gap_ms; /**< between the first contacts of two hosts of a network; 0: none */
};

/** Live counts for progress, over all loops. Relaxed atomics. */
struct ex_shared_counts {
    _Atomic uint64_t requests, in_flight, resolving;
};

/** Returns: EX_OK, EX_ENOMEM. Owns: the caller; ex_shared_free() after the last engine. */
EX_MUSTUSE enum ex_status ex_shared_new(struct ex_shared **out,
                                        const struct ex_shared_options *opt);

/** NULL is fine. */
void ex_shared_free(struct ex_shared *sh);

/** Any thread. */
struct ex_shared_counts *ex_shared_counts(struct ex_shared *sh);

#endif
