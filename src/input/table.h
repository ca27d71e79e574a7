// SPDX-License-Identifier: MIT
#ifndef INPUT_TABLE_H
#define INPUT_TABLE_H

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

struct ex_table_page {
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
struct ex_table {
    unsigned bits;
    uint64_t n;                  /**< slots in use */
    struct ex_table_page *ram;   /**< owned; NULL: in the file */
    struct ex_table_page *cache; /**< owned; with a file only */
    uint64_t cached;             /**< number of the page in the cache */
    bool lazy;                   /**< write whole pages, when another one is needed */
    bool dirty;                  /**< lazy: the cached page is not in the file yet */
    int fd;                      /**< owned; -1 with memory */
};

/**
 * An empty table, in memory for @dir NULL, else in a file without a name there.
 *
 * Returns: EX_OK, EX_EIO with @err, EX_ENOMEM.
 * Owns:    release with ex_table_free(), after EX_OK only.
 */
EX_MUSTUSE enum ex_status ex_table_init(struct ex_table *t, unsigned bits, const char *dir,
                                        struct ex_error *err);

/**
 * Find @want, or put it into the table when it is not there. *found is what
 * stood there before, all zero when @want is new.
 *
 * Returns: false when the file cannot be read or written, or the table is full; errno says why.
 */
EX_MUSTUSE bool ex_table_put(struct ex_table *t, const struct ex_slot *want, struct ex_slot *found);

/** Put everything of @from into @to. Returns as ex_table_put(). */
EX_MUSTUSE bool ex_table_copy(struct ex_table *to, struct ex_table *from);

static inline bool ex_slot_is_free(const struct ex_slot *s)
{
    return (s->hash.lo | s->hash.hi) == 0;
}

void ex_table_free(struct ex_table *t);

/** The message for errno and the file of a table in @dir; returns EX_EIO. */
enum ex_status ex_table_failed(const char *dir, struct ex_error *err);

#endif
