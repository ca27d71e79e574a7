// SPDX-License-Identifier: MIT
#include "core/network.h"

#include "core/quote.h"

enum { V4_BITS = 32, V6_BITS = 128 };

static unsigned width(const struct ex_addr *a)
{
    return a->family == 4 ? V4_BITS : V6_BITS;
}

static enum ex_status fail(struct ex_error *err, enum ex_status st, struct ex_span whole,
                           const char *why)
{
    char q[EX_QUOTE_SIZE];

    ex_error_set(err, "%s: %s", ex_quote(q, whole), why);
    return st;
}

/* One to three digits without a leading zero. */
static bool read_prefix(struct ex_span s, unsigned *out)
{
    unsigned value = 0;

    if (s.n == 0 || s.n > 3 || (s.n > 1 && s.p[0] == '0'))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        value = value * 10 + (unsigned)(s.p[i] - '0');
    }
    *out = value;
    return true;
}

/* Set the bits of @a from @prefix on to zeros or to ones. */
static struct ex_addr edge(const struct ex_addr *a, unsigned prefix, bool ones)
{
    struct ex_addr out = *a;

    for (unsigned bit = prefix; bit < width(a); bit++) {
        const uint8_t mask = (uint8_t)(0x80 >> bit % 8);

        if (ones)
            out.bytes[bit / 8] |= mask;
        else
            out.bytes[bit / 8] &= (uint8_t)~mask;
    }
    return out;
}

struct ex_addr ex_network_first(const struct ex_addr *a, unsigned prefix_bits)
{
    return edge(a, prefix_bits, false);
}

static enum ex_status check_length(struct ex_error *err, struct ex_span whole,
                                   const struct ex_addr *a, unsigned bits, unsigned v6_prefix_min)
{
    if (bits > width(a) && a->family == 4)
        return fail(err, EX_ERANGE, whole, "the prefix length of IPv4 is 0 to 32");
    if (bits > width(a))
        return fail(err, EX_ERANGE, whole,
                    v6_prefix_min ? "the prefix length of IPv6 is 112 to 128"
                                  : "the prefix length of IPv6 is 0 to 128");
    if (a->family == 6 && bits < v6_prefix_min)
        return fail(err, EX_ERANGE, whole,
                    "IPv6 networks are /112 (65536 addresses) and longer; list hosts or smaller "
                    "networks");
    return EX_OK;
}

enum ex_status ex_network_read(struct ex_span address, struct ex_span prefix, struct ex_span whole,
                               unsigned v6_prefix_min, struct ex_addr *first, unsigned *bits,
                               struct ex_error *err)
{
    struct ex_addr a;
    unsigned n;

    if (ex_addr_parse(address, &a) != EX_OK)
        return fail(err, EX_ESYNTAX, whole,
                    "a path needs https:// in front, and a network is ADDRESS/PREFIX as in "
                    "192.0.2.0/24 or 2001:db8::/120");
    if (a.family == 4 && memchr(address.p, ':', address.n))
        return fail(err, EX_ESYNTAX, whole,
                    "an IPv4-mapped network is not accepted; write it as IPv4, 192.0.2.0/24");
    if (!read_prefix(prefix, &n))
        return fail(err, EX_ESYNTAX, whole,
                    "the prefix length after '/' is a decimal number; a path needs https:// in "
                    "front");
    const enum ex_status st = check_length(err, whole, &a, n, v6_prefix_min);
    if (st != EX_OK)
        return st;
    const struct ex_addr begin = edge(&a, n, false);
    if (ex_addr_cmp(&begin, &a) != 0) {
        char q[EX_QUOTE_SIZE], net[EX_ADDR_TEXT], host[EX_ADDR_TEXT];

        ex_error_set(err,
                     "%s: there are bits after the prefix; write %s/%u for the network or %s "
                     "for the one address",
                     ex_quote(q, whole), ex_addr_format(net, &begin), n, ex_addr_format(host, &a));
        return EX_ESYNTAX;
    }
    *first = begin;
    *bits = n;
    return EX_OK;
}

enum ex_status ex_network_parse(struct ex_span address, struct ex_span prefix, struct ex_span whole,
                                struct ex_target *t, struct ex_error *err)
{
    struct ex_addr first = { 0 };
    unsigned bits = 0;
    const enum ex_status st =
        ex_network_read(address, prefix, whole, EX_V6_PREFIX_MIN, &first, &bits, err);

    if (st != EX_OK)
        return st;
    const struct ex_addr last = edge(&first, bits, true);
    const char *why = ex_addr_unusable(&first);
    if (why && why == ex_addr_unusable(&last))
        return fail(err, EX_ESYNTAX, whole, why);
    t->kind = EX_TARGET_NETWORK;
    t->addr = first;
    t->prefix_bits = (uint8_t)bits;
    return EX_OK;
}

uint64_t ex_network_size(const struct ex_target *net)
{
    const unsigned host_bits = width(&net->addr) - net->prefix_bits;

    return host_bits >= 64 ? UINT64_MAX : (uint64_t)1 << host_bits;
}

void ex_network_at(const struct ex_target *net, uint64_t i, struct ex_target *out)
{
    struct ex_target t = *net;

    t.kind = EX_TARGET_ADDRESS;
    t.prefix_bits = 0;
    /* The host bits of the first address are zero, so this is an addition without a carry. */
    for (unsigned byte = width(&t.addr) / 8; byte-- > 0 && i > 0; i >>= 8)
        t.addr.bytes[byte] |= (uint8_t)i;
    memset(t.name, 0, sizeof(t.name));
    ex_addr_format(t.name, &t.addr);
    *out = t;
}
