// SPDX-License-Identifier: MIT
#ifndef DATA_KNOWN_GOOD_H
#define DATA_KNOWN_GOOD_H

#include "exprobe/logon.h"
#include "exprobe/status.h"

enum { EX_KNOWN_GOOD_MAX = 10000 }; /**< hashes in one file */

/**
 * Read a file of --known-good: a JSON array of SHA-256 hashes, each 64 hex digits in either case.
 * Sorted, the same hash twice is kept once.
 *
 * Returns: EX_OK, EX_EIO, EX_EINPUT (@err names file, place and value), EX_ENOMEM. On failure
 *          @out is empty.
 * Owns:    release with ex_known_good_free().
 */
EX_MUSTUSE enum ex_status ex_known_good_load(struct ex_known_good *out, const char *file,
                                             struct ex_error *err);

/** An empty one is fine; @k is empty again. */
void ex_known_good_free(struct ex_known_good *k);

#endif
