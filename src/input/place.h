// SPDX-License-Identifier: MIT
#ifndef INPUT_PLACE_H
#define INPUT_PLACE_H

#include "exprobe/span.h"

enum {
    EX_PLACE_SIZE = 320,
    EX_PLACE_ARGUMENT = 0xffff, /**< instead of the number of a list */
};

/** Where a line stands. */
struct ex_place {
    uint16_t list; /**< its number, or EX_PLACE_ARGUMENT */
    uint64_t line; /**< 1-based; of an argument: its number. Below 2^48 */
};

/** 64 bits for the note of the duplicate filter. */
static inline uint64_t ex_place_pack(struct ex_place p)
{
    return (uint64_t)p.list << 48 | (p.line & (((uint64_t)1 << 48) - 1));
}

static inline struct ex_place ex_place_unpack(uint64_t packed)
{
    return (struct ex_place){ .list = (uint16_t)(packed >> 48),
                              .line = packed & (((uint64_t)1 << 48) - 1) };
}

/**
 * "FILE:LINE", "FILE" for line 0, or "argument N". A file name that a terminal
 * cannot show is quoted, "-" becomes stdin. @list is the name of p.list, unused
 * for an argument.
 *
 * Returns: @to.
 */
char *ex_place_format(char to[static EX_PLACE_SIZE], struct ex_place p, const char *list);

#endif
