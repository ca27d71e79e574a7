// SPDX-License-Identifier: MIT
#ifndef LOGON_LEXICON_H
#define LOGON_LEXICON_H

#include "logon/token.h"

/* What is known of the words of one script. There are no scopes: a word that held a field
 * of the form once is taken to hold it always. */

enum {
    EX_LEXICON_MAX = 4096, /* a power of two; half of it is used */
    EX_LEXICON_PROBES = 64 /* words chosen to collide cost no more than this */
};

struct ex_lexeme {
    uint32_t at, n;    /* the word, in ex_tokens.text */
    uint32_t round;    /* of the lexicon it belongs to; another one: free */
    uint8_t holds;     /* enum ex_holds of logon/script.h */
    bool local;        /* a parameter, or declared within a function */
    bool codes;        /* another name for String.fromCharCode */
    bool is_member;    /* a member of that name was set to an address: text_at, text_n */
    bool is_parameter; /* of some function: it holds no literal, whatever it is set to */
    bool is_text;      /* it was set to a literal */
    uint32_t text_at, text_n;
    uint32_t list;   /* it was set to a list of literals: token of the first */
    uint32_t pass;   /* in which that list stands */
    uint16_t n_list; /* how many */
};

/** Zeroed once; then ex_lexicon_clear() empties it without touching the entries. */
struct ex_lexicon {
    uint32_t round;
    uint32_t pass; /* piece of code that is read */
    bool full;     /* out: there was no room for a word */
    size_t n;
    struct ex_lexeme at[EX_LEXICON_MAX];
};

void ex_lexicon_clear(struct ex_lexicon *names);

/** The entry of a word, or NULL. */
struct ex_lexeme *ex_lexicon_find(struct ex_lexicon *names, const struct ex_tokens *t,
                                  struct ex_span word);

/** The entry of token @i, made if there is none; NULL when the table is full. */
struct ex_lexeme *ex_lexicon_add(struct ex_lexicon *names, const struct ex_tokens *t, size_t i);

/** FNV-1a, 32 bits. */
uint32_t ex_word_hash(struct ex_span word);

#endif
