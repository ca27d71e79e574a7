// SPDX-License-Identifier: MIT
#ifndef NET_SHARE_H
#define NET_SHARE_H

#include "net/shared.h"
#include "net/slot.h"

/* Inside the engine: how a loop takes part in what all loops share. Any thread. */

enum ex_claim {
    EX_CLAIM_GRANTED,
    EX_CLAIM_BEHIND,  /**< another job, perhaps of another loop, has it: this one waits there */
    EX_CLAIM_LATER,   /**< the address is left alone for a while */
    EX_CLAIM_LIMITED, /**< the address says "too much" to whoever asks */
};

/**
 * @job wants its address to itself. It stays the caller's with all but EX_CLAIM_BEHIND. *wait_ms
 * is for EX_CLAIM_LATER.
 */
EX_MUSTUSE enum ex_claim ex_shared_claim(struct ex_shared *sh, struct job *job, uint64_t *wait_ms);

/** Give the address of @job back, and leave it alone as job->rest_ms says. Returns the job that has
 *  waited longest for it, with the others behind it, or NULL: the caller's from now on. */
struct job *ex_shared_release(struct ex_shared *sh, struct job *job);

/** One more job waits outside of a slot, or one less: @more is 1 or -1. */
void ex_shared_park(struct ex_shared *sh, int more);

/** Jobs wait outside of the slots so that a slow address or a whole network in the list holds up
 *  nobody else; this is the bound of their number. */
bool ex_shared_has_room(const struct ex_shared *sh);

/** A place in the row of @a's network: milliseconds until it comes, rounded up. */
uint64_t ex_shared_spread(struct ex_shared *sh, const struct ex_addr *a);

/** Milliseconds, rounded up, until the gap after whoever was begun last in @a's network is over. */
uint64_t ex_shared_network_left(struct ex_shared *sh, const struct ex_addr *a);

/**
 * A turn under the ceiling of requests. 0: now; else microseconds until it is worth asking. @begun:
 * the address of a host whose first request it is, or NULL; *network_us is then how long its
 * network has to be left alone: no turn was taken when that is not 0.
 */
uint64_t ex_shared_turn(struct ex_shared *sh, const struct ex_addr *begun, uint64_t *network_us);

/** May @n_queued requests of one loop wait for a turn without becoming too old? */
bool ex_shared_turns_are_near(const struct ex_shared *sh, uint32_t n_queued);

unsigned ex_shared_n_loops(const struct ex_shared *sh);

#endif
