// SPDX-License-Identifier: MIT
#include "net/provider.h"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <string.h>

/* OpenSSL 3.0 has 14 decoders that are wanted, and 18 groups; the rest is less. */
enum { ALGORITHMS_MAX = 128 };

/* A provider's functions are called with the context of the implementation
 * behind them, which is the default provider's: there is no place for a pointer of
 * ours, so this stands alone. Written once, under `once`. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static OSSL_LIB_CTX *short_way;
static OSSL_PROVIDER *whole;

/* Is the first of the names, which colons separate, one of @list? */
static bool is_in(const OSSL_ALGORITHM *a, const char *const list[])
{
    const size_t n = strcspn(a->algorithm_names, ":");

    for (; *list; list++)
        if (strlen(*list) == n && strncasecmp(a->algorithm_names, *list, n) == 0)
            return true;
    return false;
}

/* The modes that a cipher suite can have; not those for disks, key wrapping and files. */
static bool is_wanted_cipher(const OSSL_ALGORITHM *a)
{
    static const char *const ends[] = { "-CBC", "-GCM",       "-CCM",        "-Poly1305",
                                        "NULL", "-HMAC-SHA1", "-HMAC-SHA256" };
    const size_t n = strcspn(a->algorithm_names, ":");

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        const size_t end_n = strlen(ends[i]);

        if (n >= end_n && strncasecmp(a->algorithm_names + n - end_n, ends[i], end_n) == 0)
            return true;
    }
    return false;
}

/* Kinds of keys that a certificate in a handshake can have (RFC 8446 4.2.3, RFC 5246 7.4.2) ... */
static bool is_wanted_decoder(const OSSL_ALGORITHM *a)
{
    static const char *const wanted[] = { "RSA", "RSA-PSS", "EC", "DSA", "ED25519", "ED448", NULL };
    /* provider-decoder(7): the properties name input and structure. */
    const char *properties = a->property_definition ? a->property_definition : "";

    return is_in(a, wanted) && strstr(properties, "input=der") &&
           strstr(properties, "structure=SubjectPublicKeyInfo");
}

/* ... and those of the key exchange, and of the codes in TLS 1.3's Finished. */
static bool is_wanted_key(const OSSL_ALGORITHM *a)
{
    static const char *const wanted[] = { "RSA",    "RSA-PSS", "EC",   "DSA",  "ED25519", "ED448",
                                          "X25519", "DH",      "X448", "HMAC", NULL };

    return is_in(a, wanted);
}

static bool is_wanted_kdf(const OSSL_ALGORITHM *a)
{
    static const char *const wanted[] = { "HKDF", "TLS13-KDF", "TLS1-PRF", NULL };

    return is_in(a, wanted);
}

static bool is_wanted_mac(const OSSL_ALGORITHM *a)
{
    static const char *const wanted[] = { "HMAC", NULL };

    return is_in(a, wanted);
}

static struct {
    int operation;
    bool (*is_wanted)(const OSSL_ALGORITHM *a); /**< NULL: none */
    OSSL_ALGORITHM list[ALGORITHMS_MAX + 1];    /**< ended by an empty row */
} shortened[] = {
    { .operation = OSSL_OP_DECODER, .is_wanted = is_wanted_decoder },
    { .operation = OSSL_OP_CIPHER, .is_wanted = is_wanted_cipher },
    { .operation = OSSL_OP_KEYMGMT, .is_wanted = is_wanted_key },
    { .operation = OSSL_OP_KDF, .is_wanted = is_wanted_kdf },
    { .operation = OSSL_OP_MAC, .is_wanted = is_wanted_mac },
    { .operation = OSSL_OP_ENCODER },
    { .operation = OSSL_OP_STORE },
};
enum { N_SHORTENED = sizeof(shortened) / sizeof(shortened[0]) };

/* False when a list would be empty or too long: to leave one out could hide what is needed. */
static bool shorten(void)
{
    for (size_t i = 0; i < N_SHORTENED; i++) {
        int no_cache;
        size_t n = 0;
        const OSSL_ALGORITHM *a =
            OSSL_PROVIDER_query_operation(whole, shortened[i].operation, &no_cache);

        if (!shortened[i].is_wanted)
            continue;
        for (; a && a->algorithm_names; a++) {
            if (!shortened[i].is_wanted(a))
                continue;
            if (n == ALGORITHMS_MAX)
                return false;
            shortened[i].list[n++] = *a;
        }
        if (n == 0)
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
                                          "ffdhe6144", "ffdhe8192", NULL };
    const OSSL_PARAM *name = OSSL_PARAM_locate_const(params, OSSL_CAPABILITY_TLS_GROUP_NAME);
    const struct each *each = arg;
    const OSSL_ALGORITHM as = { .algorithm_names = name ? name->data : "" };

    return is_in(&as, wanted) ? each->call(params, each->arg) : 1;
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
