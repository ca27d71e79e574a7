// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "hunt_play.h"

/* What is asked, how often and in which order. */

static struct hunted p;

static unsigned count(const char *probe)
{
    unsigned n = 0;

    for (unsigned i = 0; i < p.n_asked; i++)
        n += strcmp(p.asked[i].probe, probe) == 0;
    return n;
}

static bool was_asked(const char *path)
{
    for (unsigned i = 0; i < p.n_asked; i++)
        if (strcmp(p.asked[i].path, path) == 0)
            return true;
    return false;
}

static void play_server(const struct hunt_reply *server)
{
    const struct ex_hunt_options opt = hunt_options();

    hunt(&p, &opt, server, 99);
}

#define ANS     "/aspnet_client/"
#define OWA     "/owa/auth/"
#define UNKNOWN OK("<html>hello from the other side</html>")

/* 1 logon page, 1 flogon.js, two random names for each of 5 folders, 13 names, 1 closing control,
 * and fexppw.js. */
static void clean_host(void **state)
{
    static const struct hunt_reply none[HUNT_REPLIES] = { { 0 } };
    unsigned n_fresh = 0;

    (void)state;
    play_server(none);
    assert_string_equal(p.summary, "none-seen -");
    assert_int_equal(p.n_asked, 1 + 1 + 2 * HUNT_FOLDERS + HUNT_NAMES + 1 + 1);
    assert_int_equal(count("back-door-random"), 2 * HUNT_FOLDERS);
    assert_int_equal(count("back-door-name"), HUNT_NAMES);
    assert_int_equal(p.hunt.found.n_names, HUNT_NAMES);
    assert_int_equal(p.hunt.found.n_asked, HUNT_NAMES);
    assert_int_equal(p.hunt.found.tier, 1);
    assert_int_equal(p.n_pauses + p.n_waits, 0);
    assert_string_equal(p.asked[0].path, "/owa/auth/logon.aspx?replaceCurrent=1");
    assert_string_equal(p.asked[1].path, "/owa/auth/15.1.2507/scripts/premium/flogon.js");
    assert_string_equal(p.asked[p.n_asked - 1].path,
                        "/owa/auth/15.1.2507/scripts/premium/fexppw.js");
    for (unsigned i = 0; i < p.n_asked; i++) {
        n_fresh += p.asked[i].fresh;
        assert_int_equal(p.asked[i].last, i + 1 == p.n_asked);
    }
    assert_int_equal(n_fresh, 0);
    assert_false(was_asked("/aspnet_client/zz.aspx"));
    assert_false(was_asked("/owa/auth/hidden.log"));
    assert_false(was_asked("/owa/auth/RedirSuiteServiceProxy.aspx"));
    for (unsigned i = 0; i < p.hunt.found.n_folders; i++)
        for (int k = 0; k < 2; k++)
            assert_int_equal(strncmp(p.hunt.found.folders[i].baseline[k]->path,
                                     p.hunt.found.folders[i].folder,
                                     strlen(p.hunt.found.folders[i].folder)),
                             0);
    assert_string_equal(p.hunt.page.exhibit->path, p.asked[0].path);
}

/* After a pause, on a new connection; then a random name on the same. */
static void second_look(void **state)
{
    static const struct hunt_reply shell[HUNT_REPLIES] = { { OWA "babyd", OK(""), 0, 0, 0 } };
    unsigned i = 0;

    (void)state;
    play_server(shell);
    assert_int_equal(p.n_pauses, 1);
    while (i < p.n_asked && strcmp(p.asked[i].probe, "back-door-again") != 0)
        i++;
    assert_true(i + 1 < p.n_asked && p.asked[i].fresh);
    assert_string_equal(p.asked[i].path, "/owa/auth/babydraco.aspx");
    assert_string_equal(p.asked[i + 1].probe, "back-door-random");
    assert_int_equal(strncmp(p.asked[i + 1].path, OWA, strlen(OWA)), 0);
    assert_false(p.asked[i + 1].fresh);
    assert_string_equal(p.hunt.found.suspects[0].exhibit->path, "/owa/auth/babydraco.aspx");
    assert_string_equal(p.hunt.found.suspects[0].front_end, "");
}

