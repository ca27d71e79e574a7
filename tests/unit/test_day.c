// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "exprobe/day.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static void accepted(void **state)
{
    static const struct {
        const char *text;
        int32_t day;
    } rows[] = {
        { "1970-01-01", 0 },      { "1969-12-31", -1 },      { "2026-11-23", 20780 },
        { "2000-02-29", 11016 },  { "2000-03-01", 11017 },   { "1900-02-28", -25509 },
        { "1900-03-01", -25508 }, { "0001-01-01", -719162 }, { "9999-12-31", 2932896 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char text[EX_DAY_TEXT];
        int32_t day = 0;

        if (ex_day_parse(ex_span_str(rows[i].text), &day) != EX_OK || day != rows[i].day)
            fail_msg("%s: %d", rows[i].text, (int)day);
        if (strcmp(ex_day_format(text, day), rows[i].text) != 0)
            fail_msg("%s back: %s", rows[i].text, text);
    }
}

static void refused(void **state)
{
    static const struct {
        const char *text;
        enum ex_status want;
    } rows[] = {
        { "", EX_ESYNTAX },           { "2026-11-2", EX_ESYNTAX },  { "2026-11-230", EX_ESYNTAX },
        { "2026/11/23", EX_ESYNTAX }, { "20261123", EX_ESYNTAX },   { " 2026-11-2", EX_ESYNTAX },
        { "2026-1a-23", EX_ESYNTAX }, { "-026-11-23", EX_ESYNTAX }, { "2026-00-23", EX_ERANGE },
        { "2026-13-23", EX_ERANGE },  { "2026-11-00", EX_ERANGE },  { "2026-11-31", EX_ERANGE },
        { "2026-02-29", EX_ERANGE },  { "1900-02-29", EX_ERANGE },  { "2026-01-32", EX_ERANGE },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        int32_t day = 77;
        const enum ex_status st = ex_day_parse(ex_span_str(rows[i].text), &day);

        if (st != rows[i].want || day != 77)
            fail_msg("'%s': %s", rows[i].text, ex_status_str(st));
    }
}

/* Every day of a 400-year cycle is the day after the one before, in text as well. */
static void every_day_follows_the_one_before(void **state)
{
    char before[EX_DAY_TEXT] = "1799-12-31", text[EX_DAY_TEXT];
    int32_t first = 0, last = 0;
    (void)state;

    assert_int_equal(ex_day_parse(ex_span_str("1800-01-01"), &first), EX_OK);
    assert_int_equal(ex_day_parse(ex_span_str("2200-01-01"), &last), EX_OK);
    assert_int_equal(last - first, 146097);
    for (int32_t day = first; day < last; day++) {
        int32_t again = 0;

        ex_day_format(text, day);
        if (strcmp(before, text) >= 0 || ex_day_parse(ex_span_str(text), &again) != EX_OK ||
            again != day)
            fail_msg("%s after %s", text, before);
        memcpy(before, text, sizeof(before));
    }
}

static void none_is_empty(void **state)
{
    char text[EX_DAY_TEXT];
    (void)state;

    assert_string_equal(ex_day_format(text, EX_DAY_NONE), "");
}

static void times(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
        int32_t day;
    } rows[] = {
        { 0, "1970-01-01T00:00:00.000Z", 0 },
        { -1, "1969-12-31T23:59:59.999Z", -1 },
        { -86400000, "1969-12-31T00:00:00.000Z", -1 },
        { 1795419660000, "2026-11-23T07:41:00.000Z", 20780 },
        { 951782399999, "2000-02-28T23:59:59.999Z", 11015 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char text[EX_TIME_TEXT];

        if (strcmp(ex_time_format(text, rows[i].ms), rows[i].text) != 0)
            fail_msg("%s: %s", rows[i].text, text);
        if (ex_day_of_unix_ms(rows[i].ms) != rows[i].day)
            fail_msg("%s: day %d", rows[i].text, (int)ex_day_of_unix_ms(rows[i].ms));
        int64_t ms = 0;
        if (ex_time_parse(ex_span_str(rows[i].text), &ms) != EX_OK || ms != rows[i].ms)
            fail_msg("%s: read as %lld", rows[i].text, (long long)ms);
    }
}

static void times_refused(void **state)
{
    static const char *const rows[] = { "",
                                        "2026-11-23",
                                        "2026-11-23T07:41:00Z",
                                        "2026-11-23T07:41:00.000",
                                        "2026-11-23T07:41:00.000z",
                                        "2026-11-23T07:41:00.000Z ",
                                        "2026-11-23 07:41:00.000Z",
                                        "2026-11-23T24:00:00.000Z",
                                        "2026-11-23T07:60:00.000Z",
                                        "2026-11-23T07:41:60.000Z",
                                        "2026-11-31T07:41:00.000Z",
                                        "2026-11-23T+7:41:00.000Z",
                                        "2026-11-23T07:41:00.0x0Z" };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        int64_t ms = 4711;

        if (ex_time_parse(ex_span_str(rows[i]), &ms) == EX_OK || ms != 4711)
            fail_msg("%s: read as %lld", rows[i], (long long)ms);
    }
}

static void patch_tuesdays(void **state)
{
    static const struct {
        const char *after, *until;
        unsigned n;
    } rows[] = {
        { "2026-10-08", "2026-10-12", 0 }, /* the 13th is one */
        { "2026-10-08", "2026-10-13", 1 },
        { "2026-10-13", "2026-10-13", 0 }, /* what came on the day itself is known */
        { "2026-10-12", "2026-11-09", 1 },
        { "2026-10-08", "2026-11-10", 2 },
        { "2026-11-23", "2026-10-08", 0 },
        { "2025-12-31", "2026-12-31", 12 },
        { "2026-12-31", "2027-01-12", 1 },
        { "2024-02-29", "2024-03-12", 1 },
        { "2026-08-10", "2026-08-11", 1 }, /* the month began on a Saturday */
        { "2026-09-07", "2026-09-08", 1 }, /* on a Tuesday: the earliest it can be */
        { "2026-07-13", "2026-07-14", 1 }, /* on a Wednesday: the latest */
        { "1969-12-01", "1970-02-28", 3 },
        { "0001-01-01", "2026-01-01", EX_PATCH_TUESDAYS_MAX },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int32_t after, until;

        assert_int_equal(ex_day_parse(ex_span_str(rows[i].after), &after), EX_OK);
        assert_int_equal(ex_day_parse(ex_span_str(rows[i].until), &until), EX_OK);
        if (ex_patch_tuesdays(after, until) != rows[i].n)
            fail_msg("%s to %s: %u, not %u", rows[i].after, rows[i].until,
                     ex_patch_tuesdays(after, until), rows[i].n);
    }
    assert_int_equal(ex_patch_tuesdays(EX_DAY_NONE, 0), 0);
    assert_int_equal(ex_patch_tuesdays(0, EX_DAY_NONE), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(refused),
        cmocka_unit_test(every_day_follows_the_one_before),
        cmocka_unit_test(none_is_empty),
        cmocka_unit_test(times),
        cmocka_unit_test(times_refused),
        cmocka_unit_test(patch_tuesdays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
