// SPDX-License-Identifier: MIT
#include "logon/walk.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { FIELD_WORD_MAX = 64, HEX_NAMES_MIN = 3 };

bool ex_word_in(struct ex_span s, const char *const *sorted, size_t n)
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2, len = strlen(sorted[mid]);
        const size_t less = s.n < len ? s.n : len;
        int c = less ? memcmp(s.p, sorted[mid], less) : 0;

        if (c == 0)
            c = (s.n > len) - (s.n < len);
        if (c == 0)
            return true;
        if (c < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return false;
}

/* "password", "#passwordText", "input[type=password]", "oldPwd"; no sentence about one. */
bool ex_word_is_password(struct ex_span s)
{
    if (!s.n || s.n > FIELD_WORD_MAX || memchr(s.p, ' ', s.n) || memchr(s.p, '/', s.n))
        return false;
    return ex_span_find_nocase(s, "passw") != SIZE_MAX || ex_span_find_nocase(s, "pwd") != SIZE_MAX;
}

bool ex_word_is_user(struct ex_span s)
{
    return s.n && s.n <= FIELD_WORD_MAX && ex_span_find_nocase(s, "username") != SIZE_MAX;
}

/* Words that stand for the same thing in every script; sorted. */
static const struct {
    const char *word;
    enum ex_holds holds;
} globals[] = {
    { "$", EX_HOLDS_JQUERY },
    { "document", EX_HOLDS_DOCUMENT },
    { "frames", EX_HOLDS_WINDOW },
    { "globalThis", EX_HOLDS_WINDOW },
    { "jQuery", EX_HOLDS_JQUERY },
    { "localStorage", EX_HOLDS_STORAGE },
    { "location", EX_HOLDS_LOCATION },
    { "logonForm", EX_HOLDS_FORM },
    { "parent", EX_HOLDS_WINDOW },
    { "self", EX_HOLDS_WINDOW },
    { "sessionStorage", EX_HOLDS_STORAGE },
    { "top", EX_HOLDS_WINDOW },
    { "window", EX_HOLDS_WINDOW },
};

static enum ex_holds global(struct ex_span s)
{
    for (size_t i = 0; i < N_OF(globals); i++)
        if (ex_span_eq(s, globals[i].word))
            return globals[i].holds;
    return EX_HOLDS_NOTHING;
}

/* Ways to the network that need no more than their name; sorted. */
static const char *const networks[] = {
    "EventSource",          "RTCPeerConnection", "WebSocket",
    "WebTransport",         "XDomainRequest",    "XMLHttpRequest",
    "mozRTCPeerConnection", "sendBeacon",        "webkitRTCPeerConnection",
};

static const char *const jquery_networks[] = {
    "ajax", "get", "getJSON", "getScript", "load", "post",
};

/* A function that is not called here but given another name, or bound. */
static bool is_handed_on(const struct ex_walk *w, size_t i)
{
    const struct ex_tokens *t = &w->tokens;
    const struct ex_frame *top = &w->frames[w->n_frames - 1];
    const bool ends = i + 1 >= t->n || t->at[i + 1].newline || ex_token_is(t, i + 1, ';') ||
                      ex_token_is(t, i + 1, ',') || ex_token_is(t, i + 1, '}');

    return ex_token_is(t, i + 1, '.') || (top->sets == EX_SETS_WORD && ends);
}

/* Words of the network at token @i, that is a member of @base (NOTHING: of nothing). */
static void network_word(struct ex_walk *w, struct ex_span s, bool member, enum ex_holds base,
                         size_t i)
{
    const bool called = ex_token_is(&w->tokens, i + 1, '(');
    bool hit = ex_word_in(s, networks, N_OF(networks));

    hit |= ex_span_eq(s, "fetch") && (!member || base == EX_HOLDS_WINDOW) &&
           (called || is_handed_on(w, i));
    hit |= ex_span_eq(s, "axios") && !member && (called || ex_token_is(&w->tokens, i + 1, '.'));
    /* Packed scripts give jQuery and axios another name. */
    hit |= called && member && (ex_span_eq(s, "ajax") || ex_span_eq(s, "getJSON"));
    hit |= called && member && base == EX_HOLDS_JQUERY &&
           ex_word_in(s, jquery_networks, N_OF(jquery_networks));
    if (hit)
        ex_walk_feature(w, EX_FEAT_S1, i);
}

static bool is_set_here(const struct ex_walk *w, size_t i)
{
    return ex_token_is(&w->tokens, i + 1, '=') || ex_token_is(&w->tokens, i + 1, EX_OP_ADD_TO);
}

