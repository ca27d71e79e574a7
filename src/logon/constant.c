// SPDX-License-Identifier: MIT
#include "logon/fold.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { CONSTANT_MAX = 4096, PARAMETERS_MAX = 128, MEMBER_TOKENS_MAX = 9 };

/* v[1] at the end, v being a list of literals. */
bool ex_fold_element(struct ex_fold *f)
{
    struct ex_lexeme *e;
    struct ex_token k;
    uint32_t at;

    if (!ex_fold_is(f, 1, ']') || !ex_fold_kind_is(f, 2, EX_TK_NUMBER) || !ex_fold_is(f, 3, '[') ||
        !ex_fold_kind_is(f, 4, EX_TK_NAME) || ex_fold_is(f, 5, '.'))
        return false;
    e = ex_lexicon_find(f->names, f->t, ex_fold_text(f, 4));
    at = ex_fold_number(ex_fold_text(f, 2));
    if (!e || e->pass != f->names->pass || at >= e->n_list)
        return false;
    k = f->t->at[e->list + 2 * at];
    if (k.kind != EX_TK_STRING) /* the list itself was put together since */
        return false;
    k.source = ex_fold_last(f, 4)->source;
    k.newline = ex_fold_last(f, 4)->newline;
    f->w -= 4;
    f->t->at[f->w++] = k;
    f->t->changed = true;
    return true;
}

/* Is a token one that ends an expression before it? */
static bool ends_expression(const struct ex_token *k)
{
    if (k->kind != EX_TK_PUNCT)
        return k->newline;
    return strchr(";,)}", k->op) || (k->newline && !strchr("+.[(?", k->op));
}

/* Another name for String.fromCharCode. */
static void remember_codes(struct ex_fold *f)
{
    const size_t name = ex_fold_is(f, 2, '.') ? 5 : 3;
    struct ex_lexeme *e;

    if (!ex_fold_named(f, 1, "fromCharCode") || !ex_fold_is(f, name - 1, '=') ||
        !ex_fold_kind_is(f, name, EX_TK_NAME))
        return;
    e = ex_lexicon_add(f->names, f->t, f->w - name);
    if (e)
        e->codes = true;
}

/* Only addresses are worth it: what else members hold is too often set elsewhere. */
static bool is_address(struct ex_span s)
{
    return s.n > 1 && (s.p[0] == '/' || ex_span_starts_nocase(s, "http:") ||
                       ex_span_starts_nocase(s, "https:"));
}

/* v += "b" */
static void remember_more(struct ex_fold *f, struct ex_lexeme *e)
{
    const struct ex_span before = { f->t->text + e->text_at, e->text_n };
    size_t n = 0;

    if (!e->is_text || before.n > CONSTANT_MAX || !ex_fold_room(f, before.n + ex_fold_text(f, 1).n))
        return;
    ex_fold_append(f->t, &n, before);
    ex_fold_append(f->t, &n, ex_fold_text(f, 1));
    e->text_at = (uint32_t)f->t->n_text;
    e->text_n = (uint32_t)n;
    f->t->n_text += n;
}

void ex_fold_remember(struct ex_fold *f, const struct ex_token *k)
{
    const bool more = ex_fold_is(f, 2, EX_OP_ADD_TO), member = ex_fold_is(f, 4, '.');
    struct ex_lexeme *e;

    if (!ends_expression(k))
        return;
    remember_codes(f);
    if (!ex_fold_kind_is(f, 1, EX_TK_STRING) || !(ex_fold_is(f, 2, '=') || more) ||
        !ex_fold_kind_is(f, 3, EX_TK_NAME) || ex_fold_text(f, 1).n > CONSTANT_MAX)
        return;
    if (member && (more || !is_address(ex_fold_text(f, 1))))
        return;
    e = ex_lexicon_add(f->names, f->t, f->w - 3);
    if (!e || (e->is_parameter && !member))
        return;
    if (more) {
        remember_more(f, e);
        return;
    }
    e->is_text = !member;
    e->is_member = member;
    e->text_at = ex_fold_last(f, 1)->at;
    e->text_n = ex_fold_last(f, 1)->n;
}

