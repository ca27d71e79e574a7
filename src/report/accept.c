// SPDX-License-Identifier: MIT
#include "report/accept.h"

#include <fnmatch.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/quote.h"
#include "out/utf8.h"

enum { TEXT_BYTES = 512, HOST_BYTES = 512 };

/* A file that is being read. */
struct reading {
    const char *name;
    size_t entry; /* counted from 1 */
    struct ex_error *err;
};

static enum ex_status bad(const struct reading *in, const char *what, const char *value)
{
    char quoted[EX_QUOTE_SIZE];

    ex_error_set(in->err, "%s: entry %zu: %s%s%s", in->name, in->entry, what, value ? " " : "",
                 value ? ex_quote(quoted, ex_span_str(value)) : "");
    return EX_EINPUT;
}

enum key { RULE, ID, TARGET, REASON, BY, EXPIRES, N_KEYS };

static const char *const keys[N_KEYS] = {
    [RULE] = "rule",     [ID] = "id", [TARGET] = "target",
    [REASON] = "reason", [BY] = "by", [EXPIRES] = "expires",
};

/* The texts of an entry; "" for what is not there. */
static enum ex_status read_texts(const struct reading *in, const json_t *entry,
                                 const char *texts[N_KEYS])
{
    const char *key;
    json_t *value;

    for (size_t i = 0; i < N_KEYS; i++)
        texts[i] = "";
    json_object_foreach ((json_t *)entry, key, value) {
        size_t i = 0;

        while (i < N_KEYS && strcmp(keys[i], key) != 0)
            i++;
        if (i == N_KEYS)
            return bad(in, "there is rule, id, target, reason, by and expires, but no", key);
        if (json_is_null(value))
            continue;
        if (!json_is_string(value) || !json_string_value(value)[0] ||
            json_string_length(value) >= TEXT_BYTES)
            return bad(in, "no text of 1 to 511 bytes is the value of", key);
        texts[i] = json_string_value(value);
    }
    return EX_OK;
}

/* Made safe to print, in memory of its own. */
static char *safe_copy(const char *raw)
{
    const size_t size = strlen(raw) * EX_UTF8_GROWTH + 1;
    char *text = malloc(size);

    if (text)
        ex_utf8_visible(text, size, ex_span_str(raw));
    return text;
}

static enum ex_status fill(const struct reading *in, struct ex_acceptance *a,
                           const char *const texts[N_KEYS], int32_t today)
{
    const char **const members[] = { &a->rule, &a->id, &a->target, &a->reason, &a->by };

    if (!texts[RULE][0] && !texts[ID][0])
        return bad(in, "says neither which \"rule\" nor the \"id\" of which finding", NULL);
    if (!texts[REASON][0] || !texts[BY][0])
        return bad(in, "a risk is accepted with a \"reason\" and \"by\" somebody", NULL);
    if (texts[EXPIRES][0]) {
        if (ex_day_parse(ex_span_str(texts[EXPIRES]), &a->expires_day) != EX_OK)
            return bad(in, "\"expires\" is a day, YYYY-MM-DD, and not", texts[EXPIRES]);
        a->expired = a->expires_day <= today;
    }
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        *members[i] = safe_copy(texts[i]);
        if (!*members[i])
            return EX_ENOMEM;
    }
    return EX_OK;
}

static enum ex_status read_entry(const struct reading *in, struct ex_accepted *all,
                                 const json_t *entry, int32_t today)
{
    struct ex_acceptance *a = &all->at[all->n++];
    const char *texts[N_KEYS];
    enum ex_status st;

    *a = (struct ex_acceptance){ .expires_day = EX_DAY_NONE };
    if (!json_is_object(entry))
        return bad(in, "is no JSON object", NULL);
    st = read_texts(in, entry, texts);
    return st == EX_OK ? fill(in, a, texts, today) : st;
}

static enum ex_status read_all(struct reading *in, struct ex_accepted *all, const json_t *array,
                               int32_t today)
{
    const size_t n = json_array_size(array);
    enum ex_status st = EX_OK;

    if (!json_is_array(array) || n > EX_ACCEPTED_MAX) {
        ex_error_set(in->err, "%s: accepted risks are a JSON array of at most %d objects", in->name,
                     EX_ACCEPTED_MAX);
        return EX_EINPUT;
    }
    all->at = calloc(n ? n : 1, sizeof(*all->at));
    if (!all->at)
        return EX_ENOMEM;
    for (size_t i = 0; i < n && st == EX_OK; i++) {
        in->entry = i + 1;
        st = read_entry(in, all, json_array_get(array, i), today);
    }
    return st;
}

enum ex_status ex_accepted_load(struct ex_accepted **out, FILE *in, const char *name, int32_t today,
                                struct ex_error *err)
{
    struct reading reading = { .name = name, .err = err };
    struct ex_accepted *all = calloc(1, sizeof(*all));
    enum ex_status st = EX_ENOMEM;
    json_error_t why;
    json_t *array;

    *out = NULL;
    if (!all)
        return EX_ENOMEM;
    array = json_loadf(in, JSON_REJECT_DUPLICATES, &why);
    if (array) {
        st = read_all(&reading, all, array, today);
    } else if (json_error_code(&why) != json_error_out_of_memory) {
        ex_error_set(err, "%s:%d: no valid JSON: %s", name, why.line, why.text);
        st = ferror(in) ? EX_EIO : EX_EINPUT;
    }
    json_decref(array);
    if (st == EX_OK)
        *out = all;
    else
        ex_accepted_free(all);
    return st;
}

/* The pattern may be for the host alone, or for host and port. */
static bool is_target(const char *pattern, const char *target)
{
    const char *colon = strrchr(target, ':');
    char host[HOST_BYTES];

    if (!pattern[0] || fnmatch(pattern, target, FNM_CASEFOLD | FNM_NOESCAPE) == 0)
        return true;
    if (!colon ||
        !ex_span_copy(host, sizeof(host),
                      (struct ex_span){ (const uint8_t *)target, (size_t)(colon - target) }))
        return false;
    return fnmatch(pattern, host, FNM_CASEFOLD | FNM_NOESCAPE) == 0;
}

static bool covers(const struct ex_acceptance *a, const char *rule, const char *id,
                   const char *target)
{
    return (!a->rule[0] || strcmp(a->rule, rule) == 0) && (!a->id[0] || strcmp(a->id, id) == 0) &&
           is_target(a->target, target);
}

const struct ex_acceptance *ex_accepted_find(struct ex_accepted *all, const char *rule,
                                             const char *id, const char *target)
{
    for (size_t i = 0; i < all->n; i++) {
        struct ex_acceptance *a = &all->at[i];

        if (!covers(a, rule, id, target))
            continue;
        a->n_used++;
        if (!a->expired)
            return a;
    }
    return NULL;
}

void ex_accepted_free(struct ex_accepted *all)
{
    if (!all)
        return;
    for (size_t i = 0; i < all->n; i++) {
        free((char *)all->at[i].rule);
        free((char *)all->at[i].id);
        free((char *)all->at[i].target);
        free((char *)all->at[i].reason);
        free((char *)all->at[i].by);
    }
    free(all->at);
    free(all);
}
