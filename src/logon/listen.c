// SPDX-License-Identifier: MIT
/* Calls that wait for keys, and calls that take forms as a whole. */
#include "logon/call.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static bool is_key_event(struct ex_span s)
{
    return ex_span_starts_nocase(s, "key") || ex_span_starts_nocase(s, "onkey");
}

static bool is_edit_event(struct ex_span s)
{
    static const char *const words[] = { "beforeinput", "change", "input", "onchange", "oninput" };

    return ex_word_in(s, words, N_OF(words));
}

void ex_walk_listener(struct ex_walk *w, enum ex_holds base, size_t i)
{
    if (base == EX_HOLDS_OTHER || base == EX_HOLDS_USER)
        return;
    ex_walk_feature(w, EX_FEAT_C2, i);
    if (base == EX_HOLDS_FIELD)
        w->saw |= EX_SAW_FIELD_PASSED; /* what it reads of its event is the password */
}

enum ex_holds ex_call_listener(struct ex_walk *w, const struct ex_call *c)
{
    const enum ex_holds base = (enum ex_holds)c->f->base;
    const bool near = base == EX_HOLDS_FIELD || base == EX_HOLDS_FORM ||
                      base == EX_HOLDS_DOCUMENT || base == EX_HOLDS_WINDOW ||
                      base == EX_HOLDS_ELEMENTS || base == EX_HOLDS_ELEMENT;

    if (ex_span_eq(c->first, "submit") && base == EX_HOLDS_OTHER)
        w->saw |= EX_SAW_OTHER_FORM;
    if (is_key_event(c->first) || (near && is_edit_event(c->first)))
        ex_walk_listener(w, base, c->at);
    return EX_HOLDS_NOTHING;
}

/* $(...).keyup(function ...) */
enum ex_holds ex_call_jquery_listener(struct ex_walk *w, const struct ex_call *c)
{
    if (c->f->begin < c->end)
        ex_walk_listener(w, (enum ex_holds)c->f->base, c->at);
    return EX_HOLDS_NOTHING;
}

/* A form of its own takes what was put into it. */
enum ex_holds ex_call_submitted(struct ex_walk *w, const struct ex_call *c)
{
    if (c->f->base == EX_HOLDS_OTHER || c->f->base == EX_HOLDS_CREATED)
        w->saw |= EX_SAW_SUBMIT;
    return EX_HOLDS_NOTHING;
}

/* A form that is none of the logon's: by its name, or by the listener around. */
static bool is_other_form(const struct ex_walk *w, const struct ex_call *c)
{
    const uint32_t bits = c->f->holds | c->f->all;

    if (c->f->base == EX_HOLDS_OTHER || bits == EX_BIT(EX_HOLDS_OTHER))
        return true;
    return (w->saw & EX_SAW_OTHER_FORM) &&
           !(bits & ~(EX_BIT(EX_HOLDS_PARAM) | EX_BIT(EX_HOLDS_NOTHING)));
}

enum ex_holds ex_call_whole_form(struct ex_walk *w, const struct ex_call *c)
{
    if (is_other_form(w, c))
        return EX_HOLDS_NOTHING;
    if (!ex_span_eq(c->name, "FormData") || c->f->begin < c->end) {
        ex_walk_feature(w, EX_FEAT_C1, c->at);
        return EX_HOLDS_VALUE;
    }
    return EX_HOLDS_NOTHING;
}
