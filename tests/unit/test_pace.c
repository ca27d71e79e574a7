// SPDX-License-Identifier: MIT
#include "core/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/spread.h"

enum { EVENTS = 3000, GAP_US = 10000, PLACE_US = GAP_US + EX_SPREAD_LATE_US };

/* The times of EVENTS events. @late_us: each time, the caller comes that much after it was told
 * to come; every seventh time much later. */
static void play(struct ex_pace *p, uint64_t late_us, uint64_t at[static EVENTS])
{
    uint64_t now = 5000000;

    for (int i = 0; i < EVENTS; i++) {
        uint64_t wait;

        while ((wait = ex_pace_take(p, now)) > 0)
            now += wait + late_us;
        at[i] = now;
        now += i % 7 == 0 ? 43210 : 0;
    }
}

/* However late the callers are, no window of one second holds more than the rate: there is
 * no row of permissions of a time that is over. */
static void ceiling_holds_in_every_window(void **state)
{
    static const uint32_t rates[] = { 1, 3, 7, 100, 999, 1000, 7919, 100000, 1000000 };
    static const uint64_t lates[] = { 0, 1, 999, 30000, 3600000000 }; /* us */
    static uint64_t at[EVENTS];
    (void)state;

    for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++)
        for (size_t k = 0; k < sizeof(lates) / sizeof(lates[0]); k++) {
            struct ex_pace p = ex_pace_of(rates[r]);

            play(&p, lates[k], at);
            for (int i = 0; i + (int)rates[r] < EVENTS; i++)
                if (at[i + (int)rates[r]] - at[i] < 1000000)
                    fail_msg("rate %u, late %llu: events %d to %d in %llu us", rates[r],
                             (unsigned long long)lates[k], i, i + (int)rates[r],
                             (unsigned long long)(at[i + (int)rates[r]] - at[i]));
        }
}

/* A ceiling is no excuse to be slow: callers that come in time get nearly all of it. */
static void ceiling_is_reached(void **state)
{
    static const uint32_t rates[] = { 1, 100, 1000 };
    (void)state;

    for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++) {
        struct ex_pace p = ex_pace_of(rates[r]);
        const uint64_t end = 10000000;
        uint32_t n = 0;
        uint64_t wait;

        for (uint64_t now = 0; now < end; now += wait ? (wait + 999) / 1000 * 1000 : 1) {
            wait = ex_pace_take(&p, now);
            n += wait == 0;
        }
        if (n < rates[r] * 10 * 97 / 100)
            fail_msg("rate %u: %u events in 10 s", rates[r], n);
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
    assert_in_range(ex_pace_take(&p, 9000000), 90000, 110000);
    assert_in_range(ex_pace_take(&p, 9050000), 40000, 60000); /* asking reserves nothing */
}

/* Whatever rate may be asked for: the gap is never rounded to less than the ceiling needs. */
static void every_rate_has_its_gap(void **state)
{
    (void)state;

    for (uint32_t rate = 1; rate <= 1000000; rate += rate < 5000 ? 1 : 997) {
        const struct ex_pace p = ex_pace_of(rate);

        if (p.gap_us * rate < EX_PACE_SECOND_US || (p.gap_us - 1) * rate >= 1020000)
            fail_msg("rate %u: %llu us", rate, (unsigned long long)p.gap_us);
    }
    assert_int_equal(ex_pace_of(UINT32_MAX).gap_us, 1);
}

/* A clock that is set back, or that was for ever: slower, never faster. */
static void no_clock_makes_it_faster(void **state)
{
    struct ex_pace p = ex_pace_of(10);
    const uint64_t late = UINT64_C(1) << 62;
    (void)state;

    assert_int_equal(ex_pace_take(&p, 9000000), 0);
    assert_true(ex_pace_take(&p, 8000000) > 1000000);
    assert_int_equal(ex_pace_take(&p, late), 0); /* an age has passed */
    assert_in_range(ex_pace_take(&p, late), 90000, 110000);
}

static struct ex_addr four(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    return (struct ex_addr){ .family = 4, .bytes = { a, b, c, d } };
}

