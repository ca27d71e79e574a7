// SPDX-License-Identifier: MIT
#ifndef TESTS_HUNTS_H
#define TESTS_HUNTS_H

#include "exprobe/result.h"

/* What the search for back doors may find on one host, as literals: for the samples of records
 * and for the tests of what is written about them. */

enum { HUNT_EXHIBITS = 40 };

struct hunt {
    struct ex_backdoor backdoor;
    struct ex_logon_page logon;
    struct ex_exhibit exhibits[HUNT_EXHIBITS];
    size_t n_exhibits;
    int64_t at_unix_ms;
};

/**
 * Fill @h with the hunt called @name and let @r point to it; @at_unix_ms is the time of the first
 * answer. Names: none, none-too (another logon page), oab, two, suspicious, guarded, blocked,
 * proxied, stealer, likely-stealer, odd-page, changed, foreign, branding, hostile.
 *
 * Returns: false for a name that is none.
 */
bool hunt_fill(struct hunt *h, struct ex_result *r, const char *name, int64_t at_unix_ms);

#endif
