// SPDX-License-Identifier: MIT
#ifndef CORE_REST_H
#define CORE_REST_H

#include "exprobe/target.h"

enum {
    EX_REST_CELLS = 4096,
    EX_REST_LIMITS_MAX = 3, /**< names in a row that an address said "too much" to */
};

/**
 * When an address may be spoken to again, whatever name comes next: after the pause that was
 * promised, after a reset, and after it said that it was asked too much. One that says so of
 * several names in a row says it of all: the rest of its names are not asked until the time
 * that it gave is over.
 *
 * One cell of a table of fixed size for each address. Two addresses that meet in a cell wait for
 * each other, which makes them slower and never faster; only the count is of one address.
 */
struct ex_rest {
    struct ex_rest_cell {
        uint64_t until_ms;   /**< nothing before this */
        uint64_t limited_ms; /**< the time that it gave */
        struct ex_addr address;
        uint8_t n_limits;
    } cells[EX_REST_CELLS];
};

static inline struct ex_rest_cell *ex_rest_cell(struct ex_rest *r, const struct ex_addr *a)
{
    uint32_t h = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < (a->family == 4 ? 4u : 16u); i++)
        h = (h ^ a->bytes[i]) * 16777619u;
    return &r->cells[(h ^ h >> 15) % EX_REST_CELLS];
}

/** A name at @a is done: leave @a alone until @until_ms. @limited_ms: until when it asked to be
 *  left alone, 0 when it did not. Times are of one monotonic clock. */
static inline void ex_rest_note(struct ex_rest *r, const struct ex_addr *a, uint64_t until_ms,
                                uint64_t limited_ms)
{
    struct ex_rest_cell *c = ex_rest_cell(r, a);
    const bool known = ex_addr_cmp(&c->address, a) == 0;

    if (c->until_ms < until_ms)
        c->until_ms = until_ms;
    if (limited_ms == 0) {
        c->n_limits = known ? 0 : c->n_limits;
        return;
    }
    c->n_limits = !known ? 1 : c->n_limits < EX_REST_LIMITS_MAX ? c->n_limits + 1 : c->n_limits;
    c->address = *a;
    c->limited_ms = limited_ms;
}

/** Milliseconds until @a may be spoken to; UINT64_MAX: not with this name, it is limited. */
static inline uint64_t ex_rest_left(struct ex_rest *r, const struct ex_addr *a, uint64_t now_ms)
{
    const struct ex_rest_cell *c = ex_rest_cell(r, a);

    if (c->n_limits >= EX_REST_LIMITS_MAX && now_ms < c->limited_ms &&
        ex_addr_cmp(&c->address, a) == 0)
        return UINT64_MAX;
    return c->until_ms > now_ms ? c->until_ms - now_ms : 0;
}

#endif
