// SPDX-License-Identifier: MIT
#ifndef CMD_SCAN_H
#define CMD_SCAN_H

#include "cmd/config.h"
#include "exprobe/catalog.h"

/**
 * Run `exprobe scan`: lists in, JSONL out, until the targets end or a signal comes.
 *
 * Returns: EX_OK with *code set to the exit code that the results ask for; else an
 *          error that kept the scan from beginning or from writing, @err filled.
 * Thread:  the main thread, once.
 */
EX_MUSTUSE enum ex_status ex_scan(const struct ex_config *cfg, const struct ex_catalog *cat,
                                  enum ex_exit *code, struct ex_error *err);

#endif
