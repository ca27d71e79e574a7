// SPDX-License-Identifier: MIT
#ifndef NET_HEAD_H
#define NET_HEAD_H

#include "exprobe/exchange.h"

/**
 * Cut a complete header block (status line, fields, empty line) into fields.
 * Folded lines (RFC 9112 5.2) become part of the value before them, as they are.
 *
 * Writes status, http10, reason, n_headers, headers_cut of *out, and spans into
 * @block to @fields. Pure.
 *
 * Returns: false when the status line is none; then status stays 0.
 */
bool ex_head_parse(struct ex_span block, struct ex_header fields[static EX_HEADERS_MAX],
                   struct ex_exchange *out);

#endif
