// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "exprobe/exchange.h"

static struct ex_header field(const char *name, const char *value)
{
    return (struct ex_header){ ex_span_str(name), ex_span_str(value) };
}

static void every_field_of_a_name_in_order(void **state)
{
    const struct ex_header fields[] = {
        field("Server", "IIS"),
        field("WWW-Authenticate", "Negotiate"),
        field("www-authenticate", "NTLM"),
        field("WWW-Authenticat", "no"),
        field("WWW-AUTHENTICATE", "Basic"),
    };
    const struct ex_exchange x = { .headers = fields, .n_headers = 5 };
    const struct ex_header *h = ex_exchange_next(&x, "WWW-Authenticate", NULL);
    (void)state;

    assert_ptr_equal(h, &fields[1]);
    h = ex_exchange_next(&x, "WWW-Authenticate", h);
    assert_ptr_equal(h, &fields[2]);
    h = ex_exchange_next(&x, "WWW-Authenticate", h);
    assert_ptr_equal(h, &fields[4]);
    assert_null(ex_exchange_next(&x, "WWW-Authenticate", h));
    assert_ptr_equal(ex_exchange_header(&x, "SERVER"), &fields[0]);
    assert_null(ex_exchange_header(&x, "X-FEServer"));
}

static void without_fields(void **state)
{
    const struct ex_exchange x = { .n_headers = 0 };
    (void)state;

    assert_null(ex_exchange_header(&x, "Server"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_of_a_name_in_order),
        cmocka_unit_test(without_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
