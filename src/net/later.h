// SPDX-License-Identifier: MIT
#ifndef NET_LATER_H
#define NET_LATER_H

#include <stdint.h>

#include "exprobe/status.h"

struct job;

/** Jobs whose time has not come, the earliest first: a binary heap. */
struct later {
    struct later_entry *at; /**< owned */
    uint32_t n, room;
};

struct later_entry {
    uint64_t due_ms;
    uint64_t order;  /**< those of one time leave as they came */
    struct job *job; /**< owned */
};

/** Returns: EX_OK, EX_ENOMEM; @job is the heap's after EX_OK only. */
EX_MUSTUSE enum ex_status ex_later_put(struct later *l, struct job *job, uint64_t due_ms,
                                       uint64_t order);

/** When the first one is due; UINT64_MAX without any. */
uint64_t ex_later_due_ms(const struct later *l);

/** Take the first one out. There has to be one. */
struct job *ex_later_take(struct later *l);

/** The heap has to be empty. */
void ex_later_deinit(struct later *l);

#endif
