// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/front.h"

#include "answer.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const struct ex_device_row devices[] = {
    { "asm", "ASM", EX_DW_BODY, EX_ROLE_BLOCK, "", "The requested URL was rejected", "" },
    { "apm", "APM", EX_DW_COOKIE, EX_ROLE_PREAUTH, "", "MRHSession", "" },
    { "apm", "APM", EX_DW_LOCATION, EX_ROLE_PREAUTH, "", "/my.policy", "" },
    { "arr", "ARR", EX_DW_HEADER, EX_ROLE_PASS, "X-Powered-By", "ARR/", "" },
    { "cdn", "CDN", EX_DW_HEADER, EX_ROLE_PASS, "CF-RAY", "", "" },
    { "lb", "LB", EX_DW_BODY, EX_ROLE_UNAVAILABLE, "", "No server is available", "" },
    { "ltm", "LTM", EX_DW_HEADER, EX_ROLE_PASS, "Server", "BigIP", "" },
    { "tmg", "TMG", EX_DW_LOCATION, EX_ROLE_MAIL_HINT, "", "/CookieAuth.dll?GetLogon?curl=Z2Fowa",
      "" },
    { "tmg", "TMG", EX_DW_LOCATION, EX_ROLE_PREAUTH, "", "/CookieAuth.dll?GetLogon", "" },
};

static const struct ex_catalog cat = { .devices = devices, .n_devices = N_OF(devices) };

static void finds_the_device(void **state)
{
    static const struct {
        const char *text;
        bool with_body;
        int want;
    } rows[] = {
        { "200 OK\n\nThe requested URL was rejected. Please", true, 0 },
        { "200 OK\n\nThe requested URL was rejected. Please", false, -1 },
        { "302 Found\nSet-Cookie: MRHSession=0123;path=/\n", true, 1 },
        { "302 Found\nset-cookie: mrhsession=0123;path=/\n", true, 1 },
        { "302 Found\nSet-Cookie: LastMRHSession=0123;path=/\n", true, -1 },
        { "302 Found\nSet-Cookie: a=b\nSet-Cookie: MRHSession=0\n", true, 1 },
        { "302 Found\nServer: BigIP\nLocation: /my.policy\n", true, 2 },
        { "200 OK\nX-Powered-By: ASP.NET\nX-Powered-By: ARR/3.0\n", true, 3 },
        { "200 OK\ncf-ray: 8f\n", true, 4 },
        { "503 x\n\nNo server is available to handle this request.", true, 5 },
        { "200 x\n\nNo server is available to handle this request.", true, -1 },
        { "200 OK\nServer: BigIP\n", true, 6 },
        { "302 x\nLocation: https://m/CookieAuth.dll?GetLogon?curl=Z2Fowa&reason=0\n", true, 7 },
        { "302 x\nLocation: https://m/CookieAuth.dll?GetLogon?curl=Z2Fx&reason=0\n", true, 8 },
        { "302 x\nCF-RAY: 1\nLocation: /my.policy\n", true, 2 },
        { "403 x\nCF-RAY: 1\n\nThe requested URL was rejected", true, 0 },
        { "404 Not Found\nServer: Microsoft-IIS/10.0\n", true, -1 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct answer a;
        const int got = ex_front_match(&cat, answer_of(&a, "/", rows[i].text), rows[i].with_body);

        if (got != rows[i].want)
            fail_msg("\"%s\": row %d, wanted %d", rows[i].text, got, rows[i].want);
    }
}

static void without_rows_nothing_is_found(void **state)
{
    static const struct ex_catalog empty;
    struct answer a;
    (void)state;

    assert_int_equal(
        ex_front_match(&empty, answer_of(&a, "/", "302 x\nLocation: /my.policy\n"), true), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_device),
        cmocka_unit_test(without_rows_nothing_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
