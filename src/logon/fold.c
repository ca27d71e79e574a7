// SPDX-License-Identifier: MIT
/*
 * Put together what was taken apart. Tokens are shifted one by one to the front of their own
 * array, and after each the end of what was shifted is looked at:
 *
 *   "a" + "b"                                "ab"
 *   ("a")                                    "a"
 *   x["y"]                                   x.y
 *   ["a", "b"].join("-")                     "a-b"
 *   "ba".split("").reverse().join("")        "ab"
 *   String.fromCharCode(97, 98)              "ab"
 *   atob("..."), unescape("..."), decodeURIComponent("...")
 *   v = "a"; ... v ...                       "a"
 *   v = ["a", "b"]; ... v[1] ...             "b"
 */
#include "logon/lexicon.h"
#include "logon/literal.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { LIST_MAX = 512, CONSTANT_MAX = 4096, NUMBER_DIGITS = 8 };

struct fold {
    struct ex_tokens *t;
    struct ex_lexicon *names;
    size_t w; /* tokens shifted; t->at[0 .. w) */
};

/* The @back-th token from the end of what was shifted, 1 being the last. */
static const struct ex_token *last(const struct fold *f, size_t back)
{
    return back <= f->w ? &f->t->at[f->w - back] : NULL;
}

static bool is(const struct fold *f, size_t back, uint8_t op)
{
    const struct ex_token *k = last(f, back);

    return k && k->kind == EX_TK_PUNCT && k->op == op;
}

static bool kind_is(const struct fold *f, size_t back, enum ex_token_kind kind)
{
    const struct ex_token *k = last(f, back);

    return k && k->kind == kind;
}

static struct ex_span text(const struct fold *f, size_t back)
{
    const struct ex_token *k = last(f, back);

    return k ? (struct ex_span){ f->t->text + k->at, k->n } : (struct ex_span){ 0 };
}

static bool named(const struct fold *f, size_t back, const char *word)
{
    return kind_is(f, back, EX_TK_NAME) && ex_span_eq(text(f, back), word);
}

/* @n bytes at the end of the text, to be filled; NULL when there is no room. */
static uint8_t *room(struct fold *f, size_t n)
{
    if (n > EX_TEXT_MAX - f->t->n_text) {
        f->t->full = true;
        return NULL;
    }
    return f->t->text + f->t->n_text;
}

/* The last @n tokens become one string of @bytes at the end of the text. */
static void replace(struct fold *f, size_t n, size_t bytes)
{
    struct ex_token k = f->t->at[f->w - n];

    k.kind = EX_TK_STRING;
    k.op = 0;
    k.at = (uint32_t)f->t->n_text;
    k.n = (uint32_t)bytes;
    f->t->n_text += bytes;
    f->t->changed = true;
    f->w -= n;
    f->t->at[f->w++] = k;
}

/* Append @s to the text; the caller has made sure of the room. */
static void append(struct ex_tokens *t, size_t *n, struct ex_span s)
{
    if (s.n)
        memcpy(t->text + t->n_text + *n, s.p, s.n);
    *n += s.n;
}

static void join(struct fold *f)
{
    struct ex_tokens *t = f->t;

    while (kind_is(f, 1, EX_TK_STRING) && is(f, 2, '+') && kind_is(f, 3, EX_TK_STRING)) {
        struct ex_token *a = &t->at[f->w - 3];
        const struct ex_token *b = last(f, 1);
        size_t n = 0;

        if (a->at + a->n == b->at) { /* neighbours in the script */
            a->n += b->n;
        } else if (a->at + a->n == t->n_text) { /* it was put together before */
            if (!room(f, b->n))
                return;
            append(t, &n, text(f, 1));
            a->n += b->n;
            t->n_text += n;
        } else {
            if (!room(f, (size_t)a->n + b->n))
                return;
            append(t, &n, text(f, 3));
            append(t, &n, text(f, 1));
            a->at = (uint32_t)t->n_text;
            a->n = (uint32_t)n;
            t->n_text += n;
        }
        f->w -= 2;
        t->changed = true;
    }
}

static bool looks_like_code(struct ex_span s)
{
    return s.n && (memchr(s.p, '(', s.n) || (memchr(s.p, '=', s.n) && memchr(s.p, ';', s.n)));
}

