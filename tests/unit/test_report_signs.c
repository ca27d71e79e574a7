// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/put.h"
#include "report/text_parts.h"
#include "swept.h"

/* Signs of an intruder as the report reads them from records and tells them. */

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

#define RUN     "{\"type\":\"run\",\"schema\":\"exprobe/1\",\"run_id\":\"a\"}\n"
#define END(n)  "{\"type\":\"end\",\"interrupted\":false,\"hosts\":" #n "}\n"
/* An Exchange server that answered; @more is further members. */
#define HOST(target, address, severity, more)                                                      \
    "{\"type\":\"host\",\"target\":\"" target "\",\"address\":\"" address                          \
    "\",\"state\":\"answered\",\"severity\":\"" severity                                           \
    "\",\"exchange\":{\"present\":\"yes\"}" more "}\n"
#define PAGE(hash)       ",\"logon_page\":{\"state\":\"genuine\",\"hash\":\"" hash "\"}"
#define BACKDOOR(state)  ",\"backdoor\":{\"state\":\"" state "\"}"
#define FINDINGS(f)      ",\"findings\":[" f "]"
#define FIND(rule, s, a) "{\"rule\":\"" rule "\",\"severity\":\"" s "\",\"action\":\"" a "\"}"

static char *report(const char *text, bool details)
{
    const struct ex_text_options opt = { .width = 100, .details = details };
    struct swept s = sweep_text(text);
    char *out = text_report_of(&s, &opt);

    unsweep(&s);
    return out;
}

static void cells(void **state)
{
    static const struct {
        enum ex_backdoor_state backdoor;
        enum ex_logon_state logon;
        bool hunted;
        const char *full, *brief;
    } rows[] = {
        { EX_BD_NOT_ASSESSED, EX_LP_NOT_ASSESSED, false, "not looked for", "not looked for" },
        { EX_BD_NOT_ASSESSED, EX_LP_GENUINE, true, "not assessed", "not assessed" },
        { EX_BD_NONE_SEEN, EX_LP_GENUINE, true, "none seen", "none seen" },
        { EX_BD_NONE_SEEN, EX_LP_CUSTOMISED, true, "none seen", "none seen" },
        { EX_BD_NONE_SEEN, EX_LP_REVIEW, true, "none seen, logon review", "logon review" },
        { EX_BD_NONE_SEEN, EX_LP_CONFIRMED, true, "none seen, logon confirmed", "logon confirmed" },
        { EX_BD_NOT_ASSESSED, EX_LP_REVIEW, true, "not assessed, logon review", "not assessed" },
        { EX_BD_NOT_ASSESSED, EX_LP_LIKELY, true, "not assessed, logon likely", "logon likely" },
        { EX_BD_REVIEW, EX_LP_REVIEW, true, "review, logon review", "review" },
        { EX_BD_LIKELY, EX_LP_SUSPICIOUS, true, "likely, logon suspicious", "likely" },
        { EX_BD_SUSPICIOUS, EX_LP_LIKELY, true, "suspicious, logon likely", "logon likely" },
        { EX_BD_CONFIRMED, EX_LP_NOT_NATIVE, true, "confirmed", "confirmed" },
    };
    char got[EX_CELL_SIZE];
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_row row = { .present_known = true,
                              .present = EX_PRESENT_YES,
                              .backdoor = rows[i].backdoor,
                              .logon = rows[i].logon,
                              .hunted = rows[i].hunted };

        if (strcmp(ex_cell_signs(got, &row, false), rows[i].full) != 0 ||
            strcmp(ex_cell_signs(got, &row, true), rows[i].brief) != 0)
            fail_msg("row %zu: \"%s\"", i, got);
        row.present = EX_PRESENT_NO;
        assert_string_equal(ex_cell_signs(got, &row, false), "");
    }
}

