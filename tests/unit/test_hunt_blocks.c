// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "hunt_play.h"

/* Who answers for Exchange: devices that refuse, decoys, logon devices. */

static struct hunted p;

static void play_server(const struct hunt_reply *server)
{
    const struct ex_hunt_options opt = hunt_options();

    hunt(&p, &opt, server, 99);
}

#define ANS     "/aspnet_client/"
#define SYS     "/aspnet_client/system_web/"
#define OWA     "/owa/auth/"
#define UNKNOWN OK("<html>hello from the other side</html>")
#define DECOY   OK("<html>welcome, visitor {N}</html>")
#define WAF_429 "429 Too Many Requests\n\nslow down"

struct row {
    const char *name;
    struct hunt_reply server[HUNT_REPLIES];
    const char *want;
    unsigned n_requests; /* 0: any */
};

/* A decoy that knows the published names, but not the random ones. */
#define KNOWN(text)                                                                                \
    { ANS "discover.aspx$", text, 0, 0, 0 }, { ANS "load.aspx$", text, 0, 0, 0 },                  \
        { ANS "help.aspx$", text, 0, 0, 0 },                                                       \
    {                                                                                              \
        ANS "supp0rt.aspx$", text, 0, 0, 0                                                         \
    }

#define GUARDED(path, rest) "; " path " review answers not-needed" rest " downgraded"
#define ALL_GUARDED(rest)                                                                          \
    GUARDED("/aspnet_client/discover.aspx", rest)                                                  \
    GUARDED("/aspnet_client/help.aspx", rest)                                                      \
    GUARDED("/aspnet_client/load.aspx", rest) GUARDED("/aspnet_client/supp0rt.aspx", rest)

static const struct row guard[] = {
    { "one page for many names of a folder", { KNOWN(DECOY) }, "review -" ALL_GUARDED(""), 0 },
    { "a different page for each of them",
      { KNOWN(OK("<html>this is {STEM} speaking, yes, {STEM}</html><!-- {URL} -->")) },
      "review -" ALL_GUARDED(""),
      0 },
    { "blank pages are no content", { KNOWN(OK("")) }, "review -" ALL_GUARDED(" blank"), 0 },
    { "refusals",
      { KNOWN("401 Unauthorized\n\nno") },
      "review -; /aspnet_client/discover.aspx review refused not-needed downgraded"
      "; /aspnet_client/help.aspx review refused not-needed downgraded"
      "; /aspnet_client/load.aspx review refused not-needed downgraded"
      "; /aspnet_client/supp0rt.aspx review refused not-needed downgraded",
      0 },
    { "the same page in a folder with few names falls under it",
      { KNOWN(DECOY), { OWA "pxh4HG1v.ashx$", DECOY, 0, 0, 0 } },
      "review -" ALL_GUARDED("") GUARDED("/owa/auth/pxh4HG1v.ashx", ""),
      0 },
    { "another page elsewhere does not",
      { KNOWN(DECOY), { OWA "pxh4HG1v.ashx$", UNKNOWN, 0, 0, 0 } },
      "suspicious -; /owa/auth/pxh4HG1v.ashx suspicious answers same" ALL_GUARDED(""),
      0 },
    { "a full signature is exempt",
      { { ANS "shell.aspx$", OK("OAB-DUMP"), 0, 0, 0 }, KNOWN(DECOY) },
      "confirmed -; /aspnet_client/shell.aspx confirmed answers not-needed dump" ALL_GUARDED(""),
      0 },
    { "three are believed",
      { { ANS "discover.aspx$", OK("<b>one"), 0, 0, 0 },
        { ANS "load.aspx$", OK("<b>two"), 0, 0, 0 },
        { ANS "shell.aspx$", OK("<b>three"), 0, 0, 0 } },
      "suspicious -; /aspnet_client/discover.aspx suspicious answers same"
      "; /aspnet_client/load.aspx suspicious answers same"
      "; /aspnet_client/shell.aspx suspicious answers same",
      0 },
};

