// SPDX-License-Identifier: MIT
#include "logon/token.h"

#include "logon/literal.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum {
    PARENS_MAX = 256,   /* deeper ones are taken for ordinary ones */
    TEMPLATES_MAX = 32, /* templates within templates */
    OPEN_MAX = 64       /* literals without an end for which the line is searched */
};

struct scan {
    struct ex_tokens *t;
    struct ex_span s;
    size_t i;
    uint32_t source;
    bool newline;
    size_t n_parens;
    size_t n_templates;
    uint32_t braces;                   /* open ones */
    unsigned n_open;                   /* literals without an end so far */
    bool head[PARENS_MAX];             /* the parenthesis belongs to if, for, while, with */
    bool after_head;                   /* the last one that was closed did */
    uint32_t templates[TEMPLATES_MAX]; /* braces open where ${ stands */
};

/* The bytes of a line end at @i: LF, CR, U+2028, U+2029; 0: none. */
static size_t line_end(struct ex_span s, size_t i)
{
    if (s.p[i] == '\n' || s.p[i] == '\r')
        return 1;
    return s.n - i >= 3 && s.p[i] == 0xe2 && s.p[i + 1] == 0x80 && (s.p[i + 2] & 0xfe) == 0xa8 ? 3
                                                                                               : 0;
}

