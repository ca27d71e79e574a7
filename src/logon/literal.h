// SPDX-License-Identifier: MIT
#ifndef LOGON_LITERAL_H
#define LOGON_LITERAL_H

#include "exprobe/span.h"

/**
 * Decode the escapes of a string literal (ECMA-262 12.9.4: \xNN, \uNNNN, \u{N}, octal, line
 * continuations), then %NN and %uNNNN. @to has room for raw.n bytes; nothing grows.
 * Returns: the bytes written, UTF-8.
 */
size_t ex_literal_decode(uint8_t *to, struct ex_span raw);

/** Decode only %NN and %uNNNN, in place. Returns: the new length. */
size_t ex_literal_percent(uint8_t *s, size_t n);

/** @code as UTF-8 at @to, which has room for 3 bytes (4 from 0x10000 on). Returns: bytes. */
size_t ex_literal_utf8(uint8_t *to, uint32_t code);

/** Nothing but encoded data, and EX_ENCODED_MIN bytes or more of it. @raw is as written. */
bool ex_literal_is_encoded(struct ex_span raw);

/**
 * Decode base64 (padding may be missing, the URL alphabet counts) when the result is readable
 * text. @to has room for s.n bytes.
 * Returns: the bytes written, 0 when it is not base64 of text.
 */
size_t ex_literal_base64(uint8_t *to, struct ex_span s);

#endif
