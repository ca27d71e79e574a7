// SPDX-License-Identifier: MIT
#include "cmd/option_value.h"

#include <stdlib.h>
#include <string.h>

static void *field_of(struct ex_config *cfg, const struct ex_option *o)
{
    return (char *)cfg + o->at;
}

static const void *value_of(const struct ex_config *cfg, const struct ex_option *o)
{
    return (const char *)cfg + o->at;
}

enum ex_status ex_strings_add(struct ex_strings *s, const char *text)
{
    const bool is_full = (s->n & (s->n + 1)) == 0; /* room for 1, 3, 7, ... and the NULL */
    const char **grown = is_full ? realloc(s->at, (2 * s->n + 2) * sizeof(*grown)) : s->at;

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
                                 const char *value, const char *what, struct ex_error *err)
{
    const bool is_time = o->type == EX_OPT_DURATION;
    uint64_t v;

    if (!(is_time ? parse_duration(value, &v) : parse_number(value, &v)) || v < o->min ||
        v > o->max) {
        ex_error_set(err, "%s: give %s from %u to %u%s", what,
                     is_time ? "a time (2, 2s, 500ms, 1m)" : "a whole number", o->min, o->max,
                     is_time ? " milliseconds" : "");
        return EX_EUSAGE;
    }
    *(uint32_t *)field_of(cfg, o) = (uint32_t)v;
    return EX_OK;
}

static const char *const *find_word(const struct ex_option *o, const char *value)
{
    for (const char *const *word = o->words; *word; word++)
        if (strcmp(*word, value) == 0)
            return word;
    return NULL;
}

static enum ex_status not_a_word(const struct ex_option *o, const char *what, struct ex_error *err)
{
    ex_error_set(err, "%s: give one of: %s", what, o->help);
    return EX_EUSAGE;
}

static enum ex_status set_word(struct ex_config *cfg, const struct ex_option *o, const char *value,
                               const char *what, struct ex_error *err)
{
    const char *const *word = find_word(o, value);

    if (!word)
        return not_a_word(o, what, err);
    *(uint32_t *)field_of(cfg, o) = (uint32_t)(word - o->words);
    return EX_OK;
}

static enum ex_status set_flag(struct ex_config *cfg, const struct ex_option *o, const char *value,
                               const char *what, struct ex_error *err)
{
    const bool is_true = strcmp(value, "true") == 0;

    if (!is_true && strcmp(value, "false") != 0) {
        ex_error_set(err, "%s: give true or false", what);
        return EX_EUSAGE;
    }
    *(bool *)field_of(cfg, o) = is_true;
    return EX_OK;
}

enum ex_status ex_option_set(struct ex_config *cfg, const struct ex_option *o, const char *value,
                             const char *what, struct ex_error *err)
{
    switch (o->type) {
    case EX_OPT_FLAG:
        return set_flag(cfg, o, value, what, err);
    case EX_OPT_NUMBER:
    case EX_OPT_DURATION:
        return set_number(cfg, o, value, what, err);
    case EX_OPT_TEXT:
        if (o->words && !find_word(o, value))
            return not_a_word(o, what, err);
        *(const char **)field_of(cfg, o) = value;
        return EX_OK;
    case EX_OPT_TEXTS:
        return ex_strings_add(field_of(cfg, o), value);
    case EX_OPT_DAY:
        if (ex_day_parse(ex_span_str(value), field_of(cfg, o)) == EX_OK)
            return EX_OK;
        ex_error_set(err, "%s: give a day as YYYY-MM-DD", what);
        return EX_EUSAGE;
    case EX_OPT_WORD:
        return set_word(cfg, o, value, what, err);
    }
    return EX_EINTERNAL;
}

enum ex_status ex_option_try(const struct ex_option *o, const char *value, const char *what,
                             struct ex_error *err)
{
    struct ex_config scratch = { 0 };
    const enum ex_status st = ex_option_set(&scratch, o, value, what, err);

    ex_option_reset(&scratch, o);
    return st;
}

void ex_option_reset(struct ex_config *cfg, const struct ex_option *o)
{
    struct ex_strings *list = field_of(cfg, o);

    switch (o->type) {
    case EX_OPT_FLAG:
        *(bool *)field_of(cfg, o) = false;
        return;
    case EX_OPT_NUMBER:
    case EX_OPT_DURATION:
    case EX_OPT_WORD:
        *(uint32_t *)field_of(cfg, o) = o->def;
        return;
    case EX_OPT_TEXT:
        *(const char **)field_of(cfg, o) = NULL;
        return;
    case EX_OPT_TEXTS:
        free(list->at);
        *list = (struct ex_strings){ 0 };
        return;
    case EX_OPT_DAY:
        *(int32_t *)field_of(cfg, o) = EX_DAY_NONE;
        return;
    }
}

const char *ex_option_text(char to[static EX_OPTION_TEXT], const struct ex_config *cfg,
                           const struct ex_option *o)
{
    const uint32_t number =
        o->type == EX_OPT_NUMBER || o->type == EX_OPT_DURATION || o->type == EX_OPT_WORD
            ? *(const uint32_t *)value_of(cfg, o)
            : 0;

    switch (o->type) {
    case EX_OPT_FLAG:
        return *(const bool *)value_of(cfg, o) ? "true" : "false";
    case EX_OPT_NUMBER:
        snprintf(to, EX_OPTION_TEXT, "%u", number);
        return to;
    case EX_OPT_DURATION:
        if (number % 1000)
            snprintf(to, EX_OPTION_TEXT, "%ums", number);
        else
            snprintf(to, EX_OPTION_TEXT, "%us", number / 1000);
        return to;
    case EX_OPT_WORD:
        return o->words[number];
    case EX_OPT_TEXT:
        return *(const char *const *)value_of(cfg, o);
    case EX_OPT_DAY:
    case EX_OPT_TEXTS:
        return NULL;
    }
    return NULL;
}
