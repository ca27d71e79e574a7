// SPDX-License-Identifier: MIT
#include "net/provider.h"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <string.h>

enum { ALGORITHMS_MAX = 32 };

/* A provider's functions are called with the context of the implementation
 * behind them, which is the default provider's: there is no place for a pointer of
 * ours, so this stands alone. Written once, under `once`. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static OSSL_LIB_CTX *short_way;
static OSSL_PROVIDER *whole;

/* An algorithm by the first of its names, which colons separate, and the names that it is asked
 * for by: OpenSSL walks all names that it knows each time that it wants those of one. */
struct shown {
    const char *of;    /**< in the default provider */
    const char *names; /**< NULL: as they are there */
};

/* OpenSSL looks for these for each connection, and not to find one costs it 12,000 instructions.
 * They are shown as what does nothing: no cipher suite is made of them as long as there are no
 * GOST keys, which only an engine has, and that is asked before any provider. */
#define GOST_DIGESTS                                                                               \
    "md_gost94:gost-mac:md_gost12_256:gost-mac-12:md_gost12_512:magma-mac:kuznyechik-mac"
#define GOST_CIPHERS "gost89-cnt:gost89-cnt-12:magma-ctr-acpkm:kuznyechik-ctr-acpkm"

/* The same for ciphers whose suites this libssl was built without. SEED is not one of them. */
#ifdef OPENSSL_NO_WEAK_SSL_CIPHERS
#define RC4 ":RC4"
#else
#define RC4 ""
#endif
#ifdef OPENSSL_NO_IDEA
#define IDEA ":IDEA-CBC"
#else
#define IDEA ""
#endif
#define CIPHERS_WITHOUT_SUITE "DES-CBC:RC2-CBC" RC4 IDEA

/* Those of cipher suites, signatures and fingerprints, by OpenSSL's short names for them. */
static const struct shown digests[] = { { "SHA1", "SHA1" },
                                        { "SHA2-224", "SHA2-224:SHA224" },
                                        { "SHA2-256", "SHA2-256:SHA256" },
                                        { "SHA2-384", "SHA2-384:SHA384" },
                                        { "SHA2-512", "SHA2-512:SHA512" },
                                        { "SHA2-512/224", "SHA2-512/224:SHA512-224" },
                                        { "SHA2-512/256", "SHA2-512/256:SHA512-256" },
                                        { "SHA3-224", "SHA3-224" },
                                        { "SHA3-256", "SHA3-256" },
                                        { "SHA3-384", "SHA3-384" },
                                        { "SHA3-512", "SHA3-512" },
                                        { "SM3", "SM3" },
                                        { "MD5", "MD5" },
                                        { "MD5-SHA1", "MD5-SHA1" },
                                        { "RIPEMD-160", "RIPEMD-160:RIPEMD160" },
                                        { "NULL", GOST_DIGESTS },
                                        { NULL, NULL } };

/* Those of cipher suites. */
static const struct shown ciphers[] = { { "NULL", "NULL" },
                                        { "NULL", GOST_CIPHERS },
                                        { "NULL", CIPHERS_WITHOUT_SUITE },
                                        { "AES-128-CBC", "AES-128-CBC" },
                                        { "AES-256-CBC", "AES-256-CBC" },
                                        { "AES-128-GCM", "AES-128-GCM:id-aes128-GCM" },
                                        { "AES-256-GCM", "AES-256-GCM:id-aes256-GCM" },
                                        { "AES-128-CCM", "AES-128-CCM:id-aes128-CCM" },
                                        { "AES-256-CCM", "AES-256-CCM:id-aes256-CCM" },
                                        { "AES-128-CBC-HMAC-SHA1", NULL },
                                        { "AES-256-CBC-HMAC-SHA1", NULL },
                                        { "AES-128-CBC-HMAC-SHA256", NULL },
                                        { "AES-256-CBC-HMAC-SHA256", NULL },
                                        { "ARIA-128-GCM", "ARIA-128-GCM" },
                                        { "ARIA-256-GCM", "ARIA-256-GCM" },
                                        { "CAMELLIA-128-CBC", "CAMELLIA-128-CBC" },
                                        { "CAMELLIA-256-CBC", "CAMELLIA-256-CBC" },
                                        { "DES-EDE3-CBC", "DES-EDE3-CBC" },
                                        { "ChaCha20-Poly1305", NULL },
                                        { NULL, NULL } };

