// SPDX-License-Identifier: MIT
#ifndef CORE_LINE_H
#define CORE_LINE_H

#include "exprobe/span.h"
#include "exprobe/status.h"

/* What the lines of all lists have in common. */

/** Whether @ch separates words. */
static inline bool ex_line_is_blank(uint8_t ch)
{
    return ch == ' ' || ch == '\t';
}

/** The line without its end (LF, CR) and without a byte order mark before it. */
struct ex_span ex_line_bare(struct ex_span s);

/** The line up to the '#' that begins a comment: the first byte, or one after a blank. */
struct ex_span ex_line_without_comment(struct ex_span s);

/** Cut the next word off @s; empty at the end. */
struct ex_span ex_line_word(struct ex_span *s);

/**
 * Whether every character of @s is text that can be seen: UTF-8, no control character, no blank
 * that looks like nothing.
 *
 * Returns: EX_OK; EX_ESYNTAX with @err naming line, column and remedy.
 */
EX_MUSTUSE enum ex_status ex_line_check(struct ex_span s, struct ex_error *err);

#endif