/* The last token is a string: what it is when it is base64. */
static void from_base64(struct fold *f, size_t n_tokens, size_t back)
{
    const struct ex_span s = text(f, back);
    uint8_t *to = room(f, s.n);
    const size_t n = to ? ex_literal_base64(to, s) : 0;

    if (!n)
        return;
    replace(f, n_tokens, n);
    if (looks_like_code(text(f, 1)))
        ex_tokens_more(f->t, f->w - 1);
}

/* "...".split("").reverse().join("") at the end. */
static bool reverse(struct fold *f)
{
    static const char ends[] = ")s(n.)(n.)s(n.s"; /* from the last token on: s string, n name */
    struct ex_span s;
    uint8_t *to;

    if (!named(f, 4, "join") || !named(f, 8, "reverse") || !named(f, 13, "split"))
        return false;
    for (size_t i = 0; ends[i]; i++)
        if (!(ends[i] == 's'   ? kind_is(f, i + 1, EX_TK_STRING)
              : ends[i] == 'n' ? kind_is(f, i + 1, EX_TK_NAME)
                               : is(f, i + 1, (uint8_t)ends[i])))
            return false;
    s = text(f, strlen(ends));
    to = text(f, 2).n == 0 && text(f, 11).n == 0 ? room(f, s.n) : NULL;
    if (!to)
        return false;
    for (size_t i = 0; i < s.n; i++)
        to[i] = s.p[s.n - 1 - i];
    replace(f, strlen(ends), s.n);
    return true;
}

/* The tokens of "[ x , y ]" that end @back from the end, when all elements are of @kind; the
 * number of elements in *n. 0: it is no such list. */
static size_t list_tokens(const struct fold *f, size_t back, uint8_t open, enum ex_token_kind kind,
                          size_t *n)
{
    size_t i = back + 1;

    for (*n = 0; *n < LIST_MAX && kind_is(f, i, kind); (*n)++) {
        if (is(f, i + 1, open)) {
            (*n)++;
            return i + 2 - back;
        }
        if (!is(f, i + 1, ','))
            return 0;
        i += 2;
    }
    return 0;
}

/* ["a", "b"].join("-") at the end. */
static bool join_list(struct fold *f)
{
    struct ex_tokens *t = f->t;
    const struct ex_span glue = text(f, 2);
    size_t n, n_tokens, bytes = 0;

    if (!kind_is(f, 2, EX_TK_STRING) || !is(f, 3, '(') || !named(f, 4, "join") || !is(f, 5, '.') ||
        !is(f, 6, ']'))
        return false;
    n_tokens = list_tokens(f, 6, '[', EX_TK_STRING, &n);
    if (!n_tokens)
        return false;
    for (size_t i = 0; i < n; i++) { /* elements stand two apart, the first farthest back */
        const struct ex_span s = text(f, 6 + 2 * n - 1 - 2 * i);

        if (!room(f, bytes + s.n + glue.n))
            return false;
        if (i)
            append(t, &bytes, glue);
        append(t, &bytes, s);
    }
    replace(f, n_tokens + 5, bytes);
    return true;
}

static uint32_t number(struct ex_span s)
{
    const bool hex = s.n > 2 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x';
    uint32_t v = 0;

    for (size_t i = hex ? 2 : 0; i < s.n && i < NUMBER_DIGITS; i++) {
        const uint8_t c = s.p[i] | 0x20;

        if (s.p[i] >= '0' && s.p[i] <= '9')
            v = v * (hex ? 16 : 10) + (uint32_t)(s.p[i] - '0');
        else if (hex && c >= 'a' && c <= 'f')
            v = v * 16 + (uint32_t)(c - 'a' + 10);
        else
            break;
    }
    return v;
}

