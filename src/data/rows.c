// SPDX-License-Identifier: MIT
#include "data/rows.h"

enum { ESU_PERIODS_MAX = 9, KEY_MAX = 64 };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FIELD(row, key, read, member)                                                              \
    {                                                                                              \
        key, read, offsetof(struct row, member)                                                    \
    }

static int order_sources(const void *before, const void *row)
{
    return strcmp(((const struct ex_source_row *)before)->id,
                  ((const struct ex_source_row *)row)->id);
}

enum ex_status ex_rows_sources(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        FIELD(ex_source_row, "id", ex_read_id, id),
        FIELD(ex_source_row, "title", ex_read_text, title),
        FIELD(ex_source_row, "url", ex_read_text_or_null, url),
        FIELD(ex_source_row, "date", ex_read_day_or_null, date),
    };
    static const struct ex_table table = { fields, COUNT(fields), sizeof(struct ex_source_row),
                                           EX_ROWS_MAX, order_sources };
    void *at = NULL;
    const enum ex_status st = ex_read_table(r, text, &table, &at, &r->n_sources);

    (void)cat;
    r->sources = at;
    return st;
}

static enum ex_status read_schema(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    static const char *const words[] = { "exprobe-data/1" };

    return ex_read_word(r, key, v, words, COUNT(words), to);
}

struct meta_in {
    size_t schema;
    const char *date, *kev_date, *newest_update, *newest_released, *not_covered, *source;
};

/* Checked as a day, kept as text. */
static enum ex_status read_day_text(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    int32_t day = 0;
    const enum ex_status st = ex_read_day(r, key, v, &day);

    return st == EX_OK ? ex_read_text(r, key, v, to) : st;
}

static int order_one(const void *before, const void *row)
{
    (void)before, (void)row;
    return 0; /* there is one row: a second one is an error */
}

enum ex_status ex_rows_meta(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        FIELD(meta_in, "schema", read_schema, schema),
        FIELD(meta_in, "date", read_day_text, date),
        FIELD(meta_in, "kev_date", read_day_text, kev_date),
        FIELD(meta_in, "newest_update", ex_read_text, newest_update),
        FIELD(meta_in, "newest_update_released", read_day_text, newest_released),
        FIELD(meta_in, "not_covered", ex_read_text, not_covered),
        FIELD(meta_in, "source", ex_read_source, source),
    };
    static const struct ex_table table = { fields, COUNT(fields), sizeof(struct meta_in), 1,
                                           order_one };
    const struct meta_in *in;
    void *at = NULL;
    size_t n = 0;
    enum ex_status st = ex_read_table(r, text, &table, &at, &n);

    if (st != EX_OK)
        return st;
    in = at;
    cat->info.date = in->date;
    cat->info.kev_date = in->kev_date;
    cat->info.newest_update = in->newest_update;
    cat->info.not_covered = in->not_covered;
    st = ex_day_parse(ex_span_str(in->date), &cat->info.date_day);
    if (st == EX_OK)
        st = ex_day_parse(ex_span_str(in->newest_released), &cat->info.newest_day);
    return st;
}

struct esu_list {
    const struct ex_esu_row *at;
    size_t n;
};

static enum ex_status read_esu_period(struct ex_reader *r, const char *key, const json_t *v,
                                      void *to)
{
    const json_int_t period = json_integer_value(v);

    if (!json_is_integer(v) || period < 1 || period > ESU_PERIODS_MAX)
        return ex_read_bad(r, key, "is not a period from 1 to %d", (int)ESU_PERIODS_MAX);
    *(uint8_t *)to = (uint8_t)period;
    return EX_OK;
}

