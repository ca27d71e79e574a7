// SPDX-License-Identifier: MIT
#include "logon/walk.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { TAKEN_APART_MAX = 512 /* tokens of { a, b } = x */ };

void ex_walk_begin_set(struct ex_walk *w, enum ex_sets what, enum ex_holds base, uint32_t i)
{
    struct ex_frame *top = ex_walk_top(w);

    top->sets = (uint8_t)what;
    top->sets_base = (uint8_t)base;
    top->set = i;
    top->all |= top->holds;
    top->holds = 0;
    top->computed = top->any = false;
    top->first = EX_NO_TOKEN;
    top->plain_copy = true;
    w->cur = EX_HOLDS_NOTHING;
}

/* Members whose content goes somewhere; sorted. */
static const struct {
    const char *word;
    enum ex_sets sets;
} members[] = {
    { "action", EX_SETS_ACTION },
    { "background", EX_SETS_STYLE },
    { "backgroundImage", EX_SETS_STYLE },
    { "cookie", EX_SETS_COOKIE },
    { "cssText", EX_SETS_STYLE },
    { "formAction", EX_SETS_ACTION },
    { "href", EX_SETS_ADDRESS },
    { "innerHTML", EX_SETS_MARKUP },
    { "location", EX_SETS_ADDRESS },
    { "outerHTML", EX_SETS_MARKUP },
    { "src", EX_SETS_SOURCE },
    { "srcdoc", EX_SETS_MARKUP },
    { "srcset", EX_SETS_SOURCE },
};

static bool is_listener(struct ex_span s)
{
    static const char *const words[] = { "onbeforeinput", "onchange",   "oninput",
                                         "onkeydown",     "onkeypress", "onkeyup" };

    return ex_word_in(s, words, N_OF(words));
}

static enum ex_sets member_of(const struct ex_walk *w, struct ex_span s)
{
    const enum ex_holds base = (enum ex_holds)w->base;

    if (ex_span_eq(s, "value"))
        return base == EX_HOLDS_FIELD ? EX_SETS_FIELD : EX_SETS_VALUE;
    if (base == EX_HOLDS_STORAGE || (base == EX_HOLDS_WINDOW && ex_span_eq(s, "name")))
        return EX_SETS_STORE;
    for (size_t i = 0; i < N_OF(members); i++)
        if (ex_span_eq(s, members[i].word))
            return members[i].sets;
    return EX_SETS_WORD;
}

/* { value } = field: reading by taking apart. */
static bool takes_value_apart(const struct ex_walk *w, size_t i)
{
    for (size_t k = w->opened; k < i && k - w->opened < TAKEN_APART_MAX; k++)
        if (ex_token_name_is(&w->tokens, k, "value"))
            return true;
    return false;
}

void ex_walk_assign(struct ex_walk *w, size_t i)
{
    const struct ex_tokens *t = &w->tokens;
    const struct ex_span s = i ? ex_token_text(t, i - 1) : (struct ex_span){ 0 };
    const enum ex_holds base = (enum ex_holds)w->base;

    if (!i)
        return;
    if (ex_token_is(t, i - 1, '}')) { /* the right side decides: see ex_walk_end_set() */
        ex_walk_begin_set(w, takes_value_apart(w, i) ? EX_SETS_FIELD : EX_SETS_NOTHING,
                          EX_HOLDS_PARAM, EX_NO_TOKEN);
        return;
    }
    if (t->at[i - 1].kind != EX_TK_NAME) { /* x[i] = ... */
        ex_walk_begin_set(w, w->cur == EX_HOLDS_STORAGE ? EX_SETS_STORE : EX_SETS_NOTHING,
                          EX_HOLDS_NOTHING, EX_NO_TOKEN);
        return;
    }
    if (i > 1 && ex_token_is(t, i - 2, '.')) {
        if (is_listener(s))
            ex_walk_listener(w, base, i - 1);
        if (ex_span_eq(s, "onsubmit") && base == EX_HOLDS_OTHER)
            w->saw |= EX_SAW_OTHER_FORM;
        ex_walk_begin_set(w, member_of(w, s), base, (uint32_t)(i - 1));
        return;
    }
    if (is_listener(s)) /* onkeydown = ... is window.onkeydown */
        ex_walk_listener(w, EX_HOLDS_WINDOW, i - 1);
    ex_walk_begin_set(w, ex_span_eq(s, "location") ? EX_SETS_ADDRESS : EX_SETS_WORD,
                      EX_HOLDS_NOTHING, (uint32_t)(i - 1));
}

static bool has(struct ex_span s, const char *text)
{
    return ex_span_find_nocase(s, text) != SIZE_MAX;
}

