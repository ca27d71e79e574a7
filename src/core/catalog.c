// SPDX-License-Identifier: MIT
#include "exprobe/catalog.h"

/* Number of rows of a sorted table that are not greater than the key, by binary
 * search: table[result - 1] is the last of them. */
static size_t count_not_above(const void *table, size_t n, size_t row_bytes, const void *key,
                              int (*cmp)(const void *key, const void *row))
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;

        if (cmp(key, (const char *)table + mid * row_bytes) >= 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static int cmp_build(const void *key, const void *row)
{
    return ex_build_cmp(key, &((const struct ex_build_row *)row)->build);
}

static int cmp_alias(const void *key, const void *row)
{
    return ex_build_cmp(key, &((const struct ex_alias_row *)row)->observed);
}

static int cmp_cve(const void *key, const void *row)
{
    return ex_cve_id_cmp(key, ((const struct ex_cve_row *)row)->id);
}

static int cmp_rule(const void *key, const void *row)
{
    return strcmp(key, ((const struct ex_rule_row *)row)->id);
}

int ex_cve_id_cmp(const char *a, const char *b)
{
    enum { YEAR_END = sizeof("CVE-2021-") - 1 };
    const int by_year = strncmp(a, b, YEAR_END);
    size_t na, nb;

    if (by_year != 0)
        return by_year;
    na = strlen(a);
    nb = strlen(b);
    if (na != nb)
        return na < nb ? -1 : 1;
    return strcmp(a, b);
}

static const struct ex_build_row *last_not_above(const struct ex_catalog *cat,
                                                 const struct ex_build *build)
{
    const size_t n =
        count_not_above(cat->builds, cat->n_builds, sizeof(*cat->builds), build, cmp_build);

    return n > 0 ? &cat->builds[n - 1] : NULL;
}

const struct ex_build_row *ex_catalog_build(const struct ex_catalog *cat,
                                            const struct ex_build *build)
{
    const struct ex_build_row *row = last_not_above(cat, build);

    return row && ex_build_cmp(&row->build, build) == 0 ? row : NULL;
}

const struct ex_build_row *ex_catalog_floor(const struct ex_catalog *cat,
                                            const struct ex_build *build)
{
    const struct ex_build_row *row = last_not_above(cat, build);

    return row && ex_build_same_branch(&row->build, build) ? row : NULL;
}

const struct ex_build_row *ex_catalog_branch(const struct ex_catalog *cat,
                                             const struct ex_build *build, size_t *n)
{
    /* The branch has no gap in a sorted table: look on both sides of @build. */
    const size_t at =
        count_not_above(cat->builds, cat->n_builds, sizeof(*cat->builds), build, cmp_build);
    size_t first = at, end = at;

    while (first > 0 && ex_build_same_branch(&cat->builds[first - 1].build, build))
        first--;
    while (end < cat->n_builds && ex_build_same_branch(&cat->builds[end].build, build))
        end++;
    *n = end - first;
    return *n > 0 ? &cat->builds[first] : NULL;
}

const struct ex_build_row *ex_catalog_cu(const struct ex_catalog *cat, const struct ex_build *build)
{
    size_t n = 0;
    const struct ex_build_row *rows = ex_catalog_branch(cat, build, &n);

    for (size_t i = 0; i < n; i++)
        if (rows[i].kind != EX_KIND_PREVIEW)
            return &rows[i];
    return rows;
}

const struct ex_build *ex_catalog_alias(const struct ex_catalog *cat,
                                        const struct ex_build *observed)
{
    const size_t n =
        count_not_above(cat->aliases, cat->n_aliases, sizeof(*cat->aliases), observed, cmp_alias);

    if (n == 0 || ex_build_cmp(&cat->aliases[n - 1].observed, observed) != 0)
        return NULL;
    return &cat->aliases[n - 1].official;
}

const struct ex_life_row *ex_catalog_life(const struct ex_catalog *cat, enum ex_generation g)
{
    for (size_t i = 0; i < cat->n_lives; i++)
        if (cat->lives[i].generation == g)
            return &cat->lives[i];
    return NULL;
}

const struct ex_rule_row *ex_catalog_rule(const struct ex_catalog *cat, const char *id)
{
    const size_t n = count_not_above(cat->rules, cat->n_rules, sizeof(*cat->rules), id, cmp_rule);

    return n > 0 && cmp_rule(id, &cat->rules[n - 1]) == 0 ? &cat->rules[n - 1] : NULL;
}

const struct ex_cve_row *ex_catalog_cve(const struct ex_catalog *cat, const char *id)
{
    const size_t n = count_not_above(cat->cves, cat->n_cves, sizeof(*cat->cves), id, cmp_cve);

    return n > 0 && cmp_cve(id, &cat->cves[n - 1]) == 0 ? &cat->cves[n - 1] : NULL;
}
