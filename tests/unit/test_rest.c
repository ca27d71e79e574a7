// SPDX-License-Identifier: MIT
#include "core/rest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { NOW = 1000000, HOUR = 3600000 };

static struct ex_addr address(unsigned n)
{
    return (struct ex_addr){ .family = 4, .bytes = { 10, 0, (uint8_t)(n >> 8), (uint8_t)n } };
}

static void left_alone_until_its_time(void **state)
{
    static struct ex_rest r;
    const struct ex_addr a = address(1), b = address(2);
    (void)state;

    assert_int_equal(ex_rest_left(&r, &a, NOW), 0);
    ex_rest_note(&r, &a, NOW + 100, 0);
    assert_int_equal(ex_rest_left(&r, &a, NOW), 100);
    assert_int_equal(ex_rest_left(&r, &a, NOW + 99), 1);
    assert_int_equal(ex_rest_left(&r, &a, NOW + 100), 0);
    assert_int_equal(ex_rest_left(&r, &b, NOW), 0);
    ex_rest_note(&r, &a, NOW + 50, 0); /* a shorter one does not shorten it */
    assert_int_equal(ex_rest_left(&r, &a, NOW), 100);
}

/* Three names in a row, then no other one, until the time that it gave is over; then one more may
 * find out. */
static void limited_names_end_the_others(void **state)
{
    static struct ex_rest r;
    const struct ex_addr a = address(1), b = address(2);
    (void)state;

    for (int i = 0; i < EX_REST_LIMITS_MAX; i++) {
        assert_int_equal(ex_rest_left(&r, &a, NOW), 0);
        ex_rest_note(&r, &a, NOW, NOW + HOUR);
    }
    assert_true(ex_rest_left(&r, &a, NOW) == UINT64_MAX);
    assert_true(ex_rest_left(&r, &a, NOW + HOUR - 1) == UINT64_MAX);
    assert_int_equal(ex_rest_left(&r, &b, NOW), 0);
    assert_int_equal(ex_rest_left(&r, &a, NOW + HOUR), 0);
    ex_rest_note(&r, &a, NOW + HOUR, NOW + 2 * HOUR);
    assert_true(ex_rest_left(&r, &a, NOW + HOUR) == UINT64_MAX);
}

static void a_name_that_was_answered_ends_the_row(void **state)
{
    static struct ex_rest r;
    const struct ex_addr a = address(1);
    (void)state;

    for (int i = 0; i < 10; i++) {
        ex_rest_note(&r, &a, NOW, i % 3 < 2 ? NOW + HOUR : 0);
        assert_int_equal(ex_rest_left(&r, &a, NOW), 0);
    }
}

/* Those who share a cell share the wait; nobody is called limited for another. */
static void limits_are_of_one_address(void **state)
{
    static struct ex_rest r;
    (void)state;

    for (unsigned i = 0; i < 4 * EX_REST_CELLS; i += 2) {
        const struct ex_addr a = address(i);

        for (int k = 0; k < EX_REST_LIMITS_MAX; k++)
            ex_rest_note(&r, &a, NOW + 5, NOW + HOUR);
        assert_true(ex_rest_left(&r, &a, NOW) == UINT64_MAX);
    }
    for (unsigned i = 1; i < 4 * EX_REST_CELLS; i += 2) {
        const struct ex_addr a = address(i);

        if (ex_rest_left(&r, &a, NOW) > 5)
            fail_msg("address %u was never limited", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(left_alone_until_its_time),
        cmocka_unit_test(limited_names_end_the_others),
        cmocka_unit_test(a_name_that_was_answered_ends_the_row),
        cmocka_unit_test(limits_are_of_one_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
