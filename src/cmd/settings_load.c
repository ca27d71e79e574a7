// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/command_table.h"
#include "cmd/option_value.h"
#include "cmd/settings.h"
#include "core/quote.h"
#include "core/setting.h"
#include "data/file.h"
#include "input/place.h"

/* A file while it is read. */
struct reading {
    struct ex_settings *s;
    const char *name;
    enum ex_source source;
    unsigned section; /* 0: above all of them */
    unsigned seen;    /* sections that were there */
    struct ex_setting_reader from;
    struct ex_setting now;
};

struct ex_config_places ex_config_places_usual(char *to, size_t size)
{
    const char *folder = getenv("XDG_CONFIG_HOME"), *rest = "exprobe/config";
    struct ex_config_places p = { .system = "/etc/exprobe/config",
                                  .environment = (const char *const *)environ };

    if (!folder || folder[0] != '/') {
        folder = getenv("HOME");
        rest = ".config/exprobe/config";
    }
    if (folder && folder[0] == '/' && (size_t)snprintf(to, size, "%s/%s", folder, rest) < size)
        p.user = to;
    return p;
}

/* What goes wrong here is the configuration's fault, not the command line's. */
static enum ex_status as_config(enum ex_status st)
{
    return st == EX_EUSAGE || st == EX_ESYNTAX ? EX_ECONFIG : st;
}

/* "FILE:LINE: " and what was said. */
static enum ex_status at_line(const struct reading *r, struct ex_error *err, const char *what)
{
    char place[EX_PLACE_SIZE];

    ex_error_set(err, "%s: %s",
                 ex_place_format(place, (struct ex_place){ .line = r->from.line }, r->name), what);
    return EX_ECONFIG;
}

static enum ex_status begin_section(struct reading *r, struct ex_error *err)
{
    char what[EX_SETTING_NAME_SIZE + 80];

    r->section = ex_command_id(r->now.name);
    if (!r->section) {
        snprintf(what, sizeof(what), "[%s]: no command is called so", r->now.name);
        return at_line(r, err, what);
    }
    if (r->seen & r->section) {
        snprintf(what, sizeof(what), "[%s]: the file has this section twice", r->now.name);
        return at_line(r, err, what);
    }
    r->seen |= r->section;
    return EX_OK;
}

/* Why @o cannot be set where we are; NULL when it can. */
static const char *misplaced(const struct reading *r, const struct ex_option *o)
{
    switch (o->settable) {
    case EX_SET_ANYWHERE:
        break;
    case EX_SET_IN_SECTION:
        return r->section ? NULL : "means another thing to each command; write it below [COMMAND]";
    case EX_SET_ENVIRONMENT:
        return "cannot be set in a file";
    case EX_SET_NOWHERE:
        return "is about one run, and given on the command line only";
    }
    return NULL;
}

static bool is_second(const struct reading *r, const struct ex_option *o)
{
    for (size_t i = r->s->n; i > 0 && o->type != EX_OPT_TEXTS; i--) {
        const struct ex_given *g = &r->s->at[i - 1];

        if (g->source == r->source && g->option == o && g->section == r->section)
            return true;
    }
    return false;
}

/* The value as it is kept: the name of a file begins where the configuration lies. */
static char *own_value(const struct reading *r, const struct ex_option *o)
{
    const char *value = r->now.value, *slash = strrchr(r->name, '/');
    char *text = NULL;

    if (!slash || !ex_option_is_path(o) || value[0] == '/' || strcmp(value, "-") == 0)
        return strdup(value);
    if (asprintf(&text, "%.*s%s", (int)(slash + 1 - r->name), r->name, value) < 0)
        return NULL;
    return text;
}

/* One row of the table that has the name. */
static enum ex_status take_value(struct reading *r, const struct ex_option *o, unsigned commands,
                                 struct ex_error *err)
{
    char what[EX_PLACE_SIZE + EX_SETTING_NAME_SIZE + EX_QUOTE_SIZE + 8];
    char place[EX_PLACE_SIZE], quoted[EX_QUOTE_SIZE];
    const char *why = misplaced(r, o);
    enum ex_status st;
    char *value;

    snprintf(what, sizeof(what), "%s: %s = %s",
             ex_place_format(place, (struct ex_place){ .line = r->from.line }, r->name), o->name,
             ex_quote(quoted, ex_span_str(r->now.value)));
    if (!why && is_second(r, o))
        why = "was set before; only lists are given more than once";
    if (!why && ex_option_is_path(o) && strncmp(r->now.value, "~", 1) == 0)
        why = "no shell reads this: write the whole path";
    if (why) {
        ex_error_set(err, "%s: %s", what, why);
        return EX_ECONFIG;
    }
    st = ex_option_try(o, r->now.value, what, err);
    if (st != EX_OK)
        return st;
    value = own_value(r, o);
    st = ex_settings_keep(r->s, value);
    if (st != EX_OK)
        return st;
    return ex_settings_add(r->s, &(struct ex_given){ .option = o,
                                                     .value = value,
                                                     .commands = commands & o->commands,
                                                     .source = r->source,
                                                     .section = r->section,
                                                     .line = r->from.line,
                                                     .file = r->name });
}

