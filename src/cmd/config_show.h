// SPDX-License-Identifier: MIT
#ifndef CMD_CONFIG_SHOW_H
#define CMD_CONFIG_SHOW_H

#include <stdio.h>

#include "cmd/config.h"

/**
 * Print every option of the commands that the operands of @cfg name, or of all, its value, and
 * where that comes from. The text reads as a configuration file that sets the same: what is
 * built in stands in comments. With cfg->json, a line of JSON for each value.
 *
 * Returns: EX_OK; EX_EUSAGE (no such command); EX_ECONFIG (options exclude each other); EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_config_show(FILE *to, const struct ex_config *cfg,
                                         struct ex_error *err);

#endif
