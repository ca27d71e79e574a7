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
    bool no_hosts_file; /**< DNS alone; so it is with @servers in any case */
};

/* Words for what is our own shortage and says nothing of the name. */
#define EX_DNS_NO_SOCKET "no socket for DNS"
#define EX_DNS_NO_MEMORY "out-of-memory"

/** Of a name. One that has more is no server: whoever answers so would choose whom we contact. The
 *  word is then "too-many-addresses". */
enum {
    EX_DNS_ADDRESSES_MAX = 64,
    EX_DNS_ALIASES_MAX = 16, /**< the rest of a longer chain is not told */
    EX_DNS_RECORDS_MAX = 32, /**< MX or SRV; more are none: "too-many-records" */
};

/** The answer. @why is "" with at least one address, else a short frozen word:
 *  "nxdomain", "no-address", "servfail", "timeout", "refused", ... . The list is
 *  borrowed for the call, without duplicates, A before AAAA. */
typedef void ex_dns_done_fn(void *arg, const struct ex_addr *list, size_t n, const char *why);

/** What DNS says of a name: its addresses, and the aliases on the way there, in their order. Both
 *  are borrowed for the call. Aliases are as c-ares writes them, and may hold anything. */
struct ex_dns_found {
    const struct ex_addr *addresses; /**< as of ex_dns_done_fn */
    size_t n_addresses;
    const char *aliases[EX_DNS_ALIASES_MAX];
    size_t n_aliases;
    const char *why; /**< as of ex_dns_done_fn */
};

typedef void ex_dns_found_fn(void *arg, const struct ex_dns_found *found);

/** A host that a record names, as c-ares writes it: it may hold anything, and be "". */
struct ex_dns_host {
    const char *name;
    uint16_t preference; /**< of MX, priority of SRV */
    uint16_t port;       /**< of SRV */
};

/** @why is "" with at least one host, else a word: "no-record", "nxdomain", "servfail",
 *  "too-many-records", ... . The list is borrowed for the call. */
typedef void ex_dns_hosts_fn(void *arg, const struct ex_dns_host *list, size_t n, const char *why);

enum ex_dns_record { EX_DNS_MX, EX_DNS_SRV };

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

/** As ex_dns_resolve(), with the aliases. */
void ex_dns_find(struct ex_dns *d, const char *name, ex_dns_found_fn *done, void *arg);

/** Look up the records of @name; @done is called once, possibly from inside this call. */
void ex_dns_hosts(struct ex_dns *d, const char *name, enum ex_dns_record record,
                  ex_dns_hosts_fn *done, void *arg);

/** Call back every query under way with "canceled". */
void ex_dns_cancel(struct ex_dns *d);

/** Close the handles; run the loop afterwards. No query may be under way. NULL is fine. */
void ex_dns_free(struct ex_dns *d);

#endif
