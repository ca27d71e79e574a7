// SPDX-License-Identifier: MIT
#ifndef CORE_CUR_H
#define CORE_CUR_H

#include "exprobe/span.h"

/**
 * Reader over bytes from outside. The first read past the end sets @bad for
 * good, and every later read yields zero or the empty span: a parser reads a
 * whole record and tests @bad once, so that no check can be forgotten half way.
 */
struct ex_cur {
    const uint8_t *p;
    size_t left; /**< bytes not read yet */
    bool bad;    /**< a read went past the end */
};

/** A reader over @s, which must outlive it. */
static inline struct ex_cur ex_cur_of(struct ex_span s)
{
    return (struct ex_cur){ .p = s.p, .left = s.n };
}

/** The next @n bytes, borrowed; the empty span when there are fewer. */
static inline struct ex_span ex_cur_take(struct ex_cur *c, size_t n)
{
    if (c->bad || n > c->left) {
        c->bad = true;
        return (struct ex_span){ 0 };
    }
    if (n == 0) /* p may be NULL here, and NULL + 0 is undefined */
        return (struct ex_span){ c->p, 0 };
    const struct ex_span s = { c->p, n };
    c->p += n;
    c->left -= n;
    return s;
}

/** Everything that is left, borrowed. */
static inline struct ex_span ex_cur_rest(struct ex_cur *c)
{
    return ex_cur_take(c, c->bad ? 0 : c->left);
}

/** The next byte without reading it, or -1 at the end. Never sets @bad. */
static inline int ex_cur_peek(const struct ex_cur *c)
{
    return c->bad || c->left == 0 ? -1 : c->p[0];
}

/** Read the next byte when it is @ch. Never sets @bad. */
static inline bool ex_cur_accept(struct ex_cur *c, uint8_t ch)
{
    if (ex_cur_peek(c) != ch)
        return false;
    ex_cur_take(c, 1);
    return true;
}

static inline uint8_t ex_cur_u8(struct ex_cur *c)
{
    const struct ex_span s = ex_cur_take(c, 1);
    return s.n ? s.p[0] : 0;
}

/** Little endian, as all of [MS-NLMP] is. */
static inline uint16_t ex_cur_le16(struct ex_cur *c)
{
    const struct ex_span s = ex_cur_take(c, 2);
    return s.n ? (uint16_t)(s.p[0] | s.p[1] << 8) : 0;
}

static inline uint32_t ex_cur_le32(struct ex_cur *c)
{
    const struct ex_span s = ex_cur_take(c, 4);
    return s.n ? (uint32_t)s.p[0] | (uint32_t)s.p[1] << 8 | (uint32_t)s.p[2] << 16 |
                     (uint32_t)s.p[3] << 24
               : 0;
}

static inline uint64_t ex_cur_le64(struct ex_cur *c)
{
    const struct ex_span s = ex_cur_take(c, 8);
    uint64_t v = 0;

    for (size_t i = s.n; i > 0; i--)
        v = v << 8 | s.p[i - 1];
    return v;
}

#endif
