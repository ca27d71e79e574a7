// SPDX-License-Identifier: MIT
#ifndef CORE_TAGS_H
#define CORE_TAGS_H

#include "exprobe/target.h"

/**
 * Add the tag @word ("key=value") to @t: `address` sets the pin, everything
 * else is packed into t->tags. Keys are lower-cased; a key may be given once.
 * The kind and address of @t must be known.
 *
 * Returns: EX_OK; EX_ESYNTAX, EX_ERANGE with @err naming the word and the remedy.
 *          On failure @t is unchanged.
 */
EX_MUSTUSE enum ex_status ex_tags_add(struct ex_target *t, struct ex_span word,
                                      struct ex_error *err);

#endif
