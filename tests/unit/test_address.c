// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exprobe/target.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Each text is parsed, and what comes out is formatted: the canonical form. */
static void parse(void **state)
{
    static const struct {
        const char *text;
        enum ex_status want;
        const char *canonical;
    } rows[] = {
        /* IPv4: four decimal parts */
        { "192.0.2.1", EX_OK, "192.0.2.1" },
        { "0.0.0.0", EX_OK, "0.0.0.0" },
        { "255.255.255.255", EX_OK, "255.255.255.255" },
        { "256.0.2.1", EX_ERANGE, NULL },
        { "192.0.2.256", EX_ERANGE, NULL },
        { "192.0.2.4294967297", EX_ERANGE, NULL },
        { "192.0.2.18446744073709551617", EX_ERANGE, NULL },
        { "192.0.2.01", EX_ESYNTAX, NULL },
        { "192.0.2.00", EX_ESYNTAX, NULL },
        { "0177.0.0.1", EX_ESYNTAX, NULL },
        { "0x7f.0.0.1", EX_ESYNTAX, NULL },
        { "127.1", EX_ESYNTAX, NULL },
        { "2130706433", EX_ERANGE, NULL },
        { "1", EX_ESYNTAX, NULL },
        { "1.2.3", EX_ESYNTAX, NULL },
        { "1.2.3.", EX_ESYNTAX, NULL },
        { "1.2.3.4.", EX_ESYNTAX, NULL },
        { ".1.2.3.4", EX_ESYNTAX, NULL },
        { "1..3.4", EX_ESYNTAX, NULL },
        { "1.2.3.4.5", EX_ESYNTAX, NULL },
        { "1.2.3.4 ", EX_ESYNTAX, NULL },
        { " 1.2.3.4", EX_ESYNTAX, NULL },
        { "+1.2.3.4", EX_ESYNTAX, NULL },
        { "1.2.3.-4", EX_ESYNTAX, NULL },
        { "", EX_ESYNTAX, NULL },
        { ".", EX_ESYNTAX, NULL },
        { "mail.example.com", EX_ESYNTAX, NULL },
        /* IPv6: RFC 4291 2.2 form 1, all groups */
        { "2001:db8:0:0:8:800:200c:417a", EX_OK, "2001:db8::8:800:200c:417a" },
        { "1:2:3:4:5:6:7:8", EX_OK, "1:2:3:4:5:6:7:8" },
        { "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", EX_OK,
          "abcd:ef01:2345:6789:abcd:ef01:2345:6789" },
        { "0001:0002:0003:0004:0005:0006:0007:0008", EX_OK, "1:2:3:4:5:6:7:8" },
        { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", EX_OK,
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "1:2:3:4:5:6:7", EX_ESYNTAX, NULL },
        { "1:2:3:4:5:6:7:8:9", EX_ESYNTAX, NULL },
        { "1:2:3:4:5:6:7:", EX_ESYNTAX, NULL },
        { ":2:3:4:5:6:7:8", EX_ESYNTAX, NULL },
        { "1:2:3:4:5:6:7:00008", EX_ESYNTAX, NULL },
        { "1:2:3:4:5:6:7:g", EX_ESYNTAX, NULL },
        { "1:2:3:4:5:6:7:8 ", EX_ESYNTAX, NULL },
        { "1:2:3:4:5:6:7:-8", EX_ESYNTAX, NULL },
        /* form 2, "::" for one group or more */
        { "::", EX_OK, "::" },
        { "::1", EX_OK, "::1" },
        { "1::", EX_OK, "1::" },
        { "ff01::101", EX_OK, "ff01::101" },
        { "2001:db8::", EX_OK, "2001:db8::" },
        { "1:2:3:4:5:6:7::", EX_OK, "1:2:3:4:5:6:7:0" },
        { "::2:3:4:5:6:7:8", EX_OK, "0:2:3:4:5:6:7:8" },
        { "1:2:3:4::5:6:7", EX_OK, "1:2:3:4:0:5:6:7" },
        { "1:2:3:4::5:6:7:8", EX_ESYNTAX, NULL },
        { "::1:2:3:4:5:6:7:8", EX_ESYNTAX, NULL },
        { "1:2:3:4:5:6:7:8::", EX_ESYNTAX, NULL },
        { "1::2::3", EX_ESYNTAX, NULL },
        { ":::", EX_ESYNTAX, NULL },
        { ":::1", EX_ESYNTAX, NULL },
        { "1:::2", EX_ESYNTAX, NULL },
        { "1::2:", EX_ESYNTAX, NULL },
        { ":1::2", EX_ESYNTAX, NULL },
        { ":", EX_ESYNTAX, NULL },
        { "1:", EX_ESYNTAX, NULL },
        { "::12345", EX_ESYNTAX, NULL },
        /* form 3, IPv4 in the last 32 bits */
        { "64:ff9b::192.0.2.33", EX_OK, "64:ff9b::c000:221" },
        { "1:2:3:4:5:6:192.0.2.1", EX_OK, "1:2:3:4:5:6:c000:201" },
        { "::13.1.68.3", EX_OK, "::d01:4403" },
        { "1:2:3:4:5:6:7:192.0.2.1", EX_ESYNTAX, NULL },
        { "1:2:3:4:5:192.0.2.1", EX_ESYNTAX, NULL },
        { "::192.0.2.1:1", EX_ESYNTAX, NULL },
        { "::192.0.2", EX_ESYNTAX, NULL },
        { "::192.0.2.256", EX_ERANGE, NULL },
        { "::192.0.2.01", EX_ESYNTAX, NULL },
        { "1:2:3:4:5:6::192.0.2.1", EX_ESYNTAX, NULL },
        { "1:2:3:4:5::192.0.2.1", EX_OK, "1:2:3:4:5:0:c000:201" },
        /* mapped: the IPv4 host that a connection reaches */
        { "::ffff:192.0.2.1", EX_OK, "192.0.2.1" },
        { "::FFFF:c000:0201", EX_OK, "192.0.2.1" },
        { "0:0:0:0:0:ffff:192.0.2.1", EX_OK, "192.0.2.1" },
        { "::fffe:192.0.2.1", EX_OK, "::fffe:c000:201" },
        { "::ffff:0:192.0.2.1", EX_OK, "::ffff:0:c000:201" },
        /* what only looks like one */
        { "fe80::1%eth0", EX_ESYNTAX, NULL },
        { "[::1]", EX_ESYNTAX, NULL },
        { "::1/128", EX_ESYNTAX, NULL },
        { "mail.example.com:443", EX_ESYNTAX, NULL },
        { "::ex", EX_ESYNTAX, NULL },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_addr a = { 0 };
        char text[EX_ADDR_TEXT] = "";
        const enum ex_status st = ex_addr_parse(ex_span_str(rows[i].text), &a);

        if (st != rows[i].want)
            fail_msg("\"%s\": %s; wanted %s", rows[i].text, ex_status_str(st),
                     ex_status_str(rows[i].want));
        if (st != EX_OK && a.family != 0)
            fail_msg("\"%s\": written although refused", rows[i].text);
        if (st == EX_OK && strcmp(ex_addr_format(text, &a), rows[i].canonical) != 0)
            fail_msg("\"%s\": became %s; wanted %s", rows[i].text, text, rows[i].canonical);
    }
}

