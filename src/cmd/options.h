// SPDX-License-Identifier: MIT
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdio.h>

#include "cmd/config.h"

/** The subcommands, as bits: an option says to which it belongs. */
enum ex_command {
    EX_CMD_SCAN = 1,
    EX_CMD_REPORT = 2,
    EX_CMD_EXPLAIN = 4,
    EX_CMD_DATA = 8,
    EX_CMD_PLAN = 16,
    EX_CMD_DIFF = 32,
    EX_CMD_ALL = 63
};

enum ex_option_type {
    EX_OPT_FLAG,
    EX_OPT_NUMBER,
    EX_OPT_DURATION, /**< seconds, or with the suffix ms, s, m; kept in milliseconds */
    EX_OPT_TEXT,
    EX_OPT_TEXTS, /**< may be given again */
    EX_OPT_DAY,
    EX_OPT_WORD /**< one of `words`; the index is kept */
};

/** One option: parsing, ranges, defaults, --help and its tests all read this row. */
struct ex_option {
    const char *name;
    char letter; /**< 0: none */
    enum ex_option_type type;
    unsigned commands;
    size_t at; /**< offset in struct ex_config */
    uint32_t def, min, max;
    const char *arg;          /**< name of the value in --help */
    const char *const *words; /**< EX_OPT_WORD: NULL-ended */
    const char *help;
};

extern const struct ex_option ex_options[];
extern const size_t ex_n_options;

/**
 * Parse @argv[1..] for @command into @cfg, which starts at the table's defaults.
 * Options and operands may be mixed; "--" ends the options; "--name=value",
 * "--name value", "-n value", "-nvalue" are all accepted.
 *
 * Returns: EX_OK, EX_EUSAGE (@err names the option, its range and the remedy), EX_ENOMEM.
 * Owns:    ex_config_free() releases what @cfg holds; texts are borrowed from @argv.
 */
EX_MUSTUSE enum ex_status ex_options_parse(struct ex_config *cfg, enum ex_command command, int argc,
                                           char **argv, struct ex_error *err);

void ex_config_free(struct ex_config *cfg);

/** Print the options of @command as --help does. */
void ex_options_print(FILE *to, enum ex_command command);

#endif
