// SPDX-License-Identifier: MIT
#include "core/retry_after.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct ex_header field(const char *name, const char *value)
{
    return (struct ex_header){ ex_span_str(name), ex_span_str(value) };
}

/* 784111777 is the example of RFC 9110 5.6.7, in all of its forms. */
static void dates_in_three_forms(void **state)
{
    static const struct {
        const char *text;
        enum ex_status status;
        int64_t unix_s;
    } rows[] = {
        { "Sun, 06 Nov 1994 08:49:37 GMT", EX_OK, 784111777 },
        { "Sunday, 06-Nov-94 08:49:37 GMT", EX_OK, 784111777 },
        { "Sun Nov  6 08:49:37 1994", EX_OK, 784111777 },
        { "Thu, 01 Jan 1970 00:00:00 GMT", EX_OK, 0 },
        { "Friday, 01-Jan-70 00:00:01 GMT", EX_OK, 1 },
        { "Thu, 29 Feb 2024 23:59:60 GMT", EX_OK, 1709251200 },
        { "Monday, 01-Jan-69 00:00:00 GMT", EX_OK, 3124224000 },
        { "Thu, 29 Feb 2023 00:00:00 GMT", EX_ERANGE, 0 },
        { "Sun, 06 Nov 1994 08:49:37 CET", EX_ESYNTAX, 0 },
        { "Sun, 06 Nov 1994 24:00:00 GMT", EX_ESYNTAX, 0 },
        { "Sun, 06 Nov 1994 8:49:37 GMT", EX_ESYNTAX, 0 },
        { "Sun, 06 Nov 94 08:49:37 GMT x", EX_ESYNTAX, 0 },
        { "Sun, 06 Nov 19944 08:49:37 GMT", EX_ESYNTAX, 0 },
        { "Sun, 6 Nov 1994 08:49:37 GMT", EX_ESYNTAX, 0 },
        { "Sun, 06 Nob 1994 08:49:37 GMT", EX_ESYNTAX, 0 },
        { "Sun Nov 6 08:49:37", EX_ESYNTAX, 0 },
        { "1994-11-06T08:49:37Z", EX_ESYNTAX, 0 },
        { "- - - - - - - -", EX_ESYNTAX, 0 },
        { "", EX_ESYNTAX, 0 },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t got = 0;
        const enum ex_status st = ex_http_date_parse(ex_span_str(rows[i].text), &got);
        const bool same = st == rows[i].status || (st != EX_OK && rows[i].status != EX_OK);

        if (!same || got != rows[i].unix_s)
            fail_msg("\"%s\": status %d, %lld", rows[i].text, st, (long long)got);
    }
}

static void seconds_and_dates(void **state)
{
    static const struct {
        int status;
        const char *retry_after, *date;
        unsigned s;
        bool limit;
    } rows[] = {
        { 429, NULL, NULL, 0, true },
        { 503, NULL, NULL, 0, false },
        { 503, "", NULL, 0, false },
        { 503, "0", NULL, 1, true },
        { 200, "7", NULL, 7, false },
        { 429, "  120 ", NULL, 120, true },
        { 503, "65534", NULL, 65534, true },
        { 503, "65535", NULL, EX_RETRY_AFTER_UNKNOWN, true },
        { 503, "18446744073709551617", NULL, EX_RETRY_AFTER_UNKNOWN, true },
        { 503, "-1", NULL, EX_RETRY_AFTER_UNKNOWN, true },
        { 503, "soon", NULL, EX_RETRY_AFTER_UNKNOWN, true },
        { 503, "1.5", NULL, EX_RETRY_AFTER_UNKNOWN, true },
        /* By the server's clock, which is wrong. */
        { 429, "Sun, 06 Nov 1994 08:49:40 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 3, true },
        { 429, "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:40 GMT", 1, true },
        { 429, "Mon, 07 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT",
          EX_RETRY_AFTER_UNKNOWN, true },
        /* By ours: the answer came at 08:49:37. */
        { 503, "Sun, 06 Nov 1994 08:49:41 GMT", NULL, 4, true },
        { 503, "Sun, 06 Nov 1994 08:49:41 GMT", "yesterday", 4, true },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ex_header h[2];
        struct ex_exchange x = { .status = rows[i].status, .headers = h };

        x.at_unix_ms = INT64_C(784111775900);
        x.duration_ms = 1200;
        if (rows[i].retry_after)
            h[x.n_headers++] = field("retry-after", rows[i].retry_after);
        if (rows[i].date)
            h[x.n_headers++] = field("Date", rows[i].date);
        if (ex_retry_after_s(&x) != rows[i].s || ex_is_limit(&x) != rows[i].limit)
            fail_msg("%d, \"%s\", \"%s\": %u", rows[i].status, rows[i].retry_after, rows[i].date,
                     ex_retry_after_s(&x));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_in_three_forms),
        cmocka_unit_test(seconds_and_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
