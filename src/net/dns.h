// SPDX-License-Identifier: MIT
#ifndef NET_DNS_H
#define NET_DNS_H

#include <uv.h>

#include "exprobe/target.h"

/** c-ares on a libuv loop. */
struct ex_dns;

enum ex_family_choice { EX_FAMILY_ANY, EX_FAMILY_4, EX_FAMILY_6 };

struct ex_dns_options {
    const char *servers; /**< "ip[:port],..." instead of those of resolv.conf, or NULL */
    enum ex_family_choice family;
    uint32_t timeout_ms; /**< of the first try; later ones wait longer */
    uint32_t tries;
};

/* Words for what is our own shortage and says nothing of the name. */
#define EX_DNS_NO_SOCKET "no socket for DNS"
#define EX_DNS_NO_MEMORY "out-of-memory"

/** Of a name. One that has more is no server: whoever answers so would choose whom we contact. The
 *  word is then "too-many-addresses". */
enum { EX_DNS_ADDRESSES_MAX = 64 };

/** The answer. @why is "" with at least one address, else a short frozen word:
 *  "nxdomain", "no-address", "servfail", "timeout", "refused", ... . The list is
 *  borrowed for the call, without duplicates, A before AAAA. */
typedef void ex_dns_done_fn(void *arg, const struct ex_addr *list, size_t n, const char *why);

/**
 * Returns: EX_OK, EX_EUSAGE (servers cannot be parsed), EX_ENOMEM.
 * Owns:    the caller owns *out; ex_dns_free() before the loop is closed.
 * Thread:  that of the loop, for every function here.
 */
EX_MUSTUSE enum ex_status ex_dns_new(struct ex_dns **out, uv_loop_t *loop,
                                     const struct ex_dns_options *opt, struct ex_error *err);

/** Look @name up; search domains are not applied. @done is called once, possibly
 *  from inside this call. */
void ex_dns_resolve(struct ex_dns *d, const char *name, ex_dns_done_fn *done, void *arg);

/** Call back every query under way with "canceled". */
void ex_dns_cancel(struct ex_dns *d);

/** Close the handles; run the loop afterwards. No query may be under way. NULL is fine. */
void ex_dns_free(struct ex_dns *d);

#endif
