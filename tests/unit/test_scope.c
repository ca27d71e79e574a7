// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "input/scope.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { FILES_MAX = 4, FILE_NAME = 64 };

/* Lists in files, which are gone after the test. */
struct lists {
    char name[FILES_MAX][FILE_NAME];
    size_t n;
};

static const char *file_of(struct lists *l, const char *text)
{
    char *name = l->name[l->n++];

    snprintf(name, FILE_NAME, "/tmp/test_scope_XXXXXX");
    const int fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    return name;
}

static void forget(struct lists *l)
{
    while (l->n > 0)
        unlink(l->name[--l->n]);
}

/* NULL for what is not given. */
static struct ex_scope *scope_of(const char *scope, const char *exclude, const char *opt_out)
{
    struct lists l = { .n = 0 };
    const char *scopes[] = { scope ? file_of(&l, scope) : NULL, NULL };
    const char *excludes[] = { exclude ? file_of(&l, exclude) : NULL, NULL };
    const char *opt_outs[] = { opt_out ? file_of(&l, opt_out) : NULL, NULL };
    const struct ex_scope_options opt = { .scopes = scopes,
                                          .exclude_files = excludes,
                                          .opt_outs = opt_outs };
    struct ex_error err = { "" };
    struct ex_scope *s;

    if (ex_scope_new(&s, &opt, &err) != EX_OK)
        fail_msg("%s", err.text);
    forget(&l);
    return s;
}

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

static void put_entry(const char *entry, void *arg)
{
    const size_t n = strlen(arg);

    snprintf((char *)arg + n, 256 - n, "%s;", entry);
}

/* What a file is compared by when a sweep is gone on with. */
static void canonical_form(void **state)
{
    char one[256] = "", other[256] = "";
    struct ex_scope *a = scope_of("192.0.2.0/24\nb.example\n*.a.example\na.example\n", NULL, NULL);
    struct ex_scope *b = scope_of("A.example. # one\n\nb.EXAMPLE\n*.A.example\na.example\n"
                                  "192.0.2.0/24\n",
                                  NULL, NULL);
    (void)state;

    ex_scope_each(a, EX_SCOPE_ALLOWED, put_entry, one);
    ex_scope_each(b, EX_SCOPE_ALLOWED, put_entry, other);
    assert_string_equal(one, ";a.example;b.example;*.a.example;192.0.2.0/24;");
    assert_string_equal(other, one);
    ex_scope_free(a);
    ex_scope_free(b);
}

/* A repeatable sequence of numbers: the same failures every time. */
static uint32_t next_number(uint64_t *x)
{
    *x = *x * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*x >> 33);
}

/* Does the name fall under the entry, by the definition? */
static bool matches(const char *entry, const char *name)
{
    const size_t n = strlen(name);

    if (strncmp(entry, "*.", 2) != 0)
        return strcmp(entry, name) == 0;
    const size_t suffix_n = strlen(entry + 1); /* with its dot */
    return n > suffix_n && strcmp(name + n - suffix_n, entry + 1) == 0;
}

/* Names of few letters, so that they are often parents, neighbours and extensions of each other. */
static void make_name(uint64_t *x, char to[static 64])
{
    const unsigned labels = 1 + next_number(x) % 4;
    size_t n = 0;

    for (unsigned i = 0; i < labels; i++) {
        const unsigned letters = 1 + next_number(x) % 2;

        if (i > 0)
            to[n++] = '.';
        for (unsigned k = 0; k < letters; k++)
            to[n++] = (char)('a' + next_number(x) % 2);
    }
    to[n] = '\0';
}

static void names_agree_with_the_definition(void **state)
{
    enum { N = 40, TRIES = 3000, ROUNDS = 20 };
    uint64_t x = 7;
    (void)state;

    for (unsigned round = 0; round < ROUNDS; round++) {
        char entries[N][70], text[N * 72] = "", name[64];

        for (unsigned i = 0; i < N; i++) {
            make_name(&x, name);
            snprintf(entries[i], sizeof(entries[i]), "%s%s", next_number(&x) % 2 ? "*." : "", name);
            snprintf(text + strlen(text), 72, "%s\n", entries[i]);
        }
        struct ex_scope *s = scope_of(text, NULL, NULL);
        for (unsigned k = 0; k < TRIES; k++) {
            char why[EX_DETAIL_SIZE];
            bool want = false;

            make_name(&x, name);
            for (unsigned i = 0; i < N; i++)
                want |= matches(entries[i], name);
            const struct ex_whom whom = { .name = name };
            if ((ex_scope_judge(s, &whom, why) == EX_STATE_ANSWERED) != want)
                fail_msg("%s should be %s by\n%s", name, want ? "in" : "out", text);
        }
        ex_scope_free(s);
    }
}

