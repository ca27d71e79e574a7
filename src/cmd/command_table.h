// SPDX-License-Identifier: MIT
#ifndef CMD_COMMAND_TABLE_H
#define CMD_COMMAND_TABLE_H

#include "cmd/commands.h"
#include "cmd/options.h"

/** One subcommand: the command line, --help, man page, completions and the sections of the
 *  configuration read this row. In `operands`, upper case stands for a value, lower case is typed;
 *  [] may be left out. What VERB may be stands at the end of `help`, behind a colon. */
struct ex_command_row {
    const char *name;
    enum ex_command id;
    ex_command_fn *run;
    const char *operands, *help;
};

extern const struct ex_command_row ex_commands[];
extern const size_t ex_n_commands;

/** The row of @name, or NULL. */
const struct ex_command_row *ex_command_find(const char *name);

/** The id of the command @name, 0 for none. */
unsigned ex_command_id(const char *name);

#endif
