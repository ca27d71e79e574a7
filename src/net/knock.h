// SPDX-License-Identifier: MIT
#ifndef NET_KNOCK_H
#define NET_KNOCK_H

#include <stdbool.h>
#include <stdint.h>

struct ex_engine;
struct job;
struct knock;

/*
 * Hosts whose wish for a connection has not been answered. Most addresses of a network are
 * nobody's, and each keeps one waiting for the whole time-out; a host that waits so takes a socket
 * and a kilobyte, and no slot. Those that have waited longer than hosts usually take to answer no
 * longer count as hosts in flight either: nobody is asked anything there.
 */
struct knocks {
    struct knock *first, *last; /**< owned, the oldest first */
    struct knock *young;        /**< the first of those that may still answer soon */
    uint32_t n, n_young;
    struct job *answered, **answered_tail; /**< owned: they have a connection and want a slot */
    uint32_t n_answered;
    uint32_t usual_ms; /**< how long an answer takes: a moving average */
};

void ex_knocks_init(struct knocks *k);

/** Is there room for one more? */
bool ex_knock_has_room(const struct ex_engine *e);

/** Begin @job, whose address is its own, with a connection. Takes it over. */
void ex_knock(struct ex_engine *e, struct job *job);

/** The next job that has its connection, or NULL: the caller's from now on. */
struct job *ex_knock_take_answered(struct ex_engine *e);

/** End all of them as interrupted. */
void ex_knock_interrupt(struct ex_engine *e);

#endif