/* String.fromCharCode(97, 98) at the end. */
static bool from_codes(struct fold *f)
{
    size_t n, n_tokens, bytes = 0;

    if (!kind_is(f, 2, EX_TK_NUMBER))
        return false;
    n_tokens = list_tokens(f, 1, '(', EX_TK_NUMBER, &n);
    if (!n_tokens ||
        !(named(f, n_tokens + 1, "fromCharCode") || named(f, n_tokens + 1, "fromCodePoint")))
        return false;
    for (size_t i = 0; i < n; i++) {
        uint8_t *to = room(f, bytes + 4);

        if (!to)
            return false;
        bytes += ex_literal_utf8(to + bytes, number(text(f, 2 * n - 2 * i)));
    }
    n_tokens += is(f, n_tokens + 2, '.') ? 3 : 1; /* with its "String." */
    replace(f, n_tokens, bytes);
    return true;
}

/* atob("...") and the like at the end. */
static bool decoded_call(struct fold *f)
{
    static const char *const percent[] = { "unescape", "decodeURIComponent", "decodeURI" };
    const size_t n_tokens = is(f, 5, '.') && kind_is(f, 6, EX_TK_NAME) ? 6 : 4;
    const struct ex_span s = text(f, 2);
    uint8_t *to;

    if (!kind_is(f, 2, EX_TK_STRING) || !is(f, 3, '(') || !kind_is(f, 4, EX_TK_NAME))
        return false;
    if (named(f, 4, "atob")) {
        const size_t before = f->w;

        from_base64(f, n_tokens, 2);
        if (f->w != before)
            return true;
    }
    /* What was decoded on sight comes through an atob() as it is. */
    for (size_t i = 0; i < N_OF(percent) && !named(f, 4, "atob"); i++) {
        if (named(f, 4, percent[i]))
            break;
        if (i + 1 == N_OF(percent))
            return false;
    }
    to = room(f, s.n);
    if (!to)
        return false;
    if (s.n)
        memcpy(to, s.p, s.n);
    replace(f, n_tokens, ex_literal_percent(to, s.n));
    return true;
}

/* x["y"] is x.y: syntax, not hiding. */
static bool member(struct fold *f)
{
    struct ex_token *k;

    if (!is(f, 1, ']') || !kind_is(f, 2, EX_TK_STRING) || !is(f, 3, '[') || f->w < 4)
        return false;
    if (!kind_is(f, 4, EX_TK_NAME) && !is(f, 4, ')') && !is(f, 4, ']'))
        return false;
    k = &f->t->at[f->w - 3];
    k[1].kind = EX_TK_NAME;
    k->op = '.';
    f->w--;
    return true;
}

/* v[1] at the end, v being a list of literals. */
static bool element(struct fold *f)
{
    struct ex_lexeme *e;
    struct ex_token k;
    uint32_t at;

    if (!is(f, 1, ']') || !kind_is(f, 2, EX_TK_NUMBER) || !is(f, 3, '[') ||
        !kind_is(f, 4, EX_TK_NAME) || is(f, 5, '.'))
        return false;
    e = ex_lexicon_find(f->names, f->t, text(f, 4));
    at = number(text(f, 2));
    if (!e || at >= e->n_list)
        return false;
    k = f->t->at[e->list + 2 * at];
    if (k.kind != EX_TK_STRING) /* the list itself was put together since */
        return false;
    k.source = last(f, 4)->source;
    k.newline = last(f, 4)->newline;
    f->w -= 4;
    f->t->at[f->w++] = k;
    f->t->changed = true;
    return true;
}

/* ("a") at the end, unless it is the argument of a call. */
static bool group(struct fold *f)
{
    if (!is(f, 1, ')') || !kind_is(f, 2, EX_TK_STRING) || !is(f, 3, '(') ||
        kind_is(f, 4, EX_TK_NAME) || is(f, 4, ')') || is(f, 4, ']'))
        return false;
    f->t->at[f->w - 3] = f->t->at[f->w - 2];
    f->w -= 2;
    return true;
}

/* Is a token one that ends an expression before it? */
static bool ends_expression(const struct ex_token *k)
{
    if (k->kind != EX_TK_PUNCT)
        return k->newline;
    return strchr(";,)}", k->op) || (k->newline && !strchr("+.[(?", k->op));
}