/* Kinds of keys that a certificate in a handshake can have (RFC 8446 4.2.3, RFC 5246 7.4.2) ... */
static const struct shown decoders_of[] = { { "RSA", NULL }, { "RSA-PSS", NULL }, { "EC", NULL },
                                            { "DSA", NULL }, { "ED25519", NULL }, { "ED448", NULL },
                                            { NULL, NULL } };

/* ... and those of the key exchange, and of the codes in TLS 1.3's Finished. */
static const struct shown keys[] = { { "RSA", NULL },    { "RSA-PSS", NULL }, { "EC", NULL },
                                     { "DSA", NULL },    { "ED25519", NULL }, { "ED448", NULL },
                                     { "X25519", NULL }, { "DH", NULL },      { "X448", NULL },
                                     { "HMAC", NULL },   { NULL, NULL } };

static const struct shown exchanges[] = {
    { "DH", NULL }, { "ECDH", NULL }, { "X25519", NULL }, { "X448", NULL }, { NULL, NULL }
};

/* HMAC: of the records of TLS 1.2 and older. */
static const struct shown signatures[] = { { "RSA", NULL },     { "ECDSA", NULL }, { "DSA", NULL },
                                           { "ED25519", NULL }, { "ED448", NULL }, { "HMAC", NULL },
                                           { NULL, NULL } };

static const struct shown kdfs[] = {
    { "HKDF", NULL }, { "TLS13-KDF", NULL }, { "TLS1-PRF", NULL }, { NULL, NULL }
};

static const struct shown macs[] = { { "HMAC", NULL }, { NULL, NULL } };

/* What OpenSSL takes unless its configuration says otherwise, which is not read here. */
static const struct shown random_sources[] = { { "CTR-DRBG", NULL },
                                               { "SEED-SRC", NULL },
                                               { NULL, NULL } };

static const struct shown none[] = { { NULL, NULL } };

static struct {
    int operation;
    const struct shown *shown;
    OSSL_ALGORITHM list[ALGORITHMS_MAX + 1]; /**< ended by an empty row */
} shortened[] = {
    { .operation = OSSL_OP_DIGEST, .shown = digests },
    { .operation = OSSL_OP_CIPHER, .shown = ciphers },
    { .operation = OSSL_OP_DECODER, .shown = decoders_of },
    { .operation = OSSL_OP_KEYMGMT, .shown = keys },
    { .operation = OSSL_OP_KEYEXCH, .shown = exchanges },
    { .operation = OSSL_OP_SIGNATURE, .shown = signatures },
    { .operation = OSSL_OP_KDF, .shown = kdfs },
    { .operation = OSSL_OP_MAC, .shown = macs },
    { .operation = OSSL_OP_RAND, .shown = random_sources },
    { .operation = OSSL_OP_ENCODER, .shown = none },
    { .operation = OSSL_OP_STORE, .shown = none },
};
enum { N_SHORTENED = sizeof(shortened) / sizeof(shortened[0]) };

static bool is_called(const char *names, const char *name)
{
    const size_t n = strcspn(names, ":");

    return strlen(name) == n && strncasecmp(names, name, n) == 0;
}

/* provider-decoder(7): the properties name input and structure. */
static bool is_wanted(int operation, const OSSL_ALGORITHM *a)
{
    const char *properties = a->property_definition ? a->property_definition : "";

    return operation != OSSL_OP_DECODER || (strstr(properties, "input=der") &&
                                            strstr(properties, "structure=SubjectPublicKeyInfo"));
}

