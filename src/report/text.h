// SPDX-License-Identifier: MIT
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdio.h>

#include "exprobe/status.h"
#include "exprobe/target.h"

struct ex_text_options {
    bool color;     /**< ANSI colours beside, never instead of, words */
    unsigned width; /**< columns; 0: 100 */
    bool details;   /**< after the table: every finding with what to do and why */
};

/**
 * Render result files for people: a table with one line per host, worst first,
 * a summary with counts by state and verdict, and what to do. A pure function of
 * the JSONL input; an input without an `end` record is announced as INCOMPLETE.
 *
 * @in are open result files; several are read one after the other, `cat` of runs is valid.
 *
 * Returns: EX_OK with *complete telling whether every run in it came to its end;
 *          EX_EINPUT (@err names file and line), EX_EIO, EX_EOUTPUT (@to cannot be
 *          written), EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_text_report(FILE *to, FILE *const *in, const char *const *names,
                                         size_t n, const struct ex_text_options *opt,
                                         bool *complete, struct ex_error *err);

#endif
