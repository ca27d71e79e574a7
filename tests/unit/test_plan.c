// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "play.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { FINGERPRINT_ONLY = 1, DEEP = 2, NTLM_INFO = 4 };

#define APM "302 Found\nServer: BigIP\nLocation: /my.policy\n"

static const struct {
    const char *what;
    unsigned mode, budget; /* budget 0: the usual one */
    struct reply replies[PLAY_REPLIES_MAX];
    const char *probes;
} rows[] = {
    { "page and header confirm each other: the control, and that is all",
      FINGERPRINT_ONLY,
      0,
      { SERVER_16 },
      "logon-page control*" },
    { "then what an owner wants to know, on a second connection",
      0,
      0,
      { SERVER_16 },
      "logon-page control ecp+ ews autodiscover activesync powershell auth-metadata*" },
    { "the challenge takes the place of the least important one",
      NTLM_INFO,
      0,
      { SERVER_16 },
      "logon-page control ecp+ ews autodiscover activesync powershell ntlm-info*" },
    { "no challenge without an offer of NTLM",
      NTLM_INFO,
      0,
      { { "/owa/auth/", PAGE_16 } },
      "logon-page control ecp+ ews autodiscover activesync powershell" },
    { "more with deep, the build being known",
      DEEP,
      0,
      { SERVER_16 },
      "logon-page control ecp+ ews autodiscover activesync powershell auth-metadata owa "
      "healthcheck mapi oab rpc api no-host*" },
    { "without a header the services are asked for one",
      FINGERPRINT_ONLY,
      0,
      { { "/owa/auth/", PAGE_16_NO_HEADER }, { "/EWS/", EWS_NO_HEADER } },
      "logon-page control ews autodiscover activesync*" },
    { "and no longer than until one has it",
      FINGERPRINT_ONLY,
      0,
      { { "/owa/auth/", PAGE_16_NO_HEADER }, { "/EWS/", EWS_16 } },
      "logon-page control ews" },
    { "a header alone needs a second request-id",
      FINGERPRINT_ONLY,
      0,
      { { "/Microsoft-Server-ActiveSync", EAS_16 } },
      "logon-page ews autodiscover activesync owa second-look control*" },
    { "two services with it do not need a repetition",
      FINGERPRINT_ONLY,
      0,
      { { "/EWS/", EWS_16 }, { "/autodiscover/", EWS_16 } },
      "logon-page ews autodiscover control*" },
    { "nothing of Exchange: no control either",
      0,
      0,
      { { NULL, NOT_FOUND } },
      "logon-page ews autodiscover activesync owa" },
    { "old enough for Exchange 2003",
      0,
      0,
      { { NULL, "404 x\nServer: Microsoft-IIS/6.0\n" } },
      "logon-page ews autodiscover activesync owa exchange-2003" },
    { "a logon device: OWA would say the same again",
      0,
      0,
      { { NULL, APM } },
      "logon-page ews autodiscover activesync control" },
    { "a logon device that lets ActiveSync through",
      FINGERPRINT_ONLY,
      0,
      { { "/Microsoft-Server-ActiveSync", EAS_16 }, { NULL, APM } },
      "logon-page ews autodiscover activesync second-look control*" },
    { "the control stays within a budget of two", 0, 2, { SERVER_16 }, "logon-page control*" },
    { "and of three", 0, 3, { SERVER_16 }, "logon-page control ecp*+" },
    { "one request is one request", 0, 1, { SERVER_16 }, "logon-page*" },
    { "a budget without room for the rest keeps the control",
      0,
      3,
      { { "/EWS/", EWS_NO_HEADER }, { "/autodiscover/", EWS_NO_HEADER } },
      "logon-page ews control*" },
    { "a control that is marked ends it",
      0,
      0,
      { { "/owa/auth/", PAGE_16 }, { NULL, "404 x\n" V16 } },
      "logon-page control" },
    { "a page without any mark of a front end is looked into",
      FINGERPRINT_ONLY,
      0,
      { { "/owa/auth/", "200 OK\n" V16 "\n" PAGE_BODY("15.1.2507") } },
      "logon-page ews autodiscover activesync owa control" },
    { "2007 has no admin center and no PowerShell",
      0,
      0,
      { { "/owa/auth/", "200 OK\nX-OWA-Version: 8.3.83.6\n\n" PAGE_2010("8.3.83.6") } },
      "logon-page control ews+ autodiscover activesync owa*" },
    { "Exchange Online: one more answer and the control",
      0,
      0,
      { { NULL, "302 Found\nrequest-id: {id}\nX-FEServer: A\nX-FEProxyInfo: A.PROD.OUTLOOK.COM\n"
                "X-FEEFZInfo: AMS\nX-RUM-Validated: 1\n" } },
      "logon-page ews control" },
    { "a redirect of everything to Exchange Online",
      0,
      0,
      { { NULL, "301 x\nLocation: https://outlook.office365.com/owa/?realm=example.com\n" } },
      "logon-page ews" },
    { "only OWA redirected: the services are asked",
      FINGERPRINT_ONLY,
      0,
      { { "/owa/", "301 x\nLocation: https://outlook.office365.com/owa/?realm=example.com\n" },
        { "/EWS/", EWS_16 },
        { "/autodiscover/", EWS_16 } },
      "logon-page ews autodiscover control*" },
};

