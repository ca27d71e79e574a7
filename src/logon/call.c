// SPDX-License-Identifier: MIT
#include "logon/call.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { MARKUP_MAX = 2048 /* tokens of one document.write() that are searched */ };

typedef enum ex_holds (*call_fn)(struct ex_walk *w, const struct ex_call *c);

static bool has(struct ex_span s, const char *text)
{
    return ex_span_find_nocase(s, text) != SIZE_MAX;
}

/* More code in a literal: read it, too. */
static void code_in_string(struct ex_walk *w, const struct ex_call *c)
{
    if (c->string)
        ex_tokens_more(&w->tokens, c->f->begin);
}

static enum ex_holds code(struct ex_walk *w, const struct ex_call *c)
{
    ex_walk_feature(w, EX_FEAT_O1, c->at);
    code_in_string(w, c);
    return EX_HOLDS_NOTHING;
}

static enum ex_holds timer(struct ex_walk *w, const struct ex_call *c)
{
    return c->string ? code(w, c) : EX_HOLDS_NOTHING;
}

static enum ex_holds jquery_value(struct ex_walk *w, const struct ex_call *c)
{
    if (!c->f->any && c->f->begin == c->end)
        return ex_walk_read(w, (enum ex_holds)c->f->base, c->at);
    if (c->password && c->f->base != EX_HOLDS_FIELD)
        ex_walk_feature(w, EX_FEAT_F2, c->at);
    return EX_HOLDS_NOTHING;
}

static enum ex_holds attribute_read(struct ex_walk *w, const struct ex_call *c)
{
    return ex_span_eq(c->first, "value") ? ex_walk_read(w, (enum ex_holds)c->f->base, c->at)
                                         : EX_HOLDS_NOTHING;
}

static enum ex_holds attribute_set(struct ex_walk *w, const struct ex_call *c)
{
    const struct ex_tokens *t = &w->tokens;
    uint32_t second = c->f->begin + 2;
    const bool alone = second + 1 == c->end && ex_token_kind_is(t, second, EX_TK_STRING);

    if (!ex_token_kind_is(t, second, EX_TK_STRING))
        second = EX_NO_TOKEN;
    if (ex_span_eq_nocase(c->first, "action") || ex_span_eq_nocase(c->first, "formaction"))
        ex_walk_action(w, (enum ex_holds)c->f->base, second, !alone, c->at);
    else if (ex_span_eq_nocase(c->first, "value") && c->password && c->f->base != EX_HOLDS_FIELD)
        ex_walk_feature(w, EX_FEAT_F2, c->at);
    else if ((ex_span_eq_nocase(c->first, "src") || ex_span_eq_nocase(c->first, "href")) &&
             (c->password ||
              (!alone && (c->f->base == EX_HOLDS_CREATED || c->f->base == EX_HOLDS_LOADER))))
        ex_walk_feature(w, EX_FEAT_S2, c->at);
    else if ((ex_span_eq_nocase(c->first, "src") || ex_span_eq_nocase(c->first, "href")) && alone &&
             c->f->base == EX_HOLDS_LOADER)
        ex_walk_loads(w, second);
    return EX_HOLDS_NOTHING;
}

static enum ex_holds request_header(struct ex_walk *w, const struct ex_call *c)
{
    const bool names = ex_span_eq(c->first, "APIKey") || ex_span_eq(c->first, "AuthToken");

    if (names || c->password || c->user)
        ex_walk_feature(w, EX_FEAT_H1, c->at);
    w->out->header_names |= names;
    return EX_HOLDS_NOTHING;
}

static enum ex_holds stored(struct ex_walk *w, const struct ex_call *c)
{
    if (c->password)
        ex_walk_feature(w, EX_FEAT_K1, c->at);
    return EX_HOLDS_NOTHING;
}

/* Going somewhere, or telling another window, with the password. */
static enum ex_holds navigation(struct ex_walk *w, const struct ex_call *c)
{
    const enum ex_holds base = (enum ex_holds)c->f->base;
    const bool member = base == EX_HOLDS_LOCATION || base == EX_HOLDS_WINDOW;

    if (c->password &&
        (member || ex_span_eq(c->name, "postMessage") || (ex_span_eq(c->name, "open") && !base)))
        ex_walk_feature(w, EX_FEAT_S2, c->at);
    return EX_HOLDS_NOTHING;
}

static enum ex_holds import(struct ex_walk *w, const struct ex_call *c)
{
    if (c->f->computed)
        ex_walk_feature(w, EX_FEAT_S2, c->at);
    else if (c->string)
        ex_walk_loads(w, c->f->begin);
    return EX_HOLDS_NOTHING;
}

static enum ex_holds loaded(struct ex_walk *w, const struct ex_call *c)
{
    if (c->string)
        ex_walk_loads(w, c->f->begin);
    return EX_HOLDS_NOTHING;
}

/* navigator.serviceWorker.register("sw.js") */
static enum ex_holds registered(struct ex_walk *w, const struct ex_call *c)
{
    if (c->at >= 2 && ex_token_name_is(&w->tokens, c->at - 2, "serviceWorker") && c->string)
        ex_walk_loads(w, c->f->begin);
    return EX_HOLDS_NOTHING;
}

