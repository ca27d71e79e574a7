// SPDX-License-Identifier: MIT
#ifndef CMD_DOMAINS_H
#define CMD_DOMAINS_H

#include "cmd/config.h"
#include "core/discover.h"

/** An e-mail domain that the user named. */
struct ex_domain {
    char *name; /**< owned; canonical, two labels or more */
    char *tags; /**< owned; packed as in struct ex_target */
    uint64_t line;
};

struct ex_domains {
    struct ex_domain *at; /**< owned; in the order they were named, each once */
    size_t n, room;
    const char **sorted; /**< owned; the names in the order of strcmp(), */
    size_t *index;       /**< owned; and where in @at each stands */
    uint64_t n_bad;
};

enum { EX_DOMAINS_MAX = 100000 };

/**
 * Read the operands and the files --domains of @cfg: lines as of a target list, but each names a
 * domain. Bad ones are told on standard error and counted; with --strict the first is an error.
 *
 * Returns: EX_OK with at least one domain; EX_EINPUT with @err; EX_ENOMEM, EX_EIO, EX_EINTERNAL.
 * Owns:    the caller, ex_domains_deinit(), on failure as well.
 */
EX_MUSTUSE enum ex_status ex_domains_read(struct ex_domains *d, const struct ex_config *cfg,
                                          struct ex_error *err);

void ex_domains_deinit(struct ex_domains *d);

#endif
