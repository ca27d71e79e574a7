// SPDX-License-Identifier: MIT
#include "data/rows.h"

enum { BUILDS_MAX = 64 }; /* builds in one list */

struct builds {
    const struct ex_build *at;
    size_t n;
};

/* A row as the file has it: what is judged, and what is only kept for the reader of the file. */
struct cve_in {
    struct ex_cve_row out;
    struct builds fixed_in, vendor_fixed_in, upper_bounds;
    const char *const *fix_unknown_in;
    const char *confidence, *vendor_severity, *vendor_exploitability;
    enum ex_tri vendor_exploited, public_exploit;
    double cvss, cvss_v2, epss;
};

/* A number from 0 to @max, or null: -1. */
static enum ex_status read_number(struct ex_reader *r, const char *key, const json_t *v, double max,
                                  double *to)
{
    const double number = json_number_value(v);

    *to = -1;
    if (json_is_null(v))
        return EX_OK;
    if (!json_is_number(v) || !(number >= 0 && number <= max))
        return ex_read_bad(r, key, "is neither null nor a number from 0 to %.0f", max);
    *to = number;
    return EX_OK;
}

static enum ex_status read_score(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    return read_number(r, key, v, 10, to);
}

static enum ex_status read_probability(struct ex_reader *r, const char *key, const json_t *v,
                                       void *to)
{
    return read_number(r, key, v, 1, to);
}

/* One of @words at @to as text; "" for null where that is allowed. */
static enum ex_status read_one_of(struct ex_reader *r, const char *key, const json_t *v, void *to,
                                  const char *const *words, size_t n, bool null_allowed)
{
    size_t i = 0;
    enum ex_status st;

    *(const char **)to = "";
    if (null_allowed && json_is_null(v))
        return EX_OK;
    st = ex_read_word(r, key, v, words, n, &i);
    if (st == EX_OK)
        *(const char **)to = words[i];
    return st;
}

static enum ex_status read_confidence(struct ex_reader *r, const char *key, const json_t *v,
                                      void *to)
{
    static const char *const words[] = { "low", "medium", "high" };

    return read_one_of(r, key, v, to, words, sizeof(words) / sizeof(words[0]), false);
}

static enum ex_status read_rating(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    static const char *const words[] = { "Low", "Moderate", "Important", "Critical" };

    return read_one_of(r, key, v, to, words, sizeof(words) / sizeof(words[0]), true);
}

static enum ex_status read_exploitability(struct ex_reader *r, const char *key, const json_t *v,
                                          void *to)
{
    static const char *const words[] = { "Unlikely", "Less Likely", "More Likely", "Detected" };

    return read_one_of(r, key, v, to, words, sizeof(words) / sizeof(words[0]), true);
}

static enum ex_status read_cve_id(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    const enum ex_status st = ex_read_text(r, key, v, to);
    const char *id = *(const char **)to;
    enum { PREFIX = sizeof("CVE-2021-") - 1, DIGITS_MIN = 4, DIGITS_MAX = 8 };

    if (st != EX_OK)
        return st;
    if (strncmp(id, "CVE-", 4) == 0 && strspn(id + 4, "0123456789") == 4 && id[PREFIX - 1] == '-') {
        const size_t digits = strspn(id + PREFIX, "0123456789");

        if (digits >= DIGITS_MIN && digits <= DIGITS_MAX && id[PREFIX + digits] == '\0')
            return EX_OK;
    }
    return ex_read_bad(r, key, "\"%.60s\" is not a CVE id", id);
}

static enum ex_status read_status(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    static const char *const words[] = {
        [EX_PS_NOT_LISTED] = "not_listed",
        [EX_PS_FIXED] = "fixed",
        [EX_PS_INCLUDED] = "included",
        [EX_PS_EOL_UNASSESSED] = "eol_unassessed",
        [EX_PS_LISTED_WITHOUT_BUILD] = "listed_without_build",
    };
    size_t i = 0;
    const enum ex_status st = ex_read_word(r, key, v, words, sizeof(words) / sizeof(words[0]), &i);

    *(enum ex_product_status *)to = (enum ex_product_status)i;
    return st;
}

/* Every generation has to be there: a forgotten one would be judged as "not listed". */
static enum ex_status read_statuses(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    static const struct ex_field fields[] = {
        { "2003", read_status, EX_GEN_2003 * sizeof(enum ex_product_status) },
        { "2007", read_status, EX_GEN_2007 * sizeof(enum ex_product_status) },
        { "2010", read_status, EX_GEN_2010 * sizeof(enum ex_product_status) },
        { "2013", read_status, EX_GEN_2013 * sizeof(enum ex_product_status) },
        { "2016", read_status, EX_GEN_2016 * sizeof(enum ex_product_status) },
        { "2019", read_status, EX_GEN_2019 * sizeof(enum ex_product_status) },
        { "SE", read_status, EX_GEN_SE * sizeof(enum ex_product_status) },
    };

    if (!json_is_object(v))
        return ex_read_bad(r, key, "is not an object");
    return ex_read_object(r, v, fields, sizeof(fields) / sizeof(fields[0]), to);
}

static enum ex_status read_decidable(struct ex_reader *r, const char *key, const json_t *v,
                                     void *to)
{
    static const char *const words[] = {
        [EX_DECIDABLE_YES] = "yes",
        [EX_DECIDABLE_NECESSARY] = "necessary_not_sufficient",
        [EX_DECIDABLE_CONFIG] = "configuration_until_included",
    };
    size_t i = 0;
    const enum ex_status st = ex_read_word(r, key, v, words, sizeof(words) / sizeof(words[0]), &i);

    *(enum ex_decidable *)to = (enum ex_decidable)i;
    return st;
}

