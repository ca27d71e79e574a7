// SPDX-License-Identifier: MIT
#ifndef CMD_NOTIFY_H
#define CMD_NOTIFY_H

#include "report/report.h"

/**
 * Run @command with a shell, the changes of @r as JSON on its standard input, and wait for it. Its
 * output is ours. Nothing of a server's text is on its command line.
 *
 * Returns: EX_OK; EX_EOUTPUT (@err: it could not be run, or ended with an error), EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_notify(const char *command, const struct ex_report *r,
                                    struct ex_error *err);

#endif
