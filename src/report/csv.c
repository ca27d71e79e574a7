// SPDX-License-Identifier: MIT
#include "report/csv.h"

#include <inttypes.h>
#include <string.h>

#include "out/utf8.h"

static void begin_cell(struct ex_csv *w)
{
    if (w->begun)
        putc(',', w->to);
    w->begun = true;
}

/* Signs that make a formula of a cell, in their full-width and small forms and as the minus of
 * mathematics too: some programs take these for the plain ones. */
static bool is_formula_sign(int32_t cp)
{
    static const int32_t signs[] = { '=',    '+',    '-',    '@',    '|',    '%',    0x2212, 0xfe62,
                                     0xfe63, 0xfe66, 0xfe6b, 0xff0b, 0xff0d, 0xff1d, 0xff20 };

    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
        if (signs[i] == cp)
            return true;
    return false;
}

/* Unicode's White_Space, and what has no width. */
static bool is_blank(int32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x85 || cp == 0xa0 || cp == 0x1680 ||
           (cp >= 0x2000 && cp <= 0x200b) || cp == 0x2028 || cp == 0x2029 || cp == 0x202f ||
           cp == 0x205f || cp == 0x3000 || cp == 0xfeff;
}

static bool is_dangerous(const char *text)
{
    struct ex_cur c = ex_cur_of(ex_span_str(text));

    /* A tab or a line break in front is a trick of its own. */
    if (text[0] == '\t' || text[0] == '\r' || text[0] == '\n')
        return true;
    while (c.left > 0) {
        const int32_t cp = ex_utf8_next(&c);

        if (!is_blank(cp))
            return is_formula_sign(cp);
    }
    return false;
}

void ex_csv_text(struct ex_csv *w, const char *text)
{
    const bool guarded = is_dangerous(text);
    const bool quoted = guarded || strpbrk(text, ",\"\r\n") || text[0] == ' ';

    begin_cell(w);
    if (quoted)
        putc('"', w->to);
    if (guarded)
        putc('\'', w->to);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', w->to);
        putc(*text, w->to);
    }
    if (quoted)
        putc('"', w->to);
}

void ex_csv_u64(struct ex_csv *w, uint64_t value)
{
    begin_cell(w);
    fprintf(w->to, "%" PRIu64, value);
}

void ex_csv_bool(struct ex_csv *w, bool value)
{
    ex_csv_text(w, value ? "yes" : "no");
}

void ex_csv_end_row(struct ex_csv *w)
{
    fputs("\r\n", w->to);
    w->begun = false;
}