static enum ex_holds created(struct ex_walk *w, const struct ex_call *c)
{
    static const char *const loading[] = { "audio",  "embed",  "form",  "frame", "iframe",
                                           "image",  "img",    "input", "link",  "object",
                                           "script", "source", "track", "video" };

    static const char *const loaders[] = { "embed", "frame", "iframe", "link", "object", "script" };

    if (!ex_word_in(c->first, loading, N_OF(loading)))
        return EX_HOLDS_OTHER;
    if (ex_word_in(c->first, loaders, N_OF(loaders))) {
        w->saw |= EX_SAW_LOADER;
        return EX_HOLDS_LOADER;
    }
    w->saw |= EX_SAW_CREATED;
    return EX_HOLDS_CREATED;
}

/* Markup with something computed in it, and a source to load; or markup out of a decoder. */
static enum ex_holds markup(struct ex_walk *w, const struct ex_call *c)
{
    static const char *const decoders[] = { "atob", "decodeURI", "decodeURIComponent",
                                            "fromCharCode", "unescape" };
    const bool document = c->f->base == EX_HOLDS_DOCUMENT;

    if (c->f->computed && (has(c->first, "src=") || has(c->first, "<script")))
        ex_walk_feature(w, EX_FEAT_S2, c->at);
    for (size_t i = c->f->begin; document && i < c->end && i - c->f->begin < MARKUP_MAX; i++)
        if (ex_token_kind_is(&w->tokens, i, EX_TK_NAME) &&
            ex_word_in(ex_token_text(&w->tokens, i), decoders, N_OF(decoders)))
            ex_walk_feature(w, EX_FEAT_O1, c->at);
    return EX_HOLDS_NOTHING;
}

static enum ex_holds style(struct ex_walk *w, const struct ex_call *c)
{
    if (c->f->computed && has(c->first, "url("))
        ex_walk_feature(w, EX_FEAT_S2, c->at);
    return EX_HOLDS_NOTHING;
}

static enum ex_holds activex(struct ex_walk *w, const struct ex_call *c)
{
    if (has(c->first, "xmlhttp") || has(c->first, "winhttp"))
        ex_walk_feature(w, EX_FEAT_S1, c->at);
    return EX_HOLDS_NOTHING;
}

/* Sorted by name. */
static const struct {
    const char *name;
    call_fn fn;
} calls[] = {
    { "ActiveXObject", activex },
    { "FormData", ex_call_whole_form },
    { "Function", code },
    { "SharedWorker", loaded },
    { "Worker", loaded },
    { "addEventListener", ex_call_listener },
    { "append", markup },
    { "assign", navigation },
    { "attachEvent", ex_call_listener },
    { "bind", ex_call_listener },
    { "constructor", timer },
    { "createElement", created },
    { "delegate", ex_call_listener },
    { "eval", code },
    { "execScript", code },
    { "getAttribute", attribute_read },
    { "html", markup },
    { "import", import },
    { "importScripts", loaded },
    { "insertAdjacentHTML", markup },
    { "insertRule", style },
    { "keydown", ex_call_jquery_listener },
    { "keypress", ex_call_jquery_listener },
    { "keyup", ex_call_jquery_listener },
    { "live", ex_call_listener },
    { "on", ex_call_listener },
    { "open", navigation },
    { "postMessage", navigation },
    { "prepend", markup },
    { "register", registered },
    { "replace", navigation },
    { "serialize", ex_call_whole_form },
    { "serializeArray", ex_call_whole_form },
    { "setAttribute", attribute_set },
    { "setInterval", timer },
    { "setItem", stored },
    { "setRequestHeader", request_header },
    { "setTimeout", timer },
    { "submit", ex_call_submitted },
    { "val", jquery_value },
    { "write", markup },
    { "writeln", markup },
};

/* What an element is that is asked for by a name or a selector. */
static enum ex_holds selected(struct ex_span s)
{
    static const char *const all[] = { "*",     ".signInInputText", ":input", "form input",
                                       "input", "signInInputText" };

    if (ex_word_is_password(s))
        return EX_HOLDS_FIELD;
    if (ex_word_is_user(s))
        return EX_HOLDS_USER;
    if (ex_word_in(s, all, N_OF(all)) || ex_span_starts_nocase(s, "input[type=text") ||
        ex_span_starts_nocase(s, "input:"))
        return EX_HOLDS_ELEMENTS;
    if (has(s, "logonform") || ex_span_eq_nocase(s, "form") || ex_span_starts_nocase(s, "form["))
        return EX_HOLDS_FORM;
    return EX_HOLDS_OTHER;
}

/* Functions that give an element: those of the DOM, and whatever a script calls its own. */
static enum ex_holds element_of(struct ex_walk *w, const struct ex_call *c)
{
    static const char *const selectors[] = {
        "$",
        "closest",
        "find",
        "gbid",
        "getElementById",
        "getElementsByClassName",
        "getElementsByName",
        "getElementsByTagName",
        "jQuery",
        "namedItem",
        "querySelector",
        "querySelectorAll",
    };
    static const char *const talk[] = { "alert", "confirm", "prompt" };
    const bool only = c->string && c->f->begin + 1 == c->end;
    const bool selector = ex_word_in(c->name, selectors, N_OF(selectors));

