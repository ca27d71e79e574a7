// SPDX-License-Identifier: MIT
#ifndef BACKDOOR_FOOTPRINT_H
#define BACKDOOR_FOOTPRINT_H

#include "backdoor/normal.h"
#include "exprobe/exchange.h"

/**
 * What an answer looks like once everything is taken out that changes from one request to the
 * next. Plain data; two answers of a server for two names that are not there have equal ones.
 */
struct ex_footprint {
    int status;
    bool partial;                         /**< the body broke off: it is not compared */
    uint64_t headers;                     /**< set of the field names, and the media type */
    struct ex_print location[EX_N_FORMS]; /**< length 0: none */
    struct ex_print body[EX_N_FORMS];
};

/** The footprint of @x, which must have a status and a path. Linear in its bytes. */
struct ex_footprint ex_footprint_of(const struct ex_exchange *x);

/** Equal texts, in at least one of the forms. */
bool ex_prints_agree(const struct ex_print a[EX_N_FORMS], const struct ex_print b[EX_N_FORMS]);

/** The same page: status and text, whatever the header fields are. */
bool ex_same_page(const struct ex_footprint *a, const struct ex_footprint *b);

#endif
