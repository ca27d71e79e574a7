// SPDX-License-Identifier: MIT
#include "data/signed.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "data/load.h"
#include "data/loaded.h"

/* The hash of @bytes in hex. Returns: false without memory. */
static bool hash_text(char to[static EX_SET_HASH_TEXT], struct ex_span bytes)
{
    uint8_t md[EVP_MAX_MD_SIZE] = { 0 };
    unsigned n = 0;

    if (EVP_Digest(bytes.p, bytes.n, md, &n, EVP_sha256(), NULL) != 1)
        return false;
    for (unsigned i = 0; i < n && 2 * i + 2 < EX_SET_HASH_TEXT; i++) {
        to[2 * i] = "0123456789abcdef"[md[i] >> 4];
        to[2 * i + 1] = "0123456789abcdef"[md[i] & 15];
    }
    to[EX_SET_HASH_TEXT - 1] = '\0';
    return true;
}

enum ex_status ex_signed_open(struct ex_signed *out, const struct ex_keys *keys,
                              enum ex_unverified unverified, struct ex_error *err)
{
    const bool unchecked = unverified == EX_UNVERIFIED_TAKEN && ex_keys_count(keys) == 0;
    enum ex_status st = EX_OK;

    if (out->manifest_text.n != out->signature.manifest_bytes) {
        ex_error_set(err, "the manifest has %zu bytes, not the %zu that were signed",
                     out->manifest_text.n, out->signature.manifest_bytes);
        return EX_EINPUT;
    }
    if (!unchecked)
        st = ex_keys_verify(keys, &out->signature, out->manifest_text, err);
    if (st == EX_OK)
        st = ex_manifest_parse(&out->manifest, out->manifest_text, err);
    out->verified = st == EX_OK && !unchecked;
    return st;
}

enum ex_status ex_signed_check_file(const struct ex_signed *s, size_t i, struct ex_error *err)
{
    const struct ex_manifest_file *f = &s->manifest.files[i];
    char hash[EX_SET_HASH_TEXT];

    if (s->text[i].n != f->size) {
        ex_error_set(err, "%s has %zu bytes, not the %zu that were signed", ex_data_files[i].name,
                     s->text[i].n, f->size);
        return EX_ESIGNATURE;
    }
    if (!hash_text(hash, s->text[i]))
        return EX_ENOMEM;
    if (strcmp(hash, f->sha256) == 0)
        return EX_OK;
    ex_error_set(err, "%s is not what was signed: its SHA-256 is %s", ex_data_files[i].name, hash);
    return EX_ESIGNATURE;
}

/* Cut the files off @rest, which is what follows the manifest. */
static enum ex_status cut_files(struct ex_signed *out, struct ex_span rest, struct ex_error *err)
{
    for (size_t i = 0; i < EX_N_DATA_FILES; i++) {
        const size_t n = out->manifest.files[i].size;

        if (!ex_span_sub(rest, 0, n, &out->text[i])) {
            ex_error_set(err, "is truncated: it ends within %s", ex_data_files[i].name);
            return EX_EINPUT;
        }
        rest = ex_span_part(rest, n, rest.n);
    }
    if (rest.n == 0)
        return EX_OK;
    ex_error_set(err, "%zu bytes too many, which nobody signed", rest.n);
    return EX_EINPUT;
}

enum ex_status ex_signed_take_apart(struct ex_signed *out, struct ex_span all,
                                    const struct ex_keys *keys, enum ex_unverified unverified,
                                    struct ex_error *err)
{
    enum ex_status st;

    *out = (struct ex_signed){ .verified = false };
    st = ex_signature_parse(&out->signature, all, err);
    if (st != EX_OK)
        return st;
    out->signature_text = ex_span_part(all, 0, EX_SIGNATURE_LINE);
    if (!ex_span_sub(all, EX_SIGNATURE_LINE, out->signature.manifest_bytes, &out->manifest_text)) {
        ex_error_set(err, "is truncated: it ends within its manifest");
        return EX_EINPUT;
    }
    st = ex_signed_open(out, keys, unverified, err);
    if (st == EX_OK)
        st =
            cut_files(out, ex_span_part(all, EX_SIGNATURE_LINE + out->manifest_text.n, all.n), err);
    for (size_t i = 0; st == EX_OK && i < EX_N_DATA_FILES; i++)
        st = ex_signed_check_file(out, i, err);
    return st;
}

void ex_signed_free(struct ex_signed *s)
{
    for (size_t i = 0; i < sizeof(s->memory) / sizeof(s->memory[0]); i++)
        free(s->memory[i]);
    *s = (struct ex_signed){ .verified = false };
}

enum ex_status ex_signed_load(struct ex_dataset **out, const struct ex_signed *s,
                              struct ex_error *err)
{
    enum ex_status st = ex_data_load_texts(out, s->text, err);

    if (st != EX_OK)
        return st;
    const struct ex_data_info *info = &ex_data_catalog(*out)->info;
    if (info->date_day != s->manifest.date_day) {
        ex_error_set(err, "the date of the manifest is not that of meta.json, %s", info->date);
        st = EX_EINPUT;
    } else if (strcmp(info->sha256, s->manifest.sha256) != 0) {
        ex_error_set(err, "the SHA-256 of the set is %s, not that of the manifest", info->sha256);
        st = EX_EINPUT;
    }
    if (st == EX_OK) {
        ex_data_set_origin(*out, EX_DATA_INSTALLED, s->manifest.serial);
    } else {
        ex_data_free(*out);
        *out = NULL;
    }
    return st;
}

enum ex_status ex_signed_manifest(struct ex_manifest *out,
                                  const struct ex_span files[EX_N_DATA_FILES], int32_t date_day,
                                  uint32_t serial, struct ex_error *err)
{
    struct ex_manifest m = { .date_day = date_day, .serial = serial };

    for (size_t i = 0; i < EX_N_DATA_FILES; i++) {
        if (files[i].n == 0 || files[i].n > EX_DATA_FILE_MAX) {
            ex_error_set(err, "%s: %zu bytes, not 1 to %d", ex_data_files[i].name, files[i].n,
                         (int)EX_DATA_FILE_MAX);
            return EX_EINPUT;
        }
        m.files[i].size = files[i].n;
        if (!hash_text(m.files[i].sha256, files[i]))
            return EX_ENOMEM;
    }
    if (!ex_data_hash(m.sha256, files))
        return EX_ENOMEM;
    *out = m;
    return EX_OK;
}
