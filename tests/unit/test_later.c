// SPDX-License-Identifier: MIT
#include "net/later.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/slot.h"

enum { JOBS = 1000 };

/* Whatever order they come in: earliest first, and those of one time as they came. */
static void the_earliest_leaves_first(void **state)
{
    static struct job jobs[JOBS];
    static uint64_t due[JOBS];
    struct later l = { 0 };
    uint64_t last_due = 0;
    ptrdiff_t last = -1;
    unsigned n_out = 0;
    (void)state;

    assert_true(ex_later_due_ms(&l) == UINT64_MAX);
    for (unsigned i = 0; i < JOBS; i++) {
        due[i] = (i * 7919u) % 97; /* many of one time */
        assert_int_equal(ex_later_put(&l, &jobs[i], due[i], i), EX_OK);
    }
    for (; l.n > 0; n_out++) {
        const uint64_t said = ex_later_due_ms(&l);
        const ptrdiff_t at = ex_later_take(&l) - jobs;

        assert_int_equal(due[at], said);
        assert_true(said >= last_due);
        if (n_out > 0 && said == last_due)
            assert_true(at > last);
        last_due = said;
        last = at;
    }
    assert_int_equal(n_out, JOBS);
    ex_later_deinit(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_earliest_leaves_first) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
