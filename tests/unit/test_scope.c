// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scoped.h"

/* Whom to contact, in words: "mail.example.com", "192.0.2.1", "mail.example.com 192.0.2.1" (DNS
 * said so), "mail.example.com =192.0.2.1" (pinned). */
static enum ex_state judge(const struct ex_scope *s, const char *words,
                           char why[static EX_DETAIL_SIZE])
{
    struct ex_whom whom = { 0 };
    char name[EX_NAME_SIZE] = "";
    struct ex_addr a;
    const char *blank = strchr(words, ' ');
    const char *address = blank ? blank + 1 : words;

    if (blank)
        snprintf(name, sizeof(name), "%.*s", (int)(blank - words), words);
    whom.looked_up = blank && *address != '=';
    address += *address == '=';
    if (ex_addr_parse(ex_span_str(address), &a) == EX_OK)
        whom.address = &a;
    else
        snprintf(name, sizeof(name), "%s", words);
    whom.name = name[0] ? name : NULL;
    return ex_scope_judge(s, &whom, why);
}

struct row {
    const char *whom, *want; /* "" is a yes; else state and the beginning of the reason */
};

static void check(const struct ex_scope *s, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char why[EX_DETAIL_SIZE], got[EX_DETAIL_SIZE + 40] = "";
        const enum ex_state state = judge(s, rows[i].whom, why);

        if (state != EX_STATE_ANSWERED)
            snprintf(got, sizeof(got), "%s: %s", ex_state_str(state), why);
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", rows[i].whom, got, rows[i].want);
    }
}

#define NAME    "out-of-scope: its name is not in the scope"
#define ADDRESS "out-of-scope: its address is not in the scope"
#define PINNED  "out-of-scope: pinned to an address, and the scope has none"

static void without_lists(void **state)
{
    static const struct row rows[] = { { "a.example", "" },
                                       { "192.0.2.1", "" },
                                       { "a.example =192.0.2.1", "" } };
    struct ex_scope *s = scope_of(NULL, NULL, NULL);
    (void)state;

    check(s, rows, N_OF(rows));
    assert_int_equal(ex_scope_empty(s), -1);
    ex_scope_free(s);
}

static void empty_denies_all(void **state)
{
    static const struct row rows[] = {
        { "a.example", "out-of-scope: the scope is empty" },
        { "192.0.2.1", "out-of-scope: the scope is empty" },
        { "a.example 192.0.2.1", "out-of-scope: the scope is empty" },
    };
    static const char *const empty[] = { "", "\n\n", "# nobody\n", "\xef\xbb\xbf\r\n  \t" };
    (void)state;

    for (size_t i = 0; i < N_OF(empty); i++) {
        struct ex_scope *s = scope_of(empty[i], NULL, NULL);

        check(s, rows, N_OF(rows));
        assert_int_equal(ex_scope_empty(s), 0);
        ex_scope_free(s);
    }
}

static void names_only(void **state)
{
    static const struct row rows[] = {
        { "mail.example.com", "" },
        { "mail.example.com 203.0.113.9", "" },
        { "mail.example.com 2001:db8::9", "" },
        { "mail.example.com =203.0.113.9", PINNED },
        { "203.0.113.9", ADDRESS },
        { "example.com", NAME },
        { "sub.mail.example.com", NAME },
        { "xmail.example.com", NAME },
        { "a.example.org", "" },
        { "a.b.c.example.org", "" },
        { "example.org", NAME },
        { "evilexample.org", NAME },
        { "example.org.evil.net", NAME },
        { "a.example.organic", NAME },
        { "xn--bcher-kva.example", "" },
        { "shop.xn--bcher-kva.example", "" },
        { "bcher.example", NAME },
    };
    struct ex_scope *s = scope_of("MAIL.example.COM.\n*.Example.ORG\nB\xc3\x9c"
                                  "CHER.example\n*.xn--BCHER-kva.example\n",
                                  NULL, NULL);
    (void)state;

    check(s, rows, N_OF(rows));
    ex_scope_free(s);
}

