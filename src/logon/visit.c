// SPDX-License-Identifier: MIT
#include "logon/walk.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Lists within lists are looked at once for each: long ones only at their beginning. */
enum { PARAMETERS_MAX = 512 };

static const struct ex_frame empty = { .callee = EX_NO_TOKEN,
                                       .first = EX_NO_TOKEN,
                                       .set = EX_NO_TOKEN,
                                       .function = EX_NO_TOKEN,
                                       .loop = EX_NO_TOKEN };

static bool is_logon_function(const struct ex_walk *w, uint32_t i)
{
    return i != EX_NO_TOKEN && (ex_token_name_is(&w->tokens, i, "clkLgn") ||
                                ex_token_name_is(&w->tokens, i, "checkSubmit"));
}

void ex_walk_feature(struct ex_walk *w, enum ex_feature f, size_t i)
{
    const uint16_t core = 1 << EX_FEAT_C1 | 1 << EX_FEAT_S1 | 1 << EX_FEAT_S2 | 1 << EX_FEAT_H1 |
                          1 << EX_FEAT_K1 | 1 << EX_FEAT_O1;
    const uint16_t sinks = 1 << EX_FEAT_S1 | 1 << EX_FEAT_S2 | 1 << EX_FEAT_H1;
    unsigned n = 0;

    if (!w->out->features && i < w->tokens.n)
        w->out->excerpt_at = w->tokens.at[i].source;
    w->out->features |= (uint16_t)(1 << f);
    if (f == EX_FEAT_S2)
        w->saw |= EX_SAW_BEACON;
    if (w->n_frames && (core >> f & 1) && ex_walk_top(w)->logon)
        w->saw |= EX_SAW_LOGON_HOOK;
    for (size_t k = w->n_frames; k > 0 && (sinks >> f & 1); k--) {
        const uint32_t function = w->frames[k - 1].function;

        if (function == EX_NO_TOKEN)
            continue;
        ex_walk_takes(w, function, (size_t)function + 1);
        if (++n == EX_SCRIPT_LINKS)
            return;
    }
}

void ex_walk_gain(struct ex_walk *w, enum ex_holds h, size_t i)
{
    const struct ex_tokens *t = &w->tokens;
    struct ex_frame *top = ex_walk_top(w);

    w->cur = (uint8_t)h;
    top->any = true;
    if (h == EX_HOLDS_VALUE || h == EX_HOLDS_USER_VALUE ||
        !(ex_token_is(t, i + 1, '.') || ex_token_is(t, i + 1, '(') || ex_token_is(t, i + 1, '[')))
        top->holds |= EX_BIT(h);
}

void ex_walk_set_word(struct ex_walk *w, uint32_t i, enum ex_holds h)
{
    struct ex_lexeme *e = h ? ex_lexicon_add(&w->names, &w->tokens, i) : NULL;

    if (e && e->holds < h)
        e->holds = (uint8_t)h;
}

void ex_walk_return(struct ex_walk *w)
{
    for (size_t k = w->n_frames; k > 0; k--)
        if (w->frames[k - 1].function != EX_NO_TOKEN) {
            ex_walk_begin_set(w, EX_SETS_WORD, EX_HOLDS_NOTHING, w->frames[k - 1].function);
            return;
        }
}

static void parameters(struct ex_walk *w, size_t from, size_t to)
{
    for (size_t i = from; i < to && i - from < PARAMETERS_MAX; i++) {
        struct ex_lexeme *e;

        if (w->tokens.at[i].kind != EX_TK_NAME || ex_token_is(&w->tokens, i - 1, '.'))
            continue;
        e = ex_lexicon_add(&w->names, &w->tokens, i);
        if (!e)
            return;
        e->local = true;
        if (e->holds < EX_HOLDS_PARAM)
            e->holds = EX_HOLDS_PARAM;
    }
}

static bool is_operand_end(const struct ex_tokens *t, size_t i)
{
    return i < t->n && (t->at[i].kind != EX_TK_PUNCT || t->at[i].op == ')' || t->at[i].op == ']' ||
                        t->at[i].op == '}');
}

static bool is_head_word(struct ex_span s)
{
    static const char *const words[] = { "catch", "for", "if", "switch", "while", "with" };

    return ex_word_in(s, words, N_OF(words));
}

