// SPDX-License-Identifier: MIT
#include "data/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/file.h"

enum {
    KEY_BYTES = 32,
    KEY_ID_BYTES = (EX_KEY_ID_TEXT - 1) / 2,
    PUBLIC_FILE_MAX = 64 * 1024,
    PRIVATE_FILE_MAX = 16 * 1024,
    OTHERS = S_IRWXG | S_IRWXO, /* who must not get at a private key */
};

struct ex_keys {
    size_t n;
    EVP_PKEY *at[EX_KEYS_MAX]; /* owned */
    char id[EX_KEYS_MAX][EX_KEY_ID_TEXT];
};

/* The id of a key; false when it is not Ed25519. */
static bool id_of(char to[static EX_KEY_ID_TEXT], const EVP_PKEY *key)
{
    uint8_t raw[KEY_BYTES], md[EVP_MAX_MD_SIZE] = { 0 };
    size_t n = sizeof(raw);
    unsigned n_md = 0;

    if (!EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_get_raw_public_key(key, raw, &n) != 1 ||
        n != sizeof(raw) || EVP_Digest(raw, n, md, &n_md, EVP_sha256(), NULL) != 1)
        return false;
    for (unsigned i = 0; i < KEY_ID_BYTES; i++) {
        to[2 * i] = "0123456789abcdef"[md[i] >> 4];
        to[2 * i + 1] = "0123456789abcdef"[md[i] & 15];
    }
    to[EX_KEY_ID_TEXT - 1] = '\0';
    return true;
}

static enum ex_status add_key(struct ex_keys *keys, EVP_PKEY *key, const char *file,
                              struct ex_error *err)
{
    char id[EX_KEY_ID_TEXT];

    if (!id_of(id, key)) {
        ex_error_set(err, "%.300s: a key that is not Ed25519", file);
        EVP_PKEY_free(key);
        return EX_ECONFIG;
    }
    if (keys->n == EX_KEYS_MAX) {
        ex_error_set(err, "%.300s: more than %d trusted keys", file, (int)EX_KEYS_MAX);
        EVP_PKEY_free(key);
        return EX_ECONFIG;
    }
    memcpy(keys->id[keys->n], id, sizeof(id));
    keys->at[keys->n++] = key;
    return EX_OK;
}

static enum ex_status add_file(struct ex_keys *keys, const char *file, struct ex_error *err)
{
    struct ex_span text;
    const size_t before = keys->n;
    enum ex_status st = ex_file_read(file, PUBLIC_FILE_MAX, &text);

    if (st == EX_ENOMEM)
        return st;
    if (st != EX_OK) {
        ex_error_set(err, "%.300s: %s", file,
                     st == EX_ERANGE ? "too long for a file of public keys" : strerror(errno));
        return EX_ECONFIG;
    }
    BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
    EVP_PKEY *key = NULL;
    st = bio ? EX_OK : EX_ENOMEM;
    while (st == EX_OK && (key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL)))
        st = add_key(keys, key, file, err);
    ERR_clear_error();
    BIO_free(bio);
    free((void *)(uintptr_t)text.p);
    if (st == EX_OK && keys->n == before) {
        ex_error_set(err,
                     "%.300s: holds no public key in PEM; `openssl pkey -in PRIVATE-KEY -pubout` "
                     "writes one",
                     file);
        st = EX_ECONFIG;
    }
    return st;
}

enum ex_status ex_keys_load(struct ex_keys **out, const char *const *files, struct ex_error *err)
{
    struct ex_keys *keys = calloc(1, sizeof(*keys));
    enum ex_status st = keys ? EX_OK : EX_ENOMEM;

    *out = NULL;
    for (; st == EX_OK && files && *files; files++)
        st = add_file(keys, *files, err);
    if (st == EX_OK)
        *out = keys;
    else
        ex_keys_free(keys);
    return st;
}

void ex_keys_free(struct ex_keys *keys)
{
    for (size_t i = 0; keys && i < keys->n; i++)
        EVP_PKEY_free(keys->at[i]);
    free(keys);
}

size_t ex_keys_count(const struct ex_keys *keys)
{
    return keys->n;
}

