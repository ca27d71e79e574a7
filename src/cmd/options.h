// SPDX-License-Identifier: MIT
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdio.h>

#include "cmd/config.h"

struct ex_config_places;

/** The subcommands, as bits: an option says to which it belongs. */
enum ex_command {
    EX_CMD_SCAN = 1,
    EX_CMD_REPORT = 2,
    EX_CMD_EXPLAIN = 4,
    EX_CMD_DATA = 8,
    EX_CMD_PLAN = 16,
    EX_CMD_DIFF = 32,
    EX_CMD_CONFIG = 64,
    EX_CMD_DISCOVER = 128,
    EX_CMD_ALL = 255
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

/** Where an option may be set besides the command line. */
enum ex_settable {
    EX_SET_ANYWHERE,    /**< in the environment and in configuration files */
    EX_SET_IN_SECTION,  /**< in a section of a file: means another thing to each command */
    EX_SET_ENVIRONMENT, /**< in the environment */
    EX_SET_NOWHERE,     /**< it is about one run: who forgot that it is set would be misled */
};

/** One option: parsing, ranges, defaults, --help, configuration and their tests read this row. */
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
    enum ex_settable settable;
    bool adds_up;         /**< EX_OPT_TEXTS: no source takes back what another one said */
    bool gives_operands;  /**< operands on the command line outrank it in the configuration */
    const char *excludes; /**< the option that cannot be given beside it; both have letters */
};

extern const struct ex_option ex_options[];
extern const size_t ex_n_options;

/**
 * Parse @argv[1..] for @command into @cfg, which starts at the table's defaults. The configuration
 * is not read.
 * Options and operands may be mixed; "--" ends the options; "--name=value", "--name value",
 * "-n value", "-nvalue" are all accepted. What can come from the configuration is taken back by
 * "--no-name" ("--name" for an option that is called no-name), unless it adds up.
 *
 * Returns: EX_OK, EX_EUSAGE (@err names the option, its range and the remedy), EX_ENOMEM.
 * Owns:    ex_config_free() releases what @cfg holds, also on failure; texts are borrowed from
 *          @argv.
 */
EX_MUSTUSE enum ex_status ex_options_parse(struct ex_config *cfg, enum ex_command command, int argc,
                                           char **argv, struct ex_error *err);

/**
 * As ex_options_parse(), over what the environment and the files of @places set (settings.h). They
 * are not read for --help.
 *
 * Returns: as ex_options_parse(); EX_ECONFIG (@err names file and line, or the variable).
 * Owns:    as ex_options_parse(); texts of @places must stay, too.
 */
EX_MUSTUSE enum ex_status ex_options_read(struct ex_config *cfg, enum ex_command command, int argc,
                                          char **argv, const struct ex_config_places *places,
                                          struct ex_error *err);

void ex_config_free(struct ex_config *cfg);

/** The row of the option @name (@n bytes) or @letter of one of @commands, or NULL. Names that
 *  mean different things to different commands have a row for each. */
const struct ex_option *ex_option_find(unsigned commands, const char *name, size_t n, char letter);

enum { EX_ENVIRONMENT_NAME_SIZE = 64 };

/** The name of the environment variable for @o: EXPROBE_ and so on. Returns: @to. */
char *ex_option_environment(char to[static EX_ENVIRONMENT_NAME_SIZE], const struct ex_option *o);

/** Whether the value of @o is the name of a file or folder. */
bool ex_option_is_path(const struct ex_option *o);

/** Print the options of @command as --help does. */
void ex_options_print(FILE *to, enum ex_command command);

#endif
