// SPDX-License-Identifier: MIT
#ifndef OUT_SIGNS_H
#define OUT_SIGNS_H

#include "exprobe/result.h"

/* Signs of an intruder in words: what was asked, what stood out, and no more than that. Nothing
 * here ever says "clean". Server text stays raw. Pure. */

enum { EX_SIGNS_SIZE = 384 };

/** "none of 38 known locations answered (names of tier 1)", "not looked for: ...", ... Returns
 *  @to. */
char *ex_signs_backdoor(char to[static EX_SIGNS_SIZE], const struct ex_result *r);

/** "6 of 6 scripts are known, and nothing else stands out", ... Returns @to. */
char *ex_signs_logon(char to[static EX_SIGNS_SIZE], const struct ex_result *r);

/** What stands out at one place: the title of its signature, or how the answer differs. */
const char *ex_signs_suspect(const struct ex_suspect *s);

/** What is wrong with a logon page as a clause: features, where they send, or what else makes it
 *  worth a look. Returns @to. */
char *ex_signs_page(char to[static EX_SIGNS_SIZE], const struct ex_logon_page *page);

#endif
