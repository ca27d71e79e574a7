// SPDX-License-Identifier: MIT
#ifndef CMD_DIFF_H
#define CMD_DIFF_H

#include "cmd/config.h"
#include "exprobe/catalog.h"

/**
 * Say what changed: the last operand is the sweep, those before it are earlier ones.
 *
 * Returns: EX_OK with *code 2 when --fail-on or --quiet call for it, 3 when a sweep is incomplete;
 *          otherwise as ex_report().
 */
EX_MUSTUSE enum ex_status ex_diff(const struct ex_config *cfg, const struct ex_catalog *cat,
                                  int64_t now_unix_ms, enum ex_exit *code, struct ex_error *err);

#endif
