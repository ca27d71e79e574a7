// SPDX-License-Identifier: MIT
#include "net/tls.h"

#include <dirent.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "inspect/digest.h"
#include "net/cert.h"
#include "net/provider.h"

enum {
    CHAIN_MAX = 16, /* more certificates than any real chain has; those behind are not looked at */
    /* In the life of a connection: more than any server needs for its handshake, another one for
     * a client certificate, and its tickets, be they cut as small as can be. */
    MESSAGES_MAX = 512,
    RECORDS_MAX = 4096,
    /* Schannel's own limit. A group of 10,000 bits, OpenSSL's limit, costs us a second. */
    DH_BITS_MAX = 4096,
    DH_SECURITY_BITS_MIN = 80, /* 1,024 bits: what OpenSSL asks for at level 0, too */
};

struct ex_trust_store {
    X509_STORE *store;
    bool empty; /**< no certificate authority is installed: nothing can be said */
    char sha256[EX_SHA256_TEXT];
};

static bool system_store_is_empty(void)
{
    struct stat st;
    struct dirent *entry;
    const char *file = getenv(X509_get_default_cert_file_env());
    const char *dir = getenv(X509_get_default_cert_dir_env());
    bool empty = true;

    if (stat(file ? file : X509_get_default_cert_file(), &st) == 0 && st.st_size > 0)
        return false;
    DIR *d = opendir(dir ? dir : X509_get_default_cert_dir());
    while (d && empty && (entry = readdir(d)))
        empty = entry->d_name[0] == '.';
    if (d)
        closedir(d);
    return empty;
}

/* The bundle, read once; else the directory of hashed names, of which only the
 * wanted name is opened. X509_STORE_set_default_paths() would add a third way that
 * lists the whole directory for every issuer that is looked for. */
static bool load_system_store(X509_STORE *store)
{
    const char *file = getenv(X509_get_default_cert_file_env());

    if (X509_STORE_load_file(store, file ? file : X509_get_default_cert_file()) == 1)
        return true;
    X509_LOOKUP *dir = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
    return dir && X509_LOOKUP_add_dir(dir, NULL, X509_FILETYPE_DEFAULT) == 1;
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, SHA256_DIGEST_LENGTH);
}

/* Of the certificates, not of the file: that may be a pipe, and have comments. */
static enum ex_status hash_store(struct ex_trust_store *t)
{
    STACK_OF(X509_OBJECT) *all = X509_STORE_get0_objects(t->store);
    const int n_all = sk_X509_OBJECT_num(all);
    unsigned char(*at)[SHA256_DIGEST_LENGTH] = calloc((size_t)n_all + 1, sizeof(*at));
    size_t n = 0;

    if (!at)
        return EX_ENOMEM;
    for (int i = 0; i < n_all; i++) {
        X509 *cert = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(all, i));

        if (cert && X509_digest(cert, EVP_sha256(), at[n], NULL) == 1)
            n++;
    }
    qsort(at, n, sizeof(*at), by_bytes);
    ex_sha256_text(t->sha256, (struct ex_span){ at[0], n * sizeof(*at) });
    free(at);
    return t->sha256[0] ? EX_OK : EX_ENOMEM;
}

enum ex_status ex_trust_new(struct ex_trust_store **out, const char *ca_file, struct ex_error *err)
{
    struct ex_trust_store *t = calloc(1, sizeof(*t));
    enum ex_status st = EX_ENOMEM;

    *out = NULL;
    if (!t)
        return EX_ENOMEM;
    ex_provider_enter(); /* the keys in the store meet those of the engine's thread */
    t->store = X509_STORE_new();
    if (!t->store)
        goto out;
    if (ca_file) {
        if (X509_STORE_load_file(t->store, ca_file) != 1) {
            ex_error_set(err, "%s: no certificate authorities can be read from this PEM file",
                         ca_file);
            st = EX_EINPUT;
            goto out;
        }
        if (hash_store(t) != EX_OK)
            goto out;
    } else {
        t->empty = system_store_is_empty();
        if (!load_system_store(t->store))
            goto out;
    }
    *out = t;
    t = NULL;
    st = EX_OK;
out:
    ex_provider_leave();
    ERR_clear_error();
    ex_trust_free(t);
    return st;
}

const char *ex_trust_sha256(const struct ex_trust_store *t)
{
    return t->sha256;
}

void ex_trust_free(struct ex_trust_store *t)
{
    if (!t)
        return;
    X509_STORE_free(t->store);
    free(t);
}

