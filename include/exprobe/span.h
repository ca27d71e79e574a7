// SPDX-License-Identifier: MIT
#ifndef EXPROBE_SPAN_H
#define EXPROBE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Borrowed bytes: never owned, never NUL-terminated, may be empty. */
struct ex_span {
    const uint8_t *p;
    size_t n;
};

/** The span over a C string, without its NUL. NULL gives the empty span. */
static inline struct ex_span ex_span_str(const char *s)
{
    return (struct ex_span){ (const uint8_t *)s, s ? strlen(s) : 0 };
}

/** The part [off, off + n) of @s, without ever adding the two numbers: a
 *  hostile length cannot wrap. Returns false when it does not lie inside. */
static inline bool ex_span_sub(struct ex_span s, size_t off, size_t n, struct ex_span *out)
{
    if (off > s.n || n > s.n - off)
        return false;
    *out = (struct ex_span){ n ? s.p + off : s.p, n };
    return true;
}

/** As ex_span_sub(), cut to what there is: empty when @off lies behind the end. */
static inline struct ex_span ex_span_part(struct ex_span s, size_t off, size_t n)
{
    struct ex_span out = { 0 };

    if (off <= s.n)
        ex_span_sub(s, off, n < s.n - off ? n : s.n - off, &out);
    return out;
}

/** Byte-wise equality with a C string. */
bool ex_span_eq(struct ex_span s, const char *text);

/** Equality with a C string, ASCII letters compared without case. */
bool ex_span_eq_nocase(struct ex_span s, const char *text);

/** @s starts with @text, ASCII letters compared without case. */
bool ex_span_starts_nocase(struct ex_span s, const char *text);

/** Offset of the first @text in @s, or SIZE_MAX. The search is linear in s.n * strlen(text). */
size_t ex_span_find(struct ex_span s, const char *text);

/** As ex_span_find(), ASCII letters compared without case. */
size_t ex_span_find_nocase(struct ex_span s, const char *text);

/** @s without leading and trailing blanks, tabs, CR and LF. */
struct ex_span ex_span_trim(struct ex_span s);

/**
 * Copy @s into the string @to of @size bytes, cut at a UTF-8 boundary when it
 * does not fit, always NUL-terminated. Bytes are not escaped: the writer does that.
 * An embedded NUL ends the copy.
 * Returns: false when something was cut off.
 */
bool ex_span_copy(char *to, size_t size, struct ex_span s);

#endif
