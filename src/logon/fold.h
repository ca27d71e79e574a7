// SPDX-License-Identifier: MIT
#ifndef LOGON_FOLD_H
#define LOGON_FOLD_H

#include "logon/lexicon.h"

/* Between fold.c, that puts literals together, and constant.c, that remembers which words hold
 * them. What is asked for is counted from the end of what was shifted. */

struct ex_fold {
    struct ex_tokens *t;
    struct ex_lexicon *names;
    size_t w; /* tokens shifted; t->at[0 .. w) */
};

/* The @back-th token from the end of what was shifted, 1 being the last. */
static inline const struct ex_token *ex_fold_last(const struct ex_fold *f, size_t back)
{
    return back <= f->w ? &f->t->at[f->w - back] : NULL;
}

static inline bool ex_fold_is(const struct ex_fold *f, size_t back, uint8_t op)
{
    const struct ex_token *k = ex_fold_last(f, back);

    return k && k->kind == EX_TK_PUNCT && k->op == op;
}

static inline bool ex_fold_kind_is(const struct ex_fold *f, size_t back, enum ex_token_kind kind)
{
    const struct ex_token *k = ex_fold_last(f, back);

    return k && k->kind == kind;
}

static inline struct ex_span ex_fold_text(const struct ex_fold *f, size_t back)
{
    const struct ex_token *k = ex_fold_last(f, back);

    return k ? (struct ex_span){ f->t->text + k->at, k->n } : (struct ex_span){ 0 };
}

static inline bool ex_fold_named(const struct ex_fold *f, size_t back, const char *word)
{
    return ex_fold_kind_is(f, back, EX_TK_NAME) && ex_span_eq(ex_fold_text(f, back), word);
}

/** @n bytes at the end of the text, to be filled; NULL when there is no room. */
uint8_t *ex_fold_room(struct ex_fold *f, size_t n);

/** Append @s to the text behind *n bytes that are there; the caller has made sure of the room. */
void ex_fold_append(struct ex_tokens *t, size_t *n, struct ex_span s);

/**
 * The tokens of "[ x , y ]" that end @back from the end, when all elements are of @kind; the number
 * of elements in *n. 0: it is no such list.
 */
size_t ex_fold_list(const struct ex_fold *f, size_t back, uint8_t open, enum ex_token_kind kind,
                    size_t *n);

uint32_t ex_fold_number(struct ex_span s);

/** v[1] at the end, v being a list of literals, becomes the literal. */
bool ex_fold_element(struct ex_fold *f);

/** v = "a" or v += "b" before the token @k that is shifted next. */
void ex_fold_remember(struct ex_fold *f, const struct ex_token *k);

/** If a parameter list begins at token @next, that was not shifted yet: its words hold no literals,
 *  whatever was set to them elsewhere. */
void ex_fold_parameters(struct ex_fold *f, size_t next);

/** v = ["a", "b"] at the end. */
void ex_fold_remember_list(struct ex_fold *f);

/** A word that was set to a literal becomes it, where its value is used. @next: the token behind
 * it. */
void ex_fold_substitute(struct ex_fold *f, size_t next);

/** What is set to something else is no literal any more. */
void ex_fold_forget(struct ex_fold *f);

#endif
