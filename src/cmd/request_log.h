// SPDX-License-Identifier: MIT
#ifndef CMD_REQUEST_LOG_H
#define CMD_REQUEST_LOG_H

#include "net/contact.h"
#include "out/request_line.h"

/*
 * The file of --request-log: opened to append and locked, never cut, continued by every run. A
 * line is one write(), made before the request goes out: what a killed run has sent is in it.
 * When it cannot be written, nothing more is sent.
 */
struct ex_request_log;

/**
 * Open @file, which is new, empty, or a request log, and write the line with which a run begins.
 * A last line that was torn (the power went, the disk was full) is ended and stays.
 *
 * Returns: EX_OK; EX_EOUTPUT with @err: it cannot be written or locked, is no request log, or
 *          another process writes to it; EX_ENOMEM.
 * Owns:    the caller owns *out: ex_request_log_free().
 */
EX_MUSTUSE enum ex_status ex_request_log_open(struct ex_request_log **out, const char *file,
                                              const struct ex_request_run *run,
                                              struct ex_error *err);

/** Put @c down; a REQUEST gets its number. Returns false when the file could not be written, from
 *  then on always. Any thread. */
bool ex_request_log_put(struct ex_request_log *l, struct ex_contact *c);

/**
 * After the last request: write the line with which a run ends, and bring all to the disk.
 *
 * Returns: EX_OK; EX_EOUTPUT: something could not be written, now or before, or the file was moved
 *          or deleted meanwhile; @err says it. Call it once.
 */
EX_MUSTUSE enum ex_status ex_request_log_end(struct ex_request_log *l, struct ex_error *err);

/** The newest line, its number and, as `before` of a next one, its hash: what has to be known to
 *  see later that nothing was cut off. Between ex_request_log_end() and ex_request_log_free(). */
struct ex_link ex_request_log_last(const struct ex_request_log *l);

/** NULL is fine. */
void ex_request_log_free(struct ex_request_log *l);

#endif