/* RFC 5952 section 4, and section 5 for mapped addresses that came as bytes. */
static void format(void **state)
{
    static const struct {
        struct ex_addr a;
        const char *want;
    } rows[] = {
        { { 0, { 0 } }, "" },
        { { 4, { 192, 0, 2, 1 } }, "192.0.2.1" },
        { { 6, { 0 } }, "::" },
        { { 6, { [15] = 1 } }, "::1" },
        { { 6, { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } }, "2001:db8::1" },
        /* 4.2.2: one zero group is written out */
        { { 6, { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 } },
          "2001:db8:0:1:1:1:1:1" },
        /* 4.2.3: the longest run; of equal ones the first */
        { { 6, { 0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1 } }, "2001:0:0:1::1" },
        { { 6, { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1 } }, "2001:db8::1:0:0:1" },
        { { 6, { 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 } }, "1::" },
        { { 6, { [10] = 0xff, 0xff, 192, 0, 2, 1 } }, "::ffff:192.0.2.1" },
        { { 6,
            { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
              0xff, 0xff } },
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char text[EX_ADDR_TEXT];

        if (strcmp(ex_addr_format(text, &rows[i].a), rows[i].want) != 0)
            fail_msg("row %zu: \"%s\"; wanted \"%s\"", i, text, rows[i].want);
    }
}

static struct ex_addr addr(const char *text)
{
    struct ex_addr a = { 0 };

    if (ex_addr_parse(ex_span_str(text), &a) != EX_OK)
        fail_msg("\"%s\" is no address", text);
    return a;
}

static void order(void **state)
{
    static const char *const ascending[] = { "0.0.0.0",   "9.255.255.255", "10.0.0.0",
                                             "192.0.2.1", "192.0.2.2",     "::",
                                             "::1",       "2001:db8::1",   "ff02::1" };
    (void)state;

    for (size_t i = 0; i < N_OF(ascending); i++)
        for (size_t k = 0; k < N_OF(ascending); k++) {
            const struct ex_addr a = addr(ascending[i]), b = addr(ascending[k]);
            const int got = ex_addr_cmp(&a, &b);

            if ((got < 0) != (i < k) || (got > 0) != (i > k))
                fail_msg("%s against %s: %d", ascending[i], ascending[k], got);
        }
}

static void inside(void **state)
{
    static const struct {
        const char *a, *net;
        unsigned bits;
        bool want;
    } rows[] = {
        { "192.0.2.255", "192.0.2.0", 24, true },
        { "192.0.3.0", "192.0.2.0", 24, false },
        { "192.0.2.1", "192.0.2.1", 32, true },
        { "192.0.2.0", "192.0.2.1", 32, false },
        { "203.0.113.9", "0.0.0.0", 0, true },
        { "10.127.255.255", "10.0.0.0", 9, true },
        { "10.128.0.0", "10.0.0.0", 9, false },
        { "2001:db8::1", "2001:db8::", 32, true },
        { "2001:db9::1", "2001:db8::", 32, false },
        { "::1", "::1", 128, true },
        { "::1", "0.0.0.0", 0, false },
        { "192.0.2.1", "::", 0, false },
        { "192.0.2.1", "192.0.2.0", 33, false },
        { "::1", "::", 129, false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_addr a = addr(rows[i].a), net = addr(rows[i].net);

        if (ex_addr_in(&a, &net, rows[i].bits) != rows[i].want)
            fail_msg("%s in %s/%u: not %d", rows[i].a, rows[i].net, rows[i].bits, rows[i].want);
    }
}

static void unusable(void **state)
{
    static const struct {
        const char *a;
        bool want;
    } rows[] = {
        { "0.0.0.0", true },
        { "0.1.2.3", true },
        { "1.0.0.0", false },
        { "127.0.0.1", false },
        { "223.255.255.255", false },
        { "224.0.0.1", true },
        { "239.255.255.255", true },
        { "240.0.0.1", false },
        { "255.255.255.254", false },
        { "255.255.255.255", true },
        { "::", true },
        { "::1", false },
        { "2001:db8::1", false },
        { "fe80::1", false },
        { "feff::1", false },
        { "ff00::", true },
        { "ff02::1", true },
        { "::ffff:0.0.0.0", true },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_addr a = addr(rows[i].a);
        const char *why = ex_addr_unusable(&a);

        if ((why != NULL) != rows[i].want)
            fail_msg("%s: %s", rows[i].a, why ? why : "usable");
    }
}

static void unmap(void **state)
{
    struct ex_addr mapped = { 6, { [10] = 0xff, 0xff, 192, 0, 2, 7 } };
    struct ex_addr other = { 6, { [10] = 0xff, 0xfe, 192, 0, 2, 7 } };
    const struct ex_addr before = other, v4 = addr("192.0.2.7");
    (void)state;

    ex_addr_unmap(&mapped);
    assert_memory_equal(&mapped, &v4, sizeof(v4));
    ex_addr_unmap(&other);
    assert_memory_equal(&other, &before, sizeof(before));
}

static void port(void **state)
{
    static const struct {
        const char *text;
        enum ex_status want;
        uint16_t port;
    } rows[] = {
        { "1", EX_OK, 1 },
        { "443", EX_OK, 443 },
        { "65535", EX_OK, 65535 },
        { "65536", EX_ERANGE, 0 },
        { "0", EX_ERANGE, 0 },
        { "00", EX_ESYNTAX, 0 },
        { "0443", EX_ESYNTAX, 0 },
        { "4294967739", EX_ERANGE, 0 },
        { "99999999999999999999999999", EX_ERANGE, 0 },
        { "", EX_ESYNTAX, 0 },
        { " 443", EX_ESYNTAX, 0 },
        { "443 ", EX_ESYNTAX, 0 },
        { "+443", EX_ESYNTAX, 0 },
        { "-1", EX_ESYNTAX, 0 },
        { "0x1bb", EX_ESYNTAX, 0 },
        { "https", EX_ESYNTAX, 0 },
        { "443/tcp", EX_ESYNTAX, 0 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        uint16_t got = 0;
        const enum ex_status st = ex_port_parse(ex_span_str(rows[i].text), &got);

        if (st != rows[i].want || got != rows[i].port)
            fail_msg("\"%s\": %s, %u; wanted %s", rows[i].text, ex_status_str(st), got,
                     ex_status_str(rows[i].want));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse),  cmocka_unit_test(format),   cmocka_unit_test(order),
        cmocka_unit_test(inside), cmocka_unit_test(unusable), cmocka_unit_test(unmap),
        cmocka_unit_test(port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