/* OpenSSL hands out slots for application data once per process. */
static pthread_once_t slots_once = PTHREAD_ONCE_INIT;
static int owner_slot, epoch_slot;

/* The connection is closed. */
static void on_free(void *ctx, void *owner, CRYPTO_EX_DATA *data, int slot, long n, void *arg)
{
    struct ex_handshake *hs = owner;
    (void)data;
    (void)slot;
    (void)n;
    (void)arg;

    if (hs && hs->ctx == ctx)
        hs->ctx = NULL;
}

static void make_slots(void)
{
    owner_slot = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, on_free);
    epoch_slot = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

void ex_handshake_reset(struct ex_handshake *hs, const struct ex_trust_store *trust,
                        const char *name, bool name_is_address)
{
    *hs = (struct ex_handshake){ .trust = trust,
                                 .name = name,
                                 .name_is_address = name_is_address,
                                 .epoch = hs->epoch + 1,
                                 .socket = -1,
                                 .unread = hs->unread,
                                 .next_unread = hs->next_unread,
                                 .is_unread = hs->is_unread };
}

/* The host that a connection belongs to, or NULL when its slot went on to
 * another one: a kept-alive connection may still speak when it is closed. */
static struct ex_handshake *owner_of(const SSL_CTX *ctx)
{
    struct ex_handshake *hs = SSL_CTX_get_ex_data(ctx, owner_slot);
    const uintptr_t epoch = (uintptr_t)SSL_CTX_get_ex_data(ctx, epoch_slot);

    return hs && hs->epoch == epoch ? hs : NULL;
}

static void judge_trust(const struct ex_trust_store *t, X509 *leaf, STACK_OF(X509) * chain,
                        struct ex_cert *out)
{
    X509_STORE_CTX *ctx = t ? X509_STORE_CTX_new() : NULL;

    out->trusted = EX_TRUST_UNKNOWN;
    if (ctx && !t->empty && X509_STORE_CTX_init(ctx, t->store, leaf, chain) == 1) {
        X509_STORE_CTX_set_default(ctx, "ssl_server");
        if (X509_verify_cert(ctx) == 1) {
            out->trusted = EX_TRUST_YES;
        } else {
            out->trusted = EX_TRUST_NO;
            ex_span_copy(out->trust_error, sizeof(out->trust_error),
                         ex_span_str(X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx))));
        }
    }
    X509_STORE_CTX_free(ctx);
}

/* OpenSSL asks here instead of verifying by itself. The answer is always "go
 * on": the certificate is evidence, not a condition. */
static int want_verify(X509_STORE_CTX *presented, void *arg)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(presented, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct ex_handshake *hs = ssl ? owner_of(SSL_get_SSL_CTX(ssl)) : NULL;
    X509 *leaf = X509_STORE_CTX_get0_cert(presented);
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(presented);
    (void)arg;

    X509_STORE_CTX_set_error(presented, X509_V_OK);
    if (!hs || !leaf)
        return 1;
    ex_cert_read(leaf, &hs->tls.cert);
    hs->tls.cert.name_match = ex_cert_matches(leaf, hs->name, hs->name_is_address);
    if (sk_X509_num(chain) <= CHAIN_MAX)
        judge_trust(hs->trust, leaf, chain, &hs->tls.cert);
    ERR_clear_error(); /* what failed to verify must not be read as a failure of the connection */
    return 1;
}

/* A server may ask for a client certificate without insisting; we have none. */
static int want_client_cert(SSL *ssl, X509 **cert, EVP_PKEY **key)
{
    struct ex_handshake *hs = owner_of(SSL_get_SSL_CTX(ssl));
    (void)cert;
    (void)key;

    if (hs)
        hs->tls.client_cert_requested = true;
    return 0;
}

static void on_progress(const SSL *ssl, int where, int value)
{
    struct ex_handshake *hs = owner_of(SSL_get_SSL_CTX(ssl));

    if (!hs)
        return;
    if (where & SSL_CB_HANDSHAKE_START)
        hs->started = true;
    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && (value & 0xff) != SSL_AD_CLOSE_NOTIFY)
        hs->tls.alert = (uint8_t)(value & 0xff);
    if (where & SSL_CB_HANDSHAKE_DONE) {
        hs->finished = true;
        hs->ctx = SSL_get_SSL_CTX(ssl);
        hs->ssl = ssl;
        ex_span_copy(hs->tls.version, sizeof(hs->tls.version), ex_span_str(SSL_get_version(ssl)));
        ex_span_copy(hs->tls.cipher, sizeof(hs->tls.cipher), ex_span_str(SSL_get_cipher_name(ssl)));
        hs->tls.secure_renegotiation = SSL_get_secure_renegotiation_support((SSL *)ssl) == 1;
    }
}

