// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "inspect/digest.h"
#include "inspect/reader.h"
#include "logon/bare.h"
#include "logon/handler.h"

enum { BEFORE_FEATURE = 40 /* bytes of the excerpt before what it is about */ };

static int by_hash(const void *a, const void *b)
{
    return memcmp(a, b, EX_SHA256_TEXT - 1);
}

static bool is_known(const struct ex_reader *r, const char *sha256, bool masked)
{
    for (size_t i = 0; i < r->cat->n_scripts; i++)
        if (r->cat->scripts[i].masked == masked &&
            strcmp(r->cat->scripts[i].bare_sha256, sha256) == 0)
            return true;
    return !masked && r->known && r->known->n &&
           bsearch(sha256, r->known->at, r->known->n, sizeof(r->known->at[0]), by_hash);
}

bool ex_is_known_file(const struct ex_reader *r, struct ex_span body)
{
    char sha256[EX_SHA256_TEXT];

    ex_sha256_text(sha256, body);
    for (size_t i = 0; i < r->cat->n_scripts; i++)
        if (r->cat->scripts[i].sha256[0] && strcmp(r->cat->scripts[i].sha256, sha256) == 0)
            return true;
    return false;
}

/* The hash of the bare text, or, when only that is known, of the masked one: so pages that
 * differ in their settings alone have the same hash. */
static bool read_hash(struct ex_reader *r, struct ex_span text, char to[EX_SHA256_TEXT])
{
    const struct ex_span begin = ex_bare_begin(text);
    const size_t room = sizeof(r->bare);
    struct ex_span bare, masked;
    char other[EX_SHA256_TEXT];

    bare = (struct ex_span){ r->bare, ex_bare(r->bare, ex_span_part(begin, 0, room)) };
    ex_sha256_text(to, bare);
    if (is_known(r, to, false))
        return true;
    masked = (struct ex_span){ r->masked, ex_bare_mask(r->masked, bare) };
    if (masked.n == bare.n && memcmp(masked.p, bare.p, bare.n) == 0)
        return is_known(r, to, true); /* there is nothing in it to mask */
    ex_sha256_text(other, masked);
    if (!is_known(r, other, true))
        return false;
    memcpy(to, other, sizeof(other));
    return true;
}

static void note(struct ex_looking *l, struct ex_span text, const struct ex_script_finds *f,
                 struct ex_script *s)
{
    const size_t at = f->excerpt_at > BEFORE_FEATURE ? f->excerpt_at - BEFORE_FEATURE : 0;
    struct ex_place place;

    s->features |= f->features;
    s->benign = f->benign;
    s->decoded = f->decoded;
    s->header_names = f->header_names;
    s->action = (uint8_t)f->action;
    s->cut |= f->full;
    memcpy(s->gives, f->gives, sizeof(s->gives));
    memcpy(s->takes, f->takes, sizeof(s->takes));
    ex_span_copy(s->sink, sizeof(s->sink), ex_span_str(f->sink));
    ex_span_copy(s->excerpt, sizeof(s->excerpt), ex_span_part(text, f->features ? at : 0, text.n));
    if (s->sink[0]) {
        ex_place_of(&l->where, ex_span_str(s->sink), &place);
        ex_found_origin(l->out, &place);
    }
}

void ex_found_text(struct ex_looking *l, struct ex_span text, const struct ex_script_task *on,
                   struct ex_script *s)
{
    struct ex_script_task task = *on;
    struct ex_script_finds finds;

    s->bytes = (uint32_t)text.n;
    s->shipped |= ex_bare_is_flogon(text);
    s->known |= read_hash(l->r, text, s->sha256);
    if (s->known)
        return;
    task.where = l->where;
    task.shipped = s->shipped;
    ex_script_look(&l->r->walk, &task, text, &finds);
    note(l, text, &finds, s);
    for (size_t i = 0; i < finds.n_loads; i++) {
        const struct ex_span url = ex_span_str(finds.loads[i]);
        struct ex_place place;

        ex_place_of(&l->where, url, &place);
        /* A page in a frame is no script, and may be what the passwords are sent to. */
        if (ex_place_is_foreign(place.kind) || !ex_place_is_page(&place))
            ex_found_source(l, url, false);
    }
}
