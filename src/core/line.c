// SPDX-License-Identifier: MIT
#include "core/line.h"

#include "core/quote.h"
#include "core/utf8.h"

/* Characters that look like nothing or like a blank, and are neither to us. */
static bool is_invisible(int32_t ch)
{
    return ch == 0xa0 || ch == 0x1680 || (ch >= 0x2000 && ch <= 0x200b) || ch == 0x2028 ||
           ch == 0x2029 || ch == 0x202f || ch == 0x205f || ch == 0x3000 || ch == EX_BYTE_ORDER_MARK;
}

enum ex_status ex_line_check(struct ex_span s, struct ex_error *err)
{
    struct ex_cur c = ex_cur_of(s);

    for (size_t column = 1; c.left > 0; column++) {
        const uint8_t byte = c.p[0];
        const int32_t ch = ex_utf8_next(&c);
        const char *why = NULL;

        if (ch == EX_UTF8_BAD)
            why = "is not UTF-8; save the list as UTF-8";
        else if (ch == '\0')
            why = "is a NUL byte; is this a text file?";
        else if (ch == '\r' || ch == '\n')
            why = "is a line end inside a line; save the list with LF or CRLF line ends";
        else if (ch != '\t' && ex_is_control(ch))
            why = "is a control character; remove it";
        else if (is_invisible(ch))
            why = "is an invisible character; use plain blanks";
        if (why) {
            char q[EX_QUOTE_SIZE];

            ex_error_set(err, "%s: the character in column %zu (first byte 0x%02x) %s",
                         ex_quote(q, s), column, byte, why);
            return EX_ESYNTAX;
        }
    }
    return EX_OK;
}

struct ex_span ex_line_bare(struct ex_span s)
{
    if (s.n >= 3 && memcmp(s.p, "\xef\xbb\xbf", 3) == 0)
        s = ex_span_part(s, 3, s.n);
    if (s.n > 0 && s.p[s.n - 1] == '\n')
        s.n--;
    while (s.n > 0 && s.p[s.n - 1] == '\r')
        s.n--;
    return s;
}

struct ex_span ex_line_without_comment(struct ex_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '#' && (i == 0 || ex_line_is_blank(s.p[i - 1])))
            return ex_span_part(s, 0, i);
    return s;
}

struct ex_span ex_line_word(struct ex_span *s)
{
    size_t from = 0, to;

    while (from < s->n && ex_line_is_blank(s->p[from]))
        from++;
    for (to = from; to < s->n && !ex_line_is_blank(s->p[to]); to++)
        ;
    const struct ex_span word = ex_span_part(*s, from, to - from);
    *s = ex_span_part(*s, to, s->n);
    return word;
}
