// SPDX-License-Identifier: MIT
#include "core/put.h"
#include "out/finding_add.h"
#include "out/signs.h"
#include "out/utf8.h"

enum { NAMED_VALUES_MAX = 3 };

/* "confirmed" is said of what answered, and that is certain; of the intruder nothing is. */
static enum ex_confidence confidence(const struct ex_result *r, enum ex_confidence best)
{
    return ex_fp_has(&r->fingerprint, EX_NOTE_SIMULATOR_SUSPECTED) ? EX_CONF_TENTATIVE : best;
}

/* The findings at one level, the worst level first. */
struct level {
    enum ex_backdoor_state state;
    const char *rule;
    enum ex_confidence best;
};

static const struct level levels[] = {
    { EX_BD_CONFIRMED, "backdoor-confirmed", EX_CONF_CERTAIN },
    { EX_BD_LIKELY, "backdoor-likely", EX_CONF_FIRM },
    { EX_BD_SUSPICIOUS, "backdoor-suspicious", EX_CONF_TENTATIVE },
    { EX_BD_REVIEW, "backdoor-review", EX_CONF_TENTATIVE },
};

/* What a suspect says by itself, and never more than the verdict on the host. */
static enum ex_backdoor_state own_level(const struct ex_backdoor *b, const struct ex_suspect *s)
{
    const enum ex_backdoor_state level = s->downgraded ? EX_BD_REVIEW : s->level;

    return level > b->state ? b->state : level;
}

/* The level at which a suspect is told. The worst ones are told at the level of the verdict: it
 * may be higher than that of each of them, when they support each other. */
static enum ex_backdoor_state told_level(const struct ex_backdoor *b, const struct ex_suspect *s)
{
    enum ex_backdoor_state worst = EX_BD_NOT_ASSESSED;

    for (uint8_t i = 0; i < b->n_suspects; i++)
        if (own_level(b, &b->suspects[i]) > worst)
            worst = own_level(b, &b->suspects[i]);
    return own_level(b, s) == worst && !s->downgraded ? b->state : own_level(b, s);
}

static const char *path_of(const struct ex_suspect *s)
{
    return s->exhibit ? s->exhibit->path : s->row->path;
}

/* What the answer was, escaped, because a body is no text. */
static void suspect_evidence(struct ex_finding *f, const struct ex_suspect *s)
{
    const struct ex_exhibit *e = s->exhibit;
    char source[sizeof(f->evidence[0].source)], excerpt[sizeof(f->evidence[0].value)];
    struct ex_put w = ex_put_of(source, sizeof(source));

    if (!f || f->n_evidence == EX_FINDING_EVIDENCE_MAX)
        return;
    ex_put_str(&w, "backdoor:");
    ex_put_str(&w, ex_trace_str(s->trace));
    ex_utf8_escape(excerpt, sizeof(excerpt),
                   e ? (struct ex_span){ e->excerpt, e->n_excerpt } : (struct ex_span){ 0 });
    ex_collect_evidence(f, source, e ? e->status : 0, path_of(s), excerpt);
    if (e)
        ex_span_copy(f->evidence[f->n_evidence - 1].sha256, EX_SHA256_TEXT, ex_span_str(e->sha256));
}

/* The suspects of one level, as far as they are said in a title. */
struct named {
    char path[EX_SENTENCE_SIZE], value[EX_SENTENCE_SIZE];
    unsigned n;
};

static bool is_said(const struct ex_backdoor *b, uint8_t i, enum ex_backdoor_state state)
{
    for (uint8_t k = 0; k < i; k++)
        if (told_level(b, &b->suspects[k]) == state &&
            strcmp(ex_signs_suspect(&b->suspects[k]), ex_signs_suspect(&b->suspects[i])) == 0)
            return true;
    return false;
}

static void name_suspects(struct named *to, const struct ex_backdoor *b,
                          enum ex_backdoor_state state)
{
    struct ex_put path = ex_put_of(to->path, sizeof(to->path));
    struct ex_put value = ex_put_of(to->value, sizeof(to->value));
    unsigned n_values = 0;

    to->n = 0;
    for (uint8_t i = 0; i < b->n_suspects; i++) {
        const struct ex_suspect *s = &b->suspects[i];

        if (told_level(b, s) != state)
            continue;
        if (to->n++ == 0)
            ex_put_str(&path, path_of(s));
        if (is_said(b, i, state) || n_values == NAMED_VALUES_MAX)
            continue;
        ex_put_str(&value, n_values++ ? "; " : "");
        ex_put_str(&value, ex_signs_suspect(s));
    }
    if (to->n > 1) {
        ex_put_str(&path, " and ");
        ex_put_dec(&path, to->n - 1);
        ex_put_str(&path, " more");
    }
}

static void backdoor_level(struct ex_collect *c, const struct level *level)
{
    const struct ex_backdoor *b = c->r->backdoor;
    struct named named;
    struct ex_finding *f;

    name_suspects(&named, b, level->state);
    if (named.n == 0)
        return;
    c->fill.value[EX_FILL_PATH] = named.path;
    c->fill.value[EX_FILL_VALUE] = named.value;
    f = ex_collect_add(c, level->rule, "", confidence(c->r, level->best));
    for (uint8_t i = 0; f && i < b->n_suspects; i++)
        if (told_level(b, &b->suspects[i]) == level->state)
            suspect_evidence(f, &b->suspects[i]);
}

static const char default_logon[] = "/owa/auth/logon.aspx?replaceCurrent=1";
static const char default_expired[] = "/owa/auth/expiredpassword.aspx";

