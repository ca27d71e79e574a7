// SPDX-License-Identifier: MIT
#include "cmd/threshold.h"

#include <string.h>

/* The next word of a comma-separated list; false at its end. */
static bool next_word(const char **at, struct ex_span *word)
{
    if (**at == '\0')
        return false;
    const size_t n = strcspn(*at, ",");

    *word = (struct ex_span){ (const uint8_t *)*at, n };
    *at += (*at)[n] == ',' ? n + 1 : n;
    return true;
}

static enum ex_severity severity_of(struct ex_span word)
{
    for (enum ex_severity s = EX_SEV_INFO; s < EX_N_SEVERITIES; s++)
        if (ex_span_eq(word, ex_severity_str(s)))
            return s;
    return EX_SEV_NONE;
}

enum ex_status ex_threshold_parse(struct ex_threshold *t, const char *text,
                                  const struct ex_catalog *cat, struct ex_error *err)
{
    struct ex_span word;
    const char *at = text ? text : "";

    *t = (struct ex_threshold){ .set = text != NULL, .rules = text ? text : "" };
    while (next_word(&at, &word)) {
        const enum ex_severity s = severity_of(word);
        char id[64];

        if (s != EX_SEV_NONE) {
            if (t->severity == EX_SEV_NONE || s < t->severity)
                t->severity = s;
        } else if (!ex_span_copy(id, sizeof(id), word) || !ex_catalog_rule(cat, id)) {
            ex_error_set(err,
                         "--fail-on %.*s: neither a severity (info, low, medium, high, critical) "
                         "nor a rule of the data set",
                         (int)(word.n > 40 ? 40 : word.n), (const char *)word.p);
            return EX_EUSAGE;
        }
    }
    return EX_OK;
}

bool ex_threshold_is_met(const struct ex_threshold *t, const char *rule, enum ex_severity severity)
{
    const char *at = t->set ? t->rules : "";
    struct ex_span word;

    if (t->set && t->severity != EX_SEV_NONE && severity >= t->severity)
        return true;
    while (next_word(&at, &word))
        if (ex_span_eq(word, rule))
            return true;
    return false;
}

bool ex_threshold_reached(const struct ex_threshold *t, const struct ex_findings *f)
{
    for (unsigned i = 0; i < f->n; i++)
        if (ex_threshold_is_met(t, f->at[i]->rule->id, f->at[i]->severity))
            return true;
    return false;
}