static void open_parenthesis(struct ex_walk *w, struct ex_frame *f, size_t i)
{
    static const char *const no_callee[] = { "await",  "case", "delete", "do",     "else",
                                             "in",     "new",  "of",     "return", "throw",
                                             "typeof", "void", "yield" };
    const struct ex_tokens *t = &w->tokens;
    const struct ex_span before = i ? ex_token_text(t, i - 1) : (struct ex_span){ 0 };

    f->role = EX_FRAME_GROUP;
    if (!i || !is_operand_end(t, i - 1))
        return;
    if (t->at[i - 1].kind != EX_TK_NAME) {
        f->role = EX_FRAME_CALL;
        f->callee_holds = w->cur;
        return;
    }
    f->parameters =
        ex_span_eq(before, "function") || (i > 1 && ex_token_name_is(t, i - 2, "function"));
    if (f->parameters || is_head_word(before)) {
        f->role = EX_FRAME_HEAD;
        return;
    }
    if (ex_word_in(before, no_callee, N_OF(no_callee)))
        return;
    f->role = EX_FRAME_CALL;
    f->callee = (uint32_t)(i - 1);
    f->base = w->base;
    f->callee_holds = f->base ? EX_HOLDS_NOTHING : w->cur;
    if (i > 1 && ex_token_is(t, i - 2, '.')) {
        const struct ex_lexeme *e = ex_lexicon_find(&w->names, t, before);

        f->callee_holds = e ? e->holds : EX_HOLDS_NOTHING;
    }
    f->sink = ex_walk_is_sink(w, before, (enum ex_holds)f->base);
}

static void open_brace(struct ex_walk *w, struct ex_frame *f, size_t i)
{
    const struct ex_tokens *t = &w->tokens;
    const struct ex_token *before = i ? &t->at[i - 1] : NULL;

    f->role = EX_FRAME_BLOCK;
    if (before && before->kind == EX_TK_PUNCT && before->op && strchr("=(,:[?l", before->op))
        f->role = EX_FRAME_OBJECT;
    if (before && before->kind == EX_TK_NAME && ex_token_name_is(t, i - 1, "return"))
        f->role = EX_FRAME_OBJECT;
    if (f->role == EX_FRAME_OBJECT) {
        const struct ex_span key = i > 1 ? ex_token_text(t, i - 2) : (struct ex_span){ 0 };

        f->headers = ex_token_is(t, i - 1, ':') && ex_span_eq(key, "headers");
        f->sink = ex_walk_top(w)->sink;
        return;
    }
    if (before && (ex_token_is(t, i - 1, ')') || ex_token_is(t, i - 1, EX_OP_ARROW))) {
        f->function = w->function;
        f->logon = w->task->shipped && is_logon_function(w, f->function);
        w->function = EX_NO_TOKEN;
    }
}

static void open(struct ex_walk *w, uint8_t op, size_t i)
{
    struct ex_frame f = empty;

    f.begin = (uint32_t)(i + 1);
    if (op == '(') {
        open_parenthesis(w, &f, i);
    } else if (op == '{') {
        open_brace(w, &f, i);
    } else {
        f.role = i && is_operand_end(&w->tokens, i - 1) ? EX_FRAME_INDEX : EX_FRAME_GROUP;
        f.base = w->cur;
    }
    w->cur = w->base = EX_HOLDS_NOTHING;
    w->fresh = false;
    if (w->n_frames == EX_FRAMES_MAX) {
        w->too_deep++;
        w->out->full = true;
        return;
    }
    f.logon |= ex_walk_top(w)->logon;
    w->frames[w->n_frames++] = f;
}

/* The indexed word itself stands for the window or the page: the short names of packed
 * libraries stand for many things. */
static bool is_global(const struct ex_walk *w, const struct ex_frame *f)
{
    static const char *const words[] = { "document", "globalThis", "self", "window" };

    return f->begin >= 2 && ex_token_kind_is(&w->tokens, f->begin - 2, EX_TK_NAME) &&
           ex_word_in(ex_token_text(&w->tokens, f->begin - 2), words, N_OF(words));
}

/* What x[...] is. */
static enum ex_holds indexed(struct ex_walk *w, const struct ex_frame *f, size_t i)
{
    switch ((enum ex_holds)f->base) {
    case EX_HOLDS_FORMS:
        return EX_HOLDS_FORM;
    case EX_HOLDS_FORM:
    case EX_HOLDS_ELEMENTS:
        w->saw |= EX_SAW_FIELD_PASSED;
        return EX_HOLDS_ELEMENT;
    case EX_HOLDS_WINDOW:
    case EX_HOLDS_DOCUMENT:
        if (f->called &&
            is_global(w, f)) /* window[name("hctef")]: whatever it is, its name is hidden */
            ex_walk_feature(w, EX_FEAT_O1, i);
        return (enum ex_holds)f->base;
    default:
        return (enum ex_holds)f->base;
    }
}

static enum ex_holds closed(struct ex_walk *w, const struct ex_frame *f, size_t i)
{
    switch ((enum ex_frame_role)f->role) {
    case EX_FRAME_CALL:
        return ex_walk_call(w, f, i);
    case EX_FRAME_INDEX:
        return indexed(w, f, i);
    case EX_FRAME_GROUP:
        return (enum ex_holds)w->cur;
    case EX_FRAME_OBJECT:
        if (f->headers &&
            ((f->holds | f->all) & (EX_BIT(EX_HOLDS_VALUE) | EX_BIT(EX_HOLDS_USER_VALUE))))
            ex_walk_feature(w, EX_FEAT_H1, i);
        return EX_HOLDS_NOTHING;
    case EX_FRAME_HEAD:
        if (f->loop != EX_NO_TOKEN && ((f->holds | f->all) & EX_BIT(EX_HOLDS_ELEMENTS)))
            ex_walk_set_word(w, f->loop, EX_HOLDS_ELEMENT);
        if (f->parameters)
            parameters(w, f->begin, i);
        return EX_HOLDS_NOTHING;
    case EX_FRAME_BLOCK:
        break;
    }
    return EX_HOLDS_NOTHING;
}

