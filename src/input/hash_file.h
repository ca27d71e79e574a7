// SPDX-License-Identifier: MIT
#ifndef INPUT_HASH_FILE_H
#define INPUT_HASH_FILE_H

#include "exprobe/status.h"
#include "input/siphash.h"

enum {
    EX_TABLE_PAGE = 4096, /**< bytes */
    EX_TABLE_SLOTS = 128, /**< of a page */
};

/** A hash and what is remembered with it. All zero is a free slot. */
struct ex_slot {
    struct ex_hash128 hash;
    uint64_t note[2];
};

struct ex_hash_page {
    struct ex_slot slot[EX_TABLE_SLOTS];
};

/**
 * An open-addressing hash table of 2^bits pages, either all in memory or all in
 * an unlinked file, one page of which is cached.
 *
 * The high bits of a hash give its page, the low ones the slot to begin with; a
 * full page is followed by the next one. So a table of twice the size is filled
 * from front to back, page by page.
 */
struct ex_hash {
    unsigned bits;
    uint64_t n;                 /**< slots in use */
    struct ex_hash_page *ram;   /**< owned; NULL: in the file */
    struct ex_hash_page *cache; /**< owned; with a file only */
    uint64_t cached;            /**< number of the page in the cache */
    bool lazy;                  /**< write whole pages, when another one is needed */
    bool dirty;                 /**< lazy: the cached page is not in the file yet */
    int fd;                     /**< owned; -1 with memory */
};

/**
 * An empty table, in memory for @dir NULL, else in a file without a name there.
 *
 * Returns: EX_OK, EX_EIO with @err, EX_ENOMEM.
 * Owns:    release with ex_hash_free(), after EX_OK only.
 */
EX_MUSTUSE enum ex_status ex_hash_init(struct ex_hash *t, unsigned bits, const char *dir,
                                       struct ex_error *err);

/**
 * Find @want, or put it into the table when it is not there. *found is what
 * stood there before, all zero when @want is new.
 *
 * Returns: false when the file cannot be read or written, or the table is full; errno says why.
 */
EX_MUSTUSE bool ex_hash_put(struct ex_hash *t, const struct ex_slot *want, struct ex_slot *found);

/** Look for @hash. *found is its slot, all zero when it is not there. Returns as ex_hash_put(). */
EX_MUSTUSE bool ex_hash_find(struct ex_hash *t, const struct ex_hash128 *hash,
                             struct ex_slot *found);

/** Put @want into the table, in the place of what had its hash. Returns as ex_hash_put(). */
EX_MUSTUSE bool ex_hash_set(struct ex_hash *t, const struct ex_slot *want);

/** Put everything of @from into @to. Returns as ex_hash_put(). */
EX_MUSTUSE bool ex_hash_copy(struct ex_hash *to, struct ex_hash *from);

static inline bool ex_slot_is_free(const struct ex_slot *s)
{
    return (s->hash.lo | s->hash.hi) == 0;
}

void ex_hash_free(struct ex_hash *t);

/** The message for errno and the file of a table in @dir; returns EX_EIO. */
enum ex_status ex_hash_failed(const char *dir, struct ex_error *err);

#endif
