// SPDX-License-Identifier: MIT
#ifndef LIBRARY_LIBRARY_H
#define LIBRARY_LIBRARY_H

#include "data/load.h"
#include "exprobe/exprobe.h"
#include "exprobe/target.h"

/* What the parts of the library share. */

struct exprobe_data {
    struct ex_dataset *set; /**< owned */
};

/** End a call with @st: its words, which are in @inner or those of the status, go to @err. */
enum exprobe_status exprobe_end(enum ex_status st, const struct ex_error *inner,
                                struct exprobe_error *err);

/** End a call with words of our own. */
enum exprobe_status exprobe_fail(enum exprobe_status status, struct exprobe_error *err,
                                 const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/** @text, YYYY-MM-DD, as a day; NULL is today. Returns false when it is none. */
bool exprobe_day(const char *text, int32_t *out);

/** A record of the @n bytes @line, with or without a newline; they are copied. NULL without
 *  memory. */
struct exprobe_record *exprobe_record_of(const char *line, size_t n);

/** Parse @target, which may be a line with tags and needs IDNA. */
EX_MUSTUSE enum ex_status exprobe_target(const char *text, struct ex_target *out,
                                         struct ex_error *err);

#endif
