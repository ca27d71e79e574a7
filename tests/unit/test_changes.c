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
#define NOTHING          ",\"findings\":[]"
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

struct row {
    const char *what, *earlier, *now, *want;
    bool changed, worse;
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
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

static void words(void **state)
{
    static const struct row rows[] = {
        { "nothing changed", RUN("01") UP("a", "01", KEV) END(1),
          RUN("02") UP("a", "02", KEV) END(1), "a same: still-open missing-updates 2026-11-01",
          false, false },
        { "new", RUN("01") UP("a", "01", NOTHING) END(1), RUN("02") UP("a", "02", ECP) END(1),
          "a same: new ecp-reachable 2026-11-02", true, true },
        { "fixed", RUN("01") UP("a", "01", ECP) END(1), RUN("02") UP("a", "02", NOTHING) END(1),
          "a same: fixed ecp-reachable 2026-11-01", true, false },
        { "back again", RUN("01") UP("a", "01", ECP) END(1) RUN("02") UP("a", "02", NOTHING) END(1),
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
        { "newly listed", RUN("01") UP("a", "01", NOTHING) END(1),
          RUN("02") UP("a", "02", NOTHING) UP("b", "02", NOTHING) END(2), "b newly-listed | a same",
          true, false },
        { "not surely newly listed", RUN("01") UP("a", "01", NOTHING),
          RUN("02") UP("a", "02", NOTHING) UP("b", "02", NOTHING) END(2), "b first-result | a same",
          true, false },
        { "no longer listed", RUN("01") UP("a", "01", KEV) UP("b", "01", NOTHING) END(2),
          RUN("02") UP("b", "02", NOTHING) END(1),
          "a no-longer-listed: not-seen missing-updates 2026-11-01 because there is no result for "
          "it"
          " | b same",
          true, false },
        { "not reached by a sweep that did not finish", RUN("01") UP("a", "01", KEV) END(1),
          RUN("02") UP("b", "02", NOTHING),
          "a not-reached: not-seen missing-updates 2026-11-01 because there is no result for it"
          " | b newly-listed",
          true, false },
        { "not in this shard", RUN("01") UP("a", "01", KEV) END(1),
          RUN_WITH("02", ",\"shard\":\"1/2\"") UP("b", "02", NOTHING) END(1),
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
          RUN("02") UP("a", "02", NOTHING) END(1),
          "a same: not-seen backdoor-likely 2026-11-01 because fewer names of back doors were asked"
          " for",
          true, false },
        { "the updates cannot be told any more", RUN("01") UP("a", "01", KEV) END(1),
          RUN("02") HOST("a", "1", "02", "answered",
                         EXCHANGE("15.2.1748.43") ",\"patch\":{\"state\":\"undetermined\"}" NOTHING)
              END(1),
          "a same: not-seen missing-updates 2026-11-01 because the build is not known enough", true,
          false },
        { "another address answers", RUN("01") UP("a", "01", ECP) END(1),
          RUN("02") HOST("a", "2", "02", "answered", EXCHANGE("15.2.1748.43") FULL NOTHING) END(1),
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
        { "build changed", RUN("01") UP("a", "01", NOTHING) END(1),
          RUN("02") HOST("a", "1", "02", "answered", EXCHANGE("15.2.1748.53") FULL NOTHING) END(1),
          "a same build", true, false },
    };
    (void)state;

    check(rows, N_OF(rows));
}

/* A back door was found, or a changed page; @d is the day, @hunt what the record says of it. */
#define SEEN(d, hunt, findings)                                                                    \
    HOST("a", "1", d, "answered", EXCHANGE("15.2.1748.43") hunt findings)
#define DOORS(state, probed, list)                                                                 \
    ",\"backdoor\":{\"state\":\"" state "\",\"tier\":1,\"probed\":" #probed                        \
    ",\"candidates\":[" list "]}"
#define AT(path)          "{\"path\":\"" path "\"}"
#define LIKELY            FINDINGS(F("b", "backdoor-likely", "critical"))
#define PAGE(state, hash) ",\"logon_page\":{\"state\":\"" state "\",\"hash\":\"" hash "\"}"
#define ODD               FINDINGS(F("l", "logon-page-suspicious", "high"))
#define FILES(member)     ",\"backdoor\":true,\"shard\":\"1/1\",\"files\":{" member "}"

/* What was not looked at in the same way is not fixed, and what hides in a finding is told. */
static void truth(void **state)
{
    static const struct row rows[] = {
        { "one more back door", RUN("01") SEEN("01", DOORS("likely", 9, AT("/x")), LIKELY) END(1),
          RUN("02") SEEN("02", DOORS("likely", 9, AT("/x") "," AT("/y")), LIKELY) END(1),
          "a same: worse backdoor-likely 2026-11-01 because it answers at a path where it did not "
          "before",
          true, true },
        { "the same back door", RUN("01") SEEN("01", DOORS("likely", 9, AT("/x")), LIKELY) END(1),
          RUN("02") SEEN("02", DOORS("likely", 9, AT("/x")), LIKELY) END(1),
          "a same: still-open backdoor-likely 2026-11-01", false, false },
        { "not all names were asked for",
          RUN("01") SEEN("01", DOORS("likely", 9, AT("/x")), LIKELY) END(1),
          RUN("02") SEEN("02", DOORS("none-seen", 8, ""), NOTHING) END(1),
          "a same: not-seen backdoor-likely 2026-11-01 because fewer names of back doors were asked"
          " for",
          true, false },
        { "without the owner's rules",
          RUN_WITH("01", FILES("\"rules\":\"aa\"")) SEEN("01", DOORS("likely", 9, AT("/x")), LIKELY)
              END(1),
          RUN("02") SEEN("02", DOORS("none-seen", 9, ""), NOTHING) END(1),
          "a same: not-seen backdoor-likely 2026-11-01 because other rules of the owner's were "
          "used",
          true, false },
        { "with other names of the owner's",
          RUN_WITH("01", FILES("\"paths\":\"aa\"")) SEEN("01", DOORS("likely", 9, AT("/x")), LIKELY)
              END(1),
          RUN_WITH("02", FILES("\"paths\":\"bb\"")) SEEN("02", DOORS("none-seen", 9, ""), NOTHING)
              END(1),
          "a same: not-seen backdoor-likely 2026-11-01 because other names of the owner's were "
          "asked for",
          true, false },
        { "the page was declared good, not mended",
          RUN("01") SEEN("01", PAGE("suspicious", "cc"), ODD) END(1),
          RUN_WITH("02", FILES("\"known_good\":\"aa\"")) SEEN("02", PAGE("genuine", "cc"), NOTHING)
              END(1),
          "a same: not-seen logon-page-suspicious 2026-11-01 because the page is the same, and "
          "other pages are known as good",
          true, false },
        { "the page was mended", RUN("01") SEEN("01", PAGE("suspicious", "cc"), ODD) END(1),
          RUN_WITH("02", FILES("\"known_good\":\"aa\"")) SEEN("02", PAGE("genuine", "dd"), NOTHING)
              END(1),
          "a same page: fixed logon-page-suspicious 2026-11-01", true, true },
        { "judged by older knowledge",
          RUN_WITH("01", ",\"data\":{\"date\":\"2026-10-08\"}") UP("a", "01", KEV) END(1),
          RUN_WITH("02", ",\"data\":{\"date\":\"2026-09-08\"}") UP("a", "02", NOTHING) END(1),
          "a same: not-seen missing-updates 2026-11-01 because it was judged by older knowledge "
          "than then",
          true, false },
        { "judged as of an earlier day",
          RUN_WITH("01", ",\"as_of\":\"2026-11-01\"") UP("a", "01", KEV) END(1),
          RUN_WITH("02", ",\"as_of\":\"2020-01-01\"") UP("a", "02", NOTHING) END(1),
          "a same: not-seen missing-updates 2026-11-01 because it was judged as of an earlier day "
          "than then",
          true, false },
        { "a record without a list of findings", RUN("01") UP("a", "01", ECP) END(1),
          RUN("02") UP("a", "02", "") END(1),
          "a same: not-seen ecp-reachable 2026-11-01 because the record does not list what was "
          "found",
          true, false },
        { "no certificate this time",
          RUN("01") UP("a", "01", FINDINGS(F("c", "certificate-expired", "medium"))) END(1),
          RUN("02") UP("a", "02", NOTHING) END(1),
          "a same: not-seen certificate-expired 2026-11-01 because no certificate was seen", true,
          false },
        { "one address is better than the other, as before",
          RUN("01")
              HOST("a", "1", "01", "answered",
                   EXCHANGE("15.2.1748.43") FULL FINDINGS(F("m", "missing-updates", "critical")))
                  HOST("a", "2", "01", "answered",
                       EXCHANGE("15.2.1748.43") FULL FINDINGS(F("m", "missing-updates", "high")))
                      END(2),
          RUN("02")
              HOST("a", "1", "02", "answered",
                   EXCHANGE("15.2.1748.43") FULL FINDINGS(F("m", "missing-updates", "critical")))
                  HOST("a", "2", "02", "answered",
                       EXCHANGE("15.2.1748.43") FULL FINDINGS(F("m", "missing-updates", "high")))
                      END(2),
          "a same: still-open missing-updates 2026-11-01", false, false },
        { "one address answers and the other never did",
          RUN("01") UP("a", "01", NOTHING) HOST("a", "2", "01", "refused", "") END(2),
          RUN("02") UP("a", "02", NOTHING) HOST("a", "2", "02", "refused", "") END(2), "a same",
          false, false },
        { "was broken off, which says nothing of the host",
          RUN("01") UP("a", "01", NOTHING) END(1) RUN("02") HOST("a", "1", "02", "interrupted", ""),
          RUN("03") UP("a", "03", NOTHING) END(1), "a same", false, false },
        { "of the last sweep only one shard is there",
          RUN_WITH("01", ",\"shard\":\"1/2\"") UP("a", "01", NOTHING) END(1),
          RUN("02") UP("a", "02", NOTHING) UP("b", "02", NOTHING) END(2), "b first-result | a same",
          true, false },
        { "all shards of the last sweep are there",
          RUN_WITH("01", ",\"shard\":\"1/2\"") UP("a", "01", NOTHING) END(1)
              RUN_WITH("01", ",\"shard\":\"2/2\"") UP("c", "01", NOTHING) END(1),
          RUN("02") UP("a", "02", NOTHING) UP("b", "02", NOTHING) UP("c", "02", NOTHING) END(3),
          "b newly-listed | a same | c same", true, false },
        { "the new sweep is among the earlier ones",
          RUN("01") UP("a", "01", NOTHING) END(1) RUN("02") UP("a", "02", KEV) END(1),
          RUN("02") UP("a", "02", KEV) END(1), "a same: new missing-updates 2026-11-02", true,
          true },
    };
    (void)state;

    check(rows, N_OF(rows));
}

static void same_run(void **state)
{
    static const char text[] = RUN("01") UP("a", "01", KEV) END(1);
    static const char *const name[] = { "earlier" };
    struct swept now = sweep_text(text);
    FILE *const in[] = { fmemopen((void *)text, strlen(text), "r") };
    struct ex_error err = { "" };
    struct ex_results *results = NULL;
    struct ex_changes *c = NULL;
    (void)state;

    assert_int_equal(ex_results_new(&results, in, name, 1), EX_OK);
    assert_int_equal(ex_changes_make(&c, now.sweep, results, NULL, &err), EX_EINPUT);
    assert_null(c);
    ex_results_free(results);
    fclose(in[0]);
    unsweep(&now);
}

static void order(void **state)
{
    static const struct {
        const char *earlier, *now;
        bool backwards;
    } rows[] = {
        { RUN("01") UP("a", "01", "") END(1), RUN("02") UP("a", "02", "") END(1), false },
        { RUN("02") UP("a", "02", "") END(1), RUN("01") UP("a", "01", "") END(1), true },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct swept now = sweep_text(rows[i].now);
        struct ex_changes *c = compare(&now, rows[i].earlier);

        assert_int_equal(c->backwards, rows[i].backwards);
        ex_changes_free(c);
        unsweep(&now);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(truth),
        cmocka_unit_test(same_run),
        cmocka_unit_test(order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
