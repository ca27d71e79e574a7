// SPDX-License-Identifier: MIT
#include "logon/walk.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { PLACES_MAX = 1024, REFS_IN_STRING_MAX = 16, WHOLE_NUMBER_MIN = 8 };

#define F(x) (1 << EX_FEAT_##x)

/* How telling an address is; the best one is shown as where the script sends to. */
static int weight(const struct ex_place *p, bool page)
{
    switch (p->kind) {
    case EX_PLACE_COLLECTOR:
        return 6;
    case EX_PLACE_FOREIGN:
        return 5;
    case EX_PLACE_OTHER:
        return page ? 4 : 3;
    case EX_PLACE_RECAPTCHA:
    case EX_PLACE_SIBLING:
    case EX_PLACE_BENIGN:
        return 2;
    case EX_PLACE_EDGE:
        return 1;
    case EX_PLACE_NONE:
    case EX_PLACE_SELF:
    case EX_PLACE_GENUINE:
    case EX_PLACE_LOGON:
    case EX_PLACE_STATIC:
        break;
    }
    return 0;
}

void ex_walk_loads(struct ex_walk *w, size_t i)
{
    struct ex_script_finds *out = w->out;
    const struct ex_span url = ex_token_text(&w->tokens, i);

    if (!ex_token_kind_is(&w->tokens, i, EX_TK_STRING) || !url.n)
        return;
    for (size_t k = 0; k < out->n_loads; k++)
        if (ex_span_eq(ex_span_part(url, 0, EX_SCRIPT_URL - 1), out->loads[k]))
            return;
    if (out->n_loads == EX_LOADS_MAX)
        out->full = true;
    else
        ex_span_copy(out->loads[out->n_loads++], EX_SCRIPT_URL, url);
}

struct sent {
    struct ex_walk *w;
    int best;
    unsigned n_places;
    size_t n_bytes; /* of strings, one that is used often counted as often */
};

/* Texts of regular expressions and of name spaces look like addresses, and are none. */
static bool is_host(const char *host)
{
    bool dot = false;

    if (strcmp(host, "www.w3.org") == 0)
        return false;
    for (const char *c = host; *c; c++) {
        const bool plain = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ||
                           strchr("-_:[]", *c) || (unsigned char)*c >= 0x80;

        if (!plain && *c != '.')
            return false;
        dot |= (*c == '.' && c != host) || *c == ':';
    }
    return dot || strlen(host) >= WHOLE_NUMBER_MIN; /* "//3221225991/" */
}

/* A script or style whose address is put together out of nothing that a visitor brings is loaded,
 * not sent: that is what the loaders of vendors do. */
static bool only_loads(const struct ex_walk *w)
{
    return (w->out->features & (F(S1) | F(S2) | F(H1) | F(F1) | F(K1) | F(C1) | F(C2))) == F(S2) &&
           !(w->saw & (EX_SAW_BEACON | EX_SAW_PAGE));
}

static void judge(struct sent *s, struct ex_span ref, bool sent, size_t i)
{
    struct ex_script_finds *out = s->w->out;
    const bool reads = out->features & F(C1);
    const bool sinks = out->features & (F(S1) | F(S2) | F(H1) | F(F1));
    struct ex_place p;
    bool page, own;
    int n;

    if (s->n_places == PLACES_MAX) {
        out->full = true;
        return;
    }
    s->n_places++;
    ex_place_of(&s->w->task->where, ref, &p);
    if (ex_place_is_foreign(p.kind) && !is_host(p.host))
        return;
    page = ex_place_is_page(&p);
    if (p.kind == EX_PLACE_RECAPTCHA && reads)
        p.kind = EX_PLACE_OTHER; /* the token alone is what it is known for */
    /* A neighbour within the owner's domain is a stranger only where it gets the password. */
    if (p.kind == EX_PLACE_COLLECTOR && (sinks || reads || out->features & (F(O1) | F(C2))))
        ex_walk_feature(s->w, EX_FEAT_S4, i);
    else if ((p.kind == EX_PLACE_FOREIGN && sinks && !only_loads(s->w)) ||
             (p.kind == EX_PLACE_SIBLING && sinks && out->features & (F(C1) | F(F1))))
        ex_walk_feature(s->w, EX_FEAT_S3, i);
    else if (p.kind == EX_PLACE_OTHER && (page || sent) && out->features & (F(S1) | F(S2)))
        ex_walk_feature(s->w, EX_FEAT_S5, i);
    own = p.kind == EX_PLACE_OTHER || p.kind == EX_PLACE_STATIC;
    n = weight(&p, page) * (sinks || reads);
    if (p.kind == EX_PLACE_OTHER && !page && !sent)
        n = 0;
    if (p.kind == EX_PLACE_STATIC && sent && reads)
        n = 1; /* whatever it is called, it may be handed the password, and is not fetched then */
    if (n > s->best) {
        s->best = n;
        ex_span_copy(out->sink, sizeof(out->sink), own ? ex_span_str(p.path) : ref);
    }
}

