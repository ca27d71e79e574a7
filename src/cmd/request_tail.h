// SPDX-License-Identifier: MIT
#ifndef CMD_REQUEST_TAIL_H
#define CMD_REQUEST_TAIL_H

#include "exprobe/span.h"
#include "out/request_line.h"

/** How a request log ends. */
struct ex_request_tail {
    struct ex_link next; /**< of the line that would follow */
    bool torn;           /**< the last line is no whole one */
    bool open;           /**< it has not even its line end */
};

enum { EX_REQUEST_TAIL_MAX = 4 * EX_REQUEST_LINE_MAX }; /**< bytes that are enough to tell */

/** Whether @start, the first bytes of a file, may be those of a request log; an empty one may. */
bool ex_request_is_log(struct ex_span start);

/** The number of a line of a request log; 0 when it is none. */
uint64_t ex_request_number(struct ex_span line);

/**
 * Find out how a log ends from its last bytes, EX_REQUEST_TAIL_MAX or, when it has fewer, all of
 * it: @is_all.
 *
 * Returns: EX_OK; EX_ESYNTAX: these are no lines of a request log; EX_ENOMEM (no hash). Pure.
 */
EX_MUSTUSE enum ex_status ex_request_tail_read(struct ex_span bytes, bool is_all,
                                               struct ex_request_tail *out);

#endif
