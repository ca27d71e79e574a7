// SPDX-License-Identifier: MIT
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include "core/cur.h"

enum { EX_UTF8_BAD = -1, EX_BYTE_ORDER_MARK = 0xfeff };

/**
 * Read one code point, RFC 3629 section 4: no overlong forms, no surrogates,
 * nothing above U+10FFFF. At least one byte must be left.
 *
 * Returns: the code point, or EX_UTF8_BAD with one byte read.
 */
static inline int32_t ex_utf8_next(struct ex_cur *c)
{
    static const struct {
        uint8_t first_min, first_max, n_more, second_min, second_max;
    } forms[] = {
        { 0xc2, 0xdf, 1, 0x80, 0xbf }, { 0xe0, 0xe0, 2, 0xa0, 0xbf }, { 0xe1, 0xec, 2, 0x80, 0xbf },
        { 0xed, 0xed, 2, 0x80, 0x9f }, { 0xee, 0xef, 2, 0x80, 0xbf }, { 0xf0, 0xf0, 3, 0x90, 0xbf },
        { 0xf1, 0xf3, 3, 0x80, 0xbf }, { 0xf4, 0xf4, 3, 0x80, 0x8f },
    };
    const uint8_t first = ex_cur_u8(c);

    if (first < 0x80)
        return first;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const unsigned n_more = forms[i].n_more;
        int32_t value = first & (0x3f >> n_more);

        if (first < forms[i].first_min || first > forms[i].first_max)
            continue;
        if (c->left < n_more || c->p[0] < forms[i].second_min || c->p[0] > forms[i].second_max)
            return EX_UTF8_BAD;
        for (unsigned k = 0; k < n_more; k++) {
            if ((c->p[k] & 0xc0) != 0x80)
                return EX_UTF8_BAD;
            value = value << 6 | (c->p[k] & 0x3f);
        }
        ex_cur_take(c, n_more);
        return value;
    }
    return EX_UTF8_BAD;
}

/** C0, DEL and C1: what can move a cursor or end a line. */
static inline bool ex_is_control(int32_t code_point)
{
    return (code_point >= 0 && code_point < 0x20) || (code_point >= 0x7f && code_point < 0xa0);
}

#endif
