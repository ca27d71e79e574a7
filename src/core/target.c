// SPDX-License-Identifier: MIT
#include "exprobe/target.h"

#include "core/line.h"
#include "core/name.h"
#include "core/network.h"
#include "core/put.h"
#include "core/quote.h"
#include "core/tags.h"

/* The first word of a line while it is taken apart. */
struct parse {
    struct ex_span word; /* as the user wrote it, for messages */
    struct ex_target *t;
    struct ex_error *err;
};

static enum ex_status fail(const struct parse *p, enum ex_status st, const char *why)
{
    char q[EX_QUOTE_SIZE];

    ex_error_set(p->err, "%s: %s", ex_quote(q, p->word), why);
    return st;
}

static struct ex_span part(struct ex_span s, size_t from, size_t to)
{
    return (struct ex_span){ from > 0 ? s.p + from : s.p, to - from };
}

/* Offset of the first byte of @s that is in @set, or s.n. */
static size_t find_any(struct ex_span s, const char *set)
{
    size_t i = 0;

    while (i < s.n && (s.p[i] == '\0' || !strchr(set, s.p[i])))
        i++;
    return i;
}

enum ex_status ex_port_parse(struct ex_span s, uint16_t *out)
{
    uint32_t value = 0;

    if (s.n == 0 || s.p[0] == '0')
        return s.n == 1 ? EX_ERANGE : EX_ESYNTAX;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return EX_ESYNTAX;
        if (value <= UINT16_MAX)
            value = value * 10 + (uint32_t)(s.p[i] - '0');
    }
    if (value > UINT16_MAX)
        return EX_ERANGE;
    *out = (uint16_t)value;
    return EX_OK;
}

static enum ex_status take_port(const struct parse *p, struct ex_span s)
{
    if (s.n == 0)
        return fail(p, EX_ESYNTAX, "the port after ':' is missing");
    const enum ex_status st = ex_port_parse(s, &p->t->port);

    return st == EX_OK ? EX_OK
                       : fail(p, st, "a port is a number from 1 to 65535, without leading zeros");
}

static enum ex_status take_address(const struct parse *p, const struct ex_addr *a)
{
    const char *why = ex_addr_unusable(a);

    if (why)
        return fail(p, EX_ESYNTAX, why);
    p->t->kind = EX_TARGET_ADDRESS;
    p->t->addr = *a;
    return EX_OK;
}

static enum ex_status take_v6(const struct parse *p, struct ex_span s)
{
    struct ex_addr a;

    if (s.n && memchr(s.p, '%', s.n))
        return fail(p, EX_ESYNTAX, "an IPv6 zone (%eth0) is not accepted; write the address alone");
    if (!s.n || !memchr(s.p, ':', s.n))
        return fail(p, EX_ESYNTAX,
                    "brackets are for IPv6, as in [2001:db8::1]:443; write anything else without");
    if (ex_addr_parse(s, &a) != EX_OK)
        return fail(p, EX_ESYNTAX,
                    "not an IPv6 address; a name or IPv4 address has one colon, before its port");
    return take_address(p, &a);
}

/* A host without its port: an IPv4 address or a name. */
static enum ex_status take_host(const struct parse *p, struct ex_span s)
{
    struct ex_target *t = p->t;
    struct ex_addr a;
    const char *why;

    if (s.n == 0)
        return fail(p, EX_ESYNTAX, "the host name is missing");
    if (ex_addr_parse(s, &a) == EX_OK)
        return take_address(p, &a);
    why = ex_name_bad_ascii(s);
    if (why)
        return fail(p, EX_ESYNTAX, why);
    t->kind = EX_TARGET_NAME;
    for (size_t i = 0; i < s.n; i++)
        t->needs_idna |= s.p[i] >= 0x80;
    if (s.n >= sizeof(t->name))
        return fail(p, EX_ERANGE,
                    t->needs_idna ? "an international name has at most 255 bytes of UTF-8; write "
                                    "its xn-- form"
                                  : "a host name has at most 253 bytes");
    memcpy(t->name, s.p, s.n);
    if (t->needs_idna)
        return EX_OK;
    const enum ex_status st = ex_name_explain(t->name, &why);

    return st == EX_OK ? EX_OK : fail(p, st, why);
}

/* "ADDRESS/PREFIX" or "ADDRESS/PREFIX:PORT", @slash being the offset of '/'. */
static enum ex_status take_network(const struct parse *p, struct ex_span s, size_t slash)
{
    const struct ex_span after = part(s, slash + 1, s.n);
    const size_t colon = find_any(after, ":");
    const enum ex_status st =
        ex_network_parse(part(s, 0, slash), part(after, 0, colon), p->word, p->t, p->err);

    if (st != EX_OK || colon == after.n)
        return st;
    return take_port(p, part(after, colon + 1, after.n));
}

/* "[v6]", "[v6]:port", "[v6/prefix]", "[v6/prefix]:port" */
static enum ex_status take_bracketed(const struct parse *p, struct ex_span s)
{
    const size_t close = find_any(s, "]");
    enum ex_status st;

    if (close == s.n)
        return fail(p, EX_ESYNTAX,
                    "the ']' after the IPv6 address is missing (a network is written without "
                    "https://)");
    const struct ex_span inner = part(s, 1, close);
    const size_t slash = find_any(inner, "/");

