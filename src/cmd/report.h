// SPDX-License-Identifier: MIT
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "cmd/config.h"
#include "exprobe/catalog.h"

/**
 * Render the result files that @cfg names, in its format, to its output.
 *
 * @cat is for the names of rules in --fail-on. A report is a function of its files and of the
 * options alone, but for the day on which accepted risks expire and the age of the knowledge:
 * @now_unix_ms.
 *
 * Returns: EX_OK with *code raised to what the files call for (2 findings, 4 old data, 3
 * incomplete, in this order); EX_EUSAGE, EX_EINPUT (a file cannot be read or is no result file;
 * @err names it and the line), EX_EIO, EX_EOUTPUT, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_report(const struct ex_config *cfg, const struct ex_catalog *cat,
                                    int64_t now_unix_ms, enum ex_exit *code, struct ex_error *err);

#endif
