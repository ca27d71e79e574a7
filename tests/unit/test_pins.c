// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "input/pins.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* The pinned addresses with a blank after each. */
static const char *found(const struct ex_pins *p, const char *name, uint16_t port, size_t max,
                         char to[static 1024])
{
    struct ex_addr addr[EX_PIN_ADDRS_MAX];
    const size_t n = ex_pins_find(p, name, port, addr, max);

    to[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        char text[EX_ADDR_TEXT];

        snprintf(to + strlen(to), 1024 - strlen(to), "%s ", ex_addr_format(text, &addr[i]));
    }
    return to;
}

static void accepted(void **state)
{
    static const struct {
        const char *spec, *name;
        uint16_t port;
        const char *want;
    } rows[] = {
        { "mail.example.com:443:192.0.2.1", "mail.example.com", 443, "192.0.2.1 " },
        { "Mail.Example.COM.:443:192.0.2.1", "mail.example.com", 443, "192.0.2.1 " },
        { "mail.example.com:8443:192.0.2.1,192.0.2.2", "mail.example.com", 8443,
          "192.0.2.1 192.0.2.2 " },
        { "h.example:443:2001:db8::1", "h.example", 443, "2001:db8::1 " },
        { "h.example:443:[2001:DB8::1]", "h.example", 443, "2001:db8::1 " },
        { "h.example:443:[2001:db8::1],192.0.2.1,::1", "h.example", 443,
          "2001:db8::1 192.0.2.1 ::1 " },
        { "h.example:443:192.0.2.1,192.0.2.1,::ffff:192.0.2.1", "h.example", 443, "192.0.2.1 " },
        { "b\xc3\xbc"
          "cher.example:443:192.0.2.1",
          "xn--bcher-kva.example", 443, "192.0.2.1 " },
        { "h.example:65535:127.0.0.1", "h.example", 65535, "127.0.0.1 " },
        { "h.example:1:127.0.0.1", "h.example", 2, "" },
        { "h.example:1:127.0.0.1", "other.example", 1, "" },
    };
    char text[1024];
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_pins p = { 0 };
        struct ex_error err = { "" };

        if (ex_pins_add(&p, rows[i].spec, &err) != EX_OK)
            fail_msg("%s: %s", rows[i].spec, err.text);
        if (strcmp(found(&p, rows[i].name, rows[i].port, EX_PIN_ADDRS_MAX, text), rows[i].want) !=
            0)
            fail_msg("%s: %s:%u has \"%s\"", rows[i].spec, rows[i].name, rows[i].port, text);
        ex_pins_free(&p);
    }
}

static void refused(void **state)
{
    static const struct {
        const char *spec, *says;
    } rows[] = {
        { "", "write HOST:PORT:ADDRESS" },
        { "mail.example.com", "write HOST:PORT:ADDRESS" },
        { "mail.example.com:443", "write HOST:PORT:ADDRESS" },
        { "mail.example.com:443:", "come IP addresses" },
        { "mail.example.com:443:192.0.2.1,", "come IP addresses" },
        { "mail.example.com:443:,192.0.2.1", "come IP addresses" },
        { "mail.example.com:443:192.0.2.1, 192.0.2.2", "without blanks" },
        { "mail.example.com:443:192.0.2.256", "come IP addresses" },
        { "mail.example.com:443:[192.0.2.1]", "come IP addresses" },
        { "mail.example.com:443:[]", "come IP addresses" },
        { "mail.example.com:443:[::1]:443", "come IP addresses" },
        { "mail.example.com:443:other.example.com", "come IP addresses" },
        { "mail.example.com:443:192.0.2.0/24", "come IP addresses" },
        { "mail.example.com:443:0.0.0.0", "this machine" },
        { "mail.example.com:443:ff02::1", "multicast" },
        { "mail.example.com::192.0.2.1", "1 to 65535" },
        { "mail.example.com:0:192.0.2.1", "1 to 65535" },
        { "mail.example.com:65536:192.0.2.1", "1 to 65535" },
        { "mail.example.com:https:192.0.2.1", "1 to 65535" },
        { ":443:192.0.2.1", "empty" },
        { "*:443:192.0.2.1", "name each host" },
        { "*.example.com:443:192.0.2.1", "wildcard" },
        { "+mail.example.com:443:192.0.2.1", "'+' and '-'" },
        { "-mail.example.com:443", "write HOST:PORT:ADDRESS" },
        { "-mail.example.com:443:192.0.2.1", "'+' and '-'" },
        { "192.0.2.9:443:192.0.2.1", "only a name can be pinned" },
        { "[2001:db8::9]:443:192.0.2.1", "only a name can be pinned" },
        { "127.1:443:192.0.2.1", "looks like an address" },
        { "mail..example.com:443:192.0.2.1", "between two dots" },
        { "m\xfc.example:443:192.0.2.1", "not an international name" },
        { "\xf0\x9f\x92\xa9.example:443:192.0.2.1", "disallowed" },
        { "mail\x1b.example:443:192.0.2.1", "mail\\x1b.example" },
        { "h.example:443:::1,::2,::3,::4,::5,::6,::7,::8,::9,::a,::b,::c,::d,::e,::f,::10,::11",
          "at most 16" },
    };
    struct ex_pins p = { 0 };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { "" };
        const enum ex_status st = ex_pins_add(&p, rows[i].spec, &err);

        if (st != EX_EUSAGE || !strstr(err.text, rows[i].says) || !strstr(err.text, "--resolve \""))
            fail_msg("%s: %s, %s", rows[i].spec, ex_status_str(st), err.text);
        if (p.n != 0)
            fail_msg("%s: added although refused", rows[i].spec);
    }
    ex_pins_free(&p);
}

/* The order of the options does not matter to what is found. */
static void many(void **state)
{
    enum { N = 1000 };
    struct ex_pins p = { 0 };
    struct ex_error err = { "" };
    char spec[128], name[64], text[1024], want[64];
    (void)state;

    for (unsigned i = 0; i < N; i++) {
        const unsigned k = i * 7919 % N; /* 7919 is prime: every k once */

        snprintf(spec, sizeof(spec), "h%u.example:%u:10.0.%u.%u", k / 2, 443 + k % 2, k / 256,
                 k % 256);
        if (ex_pins_add(&p, spec, &err) != EX_OK)
            fail_msg("%s: %s", spec, err.text);
    }
    for (unsigned k = 0; k < N; k++) {
        snprintf(name, sizeof(name), "h%u.example", k / 2);
        snprintf(want, sizeof(want), "10.0.%u.%u ", k / 256, k % 256);
        assert_string_equal(found(&p, name, (uint16_t)(443 + k % 2), 1, text), want);
    }
    assert_int_equal(ex_pins_add(&p, "H7.Example:444:192.0.2.1", &err), EX_EUSAGE);
    assert_non_null(strstr(err.text, "pinned already"));
    assert_string_equal(found(&p, "h7.example", 445, 1, text), "");
    ex_pins_free(&p);
    assert_string_equal(found(&p, "h7.example", 443, 1, text), "");
}

static void no_more_than_asked(void **state)
{
    struct ex_pins p = { 0 };
    struct ex_error err = { "" };
    char text[1024];
    (void)state;

    assert_int_equal(ex_pins_add(&p, "h.example:443:::1,::2,::3", &err), EX_OK);
    assert_string_equal(found(&p, "h.example", 443, 2, text), "::1 ::2 ");
    assert_string_equal(found(&p, "h.example", 443, 0, text), "");
    ex_pins_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(refused),
        cmocka_unit_test(many),
        cmocka_unit_test(no_more_than_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
