// SPDX-License-Identifier: MIT
#include "logon/fold.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { CONSTANT_MAX = 4096 };

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

/* v = "a" or v += "b" before the token @k that is shifted next. */
void ex_fold_remember(struct ex_fold *f, const struct ex_token *k)
{
    const bool more = ex_fold_is(f, 2, EX_OP_ADD_TO);
    struct ex_lexeme *e;

    if (!ex_fold_kind_is(f, 1, EX_TK_STRING) || !(ex_fold_is(f, 2, '=') || more) ||
        !ex_fold_kind_is(f, 3, EX_TK_NAME) || ex_fold_is(f, 4, '.') || !ends_expression(k) ||
        ex_fold_text(f, 1).n > CONSTANT_MAX)
        return;
    e = ex_lexicon_add(f->names, f->t, f->w - 3);
    if (!e || (more && !e->is_text))
        return;
    if (more) {
        const struct ex_span before = { f->t->text + e->text_at, e->text_n };
        size_t n = 0;

        if (before.n > CONSTANT_MAX || !ex_fold_room(f, before.n + ex_fold_text(f, 1).n))
            return;
        ex_fold_append(f->t, &n, before);
        ex_fold_append(f->t, &n, ex_fold_text(f, 1));
        e->text_at = (uint32_t)f->t->n_text;
        e->text_n = (uint32_t)n;
        f->t->n_text += n;
        return;
    }
    e->is_text = true;
    e->text_at = ex_fold_last(f, 1)->at;
    e->text_n = ex_fold_last(f, 1)->n;
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

/* A word that was set to a literal, where its value is used. */
void ex_fold_substitute(struct ex_fold *f, size_t next)
{
    static const char *const declares[] = { "var", "let", "const", "function" };
    const struct ex_tokens *t = f->t;
    struct ex_token *k = &f->t->at[f->w - 1];
    const struct ex_lexeme *e;

    if (k->kind != EX_TK_NAME || ex_fold_is(f, 2, '.'))
        return;
    if (ex_token_is(t, next, '=') || ex_token_is(t, next, EX_OP_ADD_TO) ||
        ex_token_is(t, next, '(') || ex_token_is(t, next, ':') || ex_token_is(t, next, EX_OP_ARROW))
        return;
    for (size_t i = 0; i < N_OF(declares); i++)
        if (ex_fold_named(f, 2, declares[i]))
            return;
    e = ex_lexicon_find(f->names, t, ex_fold_text(f, 1));
    if (!e || !e->is_text)
        return;
    k->kind = EX_TK_STRING;
    k->at = e->text_at;
    k->n = e->text_n;
    f->t->changed = true;
}

/* What is set to something else is no literal any more. */
void ex_fold_forget(struct ex_fold *f)
{
    struct ex_lexeme *e;

    if (!ex_fold_is(f, 1, '=') || !ex_fold_kind_is(f, 2, EX_TK_NAME) || ex_fold_is(f, 3, '.'))
        return;
    e = ex_lexicon_find(f->names, f->t, ex_fold_text(f, 2));
    if (e) {
        e->is_text = false;
        e->n_list = 0;
    }
}
