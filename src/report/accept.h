// SPDX-License-Identifier: MIT
#ifndef REPORT_ACCEPT_H
#define REPORT_ACCEPT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "exprobe/day.h"
#include "exprobe/status.h"

/*
 * Accepted risks: a JSON array, one object for each risk that somebody has decided to live with.
 *
 *   [{"rule": "ecp-reachable", "target": "*.example.com", "reason": "VPN planned, CHG-4711",
 *     "by": "J. Doe", "expires": "2027-03-31"}]
 *
 * "rule" (of a finding) or "id" (of one finding) must be there, and "reason" and "by". "target" is
 * a pattern with * and ? for the target as reports name it, with or without its port; without it,
 * all. On the day of "expires" the risk is open again; without it, never.
 */
struct ex_acceptance {
    const char *rule, *id, *target; /**< "" any */
    const char *reason, *by;        /**< safe to print */
    int32_t expires_day;            /**< EX_DAY_NONE: never */
    bool expired;                   /**< on the day that was given to ex_accepted_load() */
    uint64_t n_used;                /**< findings that it covers, also when expired */
};

struct ex_accepted {
    struct ex_acceptance *at;
    size_t n;
};

enum { EX_ACCEPTED_MAX = 10000 };

/**
 * Read the file @in, which messages call @name. @today decides what has expired.
 *
 * Returns: EX_OK; EX_EINPUT (@err names file, place and value: no array, an unknown or missing
 *          key, a date that is none, nothing that it could cover, more than EX_ACCEPTED_MAX),
 *          EX_EIO, EX_ENOMEM. *out is NULL on failure.
 * Owns:    the caller owns *out; release it with ex_accepted_free().
 */
EX_MUSTUSE enum ex_status ex_accepted_load(struct ex_accepted **out, FILE *in, const char *name,
                                           int32_t today, struct ex_error *err);

/**
 * The first entry in force that covers this finding, or NULL. Counts in n_used, of expired
 * entries as well, which cover nothing.
 *
 * @target is as in the record, with its port.
 */
const struct ex_acceptance *ex_accepted_find(struct ex_accepted *all, const char *rule,
                                             const char *id, const char *target);

/** NULL is fine. */
void ex_accepted_free(struct ex_accepted *all);

#endif
