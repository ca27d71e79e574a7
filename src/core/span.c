// SPDX-License-Identifier: MIT
#include "exprobe/span.h"

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool same_nocase(const uint8_t *a, const uint8_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

bool ex_span_eq(struct ex_span s, const char *text)
{
    const size_t n = strlen(text);

    return s.n == n && (n == 0 || memcmp(s.p, text, n) == 0);
}

bool ex_span_eq_nocase(struct ex_span s, const char *text)
{
    size_t i = 0;

    /* Most names differ in their first letter: to count the letters of all first costs more. */
    while (i < s.n && text[i] && lower(s.p[i]) == lower((uint8_t)text[i]))
        i++;
    return i == s.n && !text[i];
}

bool ex_span_starts_nocase(struct ex_span s, const char *text)
{
    const size_t n = strlen(text);

    return s.n >= n && same_nocase(s.p, (const uint8_t *)text, n);
}

size_t ex_span_find(struct ex_span s, const char *text)
{
    const size_t n = strlen(text);

    if (n == 0)
        return 0;
    for (size_t i = 0; i < s.n && n <= s.n - i; i++) {
        const uint8_t *hit = memchr(s.p + i, text[0], s.n - i - (n - 1));

        if (!hit)
            return SIZE_MAX;
        if (memcmp(hit, text, n) == 0)
            return (size_t)(hit - s.p);
        i = (size_t)(hit - s.p);
    }
    return SIZE_MAX;
}

size_t ex_span_find_nocase(struct ex_span s, const char *text)
{
    const size_t n = strlen(text);
    uint8_t first;

    if (n == 0)
        return 0;
    first = lower((uint8_t)text[0]);
    for (size_t i = 0; i < s.n && n <= s.n - i; i++)
        if (lower(s.p[i]) == first && same_nocase(s.p + i, (const uint8_t *)text, n))
            return i;
    return SIZE_MAX;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct ex_span ex_span_trim(struct ex_span s)
{
    while (s.n > 0 && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* How much of the first @n bytes stays when a cut there must not fall inside a
 * UTF-8 sequence (RFC 3629: a lead byte and at most three of the form 10xxxxxx). */
static size_t utf8_floor(const uint8_t *p, size_t n)
{
    size_t back = 0;

    while (back < 3 && back < n && (p[n - back] & 0xc0) == 0x80)
        back++;
    /* Not a sequence after all: cut where asked, the writer replaces bad bytes. */
    return back > 0 && (p[n - back] & 0xc0) == 0xc0 ? n - back : n;
}

bool ex_span_copy(char *to, size_t size, struct ex_span s)
{
    const uint8_t *nul = s.n ? memchr(s.p, 0, s.n) : NULL;
    size_t n = nul ? (size_t)(nul - s.p) : s.n;
    const bool whole = n < size;

    if (size == 0)
        return false;
    if (!whole)
        n = utf8_floor(s.p, size - 1);
    if (n > 0)
        memcpy(to, s.p, n);
    to[n] = '\0';
    return whole;
}
