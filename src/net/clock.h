// SPDX-License-Identifier: MIT
#ifndef NET_CLOCK_H
#define NET_CLOCK_H

#include <stdint.h>
#include <time.h>

/** The wall clock, in milliseconds since 1970-01-01 UTC: for what a record says, never to
 *  measure how long something took. Thread: any. */
static inline int64_t ex_unix_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

#endif
