// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

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

/* Every address comes once, whatever the size; of the sites (/24, /120) none comes again before
 * each other one was there. */
static void shuffle_is_a_permutation(void **state)
{
    static const char *const nets[] = {
        "192.0.2.7/32",   "192.0.2.6/31",   "192.0.2.4/30",   "192.0.2.8/29",   "192.0.2.16/28",
        "192.0.2.32/27",  "192.0.2.64/26",  "192.0.2.128/25", "192.0.2.0/24",   "192.0.2.0/23",
        "10.1.4.0/22",    "10.1.8.0/21",    "10.1.16.0/20",   "10.1.32.0/19",   "10.1.64.0/18",
        "10.1.128.0/17",  "10.1.0.0/16",    "10.2.0.0/15",    "10.0.0.0/12",    "10.0.0.0/8",
        "11.0.0.0/8",     "2001:db8::/112", "2001:db8::/113", "2001:db8::/119", "2001:db8::/120",
        "2001:db8::1/128"
    };
    (void)state;

    for (size_t k = 0; k < N_OF(nets); k++) {
        const struct ex_target net = parsed(nets[k]);
        const uint64_t n = ex_network_size(&net), n_sites = n > 256 ? n / 256 : 1;
        uint8_t *seen = calloc(n, 1);
        uint64_t *last = calloc(n_sites, sizeof(*last)); /* turn after the last visit */

        assert_non_null(seen);
        assert_non_null(last);
        for (uint64_t i = 0; i < n; i++) {
            const uint64_t at = ex_network_shuffled(&net, i), site = at / 256;

            if (at >= n || seen[at]++)
                fail_msg("%s: number %llu is %llu, %s", nets[k], (unsigned long long)i,
                         (unsigned long long)at, at < n ? "again" : "outside");
            if (last[site] != 0 && i + 1 - last[site] < n_sites)
                fail_msg("%s: site %llu again after %llu", nets[k], (unsigned long long)site,
                         (unsigned long long)(i + 1 - last[site]));
            last[site] = i + 1;
        }
        free(seen);
        free(last);
    }
}

/* Frozen: shards of one network are scanned on several machines and at several times. */
static void shuffle_is_reproducible(void **state)
{
    static const struct {
        const char *net;
        uint64_t at[4]; /* the first ones */
    } rows[] = {
        { "192.0.2.0/24", { 162, 171, 36, 38 } },
        { "192.0.2.0/24:8443 client=x", { 162, 171, 36, 38 } },
        { "198.51.100.0/24", { 201, 156, 215, 185 } },
        { "10.1.0.0/16", { 40064, 24439, 7826, 62516 } },
        { "0.0.0.0/0", { 742158462, 2323419221, 1000727338, 272263972 } },
        { "2001:db8::/112", { 6278, 16404, 58260, 41539 } },
    };
    (void)state;

    for (size_t k = 0; k < N_OF(rows); k++) {
        const struct ex_target net = parsed(rows[k].net);

        for (uint64_t i = 0; i < 4; i++)
            if (ex_network_shuffled(&net, i) != rows[k].at[i])
                fail_msg("%s: %llu is %llu", rows[k].net, (unsigned long long)i,
                         (unsigned long long)ex_network_shuffled(&net, i));
    }
    const struct ex_target huge = { .kind = EX_TARGET_NETWORK, .addr = { .family = 6 } };
    assert_true(ex_network_shuffled(&huge, 77) == 77);
}

/* Next to each other in the network is not next to each other in time. */
static void shuffle_spreads(void **state)
{
    const struct ex_target net = parsed("10.1.0.0/16"), small = parsed("192.0.2.0/24");
    unsigned neighbours = 0;
    (void)state;

    for (uint64_t i = 1; i < 65536; i++) {
        const uint64_t a = ex_network_shuffled(&net, i - 1), b = ex_network_shuffled(&net, i);

        neighbours += a + 1 == b || b + 1 == a;
    }
    assert_true(neighbours < 65536 / 50);
    neighbours = 0;
    for (uint64_t i = 1; i < 256; i++) {
        const uint64_t a = ex_network_shuffled(&small, i - 1), b = ex_network_shuffled(&small, i);

        neighbours += a + 1 == b || b + 1 == a;
    }
    assert_true(neighbours < 256 / 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks),
        cmocka_unit_test(network_keeps_tags),
        cmocka_unit_test(shuffle_is_a_permutation),
        cmocka_unit_test(shuffle_is_reproducible),
        cmocka_unit_test(shuffle_spreads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
