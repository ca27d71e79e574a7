// SPDX-License-Identifier: MIT
#ifndef CMD_DISCOVER_H
#define CMD_DISCOVER_H

#include <stdio.h>

#include "cmd/domains.h"
#include "net/discover.h"

/**
 * Ask DNS about the domains that @cfg names, and write what comes of it to cfg->output as a target
 * list, or as JSON lines. *code is EX_EXIT_INCOMPLETE when DNS left a question open.
 *
 * Returns: EX_OK; EX_EINPUT, EX_EUSAGE, EX_EOUTPUT with @err; EX_ENOMEM, EX_EIO, EX_EINTERNAL.
 */
EX_MUSTUSE enum ex_status ex_discover_command(const struct ex_config *cfg,
                                              const struct ex_catalog *cat, enum ex_exit *code,
                                              struct ex_error *err);

/** What is written: all of it, in the order in which the domains were named. */
struct ex_discovery {
    const struct ex_domains *domains;
    const struct ex_domain_report *reports; /**< one for each of them */
    const char *date;                       /**< YYYY-MM-DD */
    struct ex_discovery_counts {
        size_t listed, left_out, domains[EX_DOMAIN_UNKNOWN + 1];
    } counts;
};

/** The tags of @found of the @i-th domain: those of the domain it lies in, else of the @i-th. */
const char *ex_discovery_tags(const struct ex_discovery *d, size_t i, const struct ex_found *found);

/** As a target list, each with a comment why it is there, and comments for what is not.
 *  Returns EX_OK; EX_EINTERNAL (a line that a scan would read as something else). */
EX_MUSTUSE enum ex_status ex_discovery_text(FILE *to, const struct ex_discovery *d,
                                            struct ex_error *err);

/** As JSON, a line for each domain, each name and the end. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_discovery_json(FILE *to, const struct ex_discovery *d);

#endif
