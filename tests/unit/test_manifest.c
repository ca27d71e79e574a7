// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "data/manifest.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { TEXT_MAX = 2 * EX_MANIFEST_MAX };

static void make(struct ex_manifest *m)
{
    *m = (struct ex_manifest){ .serial = 7 };
    assert_int_equal(ex_day_parse(ex_span_str("2026-11-11"), &m->date_day), EX_OK);
    memset(m->sha256, 'a', EX_SET_HASH_TEXT - 1);
    for (size_t i = 0; i < EX_N_DATA_FILES; i++) {
        memset(m->files[i].sha256, "0123456789abcdef"[i], EX_SET_HASH_TEXT - 1);
        m->files[i].size = i + 1;
    }
}

/* A manifest in which the first @find is @put. */
static size_t edited(char to[static TEXT_MAX], const char *find, const char *put)
{
    char text[EX_MANIFEST_MAX];
    struct ex_manifest m;

    make(&m);
    ex_manifest_format(text, &m);
    char *at = strstr(text, find);
    assert_non_null(at);
    return (size_t)snprintf(to, TEXT_MAX, "%.*s%s%s", (int)(at - text), text, put,
                            at + strlen(find));
}

static void a_manifest_comes_back(void **state)
{
    char text[EX_MANIFEST_MAX], again[EX_MANIFEST_MAX];
    struct ex_manifest m, read;
    struct ex_error err = { "" };
    (void)state;

    make(&m);
    m.files[0].size = EX_DATA_FILE_MAX;
    m.serial = EX_SET_SERIAL_MAX;
    const size_t n = ex_manifest_format(text, &m);
    assert_int_equal(ex_manifest_parse(&read, (struct ex_span){ (uint8_t *)text, n }, &err), EX_OK);
    assert_int_equal(read.date_day, m.date_day);
    assert_int_equal(read.serial, EX_SET_SERIAL_MAX);
    assert_int_equal(read.files[0].size, EX_DATA_FILE_MAX);
    assert_int_equal(read.files[EX_FILE_META].size, EX_FILE_META + 1);
    assert_int_equal(ex_manifest_format(again, &read), n);
    assert_string_equal(again, text);
}

static void manifests_refused(void **state)
{
    static const struct {
        const char *find, *put, *says;
    } rows[] = {
        { "exprobe-manifest/1", "exprobe-manifest/2", "line 1: exprobe-manifest/1, not" },
        { "exprobe-manifest/1\n", "", "line 1" },
        { "date 2026-11-11", "date 2026-11-31", "line 2: date YYYY-MM-DD" },
        { "date 2026-11-11", "date 11.11.2026", "line 2" },
        { "date 2026-11-11", "date  2026-11-11", "line 2" },
        { "date 2026-11-11", "date", "line 2" },
        { "date 2026-11-11\n", "", "line 2: date" },
        { "serial 7", "serial 0", "line 3: serial" },
        { "serial 7", "serial 07", "line 3" },
        { "serial 7", "serial -7", "line 3" },
        { "serial 7", "serial 1000000", "line 3" },
        { "serial 7", "serial 99999999999999999999", "line 3" },
        { "serial 7", "serial 7 ", "line 3" },
        { "set a", "set A", "line 4: set" },
        { "set a", "set ", "line 4" },
        { "set a", "set aa", "line 4" },
        { " 1 advice.json", " 1 ../advice.json", "line 5: file" },
        { " 1 advice.json", " 1 /etc/passwd", "line 5" },
        { " 1 advice.json", " 1 advice.json\r", "line 5" },
        { " 1 advice.json", " 0 advice.json", "line 5" },
        { " 1 advice.json", " 4194305 advice.json", "size from 1 to 4194304" },
        { " 1 advice.json", " 18446744073709551617 advice.json", "line 5" },
        { " 1 advice.json", " advice.json", "line 5" },
        { " 1 advice.json", "", "line 5" },
        { "file 0", "file g", "line 5" },
        { "file 0", "link 0", "line 5: file" },
        { " 2 aliases.json", " 1 advice.json", "line 6" },
        { " 15 sources.json\n", " 15 sources.json", "line 19: the manifest ends here" },
        { " 15 sources.json\n", " 15 sources.json\n\n", "line 20: nothing after" },
        { " 15 sources.json\n", " 15 sources.json\nfile x 1 y\n", "line 20: nothing after" },
        { " 15 sources.json\n", " 15 sources.json\n\x1b[2J", "\\x1b" },
    };
    char text[TEXT_MAX];
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const size_t n = edited(text, rows[i].find, rows[i].put);
        struct ex_manifest m = { .serial = 4711 };
        struct ex_error err = { "" };
        const enum ex_status st =
            ex_manifest_parse(&m, (struct ex_span){ (uint8_t *)text, n }, &err);

        if (st != EX_EINPUT || !strstr(err.text, rows[i].says) || m.serial != 4711)
            fail_msg("row %zu, %s: %s: %s", i, rows[i].put, ex_status_str(st), err.text);
    }
}

