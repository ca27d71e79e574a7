// SPDX-License-Identifier: MIT
#ifndef CORE_PUT_H
#define CORE_PUT_H

#include "exprobe/span.h"

/**
 * Writer of short ASCII texts into memory of the caller. Always NUL-terminated;
 * what does not fit is left out and @cut is set, never overrun.
 */
struct ex_put {
    char *at;    /**< the NUL */
    size_t left; /**< bytes that may still be written before the NUL */
    bool cut;
};

/** A writer over @size bytes at @to; @size is at least 1. */
static inline struct ex_put ex_put_of(char *to, size_t size)
{
    to[0] = '\0';
    return (struct ex_put){ .at = to, .left = size - 1 };
}

static inline void ex_put_ch(struct ex_put *w, char ch)
{
    if (w->left == 0) {
        w->cut = true;
        return;
    }
    *w->at++ = ch;
    *w->at = '\0';
    w->left--;
}

static inline void ex_put_bytes(struct ex_put *w, const char *s, size_t n)
{
    if (n > w->left) {
        n = w->left;
        w->cut = true;
    }
    memcpy(w->at, s, n);
    w->at += n;
    *w->at = '\0';
    w->left -= n;
}

static inline void ex_put_str(struct ex_put *w, const char *s)
{
    ex_put_bytes(w, s, strlen(s));
}

static inline void ex_put_dec(struct ex_put *w, uint64_t value)
{
    char digits[20];
    size_t n = 0;

    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (n > 0)
        ex_put_ch(w, digits[--n]);
}

/** Lower-case hex of at least @n_min digits. */
static inline void ex_put_hex(struct ex_put *w, uint32_t value, unsigned n_min)
{
    for (unsigned shift = 8; shift-- > 0;)
        if (value >> (4 * shift) != 0 || shift < n_min)
            ex_put_ch(w, "0123456789abcdef"[value >> (4 * shift) & 0xf]);
}

#endif