static void different_pages(void **state)
{
    static const struct {
        const char *text;
        uint64_t n;
        const char *which; /* targets and addresses */
    } rows[] = {
        { HOST("a:443", "1", "none", PAGE("x")) HOST("a:443", "2", "none", PAGE("y")), 1,
          "a1 a2 " },
        { HOST("a:443", "1", "none", PAGE("x")) HOST("a:443", "2", "none", PAGE("x")), 0, "" },
        { HOST("a:443", "1", "none", PAGE("x")) HOST("b:443", "2", "none", PAGE("y")), 0, "" },
        /* One that was not read is not another one. */
        { HOST("a:443", "1", "none", PAGE("x")) HOST("a:443", "2", "none", PAGE("")), 0, "" },
        { HOST("a:443", "1", "none", PAGE("")) HOST("a:443", "2", "none", PAGE("x"))
              HOST("a:443", "3", "none", "") HOST("a:443", "4", "none", PAGE("z")),
          1, "a2 a4 " },
        { HOST("a:443", "1", "none", PAGE("x")) HOST("b:443", "1", "none", PAGE("x"))
              HOST("a:443", "2", "none", PAGE("y")) HOST("b:443", "2", "none", PAGE("y")),
          2, "a1 a2 b1 b2 " },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char text[2048], which[64];
        struct ex_put w = ex_put_of(which, sizeof(which));

        snprintf(text, sizeof(text), "%s%s", RUN, rows[i].text);
        struct swept s = sweep_text(text);
        const struct ex_rows *got = &s.sweep->all;
        for (size_t k = 0; k < got->n; k++) {
            if (!got->at[k]->pages_differ)
                continue;
            ex_put_str(&w, got->at[k]->target);
            ex_put_str(&w, got->at[k]->address);
            ex_put_ch(&w, ' ');
        }
        if (got->n_pages_differ != rows[i].n || strcmp(which, rows[i].which) != 0)
            fail_msg("row %zu: %llu, \"%s\"", i, (unsigned long long)got->n_pages_differ, which);
        unsweep(&s);
    }
    char *got = report(RUN HOST("a:443", "1", "none", PAGE("12345678ff"))
                           HOST("a:443", "2", "none", PAGE("87654321ff")) END(2),
                       false);
    assert_non_null(strstr(got, "1 target shows different logon pages at different addresses: a"
                                " [1] page 12345678,"));
    free(got);
}

/* A server that may have an intruder comes first, in the list of hosts and of what to do. */
static void incidents_first(void **state)
{
    static const char lines[] =
        RUN HOST("a:443", "1", "critical", FINDINGS(FIND("missing-updates", "critical", "Install")))
            HOST("b:443", "1", "high",
                 BACKDOOR("suspicious") FINDINGS(FIND("backdoor-suspicious", "high", "Look at it")))
                HOST("c:443", "1", "critical",
                     BACKDOOR("likely") FINDINGS(FIND("backdoor-likely", "critical", "Isolate")))
                    HOST("d:443", "1", "info",
                         BACKDOOR("review") FINDINGS(FIND("backdoor-review", "info", "See")))
                        HOST("e:443", "1", "critical",
                             FINDINGS(FIND("missing-updates", "critical", "Install")));
    static const char *const want[] = { "Isolate", "Look at it", "Install", "See" };
    struct swept s = sweep_text(lines);
    const struct ex_rows *got = &s.sweep->all;
    (void)state;

    assert_int_equal(got->n_actions, N_OF(want));
    for (size_t i = 0; i < N_OF(want); i++)
        if (strcmp(got->actions[i].text, want[i]) != 0)
            fail_msg("%zu: %s", i, got->actions[i].text);
    assert_string_equal(got->at[0]->target, "c");
    assert_string_equal(got->at[1]->target, "a");
    assert_true(got->hunted);
    unsweep(&s);
}

/* Nothing of a result that says nothing about back doors reads as if it did. */
static void what_was_not_looked_for(void **state)
{
    static const struct {
        const char *more, *want;
        bool hunted;
    } rows[] = {
        { "", "1 not looked for", false },
        { BACKDOOR("not-assessed"), "1 not looked for", false },
        { ",\"backdoor\":{\"state\":\"not-assessed\",\"reason\":\"switched-off\"}",
          "1 not looked for", false },
        { BACKDOOR("clean"), "1 not looked for", false }, /* no word of ours */
        { ",\"backdoor\":7,\"logon_page\":[1]", "1 not looked for", false },
        { ",\"backdoor\":{\"state\":\"not-assessed\",\"reason\":\"blocked\"}",
          "1 not assessed (blocked)", true },
        { ",\"backdoor\":{\"state\":\"not-assessed\",\"reason\":\"bewitched\"}", "1 not looked for",
          false },
        { BACKDOOR("none-seen"), "1 none seen", true },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char text[1024];

        snprintf(text, sizeof(text),
                 RUN "{\"type\":\"host\",\"target\":\"a:443\",\"state\":\"answered\","
                     "\"severity\":\"none\",\"exchange\":{\"present\":\"yes\"}%s}\n" END(1),
                 rows[i].more);
        char *got = report(text, true);
        const char *line = strstr(got, "\n  Back doors  ");
        assert_non_null(line);
        if (strncmp(line + 15, rows[i].want, strlen(rows[i].want)) != 0 ||
            (strstr(got, "BACK DOOR") != NULL) != rows[i].hunted ||
            (strstr(got, "What cannot be seen") != NULL) != rows[i].hunted)
            fail_msg("row %zu:\n%s", i, got);
        free(got);
    }
}

