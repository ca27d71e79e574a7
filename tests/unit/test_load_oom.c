// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <jansson.h>

#include "small_set.h"

/* Memory that runs out at every point in turn, and stays out: in our own code (the
 * program is linked with --wrap) and in jansson. */
static long left; /* allocations that still succeed; below 0: all do */

static bool runs_out(void)
{
    if (left < 0)
        return false;
    if (left == 0)
        return true;
    left--;
    return false;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
    return runs_out() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return runs_out() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return runs_out() ? NULL : __real_realloc(p, n);
}

static int setup(void **state)
{
    json_set_alloc_funcs(__wrap_malloc, free);
    left = -1;
    return small_setup(state);
}

/* A load either succeeds or says ENOMEM and leaves nothing behind; LeakSanitizer and
 * valgrind see the rest. */
static void memory_runs_out_everywhere(void **state)
{
    struct ex_dataset *set = NULL;
    struct ex_error err;
    enum ex_status st = EX_ENOMEM;
    long n = 0;
    (void)state;

    for (; st != EX_OK; n++) {
        err.text[0] = '\0';
        left = n;
        st = ex_data_load(&set, small_dir, &err);
        left = -1;
        if (st != EX_OK && (st != EX_ENOMEM || set || !strstr(err.text, "memory")))
            fail_msg("allocation %ld: %s, %s", n, ex_status_str(st), err.text);
        assert_true(n < 100000);
    }
    assert_true(n > 100); /* the counting works */
    assert_int_equal(ex_data_catalog(set)->n_builds, 4);
    ex_data_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(memory_runs_out_everywhere) };

    return cmocka_run_group_tests(tests, setup, small_teardown);
}
