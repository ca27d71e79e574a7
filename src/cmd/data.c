// SPDX-License-Identifier: MIT
#include "cmd/data.h"

#include "data/load.h"
#include "inspect/signatures.h"
#include "out/json.h"

static size_t count_kev(const struct ex_catalog *cat)
{
    size_t n = 0;

    for (size_t i = 0; i < cat->n_cves; i++)
        n += cat->cves[i].kev;
    return n;
}

/* Names of back doors of one tier; 0: pages of Exchange. */
static size_t count_names(const struct ex_catalog *cat, uint8_t tier)
{
    size_t n = 0;

    for (size_t i = 0; i < cat->n_paths; i++)
        n += tier == 0 ? cat->paths[i].genuine
                       : !cat->paths[i].genuine && cat->paths[i].tier == tier;
    return n;
}

static size_t count_never_asked(const struct ex_catalog *cat)
{
    size_t n = 0;

    for (size_t i = 0; i < cat->n_paths; i++)
        n += !cat->paths[i].genuine && !cat->paths[i].probe;
    return n;
}

static void counts(struct ex_json *j, const struct ex_catalog *cat)
{
    const struct {
        const char *key;
        size_t n;
    } rows[] = {
        { "builds", cat->n_builds },
        { "cves", cat->n_cves },
        { "kev", count_kev(cat) },
        { "products", cat->n_lives },
        { "aliases", cat->n_aliases },
        { "devices", cat->n_devices },
        { "rules", cat->n_rules },
        { "advice", cat->n_advice },
        { "backdoor_names_tier1", count_names(cat, 1) },
        { "backdoor_names_tier2", count_names(cat, 2) },
        { "backdoor_names_tier3", count_names(cat, 3) },
        { "backdoor_names_never_asked", count_never_asked(cat) },
        { "genuine_pages", count_names(cat, 0) },
        { "genuine_scripts", cat->n_scripts },
        { "script_origins", cat->n_origins },
        { "mail_names", cat->n_mail_names },
    };

    ex_json_object(j, "counts");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ex_json_int(j, rows[i].key, (int64_t)rows[i].n);
    ex_json_close(j);
}

static enum ex_status show_json(FILE *to, const struct ex_catalog *cat, int32_t today)
{
    const struct ex_data_info *info = &cat->info;
    struct ex_json j = { 0 };
    char day[EX_DAY_TEXT];

    ex_json_begin(&j);
    ex_json_text(&j, "type", "data");
    ex_json_text(&j, "date", info->date);
    ex_json_int(&j, "age_days", (int64_t)today - info->date_day);
    ex_json_text(&j, "kev_date", info->kev_date);
    ex_json_text(&j, "newest_update", info->newest_update);
    ex_json_text(&j, "newest_update_released", ex_day_format(day, info->newest_day));
    ex_json_text(&j, "not_covered", info->not_covered);
    ex_json_text(&j, "sha256", info->sha256);
    counts(&j, cat);
    return ex_json_print(&j, to);
}

static void show_names(FILE *to, const struct ex_catalog *cat)
{
    fprintf(to,
            "Back doors   %zu names asked for by default (tier 1), %zu and %zu more with --deep "
            "(tiers 2 and 3, %zu of them never asked for)\n",
            count_names(cat, 1), count_names(cat, 2), count_names(cat, 3), count_never_asked(cat));
    fprintf(to,
            "Genuine      %zu pages and %zu scripts of Exchange; %zu origins of scripts known as "
            "benign or as collectors\n",
            count_names(cat, 0), cat->n_scripts, cat->n_origins);
}

enum ex_status ex_data_show(FILE *to, const struct ex_catalog *cat, int32_t today, bool json,
                            struct ex_error *err)
{
    char day[EX_DAY_TEXT];

    (void)err;
    if (json)
        return show_json(to, cat, today);
    fprintf(to, "Data of      %s, %d days old\n", cat->info.date,
            (int)(today - cat->info.date_day));
    fprintf(to, "Newest       %s, released %s\n", cat->info.newest_update,
            ex_day_format(day, cat->info.newest_day));
    fprintf(to, "Builds       %zu of %zu products\n", cat->n_builds, cat->n_lives);
    fprintf(to, "CVEs         %zu, %zu of them known to be exploited (CISA catalogue of %s)\n",
            cat->n_cves, count_kev(cat), cat->info.kev_date);
    show_names(to, cat);
    fprintf(to, "Others       %zu build aliases, %zu marks of devices in front, %zu rules\n",
            cat->n_aliases, cat->n_devices, cat->n_rules);
    fprintf(to, "Not covered  %s\n", cat->info.not_covered);
    fprintf(to, "SHA-256      %s\n", cat->info.sha256);
    return EX_OK;
}

/* The loader reads signatures.yar as text only. */
static enum ex_status compile_signatures(const struct ex_catalog *cat, const char *dir,
                                         struct ex_error *err)
{
    struct ex_signatures *s = NULL;
    struct ex_error what = { "" };
    const enum ex_status st = ex_signatures_new(&s, cat, NULL, 0, &what);

    if (st != EX_OK)
        ex_error_set(err, "%s%s%s", dir ? dir : "", dir ? "/" : "", what.text);
    ex_signatures_free(s);
    return st;
}

enum ex_status ex_data_verify(FILE *to, const char *dir, int32_t today, bool json,
                              struct ex_error *err)
{
    struct ex_dataset *set = NULL;
    enum ex_status st = ex_data_load(&set, dir, err);

    if (st == EX_OK)
        st = compile_signatures(ex_data_catalog(set), dir, err);
    if (st != EX_OK) {
        ex_data_free(set);
        return st;
    }
    if (!json)
        fprintf(to, "%s: every file follows its schema, and they agree with each other\n",
                dir ? dir : "compiled in");
    st = ex_data_show(to, ex_data_catalog(set), today, json, err);
    ex_data_free(set);
    return st;
}
