// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/accept.h"
#include "swept.h"

/* Accepted risks: what the file may say, what an entry covers, and what reports make of it. */

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define BY      ",\"reason\":\"CHG-1\",\"by\":\"J. Doe\""

static int32_t day(const char *text)
{
    int32_t d;

    assert_int_equal(ex_day_parse(ex_span_str(text), &d), EX_OK);
    return d;
}

static enum ex_status load(struct ex_accepted **out, const char *text, const char *today,
                           struct ex_error *err)
{
    FILE *f = fmemopen((void *)text, strlen(text), "r");
    enum ex_status st;

    assert_non_null(f);
    st = ex_accepted_load(out, f, "f.json", day(today), err);
    fclose(f);
    return st;
}

static void refusals(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        { "{}", "f.json: accepted risks are a JSON array of at most 10000 objects" },
        { "[1]", "f.json: entry 1: is no JSON object" },
        { "[{\"rule\":\"a\"" BY "},{\"target\":\"x\"" BY "}]",
          "f.json: entry 2: says neither which \"rule\" nor the \"id\" of which finding" },
        { "[{\"rule\":\"a\",\"by\":\"me\"}]",
          "f.json: entry 1: a risk is accepted with a \"reason\" and \"by\" somebody" },
        { "[{\"rule\":\"a\",\"expire\":\"2026-11-23\"" BY "}]",
          "f.json: entry 1: there is rule, id, target, reason, by and expires, but no \"expire\"" },
        { "[{\"rule\":\"a\",\"expires\":\"23.11.2026\"" BY "}]",
          "f.json: entry 1: \"expires\" is a day, YYYY-MM-DD, and not \"23.11.2026\"" },
        { "[{\"rule\":\"\"" BY "}]",
          "f.json: entry 1: no text of 1 to 511 bytes is the value of \"rule\"" },
        { "[{\"rule\":7" BY "}]",
          "f.json: entry 1: no text of 1 to 511 bytes is the value of \"rule\"" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_accepted *all;
        struct ex_error err = { "" };

        if (load(&all, rows[i].text, "2026-11-23", &err) != EX_EINPUT || all ||
            strcmp(err.text, rows[i].message) != 0)
            fail_msg("row %zu: %s", i, err.text);
    }
}

static void syntax_errors_name_the_line(void **state)
{
    struct ex_accepted *all;
    struct ex_error err = { "" };
    (void)state;

    assert_int_equal(load(&all, "[\n{\"rule\":\n}]", "2026-11-23", &err), EX_EINPUT);
    assert_int_equal(strncmp(err.text, "f.json:3: no valid JSON: ", 25), 0);
}

static void coverage(void **state)
{
    static const struct {
        const char *entry, *rule, *target;
        bool covered;
    } rows[] = {
        { "\"rule\":\"ecp-reachable\"", "ecp-reachable", "a.example:443", true },
        { "\"rule\":\"ecp-reachable\"", "tls-legacy", "a.example:443", false },
        { "\"rule\":\"x\",\"target\":\"*.example\"", "x", "a.example:443", true },
        { "\"rule\":\"x\",\"target\":\"A.Example\"", "x", "a.example:443", true },
        { "\"rule\":\"x\",\"target\":\"a.example:8443\"", "x", "a.example:443", false },
        { "\"rule\":\"x\",\"target\":\"a.example:443\"", "x", "a.example:443", true },
        { "\"rule\":\"x\",\"target\":\"a?example\"", "x", "ab.example:443", false },
        { "\"id\":\"0123456789abcdef\"", "x", "a.example:443", true },
        { "\"id\":\"0123456789abcdee\"", "x", "a.example:443", false },
        { "\"rule\":\"y\",\"id\":\"0123456789abcdef\"", "x", "a.example:443", false },
        { "\"rule\":\"x\",\"expires\":\"2026-11-24\"", "x", "a.example:443", true },
        { "\"rule\":\"x\",\"expires\":\"2026-11-23\"", "x", "a.example:443", false }, /* that day */
        { "\"rule\":\"x\",\"expires\":null,\"target\":null", "x", "a.example:443", true },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char text[512];
        struct ex_accepted *all;
        struct ex_error err = { "" };

        snprintf(text, sizeof(text), "[{%s" BY "}]", rows[i].entry);
        if (load(&all, text, "2026-11-23", &err) != EX_OK)
            fail_msg("row %zu: %s", i, err.text);
        if (!!ex_accepted_find(all, rows[i].rule, "0123456789abcdef", rows[i].target) !=
            rows[i].covered)
            fail_msg("row %zu: %s", i, rows[i].entry);
        ex_accepted_free(all);
    }
}

/* An expired entry is in use, though it covers nothing: whoever wrote it is told so. */
static void use_is_counted(void **state)
{
    struct ex_accepted *all;
    struct ex_error err = { "" };
    (void)state;

    assert_int_equal(load(&all,
                          "[{\"rule\":\"x\",\"expires\":\"2020-01-01\"" BY "},{\"rule\":\"x\"" BY
                          "},{\"rule\":\"y\"" BY "}]",
                          "2026-11-23", &err),
                     EX_OK);
    assert_ptr_equal(ex_accepted_find(all, "x", "i", "t:443"), &all->at[1]);
    assert_true(all->at[0].expired);
    assert_int_equal(all->at[0].n_used, 1);
    assert_int_equal(all->at[1].n_used, 1);
    assert_int_equal(all->at[2].n_used, 0);
    ex_accepted_free(all);
}

/* Shown with its reason, counted apart, nothing to do about it, and the host as bad as the rest. */
static void in_a_report(void **state)
{
    static const char record[] =
        "{\"type\":\"run\",\"schema\":\"exprobe/1\",\"run_id\":\"a\"}\n"
        "{\"type\":\"host\",\"target\":\"a:443\",\"address\":\"1\",\"state\":\"answered\","
        "\"severity\":\"high\",\"exchange\":{\"present\":\"yes\"},\"findings\":["
        "{\"id\":\"1\",\"rule\":\"x\",\"severity\":\"high\",\"title\":\"X\",\"action\":\"Do X\"},"
        "{\"id\":\"2\",\"rule\":\"y\",\"severity\":\"low\",\"title\":\"Y\",\"action\":\"Do Y\"}]}\n"
        "{\"type\":\"end\",\"interrupted\":false,\"hosts\":1}\n";
    const struct ex_text_options opt = { .width = 100, .details = true };
    struct ex_accepted *all;
    struct ex_error err = { "" };
    char *text;
    (void)state;

    assert_int_equal(
        load(&all, "[{\"rule\":\"x\",\"expires\":\"2027-01-01\"" BY "}]", "2026-11-23", &err),
        EX_OK);
    struct swept s = sweep_bytes(record, strlen(record), "f", all);
    assert_int_equal(s.sweep->all.at[0]->severity, EX_SEV_LOW);
    assert_int_equal(s.sweep->all.n_accepted, 1);
    assert_int_equal(s.sweep->all.n_actions, 1);
    assert_string_equal(s.sweep->all.actions[0].text, "Do Y");
    text = text_report_of(&s, &opt);
    assert_non_null(strstr(text, "1 host: 1 low"));
    assert_non_null(strstr(text, "  Accepted    1 finding was accepted"));
    assert_non_null(strstr(text, "by J. Doe: CHG-1, until 2027-01-01"));
    free(text);
    unsweep(&s);
    ex_accepted_free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals),    cmocka_unit_test(syntax_errors_name_the_line),
        cmocka_unit_test(coverage),    cmocka_unit_test(use_is_counted),
        cmocka_unit_test(in_a_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
