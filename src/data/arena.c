// SPDX-License-Identifier: MIT
#include "data/arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { BLOCK_BYTES = 64 * 1024 };

struct ex_arena_block {
    struct ex_arena_block *before;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

void *ex_arena_alloc(struct ex_arena *a, size_t n, size_t size)
{
    const size_t align = alignof(max_align_t);
    struct ex_arena_block *block = a->last;
    size_t bytes;
    void *p;

    if (size > 0 && n > (SIZE_MAX / 2) / size)
        return NULL;
    bytes = (n * size + align) / align * align; /* at least one unit: a pointer of its own */
    if (!block || bytes > block->size - block->used) {
        const size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;

        block = calloc(1, sizeof(*block) + room);
        if (!block)
            return NULL;
        block->size = room;
        block->before = a->last;
        a->last = block;
    }
    p = block->bytes + block->used;
    block->used += bytes;
    return p;
}

char *ex_arena_text(struct ex_arena *a, const char *text)
{
    const size_t n = strlen(text) + 1;
    char *copy = ex_arena_alloc(a, n, 1);

    if (copy)
        memcpy(copy, text, n);
    return copy;
}

void ex_arena_free(struct ex_arena *a)
{
    while (a->last) {
        struct ex_arena_block *block = a->last;

        a->last = block->before;
        free(block);
    }
}
