// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "out/json.h"
#include "out/utf8.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Memory that runs out after so many allocations, for good or for one of them: the program is
 * linked with --wrap. */
static size_t allocations_left = SIZE_MAX;
static bool comes_back;

void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_realloc(void *p, size_t n)
{
    if (allocations_left > 0) {
        allocations_left--;
        return __real_realloc(p, n);
    }
    if (comes_back)
        allocations_left = SIZE_MAX;
    return NULL;
}

static void commas_and_brackets(void **state)
{
    static const char want[] =
        "{\"a\":1,\"b\":[],\"c\":{},\"d\":[[],{\"e\":null},2,\"\"],\"f\":true,"
        "\"g\":{\"h\":{\"i\":false}},\"j\":\"\"}\n";
    struct ex_json j = { 0 };
    size_t n;
    (void)state;

    for (int i = 0; i < 2; i++) { /* the second time in the same memory */
        ex_json_begin(&j);
        ex_json_int(&j, "a", 1);
        ex_json_array(&j, "b");
        ex_json_close(&j);
        ex_json_object(&j, "c");
        ex_json_close(&j);
        ex_json_array(&j, "d");
        ex_json_array(&j, NULL);
        ex_json_close(&j);
        ex_json_object(&j, NULL);
        ex_json_null(&j, "e");
        ex_json_close(&j);
        ex_json_int(&j, NULL, 2);
        ex_json_text(&j, NULL, "");
        ex_json_close(&j);
        ex_json_bool(&j, "f", true);
        ex_json_object(&j, "g");
        ex_json_object(&j, "h");
        ex_json_bool(&j, "i", false);
        ex_json_close(&j);
        ex_json_close(&j);
        ex_json_span(&j, "j", (struct ex_span){ 0 });
        assert_string_equal(ex_json_end(&j, &n), want);
        assert_int_equal(n, strlen(want));
    }
    ex_json_begin(&j);
    assert_string_equal(ex_json_end(&j, &n), "{}\n");
    ex_json_free(&j);
    assert_null(j.text);
}

static void numbers(void **state)
{
    static const struct {
        int64_t value;
        const char *want;
    } ints[] = {
        { 0, "{\"k\":0}\n" },
        { -1, "{\"k\":-1}\n" },
        { 1234567890, "{\"k\":1234567890}\n" },
        { INT64_MAX, "{\"k\":9223372036854775807}\n" },
        { INT64_MIN, "{\"k\":-9223372036854775808}\n" },
    };
    static const struct {
        unsigned share;
        const char *want;
    } shares[] = {
        { 0, "{\"k\":0.0}\n" },     { 1, "{\"k\":0.0001}\n" },    { 50, "{\"k\":0.005}\n" },
        { 5000, "{\"k\":0.5}\n" },  { 7142, "{\"k\":0.7142}\n" }, { 9999, "{\"k\":0.9999}\n" },
        { 10000, "{\"k\":1.0}\n" },
    };
    struct ex_json j = { 0 };
    size_t n;
    (void)state;

    for (size_t i = 0; i < N_OF(ints); i++) {
        ex_json_begin(&j);
        ex_json_int(&j, "k", ints[i].value);
        assert_string_equal(ex_json_end(&j, &n), ints[i].want);
    }
    for (size_t i = 0; i < N_OF(shares); i++) {
        ex_json_begin(&j);
        ex_json_ratio(&j, "k", shares[i].share);
        assert_string_equal(ex_json_end(&j, &n), shares[i].want);
    }
    ex_json_free(&j);
}

/* What a text becomes, read back by somebody else. */
static void check_text(struct ex_json *j, struct ex_span raw, bool is_body)
{
    char want[64 * EX_UTF8_GROWTH + 1];
    const size_t want_n = (is_body ? ex_utf8_escape : ex_utf8_visible)(want, sizeof(want), raw);
    size_t n;
    const char *line;
    json_t *back;

    ex_json_begin(j);
    (is_body ? ex_json_bytes : ex_json_span)(j, "k", raw);
    line = ex_json_end(j, &n);
    assert_non_null(line);
    back = json_loadb(line, n, 0, NULL);
    const char *got = json_string_value(json_object_get(back, "k"));
    if (!got || strcmp(got, want) != 0 || strlen(got) != want_n)
        fail_msg("wanted \"%s\": %s", want, line);
    json_decref(back);
}

/* Every byte at every place of a word and behind it, alone and before what is part of UTF-8. */
static void every_byte(void **state)
{
    enum { LENGTH = 19 };
    struct ex_json j = { 0 };
    uint8_t raw[LENGTH];
    (void)state;

    for (unsigned byte = 0; byte < 256; byte++)
        for (size_t at = 0; at < LENGTH; at++) {
            memset(raw, '~', sizeof(raw));
            raw[at] = (uint8_t)byte;
            check_text(&j, (struct ex_span){ raw, LENGTH }, false);
            check_text(&j, (struct ex_span){ raw, LENGTH }, true);
            raw[(at + 1) % LENGTH] = 0x80;
            raw[(at + 2) % LENGTH] = '\\';
            check_text(&j, (struct ex_span){ raw, LENGTH }, false);
            check_text(&j, (struct ex_span){ raw, LENGTH }, true);
        }
    ex_json_free(&j);
}

static void write_much(struct ex_json *j)
{
    enum { TEXTS = 3000, TEXT_BYTES = 60 };
    uint8_t raw[TEXT_BYTES];

    memset(raw, 0xff, sizeof(raw)); /* each becomes five */
    ex_json_begin(j);
    ex_json_array(j, "texts");
    for (int i = 0; i < TEXTS; i++) {
        ex_json_object(j, NULL);
        ex_json_int(j, "number", i);
        ex_json_bytes(j, "text", (struct ex_span){ raw, sizeof(raw) });
        ex_json_close(j);
    }
    ex_json_close(j);
}

static void memory_runs_out(void **state)
{
    struct ex_json j = { 0 };
    const char *line = NULL;
    size_t n = 0, needed;
    (void)state;

    for (needed = 0; !line; needed++) {
        ex_json_free(&j);
        allocations_left = needed;
        write_much(&j);
        line = ex_json_end(&j, &n);
        allocations_left = SIZE_MAX;
        if (!line)
            assert_int_equal(n, 0);
        assert_true(needed < 100);
    }
    assert_true(needed > 5); /* it did grow, step by step */
    json_t *back = json_loadb(line, n, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(back, "texts")), 3000);
    json_decref(back);

    /* A line with a hole in it is none, even if there is memory for the rest. */
    comes_back = true;
    for (size_t i = 0; i + 1 < needed; i++) {
        ex_json_free(&j);
        allocations_left = i;
        write_much(&j);
        assert_null(ex_json_end(&j, &n));
    }
    comes_back = false;

    /* What was lost is said of its line and of no other. */
    ex_json_free(&j);
    allocations_left = 1;
    write_much(&j);
    assert_null(ex_json_end(&j, &n));
    ex_json_begin(&j);
    ex_json_int(&j, "k", 1);
    assert_string_equal(ex_json_end(&j, &n), "{\"k\":1}\n");
    allocations_left = SIZE_MAX;
    ex_json_free(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_and_brackets),
        cmocka_unit_test(numbers),
        cmocka_unit_test(every_byte),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
