// SPDX-License-Identifier: MIT
#include "cmd/options.h"

#include <stdlib.h>
#include <string.h>

static void *field_of(struct ex_config *cfg, const struct ex_option *o)
{
    return (char *)cfg + o->at;
}

static enum ex_status add_text(struct ex_strings *s, const char *text)
{
    const char **grown = realloc(s->at, (s->n + 2) * sizeof(*grown));

    if (!grown)
        return EX_ENOMEM;
    s->at = grown;
    s->at[s->n++] = text;
    s->at[s->n] = NULL;
    return EX_OK;
}

/* Decimal digits with at most three decimals; in thousandths. */
static bool parse_thousandths(const char *text, uint64_t *out, const char **end)
{
    uint64_t v = 0;
    int decimals = -1;
    const char *p = text;

    for (; (*p >= '0' && *p <= '9') || (*p == '.' && decimals < 0); p++) {
        if (*p == '.') {
            decimals = 0;
            continue;
        }
        if (v > UINT32_MAX || (decimals >= 0 && ++decimals > 3))
            return false;
        v = v * 10 + (uint64_t)(*p - '0');
    }
    if (p == text || (p == text + 1 && decimals == 0))
        return false;
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 3; decimals++)
        v *= 10;
    *out = v;
    *end = p;
    return true;
}

static bool parse_number(const char *text, uint64_t *out)
{
    uint64_t v = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || v > UINT32_MAX)
            return false;
        v = v * 10 + (uint64_t)(*text - '0');
    }
    *out = v;
    return true;
}

static bool parse_duration(const char *text, uint64_t *out_ms)
{
    const char *unit;
    uint64_t v;

    if (!parse_thousandths(text, &v, &unit))
        return false;
    if (strcmp(unit, "ms") == 0)
        *out_ms = v / 1000;
    else if (strcmp(unit, "m") == 0)
        *out_ms = v * 60;
    else if (*unit == '\0' || strcmp(unit, "s") == 0)
        *out_ms = v;
    else
        return false;
    return true;
}

static enum ex_status set_number(struct ex_config *cfg, const struct ex_option *o,
                                 const char *value, struct ex_error *err)
{
    const bool is_time = o->type == EX_OPT_DURATION;
    uint64_t v;

    if (!(is_time ? parse_duration(value, &v) : parse_number(value, &v)) || v < o->min ||
        v > o->max) {
        ex_error_set(err, "--%s %.40s: give %s from %u to %u%s", o->name, value,
                     is_time ? "a time (2, 2s, 500ms, 1m)" : "a whole number", o->min, o->max,
                     is_time ? " milliseconds" : "");
        return EX_EUSAGE;
    }
    *(uint32_t *)field_of(cfg, o) = (uint32_t)v;
    return EX_OK;
}

static enum ex_status set_word(struct ex_config *cfg, const struct ex_option *o, const char *value,
                               struct ex_error *err)
{
    for (uint32_t i = 0; o->words[i]; i++) {
        if (strcmp(o->words[i], value) == 0) {
            *(uint32_t *)field_of(cfg, o) = i;
            return EX_OK;
        }
    }
    ex_error_set(err, "--%s %.40s: give one of: %s", o->name, value, o->help);
    return EX_EUSAGE;
}

static enum ex_status set_value(struct ex_config *cfg, const struct ex_option *o, const char *value,
                                struct ex_error *err)
{
    switch (o->type) {
    case EX_OPT_FLAG:
        *(bool *)field_of(cfg, o) = true;
        return EX_OK;
    case EX_OPT_NUMBER:
    case EX_OPT_DURATION:
        return set_number(cfg, o, value, err);
    case EX_OPT_TEXT:
        *(const char **)field_of(cfg, o) = value;
        return EX_OK;
    case EX_OPT_TEXTS:
        return add_text(field_of(cfg, o), value);
    case EX_OPT_DAY:
        if (ex_day_parse(ex_span_str(value), field_of(cfg, o)) == EX_OK)
            return EX_OK;
        ex_error_set(err, "--%s %.40s: give a day as YYYY-MM-DD", o->name, value);
        return EX_EUSAGE;
    case EX_OPT_WORD:
        return set_word(cfg, o, value, err);
    }
    return EX_EINTERNAL;
}

static const struct ex_option *find(enum ex_command command, const char *name, size_t n,
                                    char letter)
{
    for (size_t i = 0; i < ex_n_options; i++) {
        const struct ex_option *o = &ex_options[i];

        if (!(o->commands & command))
            continue;
        if (letter ? o->letter == letter : strlen(o->name) == n && memcmp(o->name, name, n) == 0)
            return o;
    }
    return NULL;
}

static void set_defaults(struct ex_config *cfg)
{
    *cfg = (struct ex_config){ .as_of_day = EX_DAY_NONE };
    for (size_t i = 0; i < ex_n_options; i++)
        if (ex_options[i].type == EX_OPT_NUMBER || ex_options[i].type == EX_OPT_DURATION)
            *(uint32_t *)field_of(cfg, &ex_options[i]) = ex_options[i].def;
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
        const struct ex_option *o = find(command, name, n, is_long ? 0 : *name);
        const char *value = NULL;

        if (!o) {
            ex_error_set(err, "unknown option %.*s%.*s; see --help", is_long ? 2 : 1, arg, (int)n,
                         name);
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
        if (o->type != EX_OPT_FLAG && (!value || !*value)) {
            ex_error_set(err, "--%s needs a value: %s", o->name, o->arg);
            return EX_EUSAGE;
        }
        const enum ex_status st = set_value(cfg, o, value, err);
        if (st != EX_OK)
            return st;
    }
    return EX_OK;
}

enum ex_status ex_options_parse(struct ex_config *cfg, enum ex_command command, int argc,
                                char **argv, struct ex_error *err)
{
    bool only_operands = false;

    set_defaults(cfg);
    for (int i = 1; i < argc; i++) {
        enum ex_status st;

        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
            continue;
        }
        if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0')
            st = parse_option(cfg, command, argv, &i, err);
        else
            st = add_text(&cfg->operands, argv[i]);
        if (st != EX_OK)
            return st;
    }
    if (cfg->ipv4 && cfg->ipv6) {
        ex_error_set(err, "-4 and -6 exclude each other; leave both out for all addresses");
        return EX_EUSAGE;
    }
    return EX_OK;
}

void ex_config_free(struct ex_config *cfg)
{
    free(cfg->operands.at);
    free(cfg->lists.at);
    free(cfg->resolves.at);
    free(cfg->rules.at);
    free(cfg->since.at);
    free(cfg->trusted_keys.at);
    cfg->operands = cfg->lists = cfg->resolves = cfg->rules = cfg->since = cfg->trusted_keys =
        (struct ex_strings){ 0 };
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
