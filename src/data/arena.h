// SPDX-License-Identifier: MIT
#ifndef DATA_ARENA_H
#define DATA_ARENA_H

#include "exprobe/span.h"

/** Memory that is given back as a whole: the rows and texts of one data set. Zero it to begin. */
struct ex_arena {
    struct ex_arena_block *last; /**< owned */
};

/** Zeroed memory for @n objects of @size bytes, aligned for any of them; NULL when memory ran out
 *  or the product overflows. Never NULL for n == 0. */
void *ex_arena_alloc(struct ex_arena *a, size_t n, size_t size);

/** A copy of @text, or NULL. */
char *ex_arena_text(struct ex_arena *a, const char *text);

void ex_arena_free(struct ex_arena *a);

#endif
