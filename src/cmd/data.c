// SPDX-License-Identifier: MIT
#include "cmd/data.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

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

/* Date and serial of the set that a rollback would return to. */
static bool find_previous(const struct ex_knowledge *k, struct ex_manifest *m)
{
    struct ex_signed before = { .verified = false };
    struct ex_error ignored = { "" };
    struct ex_keys *none = NULL;
    bool found = false;

    *m = (struct ex_manifest){ .serial = 0 };
    if (k->store[0] && ex_keys_load(&none, NULL, &ignored) == EX_OK &&
        ex_store_read(&before, &found, k->store, EX_STORE_PREVIOUS, none, &ignored) == EX_OK &&
        found)
        *m = before.manifest;
    ex_signed_free(&before);
    ex_keys_free(none);
    return found;
}

static void json_origin(struct ex_json *j, const struct ex_knowledge *k)
{
    const struct ex_data_info *info = &ex_knowledge_catalog(k)->info;
    char day[EX_DAY_TEXT] = "";
    struct ex_manifest before;

    ex_json_text(j, "origin",
                 k->key_id[0] && !k->store[0] ? "signed" : ex_data_origin_str(info->origin));
    ex_json_text_or_null(j, "directory", k->directory);
    ex_json_int_if(j, "serial", info->serial > 0, info->serial);
    ex_json_text_or_null(j, "key", k->key_id);
    ex_json_bool_if(j, "signature_checked", k->key_id[0] != '\0', k->verified);
    if (find_previous(k, &before)) {
        ex_json_object(j, "previous");
        ex_json_text(j, "date", ex_day_format(day, before.date_day));
        ex_json_int(j, "serial", before.serial);
        ex_json_close(j);
    } else {
        ex_json_null(j, "previous");
    }
    day[0] = '\0';
    ex_json_text_or_null(j, "older_set_not_used", ex_day_format(day, k->passed_over));
}

static enum ex_status show_json(FILE *to, const struct ex_knowledge *k, int32_t today)
{
    const struct ex_catalog *cat = ex_knowledge_catalog(k);
    const struct ex_data_info *info = &cat->info;
    struct ex_json j = { 0 };
    char day[EX_DAY_TEXT];

    ex_json_begin(&j);
    ex_json_text(&j, "type", "data");
    ex_json_text(&j, "date", info->date);
    ex_json_int(&j, "age_days", (int64_t)today - info->date_day);
    ex_json_int(&j, "patch_tuesdays_since_data", ex_patch_tuesdays(info->date_day, today));
    ex_json_text(&j, "kev_date", info->kev_date);
    ex_json_text(&j, "newest_update", info->newest_update);
    ex_json_text(&j, "newest_update_released", ex_day_format(day, info->newest_day));
    ex_json_text(&j, "not_covered", info->not_covered);
    ex_json_text(&j, "sha256", info->sha256);
    json_origin(&j, k);
    counts(&j, cat);
    return ex_json_print(&j, to);
}

static void show_origin(FILE *to, const struct ex_knowledge *k)
{
    const struct ex_data_info *info = &ex_knowledge_catalog(k)->info;
    char day[EX_DAY_TEXT] = "";
    struct ex_manifest before;

    if (info->origin == EX_DATA_INSTALLED)
        fprintf(to, "Set          %s, serial %u, signed with key %s%s\n",
                k->store[0] ? "installed" : "not installed", info->serial, k->key_id,
                k->verified ? "" : "; only its hashes were checked: no --trusted-key is given");
    else
        fprintf(to, "Set          %s\n",
                info->origin == EX_DATA_BUILT_IN ? "compiled in" : "a directory, not signed");
    if (k->directory[0])
        fprintf(to, "In           %s\n", k->directory);
    if (find_previous(k, &before))
        fprintf(to, "Before it    of %s, serial %u: `exprobe data rollback` returns to it\n",
                ex_day_format(day, before.date_day), before.serial);
    if (k->passed_over != EX_DAY_NONE)
        fprintf(to, "Not used     an installed set of %s, which is older\n",
                ex_day_format(day, k->passed_over));
}

