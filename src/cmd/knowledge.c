// SPDX-License-Identifier: MIT
#include "cmd/knowledge.h"

#include <string.h>

/* The newest set of all stores; the user's own where two are the same. */
static enum ex_status find_newest(struct ex_signed *out, bool *found, char store[static PATH_MAX],
                                  const struct ex_config *cfg, const struct ex_keys *keys,
                                  struct ex_error *err)
{
    struct ex_store_paths paths;
    enum ex_status st = EX_OK;

    *found = false;
    ex_store_paths(&paths, cfg);
    for (size_t i = 0; st == EX_OK && i < paths.n; i++) {
        struct ex_signed set;
        bool here = false;

        st = ex_store_read(&set, &here, paths.at[i], EX_STORE_CURRENT, keys, err);
        if (st != EX_OK || !here)
            continue;
        if (*found && ex_manifest_cmp(&set.manifest, &out->manifest) <= 0) {
            ex_signed_free(&set);
            continue;
        }
        if (*found)
            ex_signed_free(out);
        *out = set;
        *found = true;
        ex_span_copy(store, PATH_MAX, ex_span_str(paths.at[i]));
    }
    if (st != EX_OK && *found) {
        ex_signed_free(out);
        *found = false;
    }
    return st;
}

/* The manifest was checked; that the set does not load means that this program is too old for it,
 * or too new. */
static enum ex_status load_installed(struct ex_knowledge *k, const struct ex_signed *set,
                                     struct ex_error *err)
{
    struct ex_error what = { "" };
    const enum ex_status st = ex_signed_load(&k->data, set, &what);

    if (st != EX_OK && st != EX_ENOMEM) {
        ex_error_set(err, "%.150s: %.200s; install another set, or do without: --data built-in",
                     k->store, what.text);
        return EX_ECONFIG;
    }
    memcpy(k->key_id, set->signature.key_id, sizeof(k->key_id));
    k->verified = set->verified;
    ex_store_directory(k->directory, k->store, EX_STORE_CURRENT);
    return st;
}

static enum ex_status load_newest(struct ex_knowledge *k, const struct ex_config *cfg,
                                  struct ex_error *err)
{
    struct ex_keys *keys = NULL;
    struct ex_signed set = { .verified = false };
    bool found = false;
    enum ex_status st = ex_keys_load(&keys, cfg->trusted_keys.at, err);

    if (st == EX_OK)
        st = find_newest(&set, &found, k->store, cfg, keys, err);
    if (st == EX_OK && found && set.manifest.date_day < ex_data_built_in_day()) {
        k->passed_over = set.manifest.date_day;
        ex_signed_free(&set);
        found = false;
    }
    if (st == EX_OK)
        st = found ? load_installed(k, &set, err) : ex_data_load(&k->data, NULL, err);
    if (!found)
        k->store[0] = '\0';
    ex_signed_free(&set);
    ex_keys_free(keys);
    return st;
}

enum ex_status ex_knowledge_load(struct ex_knowledge *k, const struct ex_config *cfg,
                                 struct ex_error *err)
{
    enum ex_status st;

    *k = (struct ex_knowledge){ .passed_over = EX_DAY_NONE };
    if (!cfg->data_dir)
        return load_newest(k, cfg, err);
    if (strcmp(cfg->data_dir, EX_KNOWLEDGE_BUILT_IN) == 0)
        return ex_data_load(&k->data, NULL, err);
    ex_span_copy(k->directory, sizeof(k->directory), ex_span_str(cfg->data_dir));
    st = ex_data_load(&k->data, cfg->data_dir, err);
    /* A directory that the user named and that cannot be read is no fault of ours. */
    return st == EX_EIO ? EX_ECONFIG : st;
}

void ex_knowledge_free(struct ex_knowledge *k)
{
    ex_data_free(k->data);
    k->data = NULL;
}

const struct ex_catalog *ex_knowledge_catalog(const struct ex_knowledge *k)
{
    return ex_data_catalog(k->data);
}
