// SPDX-License-Identifier: MIT
#include "core/put.h"
#include "exprobe/target.h"

enum {
    V4_BYTES = 4,
    V6_BYTES = 16,
    N_GROUPS = 8,
    NO_GAP = 0xff,
};

/* ::ffff:0:0/96, RFC 4291 2.5.5.2 */
static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

/*
 * Four decimal parts, RFC 6943 3.1.1 "strict". inet_aton() would also take
 * "127.1", "0x7f.0.0.1" and "0177.0.0.1", and two readers of such a list would
 * not agree on what was listed.
 */
static enum ex_status parse_v4(struct ex_span s, uint8_t out[V4_BYTES])
{
    uint8_t bytes[V4_BYTES];
    unsigned n = 0, digits = 0, value = 0;

    for (size_t i = 0; i <= s.n; i++) {
        const int ch = i < s.n ? s.p[i] : '.'; /* the end closes the last part */

        if (ch >= '0' && ch <= '9') {
            if (digits > 0 && value == 0)
                return EX_ESYNTAX; /* a leading zero: octal for some */
            value = value * 10 + (unsigned)(ch - '0');
            if (value > UINT8_MAX)
                return EX_ERANGE;
            digits++;
            continue;
        }
        if (ch != '.' || digits == 0 || n == V4_BYTES)
            return EX_ESYNTAX;
        bytes[n++] = (uint8_t)value;
        digits = value = 0;
    }
    if (n != V4_BYTES)
        return EX_ESYNTAX;
    memcpy(out, bytes, sizeof(bytes));
    return EX_OK;
}

/* One to four hex digits. Returns false for anything else. */
static bool parse_group(struct ex_span s, uint8_t out[2])
{
    unsigned value = 0;

    if (s.n == 0 || s.n > 4)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        const uint8_t ch = s.p[i];

        if (ch >= '0' && ch <= '9')
            value = value << 4 | (unsigned)(ch - '0');
        else if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f')
            value = value << 4 | (unsigned)((ch | 0x20) - 'a' + 10);
        else
            return false;
    }
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
    return true;
}

/* The bytes of @s from @at up to the next colon or the end. */
static struct ex_span up_to_colon(struct ex_span s, size_t at)
{
    size_t end = at;

    while (end < s.n && s.p[end] != ':')
        end++;
    return (struct ex_span){ s.p + at, end - at };
}

/* RFC 4291 2.2: the three text forms. @gap is where "::" stands, in bytes. */
static enum ex_status parse_v6(struct ex_span s, uint8_t out[V6_BYTES])
{
    uint8_t bytes[V6_BYTES] = { 0 };
    unsigned n = 0, gap = NO_GAP;
    size_t at = 0;

    if (s.n >= 2 && s.p[0] == ':' && s.p[1] == ':') {
        gap = 0;
        at = 2;
    }
    while (at < s.n) {
        const struct ex_span group = up_to_colon(s, at);

        at += group.n;
        if (at == s.n && memchr(group.p, '.', group.n)) {
            const enum ex_status st =
                n <= V6_BYTES - V4_BYTES ? parse_v4(group, bytes + n) : EX_ESYNTAX;
            if (st != EX_OK)
                return st;
            n += V4_BYTES;
            break;
        }
        if (n == V6_BYTES || !parse_group(group, bytes + n))
            return EX_ESYNTAX;
        n += 2;
        if (at == s.n)
            break;
        if (++at == s.n)
            return EX_ESYNTAX; /* ends in a single colon */
        if (s.p[at] == ':') {
            if (gap != NO_GAP)
                return EX_ESYNTAX;
            gap = n;
            at++;
        }
    }
    if (gap == NO_GAP ? n != V6_BYTES : n > V6_BYTES - 2)
        return EX_ESYNTAX; /* "::" stands for one group or more */
    memcpy(out, bytes, V6_BYTES);
    if (gap != NO_GAP) {
        memset(out + gap, 0, V6_BYTES - gap);
        memcpy(out + V6_BYTES - (n - gap), bytes + gap, n - gap);
    }
    return EX_OK;
}

void ex_addr_unmap(struct ex_addr *a)
{
    if (a->family != 6 || memcmp(a->bytes, mapped_prefix, sizeof(mapped_prefix)) != 0)
        return;
    struct ex_addr v4 = { .family = 4 };
    memcpy(v4.bytes, a->bytes + sizeof(mapped_prefix), V4_BYTES);
    *a = v4;
}

