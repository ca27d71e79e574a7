// SPDX-License-Identifier: MIT
#include "inspect/digest.h"

#include <openssl/evp.h>

enum { SHA256_BYTES = 32 };

static void to_hex(char to[static EX_SHA256_TEXT], const uint8_t md[static SHA256_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    for (unsigned i = 0; i < SHA256_BYTES; i++) {
        to[2 * i] = digits[md[i] >> 4];
        to[2 * i + 1] = digits[md[i] & 15];
    }
    to[EX_SHA256_TEXT - 1] = '\0';
}

void ex_sha256_text(char to[static EX_SHA256_TEXT], struct ex_span bytes)
{
    uint8_t md[EVP_MAX_MD_SIZE] = { 0 };
    unsigned n = 0;

    to[0] = '\0';
    if (EVP_Digest(bytes.p, bytes.n, md, &n, EVP_sha256(), NULL) == 1 && n == SHA256_BYTES)
        to_hex(to, md);
}

static void give_up(struct ex_digest *d)
{
    EVP_MD_CTX_free(d->ctx);
    d->ctx = NULL;
}

struct ex_digest ex_digest_begin(void)
{
    struct ex_digest d = { EVP_MD_CTX_new() };

    if (d.ctx && EVP_DigestInit_ex(d.ctx, EVP_sha256(), NULL) != 1)
        give_up(&d);
    return d;
}

void ex_digest_add(struct ex_digest *d, struct ex_span piece)
{
    if (d->ctx && piece.n > 0 && EVP_DigestUpdate(d->ctx, piece.p, piece.n) != 1)
        give_up(d);
}

bool ex_digest_end(struct ex_digest *d, char to[static EX_SHA256_TEXT])
{
    uint8_t md[EVP_MAX_MD_SIZE] = { 0 };
    unsigned n = 0;

    to[0] = '\0';
    if (d->ctx && EVP_DigestFinal_ex(d->ctx, md, &n) == 1 && n == SHA256_BYTES)
        to_hex(to, md);
    give_up(d);
    return to[0] != '\0';
}