/* clkLgn and checkSubmit belong to flogon.js; somebody else who sets them wraps them. */
static bool is_logon_function(struct ex_span s)
{
    return ex_span_eq(s, "clkLgn") || ex_span_eq(s, "checkSubmit");
}

enum ex_holds ex_walk_read(struct ex_walk *w, enum ex_holds base, size_t i)
{
    const struct ex_frame *top = ex_walk_top(w);
    const struct ex_tokens *t = &w->tokens;
    const size_t next = i + 1;

    if (base == EX_HOLDS_USER || base == EX_HOLDS_USER_VALUE)
        return EX_HOLDS_USER_VALUE;
    if (base == EX_HOLDS_PARAM) {
        w->saw |= EX_SAW_PARAM_VALUE;
        return EX_HOLDS_NOTHING;
    }
    if (base == EX_HOLDS_CHOSEN) {
        w->saw |= EX_SAW_READER;
        return EX_HOLDS_CHOSEN_VALUE;
    }
    if (base != EX_HOLDS_FIELD && base != EX_HOLDS_ELEMENT)
        return base == EX_HOLDS_VALUE ? EX_HOLDS_VALUE : EX_HOLDS_NOTHING;
    /* The genuine page copies between its two password fields, one statement each. */
    if (base == EX_HOLDS_FIELD && top->sets == EX_SETS_FIELD && top->plain_copy &&
        (next >= t->n || t->at[next].newline || ex_token_is(t, next, ';') ||
         ex_token_is(t, next, '}')))
        return EX_HOLDS_NOTHING;
    ex_walk_feature(w, EX_FEAT_C1, i);
    return EX_HOLDS_VALUE;
}

/* Members with a meaning whatever they are members of. */
static enum ex_holds known_member(struct ex_walk *w, struct ex_span s, enum ex_holds base)
{
    static const char *const events[] = { "currentTarget", "explicitOriginalTarget",
                                          "originalTarget", "srcElement", "target" };

    if (ex_span_eq(s, "forms"))
        return EX_HOLDS_FORMS;
    if (ex_span_eq(s, "logonForm"))
        return EX_HOLDS_FORM;
    if (ex_span_eq(s, "elements"))
        return EX_HOLDS_ELEMENTS;
    if (ex_span_eq(s, "form") && (base >= EX_HOLDS_OTHER || base == EX_HOLDS_PARAM))
        return EX_HOLDS_FORM;
    if (ex_span_eq(s, "all") && base == EX_HOLDS_DOCUMENT)
        return EX_HOLDS_DOCUMENT;
    if (ex_word_in(s, events, N_OF(events)))
        return w->task->on_field ? EX_HOLDS_FIELD : EX_HOLDS_PARAM;
    if (ex_word_is_password(s))
        return EX_HOLDS_FIELD;
    if (ex_word_is_user(s) && base >= EX_HOLDS_FORMS)
        return EX_HOLDS_USER;
    if (base == EX_HOLDS_STORAGE || base == EX_HOLDS_LOCATION)
        return base;
    return global(s);
}

static void member(struct ex_walk *w, size_t i)
{
    static const char *const visitors[] = { "code",    "cookie",   "elements", "href",  "key",
                                            "keyCode", "referrer", "val",      "value", "which" };
    const struct ex_span s = ex_token_text(&w->tokens, i);
    const enum ex_holds base = (enum ex_holds)w->cur;
    const struct ex_lexeme *known;
    enum ex_holds h;

    w->base = (uint8_t)base;
    network_word(w, s, true, base, i);
    if (ex_word_in(s, visitors, N_OF(visitors)))
        w->saw |= EX_SAW_PAGE;
    if (is_set_here(w, i)) {
        if (is_logon_function(s) || (ex_span_eq(s, "submit") && base != EX_HOLDS_PARAM))
            ex_walk_feature(w, EX_FEAT_M1, i);
        w->cur = EX_HOLDS_NOTHING;
        return; /* set.c looks at what is set to what */
    }
    if (ex_token_is(&w->tokens, i + 1, '(')) {
        w->cur = (uint8_t)base; /* call.c knows its methods */
        return;
    }
    if (ex_span_eq(s, "value") || ex_span_eq(s, "defaultValue")) {
        ex_walk_gain(w, ex_walk_read(w, base, i), i);
        return;
    }
    if (base == EX_HOLDS_VALUE || base == EX_HOLDS_USER_VALUE) {
        ex_walk_gain(w, base, i);
        return;
    }
    h = known_member(w, s, base);
    known = h ? NULL : ex_lexicon_find(&w->names, &w->tokens, s);
    ex_walk_gain(w, known ? (enum ex_holds)known->holds : h, i);
}