enum ex_status ex_addr_parse(struct ex_span s, struct ex_addr *out)
{
    struct ex_addr a = { 0 };
    enum ex_status st;

    if (s.n == 0)
        return EX_ESYNTAX;
    a.family = memchr(s.p, ':', s.n) ? 6 : 4;
    st = a.family == 6 ? parse_v6(s, a.bytes) : parse_v4(s, a.bytes);
    if (st != EX_OK)
        return st;
    ex_addr_unmap(&a);
    *out = a;
    return EX_OK;
}

static void put_v4(struct ex_put *w, const uint8_t *bytes)
{
    for (unsigned i = 0; i < V4_BYTES; i++) {
        if (i > 0)
            ex_put_ch(w, '.');
        ex_put_dec(w, bytes[i]);
    }
}

static uint32_t group_at(const struct ex_addr *a, unsigned i)
{
    return (uint32_t)a->bytes[2 * i] << 8 | a->bytes[2 * i + 1];
}

/* RFC 5952 4.2: the longest run of two or more zero groups, the first of equals. */
static unsigned longest_zeros(const struct ex_addr *a, unsigned *length)
{
    unsigned best = 0;

    *length = 1;
    for (unsigned i = 0; i < N_GROUPS; i++) {
        unsigned n = 0;

        while (i + n < N_GROUPS && group_at(a, i + n) == 0)
            n++;
        if (n > *length) {
            best = i;
            *length = n;
        }
    }
    if (*length == 1)
        *length = 0;
    return best;
}

static void put_v6(struct ex_put *w, const struct ex_addr *a)
{
    unsigned n_zeros;
    const unsigned zeros_at = longest_zeros(a, &n_zeros);

    if (memcmp(a->bytes, mapped_prefix, sizeof(mapped_prefix)) == 0) { /* RFC 5952 5 */
        ex_put_str(w, "::ffff:");
        put_v4(w, a->bytes + sizeof(mapped_prefix));
        return;
    }
    for (unsigned i = 0; i < N_GROUPS; i++) {
        if (n_zeros > 0 && i == zeros_at) {
            ex_put_str(w, "::");
            i += n_zeros - 1;
            continue;
        }
        if (i > 0 && !(n_zeros > 0 && i == zeros_at + n_zeros))
            ex_put_ch(w, ':');
        ex_put_hex(w, group_at(a, i), 1);
    }
}

char *ex_addr_format(char to[static EX_ADDR_TEXT], const struct ex_addr *a)
{
    struct ex_put w = ex_put_of(to, EX_ADDR_TEXT);

    if (a->family == 4)
        put_v4(&w, a->bytes);
    else if (a->family == 6)
        put_v6(&w, a);
    return to;
}

int ex_addr_cmp(const struct ex_addr *a, const struct ex_addr *b)
{
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    return memcmp(a->bytes, b->bytes, a->family == 4 ? V4_BYTES : V6_BYTES);
}

bool ex_addr_in(const struct ex_addr *a, const struct ex_addr *net, unsigned prefix_bits)
{
    const unsigned whole = prefix_bits / 8, rest = prefix_bits % 8;

    if (a->family != net->family || prefix_bits > (a->family == 4 ? 32u : 128u))
        return false;
    if (memcmp(a->bytes, net->bytes, whole) != 0)
        return false;
    return rest == 0 || (a->bytes[whole] ^ net->bytes[whole]) >> (8 - rest) == 0;
}

const char *ex_addr_unusable(const struct ex_addr *a)
{
    /* RFC 6890 tables: what can never be the address of one server. */
    static const struct {
        struct ex_addr net;
        uint8_t prefix_bits;
        const char *why;
    } rows[] = {
        { { 4, { 0 } }, 8, "addresses of 0.0.0.0/8 mean \"this machine\", not a host" },
        { { 4, { 224 } }, 4, "it is a multicast address, not one host" },
        { { 4, { 255, 255, 255, 255 } }, 32, "it is the broadcast address, not one host" },
        { { 6, { 0 } }, 128, "the address :: means \"this machine\", not a host" },
        { { 6, { 0xff } }, 8, "it is a multicast address, not one host" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (ex_addr_in(a, &rows[i].net, rows[i].prefix_bits))
            return rows[i].why;
    return NULL;
}
