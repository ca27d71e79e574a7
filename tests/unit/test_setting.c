// SPDX-License-Identifier: MIT
#include "core/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define SPAN(s) ((struct ex_span){ (const uint8_t *)(s), sizeof(s) - 1 })
#define READ(s) ((struct ex_setting_reader){ .left = ex_cur_of(s) })

static void lines_that_are_read(void **state)
{
    static const struct {
        const char *line;
        enum ex_setting_kind kind;
        const char *name, *value;
    } rows[] = {
        { "", EX_SETTING_END, "", "" },
        { " \t", EX_SETTING_END, "", "" },
        { "# rate = 5", EX_SETTING_END, "", "" },
        { "  # rate = 5", EX_SETTING_END, "", "" },
        { "rate = 5", EX_SETTING_VALUE, "rate", "5" },
        { "rate=5", EX_SETTING_VALUE, "rate", "5" },
        { "\trate\t=\t5\t\r", EX_SETTING_VALUE, "rate", "5" },
        { "\xef\xbb\xbfrate = 5", EX_SETTING_VALUE, "rate", "5" },
        { "rate = 5 # slow", EX_SETTING_VALUE, "rate", "5" },
        { "rate = 5\t#slow", EX_SETTING_VALUE, "rate", "5" },
        { "list = a#b", EX_SETTING_VALUE, "list", "a#b" },
        { "list = a b", EX_SETTING_VALUE, "list", "a b" },
        { "contact = a=b, c \"d\"", EX_SETTING_VALUE, "contact", "a=b, c \"d\"" },
        { "contact = \xc3\xa4", EX_SETTING_VALUE, "contact", "\xc3\xa4" },
        { "list = \" a # b \"", EX_SETTING_VALUE, "list", " a # b " },
        { "list = \"a\" # b", EX_SETTING_VALUE, "list", "a" },
        { "list = \"\\\"\\\\\"", EX_SETTING_VALUE, "list", "\"\\" },
        { "list = a\\b", EX_SETTING_VALUE, "list", "a\\b" },
        { "[scan]", EX_SETTING_SECTION, "scan", "" },
        { " [ scan ] # c", EX_SETTING_SECTION, "scan", "" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_setting_reader r = READ(ex_span_str(rows[i].line));
        struct ex_error err = { "" };
        struct ex_setting s;
        const enum ex_status st = ex_setting_next(&r, &s, &err);

        if (st != EX_OK || s.kind != rows[i].kind || strcmp(s.name, rows[i].name) != 0 ||
            strcmp(s.value, rows[i].value) != 0)
            fail_msg("row %zu (%s): %s: kind %d, \"%s\" = \"%s\"", i, rows[i].line, err.text,
                     s.kind, s.name, s.value);
    }
}

static void lines_that_are_refused(void **state)
{
    static const struct {
        struct ex_span line;
        const char *says;
    } rows[] = {
        { SPAN("rate"), "write NAME = VALUE" },
        { SPAN("rate 5"), "write NAME = VALUE" },
        { SPAN("rate ="), "no value" },
        { SPAN("rate = # 5"), "no value" },
        { SPAN("rate = \"\""), "no value" },
        { SPAN("= 5"), "no option or command has such a name" },
        { SPAN("--rate = 5"), "without the dashes" },
        { SPAN("Rate = 5"), "in lower case" },
        { SPAN("host_delay = 5"), "names are those of --help" },
        { SPAN("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 5"), "no option or command" },
        { SPAN("[scan"), "write [COMMAND]" },
        { SPAN("[scan] x"), "text behind the end" },
        { SPAN("[scan]# x"), "text behind the end" },
        { SPAN("[]"), "no option or command" },
        { SPAN("list = \"a"), "not closed" },
        { SPAN("list = \"a\\"), "backslash" },
        { SPAN("list = \"a\\n\""), "backslash" },
        { SPAN("list = \"a\" b"), "text behind the end" },
        { SPAN("list = a\0b"), "control character" },
        { SPAN("list = a\x1b[2J"), "control character" },
        { SPAN("list = a\x7f"), "control character" },
        { SPAN("list = a\xc2\x85"), "control character" },
        { SPAN("list = a\rb"), "control character" },
        { SPAN("list = \xff"), "UTF-8" },
        { SPAN("\xff\xfel\0i\0"), "UTF-8" },
        { SPAN("# \xff"), "UTF-8" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_setting_reader r = READ(rows[i].line);
        struct ex_error err = { "" };
        struct ex_setting s;
        const enum ex_status st = ex_setting_next(&r, &s, &err);

        if (st != EX_ESYNTAX || !strstr(err.text, rows[i].says))
            fail_msg("row %zu: %s: \"%s\"", i, ex_status_str(st), err.text);
    }
}

static void a_file_is_read_line_by_line(void **state)
{
    struct ex_setting_reader r = READ(SPAN("\n# one\nrate = 5\r\n\nbad\n[scan]\nlist = a"));
    struct ex_setting s;
    (void)state;

    assert_int_equal(ex_setting_next(&r, &s, NULL), EX_OK);
    assert_string_equal(s.name, "rate");
    assert_int_equal(r.line, 3);
    assert_int_equal(ex_setting_next(&r, &s, NULL), EX_ESYNTAX);
    assert_int_equal(r.line, 5);
    assert_int_equal(ex_setting_next(&r, &s, NULL), EX_OK);
    assert_int_equal(s.kind, EX_SETTING_SECTION);
    assert_int_equal(ex_setting_next(&r, &s, NULL), EX_OK);
    assert_string_equal(s.value, "a");
    assert_int_equal(r.line, 7);
    assert_int_equal(ex_setting_next(&r, &s, NULL), EX_OK);
    assert_int_equal(s.kind, EX_SETTING_END);
}

static void a_line_has_a_limit(void **state)
{
    static char line[EX_SETTING_LINE_MAX + 2] = "list = ";
    struct ex_setting_reader r;
    struct ex_setting s;
    (void)state;

    memset(line + 7, 'x', EX_SETTING_LINE_MAX - 7);
    r = READ(ex_span_str(line));
    assert_int_equal(ex_setting_next(&r, &s, NULL), EX_OK);
    assert_int_equal(strlen(s.value), EX_SETTING_LINE_MAX - 7);
    line[EX_SETTING_LINE_MAX] = 'x';
    r = READ(ex_span_str(line));
    assert_int_equal(ex_setting_next(&r, &s, NULL), EX_ESYNTAX);
}

static void what_is_written_is_quoted_only_where_it_must(void **state)
{
    static const char *const rows[][2] = {
        { "a", "a" },
        { "a b=c", "a b=c" },
        { "a#b", "a#b" },
        { "say \"x\"", "say \"x\"" },
        { "a # b", "\"a # b\"" },
        { "#a", "\"#a\"" },
        { " a", "\" a\"" },
        { "a\t", "\"a\t\"" },
        { "\"a\" \\", "\"\\\"a\\\" \\\\\"" },
    };
    char to[EX_SETTING_QUOTED_SIZE];
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        assert_string_equal(ex_setting_quote(to, rows[i][0]), rows[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_are_read),
        cmocka_unit_test(lines_that_are_refused),
        cmocka_unit_test(a_file_is_read_line_by_line),
        cmocka_unit_test(a_line_has_a_limit),
        cmocka_unit_test(what_is_written_is_quoted_only_where_it_must),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
