// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <string.h>

#include "exprobe/status.h"

static void every_status_has_its_own_text(void **state)
{
    static const enum ex_status all[] = {
#define X(id, text) EX_##id,
        EX_STATUS_MAP(X)
#undef X
    };
    (void)state;

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        assert_true(ex_status_str(all[i])[0] != '\0');
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(ex_status_str(all[i]), ex_status_str(all[k]));
    }
    assert_string_equal(ex_status_str((enum ex_status)999), "unknown status");
}

static void message_is_cut_not_overrun(void **state)
{
    char longer[2 * sizeof(struct ex_error)];
    struct ex_error err;
    (void)state;

    memset(longer, 'x', sizeof(longer));
    longer[sizeof(longer) - 1] = '\0';
    ex_error_set(&err, "%s %d", "row", 7);
    assert_string_equal(err.text, "row 7");
    ex_error_set(&err, "%s", longer);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    ex_error_set(NULL, "%s", "nobody listens");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_own_text),
        cmocka_unit_test(message_is_cut_not_overrun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
