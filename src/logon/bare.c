// SPDX-License-Identifier: MIT
#include "logon/bare.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { SETTING_MAX = 32 /* bytes of a name: "vara_fvara_f..." is none */ };

static const char flogon_line[] = "//  flogon.js";

static bool is_white(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(uint8_t c)
{
    return is_digit(c) || c == '_' || c == '$' || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* Nothing but white space and line comments: code before the first line of flogon.js must
 * not slip through. A line ends at U+2028, too, so bytes beyond ASCII are not waved through. */
static bool says_nothing(struct ex_span s)
{
    bool comment = false;

    if (s.n >= 3 && memcmp(s.p, "\xef\xbb\xbf", 3) == 0)
        s = ex_span_part(s, 3, s.n);
    for (size_t i = 0; i < s.n; i++) {
        const uint8_t c = s.p[i];

        if (c == '\r' || c == '\n')
            comment = false;
        else if (c == '/' && !comment && i + 1 < s.n && s.p[i + 1] == '/')
            comment = true;
        else if (!comment && !is_white(c))
            return false;
        if (c >= 0x80)
            return false;
    }
    return !comment; /* "// //  flogon.js" is a comment within one */
}

struct ex_span ex_bare_begin(struct ex_span script)
{
    const uint8_t *hit =
        script.n ? memmem(script.p, script.n, flogon_line, strlen(flogon_line)) : NULL;
    const size_t at = hit ? (size_t)(hit - script.p) : 0;

    if (!hit || !says_nothing(ex_span_part(script, 0, at)))
        return script;
    return ex_span_part(script, at, script.n);
}

bool ex_bare_is_flogon(struct ex_span script)
{
    const struct ex_span s = ex_bare_begin(script);

    return s.p && s.n >= strlen(flogon_line) && memcmp(s.p, flogon_line, strlen(flogon_line)) == 0;
}

size_t ex_bare(uint8_t *to, struct ex_span text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++)
        if (!is_white(text.p[i]))
            to[n++] = text.p[i];
    return n;
}

/* The length of the string literal that begins @s, quotes included; 0: none, or no end. */
static size_t string_bytes(struct ex_span s)
{
    if (s.n < 2 || (s.p[0] != '"' && s.p[0] != '\''))
        return 0;
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == s.p[0])
            return i + 1;
    }
    return 0;
}

static size_t digits(struct ex_span s)
{
    size_t n = 0;

    while (n < s.n && is_digit(s.p[n]))
        n++;
    return n;
}

/* "var" has lost its blank, so a_fRC may follow it directly. */
static bool begins_name(struct ex_span bare, size_t at)
{
    return at == 0 || !is_word(bare.p[at - 1]) ||
           (at >= 3 && memcmp(bare.p + at - 3, "var", 3) == 0);
}

/* The bytes of "a_fXyz=" or "g_fFcs=" at the beginning of @s, or 0. */
static size_t setting_bytes(struct ex_span s)
{
    size_t n = 3;

    if (s.n < 5 || (memcmp(s.p, "a_f", 3) != 0 && memcmp(s.p, "g_f", 3) != 0))
        return 0;
    if (s.p[0] == 'g' && (s.n < 7 || memcmp(s.p, "g_fFcs=", 7) != 0))
        return 0;
    while (n < s.n && n < SETTING_MAX && is_word(s.p[n]))
        n++;
    return n < s.n && s.p[n] == '=' ? n + 1 : 0;
}

/* The bytes up to and with '=' of an assignment whose string is masked, or 0. */
static size_t text_bytes(struct ex_span s)
{
    static const char *const names[] = { ".placeholder=", "mainLogonDivClassName=" };

    for (size_t i = 0; i < N_OF(names); i++)
        if (s.n > strlen(names[i]) && memcmp(s.p, names[i], strlen(names[i])) == 0)
            return strlen(names[i]);
    return 0;
}

size_t ex_bare_mask(uint8_t *to, struct ex_span bare)
{
    size_t n = 0, i = 0;

    while (i < bare.n) {
        const struct ex_span rest = ex_span_part(bare, i, bare.n);
        const size_t setting = begins_name(bare, i) ? setting_bytes(rest) : 0;
        const size_t text = setting ? 0 : text_bytes(rest);
        const size_t name = setting ? setting : text;
        const struct ex_span value = ex_span_part(rest, name, rest.n);
        const size_t skip = setting ? digits(value) : text ? string_bytes(value) : 0;

        if (!skip) {
            to[n++] = bare.p[i++];
            continue;
        }
        memcpy(to + n, rest.p, name);
        n += name;
        if (setting) {
            to[n++] = '#';
        } else { /* the quotes stay */
            to[n++] = value.p[0];
            to[n++] = value.p[0];
        }
        i += name + skip;
    }
    return n;
}
