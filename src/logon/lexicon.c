// SPDX-License-Identifier: MIT
#include "logon/lexicon.h"

void ex_lexicon_clear(struct ex_lexicon *names)
{
    memset(names, 0, sizeof(*names));
}

uint32_t ex_word_hash(struct ex_span word)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < word.n; i++)
        h = (h ^ word.p[i]) * 16777619u;
    return h;
}

/* The entry of @word, or the free one where it belongs: the table is never more than half full. */
static struct ex_lexeme *slot_of(struct ex_lexicon *names, const struct ex_tokens *t,
                                 struct ex_span word)
{
    size_t i = ex_word_hash(word) & (EX_LEXICON_MAX - 1);

    while (names->at[i].n &&
           !(names->at[i].n == word.n && memcmp(t->text + names->at[i].at, word.p, word.n) == 0))
        i = (i + 1) & (EX_LEXICON_MAX - 1);
    return &names->at[i];
}

struct ex_lexeme *ex_lexicon_find(struct ex_lexicon *names, const struct ex_tokens *t,
                                  struct ex_span word)
{
    struct ex_lexeme *e = word.n ? slot_of(names, t, word) : NULL;

    return e && e->n ? e : NULL;
}

struct ex_lexeme *ex_lexicon_add(struct ex_lexicon *names, const struct ex_tokens *t, size_t i)
{
    const struct ex_span word = ex_token_text(t, i);
    struct ex_lexeme *e = word.n ? slot_of(names, t, word) : NULL;

    if (!e || e->n)
        return e;
    if (names->n == EX_LEXICON_MAX / 2)
        return NULL;
    names->n++;
    e->at = t->at[i].at;
    e->n = t->at[i].n;
    return e;
}