static const struct row blocks[] = {
    { "403 from some request on",
      { { "", BLOCKED, 6, 0, 0 } },
      "not-assessed blocked | /aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx "
      "not-asked | /ecp/auth/.aspx not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx "
      "not-asked | after 6 by 403",
      9 },
    { "406",
      { { "", "406 Not Acceptable\n\n", 6, 0, 0 } },
      "not-assessed blocked | /aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx "
      "not-asked | /ecp/auth/.aspx not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx "
      "not-asked | after 6 by 406",
      9 },
    { "resets, each tried twice",
      { { "", "!reset", 6, 0, 0 } },
      "not-assessed blocked | /aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx "
      "not-asked | /ecp/auth/.aspx not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx "
      "not-asked | after 6 by reset",
      12 },
    { "nothing any more, while a folder is calibrated",
      { { "", "!timeout", 2, 0, 0 } },
      "not-assessed blocked | /aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx "
      "not-asked | /ecp/auth/.aspx not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx "
      "not-asked | after 2 by timeout",
      8 },
    { "nobody listens any more",
      { { "", "!refused", 6, 0, 0 } },
      "not-assessed blocked | /aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx "
      "not-asked | /ecp/auth/.aspx not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx "
      "not-asked | after 6 by refused",
      9 },
    { "the block page of a known device",
      { { "", "200 OK\n\nRequest Rejected {ID}", 6, 0, 0 } },
      "not-assessed blocked | /aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx "
      "not-asked | /ecp/auth/.aspx not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx "
      "not-asked | after 6 by block page, 200",
      9 },
    { "a find stands when the rest is blocked",
      { { ANS "discover.aspx$", OK("OAB-DUMP"), 0, 0, 0 }, { "", BLOCKED, 6, 0, 0 } },
      "confirmed blocked; /aspnet_client/discover.aspx confirmed answers not-needed dump | "
      "/aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx not-asked | /ecp/auth/.aspx "
      "not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx not-asked | after 6 by 403",
      9 },
    { "what the device said before is no find either",
      { { ANS "discover.aspx$", BLOCKED, 0, 0, 0 }, { "", BLOCKED, 6, 0, 0 } },
      "not-assessed blocked | /aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx "
      "not-asked | /ecp/auth/.aspx not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx "
      "not-asked | after 6 by 403",
      9 },
    { "a device that refuses one name",
      { { ANS "shell.aspx$", "200 OK\n\nRequest Rejected", 0, 0, 0 } },
      "not-assessed blocked",
      0 },
    { "a name that gets no answer",
      { { ANS "shell.aspx$", "!reset", 0, 0, 0 } },
      "not-assessed blocked",
      0 },
    { "a name that times out",
      { { ANS "shell.aspx$", "!timeout", 0, 0, 0 } },
      "not-assessed timeout",
      0 },
    { "a name that is answered at the second try",
      { { ANS "shell.aspx$", "!reset", 0, 1, 0 } },
      "none-seen -",
      0 },
    { "refused between two folders",
      { { "", BLOCKED, 7, 0, 0 } },
      "not-assessed blocked | /aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx "
      "blocked | /ecp/auth/.aspx not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx not-asked "
      "| after 7 by 403",
      10 },
    { "refused while a folder is calibrated: the logon page tells",
      { { "", BLOCKED, 9, 0, 0 } },
      "not-assessed blocked | /aspnet_client/system_web/.aspx blocked | /ecp/auth/.aspx not-asked "
      "| /owa/auth/.ashx not-asked | /owa/auth/.aspx not-asked | after 9 by 403",
      12 },
    { "429 without a time",
      { { "", WAF_429, 6, 0, 0 } },
      "not-assessed blocked | /aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx "
      "not-asked | /ecp/auth/.aspx not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx "
      "not-asked | after 6 by 429",
      7 },
    { "503 with a long time",
      { { "", "503 Busy\nRetry-After: 600\n\n", 6, 0, 0 } },
      "not-assessed blocked | /aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx "
      "not-asked | /ecp/auth/.aspx not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx "
      "not-asked | after 6 by 503",
      7 },
    { "503 with a short time, once",
      { { ANS "load.aspx$", "503 Busy\nRetry-After: 2\n\n", 0, 1, 0 } },
      "none-seen -",
      0 },
    { "and a second time",
      { { ANS "load.aspx$", "503 Busy\nRetry-After: 2\n\n", 0, 0, 0 } },
      "not-assessed blocked | /aspnet_client/.aspx blocked | /aspnet_client/system_web/.aspx "
      "not-asked | /ecp/auth/.aspx not-asked | /owa/auth/.ashx not-asked | /owa/auth/.aspx "
      "not-asked | after 6 by 503",
      0 },
    { "refused at the second look: it was not done",
      { { OWA "babydraco.aspx$", BLOCKED, 0, 0, 1 }, { OWA "babydraco.aspx$", OK(""), 0, 0, 0 } },
      "suspicious budget; /owa/auth/babydraco.aspx suspicious answers not-done blank",
      0 },
};

static const struct row controls[] = {
    { "no logon page of Exchange: names still count by signature",
      { { OWA "logon.aspx", TO("/my.policy"), 0, 0, 0 },
        { OWA "log.aspx$", UNKNOWN, 0, 0, 0 },
        { ANS "shell.aspx$", OK("OAB-DUMP"), 0, 0, 0 } },
      "confirmed control-failed; /aspnet_client/shell.aspx confirmed answers not-needed dump",
      0 },
    { "and by nothing else",
      { { OWA "logon.aspx", TO("/my.policy"), 0, 0, 0 }, { OWA "log.aspx$", UNKNOWN, 0, 0, 0 } },
      "not-assessed control-failed",
      0 },
    { "expiredpassword.aspx is switched off: the logon page serves",
      { { OWA "expired", MISS_OWA, 0, 0, 0 } },
      "none-seen -",
      0 },
    { "refused at the end",
      { { OWA "expired", BLOCKED, 0, 0, 0 }, { OWA "logon", BLOCKED, 3, 0, 0 } },
      "not-assessed blocked",
      0 },
    { "somebody else at the end",
      { { OWA "expired", UNKNOWN, 0, 0, 0 }, { OWA "logon", UNKNOWN, 3, 0, 0 } },
      "not-assessed control-failed",
      0 },
};

static void play_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        play_server(rows[i].server);
        if (strcmp(p.summary, rows[i].want) != 0 ||
            (rows[i].n_requests && rows[i].n_requests != p.n_asked))
            fail_msg("%s: %u requests\n  \"%s\"\n  wanted \"%s\"", rows[i].name, p.n_asked,
                     p.summary, rows[i].want);
    }
}

static void guards(void **state)
{
    (void)state;
    play_rows(guard, HUNT_N(guard));
}

static void blocked(void **state)
{
    (void)state;
    play_rows(blocks, HUNT_N(blocks));
}

static void controlled(void **state)
{
    (void)state;
    play_rows(controls, HUNT_N(controls));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guards),
        cmocka_unit_test(blocked),
        cmocka_unit_test(controlled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