static enum ex_status take_setting(struct reading *r, struct ex_error *err)
{
    /* plan says what scan would do, and so reads its section. */
    const unsigned commands = r->section == 0             ? EX_CMD_ALL
                              : r->section == EX_CMD_SCAN ? EX_CMD_SCAN | EX_CMD_PLAN
                                                          : r->section;
    bool exists = false, is_taken = false;
    char what[EX_SETTING_NAME_SIZE + 80];
    enum ex_status st = EX_OK;

    if (r->now.kind == EX_SETTING_SECTION)
        return begin_section(r, err);
    for (size_t i = 0; i < ex_n_options && st == EX_OK; i++) {
        const struct ex_option *o = &ex_options[i];

        if (strcmp(o->name, r->now.name) != 0)
            continue;
        exists = true;
        if (!(o->commands & (r->section ? r->section : EX_CMD_ALL)))
            continue;
        is_taken = true;
        st = take_value(r, o, commands, err);
    }
    if (st != EX_OK || is_taken)
        return st;
    snprintf(what, sizeof(what), "%s: %s", r->now.name,
             exists ? "the command of this section has no such option"
                    : "no option is called so; see --help");
    return at_line(r, err, what);
}

static enum ex_status parse_file(struct ex_settings *s, const char *name, enum ex_source source,
                                 struct ex_span text, struct ex_error *err)
{
    struct reading *r = calloc(1, sizeof(*r));
    enum ex_status st = r ? EX_OK : EX_ENOMEM;
    struct ex_error what = { "" };

    if (!r)
        return st;
    *r = (struct reading){ .s = s, .name = name, .source = source, .from.left = ex_cur_of(text) };
    for (;;) {
        st = ex_setting_next(&r->from, &r->now, &what);
        if (st != EX_OK)
            st = at_line(r, err, what.text);
        if (st != EX_OK || r->now.kind == EX_SETTING_END)
            break;
        st = take_setting(r, err);
        if (st != EX_OK)
            break;
    }
    free(r);
    return as_config(st);
}

/* Who may write to the file decides what is contacted, and --notify runs a command. */
static enum ex_status check_file(FILE *f, const char *shown, struct ex_error *err)
{
    struct stat st;

    if (fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode) || !(st.st_mode & S_IWOTH))
        return EX_OK;
    ex_error_set(err, "%s: everybody may write to it; take that away (chmod o-w)", shown);
    return EX_ECONFIG;
}

static enum ex_status load_file(struct ex_settings *s, const char *name, enum ex_source source,
                                struct ex_error *err)
{
    struct ex_config_file *file = &s->files[s->n_files++];
    struct ex_span text = { 0 };
    char shown[EX_PLACE_SIZE];
    enum ex_status st;
    FILE *f = fopen(name, "rbe");

    *file = (struct ex_config_file){ .name = name, .is_there = f };
    ex_place_format(shown, (struct ex_place){ 0 }, name);
    if (!f) {
        if ((errno == ENOENT || errno == ENOTDIR) && source != EX_SOURCE_NAMED_FILE)
            return EX_OK;
        ex_error_set(err, "%s: cannot be read: %s", shown, strerrordesc_np(errno));
        return EX_ECONFIG;
    }
    st = check_file(f, shown, err);
    if (st == EX_OK) {
        st = ex_file_read_open(f, EX_CONFIG_FILE_MAX, &text);
        if (st == EX_EIO)
            ex_error_set(err, "%s: cannot be read: %s", shown, strerrordesc_np(errno));
        else if (st == EX_ERANGE)
            ex_error_set(err, "%s: longer than 1 MiB", shown);
        st = st == EX_OK || st == EX_ENOMEM ? st : EX_ECONFIG;
    }
    fclose(f);
    if (st == EX_OK)
        st = parse_file(s, name, source, text, err);
    free((uint8_t *)text.p);
    return st;
}

enum ex_status ex_settings_load(struct ex_settings *s, const struct ex_config_places *places,
                                const char *named, bool only_named, struct ex_error *err)
{
    const char *by_environment = NULL;
    enum ex_status st = ex_settings_load_environment(s, places->environment, &by_environment, err);

    s->n_files = 0;
    if (!named && !only_named)
        named = by_environment;
    if (st == EX_OK && named)
        st = load_file(s, named, EX_SOURCE_NAMED_FILE, err);
    if (st == EX_OK && places->user && !only_named)
        st = load_file(s, places->user, EX_SOURCE_USER_FILE, err);
    if (st == EX_OK && places->system && !only_named)
        st = load_file(s, places->system, EX_SOURCE_SYSTEM_FILE, err);
    return as_config(st);
}
