// SPDX-License-Identifier: MIT
#ifndef INPUT_LINES_H
#define INPUT_LINES_H

#include "exprobe/target.h"

enum {
    /** Bytes of a line that are kept: more than any good one has, byte order mark
     *  and CR included, so that the parser sees that it is too long. */
    EX_LINES_KEPT = EX_LINE_MAX + 5,
    EX_LINES_BUFFER = 64 * 1024,
};

/** A line without its LF. */
struct ex_line {
    struct ex_span text; /**< borrowed until the next call; cut at EX_LINES_KEPT */
    uint64_t number;     /**< from 1 */
    uint64_t n_bytes;    /**< of the whole line */
};

enum ex_lines_got {
    EX_LINES_LINE,
    EX_LINES_END,
    EX_LINES_STOPPED, /**< the stop descriptor became readable */
    EX_LINES_ERROR,   /**< @error is the errno */
};

/** Reader of lines from a file descriptor; a line of any length takes no more
 *  memory than the buffer. Bytes are handed on as they are, NUL included. */
struct ex_lines {
    int fd;      /**< borrowed */
    int stop_fd; /**< borrowed; readable means stop */
    int error;
    bool at_eof;
    uint64_t number;
    uint64_t dropped; /**< bytes of the current line that were thrown away */
    size_t from, to;  /**< what is in the buffer */
    size_t scanned;   /**< no LF in [from, scanned) */
    uint8_t buffer[EX_LINES_BUFFER];
};

/** Begin with a new descriptor. */
void ex_lines_init(struct ex_lines *l, int fd, int stop_fd);

/** The next line; waits for a pipe. A last line without LF is a line. */
enum ex_lines_got ex_lines_next(struct ex_lines *l, struct ex_line *out);

/** What a file begins with tells UTF-16 or UTF-32, by a byte order mark or by NULs
 *  beside ASCII. Four bytes are enough. */
bool ex_lines_is_utf16(struct ex_span start);

#endif
