// SPDX-License-Identifier: MIT
#ifndef CORE_PACE_H
#define CORE_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    EX_PACE_SECOND_US = 1000000,
    EX_PACE_BURST_US = 5000,  /**< what a timer of milliseconds may be late, and catch up with */
    EX_PACE_SLACK_US = 20000, /**< kept back of each second: what a request needs from here to the
                                   server differs, and the ceiling is the server's to see */
};

/**
 * A hard ceiling on events per second: a token bucket whose depth is a few milliseconds, so
 * that no window of a second holds more than the ceiling, however late the caller asks.
 *
 * Times are microseconds of one monotonic clock, passed in by the caller. Nothing is
 * reserved ahead of time: a caller that comes late finds no row of old permissions.
 */
struct ex_pace {
    uint64_t gap_us;  /**< between two events; 0: no ceiling */
    uint64_t next_us; /**< when the next event is due */
};

/** @per_second 0 means no ceiling. The gap is rounded up: never above the ceiling. */
static inline struct ex_pace ex_pace_of(uint32_t per_second)
{
    const uint64_t window = EX_PACE_SECOND_US + EX_PACE_SLACK_US;

    return (struct ex_pace){ .gap_us = per_second ? (window + per_second - 1) / per_second : 0 };
}

/** May an event happen now? 0: yes, and it is counted; else microseconds until it is worth asking
 *  again. */
static inline uint64_t ex_pace_take(struct ex_pace *p, uint64_t now_us)
{
    if (p->gap_us == 0)
        return 0;
    if (p->next_us > now_us)
        return p->next_us - now_us;
    if (p->next_us + EX_PACE_BURST_US < now_us)
        p->next_us = now_us - EX_PACE_BURST_US; /* an idle time is not saved up */
    p->next_us += p->gap_us;
    return 0;
}

#endif
