// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "hunt_play.h"

struct row {
    const char *name;
    struct hunt_reply server[HUNT_REPLIES]; /* in front of a clean server */
    const char *want;
    bool deep;
};

#define ANS       "/aspnet_client/"
#define SYS       "/aspnet_client/system_web/"
#define OWA       "/owa/auth/"
#define ECP       "/ecp/auth/"
#define FORM      OK("<form><input type=file></form>")
#define UNKNOWN   OK("<html>hello from the other side</html>")
#define DECOY     OK("<html>welcome</html>")
#define CATCH_ALL OK("<title>{NAME}</title>nothing called {STEM} at {URL}, {N} visitors")

static const struct row levels[] = {
    { "a clean server", { { 0 } }, "none-seen -", false },
    { "a clean server, all names", { { 0 } }, "none-seen -", true },
    { "a full signature needs no second look",
      { { OWA "OutlookEN.aspx$", OK("OAB-DUMP"), 0, 0, 0 } },
      "confirmed -; /owa/auth/OutlookEN.aspx confirmed answers not-needed dump",
      false },
    { "and stands when the second server is clean",
      { { OWA "OutlookEN.aspx$", OK("OAB-DUMP"), 0, 1, 0 } },
      "confirmed -; /owa/auth/OutlookEN.aspx confirmed answers not-needed dump",
      false },
    { "every name is asked after a find",
      { { SYS "log.aspx$", OK("OAB-DUMP"), 0, 0, 0 }, { OWA "pxh", OK("OAB-DUMP"), 0, 0, 0 } },
      "confirmed -; /aspnet_client/system_web/log.aspx confirmed answers not-needed dump; "
      "/owa/auth/pxh4HG1v.ashx confirmed answers not-needed dump",
      false },
    { "blank answer at a name of high confidence",
      { { OWA "babydraco.aspx$", OK(""), 0, 0, 0 } },
      "likely -; /owa/auth/babydraco.aspx likely answers same blank",
      false },
    { "blank answer at a name of medium confidence",
      { { ANS "help.aspx$", OK(""), 0, 0, 0 } },
      "suspicious -; /aspnet_client/help.aspx suspicious answers same blank",
      false },
    { "form at a name of high confidence",
      { { ECP "Logout.aspx$", FORM, 0, 0, 0 } },
      "likely -; /ecp/auth/Logout.aspx likely answers same form",
      false },
    { "form that is gone at the second look",
      { { ECP "Logout.aspx$", FORM, 0, 1, 0 } },
      "review -; /ecp/auth/Logout.aspx review answers different form",
      false },
    { "unknown page",
      { { OWA "log.aspx$", UNKNOWN, 0, 0, 0 } },
      "suspicious -; /owa/auth/log.aspx suspicious answers same",
      false },
    { "unknown page, once",
      { { OWA "log.aspx$", UNKNOWN, 0, 1, 0 } },
      "review -; /owa/auth/log.aspx review answers different",
      false },
    { "unknown page at a name of low confidence",
      { { SYS "error.aspx$", UNKNOWN, 0, 0, 0 } },
      "review -; /aspnet_client/system_web/error.aspx review answers same",
      false },
    { "page that fails, below /owa/auth/",
      { { OWA "log.aspx$", FAILS, 0, 0, 0 } },
      "suspicious -; /owa/auth/log.aspx suspicious server-error same",
      false },
    { "page that fails, elsewhere",
      { { ANS "load.aspx$", "500 Error\n\noops", 0, 0, 0 } },
      "suspicious -; /aspnet_client/load.aspx suspicious server-error same fails",
      false },
    { "failure that does not repeat",
      { { ANS "load.aspx$", "500 Error\n\noops", 0, 1, 0 } },
      "review -; /aspnet_client/load.aspx review server-error different fails",
      false },
    { "refusal where a miss is 404",
      { { ANS "load.aspx$", BLOCKED, 0, 0, 0 } },
      "suspicious -; /aspnet_client/load.aspx suspicious refused same",
      false },
    { "redirect to the page for missing files where there is none",
      { { ANS "load.aspx$", MISS_OWA, 0, 0, 0 } },
      "suspicious -; /aspnet_client/load.aspx suspicious other-status same fake",
      false },
    { "redirect elsewhere",
      { { OWA "log.aspx$", TO("/owa/auth/x.aspx"), 0, 0, 0 } },
      "review -; /owa/auth/log.aspx review other-redirect same",
      false },
    { "404 where others redirect",
      { { OWA "log.aspx$", MISS_ASPNET, 0, 0, 0 } },
      "review -; /owa/auth/log.aspx review other-status same",
      false },
    { "another field in a miss",
      { { ANS "load.aspx$", "404 Not Found\nContent-Type: text/html\nX-Mine: 1\n" ASP "\n{PATH}", 0,
          0, 0 } },
      "review -; /aspnet_client/load.aspx review other-headers same",
      false },
    { "another text in a miss, which changes: nothing",
      { { ANS "load.aspx$",
          "404 Not Found\nContent-Type: text/html\nServer: Microsoft-IIS/10.0\n" ASP "\n<p>gone", 0,
          1, 0 } },
      "none-seen -",
      false },
    { "two unknown pages in different folders",
      { { OWA "log.aspx$", UNKNOWN, 0, 0, 0 },
        { ANS "load.aspx$", OK("<b>something else"), 0, 0, 0 } },
      "likely -; /aspnet_client/load.aspx suspicious answers same; "
      "/owa/auth/log.aspx suspicious answers same",
      false },
    { "one page in two folders is one device",
      { { OWA "log.aspx$", UNKNOWN, 0, 0, 0 }, { ANS "load.aspx$", UNKNOWN, 0, 0, 0 } },
      "suspicious -; /aspnet_client/load.aspx suspicious answers same; "
      "/owa/auth/log.aspx suspicious answers same",
      false },
    { "two refusals in different folders are one rule",
      { { OWA "log.aspx$", BLOCKED, 0, 0, 0 }, { ANS "load.aspx$", BLOCKED "!", 0, 0, 0 } },
      "suspicious -; /aspnet_client/load.aspx suspicious refused same; "
      "/owa/auth/log.aspx suspicious refused same",
      false },
    { "two unknown pages in one folder",
      { { OWA "log.aspx$", UNKNOWN, 0, 0, 0 }, { OWA "babyd", OK("<b>something else"), 0, 0, 0 } },
      "suspicious -; /owa/auth/babydraco.aspx suspicious answers same; "
      "/owa/auth/log.aspx suspicious answers same",
      false },
    { "the error page of 2007 and 2010",
      { { OWA "error.aspx$", PAGE("error", "type=file"), 0, 0, 0 } },
      "none-seen -",
      false },
    { "a page of its name without the mark",
      { { OWA "error.aspx$", UNKNOWN, 0, 0, 0 } },
      "suspicious -; /owa/auth/error.aspx suspicious answers same mark",
      false },
    { "genuine name, overwritten",
      { { OWA "RedirSuite", UNKNOWN, 0, 0, 0 } },
      "suspicious -; /owa/auth/RedirSuiteServiceProxy.aspx suspicious answers same mark",
      true },
    { "genuine name with another class",
      { { OWA "RedirSuite", PAGE("logon", ""), 0, 0, 0 } },
      "suspicious -; /owa/auth/RedirSuiteServiceProxy.aspx suspicious answers same mark",
      true },
    { "genuine name with a full signature",
      { { OWA "RedirSuite", PAGE("redirsuiteserviceproxy", "OAB-DUMP"), 0, 0, 0 } },
      "confirmed -; /owa/auth/RedirSuiteServiceProxy.aspx confirmed answers not-needed dump",
      true },
    { "genuine name that is missing or fails",
      { { OWA "RedirSuite", FAILS, 0, 0, 0 } },
      "none-seen -",
      true },
    { "a logon page that a listed name redirects to", { { 0 } }, "none-seen -", true },
    { "the signatures did not run to their end",
      { { OWA "error.aspx$", PAGE("error", "SCANNER-FAILS"), 0, 0, 0 } },
      "not-assessed internal-error",
      false },
};

