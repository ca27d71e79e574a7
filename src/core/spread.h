// SPDX-License-Identifier: MIT
#ifndef CORE_SPREAD_H
#define CORE_SPREAD_H

#include <stdint.h>

#include "exprobe/target.h"

enum {
    EX_SPREAD_CELLS = 4096,
    EX_SPREAD_BYTES_4 = 3, /**< a network is a /24 of IPv4 ... */
    EX_SPREAD_BYTES_6 = 8, /**< ... and a /64 of IPv6 */
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
    uint32_t gap_ms; /**< between two hosts of a network; 0: none */
    uint64_t next_ms[EX_SPREAD_CELLS];
};

static inline uint64_t *ex_spread_cell(struct ex_spread *s, const struct ex_addr *a)
{
    const size_t n = a->family == 4 ? EX_SPREAD_BYTES_4 : EX_SPREAD_BYTES_6;
    uint32_t h = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < n; i++)
        h = (h ^ a->bytes[i]) * 16777619u;
    return &s->next_ms[(h ^ h >> 15) % EX_SPREAD_CELLS];
}

/** Take the next place in the row of @a's network. Returns how many milliseconds it is away;
 *  the place is kept, so those who wait do not starve one another. @now_ms is monotonic. */
static inline uint64_t ex_spread_take(struct ex_spread *s, const struct ex_addr *a, uint64_t now_ms)
{
    uint64_t *next = ex_spread_cell(s, a);
    const uint64_t at = *next > now_ms ? *next : now_ms;

    if (s->gap_ms == 0)
        return 0;
    *next = at + s->gap_ms;
    return at - now_ms;
}

#endif
