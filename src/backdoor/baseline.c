// SPDX-License-Identifier: MIT
#include "backdoor/baseline.h"

#include "core/location.h"

enum {
    PAIR = 2,
    SPREAD_TIMES = 3,  /* two samples of something random show a part of its range */
    SPREAD_LEAST = 128 /* characters */
};

/* "https://host/path?query" without scheme and host. */
static struct ex_span path_of(struct ex_span location)
{
    const size_t slashes = ex_span_find(ex_span_part(location, 0, 8), "//");
    size_t at;

    if (slashes == SIZE_MAX)
        return location;
    for (at = slashes + 2; at < location.n && location.p[at] != '/'; at++)
        ;
    return ex_span_part(location, at, location.n);
}

/* 500 of "/owa/auth/errorFE.aspx?httpCode=500", or 0. */
static int error_code(struct ex_span location)
{
    const struct ex_span path = path_of(location);
    const size_t key = ex_span_find_nocase(ex_span_part(path, 0, 64), "httpcode=");
    int code = 0;

    if (!ex_span_starts_nocase(path, "/owa/auth/errorfe.aspx") || key == SIZE_MAX)
        return 0;
    for (size_t i = key + 9; i < path.n && i < key + 12; i++)
        code = path.p[i] >= '0' && path.p[i] <= '9' ? code * 10 + (path.p[i] - '0') : 0;
    return code;
}

static enum ex_folder_state kind_of_status(int status)
{
    if (status == 404 || status == 410)
        return EX_FS_ASSESSED;
    if (status >= 200 && status < 300)
        return EX_FS_WILDCARD;
    if (status >= 400 && status < 500)
        return EX_FS_REFUSED;
    if (status >= 500 && status < 600)
        return EX_FS_FAILING;
    return EX_FS_UNSTABLE;
}

static bool is_own_host(struct ex_span location, const char *name)
{
    const struct ex_span host = ex_location_host(location);

    return host.n == 0 || ex_span_eq_nocase(host, name);
}

enum ex_folder_state ex_answer_kind(const char *folder, const struct ex_exchange *x,
                                    const char *name)
{
    const struct ex_header *h = ex_exchange_header(x, "Location");
    struct ex_span path;
    int code;

    if (x->status < 300 || x->status >= 400)
        return kind_of_status(x->status);
    if (!h || !is_own_host(h->value, name))
        return EX_FS_REDIRECTED;
    path = path_of(h->value);
    code = error_code(h->value);
    if (code != 0)
        return kind_of_status(code);
    if (ex_span_starts_nocase(path, "/owa/auth/error.aspx"))
        return EX_FS_ASSESSED;
    if (ex_span_starts_nocase(ex_span_str(folder), "/ecp/auth/") &&
        ex_span_starts_nocase(path, "/owa/auth/logon.aspx"))
        return EX_FS_ASSESSED;
    return EX_FS_REDIRECTED;
}

/* Two misses: everything but the body must be the same, and that may vary. */
static bool agree(const struct ex_baseline *b, size_t i, size_t k)
{
    const struct ex_footprint *x = &b->at[i], *y = &b->at[k];

    return b->kinds[i] == b->kinds[k] && x->status == y->status && x->headers == y->headers &&
           ex_prints_agree(x->location, y->location);
}

/* Of the first pair, what is of another kind than the second was an accident. */
static void keep_kind(struct ex_baseline *b)
{
    uint8_t n = 0;

    for (size_t i = 0; i < b->n; i++) {
        if (b->kinds[i] != b->state)
            continue;
        b->kinds[n] = b->kinds[i];
        b->at[n++] = b->at[i];
    }
    b->n = n;
}

static void settle(struct ex_baseline *b)
{
    const bool is_pair = b->n >= PAIR && agree(b, b->n - 1u, b->n - 2u);

    if (!is_pair && b->n_asked < EX_SAMPLES_MAX)
        return;
    b->settled = true;
    b->state = is_pair ? b->kinds[b->n - 1] : EX_FS_UNSTABLE;
    if (!is_pair)
        return;
    b->varies = !ex_prints_agree(b->at[b->n - 1].body, b->at[b->n - 2].body);
    keep_kind(b);
}

