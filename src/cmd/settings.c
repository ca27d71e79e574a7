// SPDX-License-Identifier: MIT
#include "cmd/settings.h"

#include <stdlib.h>

#include "cmd/option_value.h"
#include "input/place.h"

enum ex_status ex_settings_add(struct ex_settings *s, const struct ex_given *g)
{
    if (s->n == s->room) {
        const size_t room = s->room ? 2 * s->room : 32;
        struct ex_given *grown = realloc(s->at, room * sizeof(*grown));

        if (!grown)
            return EX_ENOMEM;
        s->at = grown;
        s->room = room;
    }
    s->at[s->n++] = *g;
    return EX_OK;
}

enum ex_status ex_settings_keep(struct ex_settings *s, char *text)
{
    if (text && ex_strings_add(&s->texts, text) == EX_OK)
        return EX_OK;
    free(text);
    return EX_ENOMEM;
}

void ex_settings_free(struct ex_settings *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->texts.n; i++)
        free((char *)s->texts.at[i]);
    free(s->texts.at);
    free(s->at);
    free(s);
}

char *ex_given_source(char to[static EX_SOURCE_SIZE], const struct ex_given *g)
{
    char name[EX_ENVIRONMENT_NAME_SIZE], place[EX_PLACE_SIZE];

    switch (g->source) {
    case EX_SOURCE_SYSTEM_FILE:
    case EX_SOURCE_USER_FILE:
    case EX_SOURCE_NAMED_FILE:
        snprintf(to, EX_SOURCE_SIZE, "%s",
                 ex_place_format(place, (struct ex_place){ .line = g->line }, g->file));
        break;
    case EX_SOURCE_ENVIRONMENT:
        snprintf(to, EX_SOURCE_SIZE, "%s", ex_option_environment(name, g->option));
        break;
    case EX_SOURCE_COMMAND_LINE:
        snprintf(to, EX_SOURCE_SIZE, "command line");
        break;
    case EX_SOURCE_TABLE:
        snprintf(to, EX_SOURCE_SIZE, "built-in");
        break;
    }
    return to;
}

enum ex_status ex_settings_blame(const struct ex_settings *s, enum ex_status st,
                                 struct ex_error *err)
{
    const struct ex_error was = *err;
    const size_t n = strcspn(was.text, " :");
    const struct ex_given *found = NULL;
    char place[EX_SOURCE_SIZE];

    if (st != EX_EUSAGE || strncmp(was.text, "--", 2) != 0)
        return st;
    for (size_t i = 0; i < s->n; i++) {
        const struct ex_given *g = &s->at[i];

        if (!g->counts || strlen(g->option->name) + 2 != n ||
            strncmp(g->option->name, was.text + 2, n - 2) != 0)
            continue;
        /* Of a list, the value that the message shows. */
        if (!found || strstr(was.text + n, g->value))
            found = g;
    }
    if (!found || found->source == EX_SOURCE_COMMAND_LINE)
        return st;
    ex_error_set(err, "%s: %s", ex_given_source(place, found), was.text);
    return EX_ECONFIG;
}

/* A section means more than what stands above all of them, the command's own more than another's.
 */
static unsigned rank_of(const struct ex_given *g, enum ex_command command)
{
    return 3 * (unsigned)g->source + (g->section == 0 ? 0 : g->section == command ? 2 : 1);
}

/* Mark what counts of one option: what has the highest rank. */
static void mark(struct ex_settings *s, enum ex_command command, const struct ex_option *o,
                 bool has_operands)
{
    /* Who names a target does not mean the list of every night as well. */
    unsigned rank = o->gives_operands && has_operands ? 3 * EX_SOURCE_COMMAND_LINE : 0;
    size_t from = 0; /* of those of that rank: said again, or taken back */

    for (size_t i = 0; i < s->n; i++) {
        const struct ex_given *g = &s->at[i];
        const bool is_said = g->option == o && g->commands & command;
        const unsigned its = is_said ? rank_of(g, command) : 0;

        if (its > rank || (is_said && its == rank && (o->type != EX_OPT_TEXTS || !g->value)))
            from = i;
        if (its > rank)
            rank = its;
    }
    for (size_t i = 0; i < s->n; i++) {
        struct ex_given *g = &s->at[i];

        if (g->option == o)
            g->counts = g->commands & command && g->value &&
                        (o->adds_up || (rank_of(g, command) == rank && i >= from));
    }
}

static enum ex_status apply(const struct ex_settings *s, enum ex_command command,
                            const struct ex_option *o, struct ex_config *cfg)
{
    enum ex_status st = EX_OK;

    for (size_t i = 0; i < s->n && st == EX_OK; i++)
        if (s->at[i].option == o && s->at[i].counts && s->at[i].commands & command)
            st = ex_option_set(cfg, o, s->at[i].value, o->name, NULL);
    return st;
}

static void outrank(struct ex_settings *s, const struct ex_option *o, struct ex_config *cfg)
{
    for (size_t i = 0; i < s->n; i++)
        s->at[i].counts = s->at[i].counts && s->at[i].option != o;
    ex_option_reset(cfg, o);
}

static const struct ex_given *last_of(const struct ex_settings *s, const struct ex_option *o)
{
    const struct ex_given *last = NULL;

    for (size_t i = 0; i < s->n; i++)
        if (s->at[i].option == o && s->at[i].counts)
            last = &s->at[i];
    return last;
}

static bool is_on(const struct ex_given *g)
{
    return g && strcmp(g->value, "false") != 0;
}

/* Of two options that exclude each other, the one of the higher source stands. */
static enum ex_status exclude(struct ex_settings *s, enum ex_command command,
                              const struct ex_option *o, struct ex_config *cfg,
                              struct ex_error *err)
{
    const struct ex_option *other = ex_option_find(command, o->excludes, strlen(o->excludes), '\0');
    const struct ex_given *a = last_of(s, o), *b = other ? last_of(s, other) : NULL;
    char place[EX_SOURCE_SIZE];

    if (!is_on(a) || !is_on(b))
        return EX_OK;
    if (rank_of(a, command) != rank_of(b, command)) {
        outrank(s, rank_of(a, command) < rank_of(b, command) ? o : other, cfg);
        return EX_OK;
    }
    if (a->source == EX_SOURCE_COMMAND_LINE) {
        ex_error_set(err, "-%c and -%c exclude each other; leave one of them out", o->letter,
                     other->letter);
        return EX_EUSAGE;
    }
    ex_error_set(err, "%s: %s and %s exclude each other; leave one of them out",
                 ex_given_source(place, b), o->name, other->name);
    return EX_ECONFIG;
}

enum ex_status ex_settings_resolve(struct ex_settings *s, enum ex_command command,
                                   struct ex_config *cfg, struct ex_error *err)
{
    enum ex_status st = EX_OK;

    /* All of them first: rows of different commands may share a member. */
    for (size_t i = 0; i < ex_n_options; i++)
        ex_option_reset(cfg, &ex_options[i]);
    for (size_t i = 0; i < ex_n_options && st == EX_OK; i++) {
        const struct ex_option *o = &ex_options[i];

        if (!(o->commands & command))
            continue;
        ex_option_reset(cfg, o);
        mark(s, command, o, cfg->operands.n > 0);
        st = apply(s, command, o, cfg);
    }
    for (size_t i = 0; i < ex_n_options && st == EX_OK; i++)
        if (ex_options[i].commands & command && ex_options[i].excludes)
            st = exclude(s, command, &ex_options[i], cfg, err);
    return st;
}
