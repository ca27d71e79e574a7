// SPDX-License-Identifier: MIT
#include "hunted.h"

#include "core/put.h"
#include "out/signs.h"

/* Signs of an intruder in words and findings. */

/* Rules of both kinds, with severity and confidence, in the order of the report. */
static void signs_of(const struct fixture *f, char *to, size_t size)
{
    struct ex_put w = ex_put_of(to, size);

    for (uint8_t i = 0; i < f->all.n; i++) {
        const struct ex_finding *one = f->all.at[i];

        if (strncmp(one->rule->id, "backdoor-", 9) != 0 &&
            strncmp(one->rule->id, "logon-page-", 11) != 0)
            continue;
        ex_put_str(&w, w.at > to ? ", " : "");
        ex_put_str(&w, one->rule->id);
        ex_put_ch(&w, ' ');
        ex_put_str(&w, ex_severity_str(one->severity));
        ex_put_ch(&w, ' ');
        ex_put_str(&w, ex_confidence_str(one->confidence));
        ex_put_ch(&w, ' ');
        ex_put_dec(&w, one->n_evidence);
    }
}

static void findings(void **state)
{
    static const struct {
        const char *hunt, *want; /* rule, severity, confidence, pieces of evidence */
    } rows[] = {
        { "none", "" },
        { "blocked", "" },
        { "proxied", "" },
        { "branding", "" },
        { "oab", "backdoor-confirmed critical certain 1, backdoor-suspicious high tentative 1" },
        { "two", "backdoor-likely critical firm 2" }, /* each alone is only suspicious */
        { "suspicious", "backdoor-suspicious high tentative 1" },
        { "guarded", "backdoor-review info tentative 3" }, /* whatever each says by itself */
        { "stealer", "logon-page-confirmed critical certain 1" },
        { "likely-stealer", "logon-page-likely critical firm 1" },
        { "odd-page", "logon-page-suspicious high tentative 1" },
        { "changed", "logon-page-review info tentative 1" },
        { "foreign", "logon-page-foreign-script info certain 1" },
    };
    struct fixture *f = *state;
    char got[512];

    for (size_t i = 0; i < N_OF(rows); i++) {
        begin_hunt(f, rows[i].hunt);
        ex_findings_of(&f->r, f->cat, &f->all);
        signs_of(f, got, sizeof(got));
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s: \"%s\", wanted \"%s\"", rows[i].hunt, got, rows[i].want);
    }
}

/* The verdict on the host is the most that any finding says. */
static void never_more_than_the_verdict(void **state)
{
    static const struct {
        enum ex_backdoor_state verdict;
        const char *want;
    } rows[] = {
        { EX_BD_NOT_ASSESSED, "" },
        { EX_BD_NONE_SEEN, "" },
        { EX_BD_REVIEW, "backdoor-review info tentative 2" },
        { EX_BD_SUSPICIOUS, "backdoor-suspicious high tentative 2" },
        { EX_BD_LIKELY, "backdoor-likely critical firm 1, backdoor-suspicious high tentative 1" },
    };
    struct fixture *f = *state;
    char got[512];

    for (size_t i = 0; i < N_OF(rows); i++) {
        begin_hunt(f, "oab");
        hunt.backdoor.state = rows[i].verdict;
        ex_findings_of(&f->r, f->cat, &f->all);
        signs_of(f, got, sizeof(got));
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s: \"%s\", wanted \"%s\"", ex_backdoor_str(rows[i].verdict), got,
                     rows[i].want);
    }
    begin_hunt(f, "oab");
    f->r.fingerprint.notes |= NOTE(SIMULATOR_SUSPECTED);
    assert_int_equal(need(f, "backdoor-confirmed")->confidence, EX_CONF_TENTATIVE);
}

static void evidence(void **state)
{
    struct fixture *f = *state;
    const struct ex_finding *got;

    begin_hunt(f, "oab");
    got = need(f, "backdoor-confirmed");
    assert_string_equal(got->title, "A back door answers at /aspnet_client/supp0rt.aspx: dump of an"
                                    " OAB virtual directory, as a shell stored in its settings"
                                    " answers");
    assert_string_equal(got->evidence[0].source, "backdoor:answers");
    assert_string_equal(got->evidence[0].path, "/aspnet_client/supp0rt.aspx");
    assert_int_equal(got->evidence[0].status, 200);
    assert_int_equal(strncmp(got->evidence[0].value, "<pre>\\x0d\\x0aName  ", 19), 0);
    assert_string_equal(got->evidence[0].sha256, hunt.backdoor.suspects[0].exhibit->sha256);

    begin_hunt(f, "two");
    got = need(f, "backdoor-likely");
    assert_non_null(strstr(got->title, "/owa/auth/OutlookEN.aspx and 1 more: a page answers; an"
                                       " error of the server where a missing page is only"
                                       " missing"));
    begin_hunt(f, "likely-stealer");
    got = need(f, "logon-page-likely");
    assert_non_null(
        strstr(got->title, "reads the password, makes network calls (/owa/auth/logout.aspx)"));
    /* The page that gets the passwords is named; no line asks for it. */
    assert_string_equal(got->evidence[0].path, "/owa/auth/logon.aspx?replaceCurrent=1");
    assert_string_equal(got->evidence[0].sha256, hunt.logon.scripts[4].sha256);

    begin_hunt(f, "changed");
    got = need(f, "logon-page-review");
    assert_non_null(strstr(got->title, "holds another flogon.js than the file of the server"));
    assert_string_equal(got->evidence[0].source, "logon:page");

    begin_hunt(f, "foreign");
    assert_string_equal(need(f, "logon-page-foreign-script")->subject, "cdn.statistics.example");
}

