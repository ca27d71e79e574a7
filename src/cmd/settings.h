// SPDX-License-Identifier: MIT
#ifndef CMD_SETTINGS_H
#define CMD_SETTINGS_H

#include "cmd/options.h"

/*
 * What was set, by whom. Sources, the higher outranks the lower:
 *
 *     command line                        "--rate 5"
 *     environment                         EXPROBE_RATE=5; a list has a line for each value
 *     file of --config or EXPROBE_CONFIG
 *     $XDG_CONFIG_HOME/exprobe/config     ~/.config when that is not set
 *     /etc/exprobe/config
 *     the option table
 *
 * The form of the files: core/setting.h. Within a file, the section of a command outranks what
 * stands above all sections; [scan] is read for plan, too, which has to say what scan would do. A
 * list of a higher source replaces that of a lower one, unless the option adds up. In files, names
 * of files are relative to the folder of the file. The working directory is never looked into.
 * Operands of the command line outrank what gives operands
 * (--list): who names a target does not mean those of every night as well.
 *
 * A word that no option is called, a value out of range, an option given twice: all are errors, in
 * whatever section they stand, as is a variable EXPROBE_* that no option has: a limit that
 * was mistyped is not to be missed.
 */

enum ex_source {
    EX_SOURCE_TABLE,
    EX_SOURCE_SYSTEM_FILE,
    EX_SOURCE_USER_FILE,
    EX_SOURCE_NAMED_FILE,
    EX_SOURCE_ENVIRONMENT,
    EX_SOURCE_COMMAND_LINE
};

/** One value that was given. */
struct ex_given {
    const struct ex_option *option;
    const char *value; /**< NULL: taken back, the option has its default */
    unsigned commands; /**< whose option it sets */
    enum ex_source source;
    unsigned section; /**< of a file: the command it is of, or 0: above all sections */
    uint32_t line;    /**< of a file, from 1 */
    const char *file; /**< of a file */
    bool counts;      /**< for the command last resolved for: nothing outranks it */
};

enum { EX_CONFIG_FILES = 3 };

struct ex_settings {
    struct ex_given *at;
    size_t n, room;
    struct ex_strings texts; /**< each owned: what @at points to, and is not the caller's */
    struct ex_config_file {
        const char *name; /**< borrowed */
        bool is_there;
    } files[EX_CONFIG_FILES]; /**< those looked for, the highest first */
    size_t n_files;
};

/** Where to look. */
struct ex_config_places {
    const char *system;             /**< "/etc/exprobe/config" */
    const char *user;               /**< or NULL: there is no such place */
    const char *const *environment; /**< NULL-ended, "NAME=VALUE"; may be NULL */
};

enum { EX_CONFIG_FILE_MAX = 1 << 20 }; /**< bytes of a file */

/**
 * The usual places. The user's file is in @to; an XDG_CONFIG_HOME or HOME that is no absolute path
 * counts for nothing, as the XDG base directory specification has it.
 */
struct ex_config_places ex_config_places_usual(char *to, size_t size);

/**
 * Add what the environment of @places and the files set. @named is the file that the command line
 * names, or NULL; with @only_named no other file is read, nor EXPROBE_CONFIG.
 *
 * A file that is not there is an error when it was named. One that is there and cannot be read is,
 * too, as is one that everybody may write to.
 *
 * Returns: EX_OK, EX_ECONFIG with @err, EX_ENOMEM.
 * Owns:    @s: ex_settings_free(). Texts of @places are borrowed.
 */
EX_MUSTUSE enum ex_status ex_settings_load(struct ex_settings *s,
                                           const struct ex_config_places *places, const char *named,
                                           bool only_named, struct ex_error *err);

/**
 * The environment alone. *config_file is the value of EXPROBE_CONFIG, or NULL.
 *
 * Returns: EX_OK, EX_ECONFIG with @err naming the variable, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_settings_load_environment(struct ex_settings *s,
                                                       const char *const *environment,
                                                       const char **config_file,
                                                       struct ex_error *err);

/** Make @s own @text, which may be NULL for no memory; on failure it is freed.
 *  Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_settings_keep(struct ex_settings *s, char *text);

/** Add one; its texts are borrowed. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_settings_add(struct ex_settings *s, const struct ex_given *g);

/**
 * Set each option of @command in @cfg to what the highest source says of it; s->at[].counts tells
 * what that is.
 *
 * Returns: EX_OK; EX_EUSAGE, EX_ECONFIG (one source has options that exclude each other);
 *          EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_settings_resolve(struct ex_settings *s, enum ex_command command,
                                              struct ex_config *cfg, struct ex_error *err);

enum { EX_SOURCE_SIZE = 384 };

/** Where @g comes from, for people: "FILE:LINE", the variable, "command line". Returns: @to. */
char *ex_given_source(char to[static EX_SOURCE_SIZE], const struct ex_given *g);

/**
 * When a command refused a value, @err begins with the option, "--name". If the configuration set
 * it, put its place before that: whoever runs the command may never have heard of the option.
 *
 * Returns: EX_ECONFIG then, else @st.
 */
enum ex_status ex_settings_blame(const struct ex_settings *s, enum ex_status st,
                                 struct ex_error *err);

/** NULL is fine. */
void ex_settings_free(struct ex_settings *s);

#endif