static enum ex_status read_esu(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    static const struct ex_field fields[] = {
        FIELD(ex_esu_row, "period", read_esu_period, period),
        FIELD(ex_esu_row, "from", ex_read_day, from),
        FIELD(ex_esu_row, "to", ex_read_day, to),
        FIELD(ex_esu_row, "cus", ex_read_texts, cus),
        FIELD(ex_esu_row, "updates", ex_read_texts, updates),
        FIELD(ex_esu_row, "note", ex_read_text_or_null, note),
    };
    const size_t n = json_array_size(v);
    struct ex_esu_row *at;

    if (!json_is_array(v) || n > ESU_PERIODS_MAX)
        return ex_read_bad(r, key, "is not a list of at most %d periods", (int)ESU_PERIODS_MAX);
    at = ex_arena_alloc(r->arena, n, sizeof(*at));
    if (!at)
        return EX_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const enum ex_status st =
            ex_read_object(r, json_array_get(v, i), fields, COUNT(fields), &at[i]);

        if (st != EX_OK)
            return st;
        if (at[i].period != i + 1 || at[i].from > at[i].to || (i > 0 && at[i].from <= at[i - 1].to))
            return ex_read_bad(r, key, "period %zu is out of order, or overlaps", i + 1);
    }
    *(struct esu_list *)to = (struct esu_list){ at, n };
    return EX_OK;
}

struct life_in {
    struct ex_life_row out;
    struct esu_list esu;
};

static int order_lives(const void *before, const void *row)
{
    return (int)((const struct life_in *)before)->out.generation -
           (int)((const struct life_in *)row)->out.generation;
}

enum ex_status ex_rows_lifecycle(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        FIELD(life_in, "generation", ex_read_generation, out.generation),
        FIELD(life_in, "product", ex_read_text, out.product),
        FIELD(life_in, "released", ex_read_day, out.released),
        FIELD(life_in, "mainstream_end", ex_read_day_or_null, out.mainstream_end),
        FIELD(life_in, "extended_end", ex_read_day_or_null, out.extended_end),
        FIELD(life_in, "serviced_cus", ex_read_texts, out.serviced_cus),
        FIELD(life_in, "esu", read_esu, esu),
        FIELD(life_in, "note", ex_read_text_or_null, out.note),
        FIELD(life_in, "source", ex_read_source, out.source),
    };
    static const struct ex_table table = { fields, COUNT(fields), sizeof(struct life_in),
                                           EX_N_GENERATIONS, order_lives };
    const struct life_in *in;
    struct ex_life_row *rows;
    void *at = NULL;
    size_t n = 0;
    const enum ex_status st = ex_read_table(r, text, &table, &at, &n);

    if (st != EX_OK)
        return st;
    rows = ex_arena_alloc(r->arena, n, sizeof(*rows));
    if (!rows)
        return EX_ENOMEM;
    in = at;
    for (size_t i = 0; i < n; i++) {
        rows[i] = in[i].out;
        rows[i].esu = in[i].esu.at;
        rows[i].n_esu = in[i].esu.n;
    }
    cat->lives = rows;
    cat->n_lives = n;
    return EX_OK;
}

static enum ex_status read_where(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    static const char *const words[] = { [EX_DW_HEADER] = "header",
                                         [EX_DW_LOCATION] = "location",
                                         [EX_DW_BODY] = "body",
                                         [EX_DW_COOKIE] = "cookie" };
    size_t i = 0;
    const enum ex_status st = ex_read_word(r, key, v, words, COUNT(words), &i);

    *(enum ex_device_where *)to = (enum ex_device_where)i;
    return st;
}

static enum ex_status read_role(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    static const char *const words[] = { [EX_ROLE_PREAUTH] = "preauth",
                                         [EX_ROLE_PASS] = "pass",
                                         [EX_ROLE_BLOCK] = "block",
                                         [EX_ROLE_UNAVAILABLE] = "unavailable",
                                         [EX_ROLE_MAIL_HINT] = "mail-hint" };
    size_t i = 0;
    const enum ex_status st = ex_read_word(r, key, v, words, COUNT(words), &i);

    *(enum ex_device_role *)to = (enum ex_device_role)i;
    return st;
}

/* Rows of one id stand together; within it every row says something else. */
static int order_devices(const void *before, const void *row)
{
    const struct ex_device_row *a = before, *b = row;
    const int by_id = strcmp(a->id, b->id);

    if (by_id != 0)
        return by_id;
    if (a->where == b->where && a->role == b->role && strcmp(a->header, b->header) == 0 &&
        strcmp(a->match, b->match) == 0)
        return 0;
    return -1;
}

