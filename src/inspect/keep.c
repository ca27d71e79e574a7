// SPDX-License-Identifier: MIT
#include "inspect/keep.h"

#include <stdlib.h>

#include "inspect/digest.h"

/* Whole lines only: half a field would be evidence of something nobody sent. */
static void copy_headers(char *to, size_t size, const struct ex_exchange *x)
{
    size_t used = 0;

    for (size_t i = 0; i < x->n_headers; i++) {
        const struct ex_header *h = &x->headers[i];
        const size_t room = size - used;

        if (h->name.n > room || h->value.n > room || h->name.n + h->value.n + 4 > room)
            break;
        memcpy(to + used, h->name.p, h->name.n);
        used += h->name.n;
        to[used++] = ':';
        to[used++] = ' ';
        if (h->value.n)
            memcpy(to + used, h->value.p, h->value.n);
        used += h->value.n;
        to[used++] = '\n';
    }
    to[used] = '\0';
}

const struct ex_exhibit *ex_store_keep(void *store, const struct ex_exchange *x)
{
    struct ex_store *s = store;
    struct ex_exhibit *e = calloc(1, sizeof(*e));

    if (!e)
        return NULL;
    e->at_unix_ms = x->at_unix_ms;
    e->status = x->status;
    e->body_cut = x->body_cut;
    e->body_bytes = (uint32_t)x->body.n;
    ex_sha256_text(e->sha256, x->body);
    ex_span_copy(e->path, sizeof(e->path), ex_span_str(x->path));
    e->n_excerpt = (uint16_t)(x->body.n < EX_EXCERPT_SIZE ? x->body.n : EX_EXCERPT_SIZE);
    if (e->n_excerpt)
        memcpy(e->excerpt, x->body.p, e->n_excerpt);
    copy_headers(e->headers, sizeof(e->headers), x);
    e->next = s->first;
    s->first = e;
    return e;
}

void ex_store_free(struct ex_store *store)
{
    while (store->first) {
        struct ex_exhibit *next = store->first->next;

        free(store->first);
        store->first = next;
    }
}
