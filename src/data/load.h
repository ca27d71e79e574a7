// SPDX-License-Identifier: MIT
#ifndef DATA_LOAD_H
#define DATA_LOAD_H

#include "exprobe/catalog.h"

/** A loaded set of targets/ files and the memory behind its catalogue. */
struct ex_dataset;

/**
 * Load the knowledge.
 *
 * @dir is a directory with all files of targets/, or NULL for the copy compiled
 * into the program. All or nothing: a directory is never mixed with the
 * compiled-in copy.
 *
 * Returns: EX_OK, EX_EIO, EX_ESCHEMA (@err names file, row and key), EX_ENOMEM.
 *          On failure *out is NULL.
 * Owns:    the caller owns *out; release it with ex_data_free().
 * Thread:  call from one thread; the catalogue may be read from any thread.
 */
EX_MUSTUSE enum ex_status ex_data_load(struct ex_dataset **out, const char *dir,
                                       struct ex_error *err);

/** The day of the compiled-in set, EX_DAY_NONE without memory. Loads nothing else of it. */
int32_t ex_data_built_in_day(void);

/** Borrowed, valid until ex_data_free(). */
const struct ex_catalog *ex_data_catalog(const struct ex_dataset *d);

/** NULL is fine. */
void ex_data_free(struct ex_dataset *d);

#endif
