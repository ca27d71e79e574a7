// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scoped.h"

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
        size_t n_text = 0;

        for (unsigned i = 0; i < N; i++) {
            make_name(&x, name);
            snprintf(entries[i], sizeof(entries[i]), "%s%s", next_number(&x) % 2 ? "*." : "", name);
            n_text += (size_t)snprintf(text + n_text, 72, "%.69s\n", entries[i]);
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
        cmocka_unit_test(canonical_form),
        cmocka_unit_test(names_agree_with_the_definition),
        cmocka_unit_test(networks_agree_with_the_definition),
        cmocka_unit_test(long_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