void ex_baseline_add(struct ex_baseline *b, const char *folder, const struct ex_exchange *x,
                     const char *name)
{
    const struct ex_header *location = x ? ex_exchange_header(x, "Location") : NULL;

    if (b->settled)
        return;
    b->n_asked++;
    if (x) {
        b->kinds[b->n] = ex_answer_kind(folder, x, name);
        b->at[b->n++] = ex_footprint_of(x);
        ex_span_copy(b->location, sizeof(b->location),
                     location ? location->value : (struct ex_span){ 0 });
    }
    if (b->n_asked % PAIR == 0)
        settle(b);
}

/* Bodies that vary are only different when they are much shorter or longer. */
static bool is_within_spread(const struct ex_baseline *b, const struct ex_footprint *f)
{
    uint32_t least = UINT32_MAX, most = 0, slack;

    for (size_t i = 0; i < b->n; i++) {
        const uint32_t n = b->at[i].body[EX_FORM_NAME].length;

        least = n < least ? n : least;
        most = n > most ? n : most;
    }
    slack = (most - least) * SPREAD_TIMES;
    slack = slack > SPREAD_LEAST ? slack : SPREAD_LEAST;
    return f->body[EX_FORM_NAME].length + slack >= least &&
           f->body[EX_FORM_NAME].length <= most + slack;
}

static enum ex_trace other_status(int status)
{
    if (status >= 200 && status < 300)
        return EX_TRACE_ANSWERS;
    if (status == 401 || status == 403)
        return EX_TRACE_REFUSED;
    if (status >= 500 && status < 600)
        return EX_TRACE_ERROR;
    return EX_TRACE_STATUS;
}

static enum ex_trace compare_one(const struct ex_baseline *b, const struct ex_footprint *base,
                                 const struct ex_footprint *f, const struct ex_exchange *x)
{
    const struct ex_header *h = ex_exchange_header(x, "Location");

    if (f->status != base->status)
        return other_status(f->status);
    if (!ex_prints_agree(f->location, base->location))
        return h && error_code(h->value) >= 500 ? EX_TRACE_ERROR : EX_TRACE_REDIRECT;
    if (f->headers != base->headers)
        return EX_TRACE_HEADERS;
    if (f->partial || base->partial || ex_prints_agree(f->body, base->body))
        return EX_TRACE_NONE;
    return b->varies && is_within_spread(b, f) ? EX_TRACE_NONE : EX_TRACE_BODY;
}

enum ex_trace ex_baseline_compare(const struct ex_baseline *b, const struct ex_footprint *f,
                                  const struct ex_exchange *x)
{
    enum ex_trace least = EX_TRACE_ANSWERS;

    if (b->n == 0)
        return EX_TRACE_NONE;
    for (size_t i = 0; i < b->n; i++) {
        const enum ex_trace t = compare_one(b, &b->at[i], f, x);

        least = t < least ? t : least;
    }
    return least;
}

static bool has_hit(const struct ex_baseline *b, const char *id)
{
    for (size_t i = 0; i < b->n_hits; i++)
        if (strcmp(b->hits[i], id) == 0)
            return true;
    return false;
}

void ex_baseline_note_hits(struct ex_baseline *b, const struct ex_hits *hits)
{
    for (size_t i = 0; i < hits->n && b->n_hits < EX_BASE_HITS_MAX; i++)
        if (!has_hit(b, hits->at[i].id))
            b->hits[b->n_hits++] = hits->at[i].id;
}

void ex_baseline_remove_hits(const struct ex_baseline *b, struct ex_hits *hits)
{
    uint8_t n = 0;

    for (size_t i = 0; i < hits->n; i++)
        if (!has_hit(b, hits->at[i].id))
            hits->at[n++] = hits->at[i];
    hits->n = n;
}
