// SPDX-License-Identifier: MIT
#ifndef CORE_OUTCOME_H
#define CORE_OUTCOME_H

#include "core/host.h"

/** What a request that ended without a complete header block means for the host. */
enum ex_consequence {
    EX_CONS_END,   /**< no other request would do better */
    EX_CONS_RETRY, /**< the same one may be tried again, then the plan goes on */
    EX_CONS_SKIP,  /**< not worth repeating; the plan goes on */
};

/** @outcome says it, without regard to what was answered before. */
enum ex_consequence ex_consequence_of(enum ex_outcome outcome);

/** The state of a host that ended with @outcome before anything was answered; @detail gets the
 *  words of the record. */
enum ex_state ex_state_of_outcome(const struct ex_exchange *x, const struct ex_tls *tls,
                                  char detail[static EX_DETAIL_SIZE]);

/** The handshake, or the first read after it in TLS 1.3, was refused because the server wants a
 *  certificate from us (RFC 8446 6.2, RFC 5246 7.2.2). */
bool ex_wants_client_cert(const struct ex_exchange *x, const struct ex_tls *tls);

/** True when @a says something about what the host runs: not a refusal of a device, not a limit. */
bool ex_is_useful(const struct ex_answer *a, const struct ex_catalog *cat);

/** True when @a was refused by something in front, not by what was asked for. */
bool ex_is_refusal(const struct ex_answer *a, const struct ex_catalog *cat);

/**
 * True when it looks as if we had been cut off: the last two answers, to different requests,
 * are the same refusal or the same failure of a gateway. Whether it is us or these paths tells
 * a path that was answered before.
 */
bool ex_seems_cut_off(const struct ex_evidence *ev, const struct ex_catalog *cat);

/** The first answer that is worth asking for again in that case, or NULL. */
const struct ex_answer *ex_first_good(const struct ex_evidence *ev, const struct ex_catalog *cat);

#endif
