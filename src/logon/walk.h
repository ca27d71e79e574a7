// SPDX-License-Identifier: MIT
#ifndef LOGON_WALK_H
#define LOGON_WALK_H

#include "logon/script.h"

/* Between the files of the walk: visit.c goes over the tokens, operand.c reads words,
 * call.c and set.c judge calls and assignments, sent.c the addresses. */

#define EX_BIT(h) (1u << (h))

/** The innermost frame. */
static inline struct ex_frame *ex_walk_top(struct ex_walk *w)
{
    return &w->frames[w->n_frames - 1];
}

/** Note feature @f at token @i. */
void ex_walk_feature(struct ex_walk *w, enum ex_feature f, size_t i);

/** An operand of this kind ends at token @i. */
void ex_walk_gain(struct ex_walk *w, enum ex_holds h, size_t i);

/** The word of token @i stands for @h from now on. */
void ex_walk_set_word(struct ex_walk *w, uint32_t i, enum ex_holds h);

/** The script hands the password to the global word of token @i. */
void ex_walk_gives(struct ex_walk *w, size_t i);

/** The script loads what the literal of token @i names. */
void ex_walk_loads(struct ex_walk *w, size_t i);

/** All words of the tokens [@from, @to) are sent somewhere. */
void ex_walk_takes(struct ex_walk *w, size_t from, size_t to);

/** What follows is what the function around it gives. */
void ex_walk_return(struct ex_walk *w);

/** What is set from now on in the innermost frame: the word of token @i, a member of @base. */
void ex_walk_begin_set(struct ex_walk *w, enum ex_sets what, enum ex_holds base, uint32_t i);

/** .value (or .val()) of @base is read at token @i. Returns what it gives. */
enum ex_holds ex_walk_read(struct ex_walk *w, enum ex_holds base, size_t i);

void ex_walk_word(struct ex_walk *w, size_t i);    /**< operand.c: a name */
void ex_walk_assign(struct ex_walk *w, size_t i);  /**< set.c: "=" or "+=" */
void ex_walk_end_set(struct ex_walk *w, size_t i); /**< set.c: the statement ends before @i */
/** call.c: the call whose frame @f ends at @i. Returns what it gives. */
enum ex_holds ex_walk_call(struct ex_walk *w, const struct ex_frame *f, size_t i);
/** call.c: the call that begins: are its strings addresses that something is sent to? */
bool ex_walk_is_sink(const struct ex_walk *w, struct ex_span callee, enum ex_holds base);
/** set.c: .action is set to what [first, computed] say. */
void ex_walk_action(struct ex_walk *w, enum ex_holds base, uint32_t first, bool computed, size_t i);
void ex_walk_listener(struct ex_walk *w, enum ex_holds base, size_t i); /**< call.c: of keys */
void ex_walk_visit(struct ex_walk *w);                                  /**< visit.c: all tokens */
void ex_walk_sent(struct ex_walk *w); /**< sent.c: addresses in strings */

bool ex_word_is_password(struct ex_span s); /**< names the password field */
bool ex_word_is_user(struct ex_span s);
bool ex_word_in(struct ex_span s, const char *const *sorted, size_t n);

/** Marks of strings, in ex_token.op: addresses of a sink, and such that something is sent to. */
enum { EX_STRING_SINK = 1, EX_STRING_SENT = 2 };

#endif
