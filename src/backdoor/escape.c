// SPDX-License-Identifier: MIT
#include "backdoor/escape.h"

enum {
    REFERENCE_MAX = 8, /* bytes of "&#x002f;" */
};

static int digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* @n hex digits at @at that stand for an ASCII character, or -1. */
static int hex(struct ex_span s, size_t at, size_t n)
{
    int value = 0;

    if (at > s.n || n > s.n - at)
        return -1;
    for (size_t i = 0; i < n; i++) {
        const int d = digit_of(s.p[at + i]);

        if (d < 0)
            return -1;
        value = value * 16 + d;
        if (value > 0x7f)
            return -1;
    }
    return value;
}

/* RFC 3986 2.1; proxies that write an address into another one encode it twice. */
static struct ex_char percent(struct ex_span s, size_t at)
{
    const int once = hex(s, at + 1, 2);
    int twice;

    if (once < 0)
        return (struct ex_char){ '%', 1 };
    if (once != '%')
        return (struct ex_char){ (uint8_t)once, 3 };
    twice = hex(s, at + 3, 2);
    return twice < 0 ? (struct ex_char){ '%', 3 } : (struct ex_char){ (uint8_t)twice, 5 };
}

static struct ex_char number(struct ex_span s, size_t at)
{
    const bool is_hex = at + 2 < s.n && (s.p[at + 2] == 'x' || s.p[at + 2] == 'X');
    const size_t from = at + (is_hex ? 3 : 2);
    int value = 0;

    for (size_t i = from; i < s.n && i - at < REFERENCE_MAX; i++) {
        const int d = digit_of(s.p[i]);

        if (s.p[i] == ';' && i > from)
            return (struct ex_char){ (uint8_t)value, (uint8_t)(i - at + 1) };
        if (d < 0 || (!is_hex && d > 9))
            break;
        value = value * (is_hex ? 16 : 10) + d;
        if (value > 0x7f)
            break;
    }
    return (struct ex_char){ '&', 1 };
}

/* HTML 4.01 24, and &apos; of XHTML. */
static struct ex_char reference(struct ex_span s, size_t at)
{
    static const struct {
        const char *text;
        uint8_t ch;
    } names[] = {
        { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' }
    };

    if (at + 1 < s.n && s.p[at + 1] == '#')
        return number(s, at);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (ex_span_starts_nocase(ex_span_part(s, at, REFERENCE_MAX), names[i].text))
            return (struct ex_char){ names[i].ch, (uint8_t)strlen(names[i].text) };
    return (struct ex_char){ '&', 1 };
}

/* RFC 8259 7, ECMA-262 12.9.4. */
static struct ex_char backslash(struct ex_span s, size_t at)
{
    int value;

    if (at + 1 < s.n && s.p[at + 1] == '/')
        return (struct ex_char){ '/', 2 };
    if (at + 1 < s.n && s.p[at + 1] == 'u' && (value = hex(s, at + 2, 4)) >= 0)
        return (struct ex_char){ (uint8_t)value, 6 };
    if (at + 1 < s.n && s.p[at + 1] == 'x' && (value = hex(s, at + 2, 2)) >= 0)
        return (struct ex_char){ (uint8_t)value, 4 };
    return (struct ex_char){ '\\', 1 };
}

struct ex_char ex_char_at(struct ex_span s, size_t at)
{
    if (at >= s.n)
        return (struct ex_char){ 0, 0 };
    switch (s.p[at]) {
    case '%':
        return percent(s, at);
    case '&':
        return reference(s, at);
    case '\\':
        return backslash(s, at);
    default:
        return (struct ex_char){ s.p[at], 1 };
    }
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

size_t ex_spells(struct ex_span s, size_t at, struct ex_span text)
{
    size_t i = at;

    for (size_t k = 0; k < text.n; k++) {
        const struct ex_char c = ex_char_at(s, i);

        if (c.n == 0 || lower(c.ch) != lower(text.p[k]))
            return 0;
        i += c.n;
    }
    return i - at;
}
