// SPDX-License-Identifier: MIT
#include "data/rows.h"

#include "data/files.h"
#include "exprobe/fingerprint.h"

/* What no single row shows: whether the files agree with each other. A reader is
 * used for its messages only. */
struct check {
    const struct ex_catalog *cat;
    const char *const *labels;
    struct ex_reader r;
};

static void at_row(struct check *c, enum ex_data_file_id file, size_t i, const char *key)
{
    c->r.file = c->labels[file];
    c->r.row = i + 1;
    c->r.key = key;
}

/* The row of @build's branch that is update or cumulative update @name, not after @build. */
static const struct ex_build_row *level_row(const struct ex_catalog *cat,
                                            const struct ex_build *build, const char *name)
{
    size_t n = 0;
    const struct ex_build_row *rows = ex_catalog_branch(cat, build, &n);

    for (size_t i = 0; i < n && ex_build_cmp(&rows[i].build, build) <= 0; i++)
        if (strcmp(rows[i].update[0] ? rows[i].update : rows[i].cu, name) == 0)
            return &rows[i];
    return NULL;
}

static bool has_text(const char *const *list, const char *text)
{
    for (; *list; list++)
        if (strcmp(*list, text) == 0)
            return true;
    return false;
}

static enum ex_status check_esu(struct check *c, const struct ex_build_row *row,
                                const struct ex_life_row *life)
{
    const struct ex_esu_row *esu;

    if (row->esu_period == 0)
        return EX_OK;
    if (row->esu_period > life->n_esu)
        return ex_read_bad(&c->r, "esu_period", "%s has no such period in lifecycle.json",
                           life->product);
    esu = &life->esu[row->esu_period - 1];
    if (!has_text(esu->cus, row->cu) || !has_text(esu->updates, row->update))
        return ex_read_bad(&c->r, "esu_period", "lifecycle.json does not give %s for %s then",
                           row->update, row->cu);
    if (row->released < esu->from || row->released > esu->to)
        return ex_read_bad(&c->r, "released", "lies outside of the period in lifecycle.json");
    return EX_OK;
}

static enum ex_status check_branch(struct check *c, const struct ex_build_row *row)
{
    size_t n = 0;
    const struct ex_build_row *rows = ex_catalog_branch(c->cat, &row->build, &n);

    if (n > EX_CANDIDATES_MAX)
        return ex_read_bad(&c->r, "build", "%zu builds of one cumulative update, at most %d", n,
                           (int)EX_CANDIDATES_MAX);
    if (row > rows && row->kind != EX_KIND_PREVIEW && row[-1].kind != EX_KIND_PREVIEW &&
        strcmp(row->cu, row[-1].cu) != 0)
        return ex_read_bad(&c->r, "cu", "the row before calls the same cumulative update %s",
                           row[-1].cu);
    return EX_OK;
}

static enum ex_status check_build(struct check *c, const struct ex_build_row *row)
{
    const struct ex_life_row *life = ex_catalog_life(c->cat, row->generation);
    const bool is_base = row->kind == EX_KIND_PREVIEW || row->kind == EX_KIND_RTM ||
                         row->kind == EX_KIND_SP || row->kind == EX_KIND_CU;
    enum ex_status st = EX_OK;

    if (!life || strcmp(life->product, row->product) != 0)
        return ex_read_bad(&c->r, "product", "lifecycle.json has no %s with this number",
                           row->product);
    if (is_base != (row->update[0] == '\0'))
        return ex_read_bad(&c->r, "update", "does not go with the kind of the row");
    if (!level_row(c->cat, &row->build, row->security_level))
        return ex_read_bad(&c->r, "security_level", "%s is no earlier row of this branch",
                           row->security_level);
    if (row->rerelease_of[0] && !level_row(c->cat, &row->build, row->rerelease_of))
        return ex_read_bad(&c->r, "rerelease_of", "%s is no earlier row of this branch",
                           row->rerelease_of);
    if (row->released > c->cat->info.newest_day)
        return ex_read_bad(&c->r, "released", "is after the newest update that meta.json names");
    for (size_t i = 0; row->fixes_only && row->fixes_only[i]; i++)
        if (!ex_catalog_cve(c->cat, row->fixes_only[i]))
            return ex_read_bad(&c->r, "fixes_only", "%s is not in cves.json", row->fixes_only[i]);
    st = check_branch(c, row);
    return st == EX_OK ? check_esu(c, row, life) : st;
}