static void every_cut_of_a_manifest_is_refused(void **state)
{
    char text[TEXT_MAX];
    const size_t n = edited(text, "serial", "serial");
    struct ex_manifest m;
    struct ex_error err;
    (void)state;

    for (size_t i = 0; i < n; i++)
        assert_int_equal(ex_manifest_parse(&m, (struct ex_span){ (uint8_t *)text, i }, &err),
                         EX_EINPUT);
    assert_int_equal(ex_manifest_parse(&m, (struct ex_span){ NULL, 0 }, &err), EX_EINPUT);
}

static void a_signature_comes_back(void **state)
{
    struct ex_signature s = { "0123456789abcdef", { 0 }, 1341 }, read;
    char line[EX_SIGNATURE_LINE + 1];
    struct ex_error err = { "" };
    (void)state;

    for (size_t i = 0; i < EX_SIGNATURE_BYTES; i++)
        s.bytes[i] = (uint8_t)(i * 5 + 1);
    ex_signature_format(line, &s);
    assert_int_equal(strlen(line), EX_SIGNATURE_LINE);
    assert_int_equal(ex_signature_parse(&read, ex_span_str(line), &err), EX_OK);
    assert_string_equal(read.key_id, s.key_id);
    assert_memory_equal(read.bytes, s.bytes, EX_SIGNATURE_BYTES);
    assert_int_equal(read.manifest_bytes, 1341);
}

static void signatures_refused(void **state)
{
    static const struct {
        size_t at;
        char put;
    } rows[] = {
        { 0, 'E' },                                /* the name of the form */
        { 18, '2' },                               /* its version */
        { 27, '_' },                               /* before the key */
        { 28, 'A' },                               /* upper case */
        { 43, 'g' },                               /* no hex digit */
        { 44, '0' },                               /* between key and signature */
        { 45, 'x' },  { 172, 'Z' }, { 173, '\t' }, /* between signature and length */
        { 174, '-' }, { 178, 'a' }, { 179, '\r' }, /* the end of the line */
    };
    struct ex_signature s = { "0123456789abcdef", { 0 }, 1341 }, read;
    char line[EX_SIGNATURE_LINE + 1];
    struct ex_error err;
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        ex_signature_format(line, &s);
        line[rows[i].at] = rows[i].put;
        err.text[0] = '\0';
        if (ex_signature_parse(&read, ex_span_str(line), &err) != EX_EINPUT || !err.text[0])
            fail_msg("row %zu was accepted", i);
    }
    for (size_t n = 0; n < EX_SIGNATURE_LINE; n++) {
        ex_signature_format(line, &s);
        assert_int_equal(ex_signature_parse(&read, (struct ex_span){ (uint8_t *)line, n }, &err),
                         EX_EINPUT);
    }
    /* A length of nothing, and one that is too much. */
    s.manifest_bytes = 0;
    ex_signature_format(line, &s);
    assert_int_equal(ex_signature_parse(&read, ex_span_str(line), &err), EX_EINPUT);
    s.manifest_bytes = EX_MANIFEST_MAX + 1;
    ex_signature_format(line, &s);
    assert_int_equal(ex_signature_parse(&read, ex_span_str(line), &err), EX_EINPUT);
}

static void the_later_date_is_newer_then_the_serial(void **state)
{
    struct ex_manifest a, b;
    (void)state;

    make(&a);
    make(&b);
    assert_int_equal(ex_manifest_cmp(&a, &b), 0);
    b.serial = 8;
    assert_true(ex_manifest_cmp(&a, &b) < 0);
    a.date_day++;
    assert_true(ex_manifest_cmp(&a, &b) > 0);
    assert_true(ex_manifest_cmp(&b, &a) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manifest_comes_back),
        cmocka_unit_test(manifests_refused),
        cmocka_unit_test(every_cut_of_a_manifest_is_refused),
        cmocka_unit_test(a_signature_comes_back),
        cmocka_unit_test(signatures_refused),
        cmocka_unit_test(the_later_date_is_newer_then_the_serial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