static void addresses_only(void **state)
{
    static const struct row rows[] = {
        { "any.example", "" }, /* as far as its name goes */
        { "any.example 192.0.2.200", "" },
        { "any.example 192.0.3.1", ADDRESS },
        { "any.example =192.0.3.1", ADDRESS },
        { "any.example =192.0.2.1", "" },
        { "any.example 2001:db8::1", "" },
        { "any.example 2001:db9::1", ADDRESS },
        { "192.0.2.0", "" },
        { "192.0.1.255", ADDRESS },
        { "198.51.100.7", "" },
        { "198.51.100.8", ADDRESS },
        { "::ffff:198.51.100.7", "" },        /* the parser makes it IPv4 */
        { "64:ff9b::198.51.100.7", ADDRESS }, /* a scope means what it says */
    };
    struct ex_scope *s = scope_of("192.0.2.0/24\n198.51.100.7\n2001:db8::/32\n", NULL, NULL);
    (void)state;

    check(s, rows, N_OF(rows));
    ex_scope_free(s);
}

/* Where both are listed, both must be allowed: a name that DNS moves is caught. */
static void both(void **state)
{
    static const struct row rows[] = {
        { "mail.example.com", "" },
        { "mail.example.com 192.0.2.7", "" },
        { "mail.example.com =192.0.2.7", "" },
        { "mail.example.com 192.0.3.7", ADDRESS },
        { "mail.example.com =192.0.3.7", ADDRESS },
        { "mail.example.com 2001:db8::1", ADDRESS },
        { "mail.example.com ::1", ADDRESS },
        { "other.example.com 192.0.2.7", NAME },
        { "other.example.com", NAME },
        { "192.0.2.7", "" },
    };
    struct ex_scope *s = scope_of("mail.example.com\n192.0.2.0/24 # ours\n", NULL, NULL);
    (void)state;

    check(s, rows, N_OF(rows));
    ex_scope_free(s);
}

static void ranks(void **state)
{
    static const struct row rows[] = {
        { "mail.example.com", "" },
        { "mail.example.com 192.0.2.1", "" },
        { "old.example.com", "out-of-scope: excluded: old.example.com" },
        { "x.lab.example.com", "out-of-scope: excluded: *.lab.example.com" },
        { "lab.example.com", "" },
        { "mail.example.com 192.0.2.130", "out-of-scope: excluded: 192.0.2.128/25" },
        { "192.0.2.130", "out-of-scope: excluded: 192.0.2.128/25" },
        { "192.0.2.129", "opted-out: 2026-03-01: asked by mail" },
        { "mail.example.com 192.0.2.129", "opted-out: 2026-03-01: asked by mail" },
        { "no.example.com", "opted-out: 2026-03-02: phoned" },
        { "no.example.com 192.0.2.130", "opted-out: 2026-03-02: phoned" },
        { "a.elsewhere.example", "opted-out: 2026-03-03: letter" }, /* in no scope, either */
        { "elsewhere.example", NAME },
        /* Ways over IPv6 to an IPv4 host that is to be left alone. */
        { "mail.example.com 64:ff9b::192.0.2.129", "opted-out: 2026-03-01: asked by mail" },
        { "mail.example.com 2002:c000:281::1", "opted-out: 2026-03-01: asked by mail" },
        { "mail.example.com 64:ff9b::192.0.2.130", "out-of-scope: excluded: 192.0.2.128/25" },
        { "mail.example.com 64:ff9b::192.0.2.1", ADDRESS },
    };
    struct ex_scope *s = scope_of("*.example.com\n192.0.2.0/24\n",
                                  "old.example.com\n*.lab.example.com\n192.0.2.128/25\n",
                                  "192.0.2.129 2026-03-01 asked by mail\n"
                                  "no.example.com 2026-03-02 phoned\n"
                                  "*.elsewhere.example 2026-03-03 letter\n"
                                  "no.example.com 2026-04-01 later, and so not the first\n");
    (void)state;

    check(s, rows, N_OF(rows));
    assert_int_equal(ex_scope_count(s, EX_SCOPE_OPTED_OUT), 3);
    ex_scope_free(s);
}