void ex_walk_action(struct ex_walk *w, enum ex_holds base, uint32_t first, bool computed, size_t i)
{
    const struct ex_span s =
        first == EX_NO_TOKEN ? (struct ex_span){ 0 } : ex_token_text(&w->tokens, first);
    const bool of_form =
        base == EX_HOLDS_FORM || base == EX_HOLDS_CREATED || base == EX_HOLDS_FIELD;
    enum ex_form_action action = EX_ACTION_GENUINE;
    struct ex_place place;

    ex_place_of(&w->task->where, s, &place);
    if (!of_form && !(s.n && (s.p[0] == '/' || has(s, "//"))))
        return; /* a word, of something else that has actions */
    if (place.kind >= EX_PLACE_FOREIGN || place.kind == EX_PLACE_SIBLING ||
        place.kind == EX_PLACE_BENIGN)
        action = EX_ACTION_FOREIGN;
    else if (computed)
        action = EX_ACTION_BY_SCRIPT;
    else if (place.kind >= EX_PLACE_GENUINE)
        action = EX_ACTION_SAME_ORIGIN;
    if (action == EX_ACTION_GENUINE)
        return;
    ex_walk_feature(w, EX_FEAT_F1, i);
    if (first != EX_NO_TOKEN)
        w->tokens.at[first].op = EX_STRING_SENT;
    if (w->out->action < action)
        w->out->action = action;
}

/* Markup or style that is made with something computed, and loads what it names. */
static bool loads(const struct ex_walk *w, const struct ex_frame *f, const char *what)
{
    return f->computed && f->first != EX_NO_TOKEN && has(ex_token_text(&w->tokens, f->first), what);
}

static void set_source(struct ex_walk *w, const struct ex_frame *f, bool password, size_t end)
{
    const bool loader = f->sets_base == EX_HOLDS_LOADER;
    const uint32_t saw = w->saw;
    const bool made = loader || f->sets_base == EX_HOLDS_CREATED;

    if (f->computed)
        w->saw |= EX_SAW_BUILT_SOURCE;
    if (password || (f->computed && made)) {
        ex_walk_feature(w, EX_FEAT_S2, f->set);
        if (loader && !password)
            w->saw &= saw | ~(uint32_t)EX_SAW_BEACON; /* this one is no beacon */
    }
    if (f->computed && f->first != EX_NO_TOKEN)
        w->tokens.at[f->first].op = EX_STRING_SENT;
    if (loader && !f->computed && f->first != EX_NO_TOKEN)
        ex_walk_loads(w, f->first);
    if (f->computed || password)
        ex_walk_takes(w, (size_t)f->set + 1, end);
}

/* A word keeps what it was set to: the password in any form, or an object as a whole. */
static void set_word(struct ex_walk *w, const struct ex_frame *f, bool password)
{
    enum ex_holds h = (enum ex_holds)w->cur;

    if (password)
        h = EX_HOLDS_VALUE;
    else if (f->holds & EX_BIT(EX_HOLDS_USER_VALUE))
        h = EX_HOLDS_USER_VALUE;
    else if (f->holds & EX_BIT(EX_HOLDS_CHOSEN_VALUE))
        h = EX_HOLDS_CHOSEN_VALUE;
    if (f->set == EX_NO_TOKEN || !h || !(f->holds & EX_BIT(h)))
        return;
    ex_walk_set_word(w, f->set, h);
    if (password)
        ex_walk_gives(w, f->set);
}

void ex_walk_end_set(struct ex_walk *w, size_t i)
{
    struct ex_frame *f = ex_walk_top(w);
    const bool password = f->holds & EX_BIT(EX_HOLDS_VALUE);
    const size_t at = f->set == EX_NO_TOKEN ? i : f->set;

    switch ((enum ex_sets)f->sets) {
    case EX_SETS_WORD:
        set_word(w, f, password);
        break;
    case EX_SETS_FIELD:
        if (f->sets_base == EX_HOLDS_PARAM && (f->holds & EX_BIT(EX_HOLDS_FIELD)))
            ex_walk_feature(w, EX_FEAT_C1, at);
        break;
    case EX_SETS_VALUE:
        if (password)
            ex_walk_feature(w, EX_FEAT_F2, at);
        break;
    case EX_SETS_COOKIE:
    case EX_SETS_STORE:
        if (password)
            ex_walk_feature(w, EX_FEAT_K1, at);
        break;
    case EX_SETS_SOURCE:
        set_source(w, f, password, i);
        break;
    case EX_SETS_ADDRESS:
        if (f->sets_base == EX_HOLDS_LOADER)
            set_source(w, f, password, i);
        else if (password)
            ex_walk_feature(w, EX_FEAT_S2, at);
        break;
    case EX_SETS_MARKUP:
        if (loads(w, f, "src="))
            ex_walk_feature(w, EX_FEAT_S2, at);
        break;
    case EX_SETS_STYLE:
        if (loads(w, f, "url("))
            ex_walk_feature(w, EX_FEAT_S2, at);
        break;
    case EX_SETS_ACTION:
        ex_walk_action(w, (enum ex_holds)f->sets_base, f->first, f->computed, at);
        break;
    case EX_SETS_NOTHING:
        break;
    }
    f->sets = EX_SETS_NOTHING;
    f->set = EX_NO_TOKEN;
}
