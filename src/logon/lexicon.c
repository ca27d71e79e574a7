// SPDX-License-Identifier: MIT
#include "logon/lexicon.h"

void ex_lexicon_clear(struct ex_lexicon *names)
{
    if (++names->round == 0) { /* after 2^32 scripts, entries of the first would come back */
        memset(names->at, 0, sizeof(names->at));
        names->round = 1;
    }
    names->n = 0;
    names->full = false;
}

uint32_t ex_word_hash(struct ex_span word)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < word.n; i++)
        h = (h ^ word.p[i]) * 16777619u;
    return h;
}

/* The entry of @word, or the free one where it belongs; NULL when there is none near. */
static struct ex_lexeme *slot_of(struct ex_lexicon *names, const struct ex_tokens *t,
                                 struct ex_span word)
{
    size_t i = ex_word_hash(word);

    for (int probe = 0; probe < EX_LEXICON_PROBES; probe++, i++) {
        struct ex_lexeme *e = &names->at[i & (EX_LEXICON_MAX - 1)];

        if (e->round != names->round ||
            (e->n == word.n && memcmp(t->text + e->at, word.p, word.n) == 0))
            return e;
    }
    return NULL;
}

struct ex_lexeme *ex_lexicon_find(struct ex_lexicon *names, const struct ex_tokens *t,
                                  struct ex_span word)
{
    struct ex_lexeme *e = word.n ? slot_of(names, t, word) : NULL;

    return e && e->round == names->round ? e : NULL;
}

struct ex_lexeme *ex_lexicon_add(struct ex_lexicon *names, const struct ex_tokens *t, size_t i)
{
    const struct ex_span word = ex_token_text(t, i);
    struct ex_lexeme *e = word.n ? slot_of(names, t, word) : NULL;

    if (e && e->round == names->round)
        return e;
    if (!e || names->n == EX_LEXICON_MAX / 2) {
        names->full |= word.n > 0;
        return NULL;
    }
    names->n++;
    *e = (struct ex_lexeme){ .at = t->at[i].at, .n = t->at[i].n, .round = names->round };
    return e;
}