/* The random name of the second look is there as well: the folder is a wildcard by now. */
static void fresh_name_answers(void **state)
{
    static const struct hunt_reply late[HUNT_REPLIES] = {
        { OWA "babyd", OK("<b>open"), 0, 0, 0 },
        { OWA "expired", PAGE("expiredpassword", ""), 0, 0, 0 },
        { OWA "logon", PAGE("logon", ""), 0, 0, 0 },
        { OWA "", OK("<b>open"), 1 + 1 + 2 * HUNT_FOLDERS + HUNT_NAMES, 0, 0 },
    };

    (void)state;
    play_server(late);
    assert_string_equal(p.summary, "review -; /owa/auth/babydraco.aspx review answers different");
}

/* What does not fit into the budget is said. The second looks come before the closing control
 * when there is room for one only. */
static void short_budget(void **state)
{
    static const struct hunt_reply two[HUNT_REPLIES] = { { OWA "babyd", UNKNOWN, 0, 0, 0 },
                                                         { ANS "load", OK("<b>x"), 0, 0, 0 } };
    static const struct hunt_reply none[HUNT_REPLIES] = { { 0 } };
    const unsigned whole = 1 + 1 + 2 * HUNT_FOLDERS + HUNT_NAMES;
    struct ex_hunt_options opt = hunt_options();

    (void)state;
    for (opt.budget = 0; opt.budget <= whole; opt.budget++) {
        hunt(&p, &opt, none, opt.budget);
        assert_int_equal(p.hunt.found.state, EX_BD_NOT_ASSESSED);
        if (opt.budget > 0)
            assert_int_equal(p.hunt.found.reason, EX_BDR_BUDGET);
    }
    hunt(&p, &opt, none, 1);
    assert_string_equal(p.summary, "none-seen -");
    opt.budget = (uint16_t)(whole + 4);
    hunt(&p, &opt, two, 1);
    assert_int_equal(p.hunt.found.state, EX_BD_LIKELY);
    assert_int_equal(p.hunt.found.reason, EX_BDR_BUDGET);
    assert_int_equal(count("back-door-again"), 2);
    assert_false(was_asked("/owa/auth/expiredpassword.aspx"));
    opt.budget = (uint16_t)(whole + 5);
    hunt(&p, &opt, two, 1);
    assert_int_equal(p.hunt.found.reason, EX_BDR_NONE);
    assert_true(was_asked("/owa/auth/expiredpassword.aspx"));
}

static void own_names(void **state)
{
    static const struct ex_path_row own[] = {
        ROW(0, "/custom/", "old", ".aspx", MEDIUM, "", .probe = true),
        ROW(0, "/Owa/Auth/", "Mine", ".ASPX", MEDIUM, "", .probe = true),
        ROW(0, "/aspnet_client/", "LOAD", ".aspx", MEDIUM, "", .probe = true),
        ROW(0, "/custom/", "new", ".aspx", MEDIUM, "", .probe = true),
        ROW(0, "/owa/auth/", "x", ".js", MEDIUM, "", .probe = true), /* looks like an attack */
    };
    static const struct hunt_reply there[HUNT_REPLIES] = { { "/custom/old", UNKNOWN, 0, 0, 0 } };
    struct ex_hunt_options opt = hunt_options();

    (void)state;
    opt.own = own;
    opt.n_own = HUNT_N(own);
    opt.budget = (uint16_t)ex_hunt_budget(&hunt_catalog, false, own, HUNT_N(own));
    assert_int_equal(opt.budget, EX_BUDGET_BACKDOOR + 3 + 4);
    assert_int_equal(ex_hunt_budget(&hunt_catalog, false, NULL, 0), EX_BUDGET_BACKDOOR);
    assert_int_equal(ex_hunt_budget(&hunt_catalog, true, NULL, 0), EX_BUDGET_BACKDOOR_DEEP);
    hunt(&p, &opt, there, 5);
    assert_string_equal(p.summary, "suspicious -; /custom/old.aspx suspicious answers same");
    assert_int_equal(p.hunt.found.n_names, HUNT_NAMES + 3);
    assert_int_equal(p.hunt.found.n_asked, HUNT_NAMES + 3);
    assert_int_equal(p.hunt.found.n_folders, HUNT_FOLDERS + 1);
    assert_true(was_asked("/custom/new.aspx") && was_asked("/Owa/Auth/Mine.ASPX"));
    assert_false(was_asked("/aspnet_client/LOAD.aspx")); /* the catalogue asks it */
    assert_false(was_asked("/owa/auth/x.js"));
}

