// SPDX-License-Identifier: MIT
#ifndef NET_DISCOVER_H
#define NET_DISCOVER_H

#include "core/discover.h"
#include "net/dns.h"

/*
 * Asks DNS, and nobody else, about e-mail domains. For each: the MX records; if there is such a
 * domain, the SRV record of Autodiscover and two names that nobody has registered, to know a
 * wildcard; then the addresses of the usual names, and of hosts that the records name and that lie
 * in a domain of the user's. No name outside of these is asked for.
 */

enum ex_domain_state {
    EX_DOMAIN_ASKED,
    EX_DOMAIN_INCOMPLETE, /**< some of the questions were not answered */
    EX_DOMAIN_FAILED,     /**< not even that for MX: nothing else was asked */
    EX_DOMAIN_UNKNOWN,    /**< DNS says that there is no such domain */
};

enum { EX_DOMAIN_SERVICES = 8 };

/** What was found out of one domain. */
struct ex_domain_report {
    const char *name; /**< borrowed: set by the caller */
    enum ex_domain_state state;
    const char *why;    /**< of INCOMPLETE (the first) and FAILED, a word of dns.h; else "" */
    bool takes_no_mail; /**< a null MX, RFC 7505 */
    bool is_wild;       /**< a name that does not exist has an address, */
    bool varies;        /**< each time another one */
    unsigned n_questions;
    const struct ex_mail_name_row *services[EX_DOMAIN_SERVICES];
    size_t n_services;
    struct ex_found
        *found; /**< owned; records first, then labels; those that are not there left out */
    size_t n_found, room;
};

struct ex_discover_options {
    struct ex_dns_options dns;
    uint32_t concurrency; /**< names asked for at a time */
    uint32_t rate;        /**< questions a second, a name's two addresses are two; 0: no ceiling */
    const struct ex_catalog *cat;
    const struct ex_domain_set *inside; /**< what counts as the user's */
    bool takes_outside;
};

/**
 * Fill all @reports. Blocks until every question was answered or given up.
 *
 * Returns: EX_OK, whatever DNS said; EX_EUSAGE (servers); EX_ENOMEM; EX_EINTERNAL (no random
 *          numbers).
 * Owns:    the caller, ex_domain_report_deinit(), on failure as well.
 */
EX_MUSTUSE enum ex_status ex_discover(struct ex_domain_report *reports, size_t n,
                                      const struct ex_discover_options *opt, struct ex_error *err);

void ex_domain_report_deinit(struct ex_domain_report *r);

/** The frozen word: "asked", "incomplete", "failed", "no-such-domain". */
const char *ex_domain_state_str(enum ex_domain_state s);

#endif
