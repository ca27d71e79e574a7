// SPDX-License-Identifier: MIT
#ifndef OUT_JSON_H
#define OUT_JSON_H

#include <stdio.h>

#include "exprobe/span.h"
#include "exprobe/status.h"

/*
 * One line of JSON (RFC 8259), written from its first byte to its last: there is no tree, and no
 * memory but that of the text, which is kept for the next line. The only way in which JSON is
 * written.
 *
 * A value is a member of the object that is open, under @key, or, with @key NULL, an element of
 * the array that is open. Keys are words of plain ASCII, ours or the names
 * of tags, and are not escaped; every text is. Commas and
 * closing brackets are not the caller's business. When memory runs out, everything after it is
 * ignored, and ex_json_end() says so: nobody has to look before.
 */
struct ex_json {
    char *text; /**< owned: ex_json_free() */
    size_t n, room;
    bool lost;        /**< memory ran out */
    bool follows;     /**< a value stands before in what is open */
    unsigned depth;   /**< how many brackets are open, EX_JSON_DEPTH_MAX at most */
    uint64_t objects; /**< one bit for each, the innermost is the lowest: it is an object */
};

enum { EX_JSON_DEPTH_MAX = 64, EX_JSON_RATIO_ONE = 10000 };

/** Begin a line, an object, in the memory of the one before. @j is {0} at first. */
void ex_json_begin(struct ex_json *j);

/**
 * End the line, which ex_json_begin() began.
 *
 * Returns: the line with its newline and a NUL behind it, *n bytes without that; NULL and 0 when
 *          memory ran out.
 * Owns:    @j does, until it is used again.
 */
const char *ex_json_end(struct ex_json *j, size_t *n);

/** End the line, print it and give the memory back. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_json_print(struct ex_json *j, FILE *to);

/** Print what is there so far and forget it, in the middle of a line that would take too much
 *  memory as a whole. */
void ex_json_flush(struct ex_json *j, FILE *to);

/** Give the memory back; @j is {0} again. */
void ex_json_free(struct ex_json *j);

/** Open an object or an array, which is closed by ex_json_close(). */
void ex_json_object(struct ex_json *j, const char *key);
void ex_json_array(struct ex_json *j, const char *key);
void ex_json_close(struct ex_json *j);

/** A text from raw bytes, as ex_utf8_visible() makes it. NULL becomes null. */
void ex_json_text(struct ex_json *j, const char *key, const char *raw);
void ex_json_span(struct ex_json *j, const char *key, struct ex_span raw);

/** A text from the bytes of a body, each of which can be told: as ex_utf8_escape() makes it. */
void ex_json_bytes(struct ex_json *j, const char *key, struct ex_span raw);

void ex_json_int(struct ex_json *j, const char *key, int64_t value);
void ex_json_bool(struct ex_json *j, const char *key, bool value);
void ex_json_null(struct ex_json *j, const char *key);

/** A number from 0 to 1 with at most four decimals: @share / EX_JSON_RATIO_ONE. */
void ex_json_ratio(struct ex_json *j, const char *key, unsigned share);

/** The text, or null for "". */
static inline void ex_json_text_or_null(struct ex_json *j, const char *key, const char *raw)
{
    ex_json_text(j, key, raw[0] ? raw : NULL);
}

/** The number, or null when it is not known. */
static inline void ex_json_int_if(struct ex_json *j, const char *key, bool known, int64_t value)
{
    if (known)
        ex_json_int(j, key, value);
    else
        ex_json_null(j, key);
}

static inline void ex_json_bool_if(struct ex_json *j, const char *key, bool known, bool value)
{
    if (known)
        ex_json_bool(j, key, value);
    else
        ex_json_null(j, key);
}

#endif
