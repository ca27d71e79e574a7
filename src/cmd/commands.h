// SPDX-License-Identifier: MIT
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

#include "cmd/config.h"

/** One subcommand. On EX_OK *code is the exit code; it starts as EX_EXIT_OK. */
typedef enum ex_status ex_command_fn(const struct ex_config *cfg, enum ex_exit *code,
                                     struct ex_error *err);

ex_command_fn ex_command_scan, ex_command_plan, ex_command_report, ex_command_diff,
    ex_command_explain, ex_command_data, ex_command_config, ex_command_discover;

/** Print the versions of the program, of the libraries it runs with, and of the data. */
EX_MUSTUSE enum ex_status ex_command_version(const struct ex_config *cfg, struct ex_error *err);

#endif
