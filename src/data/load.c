// SPDX-License-Identifier: MIT
#include "data/load.h"

#include <errno.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "data/file.h"
#include "data/files.h"
#include "data/loaded.h"
#include "data/rows.h"

enum { LABEL_MAX = 192, PATH_MAX_BYTES = 4096 };

struct ex_dataset {
    struct ex_arena arena;
    struct ex_catalog cat;
};

/* One set on its way into the catalogue. */
struct loading {
    struct ex_dataset *set;
    struct ex_span text[EX_N_DATA_FILES];
    uint8_t *owned[EX_N_DATA_FILES]; /* what has to be freed; NULL when compiled in */
    char label[EX_N_DATA_FILES][LABEL_MAX];
    struct ex_error *err;
};

static enum ex_status read_file(struct loading *l, const char *dir, size_t i)
{
    char path[PATH_MAX_BYTES];
    const int length = snprintf(path, sizeof(path), "%s/%s", dir, ex_data_files[i].name);
    enum ex_status st;

    snprintf(l->label[i], LABEL_MAX, "%.150s/%s", dir, ex_data_files[i].name);
    if (length < 0 || (size_t)length >= sizeof(path)) {
        ex_error_set(l->err, "%s: the name is too long", l->label[i]);
        return EX_EIO;
    }
    st = ex_file_read(path, EX_DATA_FILE_MAX, &l->text[i]);
    if (st == EX_OK)
        l->owned[i] = (uint8_t *)(uintptr_t)l->text[i].p;
    if (st == EX_EIO)
        ex_error_set(l->err, "%s: %s; a set has to have all %d files", l->label[i], strerror(errno),
                     (int)EX_N_DATA_FILES);
    if (st == EX_ERANGE) {
        ex_error_set(l->err, "%s: more than %d bytes", l->label[i], (int)EX_DATA_FILE_MAX);
        st = EX_ESCHEMA;
    }
    return st;
}

static enum ex_status read_files(struct loading *l, const char *dir)
{
    enum ex_status st = EX_OK;

    for (size_t i = 0; st == EX_OK && i < EX_N_DATA_FILES; i++)
        st = read_file(l, dir, i);
    return st;
}

/* SHA-256 over name, NUL, content of each file in order: the same set has the same
 * hash wherever it lies. */
bool ex_data_hash(char to[static EX_SET_HASH_TEXT], const struct ex_span text[EX_N_DATA_FILES])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;
    unsigned n = 0;

    for (size_t i = 0; ok && i < EX_N_DATA_FILES; i++) {
        const char *name = ex_data_files[i].name;

        ok = EVP_DigestUpdate(md, name, strlen(name) + 1) == 1 &&
             EVP_DigestUpdate(md, text[i].p, text[i].n) == 1;
    }
    ok = ok && EVP_DigestFinal_ex(md, digest, &n) == 1;
    EVP_MD_CTX_free(md);
    for (unsigned i = 0; ok && i < n; i++)
        snprintf(to + 2 * i, 3, "%02x", digest[i]);
    return ok;
}

void ex_data_set_origin(struct ex_dataset *set, enum ex_data_origin origin, uint32_t serial)
{
    set->cat.info.origin = origin;
    set->cat.info.serial = serial;
}

static enum ex_status read_rows(struct loading *l)
{
    /* sources.json first: the others name its rows. */
    static const struct {
        enum ex_data_file_id file;
        ex_rows_fn *read;
    } steps[EX_N_DATA_FILES] = {
        { EX_FILE_SOURCES, ex_rows_sources },       { EX_FILE_META, ex_rows_meta },
        { EX_FILE_BUILDS, ex_rows_builds },         { EX_FILE_CVES, ex_rows_cves },
        { EX_FILE_LIFECYCLE, ex_rows_lifecycle },   { EX_FILE_ALIASES, ex_rows_aliases },
        { EX_FILE_DEVICES, ex_rows_devices },       { EX_FILE_RULES, ex_rows_rules },
        { EX_FILE_ADVICE, ex_rows_advice },         { EX_FILE_PATHS, ex_rows_paths },
        { EX_FILE_SCRIPTS, ex_rows_scripts },       { EX_FILE_ORIGINS, ex_rows_origins },
        { EX_FILE_LIMITS, ex_rows_limits },         { EX_FILE_SIGNATURES, ex_rows_signatures },
        { EX_FILE_MAIL_NAMES, ex_rows_mail_names },
    };
    struct ex_reader r = { .arena = &l->set->arena, .err = l->err, .key = "" };
    const char *labels[EX_N_DATA_FILES];