/* Append @shown; false when there is none, or no room: to leave one out could hide what is needed.
 */
static bool add(int operation, const struct shown *shown, OSSL_ALGORITHM *list, size_t *n)
{
    int no_cache;
    const OSSL_ALGORITHM *a = OSSL_PROVIDER_query_operation(whole, operation, &no_cache);

    for (; a && a->algorithm_names; a++) {
        if (!is_called(a->algorithm_names, shown->of) || !is_wanted(operation, a))
            continue;
        if (*n == ALGORITHMS_MAX)
            return false;
        list[*n] = *a;
        if (shown->names)
            list[*n].algorithm_names = shown->names;
        (*n)++;
        return true;
    }
    return false;
}

static bool shorten(void)
{
    for (size_t i = 0; i < N_SHORTENED; i++) {
        size_t n = 0;

        for (const struct shown *shown = shortened[i].shown; shown->of; shown++)
            if (!add(shortened[i].operation, shown, shortened[i].list, &n))
                return false;
    }
    return true;
}

static const OSSL_ALGORITHM *query(void *context, int operation, int *no_cache)
{
    (void)context;

    *no_cache = 0;
    for (size_t i = 0; i < N_SHORTENED; i++)
        if (shortened[i].operation == operation)
            return shortened[i].list;
    return OSSL_PROVIDER_query_operation(whole, operation, no_cache);
}

struct each {
    OSSL_CALLBACK *call;
    void *arg;
};

/* Groups are counted again for each SSL_CTX: those that libssl offers by default, and no
 * others, can be chosen by a server. */
static int each_group(const OSSL_PARAM *params, void *arg)
{
    static const char *const wanted[] = { "x25519",    "secp256r1", "x448",      "secp521r1",
                                          "secp384r1", "ffdhe2048", "ffdhe3072", "ffdhe4096",
                                          "ffdhe6144", "ffdhe8192" };
    const OSSL_PARAM *name = OSSL_PARAM_locate_const(params, OSSL_CAPABILITY_TLS_GROUP_NAME);
    const struct each *each = arg;
    size_t i = 0;

    while (i < sizeof(wanted) / sizeof(wanted[0]) && name && !is_called(name->data, wanted[i]))
        i++;
    return i < sizeof(wanted) / sizeof(wanted[0]) ? each->call(params, each->arg) : 1;
}

static int capabilities(void *context, const char *name, OSSL_CALLBACK *call, void *arg)
{
    struct each each = { call, arg };
    (void)context;

    if (strcmp(name, "TLS-GROUP") != 0)
        return OSSL_PROVIDER_get_capabilities(whole, name, call, arg);
    return OSSL_PROVIDER_get_capabilities(whole, name, each_group, &each);
}

static int init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out,
                void **context)
{
    static const OSSL_DISPATCH functions[] = {
        { OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query },
        { OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))capabilities },
        { 0, NULL },
    };
    (void)handle;
    (void)in;

    *out = functions;
    *context = OSSL_PROVIDER_get0_provider_ctx(whole);
    return 1;
}

static void make(void)
{
    OSSL_LIB_CTX *ctx = OSSL_LIB_CTX_new();

    whole = OSSL_PROVIDER_load(NULL, "default");
    if (ctx && whole && shorten() && OSSL_PROVIDER_add_builtin(ctx, "exprobe", init) == 1 &&
        OSSL_PROVIDER_load(ctx, "exprobe"))
        short_way = ctx;
    else
        OSSL_LIB_CTX_free(ctx);
}

bool ex_provider_enter(void)
{
    pthread_once(&once, make);
    return short_way && OSSL_LIB_CTX_set0_default(short_way) != NULL;
}

void ex_provider_leave(void)
{
    OSSL_LIB_CTX_set0_default(OSSL_LIB_CTX_get0_global_default());
}
