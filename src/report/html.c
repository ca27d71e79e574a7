// SPDX-License-Identifier: MIT
#include "report/html.h"

#include <stdarg.h>
#include <string.h>

#include "out/utf8.h"

enum { CHUNK = 512 };

static void put_escaped(FILE *to, const char *safe)
{
    for (; *safe; safe++) {
        switch (*safe) {
        case '&':
            fputs("&amp;", to);
            break;
        case '<':
            fputs("&lt;", to);
            break;
        case '>':
            fputs("&gt;", to);
            break;
        case '"':
            fputs("&quot;", to);
            break;
        case '\'':
            fputs("&#39;", to);
            break;
        default:
            putc(*safe, to);
        }
    }
}

/* Texts from a record have not been made safe; to do so twice changes nothing. A piece ends where a
 * character ends. */
static void put_text(FILE *to, const char *raw)
{
    struct ex_cur c = ex_cur_of(ex_span_str(raw));
    char safe[CHUNK * EX_UTF8_GROWTH + 1];

    while (c.left > 0) {
        const uint8_t *const start = c.p;
        size_t n = 0;

        while (c.left > 0 && n < CHUNK - EX_UTF8_GROWTH) {
            ex_utf8_next(&c);
            n = (size_t)(c.p - start);
        }
        ex_utf8_visible(safe, sizeof(safe), (struct ex_span){ start, n });
        put_escaped(to, safe);
    }
}

/* Write the value that @at, behind the percent sign, asks for; returns what is behind it. */
static const char *put_value(FILE *to, const char *at, va_list *args)
{
    if (*at == 's') {
        put_text(to, va_arg(*args, const char *));
        return at + 1;
    }
    if (*at == 'u' || *at == 'd') {
        fprintf(to, "%d", va_arg(*args, int));
        return at + 1;
    }
    if (strncmp(at, "zu", 2) == 0) {
        fprintf(to, "%zu", va_arg(*args, size_t));
        return at + 2;
    }
    if (strncmp(at, "llu", 3) == 0) {
        fprintf(to, "%llu", va_arg(*args, unsigned long long));
        return at + 3;
    }
    putc('%', to);
    return *at == '%' ? at + 1 : at;
}

void ex_html(FILE *to, const char *markup, ...)
{
    va_list args;

    va_start(args, markup);
    while (*markup) {
        const size_t n = strcspn(markup, "%");

        fwrite(markup, 1, n, to);
        markup += n;
        if (*markup == '%')
            markup = put_value(to, markup + 1, &args);
    }
    va_end(args);
}
