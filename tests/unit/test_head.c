// SPDX-License-Identifier: MIT
#include "net/head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static void status_lines(void **state)
{
    static const struct {
        const char *block;
        bool ok;
        int status;
        bool http10;
        const char *reason;
    } rows[] = {
        { "HTTP/1.1 200 OK\r\n\r\n", true, 200, false, "OK" },
        { "HTTP/1.0 302 Object moved\r\n\r\n", true, 302, true, "Object moved" },
        { "HTTP/1.1 404\r\n\r\n", true, 404, false, "" },
        { "HTTP/1.1 401 \r\n\r\n", true, 401, false, "" },
        { "HTTP/1.1 440 Login Timeout\n\n", true, 440, false, "Login Timeout" },
        { "HTTP/1.1 999 X\r\n\r\n", true, 999, false, "X" },
        { "HTTP/1.1 20 OK\r\n\r\n", false, 0, false, "" },
        { "HTTP/1.1 2000 OK\r\n\r\n", false, 0, false, "" },
        { "HTTP/1.1 099 OK\r\n\r\n", false, 0, false, "" },
        { "HTTP/1.1  200 OK\r\n\r\n", false, 0, false, "" },
        { "HTTP/2 200\r\n\r\n", false, 0, false, "" },
        { "ICY 200 OK\r\n\r\n", false, 0, false, "" },
        { "", false, 0, false, "" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_header fields[EX_HEADERS_MAX];
        struct ex_exchange x = { 0 };
        const bool ok = ex_head_parse(ex_span_str(rows[i].block), fields, &x);

        if (ok != rows[i].ok || x.status != rows[i].status || x.http10 != rows[i].http10 ||
            (ok && !ex_span_eq(x.reason, rows[i].reason)))
            fail_msg("\"%s\": ok %d, status %d, reason \"%.*s\"", rows[i].block, ok, x.status,
                     (int)x.reason.n, (const char *)x.reason.p);
    }
}

static void fields_in_order(void **state)
{
    struct ex_header fields[EX_HEADERS_MAX];
    struct ex_exchange x = { 0 };
    (void)state;

    assert_true(ex_head_parse(ex_span_str("HTTP/1.1 401 Unauthorized\r\n"
                                          "WWW-Authenticate: Negotiate\r\n"
                                          "x-owa-version:  15.2.1748.43\t\r\n"
                                          "no colon here\r\n"
                                          "WWW-Authenticate: NTLM\r\n"
                                          "Folded: a\r\n b\r\n"
                                          "Empty:\r\n"
                                          "\r\nAfter: the end\r\n"),
                              fields, &x));
    assert_int_equal(x.n_headers, 5);
    assert_true(ex_span_eq(fields[0].name, "WWW-Authenticate"));
    assert_true(ex_span_eq(fields[0].value, "Negotiate"));
    assert_true(ex_span_eq(fields[1].value, "15.2.1748.43"));
    assert_true(ex_span_eq(fields[2].value, "NTLM"));
    assert_true(ex_span_eq(fields[3].value, "a\r\n b"));
    assert_true(ex_span_eq(fields[4].value, ""));
    assert_ptr_equal(ex_exchange_next(&x, "www-authenticate", &fields[0]), &fields[2]);
}

static void too_many_fields_are_cut_and_said(void **state)
{
    static char block[32768];
    struct ex_header fields[EX_HEADERS_MAX];
    struct ex_exchange x = { 0 };
    size_t n = (size_t)snprintf(block, sizeof(block), "HTTP/1.1 200 OK\r\n");
    (void)state;

    for (int i = 0; i < EX_HEADERS_MAX + 5; i++)
        n += (size_t)snprintf(block + n, sizeof(block) - n, "X-%d: %d\r\n", i, i);
    snprintf(block + n, sizeof(block) - n, " folded\r\n\r\n");
    assert_true(ex_head_parse(ex_span_str(block), fields, &x));
    assert_int_equal(x.n_headers, EX_HEADERS_MAX);
    assert_true(x.headers_cut);
    assert_true(ex_span_eq(fields[EX_HEADERS_MAX - 1].value, "127"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_lines),
        cmocka_unit_test(fields_in_order),
        cmocka_unit_test(too_many_fields_are_cut_and_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