static enum ex_status check_builds(struct check *c)
{
    bool newest_found = false;

    for (size_t i = 0; i < c->cat->n_builds; i++) {
        const struct ex_build_row *row = &c->cat->builds[i];
        char text[EX_BUILD_TEXT];
        enum ex_status st;

        at_row(c, EX_FILE_BUILDS, i, ex_build_format(text, &row->build));
        st = check_build(c, row);
        if (st != EX_OK)
            return st;
        newest_found |= row->released == c->cat->info.newest_day &&
                        strcmp(row->update, c->cat->info.newest_update) == 0;
    }
    at_row(c, EX_FILE_META, 0, "");
    if (!newest_found)
        return ex_read_bad(&c->r, "newest_update", "no row of builds.json is %s of that day",
                           c->cat->info.newest_update);
    if (c->cat->info.newest_day > c->cat->info.date_day)
        return ex_read_bad(&c->r, "newest_update_released", "is after the date of the set");
    return EX_OK;
}

static enum ex_status unknown_build(struct check *c, const char *key, const struct ex_build *build)
{
    char text[EX_BUILD_TEXT];

    return ex_read_bad(&c->r, key, "%s is not in builds.json", ex_build_format(text, build));
}

static enum ex_status check_fixed_in(struct check *c, const struct ex_cve_row *row)
{
    size_t fixed[EX_N_GENERATIONS] = { 0 };

    for (size_t i = 0; i < row->n_fixed_in; i++) {
        const enum ex_generation g = ex_build_generation(&row->fixed_in[i]);

        if (!ex_catalog_build(c->cat, &row->fixed_in[i]))
            return unknown_build(c, "fixed_in", &row->fixed_in[i]);
        if (i > 0 && ex_build_same_branch(&row->fixed_in[i - 1], &row->fixed_in[i]))
            return ex_read_bad(&c->r, "fixed_in", "two builds of one cumulative update");
        fixed[g]++;
    }
    for (size_t i = 0; i < row->n_vendor_fixed_in; i++)
        if (!ex_catalog_build(c->cat, &row->vendor_fixed_in[i]))
            return unknown_build(c, "vendor_fixed_in", &row->vendor_fixed_in[i]);
    for (size_t g = EX_GEN_2003; g < EX_N_GENERATIONS; g++)
        if ((row->status[g] == EX_PS_FIXED) != (fixed[g] > 0))
            return ex_read_bad(&c->r, ex_generation_str((enum ex_generation)g),
                               "status and fixed_in disagree");
    return EX_OK;
}

/* What a cumulative update brings out of the box is said with its first build. */
static enum ex_status check_first_build(struct check *c, const char *key,
                                        const struct ex_build *build)
{
    const struct ex_build_row *row;
    size_t n = 0;

    if (build->n_parts == 0)
        return EX_OK;
    if (!ex_catalog_build(c->cat, build))
        return unknown_build(c, key, build);
    row = ex_catalog_branch(c->cat, build, &n);
    if (ex_build_cmp(&row->build, build) != 0)
        return ex_read_bad(&c->r, key, "is not the first build of its cumulative update");
    return EX_OK;
}

static enum ex_status check_cve(struct check *c, const struct ex_cve_row *row)
{
    enum ex_status st = check_fixed_in(c, row);

    for (size_t g = EX_GEN_2003; st == EX_OK && g < EX_N_GENERATIONS; g++) {
        st = check_first_build(c, "included_since", &row->included_since[g]);
        if (st == EX_OK)
            st = check_first_build(c, "default_on_since", &row->default_on_since[g]);
    }
    if (st == EX_OK && row->published > c->cat->info.date_day)
        return ex_read_bad(&c->r, "published", "is after the date of the set");
    if (st == EX_OK && row->kev && row->kev_date > c->cat->info.date_day)
        return ex_read_bad(&c->r, "kev_date", "is after the date of the set");
    if (st == EX_OK && row->decidable != EX_DECIDABLE_YES && !row->extra_condition[0])
        return ex_read_bad(&c->r, "condition", "missing although the build does not decide");
    return st;
}