static size_t blank(struct ex_span s, size_t i)
{
    if (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\v' || s.p[i] == '\f')
        return 1;
    if (s.n - i >= 2 && s.p[i] == 0xc2 && s.p[i + 1] == 0xa0)
        return 2;
    return s.n - i >= 3 && memcmp(s.p + i, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_name(uint8_t c)
{
    return is_digit(c) || c == '_' || c == '$' || c == '\\' || c == '@' || c >= 0x80 ||
           ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static struct ex_token *emit(struct scan *c, enum ex_token_kind kind, size_t at)
{
    struct ex_tokens *t = c->t;

    if (t->n == EX_TOKENS_MAX) {
        t->full = true;
        return NULL;
    }
    t->at[t->n] = (struct ex_token){ .at = (uint32_t)t->n_text,
                                     .source = c->source + (uint32_t)at,
                                     .kind = (uint8_t)kind,
                                     .newline = c->newline };
    c->newline = false;
    return &t->at[t->n++];
}

static void punct(struct scan *c, uint8_t op, size_t at)
{
    struct ex_token *k = emit(c, EX_TK_PUNCT, at);

    if (k)
        k->op = op;
}

/* A token with the text @raw, decoded unless literals are taken as they are. */
static void with_text(struct scan *c, enum ex_token_kind kind, struct ex_span raw, size_t at)
{
    struct ex_tokens *t = c->t;
    struct ex_token *k;

    if (raw.n > EX_TEXT_MAX - t->n_text) {
        t->full = true;
        return;
    }
    k = emit(c, kind, at);
    if (!k)
        return;
    if (kind == EX_TK_STRING)
        t->encoded |= ex_literal_is_encoded(raw);
    if (t->plain || kind == EX_TK_NUMBER) {
        if (raw.n)
            memcpy(t->text + t->n_text, raw.p, raw.n);
        k->n = (uint32_t)raw.n;
    } else {
        k->n = (uint32_t)ex_literal_decode(t->text + t->n_text, raw);
        t->changed |= k->n != raw.n;
    }
    t->n_text += k->n;
}

/* The end of the literal that begins at c->i with @quote: the offset of the closing quote.
 * SIZE_MAX when its line ends before. */
static size_t literal_end(struct scan *c, uint8_t quote)
{
    bool in_class = false;

    for (size_t i = c->i + 1; i < c->s.n; i++) {
        const uint8_t b = c->s.p[i];

        if (b == '\\') {
            i += quote != '/' && i + 2 < c->s.n && c->s.p[i + 1] == '\r' && c->s.p[i + 2] == '\n'
                     ? 2
                     : 1;
        } else if (b == '\n' || b == '\r') {
            break;
        } else if (quote == '/' && b == '[') {
            in_class = true;
        } else if (quote == '/' && b == ']') {
            in_class = false;
        } else if (b == quote && !in_class) {
            return i;
        }
    }
    c->n_open++;
    return SIZE_MAX;
}

/*
 * A quote whose line ends before it is closed is no literal; what follows is looked at as code,
 * so that nothing hides behind it. Searching costs a line each time, so after some of them
 * the rest of the line goes.
 */
static void string(struct scan *c)
{
    const size_t at = c->i;
    size_t end = c->n_open < OPEN_MAX ? literal_end(c, c->s.p[at]) : SIZE_MAX;

    if (end != SIZE_MAX) {
        with_text(c, EX_TK_STRING, ex_span_part(c->s, at + 1, end - at - 1), at);
        c->i = end + 1;
        return;
    }
    c->i++;
    if (c->n_open < OPEN_MAX)
        return;
    while (c->i < c->s.n && !line_end(c->s, c->i))
        c->i++;
}

/* A fixed part of a template, up to its end or to "${". */
static void template_part(struct scan *c)
{
    const size_t at = c->i;
    size_t i = at;

    while (i < c->s.n && c->s.p[i] != '`' &&
           !(c->s.p[i] == '$' && i + 1 < c->s.n && c->s.p[i + 1] == '{' &&
             c->n_templates < TEMPLATES_MAX))
        i += c->s.p[i] == '\\' && i + 1 < c->s.n ? 2 : 1;
    with_text(c, EX_TK_STRING, ex_span_part(c->s, at, i - at), at);
    if (i < c->s.n && c->s.p[i] == '$') {
        punct(c, '+', i);
        punct(c, '(', i);
        c->templates[c->n_templates++] = c->braces;
        i++; /* and the brace below */
    }
    c->i = i + 1;
}

/* "\\u{70}": the bytes of an escape with braces at @i, or 0. */
static size_t braced(struct ex_span s, size_t i)
{
    const struct ex_span rest = ex_span_part(s, i, 12);
    const uint8_t *end =
        rest.n > 3 && memcmp(rest.p, "\\u{", 3) == 0 ? memchr(rest.p, '}', rest.n) : NULL;

    return end ? (size_t)(end - rest.p) + 1 : 0;
}

static void name(struct scan *c)
{
    const size_t at = c->i;

    while (c->i < c->s.n && is_name(c->s.p[c->i]) && !blank(c->s, c->i) && !line_end(c->s, c->i)) {
        const size_t escape = c->s.p[c->i] == '\\' ? braced(c->s, c->i) : 0;

        c->i += escape ? escape : 1;
    }
    with_text(c, EX_TK_NAME, ex_span_part(c->s, at, c->i - at), at);
}

static void number(struct scan *c)
{
    const size_t at = c->i;

    while (c->i < c->s.n && (is_digit(c->s.p[c->i]) || c->s.p[c->i] == '.' || c->s.p[c->i] == '_' ||
                             ((c->s.p[c->i] | 0x20) >= 'a' && (c->s.p[c->i] | 0x20) <= 'z')))
        c->i++;
    with_text(c, EX_TK_NUMBER, ex_span_part(c->s, at, c->i - at), at);
}

/* A slash divides after a value, and begins a regular expression elsewhere. */
static bool regex_may_begin(const struct scan *c)
{
    static const char *const words[] = { "return", "typeof", "case",  "in",   "of",
                                         "delete", "void",   "throw", "new",  "instanceof",
                                         "else",   "do",     "yield", "await" };
    const struct ex_tokens *t = c->t;
    const struct ex_token *last = t->n ? &t->at[t->n - 1] : NULL;

    if (!last)
        return true;
    if (last->kind == EX_TK_NAME) {
        for (size_t i = 0; i < N_OF(words); i++)
            if (ex_span_eq(ex_token_text(t, t->n - 1), words[i]))
                return true;
        return false;
    }
    if (last->kind != EX_TK_PUNCT)
        return false;
    return last->op == ')' ? c->after_head : last->op != ']';
}

static bool comment(struct scan *c)
{
    const struct ex_span rest = ex_span_part(c->s, c->i, c->s.n);
    const uint8_t *end;

    if (rest.n >= 2 && memcmp(rest.p, "/*", 2) == 0) {
        end = rest.n > 2 ? memmem(rest.p + 2, rest.n - 2, "*/", 2) : NULL;
        const size_t n = end ? (size_t)(end - rest.p) + 2 : rest.n;

        c->newline |= memchr(rest.p, '\n', n) || memchr(rest.p, '\r', n);
        c->i += n;
        return true;
    }
    if (!(rest.n >= 2 && memcmp(rest.p, "//", 2) == 0) &&
        !(rest.n >= 4 && memcmp(rest.p, "<!--", 4) == 0) &&
        !(rest.n >= 3 && memcmp(rest.p, "-->", 3) == 0 && (c->newline || c->t->n == 0)))
        return false;
    while (c->i < c->s.n && !line_end(c->s, c->i))
        c->i++;
    return true;
}

/* After a block a slash begins a regular expression, after an object it divides: the text
 * between two of them is read as code, too. */
static void slash(struct scan *c)
{
    const size_t at = c->i;
    const bool doubtful = ex_token_is(c->t, c->t->n - 1, '}');
    size_t end = SIZE_MAX;

    if (regex_may_begin(c) && c->n_open < OPEN_MAX)
        end = literal_end(c, '/');
    if (end == SIZE_MAX) {
        punct(c, '/', at);
        c->i++;
        return;
    }
    with_text(c, EX_TK_REGEX, ex_span_part(c->s, at + 1, doubtful ? end - at - 1 : 0), at);
    if (doubtful)
        ex_tokens_more(c->t, c->t->n - 1);
    c->i = end + 1;
    while (c->i < c->s.n && (c->s.p[c->i] | 0x20) >= 'a' && (c->s.p[c->i] | 0x20) <= 'z')
        c->i++; /* flags */
}

static void bracket(struct scan *c, uint8_t b)
{
    static const char *const heads[] = { "if", "for", "while", "with" };
    const struct ex_tokens *t = c->t;

    if (b == '(') {
        bool head = false;

        for (size_t i = 0; i < N_OF(heads); i++)
            head |= t->n && ex_token_name_is(t, t->n - 1, heads[i]);
        if (c->n_parens < PARENS_MAX)
            c->head[c->n_parens] = head;
        c->n_parens++;
    } else if (b == ')' && c->n_parens > 0) {
        c->n_parens--;
        c->after_head = c->n_parens < PARENS_MAX && c->head[c->n_parens];
    } else if (b == '{') {
        c->braces++;
    } else if (b == '}' && c->n_templates > 0 && c->templates[c->n_templates - 1] == c->braces) {
        c->n_templates--;
        punct(c, ')', c->i);
        punct(c, '+', c->i);
        c->i++;
        template_part(c);
        return;
    } else if (b == '}' && c->braces > 0) {
        c->braces--;
    }
    punct(c, b, c->i++);
}

static void operator(struct scan *c)
{
    static const struct {
        char text[5];
        uint8_t op;
    } rows[] = {
        /* longer ones first */
        { "===", EX_OP_EQUAL }, { "!==", EX_OP_EQUAL }, { "...", 0 },
        { "&&=", '=' },         { "||=", '=' },         { "\?\?=", '=' },
        { "=>", EX_OP_ARROW },  { "==", EX_OP_EQUAL },  { "!=", EX_OP_EQUAL },
        { "<=", EX_OP_EQUAL },  { ">=", EX_OP_EQUAL },  { "+=", EX_OP_ADD_TO },
        { "-=", EX_OP_OTHER },  { "*=", EX_OP_OTHER },  { "/=", EX_OP_OTHER },
        { "&&", EX_OP_LOGIC },  { "||", EX_OP_LOGIC },  { "\?\?", EX_OP_LOGIC },
        { "++", EX_OP_OTHER },  { "--", EX_OP_OTHER },  { "?.", '.' },
    };
    const size_t at = c->i;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const size_t n = strlen(rows[i].text);

        if (c->s.n - at < n || memcmp(c->s.p + at, rows[i].text, n) != 0)
            continue;
        c->i += n;
        if (rows[i].op == '.' && c->i < c->s.n && (c->s.p[c->i] == '[' || c->s.p[c->i] == '('))
            return; /* x?.[y] is x[y] here */
        if (rows[i].op)
            punct(c, rows[i].op, at);
        return;
    }
    punct(c, c->s.p[at], at);
    c->i++;
}

static void step(struct scan *c)
{
    const uint8_t b = c->s.p[c->i];
    const size_t end = line_end(c->s, c->i), gap = blank(c->s, c->i);

    if (end || gap) {
        c->newline |= end > 0;
        c->i += end + gap;
    } else if (comment(c)) {
        return;
    } else if (b == '"' || b == '\'') {
        string(c);
    } else if (b == '`') {
        c->i++;
        template_part(c);
    } else if (b == '/') {
        slash(c);
    } else if (is_digit(b) || (b == '.' && c->i + 1 < c->s.n && is_digit(c->s.p[c->i + 1]))) {
        number(c);
    } else if (is_name(b)) {
        name(c);
    } else if (strchr("(){}", b) && b) {
        bracket(c, b);
    } else {
        operator(c);
    }
}

void ex_tokens_read(struct ex_tokens *t, struct ex_span script, uint32_t source)
{
    struct scan c = { .t = t, .s = script, .source = source, .newline = true };

    t->n = 0;
    while (c.i < script.n && !t->full)
        step(&c);
}

void ex_tokens_more(struct ex_tokens *t, size_t i)
{
    const struct ex_token *k = i < t->n ? &t->at[i] : NULL;

    if (!k || k->n == 0)
        return;
    if (t->n_more == EX_MORE_MAX) {
        t->full = true;
        return;
    }
    t->more[t->n_more++] = (struct ex_more){ k->at, k->n, k->source };
}
