// SPDX-License-Identifier: MIT
#ifndef NET_DOMAIN_REPORT_H
#define NET_DOMAIN_REPORT_H

#include "net/discover.h"

/* What answers add to the report of a domain. No question is asked here. */

/** Add the hosts that records name. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_domain_report_hosts(struct ex_domain_report *r,
                                                 const struct ex_discover_options *opt,
                                                 enum ex_found_by by,
                                                 const struct ex_dns_host *list, size_t n);

/** Add the usual names of mail servers. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_domain_report_labels(struct ex_domain_report *r,
                                                  const struct ex_discover_options *opt);

/** Whether the addresses of r->found[i] are to be asked for: it is the user's, and was not before.
 */
bool ex_domain_report_asks(const struct ex_domain_report *r, size_t i);

/** A question was not answered: @why, which is static. */
void ex_domain_report_fails(struct ex_domain_report *r, const char *why);

/** What DNS said of @name, to all that have it. */
void ex_domain_report_fill(struct ex_domain_report *r, const struct ex_discover_options *opt,
                           const struct ex_wildcard *wildcard, const char *name,
                           const struct ex_dns_found *got);

/** Judge what was found, and forget the usual names that are not there. */
void ex_domain_report_finish(struct ex_domain_report *r, const struct ex_discover_options *opt,
                             const struct ex_wildcard *wildcard);

#endif
