// SPDX-License-Identifier: MIT
#ifndef INPUT_SEEN_H
#define INPUT_SEEN_H

#include "exprobe/span.h"
#include "exprobe/status.h"

/*
 * The duplicate filter: which identities were there before. Also the list of what a result
 * file holds already (input/done.h).
 *
 * It keeps a keyed 128-bit hash of each, not the text. With fewer bits two
 * different targets could meet and one would silently never be looked at; with
 * 128 bits and a million targets the odds are below 10^-26, and nobody can build
 * a pair, because the key is random.
 *
 * An open-addressing table of 4 KiB pages lives in memory up to a limit, and
 * beyond it in an unlinked file in $TMPDIR (or /tmp) that is read and written
 * page by page. So the memory of the process stays flat; a million identities
 * need up to 64 MiB of disk, 96 MiB while the table grows.
 */
struct ex_seen;

enum { EX_SEEN_RAM_MAX = 1024 * 1024 }; /**< bytes of the table that stay in memory */

/** What is remembered with an identity: two numbers of the caller's. */
struct ex_seen_note {
    uint64_t a, b;
};

/**
 * An empty filter. A table of up to @ram_max bytes stays in memory (64 KiB always do).
 *
 * Returns: EX_OK, EX_ENOMEM, EX_EINTERNAL (no random numbers). On failure *out is NULL.
 * Owns:    the caller owns *out; release it with ex_seen_free().
 */
EX_MUSTUSE enum ex_status ex_seen_new(struct ex_seen **out, size_t ram_max, struct ex_error *err);

/**
 * Remember @identity. *is_new tells whether it was not there before; when it
 * was, *note becomes the note of the first time.
 *
 * Returns: EX_OK, EX_EIO (@err names the directory and the remedy), EX_ENOMEM.
 *          After a failure the filter must not be used but to free it.
 * Thread:  one at a time.
 */
EX_MUSTUSE enum ex_status ex_seen_add(struct ex_seen *s, struct ex_span identity,
                                      struct ex_seen_note *note, bool *is_new,
                                      struct ex_error *err);

/**
 * Look for @identity without remembering it. *found tells whether it is there; when it is, *note
 * becomes its note.
 *
 * Returns: EX_OK, EX_EIO as ex_seen_add().
 */
EX_MUSTUSE enum ex_status ex_seen_find(struct ex_seen *s, struct ex_span identity,
                                       struct ex_seen_note *note, bool *found,
                                       struct ex_error *err);

/** Remember @identity with @note, in the place of an earlier one. Returns as ex_seen_add(). */
EX_MUSTUSE enum ex_status ex_seen_set(struct ex_seen *s, struct ex_span identity,
                                      const struct ex_seen_note *note, struct ex_error *err);

/** A keyed 64-bit hash for notes, from the same key. */
uint64_t ex_seen_hash(const struct ex_seen *s, struct ex_span text);

/** NULL is fine. */
void ex_seen_free(struct ex_seen *s);

#endif