static bool is_ref_end(uint8_t c)
{
    return c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == ')' || c == '`' ||
           c == ',';
}

static struct ex_span ref_at(struct ex_span s, size_t at)
{
    size_t n = 0;

    while (at + n < s.n && !is_ref_end(s.p[at + n]))
        n++;
    return ex_span_part(s, at, n);
}

/* All that looks like an address with a host in a string: "https://...", "//..." at its
 * beginning or after a quote. */
static void hosts_in(struct sent *s, struct ex_span text, size_t i)
{
    static const char *const schemes[] = { "https:", "http:", "wss:", "ws:" };
    size_t at = 0;

    for (unsigned n = 0; n < REFS_IN_STRING_MAX; n++) {
        const uint8_t *hit = at < text.n ? memmem(text.p + at, text.n - at, "//", 2) : NULL;
        const size_t where = hit ? (size_t)(hit - text.p) : 0;
        size_t begin = where;

        if (!hit)
            return;
        for (size_t k = 0; k < N_OF(schemes) && begin == where; k++) {
            const size_t bytes = strlen(schemes[k]);

            if (where >= bytes &&
                ex_span_eq_nocase(ex_span_part(text, where - bytes, bytes), schemes[k]))
                begin = where - bytes;
        }
        if (begin != where || where == 0 || strchr("\"'(= ", text.p[where - 1]))
            judge(s, ref_at(text, begin), true, i);
        at = where + 2;
    }
}

static void string(struct sent *s, size_t i)
{
    const struct ex_tokens *t = &s->w->tokens;
    const struct ex_span text = ex_token_text(t, i);
    const bool sent = t->at[i].op == EX_STRING_SENT;
    struct ex_place p = { 0 };
    size_t dot;

    s->n_bytes += text.n;
    if (text.n < 3)
        return;
    if (s->n_bytes > EX_TEXT_MAX) {
        s->w->out->full = true;
        return;
    }
    if (memmem(text.p, text.n, "//", 2)) {
        hosts_in(s, text, i);
        return;
    }
    if (memchr(text.p, '<', text.n) || memchr(text.p, ' ', text.n))
        return;
    dot = ex_span_find(text, ".");
    if (text.p[0] == '/' || text.p[0] == '\\' || ex_span_starts_nocase(text, "http:") ||
        ex_span_starts_nocase(text, "https:")) /* "https:\\\\host" is an address, too */
        judge(s, text, sent, i);
    else if (dot != SIZE_MAX && s->n_places < PLACES_MAX) { /* "log.aspx" */
        ex_place_of(&s->w->task->where, text, &p);
        if (ex_place_is_page(&p))
            judge(s, text, sent, i);
    }
}

/*
 * Snippets that vendors hand out, told by two words that belong together. They count as such
 * only when everything they name is on the list of benign hosts: a word is easily copied.
 */
static bool is_template(const struct ex_walk *w)
{
    static const char *const pairs[][2] = {
        { "dataLayer", "gtag" },
        { "dataLayer", "gtm.js" },
        { "GoogleAnalyticsObject", "ga" },
        { "grecaptcha", "getResponse" },
        { "grecaptcha", "execute" },
        { "grecaptcha", "render" },
        { "hcaptcha", "getResponse" },
        { "turnstile", "render" },
        { "_paq", "push" },
        { "NREUM", "info" },
    };
    const uint8_t edge[] = "/cdn-cgi/";

    if (w->script.n && memmem(w->script.p, w->script.n, edge, sizeof(edge) - 1))
        return true;
    for (size_t i = 0; i < N_OF(pairs); i++)
        if (ex_span_find(w->script, pairs[i][0]) != SIZE_MAX &&
            ex_span_find(w->script, pairs[i][1]) != SIZE_MAX)
            return true;
    return false;
}

void ex_walk_sent(struct ex_walk *w)
{
    const uint16_t never =
        F(C1) | F(S3) | F(S4) | F(S5) | F(H1) | F(K1) | F(F1) | F(F2) | F(M1) | F(O1);
    struct sent s = { .w = w };

    for (size_t i = 0; i < w->tokens.n; i++)
        if (w->tokens.at[i].kind == EX_TK_STRING)
            string(&s, i);
    w->out->benign = !(w->out->features & never) && is_template(w);
    w->out->features &= (uint16_t)~F(B1); /* the pass before knew less */
    if (w->out->benign)
        w->out->features |= F(B1);
}