/* var, let and const within a function make a word nobody else sees. */
static void declare(struct ex_walk *w, size_t i)
{
    const struct ex_tokens *t = &w->tokens;
    bool inside = false;
    struct ex_lexeme *e;

    if (!i || !(ex_token_name_is(t, i - 1, "var") || ex_token_name_is(t, i - 1, "let") ||
                ex_token_name_is(t, i - 1, "const")))
        return;
    for (size_t k = 1; k < w->n_frames && !inside; k++)
        inside = w->frames[k].role == EX_FRAME_BLOCK;
    e = inside ? ex_lexicon_add(&w->names, t, i) : NULL;
    if (e)
        e->local = true;
}

/* Keywords are no operands. Returns false for every other word. */
static bool keyword(struct ex_walk *w, struct ex_span s, size_t i)
{
    static const char *const words[] = {
        "async",    "await",     "break",  "case",   "catch",      "const",   "continue",
        "default",  "delete",    "do",     "else",   "false",      "finally", "for",
        "function", "if",        "import", "in",     "instanceof", "let",     "new",
        "null",     "of",        "return", "switch", "throw",      "true",    "try",
        "typeof",   "undefined", "var",    "void",   "while",      "with",    "yield",
    };
    struct ex_frame *top = ex_walk_top(w);
    const struct ex_tokens *t = &w->tokens;

    if (!ex_word_in(s, words, N_OF(words)))
        return false;
    w->fresh = ex_span_eq(s, "new");
    if (top->role == EX_FRAME_HEAD && (ex_span_eq(s, "of") || ex_span_eq(s, "in")) &&
        ex_token_kind_is(t, i - 1, EX_TK_NAME))
        top->loop = (uint32_t)(i - 1);
    if (ex_span_eq(s, "function") && ex_token_kind_is(t, i + 1, EX_TK_NAME))
        w->function = (uint32_t)(i + 1);
    else if (ex_span_eq(s, "function") && i >= 2 &&
             (ex_token_is(t, i - 1, '=') || ex_token_is(t, i - 1, ':')))
        w->function = (uint32_t)(i - 2);
    if (ex_span_eq(s, "return"))
        ex_walk_return(w);
    else if (ex_span_eq(s, "import")) /* import "b" */
        ex_walk_loads(w, i + 1);
    w->cur = EX_HOLDS_NOTHING;
    return true;
}

static void single_word(struct ex_walk *w, struct ex_span s, size_t i)
{
    const struct ex_tokens *t = &w->tokens;

    if (ex_span_starts_nocase(s, "_0x") && ++w->n_hex == HEX_NAMES_MIN)
        ex_walk_feature(w, EX_FEAT_O1, i);
    if (ex_span_eq(s, "eval") || ex_span_eq(s, "execScript"))
        ex_walk_feature(w, EX_FEAT_O1, i);
    if (ex_span_eq(s, "Image") && w->fresh)
        w->saw |= EX_SAW_CREATED;
    if (ex_span_eq(s, "from")) /* import a from "b" */
        ex_walk_loads(w, i + 1);
    if (is_logon_function(s) && !w->task->shipped &&
        (is_set_here(w, i) || (i && ex_token_name_is(t, i - 1, "function"))))
        ex_walk_feature(w, EX_FEAT_M1, i);
}

void ex_walk_word(struct ex_walk *w, size_t i)
{
    const struct ex_tokens *t = &w->tokens;
    const struct ex_span s = ex_token_text(t, i);
    const struct ex_lexeme *known;
    enum ex_holds h;

    if (i && ex_token_is(t, i - 1, '.')) {
        member(w, i);
        ex_walk_top(w)->computed = true;
        return;
    }
    if (keyword(w, s, i))
        return;
    w->base = EX_HOLDS_NOTHING;
    declare(w, i);
    single_word(w, s, i);
    network_word(w, s, false, EX_HOLDS_NOTHING, i);
    if (!(ex_walk_top(w)->role == EX_FRAME_OBJECT && ex_token_is(t, i + 1, ':')))
        ex_walk_top(w)->computed = true;
    known = ex_lexicon_find(&w->names, t, s);
    h = known ? (enum ex_holds)known->holds : global(s);
    if (ex_span_eq(s, "this"))
        h = w->task->on_field ? EX_HOLDS_FIELD : EX_HOLDS_PARAM;
    else if (ex_span_eq(s, "Image") && w->fresh)
        h = EX_HOLDS_CREATED;
    else if (!h && !known && ex_word_is_password(s) && s.n <= 12)
        h = EX_HOLDS_FIELD; /* elements with an id are words of the page */
    if (is_set_here(w, i))
        h = EX_HOLDS_NOTHING;
    ex_walk_gain(w, h, i);
}
