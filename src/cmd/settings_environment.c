// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "cmd/option_value.h"
#include "cmd/settings.h"
#include "core/quote.h"
#include "core/setting.h"

#define PREFIX "EXPROBE_"

static enum ex_status bad(const char *name, const char *why, struct ex_error *err)
{
    char quoted[EX_QUOTE_SIZE];

    ex_error_set(err, "environment: %s: %s", ex_quote(quoted, ex_span_str(name)), why);
    return EX_ECONFIG;
}

/* One value of a variable, for one row of the table. */
static enum ex_status take_value(struct ex_settings *s, const struct ex_option *o,
                                 struct ex_span raw, struct ex_error *err)
{
    char name[EX_ENVIRONMENT_NAME_SIZE], quoted[EX_QUOTE_SIZE];
    char what[EX_ENVIRONMENT_NAME_SIZE + EX_QUOTE_SIZE + 16];
    const char *why = ex_setting_bad_value(raw);
    enum ex_status st;
    char *value;

    snprintf(what, sizeof(what), "environment: %s=%s", ex_option_environment(name, o),
             ex_quote(quoted, raw));
    if (why) {
        ex_error_set(err, "%s: %s", what, why);
        return EX_ECONFIG;
    }
    value = strndup((const char *)raw.p, raw.n);
    st = ex_settings_keep(s, value);
    if (st == EX_OK)
        st = ex_option_try(o, value, what, err);
    if (st != EX_OK)
        return st;
    return ex_settings_add(s, &(struct ex_given){ .option = o,
                                                  .value = value,
                                                  .commands = o->commands,
                                                  .source = EX_SOURCE_ENVIRONMENT });
}

/* A list has its values on lines of their own: no other character is in no name of a file. */
static enum ex_status take_values(struct ex_settings *s, const struct ex_option *o,
                                  const char *text, struct ex_error *err)
{
    enum ex_status st = EX_OK;

    if (o->type != EX_OPT_TEXTS || !*text)
        return take_value(s, o, ex_span_str(text), err);
    for (size_t n = 0; *text && st == EX_OK; text += n + (text[n] != '\0')) {
        n = strcspn(text, "\n");
        if (n > 0)
            st = take_value(s, o, (struct ex_span){ (const uint8_t *)text, n }, err);
    }
    return st;
}

static enum ex_status take_variable(struct ex_settings *s, const char *name, const char *value,
                                    const char **config_file, struct ex_error *err)
{
    bool is_taken = false;

    for (size_t i = 0; i < ex_n_options; i++) {
        const struct ex_option *o = &ex_options[i];
        char its[EX_ENVIRONMENT_NAME_SIZE];
        enum ex_status st;

        if (strcmp(ex_option_environment(its, o), name) != 0)
            continue;
        if (o->settable == EX_SET_IN_SECTION)
            return bad(name,
                       "means another thing to each command, and is not set by the environment",
                       err);
        if (o->settable == EX_SET_NOWHERE)
            return bad(name, "is about one run, and given on the command line only", err);
        st = take_values(s, o, value, err);
        if (st != EX_OK)
            return st;
        is_taken = true;
        if (strcmp(o->name, "config") == 0)
            *config_file = value;
    }
    return is_taken ? EX_OK : bad(name, "no option is called so; correct or unset it", err);
}

enum ex_status ex_settings_load_environment(struct ex_settings *s, const char *const *environment,
                                            const char **config_file, struct ex_error *err)
{
    enum ex_status st = EX_OK;

    *config_file = NULL;
    for (; environment && *environment && st == EX_OK; environment++) {
        const char *text = *environment, *equals = strchr(text, '=');
        char *name;

        if (strncmp(text, PREFIX, sizeof(PREFIX) - 1) != 0 || !equals)
            continue;
        name = strndup(text, (size_t)(equals - text));
        st = name ? take_variable(s, name, equals + 1, config_file, err) : EX_ENOMEM;
        free(name);
    }
    return st;
}
