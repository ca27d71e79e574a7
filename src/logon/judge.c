// SPDX-License-Identifier: MIT
#include "logon/logon.h"
#include "logon/score.h"

#define F(x) (1 << EX_FEAT_##x)

static enum ex_logon_state worse(enum ex_logon_state a, enum ex_logon_state b)
{
    return a > b ? a : b;
}

/* One script hands something to a function or variable whose content the other one sends. */
static bool linked(const struct ex_script *a, const struct ex_script *b)
{
    if (b->kind == EX_SCRIPT_FORM && (b->features & F(F1)) && (a->features & F(F2)))
        return true; /* the password goes into another field, and another form is there */
    for (size_t i = 0; i < EX_SCRIPT_LINKS && a->gives[i]; i++)
        for (size_t k = 0; k < EX_SCRIPT_LINKS && b->takes[k]; k++)
            if (a->gives[i] == b->takes[k])
                return true;
    return false;
}

static bool is_fetched_file(const struct ex_script *s, const char *name)
{
    const size_t n = strlen(name), len = strlen(s->url);

    return s->kind == EX_SCRIPT_STATIC && s->fetched && !s->cut && len >= n &&
           strcmp(s->url + len - n, name) == 0;
}

/* The copy of flogon.js within the page is the file. */
static bool flogon_differs(const struct ex_logon_page *page)
{
    for (size_t i = 0; i < page->n_scripts; i++) {
        const struct ex_script *inline_copy = &page->scripts[i];

        if (inline_copy->kind != EX_SCRIPT_INLINE || !inline_copy->shipped ||
            inline_copy->page != EX_CP_LOGON)
            continue;
        for (size_t k = 0; k < page->n_scripts; k++)
            if (is_fetched_file(&page->scripts[k], "/flogon.js") &&
                strcmp(page->scripts[k].sha256, inline_copy->sha256) != 0)
                return true;
    }
    return false;
}

/* Something that was there to be looked at was not, or not to its end. */
static bool is_unfinished(const struct ex_logon_page *page)
{
    if (page->doubtful || page->incomplete || page->n_more)
        return true;
    for (int p = 0; p < EX_N_CREDENTIAL_PAGES; p++)
        if (page->seen[p] && page->native[p] && page->cut[p])
            return true;
    for (size_t i = 0; i < page->n_scripts; i++)
        if (page->scripts[i].cut)
            return true;
    return false;
}

/*
 * A file of Exchange that is not the known one is worth a look and no more, as long as it does
 * nothing with the password, the network or a form: builds after the published
 * hashes, and Exchange 2007 and 2010, have none.
 */
static enum ex_logon_state of_shipped(const struct ex_script *s, enum ex_logon_state state)
{
    const uint16_t telling =
        F(C1) | F(S1) | F(S2) | F(S3) | F(S4) | F(S5) | F(H1) | F(K1) | F(F1) | F(F2) | F(O1);

    return s->features & telling ? worse(state, EX_LP_REVIEW) : EX_LP_REVIEW;
}

static enum ex_logon_state of_script(const struct ex_logon_page *page, const struct ex_script *s)
{
    enum ex_logon_state state =
        worse(ex_logon_of_score(s->score),
              ex_logon_override(s->features, (enum ex_form_action)s->action, s->header_names));

    if (s->kind == EX_SCRIPT_SAME_ORIGIN && !s->fetched)
        state = worse(state, EX_LP_REVIEW);
    if (s->kind == EX_SCRIPT_FOREIGN && !s->benign)
        state = worse(state, EX_LP_REVIEW);
    if (s->shipped && !(s->kind == EX_SCRIPT_SAME_ORIGIN && !s->fetched))
        state = of_shipped(s, state);
    for (size_t k = 0; k < page->n_scripts && (s->features & F(C1)); k++) {
        const struct ex_script *b = &page->scripts[k];

        if (!b->known && b != s && linked(s, b))
            state = worse(state, ex_logon_override(s->features | b->features,
                                                   (enum ex_form_action)b->action,
                                                   s->header_names || b->header_names));
    }
    return state;
}

/* Where the credentials go on this server: named to the owner, never fetched. */
static void find_target(struct ex_logon_page *page)
{
    page->target[0] = '\0';
    for (size_t i = 0; i < page->n_scripts; i++) {
        const struct ex_script *s = &page->scripts[i];
        const bool posted = (s->features & F(F1)) && s->action == EX_ACTION_SAME_ORIGIN;
        bool sent = (s->features & F(S5)) && (s->features & F(C1));

        for (size_t k = 0; k < page->n_scripts && (s->features & F(S5)); k++)
            sent |= (page->scripts[k].features & F(C1)) && linked(&page->scripts[k], s);
        if (s->known || !(sent || posted) || s->sink[0] != '/' || s->sink[1] == '/')
            continue;
        ex_span_copy(page->target, sizeof(page->target), ex_span_str(s->sink));
        return;
    }
}

/* Scores, and what they come to. Known scripts count for nothing. */
static enum ex_logon_state of_scripts(struct ex_logon_page *page)
{
    enum ex_logon_state state = EX_LP_GENUINE;
    uint16_t forms = 0; /* what the page itself does: forms and foreign scripts, each once */
    int worst = 0, sum = 0;
    bool reads = false;

    page->features = 0;
    for (size_t i = 0; i < page->n_scripts; i++)
        reads |= !page->scripts[i].known && (page->scripts[i].features & F(C1));
    for (size_t i = 0; i < page->n_scripts; i++) {
        struct ex_script *s = &page->scripts[i];
        const bool of_page = s->kind == EX_SCRIPT_FORM || s->kind == EX_SCRIPT_FOREIGN;

        s->score = 0;
        if (s->known)
            continue;
        s->score = ex_logon_score(s, reads);
        page->features |= s->features;
        state = worse(state, of_script(page, s));
        if (of_page && (s->features & ~forms))
            sum += s->score;
        else if (!of_page && s->score > worst)
            worst = s->score;
        if (of_page)
            forms |= s->features;
    }
    page->score = (int16_t)(worst + sum);
    return sum ? worse(state, ex_logon_of_score(page->score)) : state;
}

void ex_logon_judge(struct ex_logon_page *page)
{
    const bool logon = page->seen[EX_CP_LOGON] && page->native[EX_CP_LOGON];
    enum ex_logon_state state;

    page->incomplete = page->n_more > 0;
    for (size_t i = 0; i < page->n_scripts; i++)
        page->incomplete |=
            page->scripts[i].kind == EX_SCRIPT_SAME_ORIGIN && !page->scripts[i].fetched;
    page->flogon_differs = flogon_differs(page);
    state = of_scripts(page);
    find_target(page);
    if (page->n_origins)
        state = worse(state, EX_LP_CUSTOMISED);
    if (is_unfinished(page) || page->flogon_differs || page->pages_differ)
        state = worse(state, EX_LP_REVIEW);
    for (int p = 0; p < EX_N_CREDENTIAL_PAGES; p++)
        if (page->seen[p] && page->native[p] && !page->form[p])
            state = worse(state, EX_LP_REVIEW);
    if (!logon && state < EX_LP_SUSPICIOUS) /* nothing that would stand without the page */
        state = page->seen[EX_CP_LOGON] ? EX_LP_NOT_NATIVE : EX_LP_NOT_ASSESSED;
    else if (page->formless[EX_CP_LOGON] && state < EX_LP_SUSPICIOUS)
        state = EX_LP_NOT_ASSESSED;
    page->state = state;
}