    if (selector && !only && c->f->begin < c->end &&
        !ex_token_name_is(&w->tokens, c->f->begin, "this") &&
        (c->f->holds & EX_BIT(EX_HOLDS_PARAM)))
        return EX_HOLDS_CHOSEN;

    if (only && !selector && ex_word_is_password(c->first) && !c->f->base &&
        !ex_word_in(c->name, talk, N_OF(talk)))
        w->saw |= EX_SAW_NAMED;
    if (only && (selector || ex_word_is_password(c->first)))
        return selected(c->first);
    if (ex_span_eq(c->name, "$") || ex_span_eq(c->name, "jQuery") || ex_span_eq(c->name, "item"))
        return c->f->begin < c->end ? (enum ex_holds)w->cur : EX_HOLDS_NOTHING;
    return EX_HOLDS_NOTHING;
}

/* A function that nobody knows got the field, all fields, or the password. */
static void handed_over(struct ex_walk *w, const struct ex_call *c)
{
    const uint32_t bits = c->f->holds | c->f->all;
    const uint32_t fields =
        EX_BIT(EX_HOLDS_FIELD) | EX_BIT(EX_HOLDS_ELEMENTS) | EX_BIT(EX_HOLDS_ELEMENT);

    if (bits & fields)
        w->saw |= EX_SAW_FIELD_PASSED;
    if (c->f->base == EX_HOLDS_ELEMENTS)
        w->saw |= EX_SAW_FIELD_PASSED; /* forEach, each, map */
    if (c->password && c->name.n && !c->f->base)
        ex_walk_gives(w, c->at);
}

bool ex_walk_is_sink(const struct ex_walk *w, struct ex_span callee, enum ex_holds base)
{
    static const char *const words[] = {
        "EventSource", "RTCPeerConnection", "WebSocket", "ajax", "axios", "fetch",
        "getJSON",     "getScript",         "import",    "load", "open",  "post",
        "send",        "sendBeacon"
    };

    (void)w;
    return ex_word_in(callee, words, N_OF(words)) ||
           (base == EX_HOLDS_JQUERY && ex_span_eq(callee, "get"));
}

/* The addresses of a call that has something to give beside them. */
static void sent_with(struct ex_walk *w, const struct ex_call *c)
{
    static const char *const methods[] = { "DELETE", "PATCH", "POST", "PUT" };

    if (!c->f->computed && !ex_word_in(c->first, methods, N_OF(methods)))
        return;
    for (size_t i = c->f->begin; i < c->end && i - c->f->begin < MARKUP_MAX; i++)
        if (ex_token_kind_is(&w->tokens, i, EX_TK_STRING) && w->tokens.at[i].op == EX_STRING_SINK)
            w->tokens.at[i].op = EX_STRING_SENT;
}

enum ex_holds ex_walk_call(struct ex_walk *w, const struct ex_frame *f, size_t i)
{
    const struct ex_tokens *t = &w->tokens;
    const uint32_t bits = f->holds | f->all;
    struct ex_call c = { .f = f, .at = f->callee == EX_NO_TOKEN ? i : f->callee, .end = i };
    enum ex_holds h;

    if (f->callee != EX_NO_TOKEN)
        c.name = ex_token_text(t, f->callee);
    if (f->first != EX_NO_TOKEN)
        c.first = ex_token_text(t, f->first);
    c.string = ex_token_kind_is(t, f->begin, EX_TK_STRING) && f->begin < i;
    c.password = bits & EX_BIT(EX_HOLDS_VALUE);
    c.user = bits & EX_BIT(EX_HOLDS_USER_VALUE);
    if (f->sink) {
        ex_walk_takes(w, f->begin, i);
        sent_with(w, &c);
    }
    for (size_t k = 0; k < N_OF(calls); k++)
        if (ex_span_eq(c.name, calls[k].name)) {
            h = calls[k].fn(w, &c);
            if (h)
                return h;
            break;
        }
    if (f->callee_holds == EX_HOLDS_CHOSEN_VALUE && ex_word_is_password(c.first)) {
        ex_walk_feature(w, EX_FEAT_C1, c.at);
        return EX_HOLDS_VALUE;
    }
    if (f->callee_holds == EX_HOLDS_CHOSEN_VALUE && ex_word_is_user(c.first))
        return EX_HOLDS_USER_VALUE;
    h = element_of(w, &c);
    if (h)
        return h;
    handed_over(w, &c);
    if (c.password || f->base == EX_HOLDS_VALUE)
        return EX_HOLDS_VALUE; /* whatever is made of the password is the password */
    if (c.user || f->base == EX_HOLDS_USER_VALUE)
        return EX_HOLDS_USER_VALUE;
    return f->callee_holds == EX_HOLDS_VALUE || f->callee_holds == EX_HOLDS_FIELD
               ? (enum ex_holds)f->callee_holds
               : EX_HOLDS_NOTHING;
}
