// SPDX-License-Identifier: MIT
#include "cmd/memory.h"

#include <ares.h>
#include <curl/curl.h>
#include <libxml/parser.h>
#include <libxml/xmlmemory.h>
#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* The libraries' hooks are handed no argument, so this one fact stands alone. */
static _Atomic bool ran_out;

static void *noted(void *p, size_t n)
{
    if (!p && n > 0)
        atomic_store(&ran_out, true);
    return p;
}

static void *noted_malloc(size_t n)
{
    return noted(malloc(n), n);
}

static void *noted_calloc(size_t n, size_t size)
{
    return noted(calloc(n, size), n && size);
}

static void *noted_realloc(void *p, size_t n)
{
    return noted(realloc(p, n), n);
}

static char *noted_strdup(const char *text)
{
    return noted(strdup(text), 1);
}

/* OpenSSL adds the place in its source. */
static void *noted_crypto_malloc(size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    return noted_malloc(n);
}

static void *noted_crypto_realloc(void *p, size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    return noted_realloc(p, n);
}

static void crypto_free(void *p, const char *file, int line)
{
    (void)file;
    (void)line;
    free(p);
}

enum ex_status ex_memory_init(void)
{
    /* OpenSSL 3.0 walks the names of all algorithms for each key that it reads. The ciphers that
     * only its older interface knows are half of them, and nobody here asks for those. */
    if (CRYPTO_set_mem_functions(noted_crypto_malloc, noted_crypto_realloc, crypto_free) != 1 ||
        OPENSSL_init_crypto(OPENSSL_INIT_NO_ADD_ALL_CIPHERS, NULL) != 1 ||
        uv_replace_allocator(noted_malloc, noted_realloc, noted_calloc, free) != 0 ||
        ares_library_init_mem(ARES_LIB_INIT_ALL, noted_malloc, free, noted_realloc) != 0 ||
        curl_global_init_mem(CURL_GLOBAL_DEFAULT, noted_malloc, free, noted_realloc, noted_strdup,
                             noted_calloc) != 0 ||
        xmlMemSetup(free, noted_malloc, noted_realloc, noted_strdup) != 0)
        return EX_ENOMEM;
    return EX_OK;
}

void ex_memory_deinit(void)
{
    xmlCleanupParser();
    curl_global_cleanup();
    ares_library_cleanup();
}

bool ex_memory_ran_out(void)
{
    return atomic_load(&ran_out);
}
