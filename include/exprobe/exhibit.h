// SPDX-License-Identifier: MIT
#ifndef EXPROBE_EXHIBIT_H
#define EXPROBE_EXHIBIT_H

#include "exprobe/exchange.h"

enum { EX_EXCERPT_SIZE = 512, EX_EXHIBIT_HEADERS = 2048, EX_SHA256_TEXT = 65 };

/**
 * One answer as it is kept for the owner: enough to find it again in the server's
 * logs and to prove later that the same bytes were seen. Server text is raw.
 */
struct ex_exhibit {
    struct ex_exhibit *next; /**< of the same host */
    int64_t at_unix_ms;      /**< when the request was sent */
    int status;
    bool body_cut;               /**< longer than what was read: sha256 is of the part that was */
    uint32_t body_bytes;         /**< read */
    char sha256[EX_SHA256_TEXT]; /**< of the body as read, lower-case hex */
    char path[160];              /**< as sent */
    uint16_t n_excerpt;
    uint8_t excerpt[EX_EXCERPT_SIZE]; /**< the first bytes of the body */
    char headers[EX_EXHIBIT_HEADERS]; /**< "Name: value\n" each, in wire order, cut at a line */
};

#endif