/* 256 neighbours stand in one row; other networks do not wait for them. */
static void neighbours_wait_and_others_do_not(void **state)
{
    static struct ex_spread s = { .gap_us = GAP_US };
    const struct ex_addr far4 = four(10, 0, 1, 7);
    const struct ex_addr six = { .family = 6, .bytes = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 1 } };
    const struct ex_addr near6 = { .family = 6, .bytes = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 2 } };
    const struct ex_addr far6 = { .family = 6, .bytes = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 2, 1 } };
    (void)state;

    for (unsigned i = 0; i < 256; i++) {
        const struct ex_addr a = four(10, 0, 0, (uint8_t)i);
        assert_int_equal(ex_spread_take(&s, &a, 1000), i * PLACE_US);
    }
    assert_int_equal(ex_spread_take(&s, &far4, 1000), 0);
    assert_int_equal(ex_spread_take(&s, &six, 1000), 0);
    assert_int_equal(ex_spread_take(&s, &near6, 1000), PLACE_US);
    assert_int_equal(ex_spread_take(&s, &far6, 1000), 0);
    assert_int_equal(ex_spread_take(&s, &far4, 5 * GAP_US), 0); /* an idle time is not saved up */
    assert_int_equal(ex_spread_take(&s, &far4, 5 * GAP_US), PLACE_US);
}

/* Many networks share the cells; that makes some slower and none faster. */
static void no_network_is_ever_faster_than_its_pace(void **state)
{
    static struct ex_spread s = { .gap_us = GAP_US };
    static uint64_t last[256][256];
    uint64_t sum = 0;
    (void)state;

    for (unsigned round = 0; round < 4; round++)
        for (unsigned b = 0; b < 256; b++)
            for (unsigned c = 0; c < 64; c++) {
                const struct ex_addr a = four(10, (uint8_t)b, (uint8_t)c, (uint8_t)round);
                const uint64_t at = 1000 + ex_spread_take(&s, &a, 1000);

                assert_true(at >= last[b][c] + (round ? GAP_US : 0));
                last[b][c] = at;
                sum += at - 1000;
            }
    /* Four hosts in each of 16,384 networks, four networks a cell: 16 in a row on average. */
    assert_true(sum / (4 * 256 * 64) < 2 * 7.5 * PLACE_US);
}

/* Places in the row are for those who come in time. After whoever came late, the gap is whole. */
static void nobody_is_begun_right_after_one_who_was_late(void **state)
{
    static struct ex_spread s = { .gap_us = GAP_US };
    const struct ex_addr a = four(10, 0, 0, 1), b = four(10, 0, 0, 2), far = four(10, 0, 1, 1);
    (void)state;

    assert_int_equal(ex_spread_left(&s, &a, 5), 0);
    assert_int_equal(ex_spread_take(&s, &a, 1000000), 0);
    assert_int_equal(ex_spread_take(&s, &b, 1000000), PLACE_US);
    ex_spread_begin(&s, &a, 1009999); /* 10 ms late */
    assert_int_equal(ex_spread_left(&s, &b, 1010000), 9999);
    assert_int_equal(ex_spread_left(&s, &b, 1019999), 0);
    assert_int_equal(ex_spread_left(&s, &far, 1010000), 0);
}

static void no_gap_means_no_wait(void **state)
{
    static struct ex_spread s = { .gap_us = 0 };
    const struct ex_addr a = four(10, 0, 0, 1);
    (void)state;

    for (int i = 0; i < 10; i++)
        assert_int_equal(ex_spread_take(&s, &a, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ceiling_holds_in_every_window),
        cmocka_unit_test(ceiling_is_reached),
        cmocka_unit_test(no_ceiling_means_no_wait),
        cmocka_unit_test(an_idle_time_is_not_saved_up),
        cmocka_unit_test(neighbours_wait_and_others_do_not),
        cmocka_unit_test(no_network_is_ever_faster_than_its_pace),
        cmocka_unit_test(no_gap_means_no_wait),
        cmocka_unit_test(every_rate_has_its_gap),
        cmocka_unit_test(no_clock_makes_it_faster),
        cmocka_unit_test(nobody_is_begun_right_after_one_who_was_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
