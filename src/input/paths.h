// SPDX-License-Identifier: MIT
#ifndef INPUT_PATHS_H
#define INPUT_PATHS_H

#include "exprobe/catalog.h"

/** Names that the owner found in the logs of the own servers: --paths. */
struct ex_own_paths;

struct ex_own_paths_options {
    const struct ex_catalog *cat; /**< borrowed for the call */
    bool deep;                    /**< all names of the catalogue are asked for, not only tier 1 */
    size_t max;                   /**< names in the file, at most */
};

/**
 * Read a list of paths: one a line, "/owa/auth/log.aspx", as the field cs-uri-stem of an IIS log
 * has it. Lines that begin with # and empty ones are skipped; CR before LF and a byte order
 * mark are accepted. Refused, with file, line and value: what ex_path_refused() refuses, what
 * has not the extension of a script (a file of data may hold what was stolen), and what the
 * catalogue lists in order never to be asked for.
 *
 * What is asked for anyway is left out, a name given twice is kept once; case does not
 * matter. A name of the catalogue keeps what is known about it. The others are of tier 0 and
 * medium confidence. Folders and extensions are spelt as in the catalogue.
 *
 * Returns: EX_OK, EX_EIO, EX_EINPUT with @err, EX_ENOMEM.
 * Owns:    the caller owns *out; release it with ex_own_paths_free().
 */
EX_MUSTUSE enum ex_status ex_own_paths_read(struct ex_own_paths **out, const char *file,
                                            const struct ex_own_paths_options *opt,
                                            struct ex_error *err);

/** Sorted by folder, extension and path, as the rows of the catalogue. Valid until
 *  ex_own_paths_free(), and as long as the catalogue. */
const struct ex_path_row *ex_own_paths_rows(const struct ex_own_paths *o, size_t *n);

/** NULL is fine. */
void ex_own_paths_free(struct ex_own_paths *o);

#endif
