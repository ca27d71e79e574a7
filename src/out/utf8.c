// SPDX-License-Identifier: MIT
#include "out/utf8.h"

#include <stdio.h>

/* Well-formed sequences, Unicode 15 table 3-7: the lead bytes, and the range of the second
 * byte. Overlong forms, surrogates and numbers above U+10FFFF are kept out by that range;
 * all later bytes are 80..BF. */
static const struct lead {
    uint8_t first, last;
    uint8_t n; /* bytes in all */
    uint8_t second_min, second_max;
} leads[] = {
    { 0xc2, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
    { 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf }, { 0xf0, 0xf0, 4, 0x90, 0xbf },
    { 0xf1, 0xf3, 4, 0x80, 0xbf }, { 0xf4, 0xf4, 4, 0x80, 0x8f },
};

static const struct lead *lead_of(uint8_t byte)
{
    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
        if (byte >= leads[i].first && byte <= leads[i].last)
            return &leads[i];
    return NULL;
}

size_t ex_utf8_next(struct ex_span s, uint32_t *cp)
{
    const struct lead *lead;
    uint32_t value;

    if (s.p[0] < 0x80) {
        *cp = s.p[0];
        return 1;
    }
    *cp = EX_UTF8_BAD;
    lead = lead_of(s.p[0]);
    if (!lead)
        return 1;
    value = s.p[0] & (0xffu >> (lead->n + 1));
    for (size_t i = 1; i < lead->n; i++) {
        const uint8_t min = i == 1 ? lead->second_min : 0x80;
        const uint8_t max = i == 1 ? lead->second_max : 0xbf;

        if (i >= s.n || s.p[i] < min || s.p[i] > max)
            return i;
        value = value << 6 | (s.p[i] & 0x3fu);
    }
    *cp = value;
    return lead->n;
}

size_t ex_utf8_put(char to[static 4], uint32_t cp)
{
    static const uint8_t marks[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    const size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

    for (size_t i = n; i > 1; i--) {
        to[i - 1] = (char)(0x80 | (cp & 0x3f));
        cp >>= 6;
    }
    to[0] = (char)(marks[n] | cp);
    return n;
}

bool ex_utf8_is_unsafe(uint32_t cp)
{
    /* C0, DEL and C1; ALM; LRM and RLM; the two separators and the embeddings; the isolates. */
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        { 0x00, 0x1f },     { 0x7f, 0x9f },     { 0x61c, 0x61c },
        { 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last)
            return true;
    return false;
}

/* One character as it may be printed; returns its length. */
static size_t visible_char(char to[static 8], uint32_t cp)
{
    if (!ex_utf8_is_unsafe(cp))
        return ex_utf8_put(to, cp);
    return (size_t)snprintf(to, 8, cp < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)cp);
}

size_t ex_utf8_visible(char *to, size_t size, struct ex_span raw)
{
    size_t used = 0;

    if (size == 0)
        return 0;
    while (raw.n > 0) {
        char one[8];
        uint32_t cp;
        const size_t read = ex_utf8_next(raw, &cp);
        const size_t n = visible_char(one, cp);

        if (n >= size - used)
            break;
        memcpy(to + used, one, n);
        used += n;
        raw = (struct ex_span){ raw.p + read, raw.n - read };
    }
    to[used] = '\0';
    return used;
}
