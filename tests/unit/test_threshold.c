// SPDX-License-Identifier: MIT
#include "cmd/threshold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const struct ex_rule_row rules[] = { { .id = "ecp-reachable" },
                                            { .id = "missing-updates" } };
static const struct ex_catalog cat = { .rules = rules, .n_rules = N_OF(rules) };

/* A host with two findings: missing-updates (high) and ecp-reachable (medium). */
static void reached(void **state)
{
    static struct ex_findings found = {
        .at = { &found.kept[0], &found.kept[1] },
        .kept = { { .rule = &rules[1], .severity = EX_SEV_HIGH },
                  { .rule = &rules[0], .severity = EX_SEV_MEDIUM } },
        .n = 2,
        .severity = EX_SEV_HIGH,
    };
    static const struct ex_findings none = { .n = 0 };
    static const struct {
        const char *text;
        bool reached;
    } rows[] = {
        { NULL, false },
        { "", false },
        { "critical", false },
        { "high", true },
        { "info", true },
        { "critical,medium", true }, /* the lower one counts */
        { "ecp-reachable", true },
        { "critical,missing-updates", true },
        { "missing-updates,", true },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_threshold t;
        struct ex_error err = { "" };

        if (ex_threshold_parse(&t, rows[i].text, &cat, &err) != EX_OK ||
            ex_threshold_reached(&t, &found) != rows[i].reached || ex_threshold_reached(&t, &none))
            fail_msg("\"%s\": %s", rows[i].text ? rows[i].text : "(none)", err.text);
    }
    /* A rule that was not found does not count because of its severity. */
    struct ex_threshold t;
    struct ex_error err = { "" };
    assert_int_equal(ex_threshold_parse(&t, "ecp-reachable", &cat, &err), EX_OK);
    found.n = 1;
    assert_false(ex_threshold_reached(&t, &found));
}

static void refused(void **state)
{
    static const char *const texts[] = { "severe",   "none",           "HIGH",
                                         "high;low", "missing-update", "high,,low" };
    (void)state;

    for (size_t i = 0; i < N_OF(texts); i++) {
        struct ex_threshold t;
        struct ex_error err = { "" };

        if (ex_threshold_parse(&t, texts[i], &cat, &err) != EX_EUSAGE ||
            !strstr(err.text, "--fail-on"))
            fail_msg("\"%s\" is taken: %s", texts[i], err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reached),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
