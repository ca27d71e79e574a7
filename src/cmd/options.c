// SPDX-License-Identifier: MIT
#include "cmd/options.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/option_value.h"
#include "cmd/settings.h"

const struct ex_option *ex_option_find(unsigned commands, const char *name, size_t n, char letter)
{
    for (size_t i = 0; i < ex_n_options; i++) {
        const struct ex_option *o = &ex_options[i];

        if (!(o->commands & commands))
            continue;
        if (letter ? o->letter == letter : strlen(o->name) == n && memcmp(o->name, name, n) == 0)
            return o;
    }
    return NULL;
}

char *ex_option_environment(char to[static EX_ENVIRONMENT_NAME_SIZE], const struct ex_option *o)
{
    int n = snprintf(to, EX_ENVIRONMENT_NAME_SIZE, "EXPROBE_%s", o->name);

    while (n-- > 0) {
        if (to[n] == '-')
            to[n] = '_';
        else if (to[n] >= 'a' && to[n] <= 'z')
            to[n] = (char)(to[n] - 'a' + 'A');
    }
    return to;
}

bool ex_option_is_path(const struct ex_option *o)
{
    static const char *const words[] = { "FILE", "DIR", "RESULTS" };

    for (size_t i = 0; o->arg && i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(o->arg, words[i]) == 0)
            return true;
    return false;
}

/* "no-rate" takes --rate back, and "color" --no-color. */
static const struct ex_option *find_taken_back(enum ex_command command, const char *name, size_t n)
{
    const struct ex_option *o = NULL;
    char no[EX_ENVIRONMENT_NAME_SIZE];

    if (n > 3 && memcmp(name, "no-", 3) == 0)
        o = ex_option_find(command, name + 3, n - 3, '\0');
    if (!o && n + 3 < sizeof(no)) {
        snprintf(no, sizeof(no), "no-%.*s", (int)n, name);
        o = ex_option_find(command, no, n + 3, '\0');
    }
    return o && o->settable != EX_SET_NOWHERE ? o : NULL;
}

/* Takes no value. */
static enum ex_status take_back(struct ex_config *cfg, enum ex_command command, const char *arg,
                                size_t n, struct ex_error *err)
{
    const struct ex_option *o = find_taken_back(command, arg + 2, n);

    if (!o) {
        ex_error_set(err, "unknown option %.*s; see --help", (int)(2 + n), arg);
        return EX_EUSAGE;
    }
    if (arg[2 + n] || o->adds_up) {
        ex_error_set(err,
                     o->adds_up ? "%.*s: --%s is only ever added to; correct where it is set"
                                : "%.*s takes no value; it takes --%s back",
                     (int)(2 + n), arg, o->name);
        return EX_EUSAGE;
    }
    return ex_settings_add(
        cfg->settings,
        &(struct ex_given){ .option = o, .commands = command, .source = EX_SOURCE_COMMAND_LINE });
}

static enum ex_status give(struct ex_config *cfg, enum ex_command command,
                           const struct ex_option *o, const char *value, struct ex_error *err)
{
    char what[128];
    enum ex_status st;

    snprintf(what, sizeof(what), "--%s %.40s", o->name, value);
    st = ex_option_try(o, value, what, err);
    if (st != EX_OK)
        return st;
    return ex_settings_add(cfg->settings, &(struct ex_given){ .option = o,
                                                              .value = value,
                                                              .commands = command,
                                                              .source = EX_SOURCE_COMMAND_LINE });
}

/* "--name", "--name=value", or a cluster of letters whose last may take a
 * value. *at moves on when the value was the next argument. */
static enum ex_status parse_option(struct ex_config *cfg, enum ex_command command, char **argv,
                                   int *at, struct ex_error *err)
{
    const char *arg = argv[*at];
    const bool is_long = arg[1] == '-';
    const char *name = is_long ? arg + 2 : arg + 1;

    while (*name) {
        const size_t n = is_long ? strcspn(name, "=") : 1;
        const struct ex_option *o = ex_option_find(command, name, n, is_long ? '\0' : *name);
        const char *value = "true";

        if (!o && is_long)
            return take_back(cfg, command, arg, n, err);
        if (!o) {
            ex_error_set(err, "unknown option -%c; see --help", *name);
            return EX_EUSAGE;
        }
        name += n;
        if (o->type != EX_OPT_FLAG) {
            value = is_long && *name == '=' ? name + 1 : !is_long && *name ? name : argv[++*at];
            name = "";
        } else if (is_long && *name == '=') {
            ex_error_set(err, "--%s takes no value", o->name);
            return EX_EUSAGE;
        }
        if (!value || !*value) {
            ex_error_set(err, "--%s needs a value: %s", o->name, o->arg);
            return EX_EUSAGE;
        }
        const enum ex_status st = give(cfg, command, o, value, err);
        if (st != EX_OK)
            return st;
    }
    return EX_OK;
}

enum ex_status ex_options_parse(struct ex_config *cfg, enum ex_command command, int argc,
                                char **argv, struct ex_error *err)
{
    bool only_operands = false;

    *cfg = (struct ex_config){ .settings = calloc(1, sizeof(*cfg->settings)) };
    if (!cfg->settings)
        return EX_ENOMEM;
    for (int i = 1; i < argc; i++) {
        enum ex_status st;

        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
            continue;
        }
        if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0')
            st = parse_option(cfg, command, argv, &i, err);
        else
            st = ex_strings_add(&cfg->operands, argv[i]);
        if (st != EX_OK)
            return st;
    }
    return ex_settings_resolve(cfg->settings, command, cfg, err);
}

/* --no-config was given: no file is read but one that is named behind it. */
static bool reads_no_usual_file(const struct ex_settings *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (!s->at[i].value && strcmp(s->at[i].option->name, "config") == 0)
            return true;
    return false;
}

enum ex_status ex_options_read(struct ex_config *cfg, enum ex_command command, int argc,
                               char **argv, const struct ex_config_places *places,
                               struct ex_error *err)
{
    enum ex_status st = ex_options_parse(cfg, command, argc, argv, err);

    if (st != EX_OK || cfg->help)
        return st;
    st = ex_settings_load(cfg->settings, places, cfg->config_file,
                          reads_no_usual_file(cfg->settings), err);
    if (st == EX_OK)
        st = ex_settings_resolve(cfg->settings, command, cfg, err);
    return st;
}

void ex_config_free(struct ex_config *cfg)
{
    for (size_t i = 0; i < ex_n_options; i++)
        if (ex_options[i].type == EX_OPT_TEXTS)
            ex_option_reset(cfg, &ex_options[i]);
    free(cfg->operands.at);
    ex_settings_free(cfg->settings);
    cfg->operands = (struct ex_strings){ 0 };
    cfg->settings = NULL;
}

void ex_options_print(FILE *to, enum ex_command command)
{
    for (size_t i = 0; i < ex_n_options; i++) {
        const struct ex_option *o = &ex_options[i];
        char left[64], letter[5] = "    ";

        if (!(o->commands & command))
            continue;
        if (o->letter)
            snprintf(letter, sizeof(letter), "-%c, ", o->letter);
        snprintf(left, sizeof(left), "%s--%s%s%s", letter, o->name, o->arg ? " " : "",
                 o->arg ? o->arg : "");
        fprintf(to, "  %-34s %s", left, o->help);
        if (o->type == EX_OPT_NUMBER && o->def)
            fprintf(to, " (default %u)", o->def);
        if (o->type == EX_OPT_DURATION && o->def)
            fprintf(to, " (default %gs)", o->def / 1000.0);
        putc('\n', to);
    }
}
