// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exprobe/target.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static struct ex_target parsed(const char *line)
{
    struct ex_target t = { 0 };
    enum ex_line_kind kind = EX_LINE_BLANK;
    struct ex_error err = { "" };

    if (ex_target_parse_line(ex_span_str(line), &t, &kind, &err) != EX_OK)
        fail_msg("%s", err.text);
    return t;
}

static void networks(void **state)
{
    static const struct {
        const char *net;
        uint64_t size, at;
        const char *address;
    } rows[] = {
        { "192.0.2.0/24", 256, 0, "192.0.2.0:443" },
        { "192.0.2.0/24", 256, 255, "192.0.2.255:443" },
        { "192.0.2.0/24:8443", 256, 1, "192.0.2.1:8443" },
        { "192.0.2.7/32", 1, 0, "192.0.2.7:443" },
        { "192.0.2.6/31", 2, 1, "192.0.2.7:443" },
        { "10.1.0.0/16", 65536, 258, "10.1.1.2:443" },
        { "10.1.0.0/16", 65536, 65535, "10.1.255.255:443" },
        { "0.0.0.0/0", 4294967296, 4294967295, "255.255.255.255:443" },
        { "2001:db8::/112", 65536, 65535, "[2001:db8::ffff]:443" },
        { "[2001:db8::/120]:444", 256, 16, "[2001:db8::10]:444" },
        { "2001:db8::1/128", 1, 0, "[2001:db8::1]:443" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_target net = parsed(rows[i].net);
        struct ex_target t;
        char text[EX_TARGET_TEXT];

        if (ex_network_size(&net) != rows[i].size)
            fail_msg("%s: %llu addresses", rows[i].net, (unsigned long long)ex_network_size(&net));
        ex_network_at(&net, rows[i].at, &t);
        if (strcmp(ex_target_format(text, &t), rows[i].address) != 0 || t.kind != EX_TARGET_ADDRESS)
            fail_msg("%s: number %llu is %s", rows[i].net, (unsigned long long)rows[i].at, text);
    }
    const struct ex_target huge = { .kind = EX_TARGET_NETWORK, .addr = { .family = 6 } };
    assert_true(ex_network_size(&huge) == UINT64_MAX);
}

static void network_keeps_tags(void **state)
{
    struct ex_target net = parsed("192.0.2.0/30 client=acme site=b"), t;
    (void)state;

    net.line = 12;
    ex_network_at(&net, 3, &t);
    assert_string_equal(ex_target_tag(&t, "client"), "acme");
    assert_string_equal(ex_target_tag(&t, "site"), "b");
    assert_null(ex_target_tag(&t, "acme"));
    assert_int_equal(t.line, 12);
    assert_string_equal(t.name, "192.0.2.3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks),
        cmocka_unit_test(network_keeps_tags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
