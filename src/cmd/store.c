// SPDX-License-Identifier: MIT
#include "cmd/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Only absolute paths count (XDG Base Directory Specification): the working directory may be
 * anybody's. */
static bool under(char to[static PATH_MAX], const char *variable, const char *rest)
{
    const char *base = getenv(variable);

    if (!base || base[0] != '/')
        return false;
    const int n = snprintf(to, PATH_MAX, "%s/%s", base, rest);
    return n > 0 && n < PATH_MAX;
}

static bool of_user(char to[static PATH_MAX])
{
    return under(to, "XDG_DATA_HOME", "exprobe") || under(to, "HOME", ".local/share/exprobe");
}

void ex_store_paths(struct ex_store_paths *out, const struct ex_config *cfg)
{
    out->n = 0;
    if (cfg->data_store) {
        out->n +=
            cfg->data_store[0] && ex_span_copy(out->at[0], PATH_MAX, ex_span_str(cfg->data_store));
        return;
    }
    out->n += of_user(out->at[0]);
    ex_span_copy(out->at[out->n++], PATH_MAX, ex_span_str(EX_STORE_SYSTEM));
}

enum ex_status ex_store_path(char to[static PATH_MAX], const struct ex_config *cfg,
                             struct ex_error *err)
{
    if (cfg->data_store) {
        if (cfg->data_store[0] && ex_span_copy(to, PATH_MAX, ex_span_str(cfg->data_store)))
            return EX_OK;
        ex_error_set(err, "--data-store: no name, or one that is too long");
        return EX_ECONFIG;
    }
    if (under(to, "XDG_DATA_HOME", "exprobe"))
        return EX_OK;
    if (geteuid() == 0) {
        ex_span_copy(to, PATH_MAX, ex_span_str(EX_STORE_SYSTEM));
        return EX_OK;
    }
    if (of_user(to))
        return EX_OK;
    ex_error_set(err, "neither XDG_DATA_HOME nor HOME says where a set may be installed: name a "
                      "directory with --data-store");
    return EX_ECONFIG;
}

void ex_store_directory(char to[static PATH_MAX], const char *store, const char *link)
{
    char path[PATH_MAX];
    const int n = snprintf(path, sizeof(path), "%s/%s", store, link);
    char *real = n > 0 && n < PATH_MAX ? realpath(path, NULL) : NULL;

    to[0] = '\0';
    if (real)
        ex_span_copy(to, PATH_MAX, ex_span_str(real));
    free(real);
}

/* A home that may not be entered, as that of another user, has no store for us; a store of the
 * system that may not be read would be passed over without a word. */
static bool has_none(const char *path, const char *store)
{
    struct stat st;

    if (lstat(path, &st) == 0)
        return false;
    return errno == ENOENT || errno == ENOTDIR ||
           (errno == EACCES && strcmp(store, EX_STORE_SYSTEM) != 0);
}

enum ex_status ex_store_read(struct ex_signed *out, bool *found, const char *store,
                             const char *link, const struct ex_keys *keys, struct ex_error *err)
{
    struct ex_error what = { "" };
    char path[PATH_MAX];
    const int n = snprintf(path, sizeof(path), "%s/%s", store, link);

    *found = false;
    if (n < 0 || n >= PATH_MAX || has_none(path, store))
        return EX_OK;
    const enum ex_status st = ex_signed_read(out, AT_FDCWD, path, keys, EX_UNVERIFIED_TAKEN, &what);
    *found = st == EX_OK;
    if (st == EX_OK || st == EX_ENOMEM)
        return st;
    ex_error_set(err,
                 "%.320s; the installed set is not used: `exprobe data rollback` returns to the "
                 "last good one, `--data built-in` does without",
                 what.text);
    return EX_ESIGNATURE;
}
