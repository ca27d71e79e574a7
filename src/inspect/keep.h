// SPDX-License-Identifier: MIT
#ifndef INSPECT_KEEP_H
#define INSPECT_KEEP_H

#include "exprobe/exhibit.h"

/** The answers kept for one host. Zero-initialised; ex_store_free() empties it. */
struct ex_store {
    struct ex_exhibit *first; /**< owned, newest first */
};

/**
 * Copy what is worth keeping of @x into @store (struct ex_store).
 * Returns: the copy, which lives until ex_store_free(); NULL without memory.
 * Thread:  one store belongs to one thread.
 */
const struct ex_exhibit *ex_store_keep(void *store, const struct ex_exchange *x);

void ex_store_free(struct ex_store *store);

#endif