static enum ex_status read_builds(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    struct builds *list = to;
    const size_t n = json_array_size(v);
    struct ex_build *at;

    if (!json_is_array(v) || n > BUILDS_MAX)
        return ex_read_bad(r, key, "is not a list of at most %d builds", (int)BUILDS_MAX);
    at = ex_arena_alloc(r->arena, n, sizeof(*at));
    if (!at)
        return EX_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const enum ex_status st = ex_read_build(r, key, json_array_get(v, i), &at[i]);

        if (st != EX_OK)
            return st;
        if (i > 0 && ex_build_cmp(&at[i - 1], &at[i]) >= 0)
            return ex_read_bad(r, key, "is not in ascending order");
    }
    *list = (struct builds){ at, n };
    return EX_OK;
}

static enum ex_status read_builds_or_null(struct ex_reader *r, const char *key, const json_t *v,
                                          void *to)
{
    return json_is_null(v) ? EX_OK : read_builds(r, key, v, to);
}

/* {"2016": "15.1.2507.6", ...}: a build for each generation that has one. */
static enum ex_status read_build_by_generation(struct ex_reader *r, const char *key,
                                               const json_t *v, void *to)
{
    struct ex_build *builds = to;
    size_t known = 0;

    if (!json_is_object(v))
        return ex_read_bad(r, key, "is not an object");
    for (size_t g = EX_GEN_2003; g < EX_N_GENERATIONS; g++) {
        const char *name = ex_generation_str((enum ex_generation)g);
        const json_t *value = json_object_get(v, name);
        enum ex_status st;

        if (!value)
            continue;
        known++;
        st = ex_read_build(r, key, value, &builds[g]);
        if (st != EX_OK)
            return st;
        if (ex_build_generation(&builds[g]) != (enum ex_generation)g)
            return ex_read_bad(r, key, "the build of \"%s\" belongs to another product", name);
    }
    if (known != json_object_size(v))
        return ex_read_bad(r, key, "has a key that is no Exchange version");
    return EX_OK;
}

#define OUT(key, read, member)                                                                     \
    {                                                                                              \
        key, read, offsetof(struct cve_in, out.member)                                             \
    }
#define IN(key, read, member)                                                                      \
    {                                                                                              \
        key, read, offsetof(struct cve_in, member)                                                 \
    }

static const struct ex_field cve_fields[] = {
    OUT("cve", read_cve_id, id),
    OUT("name", ex_read_text_or_null, name),
    OUT("published", ex_read_day, published),
    OUT("fix_available", ex_read_day_or_null, fix_available),
    OUT("severity", ex_read_severity, severity),
    IN("cvss", read_score, cvss),
    OUT("cvss_vector", ex_read_text_or_null, vector),
    IN("cvss_v2", read_score, cvss_v2),
    OUT("impact", ex_read_text, impact),
    OUT("preauth", ex_read_tri, preauth),
    OUT("user_interaction", ex_read_tri, user_interaction),
    IN("vendor_severity", read_rating, vendor_severity),
    IN("vendor_exploited", ex_read_tri, vendor_exploited),
    IN("vendor_exploitability", read_exploitability, vendor_exploitability),
    OUT("kev_date", ex_read_day_or_null, kev_date),
    OUT("ransomware", ex_read_bool, ransomware),
    IN("public_exploit", ex_read_tri, public_exploit),
    IN("epss", read_probability, epss),
    OUT("status", read_statuses, status),
    IN("fixed_in", read_builds, fixed_in),
    IN("vendor_fixed_in", read_builds_or_null, vendor_fixed_in),
    IN("fixed_in_upper_bounds", read_builds_or_null, upper_bounds),
    IN("fix_unknown_in", ex_read_texts_or_null, fix_unknown_in),
    OUT("included_since", read_build_by_generation, included_since),
    OUT("default_on_since", read_build_by_generation, default_on_since),
    OUT("decidable", read_decidable, decidable),
    OUT("override_can_disable", ex_read_bool, override_can_disable),
    OUT("condition", ex_read_text_or_null, extra_condition),
    OUT("note", ex_read_text_or_null, note),
    IN("confidence", read_confidence, confidence),
    OUT("source", ex_read_source, source),
};

static int order_cves(const void *before, const void *row)
{
    return ex_cve_id_cmp(((const struct cve_in *)before)->out.id,
                         ((const struct cve_in *)row)->out.id);
}

enum ex_status ex_rows_cves(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_table table = {
        cve_fields, sizeof(cve_fields) / sizeof(cve_fields[0]), sizeof(struct cve_in), EX_CVES_MAX,
        order_cves,
    };
    const struct cve_in *in;
    struct ex_cve_row *rows;
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
        rows[i].kev = rows[i].kev_date != EX_DAY_NONE;
        rows[i].cvss10 = in[i].cvss < 0 ? 0 : (uint8_t)(in[i].cvss * 10 + 0.5);
        rows[i].fixed_in = in[i].fixed_in.at;
        rows[i].n_fixed_in = in[i].fixed_in.n;
        rows[i].vendor_fixed_in = in[i].vendor_fixed_in.at;
        rows[i].n_vendor_fixed_in = in[i].vendor_fixed_in.n;
    }
    cat->cves = rows;
    cat->n_cves = n;
    return EX_OK;
}
