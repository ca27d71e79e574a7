// SPDX-License-Identifier: MIT
#ifndef EXPROBE_STATUS_H
#define EXPROBE_STATUS_H

#include <stdarg.h>

#define EX_MUSTUSE __attribute__((warn_unused_result))

/* Errors of the program. A function that can fail returns one of these. What a
 * stranger's host did is an outcome (exchange.h), never a status. */
#define EX_STATUS_MAP(X)                                                                           \
    X(OK, "success")                                                                               \
    X(ENOMEM, "out of memory")                                                                     \
    X(EUSAGE, "wrong use of the command line")                                                     \
    X(EIO, "cannot read or write a file")                                                          \
    X(EOUTPUT, "cannot create the output")                                                         \
    X(ETRUNC, "input ends too early")                                                              \
    X(ESYNTAX, "input is malformed")                                                               \
    X(ERANGE, "number is out of range")                                                            \
    X(ESCHEMA, "data file does not follow its schema")                                             \
    X(EINPUT, "bad input")                                                                         \
    X(EOLD, "the data are older than the limit")                                                   \
    X(ESIGNATURE, "the data are not what a trusted key signed")                                    \
    X(EBUSY, "another process is at work there")                                                   \
    X(ECONFIG, "configuration cannot be used")                                                     \
    X(EINTERNAL, "internal error")

enum ex_status {
#define X(id, text) EX_##id,
    EX_STATUS_MAP(X)
#undef X
};

/** What went wrong, in words that name the place and the remedy. Filled by the
 *  function that finds the problem, printed once, by main(). */
struct ex_error {
    char text[512];
};

/** A short English text for @st. Never NULL. */
const char *ex_status_str(enum ex_status st);

/** Write a message into @err, which may be NULL. Cut, never overrun. */
void ex_error_set(struct ex_error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