static enum ex_status check_aliases(struct check *c)
{
    for (size_t i = 0; i < c->cat->n_aliases; i++) {
        const struct ex_alias_row *row = &c->cat->aliases[i];
        char text[EX_BUILD_TEXT];

        at_row(c, EX_FILE_ALIASES, i, ex_build_format(text, &row->observed));
        if (!ex_catalog_build(c->cat, &row->official))
            return unknown_build(c, "official", &row->official);
        if (ex_catalog_build(c->cat, &row->observed))
            return ex_read_bad(&c->r, "observed", "is an official build in builds.json");
        if (!ex_build_same_branch(&row->observed, &row->official))
            return ex_read_bad(&c->r, "official", "is another service pack or cumulative update");
    }
    return EX_OK;
}

static bool has_build(const struct ex_catalog *cat, enum ex_generation g, const char *cu,
                      const char *update)
{
    for (size_t i = 0; i < cat->n_builds; i++)
        if (cat->builds[i].generation == g && strcmp(cat->builds[i].cu, cu) == 0 &&
            (!update || strcmp(cat->builds[i].update, update) == 0))
            return true;
    return false;
}

static enum ex_status check_life(struct check *c, const struct ex_life_row *life)
{
    for (size_t i = 0; life->serviced_cus[i]; i++)
        if (!has_build(c->cat, life->generation, life->serviced_cus[i], NULL))
            return ex_read_bad(&c->r, "serviced_cus", "builds.json has no %s",
                               life->serviced_cus[i]);
    for (size_t p = 0; p < life->n_esu; p++)
        for (size_t i = 0; life->esu[p].cus[i]; i++)
            for (size_t k = 0; life->esu[p].updates[k]; k++)
                if (!has_build(c->cat, life->generation, life->esu[p].cus[i],
                               life->esu[p].updates[k]))
                    return ex_read_bad(&c->r, "esu", "builds.json has no %s of %s",
                                       life->esu[p].updates[k], life->esu[p].cus[i]);
    return EX_OK;
}

static enum ex_status check_devices(struct check *c)
{
    for (size_t i = 0; i < c->cat->n_devices; i++) {
        const struct ex_device_row *row = &c->cat->devices[i];

        at_row(c, EX_FILE_DEVICES, i, row->id);
        if ((row->where == EX_DW_HEADER) != (row->header[0] != '\0'))
            return ex_read_bad(&c->r, "header", "goes with \"where\": \"header\" and only with it");
        if (row->where != EX_DW_HEADER && !row->match[0])
            return ex_read_bad(&c->r, "match", "would match everything");
    }
    return EX_OK;
}

static enum ex_status check_rules(struct check *c)
{
    at_row(c, EX_FILE_RULES, 0, "");
    c->r.row = 0;
    for (size_t i = 0; ex_rule_ids[i]; i++)
        if (!ex_catalog_rule(c->cat, ex_rule_ids[i]))
            return ex_read_bad(&c->r, NULL, "there is no rule \"%s\"", ex_rule_ids[i]);
    return EX_OK;
}

enum ex_status ex_check_catalog(const struct ex_catalog *cat, const char *const *labels,
                                struct ex_error *err)
{
    struct check c = { .cat = cat, .labels = labels, .r = { .err = err, .key = "" } };
    enum ex_status st = check_builds(&c);

    for (size_t i = 0; st == EX_OK && i < cat->n_cves; i++) {
        at_row(&c, EX_FILE_CVES, i, cat->cves[i].id);
        st = check_cve(&c, &cat->cves[i]);
    }
    for (size_t i = 0; st == EX_OK && i < cat->n_lives; i++) {
        at_row(&c, EX_FILE_LIFECYCLE, i, ex_generation_str(cat->lives[i].generation));
        st = check_life(&c, &cat->lives[i]);
    }
    if (st == EX_OK)
        st = check_aliases(&c);
    if (st == EX_OK)
        st = check_devices(&c);
    if (st == EX_OK)
        st = check_rules(&c);
    return st == EX_OK ? ex_check_names(cat, labels, err) : st;
}
