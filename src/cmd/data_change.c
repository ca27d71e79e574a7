// SPDX-License-Identifier: MIT
#include "cmd/data_change.h"

#include <fcntl.h>
#include <stdio.h>

#include "cmd/knowledge.h"
#include "inspect/signatures.h"

/* "2026-11-11 (serial 2)" */
enum { NAME_SIZE = EX_DAY_TEXT + 32 };

static const char *name_of(char to[static NAME_SIZE], const struct ex_manifest *m)
{
    char day[EX_DAY_TEXT] = "";

    ex_day_format(day, m->date_day);
    snprintf(to, NAME_SIZE, "%.10s (serial %u)", day, m->serial);
    return to;
}

/* It has to be of use before it is installed: rows and signatures.yar, as in every run. */
static enum ex_status check_use(const struct ex_signed *set, const char *path, struct ex_error *err)
{
    struct ex_error what = { "" };
    struct ex_dataset *data = NULL;
    struct ex_signatures *rules = NULL;
    enum ex_status st = ex_signed_load(&data, set, &what);

    if (st == EX_OK)
        st = ex_signatures_new(&rules, ex_data_catalog(data), NULL, 0, &what);
    ex_signatures_free(rules);
    ex_data_free(data);
    if (st == EX_OK || st == EX_ENOMEM)
        return st;
    ex_error_set(err, "%.200s: signed, but not usable by this version: %.250s", path, what.text);
    return EX_EINPUT;
}

static enum ex_status refuse_older(const struct ex_config *cfg, const struct ex_manifest *new,
                                   const struct ex_manifest *now, struct ex_error *err)
{
    char a[NAME_SIZE], b[NAME_SIZE];
    const int order = ex_manifest_cmp(new, now);

    if (order == 0) {
        ex_error_set(err,
                     "another set of %s is installed: whoever made them has to give the newer one "
                     "a higher serial",
                     name_of(a, now));
        return EX_EINPUT;
    }
    if (order > 0 || cfg->allow_older)
        return EX_OK;
    ex_error_set(err,
                 "this set of %s is older than the installed one of %s: an old set may be handed "
                 "out to hide what is new; --allow-older installs it",
                 name_of(a, new), name_of(b, now));
    return EX_EOLD;
}

static enum ex_status refuse_useless(const struct ex_manifest *new, struct ex_error *err)
{
    char a[NAME_SIZE], day[EX_DAY_TEXT] = "";
    const int32_t built_in = ex_data_built_in_day();

    if (new->date_day >= built_in)
        return EX_OK;
    ex_error_set(err,
                 "this set of %s is older than the one compiled in, of %s, and would never be "
                 "used; --data takes it unpacked, for one run",
                 name_of(a, new), ex_day_format(day, built_in));
    return EX_EOLD;
}

/* With the store locked: compare with what is installed, then install. */
static enum ex_status install(const struct ex_store *store, const struct ex_config *cfg,
                              const struct ex_keys *keys, const struct ex_signed *set,
                              struct ex_error *err)
{
    struct ex_error broken = { "" };
    struct ex_signed now = { .verified = false };
    bool found = false, same = false;
    char a[NAME_SIZE];
    enum ex_status st = ex_store_read(&now, &found, store->path, EX_STORE_CURRENT, keys, &broken);
    const bool good = st == EX_OK && found;

    /* What does not hold any more must not be in the way of what repairs it. Its predecessor,
     * which stays the way back, says how old is too old. */
    if (st == EX_ESIGNATURE)
        st = ex_store_read(&now, &found, store->path, EX_STORE_PREVIOUS, keys, &broken);
    if (st == EX_ENOMEM)
        return st;
    same = found && ex_manifest_cmp(&set->manifest, &now.manifest) == 0 &&
           strcmp(set->manifest.sha256, now.manifest.sha256) == 0;
    st = found && !same ? refuse_older(cfg, &set->manifest, &now.manifest, err) : EX_OK;
    if (st == EX_OK && same && good) {
        printf("%s: the set of %s is installed already\n", store->path, name_of(a, &set->manifest));
    } else if (st == EX_OK) {
        st = ex_store_install(store, set, good, err);
        if (st == EX_OK)
            printf("%s: installed the set of %s, signed with key %s\n", store->path,
                   name_of(a, &set->manifest), set->signature.key_id);
    }
    ex_signed_free(&now);
    return st;
}