/* The names of a parameter list hold no literals. */
static void mark(struct ex_fold *f, size_t from, size_t to)
{
    for (size_t i = from; i < to; i += 2) {
        struct ex_lexeme *e = ex_lexicon_add(f->names, f->t, i);

        if (!e)
            return;
        e->is_parameter = true;
        e->is_text = false;
    }
}

void ex_fold_parameters(struct ex_fold *f, size_t next)
{
    static const char *const heads[] = { "if", "while", "for", "switch", "with" };
    const struct ex_tokens *t = f->t;
    size_t end = next;

    if (ex_token_kind_is(t, next, EX_TK_NAME) && ex_token_is(t, next + 1, EX_OP_ARROW))
        mark(f, next, next + 1);
    if (!ex_token_is(t, next, '('))
        return;
    for (size_t i = 0; i < N_OF(heads); i++)
        if (ex_fold_named(f, 1, heads[i]))
            return;
    while (end - next < PARAMETERS_MAX && ex_token_kind_is(t, end + 1, EX_TK_NAME)) {
        end += 2;
        if (!ex_token_is(t, end, ','))
            break;
    }
    if (ex_token_is(t, end, ')') &&
        (ex_token_is(t, end + 1, '{') || ex_token_is(t, end + 1, EX_OP_ARROW)))
        mark(f, next + 1, end);
}

/* v = ["a", "b"] at the end. */
void ex_fold_remember_list(struct ex_fold *f)
{
    size_t n, n_tokens;
    struct ex_lexeme *e;

    if (!ex_fold_is(f, 1, ']'))
        return;
    n_tokens = ex_fold_list(f, 1, '[', EX_TK_STRING, &n);
    if (!n_tokens || !ex_fold_is(f, n_tokens + 1, '=') ||
        !ex_fold_kind_is(f, n_tokens + 2, EX_TK_NAME))
        return;
    e = ex_lexicon_add(f->names, f->t, f->w - n_tokens - 2);
    if (!e)
        return;
    e->list = (uint32_t)(f->w - n_tokens + 1);
    e->n_list = (uint16_t)n;
    e->pass = f->names->pass;
}

/* x.y.z at the end, z being a member that holds an address: the tokens of it, or 0. */
static size_t member_tokens(const struct ex_fold *f)
{
    size_t n = 1;

    while (n < MEMBER_TOKENS_MAX && ex_fold_is(f, n + 1, '.') &&
           ex_fold_kind_is(f, n + 2, EX_TK_NAME))
        n += 2;
    return n > 1 && !ex_fold_is(f, n + 1, '.') ? n : 0;
}

void ex_fold_substitute(struct ex_fold *f, size_t next)
{
    static const char *const declares[] = { "var", "let", "const", "function" };
    const struct ex_tokens *t = f->t;
    const bool member = ex_fold_is(f, 2, '.');
    const struct ex_lexeme *e;
    struct ex_token *k;
    size_t n = 1;

    if (!ex_fold_kind_is(f, 1, EX_TK_NAME) || ex_token_is(t, next, '=') ||
        ex_token_is(t, next, EX_OP_ADD_TO) || ex_token_is(t, next, '(') ||
        ex_token_is(t, next, ':') || ex_token_is(t, next, EX_OP_ARROW))
        return;
    for (size_t i = 0; i < N_OF(declares); i++)
        if (ex_fold_named(f, 2, declares[i]))
            return;
    e = ex_lexicon_find(f->names, t, ex_fold_text(f, 1));
    if (!e || !(member ? e->is_member : e->is_text))
        return;
    if (member)
        n = member_tokens(f);
    if (!n)
        return;
    f->w -= n - 1;
    k = &f->t->at[f->w - 1];
    k->kind = EX_TK_STRING;
    k->op = 0;
    k->at = e->text_at;
    k->n = e->text_n;
    f->t->changed |= !member;
}

/* What is set to something else is no literal any more. */
void ex_fold_forget(struct ex_fold *f)
{
    struct ex_lexeme *e;

    if (!ex_fold_is(f, 1, '=') || !ex_fold_kind_is(f, 2, EX_TK_NAME))
        return;
    e = ex_lexicon_find(f->names, f->t, ex_fold_text(f, 2));
    if (e && ex_fold_is(f, 3, '.')) {
        e->is_member = false;
    } else if (e) {
        e->is_text = false;
        e->n_list = 0;
    }
}
