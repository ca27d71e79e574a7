// SPDX-License-Identifier: MIT
#ifndef CORE_NAME_H
#define CORE_NAME_H

#include "exprobe/target.h"

/**
 * As ex_name_check(); *why says in words what is wrong and what to do, or is
 * NULL for EX_OK. The words are static.
 */
EX_MUSTUSE enum ex_status ex_name_explain(char name[static EX_NAME_SIZE], const char **why);

/**
 * What is wrong with the ASCII bytes of @s as a name, in words; NULL when each
 * of them may stand in one. Bytes from 0x80 on are IDNA's business.
 */
const char *ex_name_bad_ascii(struct ex_span s);

#endif