static void note_unread(struct ex_handshake *hs)
{
    if (!hs->finished || !hs->unread || hs->is_unread)
        return;
    hs->is_unread = true;
    hs->next_unread = hs->unread->first;
    hs->unread->first = hs;
}

struct ex_handshake *ex_unread_take(struct ex_unread *u)
{
    struct ex_handshake *hs = u->first;

    if (hs) {
        u->first = hs->next_unread;
        hs->is_unread = false;
    }
    return hs;
}

bool ex_tls_has_unread(const struct ex_handshake *hs)
{
    return hs->ctx && SSL_has_pending(hs->ssl) == 1;
}

static bool is_of_handshake(int type, const void *data, size_t n)
{
    const uint8_t *first = data;

    return (type == SSL3_RT_HEADER || type == SSL3_RT_INNER_CONTENT_TYPE) && n > 0 &&
           *first == SSL3_RT_HANDSHAKE;
}

/* OpenSSL reads on for as long as there are messages that need no answer of ours: HelloRequest
 * within a handshake (RFC 5246 7.4.1.1), tickets, changes of keys. A server that sends them
 * faster than they are read would have this loop for itself, and the time of all other hosts
 * would run out. Here nothing can fail, but the server can be said to have hung up. */
static void on_message(int is_ours, int version, int type, const void *data, size_t n, SSL *ssl,
                       void *arg)
{
    struct ex_handshake *hs = owner_of(SSL_get_SSL_CTX(ssl));
    (void)version;
    (void)arg;

    if (is_ours)
        return;
    if (hs && type == SSL3_RT_HEADER)
        note_unread(hs);
    if (hs && type == SSL3_RT_HANDSHAKE)
        hs->n_messages++;
    else if (hs && is_of_handshake(type, data, n))
        hs->n_records++;
    if (hs && hs->n_messages <= MESSAGES_MAX && hs->n_records <= RECORDS_MAX)
        return;
    if (hs) {
        hs->flooded = true;
        ex_span_copy(hs->tls.error, sizeof(hs->tls.error),
                     ex_span_str("flood of handshake messages"));
    }
    SSL_set_shutdown(ssl, SSL_get_shutdown(ssl) | SSL_RECEIVED_SHUTDOWN);
}

/* What level 0 lets pass, but no group that takes the time of others. */
static int is_acceptable(const SSL *ssl, const SSL_CTX *ctx, int what, int security_bits, int nid,
                         void *other, void *arg)
{
    (void)nid;
    (void)arg;

    if (what != SSL_SECOP_TMP_DH)
        return 1;
    const int bits = other ? EVP_PKEY_get_bits(other) : 0;
    struct ex_handshake *hs = owner_of(ssl ? SSL_get_SSL_CTX(ssl) : ctx);
    if (hs && bits > DH_BITS_MAX)
        ex_span_copy(hs->tls.error, sizeof(hs->tls.error),
                     ex_span_str("Diffie-Hellman group of more than 4096 bits"));
    return bits <= DH_BITS_MAX && security_bits >= DH_SECURITY_BITS_MIN;
}

enum ex_status ex_tls_prepare(struct ssl_ctx_st *ctx, struct ex_handshake *hs)
{
    pthread_once(&slots_once, make_slots);
    if (SSL_CTX_set_ex_data(ctx, owner_slot, hs) != 1 ||
        SSL_CTX_set_ex_data(ctx, epoch_slot, (void *)(uintptr_t)hs->epoch) != 1)
        return EX_ENOMEM;
    /* Exchange 2007 and 2010 on Windows Server 2003 to 2008 R2 know TLS 1.0 and
     * short keys only, and may lack RFC 5746: a strict default would hide the
     * oldest, worst servers. No secret of ours ever crosses the connection. */
    SSL_CTX_set_security_level(ctx, 0);
    SSL_CTX_set_security_callback(ctx, is_acceptable);
    SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
    SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF);
    /* All that is there in one call instead of two for each record: half of the system calls of
     * a host. ex_unread is why nothing is left behind. */
    SSL_CTX_set_read_ahead(ctx, 1);
    SSL_CTX_set_cert_verify_callback(ctx, want_verify, NULL);
    SSL_CTX_set_client_cert_cb(ctx, want_client_cert);
    SSL_CTX_set_info_callback(ctx, on_progress);
    SSL_CTX_set_msg_callback(ctx, on_message);
    return EX_OK;
}
