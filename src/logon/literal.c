// SPDX-License-Identifier: MIT
#include "logon/literal.h"

#include "core/base64.h"
#include "logon/token.h"

static int hex(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* @n hex digits at @at. Returns false when there are not that many. */
static bool hex_of(struct ex_span s, size_t at, size_t n, uint32_t *out)
{
    uint32_t v = 0;

    if (at > s.n || s.n - at < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        const int h = hex(s.p[at + i]);

        if (h < 0)
            return false;
        v = v << 4 | (uint32_t)h;
    }
    *out = v;
    return true;
}

size_t ex_literal_utf8(uint8_t *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (uint8_t)(0xc0 | code >> 6);
        to[1] = (uint8_t)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (uint8_t)(0xe0 | code >> 12);
        to[1] = (uint8_t)(0x80 | (code >> 6 & 63));
        to[2] = (uint8_t)(0x80 | (code & 63));
        return 3;
    }
    to[0] = (uint8_t)(0xf0 | (code >> 18 & 7));
    to[1] = (uint8_t)(0x80 | (code >> 12 & 63));
    to[2] = (uint8_t)(0x80 | (code >> 6 & 63));
    to[3] = (uint8_t)(0x80 | (code & 63));
    return 4;
}

/* "{1F600}" after \u: no more than six digits count. Returns the bytes read, 0 if it is none. */
static size_t braced(struct ex_span s, size_t at, uint32_t *code)
{
    size_t n = 0;
    uint32_t v = 0;

    if (at >= s.n || s.p[at] != '{')
        return 0;
    while (n < 6 && at + 1 + n < s.n && hex(s.p[at + 1 + n]) >= 0) {
        v = v << 4 | (uint32_t)hex(s.p[at + 1 + n]);
        n++;
    }
    if (n == 0 || at + 1 + n >= s.n || s.p[at + 1 + n] != '}' || v > 0x10ffff)
        return 0;
    *code = v;
    return n + 2;
}

/* One escape after its backslash: bytes read at @at, with the bytes it stands for. */
static size_t escape(struct ex_span s, size_t at, uint8_t *to, size_t *written)
{
    static const char from[] = "bfnrtv", into[] = "\b\f\n\r\t\v";
    const uint8_t c = s.p[at];
    const char *simple = c ? strchr(from, c) : NULL;
    uint32_t code = 0;
    size_t n = 0, read = 1;

    *written = 1;
    to[0] = simple ? (uint8_t)into[simple - from] : c;
    if (c == 'x' && hex_of(s, at + 1, 2, &code)) {
        read = 3;
        *written = ex_literal_utf8(to, code);
    } else if (c == 'u' && hex_of(s, at + 1, 4, &code)) {
        read = 5;
        *written = ex_literal_utf8(to, code);
    } else if (c == 'u' && (n = braced(s, at + 1, &code)) > 0) {
        /* Four bytes need five digits, so that nothing grows. */
        read = 1 + n;
        *written = ex_literal_utf8(to, code);
    } else if (c >= '0' && c <= '7') {
        for (read = 0; read < 3 && at + read < s.n && s.p[at + read] >= '0' &&
                       s.p[at + read] <= '7' && code * 8 < 256;
             read++)
            code = code * 8 + (uint32_t)(s.p[at + read] - '0');
        to[0] = (uint8_t)code;           /* Latin letters beyond ASCII are of no interest here */
    } else if (c == '\n' || c == '\r') { /* the line goes on */
        *written = 0;
        read = c == '\r' && at + 1 < s.n && s.p[at + 1] == '\n' ? 2 : 1;
    }
    return read;
}

size_t ex_literal_percent(uint8_t *s, size_t n)
{
    const struct ex_span all = { s, n };
    size_t out = 0, i = 0;
    uint32_t code;

    while (i < n) {
        if (s[i] == '%' && hex_of(all, i + 1, 2, &code)) {
            s[out++] = (uint8_t)code;
            i += 3;
        } else if (s[i] == '%' && i + 1 < n && s[i + 1] == 'u' && hex_of(all, i + 2, 4, &code)) {
            out += ex_literal_utf8(s + out, code);
            i += 6;
        } else {
            s[out++] = s[i++];
        }
    }
    return out;
}

size_t ex_literal_decode(uint8_t *to, struct ex_span raw)
{
    size_t n = 0, i = 0;

    while (i < raw.n) {
        if (raw.p[i] == '\\' && i + 1 < raw.n) {
            uint8_t bytes[4];
            size_t written = 0;

            i += 1 + escape(raw, i + 1, bytes, &written);
            memcpy(to + n, bytes, written);
            n += written;
        } else {
            to[n++] = raw.p[i++];
        }
    }
    return ex_literal_percent(to, n);
}

/* Of the standard alphabet or that for URLs (RFC 4648 section 5). */
static int base64_value(uint8_t c)
{
    return ex_base64_value(c == '-' ? '+' : c == '_' ? '/' : c);
}

bool ex_literal_is_encoded(struct ex_span raw)
{
    if (raw.n < EX_ENCODED_MIN)
        return false;
    for (size_t i = 0; i < raw.n; i++)
        if (base64_value(raw.p[i]) < 0 && raw.p[i] != '=' && raw.p[i] != '\\' && raw.p[i] != '%')
            return false;
    return true;
}

size_t ex_literal_base64(uint8_t *to, struct ex_span s)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;
    size_t n = 0, readable = 0;

    while (s.n > 0 && s.p[s.n - 1] == '=')
        s.n--;
    for (size_t i = 0; i < s.n; i++) {
        const int v = base64_value(s.p[i]);

        if (v < 0)
            return 0;
        bits = (bits << 6 | (uint32_t)v) & 0xffffff;
        n_bits += 6;
        if (n_bits < 8)
            continue;
        n_bits -= 8;
        to[n] = (uint8_t)(bits >> n_bits);
        readable += (to[n] >= ' ' && to[n] < 0x7f) || (to[n] >= '\t' && to[n] <= '\r');
        n++;
        if (n - readable > s.n / 20)
            return 0; /* it will not become text any more */
    }
    /* One byte of twenty may be anything: text in other languages still counts. */
    return n > 0 && readable >= n - n / 20 ? n : 0;
}
