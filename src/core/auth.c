// SPDX-License-Identifier: MIT
#include "core/auth.h"

#include "core/ntlm.h"

enum { CHALLENGES_MAX = 8 }; /* schemes in one field */

/* The part before the next comma that stands outside of quotes. */
static struct ex_span next_part(struct ex_span *rest)
{
    struct ex_span part = { rest->p, 0 };
    bool quoted = false;
    size_t n = 0;

    while (n < rest->n && (quoted || rest->p[n] != ',')) {
        quoted ^= rest->p[n] == '"';
        n++;
    }
    part.n = n;
    if (n < rest->n)
        n++; /* the comma */
    ex_span_sub(*rest, n, rest->n - n, rest);
    return ex_span_trim(part);
}

static bool is_token_char(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/* The scheme that a part begins with; empty when the part is a parameter of the one before. */
static struct ex_span scheme_of(struct ex_span part, struct ex_span *rest)
{
    size_t n = 0;

    while (n < part.n && is_token_char(part.p[n]))
        n++;
    *rest = (struct ex_span){ part.p + n, part.n - n };
    if (rest->n > 0 && rest->p[0] != ' ' && rest->p[0] != '\t')
        return (struct ex_span){ 0 };
    *rest = ex_span_trim(*rest);
    return (struct ex_span){ part.p, n };
}

static struct ex_span realm_of(struct ex_span params)
{
    const size_t at = ex_span_find_nocase(params, "realm=\"");
    struct ex_span v = { 0 };
    size_t n = 0;

    if (at == SIZE_MAX || !ex_span_sub(params, at + 7, params.n - at - 7, &v))
        return (struct ex_span){ 0 };
    while (n < v.n && v.p[n] != '"')
        n++;
    return (struct ex_span){ v.p, n };
}

static void read_realm(struct ex_evidence *ev, struct ex_answer *a, struct ex_span params)
{
    static const char *const others[] = { "zpush",  "zimbra", "sogo",     "kopano",
                                          "zarafa", "horde",  "grommunio" };
    struct ex_span realm = realm_of(params);
    struct ex_addr addr;
    size_t port;

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (ex_span_find_nocase(realm, others[i]) != SIZE_MAX &&
            ex_span_find_nocase(ex_span_str(ev->target), others[i]) == SIZE_MAX)
            a->marks |= EX_MARK_OTHER_PRODUCT;
    if (a->probe == EX_PROBE_NO_HOST && ex_addr_parse(realm, &addr) == EX_OK &&
        !ex_span_eq_nocase(realm, ev->target)) {
        ex_span_copy(ev->internal_address, sizeof(ev->internal_address), realm);
        return;
    }
    port = ex_span_find(realm, ":");
    if (port != SIZE_MAX && ex_span_find(ex_span_str(ev->target), ":") == SIZE_MAX)
        realm.n = port;
    if (realm.n > 0 && ex_span_eq_nocase(realm, ev->target))
        a->marks |= EX_MARK_OWN_REALM;
}

static void read_challenge(struct ex_evidence *ev, struct ex_answer *a, struct ex_span scheme,
                           struct ex_span params)
{
    for (int i = 0; i < EX_N_SCHEMES; i++)
        if (ex_span_eq_nocase(scheme, ex_scheme_str((enum ex_scheme_bit)i)))
            a->schemes |= (uint8_t)(1u << i);
    if (ex_span_eq_nocase(scheme, "Basic"))
        read_realm(ev, a, params);
    if (a->probe != EX_PROBE_NTLM || params.n == 0 || ev->ntlm.present)
        return;
    if (ex_span_eq_nocase(scheme, "NTLM") || ex_span_eq_nocase(scheme, "Negotiate")) {
        struct ex_ntlm_facts facts;

        if (ex_ntlm_facts(params, &facts) == EX_OK)
            ev->ntlm = facts;
    }
}

void ex_auth_read(struct ex_evidence *ev, struct ex_answer *a, struct ex_span value)
{
    unsigned n_schemes = 0;

    for (int i = 0; i < CHALLENGES_MAX && value.n > 0; i++) {
        struct ex_span params;
        const struct ex_span part = next_part(&value);
        const struct ex_span scheme = scheme_of(part, &params);

        if (scheme.n == 0)
            continue;
        read_challenge(ev, a, scheme, params);
        if (++n_schemes == 2)
            a->marks |= EX_MARK_FOLDED_AUTH;
    }
}

char *ex_auth_text(char *to, size_t size, uint8_t schemes)
{
    size_t at = 0;

    to[0] = '\0';
    for (int i = 0; i < EX_N_SCHEMES; i++) {
        const char *name = ex_scheme_str((enum ex_scheme_bit)i);
        const size_t n = strlen(name) + (at > 0 ? 2 : 0);

        if (!(schemes >> i & 1) || n >= size - at)
            continue;
        if (at > 0) {
            memcpy(to + at, ", ", 2);
            at += 2;
        }
        memcpy(to + at, name, strlen(name) + 1);
        at += strlen(name);
    }
    return to;
}
