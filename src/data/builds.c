// SPDX-License-Identifier: MIT
#include "data/rows.h"

enum { ESU_PERIOD_MAX = 9 };

static enum ex_status read_kind(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    static const char *const words[] = {
        [EX_KIND_PREVIEW] = "preview", [EX_KIND_RTM] = "rtm", [EX_KIND_SP] = "sp",
        [EX_KIND_CU] = "cu",           [EX_KIND_RU] = "ru",   [EX_KIND_SU] = "su",
        [EX_KIND_HU] = "hu",
    };
    size_t i = 0;
    const enum ex_status st = ex_read_word(r, key, v, words, sizeof(words) / sizeof(words[0]), &i);

    *(enum ex_build_kind *)to = (enum ex_build_kind)i;
    return st;
}

static enum ex_status read_period(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    const json_int_t period = json_integer_value(v);

    *(uint8_t *)to = 0;
    if (json_is_null(v))
        return EX_OK;
    if (!json_is_integer(v) || period < 1 || period > ESU_PERIOD_MAX)
        return ex_read_bad(r, key, "is neither null nor a period from 1 to %d",
                           (int)ESU_PERIOD_MAX);
    *(uint8_t *)to = (uint8_t)period;
    return EX_OK;
}

#define FIELD(key, read, member)                                                                   \
    {                                                                                              \
        key, read, offsetof(struct ex_build_row, member)                                           \
    }

static const struct ex_field build_fields[] = {
    FIELD("build", ex_read_build, build),
    FIELD("product", ex_read_text, product),
    FIELD("cu", ex_read_text, cu),
    FIELD("update", ex_read_text_or_null, update),
    FIELD("kind", read_kind, kind),
    FIELD("released", ex_read_day, released),
    FIELD("kb", ex_read_text_or_null, kb),
    FIELD("esu_period", read_period, esu_period),
    FIELD("security_level", ex_read_text, security_level),
    FIELD("rerelease_of", ex_read_text_or_null, rerelease_of),
    FIELD("fixes_only", ex_read_texts_or_null, fixes_only),
    FIELD("notes", ex_read_text_or_null, notes),
    FIELD("source", ex_read_source, source),
};

static int order_builds(const void *before, const void *row)
{
    return ex_build_cmp(&((const struct ex_build_row *)before)->build,
                        &((const struct ex_build_row *)row)->build);
}

enum ex_status ex_rows_builds(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_table table = {
        build_fields,
        sizeof(build_fields) / sizeof(build_fields[0]),
        sizeof(struct ex_build_row),
        EX_ROWS_MAX,
        order_builds,
    };
    struct ex_build_row *rows;
    void *at = NULL;
    const enum ex_status st = ex_read_table(r, text, &table, &at, &cat->n_builds);

    if (st != EX_OK)
        return st;
    rows = at;
    for (size_t i = 0; i < cat->n_builds; i++) {
        rows[i].generation = ex_build_generation(&rows[i].build);
        rows[i].esu_only = rows[i].esu_period > 0;
        rows[i].cumulative = !rows[i].fixes_only;
    }
    cat->builds = rows;
    return EX_OK;
}

static int order_aliases(const void *before, const void *row)
{
    return ex_build_cmp(&((const struct ex_alias_row *)before)->observed,
                        &((const struct ex_alias_row *)row)->observed);
}

enum ex_status ex_rows_aliases(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        { "observed", ex_read_build, offsetof(struct ex_alias_row, observed) },
        { "official", ex_read_build, offsetof(struct ex_alias_row, official) },
        { "source", ex_read_source, offsetof(struct ex_alias_row, source) },
    };
    static const struct ex_table table = {
        fields,        sizeof(fields) / sizeof(fields[0]), sizeof(struct ex_alias_row), EX_ROWS_MAX,
        order_aliases,
    };
    void *at = NULL;
    const enum ex_status st = ex_read_table(r, text, &table, &at, &cat->n_aliases);

    cat->aliases = at;
    return st;
}
