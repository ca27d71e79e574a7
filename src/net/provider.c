// SPDX-License-Identifier: MIT
#include "net/provider.h"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <string.h>

/* OpenSSL 3.0 has 14 that are wanted. */
enum { DECODERS_MAX = 64 };

/* A provider's functions are called with the context of the implementation
 * behind them, which is the default provider's: there is no place for a pointer of
 * ours, so this stands alone. Written once, under `once`. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static OSSL_LIB_CTX *short_way;
static OSSL_PROVIDER *whole;
static OSSL_ALGORITHM decoders[DECODERS_MAX + 1]; /* ended by an empty row */

/* provider-decoder(7): the properties name input and structure. */
static bool is_wanted(const OSSL_ALGORITHM *a)
{
    const char *properties = a->property_definition ? a->property_definition : "";

    return strstr(properties, "input=der") && strstr(properties, "structure=SubjectPublicKeyInfo");
}

static bool pick_decoders(void)
{
    int no_cache;
    size_t n = 0;
    const OSSL_ALGORITHM *a = OSSL_PROVIDER_query_operation(whole, OSSL_OP_DECODER, &no_cache);

    for (; a && a->algorithm_names; a++) {
        if (n == DECODERS_MAX)
            return false; /* to leave one out could hide a kind of key */
        if (is_wanted(a))
            decoders[n++] = *a;
    }
    return n > 0;
}

static const OSSL_ALGORITHM *query(void *context, int operation, int *no_cache)
{
    (void)context;

    *no_cache = 0;
    switch (operation) {
    case OSSL_OP_DECODER:
        return decoders;
    case OSSL_OP_ENCODER:
    case OSSL_OP_STORE:
        return NULL;
    default:
        return OSSL_PROVIDER_query_operation(whole, operation, no_cache);
    }
}

static int capabilities(void *context, const char *name, OSSL_CALLBACK *each, void *arg)
{
    (void)context;
    return OSSL_PROVIDER_get_capabilities(whole, name, each, arg);
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
    if (ctx && whole && pick_decoders() && OSSL_PROVIDER_add_builtin(ctx, "exprobe", init) == 1 &&
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