static void show_age(FILE *to, const struct ex_data_info *info, int32_t today)
{
    const unsigned n = ex_patch_tuesdays(info->date_day, today);
    char day[EX_DAY_TEXT] = "";

    fprintf(to, "Data of      %s, %d days old\n", info->date, (int)(today - info->date_day));
    if (n > 0)
        fprintf(to,
                "Old          %u Patch Tuesday%s came since: what they fixed is in no verdict; "
                "`exprobe data update` installs newer data\n",
                n, n == 1 ? "" : "s");
    fprintf(to, "Newest       %s, released %s\n", info->newest_update,
            ex_day_format(day, info->newest_day));
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

enum ex_status ex_data_show(FILE *to, const struct ex_knowledge *k, int32_t today, bool json,
                            struct ex_error *err)
{
    const struct ex_catalog *cat = ex_knowledge_catalog(k);

    (void)err;
    if (json)
        return show_json(to, k, today);
    show_age(to, &cat->info, today);
    fprintf(to, "Builds       %zu of %zu products\n", cat->n_builds, cat->n_lives);
    fprintf(to, "CVEs         %zu, %zu of them known to be exploited (CISA catalogue of %s)\n",
            cat->n_cves, count_kev(cat), cat->info.kev_date);
    show_names(to, cat);
    fprintf(to, "Others       %zu build aliases, %zu marks of devices in front, %zu rules\n",
            cat->n_aliases, cat->n_devices, cat->n_rules);
    fprintf(to, "Not covered  %s\n", cat->info.not_covered);
    fprintf(to, "SHA-256      %s\n", cat->info.sha256);
    show_origin(to, k);
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
        ex_error_set(err, "%.200s%s%s", dir, dir[0] ? "/" : "", what.text);
    ex_signatures_free(s);
    return st;
}

/* A signed set that is not installed: nobody asked for it by --data, so a trusted key has to. */
static enum ex_status load_signed(struct ex_knowledge *k, const char *path,
                                  const struct ex_config *cfg, struct ex_error *err)
{
    struct ex_signed set = { .verified = false };
    struct ex_keys *keys = NULL;
    enum ex_status st = ex_keys_load(&keys, cfg->trusted_keys.at, err);

    if (st == EX_OK)
        st = ex_signed_read(&set, AT_FDCWD, path, keys, EX_UNVERIFIED_REFUSED, err);
    if (st == EX_OK) {
        struct ex_error what = { "" };

        st = ex_signed_load(&k->data, &set, &what);
        if (st != EX_OK)
            ex_error_set(err, "%.200s: %.300s", path, what.text);
    }
    if (st == EX_OK) {
        memcpy(k->key_id, set.signature.key_id, sizeof(k->key_id));
        k->verified = set.verified;
        ex_span_copy(k->directory, sizeof(k->directory), ex_span_str(path));
    }
    ex_signed_free(&set);
    ex_keys_free(keys);
    return st;
}

static bool is_signed(const char *path)
{
    struct stat st;

    return ex_signed_is_directory(path) || (stat(path, &st) == 0 && !S_ISDIR(st.st_mode));
}

static enum ex_status load_named(struct ex_knowledge *k, const char *path,
                                 const struct ex_config *cfg, struct ex_error *err)
{
    struct ex_config named = *cfg;

    *k = (struct ex_knowledge){ .passed_over = EX_DAY_NONE };
    if (path && is_signed(path))
        return load_signed(k, path, cfg, err);
    if (path)
        named.data_dir = path;
    return ex_knowledge_load(k, &named, err);
}

enum ex_status ex_data_verify(FILE *to, const struct ex_config *cfg, int32_t today,
                              struct ex_error *err)
{
    const char *path = cfg->operands.n > 1 ? cfg->operands.at[1] : NULL;
    struct ex_knowledge k;
    enum ex_status st;

    if (cfg->operands.n > 2) {
        ex_error_set(err, "say `data verify [PATH]`: one set at a time");
        return EX_EUSAGE;
    }
    st = load_named(&k, path, cfg, err);
    if (st == EX_OK)
        st = compile_signatures(ex_knowledge_catalog(&k), k.directory, err);
    if (st == EX_OK && !cfg->json)
        fprintf(to, "%s: every file follows its schema, and they agree with each other%s%s\n",
                k.directory[0] ? k.directory : "compiled in",
                k.verified ? "; signed with the trusted key " : "", k.verified ? k.key_id : "");
    if (st == EX_OK)
        st = ex_data_show(to, &k, today, cfg->json, err);
    ex_knowledge_free(&k);
    return st;
}

void ex_data_help(FILE *to)
{
    fputs("\nshow                dates, counts, age and hash of the set that a scan uses\n"
          "verify [PATH]       check it, or that of a directory or signed file; or a request log\n"
          "update FILE|DIR     install a signed set; needs --trusted-key, and no network\n"
          "rollback            return to the set that was installed before, or to none\n"
          "sign DIR --key FILE for who makes sets: sign the one in DIR, into one file with -o\n",
          to);
}
