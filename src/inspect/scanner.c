// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "inspect/rules.h"

struct ex_scanner {
    const struct ex_signatures *set; /* borrowed */
    YR_SCANNER *yara;                /* owned */
};

/* Where the hits of one answer go. */
struct scan {
    const struct ex_signatures *set;
    struct ex_hits *out;
};

/* Strongest first, in the order of the rules among equals; the weakest falls off the end. */
static void insert(struct ex_hits *hits, struct ex_hit hit)
{
    size_t at = hits->n;

    while (at > 0 && hits->at[at - 1].strength < hit.strength)
        at--;
    if (at == EX_HITS_MAX)
        return;
    if (hits->n < EX_HITS_MAX)
        hits->n++;
    for (size_t i = hits->n - 1u; i > at; i--)
        hits->at[i] = hits->at[i - 1];
    hits->at[at] = hit;
}

static int on_message(YR_SCAN_CONTEXT *context, int message, void *data, void *arg)
{
    struct scan *s = arg;

    (void)context;
    switch (message) {
    case CALLBACK_MSG_RULE_MATCHING: {
        const size_t i = (size_t)((const YR_RULE *)data - s->set->rules->rules_table);
        const struct ex_rule_words *w = &s->set->words[i];

        insert(s->out, (struct ex_hit){ w->id, w->title, w->strength });
        return CALLBACK_CONTINUE;
    }
    case CALLBACK_MSG_TOO_MANY_MATCHES:
        s->out->failed = true;
        return CALLBACK_CONTINUE;
    case CALLBACK_MSG_IMPORT_MODULE:
        return ex_rule_module_allowed(((YR_MODULE_IMPORT *)data)->module_name) ? CALLBACK_CONTINUE
                                                                               : CALLBACK_ERROR;
    default:
        return CALLBACK_CONTINUE;
    }
}

enum ex_status ex_scanner_new(struct ex_scanner **out, const struct ex_signatures *s)
{
    struct ex_scanner *c = calloc(1, sizeof(*c));

    *out = NULL;
    if (!c)
        return EX_ENOMEM;
    c->set = s;
    if (yr_scanner_create(s->rules, &c->yara) != ERROR_SUCCESS) {
        free(c);
        return EX_ENOMEM;
    }
    /* No handlers for signals: the body is memory of ours, not a mapped file. */
    yr_scanner_set_flags(c->yara, SCAN_FLAGS_REPORT_RULES_MATCHING | SCAN_FLAGS_NO_TRYCATCH);
    yr_scanner_set_timeout(c->yara, EX_SCAN_LIMIT_S);
    *out = c;
    return EX_OK;
}

void ex_scanner_free(struct ex_scanner *s)
{
    if (!s)
        return;
    yr_scanner_destroy(s->yara);
    free(s);
}

static bool set_variables(YR_SCANNER *y, const struct ex_sample *sample)
{
    bool ok = true;

#define INT(name)                                                                                  \
    ok = ok && yr_scanner_define_integer_variable(y, #name, sample->name) == ERROR_SUCCESS;
#define BOOL(name)                                                                                 \
    ok = ok && yr_scanner_define_boolean_variable(y, #name, sample->name) == ERROR_SUCCESS;
#define TEXT(name)                                                                                 \
    ok = ok && yr_scanner_define_string_variable(y, #name, sample->name) == ERROR_SUCCESS;
    EX_RULE_VARIABLES(INT, BOOL, TEXT)
#undef INT
#undef BOOL
#undef TEXT
    return ok;
}

void ex_scanner_scan(void *scanner, const struct ex_sample *sample, struct ex_hits *out)
{
    struct ex_scanner *c = scanner;
    struct scan s = { c->set, out };
    struct ex_sample seen = *sample;

    if (seen.body.n > EX_SCAN_BYTES_MAX) {
        seen.body.n = EX_SCAN_BYTES_MAX;
        seen.body_cut = true;
    }
    *out = (struct ex_hits){ 0 };
    yr_scanner_set_callback(c->yara, on_message, &s);
    if (!set_variables(c->yara, &seen) ||
        yr_scanner_scan_mem(c->yara, seen.body.n > 0 ? seen.body.p : (const uint8_t *)"",
                            seen.body.n) != ERROR_SUCCESS)
        out->failed = true;
    yr_scanner_set_callback(c->yara, on_message, NULL);
}