/* More folders than there is room for: said, not dropped. */
static void too_many_folders(void **state)
{
    static const struct hunt_reply none[HUNT_REPLIES] = { { 0 } };
    static struct ex_path_row own[EX_BD_FOLDERS_MAX];
    static char text[EX_BD_FOLDERS_MAX][2][32];
    struct ex_hunt_options opt = hunt_options();

    (void)state;
    for (size_t i = 0; i < HUNT_N(own); i++) {
        own[i] = hunt_paths[0];
        snprintf(text[i][0], sizeof(text[i][0]), "/f%zu/", i);
        snprintf(text[i][1], sizeof(text[i][1]), "/f%zu/a.aspx", i);
        own[i].folder = text[i][0];
        own[i].path = text[i][1];
    }
    opt.own = own;
    opt.n_own = HUNT_N(own);
    opt.budget = 1000;
    hunt(&p, &opt, none, 5);
    assert_string_equal(p.summary, "not-assessed budget");
    assert_int_equal(p.hunt.found.n_folders, EX_BD_FOLDERS_MAX);
    assert_int_equal(p.hunt.found.n_names, HUNT_NAMES + HUNT_N(own));
    assert_int_equal(p.hunt.found.n_asked, HUNT_NAMES + HUNT_N(own) - HUNT_FOLDERS);
}

/* By its path, without a query, and only what is called a script: what receives the passwords
 * may be called in the same way. */
static void scripts_of_the_page(void **state)
{
    static const struct {
        const char *sources, *asked[6];
    } rows[] = {
        { "SRC=/owa/auth/extra.js?v=1;SRC=/js/two.js#x;SRC=/owa/auth/three.js;"
          "SRC=/js/4.js;SRC=/js/5.js;SRC=/js/6.js;",
          { "/owa/auth/extra.js", "/js/two.js", "/owa/auth/three.js", "/js/4.js", "/js/5.js" } },
        { "SRC=/owa/auth/collect.aspx;SRC=/owa/auth/y.js;SRC=../up.js;SRC=/a%2f.js;SRC=;", { 0 } },
        { "SRC=//mail.example.com/js/a.js;SRC=/a//b/y.js;SRC=/owa/auth.owa;", { 0 } },
    };

    (void)state;
    for (size_t i = 0; i < HUNT_N(rows); i++) {
        char page[1024];
        const struct hunt_reply server[HUNT_REPLIES] = { { OWA "logon.aspx", page, 0, 0, 0 },
                                                         { "/js/", "200 OK\n\nx", 0, 0, 0 } };
        unsigned n = 0;

        snprintf(page, sizeof(page), PAGE("logon", "%s"), rows[i].sources);
        play_server(server);
        assert_string_equal(p.summary, "none-seen -");
        for (; rows[i].asked[n]; n++)
            assert_true(was_asked(rows[i].asked[n]));
        assert_int_equal(count("back-door-script"), n);
        if (n > 0) /* one of them before everything else */
            assert_string_equal(p.asked[2].path, rows[i].asked[0]);
        assert_true(p.hunt.page.incomplete);
    }
}

static unsigned when(const char *path)
{
    unsigned i = 0;

    while (i < p.n_asked && strcmp(p.asked[i].path, path) != 0)
        i++;
    assert_true(i < p.n_asked);
    return i;
}

/* A device that shuts the door early must not cost with --deep what is found without. */
static void names_seen_most_come_first(void **state)
{
    static const struct hunt_reply none[HUNT_REPLIES] = { { 0 } };
    struct ex_hunt_options opt = hunt_options();

    (void)state;
    opt.deep = true;
    opt.budget = EX_BUDGET_BACKDOOR_DEEP;
    hunt(&p, &opt, none, 99);
    assert_true(when(OWA "log.aspx") < when(ANS "zz.aspx"));
    assert_int_equal(p.hunt.found.n_asked, p.hunt.found.n_names);
}

/* What the page sends passwords to is named, and not asked, whatever list it is on. */
static void receiver_is_not_asked(void **state)
{
    static const struct hunt_reply server[HUNT_REPLIES] = {
        { OWA "logon.aspx", PAGE("logon", "SENDS-TO-LOG"), 0, 0, 0 }
    };

    (void)state;
    play_server(server);
    assert_false(was_asked("/owa/auth/log.aspx"));
    assert_string_equal(p.summary, "not-assessed password-receiver");
    assert_int_equal(p.hunt.found.n_asked, HUNT_NAMES - 1);
}

