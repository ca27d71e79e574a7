// SPDX-License-Identifier: MIT
#include "net/later.h"

#include <stdbool.h>
#include <stdlib.h>

enum { ROOM_FIRST = 64 };

static bool is_before(const struct later_entry *a, const struct later_entry *b)
{
    return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->order < b->order;
}

enum ex_status ex_later_put(struct later *l, struct job *job, uint64_t due_ms, uint64_t order)
{
    const struct later_entry entry = { due_ms, order, job };

    if (l->n == l->room) {
        const uint32_t room = l->room ? 2 * l->room : ROOM_FIRST;
        struct later_entry *at = realloc(l->at, room * sizeof(*at));

        if (!at)
            return EX_ENOMEM;
        l->at = at;
        l->room = room;
    }
    uint32_t i = l->n++;
    for (; i > 0 && is_before(&entry, &l->at[(i - 1) / 2]); i = (i - 1) / 2)
        l->at[i] = l->at[(i - 1) / 2];
    l->at[i] = entry;
    return EX_OK;
}

uint64_t ex_later_due_ms(const struct later *l)
{
    return l->n > 0 ? l->at[0].due_ms : UINT64_MAX;
}

struct job *ex_later_take(struct later *l)
{
    struct job *first = l->at[0].job;
    const struct later_entry last = l->at[--l->n];
    uint32_t i = 0;

    for (;;) {
        uint32_t child = 2 * i + 1;

        if (child + 1 < l->n && is_before(&l->at[child + 1], &l->at[child]))
            child++;
        if (child >= l->n || !is_before(&l->at[child], &last))
            break;
        l->at[i] = l->at[child];
        i = child;
    }
    l->at[i] = last;
    return first;
}

void ex_later_deinit(struct later *l)
{
    free(l->at);
    *l = (struct later){ 0 };
}
