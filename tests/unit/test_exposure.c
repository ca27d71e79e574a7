// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "play.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
    const char *what;
    bool deep;
    struct reply replies[PLAY_REPLIES_MAX];
    const char *with[8];    /* "id path value", NULL-ended */
    const char *without[4]; /* ids */
} rows[] = {
    { "an ordinary server",
      false,
      { SERVER_16 },
      { "ecp-reachable /ecp/ ", "powershell-reachable /powershell ",
        "ntlm-offered /EWS/Exchange.asmx Negotiate, NTLM",
        "basic-auth-offered /Microsoft-Server-ActiveSync Basic",
        "internal-name-leak /owa/auth/logon.aspx?replaceCurrent=1 EX01",
        "hsts-missing /owa/auth/logon.aspx?replaceCurrent=1 ", NULL },
      { "internal-address-leak", "healthcheck-reachable", NULL } },
    { "nothing published but OWA and EWS",
      false,
      { { "/owa/auth/", PAGE_16 }, { "/EWS/", EWS_16 } },
      { "ntlm-offered /EWS/Exchange.asmx Negotiate, NTLM", NULL },
      { "ecp-reachable", "powershell-reachable", "basic-auth-offered", NULL } },
    { "forbidden is not reachable",
      false,
      { { "/ecp/", "403 Forbidden\n" FRONT_END("{id}") },
        { "/powershell", "403 Forbidden\n" FRONT_END("{id}") },
        SERVER_16 },
      { NULL },
      { "ecp-reachable", "powershell-reachable", NULL } },
    { "a proxy that asks for Basic everywhere",
      false,
      { { "/owa/auth/", PAGE_16 }, { NULL, "401 x\nWWW-Authenticate: Basic realm=\"proxy\"\n" } },
      { "basic-auth-offered /EWS/Exchange.asmx Basic", NULL },
      { "ecp-reachable", "powershell-reachable", NULL } },
    { "HSTS on one answer is HSTS",
      false,
      { { "/EWS/", EWS_16 "Strict-Transport-Security: max-age=31536000\n" }, SERVER_16 },
      { NULL },
      { "hsts-missing", NULL } },
    { "what deep adds",
      true,
      { { "/owa/healthcheck.htm", "200 OK\n\n200 OK<br/>ex01.corp.example.com" },
        { "/owa/auth/logon.aspx", PAGE_16 },
        { "/owa", "302 Found\nLocation: https://10.0.12.34/owa/\n" },
        SERVER_16 },
      { "healthcheck-reachable /owa/healthcheck.htm ex01.corp.example.com",
        "internal-name-leak /owa/healthcheck.htm ex01.corp.example.com",
        "internal-address-leak /owa 10.0.12.34", NULL },
      { NULL } },
    { "a simulator exposes nothing",
      false,
      { { NULL, "200 OK\n" FRONT_END("{id}") V16 } },
      { NULL },
      { "internal-name-leak", "hsts-missing", NULL } },
};

static bool is_there(const struct ex_result *r, const char *text, size_t n)
{
    for (uint8_t i = 0; i < r->n_exposures; i++) {
        const struct ex_exposure *e = &r->exposures[i];
        char got[400];

        snprintf(got, sizeof(got), "%s %s %s", e->id, e->path, e->value);
        if (strncmp(got, text, n) == 0 && (got[n] == '\0' || n == strlen(e->id)))
            return true;
    }
    return false;
}

static void reports_what_is_open(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        static struct played p;
        struct ex_host_options opt = play_options();

        opt.deep = rows[i].deep;
        play(&p, &opt, rows[i].replies);
        for (const char *const *w = rows[i].with; *w; w++)
            if (!is_there(&p.result, *w, strlen(*w)))
                fail_msg("%s: no \"%s\" (%s)", rows[i].what, *w, p.probes);
        for (const char *const *w = rows[i].without; *w; w++)
            if (is_there(&p.result, *w, strlen(*w)))
                fail_msg("%s: \"%s\" all the same", rows[i].what, *w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_what_is_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
