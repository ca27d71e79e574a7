// SPDX-License-Identifier: MIT
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include <stdio.h>

#include "report/text.h"

/**
 * Render result files.
 *
 * @files is NULL-ended; "-" is standard input. @format is "text";
 * NULL or "" means the same. A report is a function of its files alone.
 *
 * Returns: EX_OK with *complete as in ex_text_report(); EX_EUSAGE (no such format, or "-" twice),
 * EX_EINPUT (a file cannot be read or is no result file; @err names it and the line), EX_EIO,
 * EX_EOUTPUT, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_report(FILE *to, const char *const *files, const char *format,
                                    const struct ex_text_options *opt, bool *complete,
                                    struct ex_error *err);

#endif