/* Where a script was read: by its own address on this server, or in its page. */
static const char *script_path(const struct ex_logon_page *page, const struct ex_script *s)
{
    const bool own = s->fetched && s->url[0] == '/' && s->url[1] != '/';

    if (own)
        return s->url;
    if (s->page == EX_CP_EXPIRED)
        return default_expired;
    return page->exhibit ? page->exhibit->path : default_logon;
}

static void script_evidence(struct ex_finding *f, const struct ex_logon_page *page,
                            const struct ex_script *s)
{
    char source[sizeof(f->evidence[0].source)];
    struct ex_put w = ex_put_of(source, sizeof(source));

    if (!f || f->n_evidence == EX_FINDING_EVIDENCE_MAX)
        return;
    ex_put_str(&w, "logon:");
    ex_put_str(&w, ex_script_kind_str(s->kind));
    ex_collect_evidence(f, source, page->exhibit ? page->exhibit->status : 0, script_path(page, s),
                        s->excerpt[0] ? s->excerpt
                        : s->sink[0]  ? s->sink
                                      : s->url);
    ex_span_copy(f->evidence[f->n_evidence - 1].sha256, EX_SHA256_TEXT, ex_span_str(s->sha256));
}

/* The page as a whole: nothing in it stands out by itself. */
static void page_evidence(struct ex_finding *f, const struct ex_logon_page *page, const char *what)
{
    if (!f || f->n_evidence > 0)
        return;
    ex_collect_evidence(f, "logon:page", page->exhibit ? page->exhibit->status : 0,
                        page->exhibit ? page->exhibit->path : default_logon, what);
    if (page->exhibit)
        ex_span_copy(f->evidence[0].sha256, EX_SHA256_TEXT, ex_span_str(page->exhibit->sha256));
}

static bool stands_out(const struct ex_script *s)
{
    return !s->known && (s->features & (uint16_t) ~(1u << EX_FEAT_B1)) != 0;
}

static const struct ex_script *worst_script(const struct ex_logon_page *page)
{
    const struct ex_script *worst = NULL;

    for (uint8_t i = 0; i < page->n_scripts; i++)
        if (stands_out(&page->scripts[i]) && (!worst || page->scripts[i].score > worst->score))
            worst = &page->scripts[i];
    return worst;
}

/* The host in "https://cdn.example/x.js" or "//cdn.example/x.js"; of anything else all of it. */
static void put_origin(char *to, size_t size, const char *url)
{
    const char *slashes = strstr(url, "//"), *host = slashes ? slashes + 2 : url;

    ex_span_copy(
        to, size,
        (struct ex_span){ (const uint8_t *)host, slashes ? strcspn(host, "/?#\\") : strlen(host) });
}

static void foreign_scripts(struct ex_collect *c, const struct ex_logon_page *page)
{
    for (uint8_t i = 0; i < page->n_scripts; i++) {
        const struct ex_script *s = &page->scripts[i];
        char origin[EX_HOST_TEXT];
        struct ex_finding *f;

        if (s->kind != EX_SCRIPT_FOREIGN || !(s->features & 1u << EX_FEAT_X1))
            continue;
        put_origin(origin, sizeof(origin), s->url);
        c->fill.value[EX_FILL_PATH] = script_path(page, s);
        c->fill.value[EX_FILL_VALUE] = origin;
        f = ex_collect_add(c, "logon-page-foreign-script", origin,
                           confidence(c->r, EX_CONF_CERTAIN));
        if (f)
            script_evidence(f, page, s);
    }
}

/* A finding of its own says it already. */
static bool only_foreign(const struct ex_logon_page *page)
{
    const uint16_t besides = (uint16_t) ~(1u << EX_FEAT_X1 | 1u << EX_FEAT_B1);

    return page->features && !(page->features & besides) && !page->flogon_differs &&
           !page->pages_differ && !page->doubtful && !page->incomplete;
}

static void logon_page(struct ex_collect *c, const struct ex_logon_page *page)
{
    static const struct {
        const char *rule;
        enum ex_confidence best;
    } rows[EX_N_LOGON_STATES] = {
        [EX_LP_REVIEW] = { "logon-page-review", EX_CONF_TENTATIVE },
        [EX_LP_SUSPICIOUS] = { "logon-page-suspicious", EX_CONF_TENTATIVE },
        [EX_LP_LIKELY] = { "logon-page-likely", EX_CONF_FIRM },
        [EX_LP_CONFIRMED] = { "logon-page-confirmed", EX_CONF_CERTAIN },
    };
    const char *rule = rows[page->state].rule;
    const struct ex_script *worst = worst_script(page);
    char value[EX_SIGNS_SIZE];
    struct ex_finding *f;

    if (!rule || (page->state == EX_LP_REVIEW && only_foreign(page)))
        return;
    c->fill.value[EX_FILL_PATH] = worst           ? script_path(page, worst)
                                  : page->exhibit ? page->exhibit->path
                                                  : default_logon;
    c->fill.value[EX_FILL_VALUE] = ex_signs_page(value, page);
    f = ex_collect_add(c, rule, "", confidence(c->r, rows[page->state].best));
    for (uint8_t i = 0; f && i < page->n_scripts; i++)
        if (stands_out(&page->scripts[i]))
            script_evidence(f, page, &page->scripts[i]);
    page_evidence(f, page, value);
}

void ex_findings_signs(struct ex_collect *c)
{
    if (c->r->backdoor)
        for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
            backdoor_level(c, &levels[i]);
    if (c->r->logon) {
        logon_page(c, c->r->logon);
        foreign_scripts(c, c->r->logon);
    }
    c->fill.value[EX_FILL_VALUE] = NULL;
    c->fill.value[EX_FILL_PATH] = NULL;
}
