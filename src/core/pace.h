// SPDX-License-Identifier: MIT
#ifndef CORE_PACE_H
#define CORE_PACE_H

#include <stdint.h>

/**
 * A hard ceiling on events per second: a token bucket of depth one, so events
 * are spread evenly and no window of a second can hold a burst.
 *
 * Times are microseconds of one monotonic clock, passed in by the caller.
 */
struct ex_pace {
    uint64_t gap_us;  /**< between two events; 0: no ceiling */
    uint64_t next_us; /**< earliest time of the next event */
};

/** @per_second 0 means no ceiling. The gap is rounded up: never above the ceiling. */
static inline struct ex_pace ex_pace_of(uint32_t per_second)
{
    return (struct ex_pace){ .gap_us = per_second ? (1000000u + per_second - 1) / per_second : 0 };
}

/** Reserve the next event. Returns how long the caller must wait for it, in microseconds; the
 *  reservation holds, so callers that wait do not starve one another. */
static inline uint64_t ex_pace_take(struct ex_pace *p, uint64_t now_us)
{
    if (p->gap_us == 0)
        return 0;
    const uint64_t at = p->next_us > now_us ? p->next_us : now_us;
    p->next_us = at + p->gap_us;
    return at - now_us;
}

#endif
