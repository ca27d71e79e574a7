// SPDX-License-Identifier: MIT
#include "inspect/guard.h"

enum { ATTRIBUTES_MAX = 256 };

static bool is_letter(uint8_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '/' || (c >= '\t' && c <= '\r');
}

struct ex_span ex_guard_part(struct ex_span body)
{
    size_t tag = SIZE_MAX, n = 0;
    uint8_t quote = 0;

    for (size_t i = 0; i < body.n; i++) {
        const uint8_t c = body.p[i];

        if (tag == SIZE_MAX) {
            if (c == '<' && i + 1 < body.n && is_letter(body.p[i + 1])) {
                tag = i;
                n = 0;
            }
            continue;
        }
        if (quote) {
            quote = c == quote ? 0 : quote;
            n += !quote; /* what follows a quoted value is another attribute */
        } else if (c == '>') {
            tag = SIZE_MAX;
        } else if (c == '"' || c == '\'') {
            quote = body.p[i - 1] == '=' ? c : 0;
            n += !quote;
        } else if (is_blank(c) || c == '=') {
            n += is_blank(c) && !is_blank(body.p[i - 1]);
        }
        if (n > ATTRIBUTES_MAX)
            return ex_span_part(body, 0, tag);
    }
    return body;
}
