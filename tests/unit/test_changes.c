// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/put.h"
#include "report/changes.h"
#include "swept.h"

/* What is said of a sweep after earlier ones. */

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* A run of the day @d of November; @more is further members of its record. */
#define RUN_WITH(d, more)                                                                          \
    "{\"type\":\"run\",\"schema\":\"exprobe/1\",\"run_id\":\"" d "\",\"started\":\"2026-11-" d     \
    "T03:00:00.000Z\"" more "}\n"
#define RUN(d) RUN_WITH(d, ",\"shard\":\"1/1\",\"backdoor\":true")
#define END(n) "{\"type\":\"end\",\"interrupted\":false,\"list_finished\":true,\"hosts\":" #n "}\n"
/* A host at address @a, seen on the day @d; @more is further members. */
#define HOST(t, a, d, state, more)                                                                 \
    "{\"type\":\"host\",\"target\":\"" t ":443\",\"address\":\"" a "\",\"state\":\"" state         \
    "\",\"started\":\"2026-11-" d "T03:00:01.000Z\",\"severity\":\"none\"" more "}\n"
#define EXCHANGE(build)                                                                            \
    ",\"exchange\":{\"present\":\"yes\",\"build\":{\"precision\":\"exact\",\"exact\":\"" build     \
    "\"}}"
#define FULL                                                                                       \
    ",\"patch\":{\"state\":\"patched\"},\"support\":{\"state\":\"supported\"},\"tls\":{},"         \
    "\"backdoor\":{\"state\":\"none-seen\",\"tier\":1},\"logon_page\":{\"state\":\"genuine\"}"
#define UP(t, d, more)   HOST(t, "1", d, "answered", EXCHANGE("15.2.1748.43") FULL more)
#define DARK(t, d)       HOST(t, "1", d, "refused", "")
#define FINDINGS(list)   ",\"findings\":[" list "]"
#define F(id, rule, sev) "{\"id\":\"" id "\",\"rule\":\"" rule "\",\"severity\":\"" sev "\"}"
#define ECP              FINDINGS(F("e", "ecp-reachable", "low"))
#define KEV              FINDINGS(F("m", "missing-updates", "critical"))

/* "mail gone-dark: not-seen missing-updates since 2026-11-01 (refused)" of every target. */
static void tell(char *to, size_t size, const struct ex_changes *c)
{
    struct ex_put w = ex_put_of(to, size);

    for (size_t i = 0; i < c->n; i++) {
        const struct ex_changed_target *t = &c->at[i];

        ex_put_str(&w, i ? " | " : "");
        ex_put_str(&w, t->target);
        ex_put_ch(&w, ' ');
        ex_put_str(&w, ex_fate_str(t->fate));
        ex_put_str(&w, t->build_changed ? " build" : "");
        ex_put_str(&w, t->page_changed ? " page" : "");
        for (size_t k = 0; k < t->n_findings; k++) {
            const struct ex_changed_finding *f = &t->findings[k];

            ex_put_str(&w, k ? ", " : ": ");
            ex_put_str(&w, ex_change_str(f->change));
            ex_put_ch(&w, ' ');
            ex_put_str(&w, f->rule);
            ex_put_ch(&w, ' ');
            ex_put_str(&w, f->since);
            ex_put_str(&w, f->why[0] ? " because " : "");
            ex_put_str(&w, f->why);
        }
    }
}

static struct ex_changes *compare(const struct swept *now, const char *earlier)
{
    static const char *const name[] = { "earlier" };
    FILE *const in[] = { fmemopen((void *)earlier, strlen(earlier), "r") };
    struct ex_error err = { "" };
    struct ex_results *results = NULL;
    struct ex_changes *c = NULL;

    assert_non_null(in[0]);
    assert_int_equal(ex_results_new(&results, in, name, 1), EX_OK);
    if (ex_changes_make(&c, now->sweep, results, NULL, &err) != EX_OK)
        fail_msg("%s", err.text);
    ex_results_free(results);
    fclose(in[0]);
    return c;
}

