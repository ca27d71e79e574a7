// SPDX-License-Identifier: MIT
#ifndef OUT_UTF8_H
#define OUT_UTF8_H

#include "core/utf8.h"

/* A stranger's text made safe to print: the only place that knows how. Pure. */

enum {
    EX_UTF8_REPLACEMENT = 0xfffd, /**< what every broken byte becomes */
    EX_UTF8_GROWTH = 4,           /**< ex_utf8_visible() writes at most this many bytes for one */
    EX_UTF8_ONE_SIZE = 17,        /**< four bytes as \xNN, and a NUL */
};

/** Write @cp, a scalar value, as UTF-8; returns the bytes written, 1 to 4. */
size_t ex_utf8_put(char to[static 4], int32_t cp);

/** Characters that would move the cursor, break the line, reorder what stands beside them, or not
 *  be seen at all: C0 and C1 controls, DEL, line and paragraph separators, all of the property
 *  Bidi_Control, those without width, tags, and U+FFFE and U+FFFF. */
bool ex_utf8_is_unsafe(int32_t cp);

/** Read one character and write what it becomes; at least one byte must be left.
 *  Returns the length written. */
typedef size_t ex_utf8_one_fn(char to[static EX_UTF8_ONE_SIZE], struct ex_cur *from);

/** What was broken becomes U+FFFD, what was unsafe becomes visible text, \x1b for the controls
 *  and \u202e for the rest. Printable ASCII stays as it is. */
ex_utf8_one_fn ex_utf8_visible_one;

/** Characters that are safe to print as they are, a backslash as two, any other byte as \xff.
 *  Printable ASCII but the backslash stays as it is. */
ex_utf8_one_fn ex_utf8_escape_one;

/**
 * Copy @raw to the string @to of @size bytes as valid UTF-8 without unsafe
 * characters: each as ex_utf8_visible_one() makes it. Cut between characters when
 * @size is too small; @raw.n * EX_UTF8_GROWTH + 1 never is. Doing it twice changes nothing.
 *
 * Returns: the length written, without the NUL.
 */
size_t ex_utf8_visible(char *to, size_t size, struct ex_span raw);

/**
 * Copy the bytes @raw to the string @to of @size bytes so that every byte can be told, as
 * ex_utf8_escape_one() makes it. For bodies, which may hold anything. Cut between characters when
 * @size is too small; @raw.n * EX_UTF8_GROWTH + 1 never is. ex_utf8_visible() does not change the
 * result.
 *
 * Returns: the length written, without the NUL.
 */
size_t ex_utf8_escape(char *to, size_t size, struct ex_span raw);

#endif