/* Addresses of which few bits vary, so that networks of all lengths nest and touch. */
static struct ex_addr make_address(uint64_t *x, unsigned family)
{
    struct ex_addr a = { .family = (uint8_t)family };

    for (unsigned i = 0; i < (family == 4 ? 4u : 16u); i++)
        a.bytes[i] = (uint8_t)(next_number(x) % 2 << next_number(x) % 8);
    if (family == 6)
        a.bytes[0] = 0x3f; /* neither IPv4-mapped, NAT64 nor 6to4 */
    return a;
}

static void networks_agree_with_the_definition(void **state)
{
    enum { N = 60, TRIES = 2000, ROUNDS = 20 };
    uint64_t x = 11;
    (void)state;

    for (unsigned round = 0; round < ROUNDS; round++) {
        char text[N * 64] = "", address[EX_ADDR_TEXT];
        struct ex_addr net[N];
        unsigned bits[N];

        for (unsigned i = 0; i < N; i++) {
            const unsigned family = next_number(&x) % 2 ? 4 : 6;

            net[i] = make_address(&x, family);
            bits[i] = next_number(&x) % (family == 4 ? 33 : 129);
            if (bits[i] < 10)
                bits[i] = 10; /* the shorter ones hold everything */
            for (unsigned bit = bits[i]; bit < 128; bit++)
                net[i].bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
            snprintf(text + strlen(text), 64, "%s/%u\n", ex_addr_format(address, &net[i]), bits[i]);
        }
        struct ex_scope *s = scope_of(text, NULL, NULL);
        for (unsigned k = 0; k < TRIES; k++) {
            const struct ex_addr a = make_address(&x, next_number(&x) % 2 ? 4 : 6);
            const struct ex_whom whom = { .address = &a };
            char why[EX_DETAIL_SIZE];
            bool want = false;

            for (unsigned i = 0; i < N; i++)
                want |= ex_addr_in(&a, &net[i], bits[i]);
            if ((ex_scope_judge(s, &whom, why) == EX_STATE_ANSWERED) != want)
                fail_msg("%s should be %s by\n%s", ex_addr_format(address, &a), want ? "in" : "out",
                         text);
        }
        ex_scope_free(s);
    }
}

/* Long enough that a search from front to back would run into the time limit of the test. */
static void long_lists(void **state)
{
    enum { N = 100000, TRIES = 1000000 };
    char *text = malloc(N * 48), why[EX_DETAIL_SIZE], name[64];
    size_t n = 0;
    (void)state;

    for (unsigned i = 0; i < N; i++)
        n += (size_t)snprintf(text + n, 48, i % 2 ? "host%u.example\n" : "10.%u.%u.%u/31\n",
                              i % 2 ? i : i >> 15, i >> 7 & 255, (i & 127) << 1);
    struct ex_scope *s = scope_of(text, text, NULL);
    for (unsigned i = 0; i < TRIES; i++) {
        const struct ex_addr a = { 4, { 10, 99, (uint8_t)(i >> 8), (uint8_t)i } };
        const struct ex_whom whom = { .name = name, .address = &a, .looked_up = true };

        snprintf(name, sizeof(name), "host%u.example", 2 * N + i);
        assert_int_equal(ex_scope_judge(s, &whom, why), EX_STATE_OUT_OF_SCOPE);
    }
    ex_scope_free(s);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_lists),
        cmocka_unit_test(empty_denies_all),
        cmocka_unit_test(names_only),
        cmocka_unit_test(addresses_only),
        cmocka_unit_test(both),
        cmocka_unit_test(ranks),
        cmocka_unit_test(several_scopes),
        cmocka_unit_test(bad_files),
        cmocka_unit_test(unreadable),
        cmocka_unit_test(bad_words),
        cmocka_unit_test(canonical_form),
        cmocka_unit_test(names_agree_with_the_definition),
        cmocka_unit_test(networks_agree_with_the_definition),
        cmocka_unit_test(long_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
