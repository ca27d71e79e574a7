// SPDX-License-Identifier: MIT
#ifndef CMD_REQUEST_CHECK_H
#define CMD_REQUEST_CHECK_H

#include <stdio.h>

#include "exprobe/exhibit.h"
#include "exprobe/span.h"
#include "exprobe/status.h"

/** What is known of a request log up to some line. Start with { 0 }. */
struct ex_request_check {
    uint64_t n;                                                      /**< lines */
    char last[EX_SHA256_TEXT];                                       /**< hash of the newest line */
    uint64_t n_runs, n_cut, n_requests, n_answers, n_unsent, n_torn; /**< n_cut: runs without end */
    bool in_run;     /**< the newest run has no end */
    bool after_torn; /**< the newest line is torn */
};

/**
 * Take in the next line, without its line end. @whole: it had one.
 *
 * Returns: EX_OK; EX_EINPUT: the chain is broken, and @err says at which line, by number, and how;
 *          EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_request_check_line(struct ex_request_check *c, struct ex_span line,
                                                bool whole, struct ex_error *err);

/** Whether @path is a file that looks like a request log. */
bool ex_request_check_wants(const char *path);

/**
 * Read the request log @path and print what is in it, or the first line at which its chain is
 * broken as the error.
 *
 * Returns: as ex_request_check_line(); EX_EINPUT also when it cannot be read.
 */
EX_MUSTUSE enum ex_status ex_request_check(FILE *to, const char *path, bool json,
                                           struct ex_error *err);

#endif