static void origins(void **state)
{
    static const struct {
        const char *url, *want;
    } rows[] = {
        { "https://cdn.example/x.js", "cdn.example" },
        { "//cdn.example:8443/x.js", "cdn.example:8443" },
        { "//cdn.example?x", "cdn.example" },
        { "http://cdn.example", "cdn.example" },
        { "x.js", "x.js" },
        { "", "" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        begin_hunt(f, "foreign");
        SET(hunt.logon.scripts[4].url, rows[i].url);
        assert_string_equal(need(f, "logon-page-foreign-script")->subject, rows[i].want);
    }
    /* One for each origin, and beside other signs the page has its own. */
    begin_hunt(f, "foreign");
    hunt.logon.scripts[5] = hunt.logon.scripts[6] = hunt.logon.scripts[4];
    SET(hunt.logon.scripts[6].url, "//other.example/");
    hunt.logon.n_scripts = 7;
    hunt.logon.flogon_differs = true;
    char got[512];
    ex_findings_of(&f->r, f->cat, &f->all);
    signs_of(f, got, sizeof(got));
    assert_string_equal(got, "logon-page-review info tentative 3,"
                             " logon-page-foreign-script info certain 1,"
                             " logon-page-foreign-script info certain 1");
}

/* Frozen: see ids_are_frozen in test_finding.c. */
static void ids_are_frozen(void **state)
{
    static const struct {
        const char *hunt, *rule, *id;
    } rows[] = {
        { "oab", "backdoor-confirmed", "bd592a931c7a989a" },
        { "two", "backdoor-likely", "388303cc45c1b2fb" },
        { "suspicious", "backdoor-suspicious", "40fa3f13ee9c933b" },
        { "guarded", "backdoor-review", "30999b50e713e749" },
        { "stealer", "logon-page-confirmed", "2c893f914700a7d0" },
        { "likely-stealer", "logon-page-likely", "dd6c0d9ffabebb1c" },
        { "odd-page", "logon-page-suspicious", "b3ec4a9b04011fcb" },
        { "changed", "logon-page-review", "e84330cd1b0222c8" },
        { "foreign", "logon-page-foreign-script", "e3c6dcb7ff494633" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        begin_hunt(f, rows[i].hunt);
        if (strcmp(need(f, rows[i].rule)->id, rows[i].id) != 0)
            fail_msg("%s: %s", rows[i].rule, find(f, rows[i].rule)->id);
    }
}

static void words(void **state)
{
    static const struct {
        const char *hunt, *backdoor, *logon;
    } rows[] = {
        { "none", "none of 38 known locations answered (names of tier 1)",
          "4 of 4 scripts are known, and nothing else stands out" },
        { "branding", "none of 38 known locations answered (names of tier 1)",
          "changed, and nothing in it was seen to take passwords: 4 of 5 scripts are known" },
        { "blocked",
          "not assessed: a device began to refuse (403 after 9 requests); 3 of 38 known locations"
          " were asked (names of tier 1)",
          "4 of 4 scripts are known, and nothing else stands out" },
        { "proxied",
          "not assessed: the logon page is not Exchange's own; 38 of 38 known locations were asked"
          " (names of tier 1)",
          "the page is not Exchange's own and was not judged" },
        { "suspicious", "1 of 38 known locations stands out (names of tier 1): suspicious",
          "4 of 4 scripts are known, and nothing else stands out" },
        { "guarded", "7 of 38 known locations stand out (names of tier 1): review",
          "4 of 4 scripts are known, and nothing else stands out" },
        { "stealer", "none of 38 known locations answered (names of tier 1)",
          "confirmed: it reads the password, makes network calls, names a host that collects data,"
          " or a bare address, changes functions of the page (https://api.telegram.org/bot1/),"
          " holds another flogon.js than the file of the server" },
    };
    struct fixture *f = *state;
    char got[EX_SIGNS_SIZE];

    for (size_t i = 0; i < N_OF(rows); i++) {
        begin_hunt(f, rows[i].hunt);
        if (strcmp(ex_signs_backdoor(got, &f->r), rows[i].backdoor) != 0)
            fail_msg("%s: \"%s\"", rows[i].hunt, got);
        if (strcmp(ex_signs_logon(got, &f->r), rows[i].logon) != 0)
            fail_msg("%s: \"%s\"", rows[i].hunt, got);
    }
    /* A page that is not known is not yet a changed one. */
    begin_hunt(f, "none");
    hunt.logon.state = EX_LP_REVIEW;
    hunt.logon.scripts[0].known = false;
    assert_string_equal(ex_signs_logon(got, &f->r),
                        "review: it holds a script that is not known (of 4)");
    hunt.logon.scripts[1].known = false;
    assert_string_equal(ex_signs_logon(got, &f->r),
                        "review: it holds scripts that are not known (2 of 4)");
    begin_hunt(f, "oab");
    hunt.backdoor.tier = 3;
    hunt.backdoor.reason = EX_BDR_BLOCKED;
    hunt.backdoor.blocked_after = 1;
    assert_string_equal(ex_signs_backdoor(got, &f->r),
                        "2 of 38 known locations stand out (names of tiers 1 to 3): confirmed; the"
                        " rest is not assessed: a device began to refuse (after 1 request)");
    begin(f, "15.2.2562.53", "2026-11-23");
    f->r.not_hunted = EX_BDR_SWITCHED_OFF;
    assert_string_equal(ex_signs_backdoor(got, &f->r), "not looked for: it was switched off");
    assert_string_equal(ex_signs_logon(got, &f->r), "not looked at: it was switched off");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings),       cmocka_unit_test(never_more_than_the_verdict),
        cmocka_unit_test(evidence),       cmocka_unit_test(origins),
        cmocka_unit_test(ids_are_frozen), cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
