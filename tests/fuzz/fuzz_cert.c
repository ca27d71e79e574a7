// SPDX-License-Identifier: MIT
/* Certificates: what is read of one fits its arrays, whatever it says of itself. */
#include "fuzz.h"
#include "net/cert.h"
#include "net/tls.h"

static void is_ended(const char *text, size_t size)
{
    MUST(memchr(text, '\0', size) != NULL);
}

static void is_hex_or_empty(const char *text)
{
    const size_t n = strlen(text);

    MUST(n == 0 || n == 64);
    MUST(strspn(text, "0123456789abcdef") == n);
}

/* Names one after the other, each with its kind, and an empty one at the end. */
static void names_are_packed(const struct ex_cert *c)
{
    const char *at = c->san;
    size_t n = 0;

    while (*at) {
        const size_t left = sizeof(c->san) - (size_t)(at - c->san);

        MUST(memchr(at, '\0', left) != NULL);
        MUST(strncmp(at, "DNS:", 4) == 0 || strncmp(at, "IP:", 3) == 0);
        at += strlen(at) + 1;
        MUST(at < c->san + sizeof(c->san));
        n++;
    }
    MUST(n <= c->n_san);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct ex_cert c;

    if (!ex_cert_of_der((struct ex_span){ data, n }, &c))
        return 0;
    MUST(c.present && !c.name_match && c.trusted == EX_TRUST_UNKNOWN);
    is_ended(c.subject, sizeof(c.subject));
    is_ended(c.issuer, sizeof(c.issuer));
    is_ended(c.key_type, sizeof(c.key_type));
    is_ended(c.sha256, sizeof(c.sha256));
    is_hex_or_empty(c.sha256);
    names_are_packed(&c);
    return 0;
}
