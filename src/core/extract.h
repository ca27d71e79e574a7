// SPDX-License-Identifier: MIT
#ifndef CORE_EXTRACT_H
#define CORE_EXTRACT_H

#include "core/evidence.h"

/** Decode a DER certificate; thread-safe and bounded. Returns false when it is none. */
typedef bool ex_cert_of_der_fn(struct ex_span der, struct ex_cert *out);

/** One answer while it is read. */
struct ex_reading {
    const struct ex_exchange *x;
    const struct ex_catalog *cat;
    ex_cert_of_der_fn *cert_of_der; /**< NULL: certificates are left out */
    struct ex_evidence *ev;
    struct ex_answer *a;
    unsigned n_service_fields; /**< X-SOAP-Enabled and its like */
};

/**
 * Learn what an answer to @probe says, and add it to @ev.
 *
 * A request that got no complete header block becomes a row with status 0. The
 * body of an answer that broke off is used as far as it came.
 *
 * Returns: the row of the answer; NULL when the table is full.
 */
const struct ex_answer *ex_extract(struct ex_evidence *ev, enum ex_probe probe,
                                   const struct ex_exchange *x, const struct ex_catalog *cat,
                                   ex_cert_of_der_fn *cert_of_der);

/** The first of several values that a proxy has joined with commas (RFC 9110 5.3); @rest gets the
 *  others. */
struct ex_span ex_first_of_list(struct ex_span v, struct ex_span *rest);

/** X-OWA-Version: what kind of value it is, and its number. */
void ex_read_owa_version(struct ex_reading *r, struct ex_span value);

/** The part of ex_extract() that looks at the body and the status line. */
void ex_extract_body(struct ex_reading *r);

#endif
