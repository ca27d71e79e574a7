// SPDX-License-Identifier: MIT
#ifndef NET_SHARE_H
#define NET_SHARE_H

#include "net/shared.h"
#include "net/slot.h"

/* Inside the engine: how a loop takes part in what all loops share. Any thread. */

/**
 * @s, whose job is set, wants the address of its job to itself. False: another slot, perhaps
 * of another loop, has it; the job then waits there, and s->job is NULL.
 */
EX_MUSTUSE bool ex_shared_claim(struct ex_shared *sh, struct slot *s);

/** Give the address of s->job back. Returns the job that has waited longest for it, with the others
 *  behind it, or NULL: the caller's from now on. */
struct job *ex_shared_release(struct ex_shared *sh, struct slot *s);

/** One more job waits outside of a slot, or one less: @more is 1 or -1. */
void ex_shared_park(struct ex_shared *sh, int more);

/** Jobs wait outside of the slots so that a slow address or a whole network in the list holds up
 *  nobody else; this is the bound of their number. */
bool ex_shared_has_room(const struct ex_shared *sh);

/** A place in the row of @a's network: milliseconds until it comes. */
uint64_t ex_shared_spread(struct ex_shared *sh, const struct ex_addr *a);

/** A turn under the ceiling of requests. 0: now; else microseconds until it is worth asking. */
uint64_t ex_shared_turn(struct ex_shared *sh);

/** May @n_queued requests of one loop wait for a turn without becoming too old? */
bool ex_shared_turns_are_near(const struct ex_shared *sh, uint32_t n_queued);

unsigned ex_shared_n_loops(const struct ex_shared *sh);

#endif
