// SPDX-License-Identifier: MIT
#ifndef CORE_QUOTE_H
#define CORE_QUOTE_H

#include "exprobe/span.h"

enum { EX_QUOTE_SIZE = 112 }; /**< room for any quoted value and its NUL */

/**
 * A value for an error message: in double quotes, printable ASCII only. Quotes
 * and backslashes get a backslash, every other byte becomes \xNN. A long value
 * is cut, and its length in bytes follows.
 *
 * Returns: @to.
 */
char *ex_quote(char to[static EX_QUOTE_SIZE], struct ex_span s);

#endif