/* Once, and only what a search said. */
static void limits(void **state)
{
#define LIMITS(state, probed, tier, text)                                                          \
    ",\"backdoor\":{\"state\":\"" state "\",\"probed\":" probed ",\"tier\":" tier                  \
    ",\"limits\":\"" text "\"}"
    static const struct {
        const char *a, *b, *want;
    } rows[] = {
        { LIMITS("none-seen", "38", "1", "L"), "",
          "none of 38 known locations answered (names of tier"
          " 1)." },
        { LIMITS("none-seen", "38", "1", "L"), LIMITS("none-seen", "38", "1", "L"),
          "none of 38 known locations answered (names of tier 1)." },
        { LIMITS("none-seen", "38", "1", "L"), LIMITS("none-seen", "694", "3", "L"),
          "none of 38 to 694 known locations answered (names of tier 1, on some hosts of tiers 1" },
        /* Of the others nothing of the kind is said. */
        { LIMITS("none-seen", "38", "1", "L"), LIMITS("likely", "2", "3", "L"),
          "none of 38 known locations answered (names of tier 1)." },
        { LIMITS("none-seen", "-1", "99999999999", "L"), "",
          "none of 0 known locations answered (names of tiers 1 to 65535)." },
        { LIMITS("likely", "38", "1", "L"), "", NULL },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char text[2048];

        snprintf(text, sizeof(text),
                 RUN HOST("a:443", "1", "none", "%s") HOST("b:443", "1", "none", "%s") END(2),
                 rows[i].a, rows[i].b);
        char *got = report(text, false);
        if (rows[i].want ? !strstr(got, rows[i].want) : strstr(got, "None seen") != NULL)
            fail_msg("row %zu:\n%s", i, got);
        free(got);
    }
    char *got = report(
        RUN HOST("a:443", "1", "none", LIMITS("none-seen", "0", "null", "nobody looked"))
            HOST("b:443", "1", "none", LIMITS("none-seen", "1", "1", "per-victim \\u001b[2J names"))
                HOST("c:443", "1", "none", LIMITS("none-seen", "1", "1", "per-victim names"))
                    END(3),
        false);
    const char *at = strstr(got, "per-victim \\x1b[2J names");
    assert_non_null(at);
    assert_null(strstr(at + 1, "per-victim"));
    assert_null(strstr(got, "nobody looked"));
    assert_non_null(strstr(got, "That is no proof"));
    free(got);
#undef LIMITS
}

/* Candidates of any shape: the evidence of the finding is told, with or without them. */
static void odd_candidates(void **state)
{
    static const char *const candidates[] = {
        "[]",
        "7",
        "[7,null,{}]",
        "[{\"path\":\"/x\"}]",
        "[{\"path\":\"/x\",\"exhibit\":7,\"signatures\":{\"a\":1},\"repeat\":[]}]",
        "[{\"path\":\"/y\",\"exhibit\":{\"url\":\"/x\",\"headers\":[[\"Location\"],7]},"
        "\"signatures\":[7,{\"id\":7}]}]",
        "[{\"path\":\"/x\",\"folder\":\"/\",\"extension\":\"\",\"family\":7}],\"calibration\":"
        "[7,{\"folder\":\"/\",\"extension\":\"\",\"baselines\":[7,{\"headers\":[[\"Location\","
        "null],[null,\"x\"]]},9]}]",
    };
    (void)state;

    for (size_t i = 0; i < N_OF(candidates); i++) {
        char text[2048];

        snprintf(text, sizeof(text),
                 RUN
                 "{\"type\":\"host\",\"target\":\"a:443\",\"state\":\"answered\",\"severity\":"
                 "\"high\",\"exchange\":{\"present\":\"yes\"},\"backdoor\":{\"state\":\"likely\","
                 "\"candidates\":%s},\"findings\":[{\"rule\":\"backdoor-likely\",\"title\":"
                 "\"t\",\"evidence\":[{\"source\":\"backdoor:answers\",\"url\":\"/x\","
                 "\"status\":200,\"excerpt\":\"e\"}]}]}\n" END(1),
                 candidates[i]);
        char *got = report(text, true);
        if (!strstr(got, "    seen   ") || !strstr(got, "/x"))
            fail_msg("%s:\n%s", candidates[i], got);
        free(got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells),           cmocka_unit_test(different_pages),
        cmocka_unit_test(incidents_first), cmocka_unit_test(what_was_not_looked_for),
        cmocka_unit_test(limits),          cmocka_unit_test(odd_candidates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
