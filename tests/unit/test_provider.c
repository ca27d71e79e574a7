// SPDX-License-Identifier: MIT
#include "net/provider.h"

#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "net/tls.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static EVP_PKEY *make_dsa(void)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
    EVP_PKEY *params = NULL, *key = NULL;

    assert_int_equal(EVP_PKEY_paramgen_init(ctx), 1);
    EVP_PKEY_CTX_set_dsa_paramgen_bits(ctx, 1024);
    assert_int_equal(EVP_PKEY_paramgen(ctx, &params), 1);
    EVP_PKEY_CTX_free(ctx);
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, params, NULL);
    assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
    assert_int_equal(EVP_PKEY_keygen(ctx, &key), 1);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(params);
    return key;
}

static EVP_PKEY *make_key(const char *type, const char *curve, unsigned bits)
{
    if (strcmp(type, "DSA") == 0)
        return make_dsa();
    if (curve)
        return EVP_PKEY_Q_keygen(NULL, NULL, type, curve);
    if (strcmp(type, "RSA") == 0)
        return EVP_PKEY_Q_keygen(NULL, NULL, type, (size_t)bits);
    if (strcmp(type, "RSA-PSS") == 0) {
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
        EVP_PKEY *key = NULL;
        assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
        EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits);
        assert_int_equal(EVP_PKEY_keygen(ctx, &key), 1);
        EVP_PKEY_CTX_free(ctx);
        return key;
    }
    return EVP_PKEY_Q_keygen(NULL, NULL, type);
}

/* A self-signed certificate for @key, as DER in malloc()ed memory. */
static struct ex_span make_cert(EVP_PKEY *key, const EVP_MD *md)
{
    X509 *x = X509_new();
    unsigned char *der = NULL;

    X509_set_version(x, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(x), 0);
    X509_gmtime_adj(X509_getm_notAfter(x), 86400);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                               (const unsigned char *)"EX01", -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    assert_int_equal(X509_set_pubkey(x, key), 1);
    assert_true(X509_sign(x, key, md) > 0);
    const int n = i2d_X509(x, &der);
    assert_true(n > 0);
    X509_free(x);
    return (struct ex_span){ der, (size_t)n };
}

/* What is hidden must be nothing that a certificate can need: the same certificate reads the
 * same inside and outside, and its signature verifies. */
static void every_kind_of_key_is_read(void **state)
{
    static const struct {
        const char *type, *curve;
        unsigned bits;
        bool own_digest;
    } rows[] = {
        { "RSA", NULL, 1024, false },     { "RSA", NULL, 2048, false },
        { "RSA-PSS", NULL, 2048, false }, { "DSA", NULL, 1024, false },
        { "EC", "P-256", 256, false },    { "EC", "P-384", 384, false },
        { "EC", "P-521", 521, false },    { "EC", "secp256k1", 256, false },
        { "ED25519", NULL, 253, true },   { "ED448", NULL, 456, true },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        EVP_PKEY *key = make_key(rows[i].type, rows[i].curve, rows[i].bits);
        assert_non_null(key);
        const struct ex_span der = make_cert(key, rows[i].own_digest ? NULL : EVP_sha256());
        struct ex_cert outside = { 0 }, inside = { 0 };

        assert_true(ex_cert_of_der(der, &outside));
        assert_true(ex_provider_enter());
        const bool ok = ex_cert_of_der(der, &inside);
        ex_provider_leave();
        if (!ok || !inside.self_signed || memcmp(&inside, &outside, sizeof(inside)) != 0 ||
            strcmp(inside.key_type, rows[i].type) != 0)
            fail_msg("%s %s: \"%s\" %u bits inside, \"%s\" %u bits outside", rows[i].type,
                     rows[i].curve ? rows[i].curve : "", inside.key_type, inside.key_bits,
                     outside.key_type, outside.key_bits);
        OPENSSL_free((void *)der.p);
        EVP_PKEY_free(key);
    }
}

/* A signature that can be checked outside can be checked inside. */
static void every_digest_of_a_signature_is_known(void **state)
{
    static const char *const names[] = { "MD5",      "SHA1",     "SHA224",   "SHA256",
                                         "SHA384",   "SHA512",   "SHA3-224", "SHA3-256",
                                         "SHA3-384", "SHA3-512", "RIPEMD160" };
    EVP_PKEY *key = make_key("RSA", NULL, 2048);
    (void)state;

    for (size_t i = 0; i < N_OF(names); i++) {
        const struct ex_span der = make_cert(key, EVP_get_digestbyname(names[i]));
        struct ex_cert outside = { 0 }, inside = { 0 };

        assert_true(ex_cert_of_der(der, &outside));
        assert_true(ex_provider_enter());
        const bool ok = ex_cert_of_der(der, &inside);
        ex_provider_leave();
        if (!ok || !outside.self_signed || memcmp(&inside, &outside, sizeof(inside)) != 0)
            fail_msg("%s: self-signed outside %d, inside %d", names[i], outside.self_signed,
                     inside.self_signed);
        OPENSSL_free((void *)der.p);
    }
    EVP_PKEY_free(key);
}

enum { HELLO_MAX = 4096, RANDOM_AT = 5 + 4 + 2, SESSION_AT = RANDOM_AT + 32 + 1 };

/* The first message of a handshake, without what is drawn by lot: random numbers, session, key. */
static size_t client_hello(uint8_t hello[static HELLO_MAX], const char *suites)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl;
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());

    SSL_CTX_set_security_level(ctx, 0);
    assert_int_equal(SSL_CTX_set_cipher_list(ctx, suites), 1);
    ssl = SSL_new(ctx);
    SSL_set_bio(ssl, in, out);
    assert_int_equal(SSL_connect(ssl), -1);
    const int n = BIO_read(out, hello, HELLO_MAX);
    assert_true(n > SESSION_AT + 32);
    memset(hello + RANDOM_AT, 0, 32);
    memset(hello + SESSION_AT, 0, 32);
    for (int i = SESSION_AT; i + 36 <= n; i++) /* key_share of X25519 (RFC 8446 4.2.8) */
        if (memcmp(hello + i, (uint8_t[]){ 0x00, 0x1d, 0x00, 0x20 }, 4) == 0)
            memset(hello + i + 4, 0, 32);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    return (size_t)n;
}

/* Servers are offered what OpenSSL offers by itself: suites, groups, signatures. */
static void nothing_less_is_offered(void **state)
{
    static const char *const suites[] = { "DEFAULT", "ALL:COMPLEMENTOFALL" };
    uint8_t outside[HELLO_MAX], inside[HELLO_MAX];
    (void)state;

    for (size_t i = 0; i < N_OF(suites); i++) {
        const size_t n = client_hello(outside, suites[i]);

        assert_true(ex_provider_enter());
        assert_int_equal(client_hello(inside, suites[i]), n);
        ex_provider_leave();
        assert_memory_equal(inside, outside, n);
    }
}

static void garbage_is_no_certificate(void **state)
{
    static const uint8_t bytes[] = { 0x30, 0x82, 0xff, 0xff, 0x30, 0x00 };
    struct ex_cert cert;
    (void)state;

    assert_true(ex_provider_enter());
    assert_false(ex_cert_of_der((struct ex_span){ bytes, sizeof(bytes) }, &cert));
    assert_false(ex_cert_of_der((struct ex_span){ bytes, 0 }, &cert));
    ex_provider_leave();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_key_is_read),
        cmocka_unit_test(every_digest_of_a_signature_is_known),
        cmocka_unit_test(nothing_less_is_offered),
        cmocka_unit_test(garbage_is_no_certificate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