/* A second scope can only take away. */
static void several_scopes(void **state)
{
    static const struct row rows[] = {
        { "a.example.com 192.0.2.1", "" },
        { "a.example.com 198.51.100.1", ADDRESS },
        { "a.example.org 192.0.2.1", NAME },
        { "192.0.2.1", ADDRESS }, /* the first has no addresses */
    };
    struct lists l = { .n = 0 };
    const char *scopes[] = { file_of(&l, "*.example.com\n"), file_of(&l, "192.0.2.0/24\n"), NULL };
    const char *excludes[] = { "b.example.com, 192.0.2.9", "192.0.2.64/26", NULL };
    const struct ex_scope_options opt = { .scopes = scopes, .excludes = excludes };
    struct ex_error err = { "" };
    struct ex_scope *s;
    char why[EX_DETAIL_SIZE];
    (void)state;

    if (ex_scope_new(&s, &opt, &err) != EX_OK)
        fail_msg("%s", err.text);
    check(s, rows, N_OF(rows));
    assert_int_equal(judge(s, "b.example.com", why), EX_STATE_OUT_OF_SCOPE);
    assert_int_equal(judge(s, "a.example.com 192.0.2.9", why), EX_STATE_OUT_OF_SCOPE);
    assert_int_equal(judge(s, "a.example.com 192.0.2.100", why), EX_STATE_OUT_OF_SCOPE);
    ex_scope_free(s);
    forget(&l);
}

/* Half a list, or a list with a slip in it, is none: the message names the line and the value. */
static void bad_files(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        { "a.example\n\n.example.com\n", ":3: \".example.com\": write *.example.com" },
        { "192.0.2.0/24\n192.0.2.1/24", ":2: \"192.0.2.1/24\": there are bits" },
        { "-bad.example\n", ":1: " },
        { "\xff\xfe"
          "a\0",
          ":1: the list is UTF-16" },
        { "xn--a\xcc\x80.example\n", ":1: " },
        { "\xf0\x9f\x92\xa9\xe2\x80\x8d.example\n", ":1: " },
    };
    struct lists l = { .n = 0 };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const char *files[] = { file_of(&l, rows[i].text), NULL };
        const struct ex_scope_options as[] = { { .scopes = files }, { .exclude_files = files } };

        for (size_t k = 0; k < N_OF(as); k++) {
            struct ex_error err = { "" };
            struct ex_scope *s;

            if (ex_scope_new(&s, &as[k], &err) != EX_EINPUT || s)
                fail_msg("row %zu was accepted", i);
            if (strncmp(err.text, files[0], strlen(files[0])) != 0 ||
                !strstr(err.text, rows[i].says))
                fail_msg("row %zu: %s", i, err.text);
        }
        forget(&l);
    }
}

static void unreadable(void **state)
{
    static const char *const names[] = { "/nonexistent/scope", "/tmp" };
    (void)state;

    for (size_t i = 0; i < N_OF(names); i++) {
        const char *files[] = { names[i], NULL };
        const struct ex_scope_options opt = { .opt_outs = files };
        struct ex_error err = { "" };
        struct ex_scope *s;

        assert_int_equal(ex_scope_new(&s, &opt, &err), EX_EINPUT);
        assert_non_null(strstr(err.text, names[i]));
    }
}

static void bad_words(void **state)
{
    static const char *const words[] = {
        "", "a.example,", ",a.example", "a.example,,b.example", "a.example:443", ".example.com"
    };
    (void)state;

    for (size_t i = 0; i < N_OF(words); i++) {
        const char *excludes[] = { words[i], NULL };
        const struct ex_scope_options opt = { .excludes = excludes };
        struct ex_error err = { "" };
        struct ex_scope *s;

        if (ex_scope_new(&s, &opt, &err) != EX_EUSAGE || !strstr(err.text, "--exclude"))
            fail_msg("\"%s\": %s", words[i], err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_lists),  cmocka_unit_test(empty_denies_all),
        cmocka_unit_test(names_only),     cmocka_unit_test(addresses_only),
        cmocka_unit_test(both),           cmocka_unit_test(ranks),
        cmocka_unit_test(several_scopes), cmocka_unit_test(bad_files),
        cmocka_unit_test(unreadable),     cmocka_unit_test(bad_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
