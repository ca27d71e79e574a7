// SPDX-License-Identifier: MIT
#ifndef CMD_STORE_H
#define CMD_STORE_H

#include <limits.h>

#include "cmd/config.h"
#include "data/signed.h"

/*
 * Where installed sets of knowledge are kept:
 *
 *   STORE/current  -> sets/2026-11-11.1.1     what is used
 *   STORE/previous -> sets/2026-10-14.1.1     the last good one before it
 *   STORE/sets/DATE.SERIAL.N/                 a signed directory (data/manifest.h), complete and on
 *                                             the disk before a link leads to it
 *   STORE/lock                                one process changes it at a time
 *
 * A link is replaced by one rename(): whatever happens, and whenever, a reader finds the old set
 * or the new one, whole. A directory that no link leads to is left over and goes with the next
 * update.
 */

enum { EX_STORES_MAX = 2 };

/** Paths of stores, "" for none. */
struct ex_store_paths {
    char at[EX_STORES_MAX][PATH_MAX];
    size_t n;
};

#define EX_STORE_SYSTEM   "/var/lib/exprobe-data"
#define EX_STORE_CURRENT  "current"
#define EX_STORE_PREVIOUS "previous"

/** Where sets are looked for: in --data-store, or in the user's and then the system's store. */
void ex_store_paths(struct ex_store_paths *out, const struct ex_config *cfg);

/**
 * Where a set is installed: --data-store, else $XDG_DATA_HOME/exprobe, else for root the system's
 * store, else ~/.local/share/exprobe.
 *
 * Returns: EX_OK; EX_ECONFIG when there is no such place.
 */
EX_MUSTUSE enum ex_status ex_store_path(char to[static PATH_MAX], const struct ex_config *cfg,
                                        struct ex_error *err);

/**
 * Read the set that the link @link of the store @store leads to, checking its hashes, and its
 * signature when keys are trusted. Without a store or link *found is false.
 *
 * Returns: EX_OK; EX_ESIGNATURE when the set is not what was installed (@err names file and
 *          remedy); EX_ENOMEM.
 * Owns:    when *found, the caller releases @out with ex_signed_free().
 */
EX_MUSTUSE enum ex_status ex_store_read(struct ex_signed *out, bool *found, const char *store,
                                        const char *link, const struct ex_keys *keys,
                                        struct ex_error *err);

/** The directory that @link of @store leads to; "" when there is none. */
void ex_store_directory(char to[static PATH_MAX], const char *store, const char *link);

/** A store that is open for a change. */
struct ex_store {
    int fd, lock; /**< -1: not open */
    const char *path;
};

/**
 * Open @path for a change, making it when @make says so, and lock it.
 *
 * Returns: EX_OK; EX_EBUSY when another process is changing it; EX_EINPUT when there is none;
 *          EX_EOUTPUT (@err names it).
 * Owns:    release it with ex_store_close(), after a failure, too. @path is borrowed.
 */
EX_MUSTUSE enum ex_status ex_store_open(struct ex_store *s, const char *path, bool make,
                                        struct ex_error *err);
void ex_store_close(struct ex_store *s);

/**
 * Bring @set to the disk and make it the current one. What was current becomes the previous one
 * when @keep_current says that it is good.
 *
 * Returns: EX_OK; EX_EOUTPUT (@err names what cannot be written; nothing is changed then).
 */
EX_MUSTUSE enum ex_status ex_store_install(const struct ex_store *s, const struct ex_signed *set,
                                           bool keep_current, struct ex_error *err);

/**
 * Make the previous set the current one and the other way round; without a previous one, none is
 * current afterwards.
 *
 * Returns: EX_OK; EX_EINPUT when nothing is installed; EX_EOUTPUT.
 */
EX_MUSTUSE enum ex_status ex_store_swap(const struct ex_store *s, struct ex_error *err);

#endif
