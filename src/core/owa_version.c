// SPDX-License-Identifier: MIT
#include "core/extract.h"

enum { MAJOR_ONLINE = 15, MINOR_ONLINE = 20 }; /* 15.20.x is Exchange Online */

struct ex_span ex_first_of_list(struct ex_span v, struct ex_span *rest)
{
    const size_t at = ex_span_find(v, ",");
    struct ex_span out = v;

    *rest = (struct ex_span){ 0 };
    if (at == SIZE_MAX)
        return v;
    ex_span_sub(v, 0, at, &out);
    ex_span_sub(v, at + 1, v.n - at - 1, rest);
    return ex_span_trim(out);
}

static enum ex_version_header classify_version(struct ex_span v, struct ex_build *b)
{
    bool padded = false;

    *b = (struct ex_build){ 0 };
    if (v.n == 0)
        return EX_VH_EMPTY;
    if (ex_build_parse(v, b, &padded) != EX_OK)
        return EX_VH_INVALID;
    if (b->part[0] == MAJOR_ONLINE && b->part[1] >= MINOR_ONLINE)
        return EX_VH_ONLINE;
    if (ex_build_generation(b) == EX_GEN_NONE) {
        *b = (struct ex_build){ 0 };
        return EX_VH_INVALID;
    }
    if (padded)
        return EX_VH_PADDED;
    return b->n_parts == 4 ? EX_VH_FULL : EX_VH_PARTIAL;
}

/* errorFE.aspx copies owaVer= of the query into the field. We never ask it; an
 * answer that is its page all the same is not believed. */
static bool is_reflecting(const struct ex_reading *r)
{
    return ex_span_find_nocase(ex_span_str(r->x->path), "errorfe.aspx") != SIZE_MAX ||
           ex_span_find_nocase(ex_span_str(r->x->path), "owaver=") != SIZE_MAX;
}

/* One front end has one build: of several numbers in its answer none is proven, and the
 * lowest and the highest say how far apart they are. */
static void keep_both(struct ex_answer *a, const struct ex_build *b)
{
    const struct ex_build *top = a->high.n_parts != 0 ? &a->high : &a->build;

    if (ex_build_cmp(b, top) > 0)
        a->high = *b;
    else if (a->high.n_parts == 0)
        a->high = a->build;
    if (ex_build_cmp(b, &a->build) < 0)
        a->build = *b;
}

void ex_read_owa_version(struct ex_reading *r, struct ex_span value)
{
    struct ex_span rest = value;

    if (is_reflecting(r))
        return;
    do {
        struct ex_build b;
        const struct ex_span v = ex_first_of_list(rest, &rest);
        const enum ex_version_header kind = classify_version(v, &b);

        if (b.n_parts != 0 && r->a->build.n_parts != 0 && ex_build_cmp(&b, &r->a->build) != 0)
            r->a->marks |= EX_MARK_TWO_VERSIONS;
        if (kind > r->a->version_header) {
            r->a->version_header = (uint8_t)kind;
            r->a->build = b;
        } else if (kind == EX_VH_FULL && ex_build_cmp(&b, &r->a->build) != 0) {
            keep_both(r->a, &b);
        }
        ex_evidence_add(r->ev, EX_SRC_OWA_VERSION, r->a, v);
        rest = ex_span_trim(rest);
    } while (rest.n > 0);
}
