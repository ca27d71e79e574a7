// SPDX-License-Identifier: MIT
/* Words through which one script of a page hands the password to another. */
#include "logon/walk.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { TAKES_MAX = 2048 /* tokens; calls within calls are looked at once for each */ };

static void add_link(uint32_t list[EX_SCRIPT_LINKS], uint32_t hash)
{
    for (size_t i = 0; i < EX_SCRIPT_LINKS; i++) {
        if (list[i] == hash)
            return;
        if (list[i] == 0) {
            list[i] = hash;
            return;
        }
    }
}

/* The hash of a word that other scripts can see, or 0. */
static uint32_t global_hash(struct ex_walk *w, size_t i)
{
    static const char *const common[] = { "$",    "console", "document", "event",
                                          "gbid", "jQuery",  "this",     "window" };
    const struct ex_span s = ex_token_text(&w->tokens, i);
    const struct ex_lexeme *e = ex_lexicon_find(&w->names, &w->tokens, s);

    return !s.n || (e && e->local) || ex_word_in(s, common, N_OF(common)) ? 0 : ex_word_hash(s);
}

void ex_walk_gives(struct ex_walk *w, size_t i)
{
    const uint32_t hash = global_hash(w, i);

    if (hash)
        add_link(w->out->gives, hash);
}

void ex_walk_takes(struct ex_walk *w, size_t from, size_t to)
{
    const struct ex_tokens *t = &w->tokens;

    for (size_t i = from; i < to && i - from < TAKES_MAX && w->out->takes[EX_SCRIPT_LINKS - 1] == 0;
         i++) {
        const bool word = t->at[i].kind == EX_TK_NAME && !(i && ex_token_is(t, i - 1, '.')) &&
                          !ex_token_is(t, i + 1, ':');
        const uint32_t hash = word ? global_hash(w, i) : 0;

        if (hash)
            add_link(w->out->takes, hash);
    }
}
