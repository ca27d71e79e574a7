// SPDX-License-Identifier: MIT
#ifndef BACKDOOR_ESCAPE_H
#define BACKDOOR_ESCAPE_H

#include "exprobe/span.h"

/** One character of a text, whatever way it is written. */
struct ex_char {
    uint8_t ch;
    uint8_t n; /**< bytes that it takes; 0 at the end of the text */
};

/**
 * The character at @at: a byte, or one of %2f %252f &#47; &#x2f; &amp; \u002f \x2f \/ and their
 * like, as far as they stand for ASCII. Everything else is the byte itself.
 */
struct ex_char ex_char_at(struct ex_span s, size_t at);

/**
 * How many bytes of @s from @at on spell @text (ASCII, case ignored), in any mixture of the
 * notations above; 0: they do not.
 */
size_t ex_spells(struct ex_span s, size_t at, struct ex_span text);

#endif
