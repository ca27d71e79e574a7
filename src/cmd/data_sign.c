// SPDX-License-Identifier: MIT
/* What a maintainer does with a new set. The private key is read by data/keys.c, and nothing of it
 * is ever printed. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/data_change.h"
#include "cmd/replace.h"
#include "data/file.h"
#include "data/load.h"
#include "data/signed.h"
#include "inspect/signatures.h"

/* The files of a set, read once: what is checked is what is signed. */
struct files {
    struct ex_span at[EX_N_DATA_FILES]; /* owned */
};

static void free_files(struct files *f)
{
    for (size_t i = 0; i < EX_N_DATA_FILES; i++)
        free((void *)(uintptr_t)f->at[i].p);
}

static enum ex_status read_files(struct files *f, const char *dir, struct ex_error *err)
{
    for (size_t i = 0; i < EX_N_DATA_FILES; i++) {
        char path[PATH_MAX];
        const int n = snprintf(path, sizeof(path), "%s/%s", dir, ex_data_files[i].name);
        const enum ex_status st =
            n > 0 && n < PATH_MAX ? ex_file_read(path, EX_DATA_FILE_MAX, &f->at[i]) : EX_EIO;

        if (st == EX_OK || st == EX_ENOMEM) {
            if (st != EX_OK)
                return st;
            continue;
        }
        ex_error_set(err, "%.300s/%s: %s", dir, ex_data_files[i].name,
                     st == EX_ERANGE ? "too long for a data file" : "cannot be read");
        return EX_EINPUT;
    }
    return EX_OK;
}

/* The set has to load, and its rules to compile, before anybody puts a name to it. */
static enum ex_status describe(struct ex_manifest *m, const struct files *f, uint32_t serial,
                               const char *dir, struct ex_error *err)
{
    struct ex_error what = { "" };
    struct ex_dataset *data = NULL;
    struct ex_signatures *rules = NULL;
    enum ex_status st = ex_data_load_texts(&data, f->at, &what);

    if (st == EX_OK)
        st = ex_signatures_new(&rules, ex_data_catalog(data), NULL, 0, &what);
    if (st == EX_OK)
        st = ex_signed_manifest(m, f->at, ex_data_catalog(data)->info.date_day, serial, &what);
    ex_signatures_free(rules);
    ex_data_free(data);
    if (st != EX_OK && st != EX_ENOMEM)
        ex_error_set(err, "%.150s: %.340s", dir, what.text);
    return st;
}

static enum ex_status write_parts(const char *dir, const char *name, struct ex_span text,
                                  struct ex_error *err)
{
    char path[PATH_MAX];
    struct ex_replace out;
    const int n = snprintf(path, sizeof(path), "%s/%s", dir, name);

    if (n < 0 || n >= PATH_MAX) {
        ex_error_set(err, "%.300s: the name is too long", dir);
        return EX_EOUTPUT;
    }
    const enum ex_status st = ex_replace_begin(&out, path, err);
    if (st != EX_OK)
        return st;
    fwrite(text.p, 1, text.n, out.to);
    return ex_replace_end(&out, EX_OK, err);
}

/* A file too many would have it refused wherever it goes. */
static enum ex_status check_alone(const char *dir, struct ex_error *err)
{
    struct ex_signed written = { .verified = false };
    struct ex_keys *none = NULL;
    enum ex_status st = ex_keys_load(&none, NULL, err);

    if (st == EX_OK)
        st = ex_signed_read(&written, AT_FDCWD, dir, none, EX_UNVERIFIED_TAKEN, err);
    ex_signed_free(&written);
    ex_keys_free(none);
    return st;
}

static enum ex_status write_file(const char *path, struct ex_span line, struct ex_span manifest,
                                 const struct files *f, struct ex_error *err)
{
    struct ex_replace out;
    const enum ex_status st = ex_replace_begin(&out, path, err);

    if (st != EX_OK)
        return st;
    fwrite(line.p, 1, line.n, out.to);
    fwrite(manifest.p, 1, manifest.n, out.to);
    for (size_t i = 0; i < EX_N_DATA_FILES; i++)
        fwrite(f->at[i].p, 1, f->at[i].n, out.to);
    return ex_replace_end(&out, EX_OK, err);
}

enum ex_status ex_data_sign(const struct ex_config *cfg, struct ex_error *err)
{
    const char *dir = cfg->operands.n == 2 ? cfg->operands.at[1] : NULL;
    char manifest[EX_MANIFEST_MAX], line[EX_SIGNATURE_LINE + 1];
    struct files f = { 0 };
    struct ex_signature s;
    struct ex_manifest m;
    enum ex_status st;

    if (!dir || !cfg->sign_key) {
        ex_error_set(err, "say `data sign DIR --key FILE`: the directory of a set, and the private "
                          "key in PEM");
        return EX_EUSAGE;
    }
    st = read_files(&f, dir, err);
    if (st == EX_OK)
        st = describe(&m, &f, cfg->serial, dir, err);
    if (st == EX_OK) {
        const struct ex_span text = { (const uint8_t *)manifest, ex_manifest_format(manifest, &m) };

        st = ex_keys_sign(&s, text, cfg->sign_key, err);
        if (st == EX_OK)
            ex_signature_format(line, &s);
        if (st == EX_OK && cfg->output) {
            st = write_file(cfg->output, ex_span_str(line), text, &f, err);
        } else if (st == EX_OK) {
            st = write_parts(dir, EX_MANIFEST_NAME, text, err);
            if (st == EX_OK)
                st = write_parts(dir, EX_SIGNATURE_NAME, ex_span_str(line), err);
            if (st == EX_OK)
                st = check_alone(dir, err);
        }
    }
    free_files(&f);
    if (st == EX_OK)
        fprintf(stderr, "exprobe: signed %s with key %s\n", dir, s.key_id);
    return st;
}