    for (size_t i = 0; i < EX_N_DATA_FILES; i++) {
        const enum ex_data_file_id file = steps[i].file;
        enum ex_status st;

        r.file = l->label[file];
        st = steps[i].read(&r, l->text[file], &l->set->cat);
        if (st != EX_OK)
            return st;
    }
    for (size_t i = 0; i < EX_N_DATA_FILES; i++)
        labels[i] = l->label[i];
    return ex_check_catalog(&l->set->cat, labels, l->err);
}

/* The end of every load: @st is how getting the files went. */
static enum ex_status finish(struct ex_dataset **out, struct loading *l, enum ex_status st)
{
    *out = NULL;
    if (st == EX_OK)
        st = ex_data_hash(l->set->cat.info.sha256, l->text) ? EX_OK : EX_ENOMEM;
    if (st == EX_OK)
        st = read_rows(l);
    for (size_t i = 0; i < EX_N_DATA_FILES; i++)
        free(l->owned[i]);
    if (st == EX_ENOMEM)
        ex_error_set(l->err, "out of memory while reading the knowledge");
    if (st == EX_OK)
        *out = l->set;
    else
        ex_data_free(l->set);
    return st;
}

enum ex_status ex_data_load_texts(struct ex_dataset **out,
                                  const struct ex_span text[EX_N_DATA_FILES], struct ex_error *err)
{
    struct loading l = { .set = calloc(1, sizeof(*l.set)), .err = err };

    for (size_t i = 0; i < EX_N_DATA_FILES; i++) {
        l.text[i] = text[i];
        snprintf(l.label[i], LABEL_MAX, "%s", ex_data_files[i].name);
    }
    return finish(out, &l, l.set ? EX_OK : EX_ENOMEM);
}

enum ex_status ex_data_load(struct ex_dataset **out, const char *dir, struct ex_error *err)
{
    struct loading l = { .err = err };
    struct ex_span text[EX_N_DATA_FILES];
    enum ex_status st = EX_ENOMEM;

    for (size_t i = 0; i < EX_N_DATA_FILES; i++)
        text[i] = ex_data_files[i].bytes;
    if (!dir)
        return ex_data_load_texts(out, text, err);
    l.set = calloc(1, sizeof(*l.set));
    if (l.set)
        st = read_files(&l, dir);
    st = finish(out, &l, st);
    if (st == EX_OK)
        ex_data_set_origin(*out, EX_DATA_DIRECTORY, 0);
    return st;
}

int32_t ex_data_built_in_day(void)
{
    const struct ex_span text = ex_data_files[EX_FILE_META].bytes;
    json_t *meta = json_loadb((const char *)text.p, text.n, 0, NULL);
    const char *date = json_string_value(json_object_get(json_array_get(meta, 0), "date"));
    int32_t day = EX_DAY_NONE;

    if (!date || ex_day_parse(ex_span_str(date), &day) != EX_OK)
        day = EX_DAY_NONE;
    json_decref(meta);
    return day;
}

const struct ex_catalog *ex_data_catalog(const struct ex_dataset *d)
{
    return &d->cat;
}

void ex_data_free(struct ex_dataset *d)
{
    if (!d)
        return;
    ex_arena_free(&d->arena);
    free(d);
}
