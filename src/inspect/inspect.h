// SPDX-License-Identifier: MIT
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

#include "inspect/html.h"
#include "inspect/signatures.h"

/** Everything that a hunt needs of libraries, for one thread. */
struct ex_inspect;

/** @s, @cat and @known (may be NULL) are borrowed.
 *  Returns: EX_OK, EX_ENOMEM. Owns: the caller. */
EX_MUSTUSE enum ex_status ex_inspect_new(struct ex_inspect **out, const struct ex_signatures *s,
                                         const struct ex_catalog *cat,
                                         const struct ex_known_good *known);

/** Borrowed, valid until ex_inspect_free(). */
const struct ex_inspector *ex_inspect_inspector(const struct ex_inspect *i);

/** NULL is fine. */
void ex_inspect_free(struct ex_inspect *i);

#endif
