// SPDX-License-Identifier: MIT
#include "cmd/data.h"

#include <jansson.h>
#include <stdlib.h>

#include "data/load.h"

static size_t count_kev(const struct ex_catalog *cat)
{
    size_t n = 0;

    for (size_t i = 0; i < cat->n_cves; i++)
        n += cat->cves[i].kev;
    return n;
}

static enum ex_status show_json(FILE *to, const struct ex_catalog *cat, int32_t today)
{
    char day[EX_DAY_TEXT];
    json_t *record =
        json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s}", "type", "data", "date",
                  cat->info.date, "age_days", (int)(today - cat->info.date_day), "kev_date",
                  cat->info.kev_date, "newest_update", cat->info.newest_update,
                  "newest_update_released", ex_day_format(day, cat->info.newest_day), "not_covered",
                  cat->info.not_covered, "sha256", cat->info.sha256);
    json_t *counts =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "builds", (json_int_t)cat->n_builds,
                  "cves", (json_int_t)cat->n_cves, "kev", (json_int_t)count_kev(cat), "products",
                  (json_int_t)cat->n_lives, "aliases", (json_int_t)cat->n_aliases, "devices",
                  (json_int_t)cat->n_devices, "rules", (json_int_t)cat->n_rules, "advice",
                  (json_int_t)cat->n_advice);
    const bool whole = json_object_set_new(record, "counts", counts) == 0;
    char *line = whole ? json_dumps(record, JSON_COMPACT) : NULL;

    json_decref(record);
    if (!line)
        return EX_ENOMEM;
    fprintf(to, "%s\n", line);
    free(line);
    return EX_OK;
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
    fprintf(to, "Others       %zu build aliases, %zu marks of devices in front, %zu rules\n",
            cat->n_aliases, cat->n_devices, cat->n_rules);
    fprintf(to, "Not covered  %s\n", cat->info.not_covered);
    fprintf(to, "SHA-256      %s\n", cat->info.sha256);
    return EX_OK;
}

enum ex_status ex_data_verify(FILE *to, const char *dir, int32_t today, bool json,
                              struct ex_error *err)
{
    struct ex_dataset *set = NULL;
    enum ex_status st = ex_data_load(&set, dir, err);

    if (st != EX_OK)
        return st;
    if (!json)
        fprintf(to, "%s: every file follows its schema, and they agree with each other\n",
                dir ? dir : "compiled in");
    st = ex_data_show(to, ex_data_catalog(set), today, json, err);
    ex_data_free(set);
    return st;
}
