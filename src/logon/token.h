// SPDX-License-Identifier: MIT
#ifndef LOGON_TOKEN_H
#define LOGON_TOKEN_H

#include "exprobe/span.h"

/*
 * JavaScript as far as it is needed to see what a script touches: words, literals and
 * operators, without comments (ECMA-262 chapter 12, and its annex B for "<!--"). Nothing is
 * parsed. Time and memory are linear in the text.
 */

enum ex_token_kind {
    EX_TK_NAME,   /* identifiers and keywords, \u decoded */
    EX_TK_STRING, /* decoded; also the fixed parts of templates */
    EX_TK_NUMBER,
    EX_TK_REGEX, /* its text is left out */
    EX_TK_PUNCT
};

/* Operators of more than one character that matter; the others are their character. */
enum {
    EX_OP_EQUAL = 'e',  /* == === != !== <= >= */
    EX_OP_ARROW = 'a',  /* => */
    EX_OP_ADD_TO = 'p', /* += */
    EX_OP_LOGIC = 'l',  /* && || ?? */
    EX_OP_OTHER = 'o'
};

struct ex_token {
    uint32_t at; /* in ex_tokens.text */
    uint32_t n;
    uint32_t source; /* where it stands in the script */
    uint8_t kind;
    uint8_t op;   /* of EX_TK_PUNCT */
    bool newline; /* first of its line */
};

enum {
    EX_TOKENS_MAX = 96 * 1024, /* a body of 64 KiB and what is decoded in it */
    EX_TEXT_MAX = 256 * 1024,
    EX_MORE_MAX = 16,     /* pieces of code in literals that are looked at */
    EX_ENCODED_MIN = 200, /* bytes of a literal of nothing but encoded data */
    EX_BASE64_MIN = 16    /* bytes of a literal that may be base64 */
};

/** A piece of @text that is code as well. */
struct ex_more {
    uint32_t at, n, source;
};

struct ex_tokens {
    size_t n;
    size_t n_text;
    size_t n_more;
    bool plain;   /* in: take literals as they are written */
    bool full;    /* out: a table was full, the rest was left out */
    bool changed; /* out: decoding or joining changed something */
    bool encoded; /* out: a literal is EX_ENCODED_MIN bytes of encoded data */
    struct ex_more more[EX_MORE_MAX];
    struct ex_token at[EX_TOKENS_MAX];
    uint8_t text[EX_TEXT_MAX];
};

/**
 * Read the tokens of @script into @t->at, from index 0 on; texts are added to @t->text, so that
 * earlier ones stay valid. @source is added to the place of every token.
 */
void ex_tokens_read(struct ex_tokens *t, struct ex_span script, uint32_t source);

/** The text of token @i; empty beyond the end. Valid until t->n_text is set back. */
static inline struct ex_span ex_token_text(const struct ex_tokens *t, size_t i)
{
    return i < t->n ? (struct ex_span){ t->text + t->at[i].at, t->at[i].n } : (struct ex_span){ 0 };
}

static inline bool ex_token_is(const struct ex_tokens *t, size_t i, uint8_t op)
{
    return i < t->n && t->at[i].kind == EX_TK_PUNCT && t->at[i].op == op;
}

static inline bool ex_token_kind_is(const struct ex_tokens *t, size_t i, enum ex_token_kind k)
{
    return i < t->n && t->at[i].kind == k;
}

static inline bool ex_token_name_is(const struct ex_tokens *t, size_t i, const char *name)
{
    return ex_token_kind_is(t, i, EX_TK_NAME) && ex_span_eq(ex_token_text(t, i), name);
}

/**
 * Join what was taken apart: "a" + "b", ["a", "b"].join(""), "ab".split("").reverse().join(""),
 * String.fromCharCode(97, 98), variables and arrays that hold literals; x["y"] becomes x.y;
 * base64 is decoded once. Does nothing but x["y"] when t->plain. See logon/fold.c.
 */
struct ex_lexicon;
void ex_tokens_fold(struct ex_tokens *t, struct ex_lexicon *names);

/** Remember the literal @i as code that is to be read, too. */
void ex_tokens_more(struct ex_tokens *t, size_t i);

#endif