static void asks_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        static struct played p;
        struct ex_host_options opt = play_options();

        opt.fingerprint_only = rows[i].mode & FINGERPRINT_ONLY;
        opt.deep = rows[i].mode & DEEP;
        opt.ntlm_info = rows[i].mode & NTLM_INFO;
        if (rows[i].budget)
            opt.budget = (uint16_t)rows[i].budget;
        play(&p, &opt, rows[i].replies);
        if (strcmp(p.probes, rows[i].probes) != 0)
            fail_msg("%s:\n  asked  %s\n  wanted %s", rows[i].what, p.probes, rows[i].probes);
        if (p.n_requests != p.result.requests)
            fail_msg("%s: %u requests, recorded %u", rows[i].what, p.n_requests, p.result.requests);
    }
}

#define FOLDER_404 "404 Not Found\nX-CalculatedBETarget: ex01.corp.example.com\n"
#define FOLDER_200 "200 OK\nX-CalculatedBETarget: ex01.corp.example.com\n"
#define STRIPPED                                                                                   \
    { "/owa/auth/", PAGE_16_NO_HEADER }, { "/EWS/", EWS_NO_HEADER },                               \
    {                                                                                              \
        "/autodiscover/", EWS_NO_HEADER                                                            \
    }

static void folders_come_before_exposure(void **state)
{
    static const struct reply server[PLAY_REPLIES_MAX] = { STRIPPED,
                                                           { "/ecp/15.1.2507.44/", FOLDER_200 },
                                                           { "/ecp/15.1.2507.", FOLDER_404 } };
    static const char wanted[] =
        "logon-page control ews+ autodiscover activesync export-tool export-tool-folder "
        "export-tool-folder export-tool-folder ecp powershell auth-metadata owa healthcheck mapi "
        "oab "
        "rpc api no-host*";
    static struct played p;
    struct ex_host_options opt = play_options();
    (void)state;

    opt.deep = true;
    play(&p, &opt, server);
    assert_string_equal(p.probes, wanted);
    assert_int_equal(p.result.fingerprint.precision, EX_PREC_EXACT);
    assert_int_equal(p.result.fingerprint.exact.part[3], 44);
}

static void folders_keep_their_budget(void **state)
{
    static const struct reply server[PLAY_REPLIES_MAX] = { STRIPPED,
                                                           { "/ecp/15.1.2507.", FOLDER_404 } };
    struct ex_host_options opt = play_options();
    (void)state;

    opt.deep = true;
    for (uint16_t deep = 0; deep < 8; deep++) {
        static struct played p;

        opt.budget_deep = deep;
        play(&p, &opt, server);
        if (p.n_requests > (unsigned)opt.budget + deep)
            fail_msg("%u requests with %u for deep: %s", p.n_requests, deep, p.probes);
        if (deep > 1 && deep < 6 && !ex_fp_has(&p.result.fingerprint, EX_NOTE_INCOMPLETE))
            fail_msg("with %u for deep the probe did not end, and does not say so", deep);
    }
}

/* What leaves, byte by byte, for the ones that are special. */
static void special_requests(void **state)
{
    static const struct reply server[PLAY_REPLIES_MAX] = { SERVER_16 };
    static struct ex_host h;
    static const struct ex_target target = { .name = "mail.example.com" };
    struct ex_host_options opt = play_options();
    struct played p;
    unsigned seen = 0;
    (void)state;

    opt.deep = opt.ntlm_info = true;
    ex_host_init(&h, &opt, &play_catalog, &target, 99);
    p.host = h;
    p.n_requests = 0;
    struct ex_action a = ex_host_step(&p.host, &(struct ex_event){ .kind = EX_EV_START });
    while (a.kind == EX_ACT_REQUEST) {
        if (strcmp(a.probe, "ntlm-info") == 0) {
            assert_string_equal(a.path, "/EWS/Exchange.asmx");
            assert_non_null(a.authorization);
            seen |= 1;
        } else {
            assert_null(a.authorization);
        }
        if (strcmp(a.probe, "no-host") == 0)
            seen |= 2;
        assert_int_equal(a.http10_no_host, strcmp(a.probe, "no-host") == 0);
        assert_int_equal(a.method, EX_GET);
        a = play_answer(&p, play_find(server, a.path));
    }
    assert_int_equal(seen, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_in_order),
        cmocka_unit_test(folders_come_before_exposure),
        cmocka_unit_test(folders_keep_their_budget),
        cmocka_unit_test(special_requests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