static void gives_up(void **state)
{
    static const struct {
        enum ex_state state;
        enum ex_bd_reason reason;
    } rows[] = { { EX_STATE_TIMEOUT, EX_BDR_TIMEOUT },
                 { EX_STATE_INTERRUPTED, EX_BDR_INTERRUPTED },
                 { EX_STATE_INTERNAL_ERROR, EX_BDR_INTERNAL } };
    static const struct ex_target target = { .port = 443, .name = "mail.example.com" };
    const struct ex_hunt_options opt = hunt_options();
    static const struct ex_exchange late = { .status = 200, .path = "/" };

    (void)state;
    for (size_t i = 0; i < HUNT_N(rows); i++) {
        static struct ex_hunt h;
        const struct ex_event end = { .kind = EX_EV_GIVE_UP, .state = rows[i].state };
        const struct ex_event callback = { .kind = EX_EV_EXCHANGED, .exchange = &late };

        ex_hunt_init(&h, &opt, &hunt_catalog, &target, NULL, 1);
        ex_hunt_step(&h, &(struct ex_event){ .kind = EX_EV_START });
        assert_int_equal(ex_hunt_step(&h, &end).kind, EX_ACT_FINISH);
        assert_int_equal(ex_hunt_step(&h, &callback).kind, EX_ACT_NONE);
        ex_hunt_result(&h);
        assert_int_equal(h.found.state, EX_BD_NOT_ASSESSED);
        assert_int_equal(h.found.reason, rows[i].reason);
    }
}

static void wanted_hosts(void **state)
{
    static const struct {
        enum ex_state state;
        enum ex_presence present;
        uint64_t notes;
        enum ex_bd_reason why;
    } rows[] = {
        { EX_STATE_ANSWERED, EX_PRESENT_YES, 0, EX_BDR_NONE },
        { EX_STATE_ANSWERED, EX_PRESENT_YES, 1ull << EX_NOTE_HEADER_STRIPPED, EX_BDR_NONE },
        { EX_STATE_ANSWERED, EX_PRESENT_MAYBE, 0, EX_BDR_NOT_EXCHANGE },
        { EX_STATE_ANSWERED, EX_PRESENT_NO, 0, EX_BDR_NOT_EXCHANGE },
        { EX_STATE_ANSWERED, EX_PRESENT_ONLINE, 0, EX_BDR_NOT_EXCHANGE },
        { EX_STATE_INTERRUPTED, EX_PRESENT_YES, 0, EX_BDR_NOT_FINISHED },
        { EX_STATE_BLOCKED, EX_PRESENT_YES, 0, EX_BDR_NOT_FINISHED },
        { EX_STATE_ANSWERED, EX_PRESENT_YES, 1ull << EX_NOTE_RATE_LIMITED, EX_BDR_NOT_FINISHED },
        { EX_STATE_ANSWERED, EX_PRESENT_YES, 1ull << EX_NOTE_WAF_BLOCK, EX_BDR_NOT_FINISHED },
        { EX_STATE_ANSWERED, EX_PRESENT_YES, 1ull << EX_NOTE_TIMEOUT, EX_BDR_NOT_FINISHED },
        { EX_STATE_ANSWERED, EX_PRESENT_YES, 1ull << EX_NOTE_INCOMPLETE, EX_BDR_NOT_FINISHED },
    };

    (void)state;
    for (size_t i = 0; i < HUNT_N(rows); i++) {
        static struct ex_result r;
        enum ex_bd_reason why = EX_BDR_INTERNAL;

        r.state = rows[i].state;
        r.fingerprint.present = rows[i].present;
        r.fingerprint.notes = rows[i].notes;
        if (ex_hunt_wanted(&r, &why) != (rows[i].why == EX_BDR_NONE) || why != rows[i].why)
            fail_msg("row %zu: %s", i, ex_bd_reason_str(why));
    }
}

/* One is allocated for each Exchange host in flight. */
static void size(void **state)
{
    (void)state;
    assert_true(sizeof(struct ex_hunt) - sizeof(struct ex_logon_page) < 64 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {

        cmocka_unit_test(clean_host),
        cmocka_unit_test(second_look),
        cmocka_unit_test(fresh_name_answers),
        cmocka_unit_test(short_budget),
        cmocka_unit_test(own_names),
        cmocka_unit_test(too_many_folders),
        cmocka_unit_test(scripts_of_the_page),
        cmocka_unit_test(receiver_is_not_asked),
        cmocka_unit_test(names_seen_most_come_first),
        cmocka_unit_test(gives_up),
        cmocka_unit_test(wanted_hosts),
        cmocka_unit_test(size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
