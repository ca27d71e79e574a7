// SPDX-License-Identifier: MIT
#include "out/utf8.h"

#include "core/put.h"

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

static size_t convert(char *to, size_t size, struct ex_span raw, ex_utf8_one_fn *one_of)
{
    struct ex_cur c = ex_cur_of(raw);
    size_t used = 0;

    if (size == 0)
        return 0;
    while (c.left > 0) {
        char one[EX_UTF8_ONE_SIZE];
        const size_t n = one_of(one, &c);

        if (n >= size - used)
            break;
        memcpy(to + used, one, n);
        used += n;
    }
    to[used] = '\0';
    return used;
}

size_t ex_utf8_visible_one(char to[static EX_UTF8_ONE_SIZE], struct ex_cur *from)
{
    struct ex_put w;
    int32_t cp = ex_utf8_next(from);

    if (cp == EX_UTF8_BAD)
        cp = EX_UTF8_REPLACEMENT;
    if (!ex_utf8_is_unsafe(cp))
        return ex_utf8_put(to, cp);
    w = ex_put_of(to, EX_UTF8_ONE_SIZE);
    ex_put_str(&w, cp < 0x100 ? "\\x" : "\\u");
    ex_put_hex(&w, (uint32_t)cp, cp < 0x100 ? 2 : 4);
    return (size_t)(w.at - to);
}

size_t ex_utf8_visible(char *to, size_t size, struct ex_span raw)
{
    return convert(to, size, raw, ex_utf8_visible_one);
}

/* What is no safe character goes byte by byte. */
size_t ex_utf8_escape_one(char to[static EX_UTF8_ONE_SIZE], struct ex_cur *from)
{
    const uint8_t *first = from->p;
    const int32_t cp = ex_utf8_next(from);
    struct ex_put w;

    if (cp != '\\' && cp != EX_UTF8_BAD && !ex_utf8_is_unsafe(cp))
        return ex_utf8_put(to, cp);
    w = ex_put_of(to, EX_UTF8_ONE_SIZE);
    if (cp == '\\')
        ex_put_str(&w, "\\\\");
    else
        for (const uint8_t *p = first; p < from->p; p++) {
            ex_put_str(&w, "\\x");
            ex_put_hex(&w, *p, 2);
        }
    return (size_t)(w.at - to);
}

size_t ex_utf8_escape(char *to, size_t size, struct ex_span raw)
{
    return convert(to, size, raw, ex_utf8_escape_one);
}
