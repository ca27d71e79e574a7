// SPDX-License-Identifier: MIT
#include "core/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Whatever the callers do, no window of one second holds more than the rate. */
static void ceiling_holds_in_every_window(void **state)
{
    enum { EVENTS = 3000 };
    static const uint32_t rates[] = { 1, 3, 7, 100, 999, 1000 };
    static uint64_t at[EVENTS];
    (void)state;

    for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++) {
        struct ex_pace p = ex_pace_of(rates[r]);
        uint64_t now = 5000000;

        for (int i = 0; i < EVENTS; i++) {
            at[i] = now + ex_pace_take(&p, now);
            now += i % 7 == 0 ? 4321 : 0; /* bursts with pauses between them */
        }
        for (int i = 0; i + (int)rates[r] < EVENTS; i++)
            if (at[i + (int)rates[r]] - at[i] < 1000000)
                fail_msg("rate %u: events %d to %d in %llu us", rates[r], i, i + (int)rates[r],
                         (unsigned long long)(at[i + (int)rates[r]] - at[i]));
    }
}

static void no_ceiling_means_no_wait(void **state)
{
    struct ex_pace p = ex_pace_of(0);
    (void)state;

    for (int i = 0; i < 1000; i++)
        assert_int_equal(ex_pace_take(&p, 1), 0);
}

static void an_idle_time_is_not_saved_up(void **state)
{
    struct ex_pace p = ex_pace_of(10);
    (void)state;

    assert_int_equal(ex_pace_take(&p, 1000000), 0);
    assert_int_equal(ex_pace_take(&p, 9000000), 0);
    assert_int_equal(ex_pace_take(&p, 9000000), 100000);
    assert_int_equal(ex_pace_take(&p, 9000000), 200000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ceiling_holds_in_every_window),
        cmocka_unit_test(no_ceiling_means_no_wait),
        cmocka_unit_test(an_idle_time_is_not_saved_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
