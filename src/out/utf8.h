// SPDX-License-Identifier: MIT
#ifndef OUT_UTF8_H
#define OUT_UTF8_H

#include "exprobe/span.h"

/* A stranger's text made safe to print: the only place that knows how. Pure. */

enum {
    EX_UTF8_BAD = 0xfffd, /**< REPLACEMENT CHARACTER, what every broken sequence becomes */
    EX_UTF8_GROWTH = 4,   /**< ex_utf8_visible() writes at most this many bytes for one */
};

/**
 * Read the first character of @s, which must not be empty.
 *
 * A broken sequence yields EX_UTF8_BAD and as many bytes as could have begun a
 * character (Unicode 15, section 3.9, "maximal subpart"): no byte that begins the
 * next character is ever swallowed.
 *
 * Returns: the bytes read, 1 to 4.
 */
size_t ex_utf8_next(struct ex_span s, uint32_t *cp);

/** Write @cp, a scalar value, as UTF-8; returns the bytes written, 1 to 4. */
size_t ex_utf8_put(char to[static 4], uint32_t cp);

/** Characters that would move the cursor, break the line, or reorder what stands beside
 *  them: C0 and C1 controls, DEL, line and paragraph separators, and all of Bidi_Control. */
bool ex_utf8_is_unsafe(uint32_t cp);

/**
 * Copy @raw to the string @to of @size bytes as valid UTF-8 without unsafe
 * characters: what was broken becomes U+FFFD, what was unsafe becomes visible
 * text, \x1b for the controls and \u202e for the rest. Cut between characters when
 * @size is too small; @raw.n * EX_UTF8_GROWTH + 1 never is. Doing it twice changes nothing.
 *
 * Returns: the length written, without the NUL.
 */
size_t ex_utf8_visible(char *to, size_t size, struct ex_span raw);

#endif