    if (close + 1 < s.n && s.p[close + 1] == '/')
        return fail(p, EX_ESYNTAX,
                    "write an IPv6 network as 2001:db8::/120, or with a port as "
                    "[2001:db8::/120]:443; a path needs https:// in front");
    if (close + 1 < s.n && s.p[close + 1] != ':')
        return fail(p, EX_ESYNTAX, "only a port may follow the ']', as in [2001:db8::1]:443");
    if (slash < inner.n && memchr(inner.p, ':', inner.n))
        st = ex_network_parse(part(inner, 0, slash), part(inner, slash + 1, inner.n), p->word, p->t,
                              p->err);
    else
        st = take_v6(p, inner);
    if (st != EX_OK || close + 1 == s.n)
        return st;
    return take_port(p, part(s, close + 2, s.n));
}

/* A host with an optional port, as both a URL and a bare target have it. */
static enum ex_status take_authority(const struct parse *p, struct ex_span s, bool url)
{
    const size_t colon = find_any(s, ":");

    if (s.n > 0 && s.p[0] == '[')
        return take_bracketed(p, s);
    if (colon == s.n)
        return take_host(p, s);
    if (memchr(s.p + colon + 1, ':', s.n - colon - 1)) {
        if (url)
            return fail(p, EX_ESYNTAX,
                        "in a URL an IPv6 address stands in brackets: "
                        "https://[2001:db8::1]:443/");
        return take_v6(p, s);
    }
    const enum ex_status st = take_host(p, part(s, 0, colon));

    return st == EX_OK ? take_port(p, part(s, colon + 1, s.n)) : st;
}

static bool all_digits(struct ex_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

/* RFC 3986: what follows "https://". Only the authority counts. */
static enum ex_status take_url(const struct parse *p, struct ex_span s)
{
    const size_t end = find_any(s, "/?#");
    const struct ex_span authority = part(s, 0, end);

    if (authority.n && memchr(authority.p, '@', authority.n))
        return fail(p, EX_ESYNTAX,
                    "credentials in a URL are not accepted; exprobe never logs in, write "
                    "https://HOST/");
    const enum ex_status st = take_authority(p, authority, true);

    /* "https://192.0.2.0/24" is a path to RFC 3986 and a network to whoever wrote it. */
    if (st == EX_OK && p->t->kind == EX_TARGET_ADDRESS && end < s.n && s.p[end] == '/' &&
        all_digits(part(s, end + 1, s.n)))
        return fail(p, EX_ESYNTAX, "write a network without https://, as in 192.0.2.0/24");
    return st;
}

/* The length of "SCHEME" in "SCHEME://...", RFC 3986 3.1; 0 for none. */
static size_t scheme_length(struct ex_span s)
{
    const size_t n = find_any(s, ":");

    if (s.n - n < 3 || s.p[n + 1] != '/' || s.p[n + 2] != '/')
        return 0;
    for (size_t i = 0; i < n; i++) {
        const uint8_t lower = s.p[i] | 0x20;

        if (!(lower >= 'a' && lower <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
            !strchr("+-.", s.p[i]))
            return 0;
    }
    return n;
}

static enum ex_status take_target(const struct parse *p)
{
    const size_t scheme_n = scheme_length(p->word);
    const size_t slash = find_any(p->word, "/");

    if (scheme_n > 0) {
        if (!ex_span_eq_nocase(part(p->word, 0, scheme_n), "https"))
            return fail(p, EX_ESYNTAX,
                        "only https:// is probed; write https://HOST[:PORT] or HOST[:PORT]");
        return take_url(p, part(p->word, scheme_n + 3, p->word.n));
    }
    if (slash < p->word.n && p->word.p[0] != '[')
        return take_network(p, p->word, slash);
    return take_authority(p, p->word, false);
}

enum ex_status ex_target_parse_line(struct ex_span line, struct ex_target *out,
                                    enum ex_line_kind *kind, struct ex_error *err)
{
    struct ex_target t = { .port = EX_PORT_DEFAULT };
    struct parse p = { .t = &t, .err = err };
    struct ex_span rest = ex_line_bare(line), word;
    enum ex_status st;

    if (rest.n > EX_LINE_MAX) {
        char q[EX_QUOTE_SIZE];

        ex_error_set(err, "%s: a line has at most %d bytes; write one target a line",
                     ex_quote(q, rest), EX_LINE_MAX);
        return EX_ERANGE;
    }
    rest = ex_line_without_comment(rest);
    st = ex_line_check(rest, err);
    if (st != EX_OK)
        return st;
    p.word = ex_line_word(&rest);
    if (p.word.n == 0) {
        *kind = EX_LINE_BLANK;
        return EX_OK;
    }
    st = take_target(&p);
    while (st == EX_OK && (word = ex_line_word(&rest)).n > 0)
        st = ex_tags_add(&t, word, err);
    if (st != EX_OK)
        return st;
    if (t.kind != EX_TARGET_NAME)
        ex_addr_format(t.name, &t.addr);
    if (t.kind == EX_TARGET_ADDRESS)
        t.pin = (struct ex_addr){ 0 }; /* equal to addr, or ex_tags_add() had refused it */
    *out = t;
    *kind = EX_LINE_TARGET;
    return EX_OK;
}

char *ex_target_format(char to[static EX_TARGET_TEXT], const struct ex_target *t)
{
    struct ex_put w = ex_put_of(to, EX_TARGET_TEXT);
    const bool v6 = t->kind != EX_TARGET_NAME && t->addr.family == 6;

    if (v6)
        ex_put_ch(&w, '[');
    ex_put_str(&w, t->name);
    if (t->kind == EX_TARGET_NETWORK) {
        ex_put_ch(&w, '/');
        ex_put_dec(&w, t->prefix_bits);
    }
    if (v6)
        ex_put_ch(&w, ']');
    ex_put_ch(&w, ':');
    ex_put_dec(&w, t->port);
    return to;
}
