// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "inspect/digest.h"
#include "inspect/reader.h"

static bool is_same(const struct ex_script *a, const struct ex_script *b)
{
    /* A fetched script has got its hash since. */
    const bool by_url = a->kind == EX_SCRIPT_SAME_ORIGIN || a->kind == EX_SCRIPT_FOREIGN;

    return a->kind == b->kind && a->page == b->page && strcmp(a->url, b->url) == 0 &&
           (by_url || strcmp(a->sha256, b->sha256) == 0) && a->features == b->features;
}

static bool says_something(const struct ex_script *s)
{
    return !s->known && (s->features & ~(1 << EX_FEAT_B1)) != 0;
}

/* There is no room, but nothing that says something gives way to what says nothing: forty empty
 * scripts must not hide the one behind them. What is to be fetched stays where it is. */
static struct ex_script *take_place(struct ex_looking *l, const struct ex_script *s)
{
    struct ex_logon_page *out = l->out;

    out->n_more++;
    for (size_t i = 0; i < out->n_scripts && says_something(s); i++) {
        struct ex_script *old = &out->scripts[i];

        if (says_something(old) ||
            (old->kind != EX_SCRIPT_INLINE && old->kind != EX_SCRIPT_HANDLER))
            continue;
        l->met |= UINT64_C(1) << i;
        *old = *s;
        return old;
    }
    return NULL;
}

struct ex_script *ex_found_script(struct ex_looking *l, const struct ex_script *s)
{
    struct ex_logon_page *out = l->out;

    for (size_t i = 0; i < out->n_scripts; i++)
        if (is_same(&out->scripts[i], s) ||
            (s->kind == EX_SCRIPT_SAME_ORIGIN && out->scripts[i].kind == s->kind &&
             strcmp(out->scripts[i].url, s->url) == 0)) {
            l->met |= UINT64_C(1) << i;
            return &out->scripts[i];
        }
    if (l->again && !s->known && !s->benign)
        out->pages_differ = true;
    if (out->n_scripts == EX_SCRIPTS_MAX)
        return take_place(l, s);
    l->met |= UINT64_C(1) << out->n_scripts;
    out->scripts[out->n_scripts] = *s;
    return &out->scripts[out->n_scripts++];
}

void ex_found_origin(struct ex_logon_page *out, const struct ex_place *place)
{
    if (!ex_place_is_foreign(place->kind) || !place->host[0])
        return;
    for (size_t i = 0; i < out->n_origins; i++)
        if (strcmp(out->origins[i], place->host) == 0)
            return;
    if (out->n_origins < EX_ORIGINS_MAX)
        memcpy(out->origins[out->n_origins++], place->host, sizeof(place->host));
}

static bool is_shipped_name(struct ex_span url)
{
    static const char *const names[] = { "/flogon.js", "/fexppw.js" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (ex_span_find_nocase(url, names[i]) != SIZE_MAX)
            return true;
    return false;
}

void ex_found_source(struct ex_looking *l, struct ex_span url, bool integrity)
{
    struct ex_script s = { .page = l->which };
    struct ex_place p;

    ex_place_of(&l->where, url, &p);
    ex_found_origin(l->out, &p);
    if (!ex_place_is_foreign(p.kind)) {
        if (p.kind == EX_PLACE_NONE || p.kind == EX_PLACE_SELF)
            return; /* nothing that is loaded */
        /* Asked for by its path alone: no query leaves but that of the logon page. */
        s.kind = EX_SCRIPT_SAME_ORIGIN;
        ex_span_copy(s.url, sizeof(s.url), ex_span_str(p.path));
        s.shipped = is_shipped_name(ex_span_str(p.path));
        ex_found_script(l, &s);
        return;
    }
    s.kind = EX_SCRIPT_FOREIGN;
    ex_span_copy(s.url, sizeof(s.url), url);
    s.integrity = integrity;
    s.benign = p.kind == EX_PLACE_BENIGN;
    if (!s.benign && !s.integrity)
        s.features = 1 << EX_FEAT_X1;
    if (ex_place_is_look_alike(&l->where, &p))
        s.features |= 1 << EX_FEAT_S3;
    ex_span_copy(s.sink, sizeof(s.sink), ex_span_str(p.host));
    ex_found_script(l, &s);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

void ex_found_hash(struct ex_logon_page *out)
{
    char all[EX_SCRIPTS_MAX][EX_SHA256_TEXT];
    size_t n = 0;

    memset(all, 0, sizeof(all));
    for (size_t i = 0; i < out->n_scripts; i++) {
        const struct ex_script *s = &out->scripts[i];

        if (s->sha256[0])
            memcpy(all[n++], s->sha256, sizeof(all[0]));
        else /* what has no text is told by its address */
            ex_sha256_text(all[n++], ex_span_str(s->url));
    }
    qsort(all, n, sizeof(all[0]), by_text);
    ex_sha256_text(out->hash, (struct ex_span){ (const uint8_t *)all, n * sizeof(all[0]) });
}

void ex_spread_known(struct ex_logon_page *out)
{
    for (size_t i = 0; i < out->n_scripts; i++)
        for (size_t k = 0; k < out->n_scripts && out->scripts[i].known; k++) {
            struct ex_script *s = &out->scripts[k];

            if (s->known || !s->sha256[0] || strcmp(s->sha256, out->scripts[i].sha256) != 0)
                continue;
            s->known = true;
            s->features = 0;
            s->score = 0;
            s->decoded = s->benign = s->header_names = false;
            s->action = EX_ACTION_GENUINE;
            s->sink[0] = s->excerpt[0] = '\0';
            memset(s->gives, 0, sizeof(s->gives));
            memset(s->takes, 0, sizeof(s->takes));
        }
}
