// SPDX-License-Identifier: MIT
#include "data/read.h"

#include <stdio.h>

enum {
    TEXT_MAX = 2000,   /* characters of one text */
    TEXTS_MAX = 32,    /* texts in one list */
    SOURCE_MAX = 1024, /* characters of the joined titles of a row */
};

static const char *const severities[EX_N_SEVERITIES] = {
#define X(id, text) [EX_SEV_##id] = text,
    EX_SEVERITY_MAP(X)
#undef X
};

static const char *const generations[EX_N_GENERATIONS] = {
#define X(id, text) [EX_GEN_##id] = text,
    EX_GENERATION_MAP(X)
#undef X
};

/* The text of @v, checked: a bounded, non-empty string of printable ASCII. */
static enum ex_status text_of(struct ex_reader *r, const char *key, const json_t *v,
                              const char **text)
{
    const char *s = json_string_value(v);
    const size_t n = json_string_length(v);

    if (!s || n == 0)
        return ex_read_bad(r, key, "is not a text");
    if (n > TEXT_MAX)
        return ex_read_bad(r, key, "%zu characters, at most %d are allowed", n, (int)TEXT_MAX);
    for (size_t i = 0; i < n; i++)
        if (s[i] < ' ' || s[i] > '~')
            return ex_read_bad(r, key, "character %zu is not printable ASCII", i + 1);
    *text = s;
    return EX_OK;
}

enum ex_status ex_read_text(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    const char *text = NULL;
    const enum ex_status st = text_of(r, key, v, &text);
    char *copy;

    if (st != EX_OK)
        return st;
    copy = ex_arena_text(r->arena, text);
    *(const char **)to = copy;
    return copy ? EX_OK : EX_ENOMEM;
}

/* An id of ours: lower-case words joined by - or _. */
enum ex_status ex_read_id(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    const enum ex_status st = ex_read_text(r, key, v, to);
    const char *id = *(const char **)to;

    if (st == EX_OK && id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-_")] != '\0')
        return ex_read_bad(r, key, "\"%.60s\" is not an id of a-z, 0-9, - and _", id);
    return st;
}

enum ex_status ex_read_text_or_null(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    if (!json_is_null(v))
        return ex_read_text(r, key, v, to);
    *(const char **)to = "";
    return EX_OK;
}

enum ex_status ex_read_texts(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    const size_t n = json_array_size(v);
    const char **list;

    if (!json_is_array(v) || n > TEXTS_MAX)
        return ex_read_bad(r, key, "is not a list of at most %d texts", (int)TEXTS_MAX);
    list = ex_arena_alloc(r->arena, n + 1, sizeof(*list));
    if (!list)
        return EX_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const enum ex_status st = ex_read_text(r, key, json_array_get(v, i), &list[i]);

        if (st != EX_OK)
            return st;
        for (size_t k = 0; k < i; k++)
            if (strcmp(list[k], list[i]) == 0)
                return ex_read_bad(r, key, "names \"%.60s\" twice", list[i]);
    }
    *(const char *const **)to = list;
    return EX_OK;
}

enum ex_status ex_read_texts_or_null(struct ex_reader *r, const char *key, const json_t *v,
                                     void *to)
{
    if (!json_is_null(v))
        return ex_read_texts(r, key, v, to);
    *(const char *const **)to = NULL;
    return EX_OK;
}

enum ex_status ex_read_bool(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    if (!json_is_boolean(v))
        return ex_read_bad(r, key, "is neither true nor false");
    *(bool *)to = json_is_true(v);
    return EX_OK;
}

enum ex_status ex_read_tri(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    if (!json_is_boolean(v) && !json_is_null(v))
        return ex_read_bad(r, key, "is neither true, false nor null");
    *(enum ex_tri *)to = json_is_null(v)   ? EX_TRI_UNKNOWN
                         : json_is_true(v) ? EX_TRI_YES
                                           : EX_TRI_NO;
    return EX_OK;
}

