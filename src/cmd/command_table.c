// SPDX-License-Identifier: MIT
#include "cmd/command_table.h"

#include <string.h>

const struct ex_command_row ex_commands[] = {
    { "scan", EX_CMD_SCAN, ex_command_scan, "[TARGET...]",
      "probe hosts; results as JSON lines, on a terminal as a report" },
    { "plan", EX_CMD_PLAN, ex_command_plan, "[TARGET...]",
      "say what a scan would send, to whom; sends nothing" },
    { "discover", EX_CMD_DISCOVER, ex_command_discover, "[DOMAIN...]",
      "ask DNS for the mail servers of e-mail domains; prints a target list" },
    { "report", EX_CMD_REPORT, ex_command_report, "RESULTS...", "render result files for reading" },
    { "diff", EX_CMD_DIFF, ex_command_diff, "OLD... NEW",
      "what changed between earlier result files and a new one" },
    { "explain", EX_CMD_EXPLAIN, ex_command_explain, "BUILD...",
      "what a build is and what it lacks, without any network" },
    { "data", EX_CMD_DATA, ex_command_data, "VERB [PATH]",
      "the knowledge behind the verdicts: show, verify, update, rollback, sign" },
    { "config", EX_CMD_CONFIG, ex_command_config, "--show [COMMAND...]",
      "how options are set, and by whom" },
};
const size_t ex_n_commands = sizeof(ex_commands) / sizeof(ex_commands[0]);

const struct ex_command_row *ex_command_find(const char *name)
{
    for (size_t i = 0; i < ex_n_commands; i++)
        if (strcmp(ex_commands[i].name, name) == 0)
            return &ex_commands[i];
    return NULL;
}

unsigned ex_command_id(const char *name)
{
    const struct ex_command_row *row = ex_command_find(name);

    return row ? row->id : 0;
}
