// SPDX-License-Identifier: MIT
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include "core/evidence.h"

/** Where the plan stands. Plain data, part of struct ex_host. */
struct ex_plan {
    uint32_t done;     /**< bit set of enum ex_probe: asked, whatever came of it */
    uint8_t current;   /**< enum ex_probe under way */
    uint8_t attempts;  /**< of the current one */
    uint8_t n_stalls;  /**< requests in a row that timed out */
    uint8_t n_broken;  /**< probes in a row that ended without an answer */
    uint16_t n_base;   /**< requests of the ordinary budget */
    uint16_t n_deep;   /**< requests of the budget of --deep */
    bool closing;      /**< the request under way was announced as the last one */
    bool stopped;      /**< no further request: blocked, gone, or told to stop */
    bool fresh_done;   /**< a second connection was asked for */
    bool waited;       /**< a Retry-After was honoured once */
    bool checking;     /**< AGAIN is under way to see whether we were cut off */
    bool cleared;      /**< and we were not: it is the paths that are refused */
    int16_t folder_at; /**< row of the CU under test */
    bool folder_below; /**< second pass: that revision minus one */
};

struct ex_host;

/**
 * The next thing to ask, given everything known. Never a probe that the budget
 * has no room for; EX_N_PROBES: nothing is left to ask. Pure.
 */
enum ex_probe ex_plan_next(const struct ex_host *h);

/**
 * Whether nothing will follow an answer to @probe, so that the connection may be closed with
 * it. Exceptions, which then open a new one: a request that got no answer is repeated, and
 * a control that is answered with a page needs more evidence than was there before it.
 */
bool ex_plan_is_last(const struct ex_host *h, enum ex_probe probe);

/** Requests that may still be sent for @probe, retries included. */
unsigned ex_plan_room(const struct ex_host *h, enum ex_probe probe);

/** The next request for @probe is charged to the budget of --deep. */
bool ex_plan_uses_deep(const struct ex_host *h, enum ex_probe probe);

/** @probe should go to a new connection: a balancer that keeps connections together may then
 *  show another front end. Asked for once, when nothing depends on it any more. */
bool ex_plan_wants_fresh(const struct ex_host *h, enum ex_probe probe);

#endif