enum ex_status ex_read_day(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    const char *text = NULL;
    enum ex_status st = text_of(r, key, v, &text);

    if (st == EX_OK && ex_day_parse(ex_span_str(text), to) != EX_OK)
        st = ex_read_bad(r, key, "\"%.60s\" is not a day of the form YYYY-MM-DD", text);
    return st;
}

enum ex_status ex_read_day_or_null(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    if (!json_is_null(v))
        return ex_read_day(r, key, v, to);
    *(int32_t *)to = EX_DAY_NONE;
    return EX_OK;
}

enum ex_status ex_read_build(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    struct ex_build *build = to;
    const char *text = NULL;
    bool padded = false;
    const enum ex_status st = text_of(r, key, v, &text);

    if (st != EX_OK)
        return st;
    if (ex_build_parse(ex_span_str(text), build, &padded) != EX_OK || padded ||
        build->n_parts != 4 || ex_build_generation(build) == EX_GEN_NONE)
        return ex_read_bad(r, key, "\"%.60s\" is not an Exchange build of four parts", text);
    return EX_OK;
}

enum ex_status ex_read_word(struct ex_reader *r, const char *key, const json_t *v,
                            const char *const *words, size_t n, size_t *index)
{
    char all[256] = "";
    const char *text = NULL;
    const enum ex_status st = text_of(r, key, v, &text);
    size_t used = 0;

    if (st != EX_OK)
        return st;
    for (size_t i = 0; i < n; i++) {
        if (words[i][0] == '\0')
            continue;
        if (strcmp(words[i], text) == 0) {
            *index = i;
            return EX_OK;
        }
        if (used < sizeof(all))
            used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", used ? ", " : "",
                                     words[i]);
    }
    return ex_read_bad(r, key, "\"%.60s\" is none of %s", text, all);
}

enum ex_status ex_read_generation(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    size_t i = 0;
    const enum ex_status st = ex_read_word(r, key, v, generations, EX_N_GENERATIONS, &i);

    *(enum ex_generation *)to = (enum ex_generation)i;
    return st;
}

enum ex_status ex_read_severity(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    size_t i = 0;
    const enum ex_status st = ex_read_word(r, key, v, severities, EX_N_SEVERITIES, &i);

    *(enum ex_severity *)to = (enum ex_severity)i;
    return st;
}

enum ex_status ex_read_severity_or_null(struct ex_reader *r, const char *key, const json_t *v,
                                        void *to)
{
    if (!json_is_null(v))
        return ex_read_severity(r, key, v, to);
    *(enum ex_severity *)to = EX_SEV_NONE;
    return EX_OK;
}

static const struct ex_source_row *source_named(const struct ex_reader *r, const char *id)
{
    for (size_t i = 0; i < r->n_sources; i++)
        if (strcmp(r->sources[i].id, id) == 0)
            return &r->sources[i];
    return NULL;
}

enum ex_status ex_read_source(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    const char *const *ids = NULL;
    const enum ex_status st = ex_read_texts(r, key, v, &ids);
    char all[SOURCE_MAX] = "";
    size_t used = 0;
    char *copy;

    if (st != EX_OK)
        return st;
    if (!ids || !ids[0])
        return ex_read_bad(r, key, "names no source");
    for (size_t i = 0; ids[i]; i++) {
        const struct ex_source_row *s = source_named(r, ids[i]);
        char day[EX_DAY_TEXT];

        if (!s)
            return ex_read_bad(r, key, "\"%.60s\" is not in sources.json", ids[i]);
        ex_day_format(day, s->date);
        used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s%s%s%s", i ? "; " : "",
                                 s->title, day[0] ? " (" : "", day, day[0] ? ")" : "");
        if (used >= sizeof(all))
            return ex_read_bad(r, key, "names too many sources");
    }
    copy = ex_arena_text(r->arena, all);
    *(const char **)to = copy;
    return copy ? EX_OK : EX_ENOMEM;
}
