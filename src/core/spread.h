// SPDX-License-Identifier: MIT
#ifndef CORE_SPREAD_H
#define CORE_SPREAD_H

#include <stdint.h>

#include "exprobe/target.h"

enum {
    EX_SPREAD_CELLS = 4096,
    EX_SPREAD_BYTES_4 = 3,    /**< a network is a /24 of IPv4 ... */
    EX_SPREAD_BYTES_6 = 8,    /**< ... and a /64 of IPv6 */
    EX_SPREAD_LATE_US = 1000, /**< a timer of milliseconds is so late: with places that are nearer
                                   to each other the whole row would fall behind */
};

/**
 * When the next host of a network may be begun: neighbours usually share a line and a
 * firewall, and a list usually names them one after the other.
 *
 * One cell of a table of fixed size for each network. Two networks that meet in a cell
 * share its pace, which makes them slower and never faster; so nothing has to be looked
 * up, grown or forgotten.
 */
struct ex_spread {
    uint64_t gap_us; /**< between two hosts of a network; 0: none */
    struct ex_spread_cell {
        uint64_t next_us; /**< the next place in the row of those who wait */
        uint64_t free_us; /**< the gap after the last one that was begun is over */
    } cells[EX_SPREAD_CELLS];
};

static inline struct ex_spread_cell *ex_spread_cell(struct ex_spread *s, const struct ex_addr *a)
{
    const size_t n = a->family == 4 ? EX_SPREAD_BYTES_4 : EX_SPREAD_BYTES_6;
    uint32_t h = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < n; i++)
        h = (h ^ a->bytes[i]) * 16777619u;
    return &s->cells[(h ^ h >> 15) % EX_SPREAD_CELLS];
}

/** Take the next place in the row of @a's network. Returns how many microseconds it is away;
 *  the place is kept, so those who wait do not starve one another. @now_us is monotonic. */
static inline uint64_t ex_spread_take(struct ex_spread *s, const struct ex_addr *a, uint64_t now_us)
{
    struct ex_spread_cell *c = ex_spread_cell(s, a);
    const uint64_t at = c->next_us > now_us ? c->next_us : now_us;

    if (s->gap_us == 0)
        return 0;
    c->next_us = at + s->gap_us + EX_SPREAD_LATE_US;
    return at - now_us;
}

/** Places are kept well by those who come in time. Microseconds until the gap after whoever was
 *  begun last is over, however late that was. */
static inline uint64_t ex_spread_left(struct ex_spread *s, const struct ex_addr *a, uint64_t now_us)
{
    const struct ex_spread_cell *c = ex_spread_cell(s, a);

    return c->free_us > now_us ? c->free_us - now_us : 0;
}

/** A host of @a's network is begun now. */
static inline void ex_spread_begin(struct ex_spread *s, const struct ex_addr *a, uint64_t now_us)
{
    ex_spread_cell(s, a)->free_us = now_us + s->gap_us;
}

#endif