static void words(void **state)
{
    static const struct {
        const char *what, *earlier, *now, *want;
        bool changed, worse;
    } rows[] = {
        { "nothing changed", RUN("01") UP("a", "01", KEV) END(1),
          RUN("02") UP("a", "02", KEV) END(1), "a same: still-open missing-updates 2026-11-01",
          false, false },
        { "new", RUN("01") UP("a", "01", "") END(1), RUN("02") UP("a", "02", ECP) END(1),
          "a same: new ecp-reachable 2026-11-02", true, true },
        { "fixed", RUN("01") UP("a", "01", ECP) END(1), RUN("02") UP("a", "02", "") END(1),
          "a same: fixed ecp-reachable 2026-11-01", true, false },
        { "back again", RUN("01") UP("a", "01", ECP) END(1) RUN("02") UP("a", "02", "") END(1),
          RUN("03") UP("a", "03", ECP) END(1), "a same: back-again ecp-reachable 2026-11-03", true,
          true },
        { "open since the first day, though it was dark in between",
          RUN("01") UP("a", "01", ECP) END(1) RUN("02") DARK("a", "02") END(1),
          RUN("03") UP("a", "03", ECP) END(1),
          "a answers-again: still-open ecp-reachable 2026-11-01", true, false },
        { "worse", RUN("01") UP("a", "01", FINDINGS(F("x", "missing-updates", "high"))) END(1),
          RUN("02") UP("a", "02", FINDINGS(F("x", "missing-updates", "critical"))) END(1),
          "a same: worse missing-updates 2026-11-01", true, true },
        { "better", RUN("01") UP("a", "01", FINDINGS(F("x", "missing-updates", "critical"))) END(1),
          RUN("02") UP("a", "02", FINDINGS(F("x", "missing-updates", "high"))) END(1),
          "a same: better missing-updates 2026-11-01", true, false },
        { "steps of one matter are one line",
          RUN("01") UP("a", "01", FINDINGS(F("x", "backdoor-likely", "critical"))) END(1),
          RUN("02") UP("a", "02", FINDINGS(F("y", "backdoor-confirmed", "critical"))) END(1),
          "a same: worse backdoor-confirmed 2026-11-01", true, true },
        { "to know is no change for the worse",
          RUN("01") UP("a", "01", FINDINGS(F("x", "undetermined", "high"))) END(1),
          RUN("02") UP("a", "02", FINDINGS(F("y", "missing-updates", "high"))) END(1),
          "a same: still-open missing-updates 2026-11-01", false, false },
        { "gone dark is not fixed", RUN("01") UP("a", "01", KEV) END(1),
          RUN("02") DARK("a", "02") END(1),
          "a gone-dark: not-seen missing-updates 2026-11-01 because refused", true, false },
        { "never answered", RUN("01") DARK("a", "01") END(1), RUN("02") DARK("a", "02") END(1),
          "a never-answered", false, false },
        { "newly listed", RUN("01") UP("a", "01", "") END(1),
          RUN("02") UP("a", "02", "") UP("b", "02", "") END(2), "b newly-listed | a same", true,
          false },
        { "not surely newly listed", RUN("01") UP("a", "01", ""),
          RUN("02") UP("a", "02", "") UP("b", "02", "") END(2), "b first-result | a same", true,
          false },
        { "no longer listed", RUN("01") UP("a", "01", KEV) UP("b", "01", "") END(2),
          RUN("02") UP("b", "02", "") END(1),
          "a no-longer-listed: not-seen missing-updates 2026-11-01 because there is no result for "
          "it"
          " | b same",
          true, false },
        { "not reached by a sweep that did not finish", RUN("01") UP("a", "01", KEV) END(1),
          RUN("02") UP("b", "02", ""),
          "a not-reached: not-seen missing-updates 2026-11-01 because there is no result for it"
          " | b newly-listed",
          true, false },
        { "not in this shard", RUN("01") UP("a", "01", KEV) END(1),
          RUN_WITH("02", ",\"shard\":\"1/2\"") UP("b", "02", "") END(1),
          "a not-reached: not-seen missing-updates 2026-11-01 because there is no result for it"
          " | b newly-listed",
          true, false },
        { "left out on purpose, as before",
          RUN("01") HOST("a", "", "01", "out-of-scope", "") END(1),
          RUN("02") HOST("a", "", "02", "out-of-scope", "") END(1), "a same", false, false },
        { "left out by now", RUN("01") UP("a", "01", KEV) END(1),
          RUN("02") HOST("a", "", "02", "opted-out", "") END(1),
          "a not-reached: not-seen missing-updates 2026-11-01 because opted-out", true, false },
        { "fewer names were asked for",
          RUN("01") HOST(
              "a", "1", "01", "answered",
              EXCHANGE("15.2.1748.43") ",\"backdoor\":{\"state\":\"likely\",\"tier\":3}" FINDINGS(
                  F("b", "backdoor-likely", "critical"))) END(1),
          RUN("02") UP("a", "02", "") END(1),
          "a same: not-seen backdoor-likely 2026-11-01 because fewer names of back doors were asked"
          " for",
          true, false },
        { "the updates cannot be told any more", RUN("01") UP("a", "01", KEV) END(1),
          RUN("02") HOST("a", "1", "02", "answered",
                         EXCHANGE("15.2.1748.43") ",\"patch\":{\"state\":\"undetermined\"}") END(1),
          "a same: not-seen missing-updates 2026-11-01 because the build is not known enough", true,
          false },
        { "another address answers", RUN("01") UP("a", "01", ECP) END(1),
          RUN("02") HOST("a", "2", "02", "answered", EXCHANGE("15.2.1748.43") FULL) END(1),
          "a same: not-seen ecp-reachable 2026-11-01 because the address that showed it is not "
          "among"
          " the results",
          true, false },
        { "the page changed, the build did not",
          RUN("01") HOST(
              "a", "1", "01", "answered",
              EXCHANGE("15.2.1748.43") ",\"logon_page\":{\"state\":\"customised\",\"hash\":\"aa\"}")
              END(1),
          RUN("02") HOST(
              "a", "1", "02", "answered",
              EXCHANGE("15.2.1748.43") ",\"logon_page\":{\"state\":\"customised\",\"hash\":\"bb\"}")
              END(1),
          "a same page", true, true },
        { "build changed", RUN("01") UP("a", "01", "") END(1),
          RUN("02") HOST("a", "1", "02", "answered", EXCHANGE("15.2.1748.53") FULL) END(1),
          "a same build", true, false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char got[2048];
        struct swept now = sweep_text(rows[i].now);
        struct ex_changes *c = compare(&now, rows[i].earlier);

        tell(got, sizeof(got), c);
        if (strcmp(got, rows[i].want) != 0 || c->changed != rows[i].changed ||
            c->worse != rows[i].worse)
            fail_msg("%s: \"%s\", changed %d, worse %d", rows[i].what, got, c->changed, c->worse);
        ex_changes_free(c);
        unsweep(&now);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
