// SPDX-License-Identifier: MIT
#include "core/discover.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static struct ex_addr address(const char *text)
{
    struct ex_addr a = { 0 };

    assert_int_equal(ex_addr_parse(ex_span_str(text), &a), EX_OK);
    return a;
}

static void a_name_lies_under_a_domain_at_a_border_of_labels(void **state)
{
    static const struct {
        const char *name, *domain;
        bool is_under;
    } rows[] = {
        { "acme.test", "acme.test", true },       { "mail.acme.test", "acme.test", true },
        { "a.b.acme.test", "acme.test", true },   { "badacme.test", "acme.test", false },
        { "acme.test.evil", "acme.test", false }, { "test", "acme.test", false },
        { "acme.test", "mail.acme.test", false }, { "", "acme.test", false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        if (ex_name_is_under(rows[i].name, rows[i].domain) != rows[i].is_under)
            fail_msg("%s under %s", rows[i].name, rows[i].domain);
}

static void the_longest_domain_is_found(void **state)
{
    static const char *const names[] = { "a.test", "acme.test", "berlin.acme.test", "z.test" };
    const struct ex_domain_set set = { names, N_OF(names) }, none = { 0 };
    static const struct {
        const char *name;
        size_t at;
    } rows[] = {
        { "acme.test", 1 },
        { "mail.acme.test", 1 },
        { "berlin.acme.test", 2 },
        { "x.y.berlin.acme.test", 2 },
        { "notacme.test", SIZE_MAX },
        { "test", SIZE_MAX },
        { "a.test", 0 },
        { "q.z.test", 3 },
        { "", SIZE_MAX },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        if (ex_domain_set_find(&set, rows[i].name) != rows[i].at)
            fail_msg("%s: %zu", rows[i].name, ex_domain_set_find(&set, rows[i].name));
    assert_true(ex_domain_set_find(&none, "acme.test") == SIZE_MAX);
}

static void only_host_names_are_names(void **state)
{
    static char long_name[EX_NAME_SIZE + 50];
    static const struct {
        const char *raw, *name; /* NULL: none */
    } rows[] = {
        { "mail.acme.test", "mail.acme.test" },
        { "MAIL.Acme.TEST.", "mail.acme.test" },
        { "xn--bcher-kva.test", "xn--bcher-kva.test" },
        { "a_b.acme.test", "a_b.acme.test" },
        { "", NULL },
        { ".", NULL },
        { "mail.acme.test client=evil", NULL },
        { "mail.acme.test\tx=y", NULL },
        { "mail.acme.test\nevil.test", NULL },
        { "mail.acme.test#", NULL },
        { "mail.acme.test:22", NULL },
        { "https://mail.acme.test", NULL },
        { "mail.acme.test/24", NULL },
        { "10.0.0.1", NULL },
        { "10.0.0.0/8", NULL },
        { "::1", NULL },
        { "[::1]", NULL },
        { "1.2.3", NULL },
        { "0x7f.1", NULL },
        { "\xc3\xa4.test", NULL },
        { "mail\\032x.test", NULL },
        { "*.acme.test", NULL },
        { "-a.test", NULL },
        { "a..test", NULL },
        { long_name, NULL },
    };
    (void)state;

    memset(long_name, 'a', sizeof(long_name) - 1);
    for (size_t i = 0; i < N_OF(rows); i++) {
        char to[EX_NAME_SIZE];
        const bool is_name = ex_found_name(to, rows[i].raw);

        if (is_name != (rows[i].name != NULL) || (is_name && strcmp(to, rows[i].name) != 0))
            fail_msg("row %zu: \"%s\": %d \"%s\"", i, rows[i].raw, is_name, to);
        if (!is_name)
            assert_true(strlen(to) < EX_FOUND_RAW);
    }
}

static void services_are_told_by_suffix(void **state)
{
    static const struct ex_mail_name_row rows[] = {
        { EX_MAIL_FILTER, "filter.example", "Filter", "" },
        { EX_MAIL_HOSTED, "mail.cloud.example", "Cloud", "" },
        { EX_MAIL_LABEL, "mail", "", "" },
    };
    const struct ex_catalog cat = { .mail_names = rows, .n_mail_names = N_OF(rows) };
    (void)state;

    assert_ptr_equal(ex_mail_service(&cat, "acme-test.mail.cloud.example"), &rows[1]);
    assert_ptr_equal(ex_mail_service(&cat, "filter.example"), &rows[0]);
    assert_null(ex_mail_service(&cat, "cloud.example"));
    assert_null(ex_mail_service(&cat, "evilmail.cloud.example"));
    assert_null(ex_mail_service(&cat, "mail"));
    assert_null(ex_mail_service(&cat, "x.mail"));
}

static void a_wildcard_is_what_names_have_that_do_not_exist(void **state)
{
    const struct ex_addr a = address("192.0.2.1"), b = address("192.0.2.2");
    const struct ex_addr both[] = { a, b }, c = address("2001:db8::1");
    struct ex_wildcard w = { 0 };
    (void)state;

    ex_wildcard_note(&w, NULL, 0); /* it does not exist, as it should be */
    ex_wildcard_note(&w, NULL, 0);
    assert_false(ex_wildcard_is(&w, &a, 1));
    ex_wildcard_note(&w, &a, 1);
    assert_true(ex_wildcard_is(&w, &a, 1));
    assert_false(ex_wildcard_is(&w, &b, 1));
    assert_false(ex_wildcard_is(&w, both, 2));
    assert_false(ex_wildcard_is(&w, NULL, 0));
    ex_wildcard_note(&w, both, 2); /* in turns: something in common */
    assert_false(w.varies);
    assert_true(ex_wildcard_is(&w, both, 2));
    assert_false(ex_wildcard_is(&w, &c, 1));
    ex_wildcard_note(&w, &c, 1);
    assert_true(w.varies); /* then nothing can be told from it */
    assert_true(ex_wildcard_is(&w, &(struct ex_addr){ .family = 4, .bytes = { 9 } }, 1));
}

static void what_becomes_of_a_name(void **state)
{
    static const struct ex_mail_name_row cloud = { EX_MAIL_HOSTED, "cloud.example", "Cloud", "" };
    const struct ex_addr good = address("192.0.2.1"), self = address("127.9.9.9");
    const struct {
        struct ex_found f;
        bool takes_outside;
        enum ex_found_verdict verdict;
    } rows[] = {
        { { .by = EX_BY_LABEL, .why = "", .addresses = { good }, .n_addresses = 1 },
          false,
          EX_FOUND_LISTED },
        { { .by = EX_BY_LABEL, .why = "nxdomain" }, false, EX_FOUND_NO_ADDRESS },
        { { .by = EX_BY_MX, .why = "no-address" }, false, EX_FOUND_NO_ADDRESS },
        { { .by = EX_BY_MX, .why = "servfail" }, false, EX_FOUND_UNKNOWN },
        { { .by = EX_BY_MX, .why = "timeout" }, true, EX_FOUND_UNKNOWN },
        { { .by = EX_BY_LABEL, .why = "", .addresses = { self }, .n_addresses = 1 },
          true,
          EX_FOUND_BAD_ADDRESS },
        { { .by = EX_BY_LABEL, .why = "", .addresses = { self, good }, .n_addresses = 2 },
          false,
          EX_FOUND_LISTED },
        { { .by = EX_BY_LABEL,
            .why = "",
            .addresses = { good },
            .n_addresses = 1,
            .is_wild = true },
          true,
          EX_FOUND_WILDCARD },
        { { .by = EX_BY_LABEL | EX_BY_MX,
            .why = "",
            .addresses = { good },
            .n_addresses = 1,
            .is_wild = true },
          false,
          EX_FOUND_LISTED },
        { { .by = EX_BY_MX, .why = "", .is_outside = true }, false, EX_FOUND_OUTSIDE },
        { { .by = EX_BY_MX, .why = "", .is_outside = true }, true, EX_FOUND_LISTED },
        { { .by = EX_BY_MX, .why = "", .is_outside = true, .service = &cloud },
          true,
          EX_FOUND_HOSTED },
        { { .by = EX_BY_LABEL,
            .why = "",
            .addresses = { good },
            .n_addresses = 1,
            .leads_outside = true },
          false,
          EX_FOUND_OUTSIDE },
        { { .by = EX_BY_LABEL,
            .why = "",
            .addresses = { good },
            .n_addresses = 1,
            .leads_outside = true },
          true,
          EX_FOUND_LISTED },
        { { .by = EX_BY_MX, .why = "", .is_bad = true, .is_outside = true },
          true,
          EX_FOUND_BAD_NAME },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        if (ex_found_judge(&rows[i].f, rows[i].takes_outside) != rows[i].verdict)
            fail_msg("row %zu: %s, not %s", i,
                     ex_found_verdict_str(ex_found_judge(&rows[i].f, rows[i].takes_outside)),
                     ex_found_verdict_str(rows[i].verdict));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_lies_under_a_domain_at_a_border_of_labels),
        cmocka_unit_test(the_longest_domain_is_found),
        cmocka_unit_test(only_host_names_are_names),
        cmocka_unit_test(services_are_told_by_suffix),
        cmocka_unit_test(a_wildcard_is_what_names_have_that_do_not_exist),
        cmocka_unit_test(what_becomes_of_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
