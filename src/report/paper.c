// SPDX-License-Identifier: MIT
#include "report/paper.h"

#include <stdlib.h>

#include "report/width.h"

enum { WORD_BYTES = 4096 };

static const char reset[] = "\033[0m";

enum ex_paint ex_paint_of(enum ex_severity severity)
{
    static const enum ex_paint paints[] = {
        [EX_SEV_NONE] = EX_PAINT_GOOD, [EX_SEV_INFO] = EX_PAINT_PLAIN,
        [EX_SEV_LOW] = EX_PAINT_LOW,   [EX_SEV_MEDIUM] = EX_PAINT_MEDIUM,
        [EX_SEV_HIGH] = EX_PAINT_HIGH, [EX_SEV_CRITICAL] = EX_PAINT_CRITICAL,
    };
    return paints[severity];
}

void ex_paper_paint(const struct ex_paper *p, enum ex_paint paint, const char *text)
{
    /* ECMA-48 8.3.117, SGR. Bold and the eight basic colours: every terminal theme has them. */
    static const char *const codes[] = {
        [EX_PAINT_PLAIN] = "",          [EX_PAINT_STRONG] = "\033[1m",
        [EX_PAINT_FAINT] = "\033[2m",   [EX_PAINT_CRITICAL] = "\033[1;31m",
        [EX_PAINT_HIGH] = "\033[31m",   [EX_PAINT_MEDIUM] = "\033[33m",
        [EX_PAINT_LOW] = "\033[36m",    [EX_PAINT_GOOD] = "\033[32m",
        [EX_PAINT_UNSEEN] = "\033[35m",
    };
    const bool colored = p->color && codes[paint][0];

    fprintf(p->to, "%s%s%s", colored ? codes[paint] : "", text, colored ? reset : "");
}

void ex_paper_blanks(const struct ex_paper *p, size_t n)
{
    fprintf(p->to, "%*s", (int)n, "");
}

/* Where a text may be broken. */
enum breaks { AT_BLANKS, BEHIND_COMMAS, BETWEEN_SHELL_WORDS };

/* The length of one word of the text. */
static size_t one_word(const char *text, enum breaks breaks)
{
    bool quoted = false;
    size_t n = 0;

    for (; text[n]; n++) {
        if (text[n] == ' ' && !quoted && (breaks != BEHIND_COMMAS || (n > 0 && text[n - 1] == ',')))
            break;
        if (breaks != BETWEEN_SHELL_WORDS)
            continue;
        if (text[n] == '\'')
            quoted = !quoted;
        else if (text[n] == '\\' && !quoted && text[n + 1])
            n++;
    }
    return n;
}

/* The length of what must stay on one line: an option of a command keeps its value. */
static size_t word_length(const char *text, enum breaks breaks)
{
    const size_t n = one_word(text, breaks);

    if (breaks != BETWEEN_SHELL_WORDS || text[0] != '-' || text[n] == '\0' || text[n + 1] == '-')
        return n;
    return n + 1 + one_word(text + n + 1, breaks);
}

static void wrap(const struct ex_paper *p, size_t column, size_t indent, const char *text,
                 enum breaks breaks)
{
    const char *tail = breaks == BETWEEN_SHELL_WORDS ? " \\" : ""; /* of a line that goes on */
    const size_t room = p->width - strlen(tail);
    bool first = true;

    while (*text == ' ')
        text++;
    while (*text) {
        const size_t n = word_length(text, breaks);
        char word[WORD_BYTES];
        size_t columns;

        ex_utf8_visible(word, sizeof(word), (struct ex_span){ (const uint8_t *)text, n });
        columns = ex_width(ex_span_str(word));
        if (!first && column + 1 + columns > room) {
            fprintf(p->to, "%s\n", tail);
            ex_paper_blanks(p, indent);
            column = indent;
        } else if (!first) {
            putc(' ', p->to);
            column++;
        }
        fputs(word, p->to);
        column += columns;
        first = false;
        for (text += n; *text == ' ';)
            text++;
    }
    putc('\n', p->to);
}

void ex_paper_wrap(const struct ex_paper *p, size_t column, size_t indent, const char *text)
{
    wrap(p, column, indent, text, AT_BLANKS);
}

void ex_paper_items(const struct ex_paper *p, size_t column, size_t indent, const char *text)
{
    wrap(p, column, indent, text, BEHIND_COMMAS);
}

void ex_paper_command(const struct ex_paper *p, size_t column, size_t indent, const char *text)
{
    wrap(p, column, indent, text, BETWEEN_SHELL_WORDS);
}
