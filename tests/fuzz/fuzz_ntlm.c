// SPDX-License-Identifier: MIT
#include "core/base64.h"
#include "core/ntlm.h"
#include "fuzz.h"

static void parsed_spans_lie_inside(const uint8_t *data, size_t n)
{
    struct ex_ntlm_challenge c;

    if (ex_ntlm_challenge_parse((struct ex_span){ data, n }, &c) != EX_OK)
        return;
    for (int i = 0; i < EX_AV_COUNT; i++) {
        if (c.av[i].n == 0)
            continue;
        MUST(c.av[i].p >= data && c.av[i].n <= n && c.av[i].p + c.av[i].n <= data + n);
        MUST(c.av[i].n % 2 == 0);
    }
}

/* Well-formed UTF-8 (RFC 3629) that ends inside of its array. */
static void is_text(const char *s, size_t size)
{
    const uint8_t *p = (const uint8_t *)s;

    MUST(memchr(s, '\0', size) != NULL);
    while (*p) {
        const unsigned more = *p < 0x80 ? 0 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;

        MUST(*p < 0x80 || (*p >= 0xc2 && *p <= 0xf4));
        p++;
        for (unsigned i = 0; i < more; i++, p++)
            MUST((*p & 0xc0) == 0x80);
    }
}

static void facts_are_text(const uint8_t *data, size_t n)
{
    struct ex_ntlm_facts f;

    if (ex_ntlm_facts((struct ex_span){ data, n }, &f) != EX_OK)
        return;
    MUST(f.present);
    is_text(f.nb_computer, sizeof(f.nb_computer));
    is_text(f.nb_domain, sizeof(f.nb_domain));
    is_text(f.dns_computer, sizeof(f.dns_computer));
    is_text(f.dns_domain, sizeof(f.dns_domain));
    is_text(f.dns_tree, sizeof(f.dns_tree));
}

static void decoding_is_bounded(const uint8_t *data, size_t n)
{
    uint8_t to[64];
    size_t got = 0;

    for (size_t size = 0; size <= sizeof(to); size += 16) {
        if (ex_base64_decode((struct ex_span){ data, n }, to, size, &got) == EX_OK)
            MUST(got <= size && n % 4 == 0 && got <= n / 4 * 3);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    parsed_spans_lie_inside(data, n);
    facts_are_text(data, n);
    decoding_is_bounded(data, n);
    return 0;
}
