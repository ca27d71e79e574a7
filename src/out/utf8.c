// SPDX-License-Identifier: MIT
#include "out/utf8.h"

#include <stdio.h>

enum { ONE_MAX = 17 }; /* four bytes as \xNN, and a NUL */

size_t ex_utf8_put(char to[static 4], int32_t cp)
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

bool ex_utf8_is_unsafe(int32_t cp)
{
    /* Unicode's format characters (category Cf) that change the order of what is around them,
     * or are there without being seen; its separators of lines; what is no character. */
    static const struct {
        int32_t first, last;
    } ranges[] = {
        { 0xad, 0xad },     { 0x61c, 0x61c },     { 0x180e, 0x180e }, { 0x200b, 0x200f },
        { 0x2028, 0x202e }, { 0x2060, 0x206f },   { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },
        { 0xfffe, 0xffff }, { 0xe0000, 0xe007f },
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last)
            return true;
    return ex_is_control(cp);
}

/* What one character becomes; @from is what it was read from. */
typedef size_t char_fn(char to[static ONE_MAX], int32_t cp, struct ex_span from);

static size_t convert(char *to, size_t size, struct ex_span raw, char_fn *of_char)
{
    struct ex_cur c = ex_cur_of(raw);
    size_t used = 0;

    if (size == 0)
        return 0;
    while (c.left > 0) {
        const uint8_t *from = c.p;
        const int32_t cp = ex_utf8_next(&c);
        char one[ONE_MAX];
        const size_t n = of_char(one, cp, (struct ex_span){ from, (size_t)(c.p - from) });

        if (n >= size - used)
            break;
        memcpy(to + used, one, n);
        used += n;
    }
    to[used] = '\0';
    return used;
}

static size_t visible_char(char to[static ONE_MAX], int32_t cp, struct ex_span from)
{
    (void)from;
    if (cp == EX_UTF8_BAD)
        cp = EX_UTF8_REPLACEMENT;
    if (!ex_utf8_is_unsafe(cp))
        return ex_utf8_put(to, cp);
    return (size_t)snprintf(to, ONE_MAX, cp < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)cp);
}

size_t ex_utf8_visible(char *to, size_t size, struct ex_span raw)
{
    return convert(to, size, raw, visible_char);
}

/* What is no safe character goes byte by byte. */
static size_t escaped_char(char to[static ONE_MAX], int32_t cp, struct ex_span from)
{
    size_t n = 0;

    if (cp == '\\')
        return (size_t)snprintf(to, ONE_MAX, "\\\\");
    if (cp != EX_UTF8_BAD && !ex_utf8_is_unsafe(cp))
        return ex_utf8_put(to, cp);
    for (size_t i = 0; i < from.n; i++)
        n += (size_t)snprintf(to + n, ONE_MAX - n, "\\x%02x", from.p[i]);
    return n;
}

size_t ex_utf8_escape(char *to, size_t size, struct ex_span raw)
{
    return convert(to, size, raw, escaped_char);
}
