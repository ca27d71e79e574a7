// SPDX-License-Identifier: MIT
#ifndef REPORT_PAPER_H
#define REPORT_PAPER_H

#include <stdio.h>

#include "exprobe/catalog.h"

/*
 * Text for people: wrapped by columns, coloured beside the words. Whatever is printed here
 * has been made safe before (rows), or is made safe here (the ex_paper_ functions that say so).
 */
struct ex_paper {
    FILE *to;
    unsigned width; /**< columns */
    bool color;
};

enum ex_paint {
    EX_PAINT_PLAIN,
    EX_PAINT_STRONG,
    EX_PAINT_FAINT,
    EX_PAINT_CRITICAL,
    EX_PAINT_HIGH,
    EX_PAINT_MEDIUM,
    EX_PAINT_LOW,
    EX_PAINT_GOOD,
    EX_PAINT_UNSEEN,
};

enum { EX_PAPER_WIDTH_MIN = 60, EX_PAPER_WIDTH_MAX = 400, EX_PAPER_WIDTH_DEFAULT = 100 };

enum ex_paint ex_paint_of(enum ex_severity severity);

/** Print @text in that colour. */
void ex_paper_paint(const struct ex_paper *p, enum ex_paint paint, const char *text);

/** Print @n blanks. */
void ex_paper_blanks(const struct ex_paper *p, size_t n);

/**
 * Print @text word by word, from column @column on, where the cursor stands already; lines that
 * follow begin at column @indent. A word that is too long for a line gets one of its own.
 * Ends with a newline. The text is made safe.
 */
void ex_paper_wrap(const struct ex_paper *p, size_t column, size_t indent, const char *text);

/** As ex_paper_wrap() for a list: broken only behind commas. */
void ex_paper_items(const struct ex_paper *p, size_t column, size_t indent, const char *text);

/** As ex_paper_wrap() for a command of a POSIX shell: broken only between words that are not
 *  quoted, with a backslash, so that all lines together can be pasted. */
void ex_paper_command(const struct ex_paper *p, size_t column, size_t indent, const char *text);

#endif
