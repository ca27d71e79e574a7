// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/resource.h>

#include "input/done.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { MANY = 200000, GROWTH_MAX_KIB = 4096, RAM_MAX = 1024 * 1024 };

static struct ex_target parsed(const char *line)
{
    struct ex_target t;
    enum ex_line_kind kind;
    struct ex_error err = { "" };

    if (ex_target_parse_line(ex_span_str(line), &t, &kind, &err) != EX_OK)
        fail_msg("%s: %s", line, err.text);
    return t;
}

static struct ex_done *made(void)
{
    struct ex_done *d;
    struct ex_error err = { "" };

    if (ex_done_new(&d, RAM_MAX, &err) != EX_OK)
        fail_msg("%s", err.text);
    return d;
}

static void add(struct ex_done *d, const char *target, const char *address, uint64_t n)
{
    struct ex_error err = { "" };

    if (ex_done_add(d, target, address, n, &err) != EX_OK)
        fail_msg("%s: %s", target, err.text);
}

/* Records, then a target of the list, and what is known of it. */
static void targets(void **state)
{
    static const struct {
        struct {
            const char *target, *address;
            unsigned n;
        } records[4];
        const char *target;
        bool one_address;
        bool whole, done;
    } rows[] = {
        /* nothing, or another one */
        { { { 0 } }, "a.example", 0, 0, 0 },
        { { { "a.example:444", "192.0.2.1", 0 } }, "a.example", 0, 0, 0 },
        { { { "b.example:443", "192.0.2.1", 0 } }, "a.example", 1, 0, 0 },
        /* a name is asked for again: it may have another address today */
        { { { "a.example:443", "192.0.2.1", 0 } }, "a.example", 0, 1, 0 },
        { { { "a.example:443", "192.0.2.1", 0 } }, "A.Example.:443 x=y", 0, 1, 0 },
        { { { "a.example:443", "192.0.2.1", 0 } }, "a.example", 1, 1, 1 },
        { { { "a.example:443", "192.0.2.1", 2 } }, "a.example", 0, 0, 0 },
        { { { "a.example:443", "192.0.2.1", 2 }, { "a.example:443", "2001:db8::1", 2 } },
          "a.example",
          0,
          1,
          0 },
        { { { "a.example:443", "192.0.2.1", 2 }, { "a.example:443", "192.0.2.1", 2 } },
          "a.example",
          0,
          0,
          0 },
        { { { "a.example:443", "192.0.2.1", 3 },
            { "a.example:443", "192.0.2.2", 3 },
            { "a.example:443", "192.0.2.3", 3 } },
          "a.example",
          0,
          1,
          0 },
        /* it led nowhere */
        { { { "a.example:443", "", 0 } }, "a.example", 0, 1, 1 },
        { { { "a.example:443", "192.0.2.1", 2 }, { "a.example:443", "", 0 } },
          "a.example",
          0,
          1,
          1 },
        /* an address is done, or is not */
        { { { "192.0.2.1:443", "192.0.2.1", 0 } }, "192.0.2.1", 0, 1, 1 },
        { { { "192.0.2.1:443", "192.0.2.1", 0 } }, "::ffff:192.0.2.1", 0, 1, 1 },
        { { { "192.0.2.1:443", "192.0.2.1", 0 } }, "192.0.2.1:444", 0, 0, 0 },
        { { { "[2001:db8::1]:443", "2001:db8::1", 0 } }, "2001:DB8::0:1", 0, 1, 1 },
        { { { "192.0.2.1:443", "192.0.2.9", 0 } }, "192.0.2.1", 0, 1, 0 },
        { { { "192.0.2.1:443", "192.0.2.1", 0 } }, "192.0.2.1 address=192.0.2.1", 0, 1, 1 },
        { { { "192.0.2.11:443", "192.0.2.1", 0 } }, "192.0.2.11", 0, 1, 0 },
        { { { "[2001:db8::1:2]:443", "2001:db8::1", 0 } }, "2001:db8::1:2", 0, 1, 0 },
        /* a pin is the target's only address, whatever else it has */
        { { { "a.example:443", "192.0.2.1", 0 } }, "a.example address=192.0.2.1", 0, 1, 1 },
        { { { "a.example:443", "192.0.2.1", 0 } }, "a.example address=192.0.2.2", 0, 1, 0 },
        { { { "a.example:443", "192.0.2.1", 0 } }, "a.example address=192.0.2.2", 1, 1, 0 },
        { { { "a.example:443", "", 0 } }, "a.example address=192.0.2.2", 0, 1, 0 },
        /* a record of another program cannot make a name whole or broken for ever */
        { { { "a.example:443", "192.0.2.1", 4000000000u } }, "a.example", 0, 0, 0 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_target t = parsed(rows[i].target);
        struct ex_done *d = made();
        struct ex_error err = { "" };
        bool whole = false, done = false;

        for (size_t k = 0; k < 4 && rows[i].records[k].target; k++)
            add(d, rows[i].records[k].target, rows[i].records[k].address, rows[i].records[k].n);
        if (ex_done_meet(d, &t, rows[i].one_address, &done, &err) != EX_OK ||
            ex_done_whole(d, &t, &whole, &err) != EX_OK)
            fail_msg("row %zu: %s", i, err.text);
        if (whole != rows[i].whole || done != rows[i].done)
            fail_msg("row %zu, %s: whole %d, done %d", i, rows[i].target, whole, done);
        ex_done_free(d);
    }
    ex_done_free(NULL);
}

static bool is_at(struct ex_done *d, const char *target, const char *address)
{
    const struct ex_target t = parsed(target);
    struct ex_error err = { "" };
    struct ex_addr a;
    bool is_done;

    assert_int_equal(ex_addr_parse(ex_span_str(address), &a), EX_OK);
    if (ex_done_at(d, &t, &a, &is_done, &err) != EX_OK)
        fail_msg("%s: %s", target, err.text);
    return is_done;
}

static void addresses(void **state)
{
    struct ex_done *d = made();
    (void)state;

    add(d, "a.example:443", "192.0.2.1", 2);
    add(d, "b.example:443", "", 0);
    assert_true(is_at(d, "a.example", "192.0.2.1"));
    assert_false(is_at(d, "a.example", "192.0.2.2"));
    assert_false(is_at(d, "a.example:444", "192.0.2.1"));
    assert_false(is_at(d, "b.example", "192.0.2.1"));
    ex_done_free(d);
}

/* Targets of the file that the list has no more; a name with two pins is one of them. */
static void left_over(void **state)
{
    static const char *const list[] = { "a.example address=192.0.2.1",
                                        "a.example address=192.0.2.2", "192.0.2.3", "e.example" };
    struct ex_done *d = made();
    struct ex_error err = { "" };
    bool done;
    (void)state;

    assert_int_equal(ex_done_left_over(d), 0);
    add(d, "a.example:443", "192.0.2.1", 2);
    add(d, "a.example:443", "192.0.2.2", 2);
    add(d, "b.example:443", "", 0);
    add(d, "192.0.2.3:443", "192.0.2.3", 0);
    add(d, "192.0.2.4:443", "192.0.2.4", 0);
    add(d, "192.0.2.4:443", "192.0.2.4", 0);
    assert_int_equal(ex_done_left_over(d), 4);
    for (size_t i = 0; i < N_OF(list); i++) {
        const struct ex_target t = parsed(list[i]);

        assert_int_equal(ex_done_meet(d, &t, false, &done, &err), EX_OK);
        assert_int_equal(done, i < 3);
    }
    assert_int_equal(ex_done_left_over(d), 2);
    ex_done_free(d);
}

/* Far more records than fit into memory: each is told apart, and the process does not grow. */
static void flat(void **state)
{
    struct ex_done *d = made();
    struct rusage before, after;
    char line[64], target[80], address[32];
    (void)state;

    assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(target, sizeof(target), "host%u.example:443", i);
        snprintf(address, sizeof(address), "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
        add(d, target, address, 0);
    }
    for (unsigned i = 0; i < MANY + 1000; i++) {
        struct ex_error err = { "" };
        bool whole;

        snprintf(line, sizeof(line), "host%u.example", i);
        const struct ex_target t = parsed(line);
        if (ex_done_whole(d, &t, &whole, &err) != EX_OK)
            fail_msg("%s: %s", line, err.text);
        if (whole != (i < MANY))
            fail_msg("%s: whole is %d", line, whole);
    }
    assert_int_equal(ex_done_left_over(d), MANY);
    assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
    if (after.ru_maxrss - before.ru_maxrss > GROWTH_MAX_KIB)
        fail_msg("grew by %ld KiB", after.ru_maxrss - before.ru_maxrss);
    ex_done_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets),
        cmocka_unit_test(addresses),
        cmocka_unit_test(left_over),
        cmocka_unit_test(flat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
