// SPDX-License-Identifier: MIT
#ifndef CORE_BASE64_H
#define CORE_BASE64_H

#include "exprobe/span.h"
#include "exprobe/status.h"

/**
 * Decode RFC 4648 base64: the standard alphabet, padding needed, nothing else in between.
 *
 * Returns: EX_OK with *n bytes in @to; EX_ESYNTAX; EX_ERANGE when they do not fit into @size.
 */
EX_MUSTUSE enum ex_status ex_base64_decode(struct ex_span s, uint8_t *to, size_t size, size_t *n);

/** The value of a character of the standard alphabet, RFC 4648 table 1, or -1. */
int ex_base64_value(uint8_t c);

#endif