enum ex_status ex_data_update(const struct ex_config *cfg, struct ex_error *err)
{
    const char *path = cfg->operands.n == 2 ? cfg->operands.at[1] : NULL;
    struct ex_store store = { .fd = -1, .lock = -1 };
    struct ex_signed set = { .verified = false };
    struct ex_keys *keys = NULL;
    char where[PATH_MAX];
    enum ex_status st;

    if (!path) {
        ex_error_set(err, "say `data update FILE`: one signed set, a file or a directory");
        return EX_EUSAGE;
    }
    st = ex_keys_load(&keys, cfg->trusted_keys.at, err);
    if (st == EX_OK)
        st = ex_store_path(where, cfg, err);
    if (st == EX_OK)
        st = ex_signed_read(&set, AT_FDCWD, path, keys, EX_UNVERIFIED_REFUSED, err);
    if (st == EX_OK)
        st = check_use(&set, path, err);
    if (st == EX_OK)
        st = refuse_useless(&set.manifest, err);
    if (st == EX_OK)
        st = ex_store_open(&store, where, true, err);
    if (st == EX_OK)
        st = install(&store, cfg, keys, &set, err);
    ex_store_close(&store);
    ex_signed_free(&set);
    ex_keys_free(keys);
    return st;
}

static enum ex_status say_rolled_back(const char *where, const struct ex_keys *keys,
                                      struct ex_error *err)
{
    struct ex_signed now = { .verified = false };
    bool found = false;
    char a[NAME_SIZE];
    const enum ex_status st = ex_store_read(&now, &found, where, EX_STORE_CURRENT, keys, err);

    if (st != EX_OK)
        return st;
    if (!found)
        printf("%s: no installed set is used any more; `data rollback` takes that back\n", where);
    else
        printf("%s: the set of %s is used again%s\n", where, name_of(a, &now.manifest),
               now.manifest.date_day < ex_data_built_in_day()
                   ? ", or rather the one compiled in, which is newer"
                   : "");
    ex_signed_free(&now);
    return EX_OK;
}

enum ex_status ex_data_rollback(const struct ex_config *cfg, struct ex_error *err)
{
    struct ex_store store = { .fd = -1, .lock = -1 };
    struct ex_signed before = { .verified = false };
    struct ex_error what = { "" };
    struct ex_keys *keys = NULL;
    char where[PATH_MAX];
    bool found = false;
    enum ex_status st;

    if (cfg->operands.n != 1) {
        ex_error_set(err, "say `data rollback`, without anything else");
        return EX_EUSAGE;
    }
    st = ex_keys_load(&keys, cfg->trusted_keys.at, err);
    if (st == EX_OK)
        st = ex_store_path(where, cfg, err);
    if (st == EX_OK)
        st = ex_store_open(&store, where, false, err);
    if (st == EX_OK)
        st = ex_store_read(&before, &found, where, EX_STORE_PREVIOUS, keys, &what);
    if (st == EX_ESIGNATURE)
        ex_error_set(err,
                     "%.200s/" EX_STORE_PREVIOUS ": the earlier set does not hold, either, and "
                     "nothing was changed; install one with `data update`, or do without: --data "
                     "built-in",
                     where);
    if (st == EX_OK)
        st = ex_store_swap(&store, err);
    if (st == EX_OK)
        st = say_rolled_back(where, keys, err);
    ex_store_close(&store);
    ex_signed_free(&before);
    ex_keys_free(keys);
    return st;
}