static const struct row folders[] = {
    { "everything answers: signatures only",
      { { ANS, CATCH_ALL, 0, 0, 0 } },
      "not-assessed folders-not-assessed | /aspnet_client/.aspx wildcard | "
      "/aspnet_client/system_web/.aspx wildcard",
      false },
    { "a signature in such a folder",
      { { ANS "shell.aspx$", OK("OAB-DUMP"), 0, 0, 0 }, { ANS, CATCH_ALL, 0, 0, 0 } },
      "confirmed folders-not-assessed; /aspnet_client/shell.aspx confirmed other-body not-needed "
      "dump | /aspnet_client/.aspx wildcard | /aspnet_client/system_web/.aspx wildcard",
      false },
    { "a signature that the random names carry as well",
      { { SYS, OK("OAB-DUMP {PATH}"), 0, 0, 0 } },
      "not-assessed folders-not-assessed | /aspnet_client/system_web/.aspx wildcard",
      false },
    { "the text of a signature in error pages",
      { { ANS, "404 Not Found\nContent-Type: text/html\n\nOAB-DUMP {PATH}", 0, 0, 0 } },
      "none-seen -",
      false },
    { "another status in a folder where everything answers",
      { { ANS "shell.aspx$", "500 Error\n\noops", 0, 0, 0 }, { ANS, CATCH_ALL, 0, 0, 0 } },
      "not-assessed folders-not-assessed | /aspnet_client/.aspx wildcard | "
      "/aspnet_client/system_web/.aspx wildcard",
      false },
    { "a folder that asks everybody for a password",
      { { ECP, "401 Unauthorized\nWWW-Authenticate: Basic\n\n", 0, 0, 0 } },
      "not-assessed folders-not-assessed | /ecp/auth/.aspx refused",
      false },
    { "a folder closed to outsiders, and nothing else",
      { { ECP, "403 Forbidden\nServer: Microsoft-IIS/10.0\n\nno", 0, 0, 0 } },
      "not-assessed folders-not-assessed | /ecp/auth/.aspx refused",
      false },
    { "440 is a refusal",
      { { ECP, "440 Login Timeout\n\n", 0, 0, 0 } },
      "not-assessed folders-not-assessed | /ecp/auth/.aspx refused",
      false },
    { "an answer in a folder that refuses everything else",
      { { ECP "Logout.aspx$", UNKNOWN, 0, 0, 0 }, { ECP, "401 Unauthorized\n\n", 0, 0, 0 } },
      "suspicious folders-not-assessed; /ecp/auth/Logout.aspx suspicious answers same | "
      "/ecp/auth/.aspx refused",
      false },
    { "a logon device for a folder",
      { { ANS, TO("/my.policy"), 0, 0, 0 } },
      "not-assessed folders-not-assessed | /aspnet_client/.aspx redirected | "
      "/aspnet_client/system_web/.aspx redirected",
      false },
    { "the logon page counts as a miss below /ecp/auth/ only",
      { { ANS, MISS_ECP, 0, 0, 0 } },
      "not-assessed folders-not-assessed | /aspnet_client/.aspx redirected | "
      "/aspnet_client/system_web/.aspx redirected",
      false },
    { "a miss on another host",
      { { OWA "", TO("https://other.example/owa/auth/errorFE.aspx?httpCode=404"), 2, 0, 0 },
        { ECP, MISS_ECP, 0, 0, 0 } },
      "not-assessed control-failed | /owa/auth/.ashx redirected | /owa/auth/.aspx redirected",
      false },
    { "a folder that fails",
      { { ANS, "500 Error\n\noops {N}", 0, 0, 0 } },
      "not-assessed folders-not-assessed | /aspnet_client/.aspx failing | "
      "/aspnet_client/system_web/.aspx failing",
      false },
    { "Exchange that fails for every name",
      { { OWA "", FAILS, 2, 0, 0 } },
      "not-assessed control-failed | /owa/auth/.ashx failing | /owa/auth/.aspx failing",
      false },
    { "the customErrors page of 2010",
      { { ANS, TO("/owa/auth/error.aspx?aspxerrorpath={PATH}"), 0, 0, 0 } },
      "none-seen -",
      false },
    { "no mark on a page of Exchange where everything answers",
      { { OWA "logon", PAGE("logon", ""), 0, 0, 0 },
        { OWA "expired", PAGE("expiredpassword", ""), 0, 0, 0 },
        { OWA "", CATCH_ALL, 0, 0, 0 } },
      "not-assessed folders-not-assessed | /owa/auth/.ashx wildcard | /owa/auth/.aspx wildcard",
      true },
    { "a first sample that was an accident",
      { { ANS, "502 Bad Gateway\n\n", 0, 1, 0 } },
      "none-seen -",
      false },
    { "a lost sample", { { ANS, "!reset", 0, 2, 0 } }, "none-seen -", false },
    { "misses with a text of any length",
      { { ANS, "404 Not Found\nContent-Type: text/html\n\n{ID}{STEM}{STEM} yes {URL}", 0, 0, 0 } },
      "none-seen -",
      false },
};

static void play_rows(const struct row *rows, size_t n)
{
    static struct hunted p;

    for (size_t i = 0; i < n; i++) {
        struct ex_hunt_options opt = hunt_options();

        opt.deep = rows[i].deep;
        opt.budget = opt.deep ? EX_BUDGET_BACKDOOR_DEEP : EX_BUDGET_BACKDOOR;
        hunt(&p, &opt, rows[i].server, 4711 + i);
        if (strcmp(p.summary, rows[i].want) != 0)
            fail_msg("%s:\n  \"%s\"\n  wanted \"%s\"", rows[i].name, p.summary, rows[i].want);
    }
}

static void verdicts(void **state)
{
    (void)state;
    play_rows(levels, HUNT_N(levels));
}

static void folder_states(void **state)
{
    (void)state;
    play_rows(folders, HUNT_N(folders));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts),
        cmocka_unit_test(folder_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