static void close_frame(struct ex_walk *w, size_t i)
{
    struct ex_frame f, *top;
    enum ex_holds h;

    if (w->too_deep) {
        w->too_deep--;
        w->opened = (uint32_t)i;
        return;
    }
    ex_walk_end_set(w, i);
    if (w->n_frames == 1) { /* a bracket that was never opened */
        w->opened = (uint32_t)i;
        return;
    }
    f = *ex_walk_top(w);
    w->n_frames--;
    h = closed(w, &f, i);
    w->opened = f.begin;
    w->base = EX_HOLDS_NOTHING;
    top = ex_walk_top(w);
    w->cur = (uint8_t)h;
    if (f.role == EX_FRAME_BLOCK || f.role == EX_FRAME_HEAD)
        return;
    top->holds |= f.holds | f.all;
    top->computed |= f.computed || f.role == EX_FRAME_CALL;
    top->called |= f.role == EX_FRAME_CALL;
    if (top->first == EX_NO_TOKEN && f.role != EX_FRAME_INDEX)
        top->first = f.first;
    ex_walk_gain(w, h, i);
}

static void arrow(struct ex_walk *w, size_t i)
{
    const struct ex_frame *top = ex_walk_top(w);

    if (i && ex_token_is(&w->tokens, i - 1, ')'))
        parameters(w, w->opened, i);
    else if (i)
        parameters(w, i - 1, i);
    if (top->sets == EX_SETS_WORD)
        w->function = top->set;
    w->cur = EX_HOLDS_NOTHING;
}

static void punctuation(struct ex_walk *w, size_t i)
{
    const uint8_t op = w->tokens.at[i].op;
    struct ex_frame *top = ex_walk_top(w);

    if (op == '(' || op == '[' || op == '{') {
        open(w, op, i);
    } else if (op == ')' || op == ']' || op == '}') {
        close_frame(w, i);
    } else if (op == ',' || op == ';') {
        ex_walk_end_set(w, i);
        top->all |= top->holds;
        top->holds = 0;
        w->cur = EX_HOLDS_NOTHING;
    } else if (op == '=' || op == EX_OP_ADD_TO) {
        ex_walk_assign(w, i);
    } else if (op == EX_OP_ARROW) {
        arrow(w, i);
    } else if (op != '.') {
        top->plain_copy = false;
        w->cur = EX_HOLDS_NOTHING;
    }
}

static void literal(struct ex_walk *w, size_t i)
{
    struct ex_frame *top = ex_walk_top(w);
    const struct ex_span s = ex_token_text(&w->tokens, i);

    w->cur = EX_HOLDS_NOTHING;
    top->any = true;
    if (w->tokens.at[i].kind != EX_TK_STRING)
        return;
    if (top->first == EX_NO_TOKEN)
        top->first = (uint32_t)i;
    if (top->role == EX_FRAME_GROUP && ex_word_is_password(s))
        w->saw |= EX_SAW_NAMED; /* ["username", "password"].map(...) */
    if (top->sink || top->sets == EX_SETS_SOURCE)
        w->tokens.at[i].op = EX_STRING_SINK;
    if (top->headers && ex_token_is(&w->tokens, i + 1, ':') &&
        (ex_span_eq(s, "APIKey") || ex_span_eq(s, "AuthToken"))) {
        ex_walk_feature(w, EX_FEAT_H1, i);
        w->out->header_names = true;
    }
}

/* Where no semicolon stands, the end of a line ends a statement after a value and before a
 * word (ECMA-262 12.10, near enough). */
static bool ends_by_line(const struct ex_walk *w, size_t i)
{
    const struct ex_tokens *t = &w->tokens;

    return i && t->at[i].newline && t->at[i].kind == EX_TK_NAME && is_operand_end(t, i - 1) &&
           ex_walk_top((struct ex_walk *)w)->role == EX_FRAME_BLOCK;
}

void ex_walk_visit(struct ex_walk *w)
{
    const struct ex_tokens *t = &w->tokens;

    w->frames[0] = empty;
    w->n_frames = 1;
    w->too_deep = 0;
    w->function = EX_NO_TOKEN;
    w->cur = w->base = EX_HOLDS_NOTHING;
    for (size_t i = 0; i < t->n; i++) {
        if (ends_by_line(w, i)) {
            ex_walk_end_set(w, i);
            ex_walk_top(w)->holds = 0;
        }
        if (t->at[i].kind == EX_TK_NAME)
            ex_walk_word(w, i);
        else if (t->at[i].kind == EX_TK_PUNCT)
            punctuation(w, i);
        else
            literal(w, i);
    }
    ex_walk_end_set(w, t->n);
}
