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

#include "logon/fold.h"

#include "logon/literal.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { LIST_MAX = 512, NUMBER_DIGITS = 8 };

/* @n bytes at the end of the text, to be filled; NULL when there is no room. */
uint8_t *ex_fold_room(struct ex_fold *f, size_t n)
{
    if (n > EX_TEXT_MAX - f->t->n_text) {
        f->t->full = true;
        return NULL;
    }
    return f->t->text + f->t->n_text;
}

/* The last @n tokens become one string of @bytes at the end of the text. */
static void replace(struct ex_fold *f, size_t n, size_t bytes)
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
void ex_fold_append(struct ex_tokens *t, size_t *n, struct ex_span s)
{
    if (s.n)
        memcpy(t->text + t->n_text + *n, s.p, s.n);
    *n += s.n;
}

static void join(struct ex_fold *f)
{
    struct ex_tokens *t = f->t;

    while (ex_fold_kind_is(f, 1, EX_TK_STRING) && ex_fold_is(f, 2, '+') &&
           ex_fold_kind_is(f, 3, EX_TK_STRING)) {
        struct ex_token *a = &t->at[f->w - 3];
        const struct ex_token *b = ex_fold_last(f, 1);
        size_t n = 0;

        if (a->at + a->n == b->at) { /* neighbours in the script */
            a->n += b->n;
        } else if (a->at + a->n == t->n_text) { /* it was put together before */
            if (!ex_fold_room(f, b->n))
                return;
            ex_fold_append(t, &n, ex_fold_text(f, 1));
            a->n += b->n;
            t->n_text += n;
        } else {
            if (!ex_fold_room(f, (size_t)a->n + b->n))
                return;
            ex_fold_append(t, &n, ex_fold_text(f, 3));
            ex_fold_append(t, &n, ex_fold_text(f, 1));
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
static void from_base64(struct ex_fold *f, size_t n_tokens, size_t back)
{
    const struct ex_span s = ex_fold_text(f, back);
    uint8_t *to = ex_fold_room(f, s.n);
    const size_t n = to ? ex_literal_base64(to, s) : 0;

    if (!n)
        return;
    replace(f, n_tokens, n);
    if (looks_like_code(ex_fold_text(f, 1)))
        ex_tokens_more(f->t, f->w - 1);
}

/* "...".split("").reverse().join("") at the end. */
static bool reverse(struct ex_fold *f)
{
    static const char ends[] = ")s(n.)(n.)s(n.s"; /* from the last token on: s string, n name */
    struct ex_span s;
    uint8_t *to;

    if (!ex_fold_named(f, 4, "join") || !ex_fold_named(f, 8, "reverse") ||
        !ex_fold_named(f, 13, "split"))
        return false;
    for (size_t i = 0; ends[i]; i++)
        if (!(ends[i] == 's'   ? ex_fold_kind_is(f, i + 1, EX_TK_STRING)
              : ends[i] == 'n' ? ex_fold_kind_is(f, i + 1, EX_TK_NAME)
                               : ex_fold_is(f, i + 1, (uint8_t)ends[i])))
            return false;
    s = ex_fold_text(f, strlen(ends));
    to = ex_fold_text(f, 2).n == 0 && ex_fold_text(f, 11).n == 0 ? ex_fold_room(f, s.n) : NULL;
    if (!to)
        return false;
    for (size_t i = 0; i < s.n; i++)
        to[i] = s.p[s.n - 1 - i];
    replace(f, strlen(ends), s.n);
    return true;
}

/* The tokens of "[ x , y ]" that end @back from the end, when all elements are of @kind; the
 * number of elements in *n. 0: it is no such list. */
size_t ex_fold_list(const struct ex_fold *f, size_t back, uint8_t open, enum ex_token_kind kind,
                    size_t *n)
{
    size_t i = back + 1;

    for (*n = 0; *n < LIST_MAX && ex_fold_kind_is(f, i, kind); (*n)++) {
        if (ex_fold_is(f, i + 1, open)) {
            (*n)++;
            return i + 2 - back;
        }
        if (!ex_fold_is(f, i + 1, ','))
            return 0;
        i += 2;
    }
    return 0;
}

/* ["a", "b"].join("-") at the end. */
static bool join_list(struct ex_fold *f)
{
    struct ex_tokens *t = f->t;
    const struct ex_span glue = ex_fold_text(f, 2);
    size_t n, n_tokens, bytes = 0;

    if (!ex_fold_kind_is(f, 2, EX_TK_STRING) || !ex_fold_is(f, 3, '(') ||
        !ex_fold_named(f, 4, "join") || !ex_fold_is(f, 5, '.') || !ex_fold_is(f, 6, ']'))
        return false;
    n_tokens = ex_fold_list(f, 6, '[', EX_TK_STRING, &n);
    if (!n_tokens)
        return false;
    for (size_t i = 0; i < n; i++) { /* elements stand two apart, the first farthest back */
        const struct ex_span s = ex_fold_text(f, 6 + 2 * n - 1 - 2 * i);

        if (!ex_fold_room(f, bytes + s.n + glue.n))
            return false;
        if (i)
            ex_fold_append(t, &bytes, glue);
        ex_fold_append(t, &bytes, s);
    }
    replace(f, n_tokens + 5, bytes);
    return true;
}

uint32_t ex_fold_number(struct ex_span s)
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

static bool is_from_codes(struct ex_fold *f, size_t back)
{
    const struct ex_lexeme *e;

    if (ex_fold_named(f, back, "fromCharCode") || ex_fold_named(f, back, "fromCodePoint"))
        return true;
    e = ex_fold_kind_is(f, back, EX_TK_NAME)
            ? ex_lexicon_find(f->names, f->t, ex_fold_text(f, back))
            : NULL;
    return e && e->codes;
}

/* String.fromCharCode(97, 98) at the end. */
static bool from_codes(struct ex_fold *f)
{
    size_t n, n_tokens, bytes = 0;

    if (!ex_fold_kind_is(f, 2, EX_TK_NUMBER))
        return false;
    n_tokens = ex_fold_list(f, 1, '(', EX_TK_NUMBER, &n);
    if (!n_tokens || !is_from_codes(f, n_tokens + 1))
        return false;
    for (size_t i = 0; i < n; i++) {
        uint8_t *to = ex_fold_room(f, bytes + 4);

        if (!to)
            return false;
        bytes += ex_literal_utf8(to + bytes, ex_fold_number(ex_fold_text(f, 2 * n - 2 * i)));
    }
    n_tokens += ex_fold_is(f, n_tokens + 2, '.') ? 3 : 1; /* with its "String." */
    replace(f, n_tokens, bytes);
    return true;
}

/* atob("...") and the like at the end. */
static bool decoded_call(struct ex_fold *f)
{
    static const char *const percent[] = { "unescape", "decodeURIComponent", "decodeURI" };
    const size_t n_tokens = ex_fold_is(f, 5, '.') && ex_fold_kind_is(f, 6, EX_TK_NAME) ? 6 : 4;
    const struct ex_span s = ex_fold_text(f, 2);
    uint8_t *to;

    if (!ex_fold_kind_is(f, 2, EX_TK_STRING) || !ex_fold_is(f, 3, '(') ||
        !ex_fold_kind_is(f, 4, EX_TK_NAME))
        return false;
    if (ex_fold_named(f, 4, "atob")) {
        const size_t before = f->w;

        from_base64(f, n_tokens, 2);
        if (f->w != before)
            return true;
    }
    /* What was decoded on sight comes through an atob() as it is. */
    for (size_t i = 0; i < N_OF(percent) && !ex_fold_named(f, 4, "atob"); i++) {
        if (ex_fold_named(f, 4, percent[i]))
            break;
        if (i + 1 == N_OF(percent))
            return false;
    }
    to = ex_fold_room(f, s.n);
    if (!to)
        return false;
    if (s.n)
        memcpy(to, s.p, s.n);
    replace(f, n_tokens, ex_literal_percent(to, s.n));
    return true;
}

/* x["y"] is x.y: syntax, not hiding. */
static bool member(struct ex_fold *f)
{
    struct ex_token *k;

    if (!ex_fold_is(f, 1, ']') || !ex_fold_kind_is(f, 2, EX_TK_STRING) || !ex_fold_is(f, 3, '[') ||
        f->w < 4)
        return false;
    if (!ex_fold_kind_is(f, 4, EX_TK_NAME) && !ex_fold_is(f, 4, ')') && !ex_fold_is(f, 4, ']'))
        return false;
    k = &f->t->at[f->w - 3];
    k[1].kind = EX_TK_NAME;
    k->op = '.';
    f->w--;
    return true;
}

/* ("a") at the end, unless it is the argument of a call. */
static bool group(struct ex_fold *f)
{
    if (!ex_fold_is(f, 1, ')') || !ex_fold_kind_is(f, 2, EX_TK_STRING) || !ex_fold_is(f, 3, '(') ||
        ex_fold_kind_is(f, 4, EX_TK_NAME) || ex_fold_is(f, 4, ')') || ex_fold_is(f, 4, ']'))
        return false;
    f->t->at[f->w - 3] = f->t->at[f->w - 2];
    f->w -= 2;
    return true;
}

/* @written: the token stands so in the script, and was not looked at before. */
static void reduce(struct ex_fold *f, bool written)
{
    const struct ex_token *k = ex_fold_last(f, 1);

    if (k->kind == EX_TK_STRING) {
        if (written && k->n >= EX_BASE64_MIN)
            from_base64(f, 1, 1);
    } else if (k->kind != EX_TK_PUNCT) {
        return;
    } else if (k->op == ')') {
        if (!decoded_call(f) && !from_codes(f) && !join_list(f) && !reverse(f))
            group(f);
    } else if (k->op == ']') {
        if (!ex_fold_element(f))
            ex_fold_remember_list(f);
    } else {
        ex_fold_forget(f);
    }
    join(f);
}

void ex_tokens_fold(struct ex_tokens *t, struct ex_lexicon *names)
{
    struct ex_fold f = { .t = t, .names = names };

    names->pass++; /* lists of another piece of code do not stand here */
    for (size_t r = 0; r < t->n; r++) {
        const struct ex_token k = t->at[r];

        if (!t->plain) {
            ex_fold_remember(&f, &k);
            ex_fold_parameters(&f, r);
        }
        t->at[f.w++] = k;
        if (!t->plain) {
            ex_fold_substitute(&f, r + 1);
            reduce(&f, k.kind == EX_TK_STRING);
        }
        member(&f);
    }
    t->n = f.w;
}
