// SPDX-License-Identifier: MIT
#include "cmd/config_show.h"

#include <string.h>

#include "cmd/command_table.h"
#include "cmd/option_value.h"
#include "cmd/settings.h"
#include "core/setting.h"
#include "input/place.h"
#include "out/json.h"

enum { SOURCE_COLUMN = 40 };

/* What is shown of one command. */
struct shown {
    FILE *to;
    const struct ex_command_row *command;
    const struct ex_settings *settings;
    struct ex_config values, defaults;
    bool json;
};

static const char *source_word(enum ex_source source)
{
    switch (source) {
    case EX_SOURCE_TABLE:
        return "built-in";
    case EX_SOURCE_SYSTEM_FILE:
    case EX_SOURCE_USER_FILE:
    case EX_SOURCE_NAMED_FILE:
        return "file";
    case EX_SOURCE_ENVIRONMENT:
        return "environment";
    case EX_SOURCE_COMMAND_LINE:
        return "command-line";
    }
    return "built-in";
}

static const char *settable_word(enum ex_settable settable)
{
    switch (settable) {
    case EX_SET_ANYWHERE:
        return "anywhere";
    case EX_SET_IN_SECTION:
        return "section";
    case EX_SET_ENVIRONMENT:
        return "environment";
    case EX_SET_NOWHERE:
        return "command-line";
    }
    return "command-line";
}

static void value_json(struct ex_json *j, const char *key, const struct ex_option *o,
                       const char *text, const struct ex_config *cfg)
{
    if (o->type == EX_OPT_FLAG)
        ex_json_bool(j, key, *(const bool *)((const char *)cfg + o->at));
    else if (o->type == EX_OPT_NUMBER)
        ex_json_int(j, key, *(const uint32_t *)((const char *)cfg + o->at));
    else
        ex_json_text(j, key, text);
}

/* @g is NULL for what the table says. */
static enum ex_status show_json(const struct shown *s, const struct ex_option *o, const char *text,
                                const struct ex_given *g)
{
    char variable[EX_ENVIRONMENT_NAME_SIZE], def[EX_OPTION_TEXT];
    struct ex_json j = { 0 };

    ex_json_begin(&j);
    ex_json_text(&j, "type", "option");
    ex_json_text(&j, "command", s->command->name);
    ex_json_text(&j, "option", o->name);
    value_json(&j, "value", o, text, &s->values);
    ex_json_text(&j, "source", source_word(g ? g->source : EX_SOURCE_TABLE));
    if (g && g->file) {
        ex_json_text(&j, "file", g->file);
        ex_json_int(&j, "line", g->line);
    }
    value_json(&j, "default", o, ex_option_text(def, &s->defaults, o), &s->defaults);
    ex_json_text(&j, "settable", settable_word(o->settable));
    if (o->settable == EX_SET_ANYWHERE || o->settable == EX_SET_ENVIRONMENT)
        ex_json_text(&j, "variable", ex_option_environment(variable, o));
    ex_json_text_or_null(&j, "argument", o->arg ? o->arg : "");
    ex_json_text(&j, "help", o->help);
    return ex_json_print(&j, s->to);
}

static enum ex_status show_text(const struct shown *s, const struct ex_option *o, const char *text,
                                const struct ex_given *g)
{
    const bool in_file = o->settable == EX_SET_ANYWHERE || o->settable == EX_SET_IN_SECTION;
    char quoted[EX_SETTING_QUOTED_SIZE], source[EX_SOURCE_SIZE] = "built-in";
    int n = fprintf(s->to, "%s%s =%s%s", g && in_file ? "" : "#", o->name, text ? " " : "",
                    text ? ex_setting_quote(quoted, text) : "");

    if (g)
        ex_given_source(source, g);
    else if (o->settable == EX_SET_NOWHERE)
        snprintf(source, sizeof(source), "command line only");
    else if (!text)
        snprintf(source, sizeof(source), "not set");
    if (n < 0)
        return EX_EOUTPUT;
    fprintf(s->to, "%*s # %s\n", n < SOURCE_COLUMN ? SOURCE_COLUMN - n : 0, "", source);
    return EX_OK;
}

static enum ex_status show_value(const struct shown *s, const struct ex_option *o, const char *text,
                                 const struct ex_given *g)
{
    return s->json ? show_json(s, o, text, g) : show_text(s, o, text, g);
}

static enum ex_status show_option(const struct shown *s, const struct ex_option *o)
{
    char number[EX_OPTION_TEXT];
    const char *text = ex_option_text(number, &s->values, o);
    enum ex_status st = EX_OK;
    bool is_set = false;

    for (size_t i = 0; i < s->settings->n && st == EX_OK; i++) {
        const struct ex_given *g = &s->settings->at[i];

        if (g->option != o || !g->counts)
            continue;
        is_set = true;
        st = show_value(s, o, o->type == EX_OPT_TEXTS ? g->value : text, g);
    }
    return is_set || st != EX_OK ? st : show_value(s, o, text, NULL);
}

static enum ex_status show_command(FILE *to, const struct ex_config *cfg,
                                   const struct ex_command_row *command, struct ex_error *err)
{
    struct shown s = { .to = to, .command = command, .settings = cfg->settings, .json = cfg->json };
    enum ex_status st = ex_settings_resolve(cfg->settings, command->id, &s.values, err);

    if (!s.json && st == EX_OK)
        fprintf(to, "\n[%s]\n", command->name);
    for (size_t i = 0; i < ex_n_options && st == EX_OK; i++) {
        ex_option_reset(&s.defaults, &ex_options[i]);
        if (ex_options[i].commands & command->id)
            st = show_option(&s, &ex_options[i]);
    }
    for (size_t i = 0; i < ex_n_options; i++)
        if (ex_options[i].type == EX_OPT_TEXTS)
            ex_option_reset(&s.values, &ex_options[i]);
    return st;
}

static void show_files(FILE *to, const struct ex_settings *s)
{
    char name[EX_PLACE_SIZE];

    for (size_t i = 0; i < s->n_files; i++)
        fprintf(to, "# %s: %s\n", ex_place_format(name, (struct ex_place){ 0 }, s->files[i].name),
                s->files[i].is_there ? "read" : "not there");
}

enum ex_status ex_config_show(FILE *to, const struct ex_config *cfg, struct ex_error *err)
{
    enum ex_status st = EX_OK;

    for (size_t i = 0; i < cfg->operands.n; i++) {
        if (!ex_command_find(cfg->operands.at[i])) {
            ex_error_set(err, "unknown command '%.40s'; see exprobe --help", cfg->operands.at[i]);
            return EX_EUSAGE;
        }
    }
    if (!cfg->json)
        show_files(to, cfg->settings);
    for (size_t i = 0; i < ex_n_commands && st == EX_OK; i++) {
        bool is_named = cfg->operands.n == 0;

        for (size_t k = 0; k < cfg->operands.n; k++)
            is_named = is_named || strcmp(cfg->operands.at[k], ex_commands[i].name) == 0;
        if (is_named)
            st = show_command(to, cfg, &ex_commands[i], err);
    }
    return st;
}