static enum ex_status check(EVP_PKEY *key, const struct ex_signature *s, struct ex_span manifest,
                            struct ex_error *err)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();

    if (!md)
        return EX_ENOMEM;
    const bool good = EVP_DigestVerifyInit(md, NULL, NULL, NULL, key) == 1 &&
                      EVP_DigestVerify(md, s->bytes, sizeof(s->bytes), manifest.p, manifest.n) == 1;
    EVP_MD_CTX_free(md);
    ERR_clear_error();
    if (good)
        return EX_OK;
    ex_error_set(err, "its signature is not of this manifest by key %s: changed, or forged",
                 s->key_id);
    return EX_ESIGNATURE;
}

enum ex_status ex_keys_verify(const struct ex_keys *keys, const struct ex_signature *s,
                              struct ex_span manifest, struct ex_error *err)
{
    if (keys->n == 0) {
        ex_error_set(err, "signed with key %s, and no key is trusted: name one with --trusted-key",
                     s->key_id);
        return EX_ECONFIG;
    }
    for (size_t i = 0; i < keys->n; i++)
        if (strcmp(keys->id[i], s->key_id) == 0)
            return check(keys->at[i], s, manifest, err);
    ex_error_set(err, "signed with key %s, which is none of the %zu that are trusted", s->key_id,
                 keys->n);
    return EX_ESIGNATURE;
}

/* The text of a private key, when nobody else may read it. Returns its bytes, 0 with @err set. */
static size_t read_private(uint8_t to[static PRIVATE_FILE_MAX], const char *path,
                           struct ex_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    size_t n = 0;
    ssize_t got = 1;

    if (fd < 0 || fstat(fd, &st) != 0) {
        ex_error_set(err, "%.300s: %s", path, strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        ex_error_set(err, "%.300s: is no regular file", path);
    } else if ((st.st_mode & OTHERS) != 0) {
        ex_error_set(err,
                     "%.300s: others may read or write this private key (mode %03o): chmod 600, "
                     "and take a new key if it may have leaked",
                     path, (unsigned)(st.st_mode & (S_IRWXU | OTHERS)));
    } else {
        while (got > 0 && n < PRIVATE_FILE_MAX) {
            got = read(fd, to + n, PRIVATE_FILE_MAX - n);
            n += got > 0 ? (size_t)got : 0;
        }
        if (got < 0 || n == 0)
            ex_error_set(err, "%.300s: %s", path, got < 0 ? strerror(errno) : "is empty");
        n = got < 0 ? 0 : n;
    }
    if (fd >= 0)
        close(fd);
    return n;
}

static EVP_PKEY *load_private(const char *path, struct ex_error *err)
{
    uint8_t text[PRIVATE_FILE_MAX];
    const size_t n = read_private(text, path, err);
    BIO *bio = n > 0 ? BIO_new_mem_buf(text, (int)n) : NULL;
    /* Without a callback OpenSSL asks for a passphrase on the terminal, and fails without one. */
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    char id[EX_KEY_ID_TEXT];

    OPENSSL_cleanse(text, sizeof(text));
    ERR_clear_error();
    BIO_free(bio);
    if (n == 0)
        return NULL;
    if (!key)
        ex_error_set(err,
                     "%.300s: no private key in PEM, or the wrong passphrase; `openssl genpkey "
                     "-algorithm ed25519` makes one",
                     path);
    else if (id_of(id, key))
        return key;
    else
        ex_error_set(err, "%.300s: the key is not Ed25519", path);
    EVP_PKEY_free(key);
    return NULL;
}

enum ex_status ex_keys_sign(struct ex_signature *out, struct ex_span manifest, const char *path,
                            struct ex_error *err)
{
    EVP_PKEY *key = load_private(path, err);
    EVP_MD_CTX *md = key ? EVP_MD_CTX_new() : NULL;
    struct ex_signature s = { .manifest_bytes = manifest.n };
    size_t n = sizeof(s.bytes);

    if (!key)
        return EX_ECONFIG;
    const bool good =
        md && id_of(s.key_id, key) && EVP_DigestSignInit(md, NULL, NULL, NULL, key) == 1 &&
        EVP_DigestSign(md, s.bytes, &n, manifest.p, manifest.n) == 1 && n == sizeof(s.bytes);
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
    ERR_clear_error();
    if (!good)
        return EX_ENOMEM;
    *out = s;
    return EX_OK;
}
