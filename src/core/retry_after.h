// SPDX-License-Identifier: MIT
#ifndef CORE_RETRY_AFTER_H
#define CORE_RETRY_AFTER_H

#include "exprobe/exchange.h"

enum {
    EX_RETRY_DELAY_MS = 500,  /**< after a reset: a balancer gets time to take a dead server out */
    EX_RETRY_AFTER_MAX_S = 5, /**< a longer wait does not fit into the time of a host */
    EX_LIMIT_WITHOUT_TIME_S = 600,       /**< what a 429 that names no time is taken for */
    EX_RETRY_AFTER_UNKNOWN = UINT16_MAX, /**< longer than that can say, or no time at all */
};

/**
 * How many seconds @x asks to be left alone (RFC 9110 10.2.3): 0 without the field, or an empty
 * one, else at least 1. A date counts from the Date of the same answer, so that clocks need not
 * agree; without one, from our own.
 */
uint16_t ex_retry_after_s(const struct ex_exchange *x);

/** Whether @x says that we asked too much: 429 (RFC 6585 4), and 503 with a time. */
bool ex_is_limit(const struct ex_exchange *x);

/** An HTTP-date in any of its three forms (RFC 9110 5.6.7), in Unix seconds.
 *  Returns: EX_OK, EX_ESYNTAX, EX_ERANGE (no such day or time). */
EX_MUSTUSE enum ex_status ex_http_date_parse(struct ex_span s, int64_t *out);

#endif
