// SPDX-License-Identifier: MIT
#ifndef NET_CONTACT_H
#define NET_CONTACT_H

#include "core/host.h"

/*
 * What was done to a stranger, as it is told for the request log: each request as its bytes are
 * about to leave, then its end; and each attempt that ended before a request could be sent.
 */
enum ex_contact_kind {
    EX_CONTACT_REQUEST, /**< connected, the request goes out next */
    EX_CONTACT_ANSWER,  /**< a request ended, well or not */
    EX_CONTACT_UNSENT,  /**< no connection: nothing was asked */
};

struct ex_contact {
    enum ex_contact_kind kind;
    const struct ex_target *target;
    const struct ex_addr *address;
    enum ex_method method;
    const char *path;        /**< and query */
    const char *probe;       /**< what it was for: struct ex_action */
    uint64_t request;        /**< ANSWER: what the log made of the REQUEST */
    enum ex_outcome outcome; /**< but for REQUEST, as all that follows */
    uint16_t status;         /**< 0: none came */
    uint64_t bytes;          /**< of header lines and body that came */
    uint32_t duration_ms;    /**< since it was begun, connecting included */
};

/**
 * Tell of @c, in the thread of a loop. With REQUEST, @c->request is set for its ANSWER.
 *
 * Returns: false when it could not be put down; a REQUEST is not sent then.
 */
typedef bool ex_contact_fn(struct ex_contact *c, void *arg);

#endif