/* v = "a" or v += "b" before the token @k that is shifted next. */
static void remember(struct fold *f, const struct ex_token *k)
{
    const bool more = is(f, 2, EX_OP_ADD_TO);
    struct ex_lexeme *e;

    if (!kind_is(f, 1, EX_TK_STRING) || !(is(f, 2, '=') || more) || !kind_is(f, 3, EX_TK_NAME) ||
        is(f, 4, '.') || !ends_expression(k) || text(f, 1).n > CONSTANT_MAX)
        return;
    e = ex_lexicon_add(f->names, f->t, f->w - 3);
    if (!e || (more && !e->is_text))
        return;
    if (more) {
        const struct ex_span before = { f->t->text + e->text_at, e->text_n };
        size_t n = 0;

        if (before.n > CONSTANT_MAX || !room(f, before.n + text(f, 1).n))
            return;
        append(f->t, &n, before);
        append(f->t, &n, text(f, 1));
        e->text_at = (uint32_t)f->t->n_text;
        e->text_n = (uint32_t)n;
        f->t->n_text += n;
        return;
    }
    e->is_text = true;
    e->text_at = last(f, 1)->at;
    e->text_n = last(f, 1)->n;
}

/* v = ["a", "b"] at the end. */
static void remember_list(struct fold *f)
{
    size_t n, n_tokens;
    struct ex_lexeme *e;

    if (!is(f, 1, ']'))
        return;
    n_tokens = list_tokens(f, 1, '[', EX_TK_STRING, &n);
    if (!n_tokens || !is(f, n_tokens + 1, '=') || !kind_is(f, n_tokens + 2, EX_TK_NAME))
        return;
    e = ex_lexicon_add(f->names, f->t, f->w - n_tokens - 2);
    if (!e)
        return;
    e->list = (uint32_t)(f->w - n_tokens + 1);
    e->n_list = (uint16_t)n;
}

/* A word that was set to a literal, where its value is used. */
static void substitute(struct fold *f, size_t next)
{
    static const char *const declares[] = { "var", "let", "const", "function" };
    const struct ex_tokens *t = f->t;
    struct ex_token *k = &f->t->at[f->w - 1];
    const struct ex_lexeme *e;

    if (k->kind != EX_TK_NAME || is(f, 2, '.'))
        return;
    if (ex_token_is(t, next, '=') || ex_token_is(t, next, EX_OP_ADD_TO) ||
        ex_token_is(t, next, '(') || ex_token_is(t, next, ':') || ex_token_is(t, next, EX_OP_ARROW))
        return;
    for (size_t i = 0; i < N_OF(declares); i++)
        if (named(f, 2, declares[i]))
            return;
    e = ex_lexicon_find(f->names, t, text(f, 1));
    if (!e || !e->is_text)
        return;
    k->kind = EX_TK_STRING;
    k->at = e->text_at;
    k->n = e->text_n;
    f->t->changed = true;
}

/* What is set to something else is no literal any more. */
static void forget(struct fold *f)
{
    struct ex_lexeme *e;

    if (!is(f, 1, '=') || !kind_is(f, 2, EX_TK_NAME) || is(f, 3, '.'))
        return;
    e = ex_lexicon_find(f->names, f->t, text(f, 2));
    if (e) {
        e->is_text = false;
        e->n_list = 0;
    }
}

static void reduce(struct fold *f)
{
    const struct ex_token *k = last(f, 1);

    if (k->kind == EX_TK_STRING) {
        if (k->n >= EX_BASE64_MIN)
            from_base64(f, 1, 1);
    } else if (k->kind != EX_TK_PUNCT) {
        return;
    } else if (k->op == ')') {
        if (!decoded_call(f) && !from_codes(f) && !join_list(f) && !reverse(f))
            group(f);
    } else if (k->op == ']') {
        if (!element(f))
            remember_list(f);
    } else {
        forget(f);
    }
    join(f);
}

void ex_tokens_fold(struct ex_tokens *t, struct ex_lexicon *names)
{
    struct fold f = { .t = t, .names = names };

    for (size_t i = 0; i < EX_LEXICON_MAX; i++)
        names->at[i].n_list = 0; /* of another piece of code */
    for (size_t r = 0; r < t->n; r++) {
        const struct ex_token k = t->at[r];

        if (!t->plain)
            remember(&f, &k);
        t->at[f.w++] = k;
        if (!t->plain) {
            substitute(&f, r + 1);
            reduce(&f);
        }
        member(&f);
    }
    t->n = f.w;
}
