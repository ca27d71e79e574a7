// SPDX-License-Identifier: MIT
#include "logon/handler.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { ARGUMENTS_MAX = 40 };

/* The entry points of flogon.js and fexppw.js, and the functions of the inline scripts. A
 * name that ends in "*" begins others, too: clkSec, clkSecExp. */
static const char *const functions[] = {
    "RndMimeCtl",
    "checkSubmit",
    "clkBsc*",
    "clkExpPw",
    "clkLgn",
    "clkReLgn",
    "clkRtry",
    "clkSec*",
    "initExpPw",
    "initLogon",
    "kdSecExp",
    "redir",
    "setPlaceholderText",
    "showPasswordClick",
};

static bool is_word(uint8_t c)
{
    return (c >= '0' && c <= '9') || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_function(struct ex_span name)
{
    for (size_t i = 0; i < N_OF(functions); i++) {
        const size_t n = strlen(functions[i]);

        if (ex_span_eq(name, functions[i]))
            return true;
        if (functions[i][n - 1] == '*' && name.n >= n - 1 &&
            memcmp(name.p, functions[i], n - 1) == 0)
            return true;
    }
    return false;
}

static bool statement(struct ex_span s)
{
    size_t n = 0;

    s = ex_span_trim(s);
    if (s.n > 7 && memcmp(s.p, "return", 6) == 0 && !is_word(s.p[6]))
        s = ex_span_trim(ex_span_part(s, 6, s.n));
    if (!s.n || ex_span_eq(s, "g_fFcs=0") || ex_span_eq(s, "g_fFcs = 0") || ex_span_eq(s, "false"))
        return true;
    while (n < s.n && is_word(s.p[n]))
        n++;
    if (!is_function(ex_span_part(s, 0, n)))
        return false;
    s = ex_span_part(s, n, s.n);
    if (s.n < 2 || s.n > ARGUMENTS_MAX || s.p[0] != '(' || s.p[s.n - 1] != ')')
        return false;
    for (size_t i = 1; i + 1 < s.n; i++)
        if (!is_word(s.p[i]) && s.p[i] != ',' && s.p[i] != ' ' && s.p[i] != '\'' && s.p[i] != '"')
            return false;
    return true;
}

bool ex_handler_is_genuine(struct ex_span text)
{
    while (text.n) {
        const uint8_t *end = memchr(text.p, ';', text.n);
        const size_t n = end ? (size_t)(end - text.p) : text.n;

        if (!statement(ex_span_part(text, 0, n)))
            return false;
        text = ex_span_part(text, n + 1, text.n);
    }
    return true;
}
