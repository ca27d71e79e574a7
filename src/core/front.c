// SPDX-License-Identifier: MIT
#include "core/front.h"

enum {
    BODY_BYTES_MAX = 4096, /* pages of devices say who they are at the top */
};

static bool match_cookie(const struct ex_exchange *x, const char *name)
{
    const struct ex_header *h = NULL;

    while ((h = ex_exchange_next(x, "Set-Cookie", h)))
        if (ex_span_starts_nocase(h->value, name))
            return true;
    return false;
}

static bool match_header(const struct ex_exchange *x, const char *field, const char *text)
{
    const struct ex_header *h = NULL;

    while ((h = ex_exchange_next(x, field, h)))
        if (ex_span_find_nocase(h->value, text) != SIZE_MAX)
            return true;
    return false;
}

static bool match_body(const struct ex_exchange *x, const struct ex_device_row *row)
{
    const struct ex_span top = { x->body.p,
                                 x->body.n < BODY_BYTES_MAX ? x->body.n : BODY_BYTES_MAX };

    /* The words of a gateway error mean one only together with its status. */
    if (row->role == EX_ROLE_UNAVAILABLE && x->status < 500)
        return false;
    return ex_span_find_nocase(top, row->match) != SIZE_MAX;
}

static bool match_row(const struct ex_exchange *x, const struct ex_device_row *row)
{
    switch (row->where) {
    case EX_DW_HEADER:
        return match_header(x, row->header, row->match);
    case EX_DW_LOCATION:
        return match_header(x, "Location", row->match);
    case EX_DW_BODY:
        return match_body(x, row);
    case EX_DW_COOKIE:
        return match_cookie(x, row->match);
    }
    return false;
}

static int rank(enum ex_device_role role)
{
    switch (role) {
    case EX_ROLE_BLOCK:
        return 5;
    case EX_ROLE_UNAVAILABLE:
        return 4;
    case EX_ROLE_MAIL_HINT:
        return 3;
    case EX_ROLE_PREAUTH:
        return 2;
    case EX_ROLE_PASS:
        return 1;
    }
    return 0;
}

int ex_front_match(const struct ex_catalog *cat, const struct ex_exchange *x, bool with_body)
{
    int best = -1;

    for (size_t i = 0; i < cat->n_devices; i++) {
        const struct ex_device_row *row = &cat->devices[i];

        if (best >= 0 && rank(row->role) <= rank(cat->devices[best].role))
            continue;
        if (row->where == EX_DW_BODY && !with_body)
            continue;
        if (match_row(x, row))
            best = (int)i;
    }
    return best;
}