/* {"match": ""} is only good for a header field, whose presence is then enough. */
static enum ex_status read_match(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    if (json_is_string(v) && json_string_length(v) == 0) {
        *(const char **)to = "";
        return EX_OK;
    }
    return ex_read_text(r, key, v, to);
}

enum ex_status ex_rows_devices(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        FIELD(ex_device_row, "id", ex_read_id, id),
        FIELD(ex_device_row, "name", ex_read_text, name),
        FIELD(ex_device_row, "where", read_where, where),
        FIELD(ex_device_row, "role", read_role, role),
        FIELD(ex_device_row, "header", ex_read_text_or_null, header),
        FIELD(ex_device_row, "match", read_match, match),
        FIELD(ex_device_row, "source", ex_read_source, source),
    };
    static const struct ex_table table = { fields, COUNT(fields), sizeof(struct ex_device_row),
                                           EX_ROWS_MAX, order_devices };
    void *at = NULL;
    const enum ex_status st = ex_read_table(r, text, &table, &at, &cat->n_devices);

    cat->devices = at;
    return st;
}

/* Every brace opens or closes a placeholder: "{lower_case}". Which ones there are is the
 * business of whoever fills them. */
static enum ex_status read_pattern(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    const enum ex_status st = ex_read_text(r, key, v, to);

    if (st != EX_OK)
        return st;
    for (const char *p = *(const char **)to; *(p += strcspn(p, "{}"));) {
        const size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz_");

        if (*p != '{' || n == 0 || p[n + 1] != '}')
            return ex_read_bad(r, key, "has a brace that belongs to no placeholder: %.20s", p);
        p += n + 2;
    }
    return EX_OK;
}

static enum ex_status read_pattern_or_null(struct ex_reader *r, const char *key, const json_t *v,
                                           void *to)
{
    return json_is_null(v) ? ex_read_text_or_null(r, key, v, to) : read_pattern(r, key, v, to);
}

static int order_rules(const void *before, const void *row)
{
    return strcmp(((const struct ex_rule_row *)before)->id, ((const struct ex_rule_row *)row)->id);
}

enum ex_status ex_rows_rules(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        FIELD(ex_rule_row, "id", ex_read_id, id),
        FIELD(ex_rule_row, "severity", ex_read_severity, severity),
        FIELD(ex_rule_row, "severity_cve", ex_read_severity_or_null, severity_cve),
        FIELD(ex_rule_row, "severity_high", ex_read_severity_or_null, severity_high),
        FIELD(ex_rule_row, "severity_kev", ex_read_severity_or_null, severity_kev),
        FIELD(ex_rule_row, "title", read_pattern, title),
        FIELD(ex_rule_row, "remediation", read_pattern, remediation),
        FIELD(ex_rule_row, "remediation_esu", read_pattern_or_null, remediation_esu),
        FIELD(ex_rule_row, "remediation_end", read_pattern_or_null, remediation_end),
        FIELD(ex_rule_row, "references", ex_read_texts, references),
    };
    static const struct ex_table table = { fields, COUNT(fields), sizeof(struct ex_rule_row),
                                           EX_ROWS_MAX, order_rules };
    void *at = NULL;
    const enum ex_status st = ex_read_table(r, text, &table, &at, &cat->n_rules);

    cat->rules = at;
    return st;
}

static int order_advice(const void *before, const void *row)
{
    return strcmp(((const struct ex_advice_row *)before)->id,
                  ((const struct ex_advice_row *)row)->id);
}

enum ex_status ex_rows_advice(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        FIELD(ex_advice_row, "id", ex_read_id, id),
        FIELD(ex_advice_row, "before", ex_read_day, before),
        FIELD(ex_advice_row, "since", ex_read_day, since),
        FIELD(ex_advice_row, "text", ex_read_text, text),
        FIELD(ex_advice_row, "source", ex_read_source, source),
    };
    static const struct ex_table table = { fields, COUNT(fields), sizeof(struct ex_advice_row),
                                           EX_ROWS_MAX, order_advice };
    void *at = NULL;
    const enum ex_status st = ex_read_table(r, text, &table, &at, &cat->n_advice);

    cat->advice = at;
    return st;
}
