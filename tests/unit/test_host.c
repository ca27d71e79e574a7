// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "play.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n)  (UINT64_C(1) << EX_NOTE_##n)

#define WAF     "403 Forbidden\n\nRequest Rejected"

static const struct {
    const char *what;
    struct reply replies[PLAY_REPLIES_MAX];
    const char *probes;
    enum ex_state state;
    const char *detail;
    enum ex_presence present;
    uint64_t with, without;
} rows[] = {
    { "refused",
      { { NULL, "!refused" } },
      "logon-page",
      EX_STATE_REFUSED,
      "",
      EX_PRESENT_MAYBE,
      BIT(HTTPS_UNREACHABLE),
      BIT(INCOMPLETE) },
    { "unreachable",
      { { NULL, "!unreachable" } },
      "logon-page",
      EX_STATE_UNREACHABLE,
      "",
      EX_PRESENT_MAYBE,
      BIT(HTTPS_UNREACHABLE),
      0 },
    { "no connection in time",
      { { NULL, "!connect-timeout" } },
      "logon-page",
      EX_STATE_CONNECT_TIMEOUT,
      "",
      EX_PRESENT_MAYBE,
      BIT(HTTPS_UNREACHABLE),
      0 },
    { "the handshake fails",
      { { NULL, "!tls-failed" } },
      "logon-page",
      EX_STATE_TLS_FAILED,
      "",
      EX_PRESENT_MAYBE,
      0,
      BIT(HTTPS_UNREACHABLE) | BIT(CLIENT_CERT_REQUIRED) },
    { "the handshake stalls: tried twice",
      { { NULL, "!tls-timeout" } },
      "logon-page . logon-page",
      EX_STATE_TIMEOUT,
      "tls handshake",
      EX_PRESENT_MAYBE,
      BIT(TIMEOUT),
      0 },
    { "no answer: two in a row end it",
      { { NULL, "!timeout" } },
      "logon-page . logon-page",
      EX_STATE_TIMEOUT,
      "no answer",
      EX_PRESENT_MAYBE,
      BIT(TIMEOUT),
      BIT(INCOMPLETE) },
    { "not HTTP",
      { { NULL, "!bad-http" } },
      "logon-page",
      EX_STATE_HTTP_FAILED,
      "not http",
      EX_PRESENT_MAYBE,
      0,
      0 },
    { "too many fields",
      { { NULL, "!header-flood" } },
      "logon-page",
      EX_STATE_HTTP_FAILED,
      "header flood",
      EX_PRESENT_MAYBE,
      0,
      0 },
    { "closed every time: all services are tried",
      { { NULL, "!reset" } },
      "logon-page . logon-page ews . ews autodiscover . autodiscover activesync",
      EX_STATE_HTTP_FAILED,
      "connection closed",
      EX_PRESENT_MAYBE,
      0,
      0 },
    { "one endpoint that is closed is skipped",
      { { "/owa/auth/", "!reset" }, SERVER_16 },
      "logon-page . logon-page ews autodiscover control ecp+ activesync powershell*",
      EX_STATE_ANSWERED,
      "",
      EX_PRESENT_YES,
      BIT(INCOMPLETE),
      BIT(CONTROL_FAILED) },
    { "refused later on: what was seen counts",
      { { "/EWS/", "!refused" }, SERVER_16 },
      "logon-page control ecp+ ews",
      EX_STATE_ANSWERED,
      "",
      EX_PRESENT_YES,
      BIT(INCOMPLETE),
      BIT(HTTPS_UNREACHABLE) },
    { "silent later on",
      { { "/EWS/", "!timeout" }, SERVER_16 },
      "logon-page control ecp+ ews . ews",
      EX_STATE_ANSWERED,
      "",
      EX_PRESENT_YES,
      BIT(INCOMPLETE) | BIT(TIMEOUT),
      0 },
    { "429 from the start",
      { { NULL, "429 x\nRetry-After: 600\n" } },
      "logon-page",
      EX_STATE_BLOCKED,
      "",
      EX_PRESENT_MAYBE,
      BIT(RATE_LIMITED),
      BIT(WAF_BLOCK) },
    { "a short Retry-After is honoured once",
      { { NULL, "429 x\nRetry-After: 2\n" } },
      "logon-page . logon-page",
      EX_STATE_BLOCKED,
      "",
      EX_PRESENT_MAYBE,
      BIT(RATE_LIMITED),
      0 },
    { "503 with a time is a limit as well",
      { { "/EWS/", "503 x\nRetry-After: 3600\n" }, SERVER_16 },
      "logon-page control ecp+ ews",
      EX_STATE_ANSWERED,
      "",
      EX_PRESENT_YES,
      BIT(RATE_LIMITED) | BIT(INCOMPLETE),
      0 },
    { "503 without one is a gateway",
      { { NULL, "503 x\n\nNo server is available" } },
      "logon-page ews autodiscover activesync owa",
      EX_STATE_ANSWERED,
      "",
      EX_PRESENT_NO,
      BIT(BACKEND_UNAVAILABLE),
      BIT(RATE_LIMITED) },
    { "refused by a device, everything",
      { { NULL, WAF } },
      "logon-page ews autodiscover activesync owa",
      EX_STATE_BLOCKED,
      "",
      EX_PRESENT_MAYBE,
      BIT(WAF_BLOCK),
      0 },
    { "refused for the rest: a known path tells that it is the paths",
      { { "/owa/auth/", PAGE_16 }, { NULL, WAF } },
      "logon-page control ews second-look ecp+ autodiscover activesync powershell*",
      EX_STATE_ANSWERED,
      "",
      EX_PRESENT_YES,
      0,
      BIT(INCOMPLETE) | BIT(CONTROL_FAILED) },
    { "403.7 is an answer",
      { { NULL, "403 Forbidden\nServer: Microsoft-IIS/10.0\n\n403.7 - client certificate" } },
      "logon-page ews autodiscover activesync owa control",
      EX_STATE_ANSWERED,
      "",
      EX_PRESENT_MAYBE,
      BIT(CLIENT_CERT_REQUIRED),
      BIT(WAF_BLOCK) },
    { "the server is well",
      { SERVER_16 },
      "logon-page control ecp+ ews autodiscover activesync powershell auth-metadata*",
      EX_STATE_ANSWERED,
      "",
      EX_PRESENT_YES,
      0,
      BIT(INCOMPLETE) | BIT(CONTROL_FAILED) },
};

static void ends_in_its_state(void **state)
{
    const struct ex_host_options opt = play_options();
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        static struct played p;
        const struct ex_fingerprint *fp = &p.result.fingerprint;

        play(&p, &opt, rows[i].replies);
        if (strcmp(p.probes, rows[i].probes) != 0)
            fail_msg("%s:\n  asked  %s\n  wanted %s", rows[i].what, p.probes, rows[i].probes);
        if (p.result.state != rows[i].state || strcmp(p.result.detail, rows[i].detail) != 0)
            fail_msg("%s: state %s, detail \"%s\"", rows[i].what, ex_state_str(p.result.state),
                     p.result.detail);
        if (fp->present != rows[i].present || (fp->notes & rows[i].with) != rows[i].with ||
            (fp->notes & rows[i].without) != 0)
            fail_msg("%s: present %s, notes %llx, wanted %llx without %llx", rows[i].what,
                     ex_presence_str(fp->present), (unsigned long long)fp->notes,
                     (unsigned long long)rows[i].with, (unsigned long long)rows[i].without);
    }
}

/* A path that fails once is asked a second time, and no more than that. */
static void retries_are_counted(void **state)
{
    static const struct reply server[PLAY_REPLIES_MAX] = { { NULL, "!reset" } };
    (void)state;

    for (uint8_t retries = 0; retries < 4; retries++) {
        static struct played p;
        struct ex_host_options opt = play_options();

        opt.retries = retries;
        play(&p, &opt, server);
        if (p.n_requests > opt.budget)
            fail_msg("%u retries: %u requests", retries, p.n_requests);
        if (retries == 0 && strchr(p.probes, '.'))
            fail_msg("a pause without a retry: %s", p.probes);
    }
}

static struct ex_action first(struct ex_host *h, const struct ex_host_options *opt)
{
    static const struct ex_target target = { .name = "mail.example.com" };

    ex_host_init(h, opt, &play_catalog, &target, 1);
    return ex_host_step(h, &(struct ex_event){ .kind = EX_EV_START });
}

static void gives_up(void **state)
{
    static const struct {
        enum ex_state event, empty, answered;
    } states[] = {
        { EX_STATE_TIMEOUT, EX_STATE_TIMEOUT, EX_STATE_ANSWERED },
        { EX_STATE_INTERRUPTED, EX_STATE_INTERRUPTED, EX_STATE_INTERRUPTED },
        { EX_STATE_INTERNAL_ERROR, EX_STATE_INTERNAL_ERROR, EX_STATE_INTERNAL_ERROR },
    };
    const struct ex_host_options opt = play_options();
    (void)state;

    for (size_t i = 0; i < N_OF(states); i++) {
        static struct played p;
        const struct ex_event give_up = { .kind = EX_EV_GIVE_UP, .state = states[i].event };

        p.n_requests = 0;
        first(&p.host, &opt);
        assert_int_equal(ex_host_step(&p.host, &give_up).kind, EX_ACT_FINISH);
        ex_host_result(&p.host, &p.result);
        assert_int_equal(p.result.state, states[i].empty);

        first(&p.host, &opt);
        play_answer(&p, PAGE_16);
        assert_int_equal(ex_host_step(&p.host, &give_up).kind, EX_ACT_FINISH);
        ex_host_result(&p.host, &p.result);
        assert_int_equal(p.result.state, states[i].answered);
        assert_true(ex_fp_has(&p.result.fingerprint, EX_NOTE_INCOMPLETE));
        assert_int_equal(p.result.fingerprint.exact.part[3], 44);
        assert_int_equal(ex_host_step(&p.host, &give_up).kind, EX_ACT_NONE);
        assert_int_equal(play_answer(&p, PAGE_16).kind, EX_ACT_NONE);
    }
}

/* A client certificate is asked for in the handshake, or with TLS 1.3 right after it. */
static void client_certificate(void **state)
{
    static const struct {
        enum ex_outcome outcome;
        struct ex_tls tls;
        bool required;
        const char *detail;
    } tls_rows[] = {
        { EX_OUT_TLS_FAILED, { .alert = 116 }, true, "client certificate required" },
        { EX_OUT_RESET,
          { .alert = 116, .version = "TLSv1.3" },
          true,
          "client certificate required" },
        { EX_OUT_TLS_FAILED,
          { .alert = 40, .client_cert_requested = true },
          true,
          "client certificate required" },
        { EX_OUT_INTERNAL, { .alert = 116 }, true, "client certificate required" },
        { EX_OUT_TLS_FAILED, { .alert = 40 }, false, "alert 40" },
        { EX_OUT_TLS_FAILED, { .alert = 80, .client_cert_requested = true }, false, "alert 80" },
        { EX_OUT_TLS_FAILED, { .error = "wrong version number" }, false, "wrong version number" },
    };
    const struct ex_host_options opt = play_options();
    (void)state;

    for (size_t i = 0; i < N_OF(tls_rows); i++) {
        static struct played p;
        const struct ex_exchange x = { .outcome = tls_rows[i].outcome, .path = "/" };
        const struct ex_event ev = { .kind = EX_EV_EXCHANGED,
                                     .exchange = &x,
                                     .tls = &tls_rows[i].tls };

        first(&p.host, &opt);
        if (ex_host_step(&p.host, &ev).kind != EX_ACT_FINISH)
            fail_msg("row %zu goes on", i);
        ex_host_result(&p.host, &p.result);
        if (p.result.state != EX_STATE_TLS_FAILED ||
            strcmp(p.result.detail, tls_rows[i].detail) != 0 ||
            p.result.fingerprint.present != EX_PRESENT_MAYBE ||
            ex_fp_has(&p.result.fingerprint, EX_NOTE_CLIENT_CERT_REQUIRED) != tls_rows[i].required)
            fail_msg("row %zu: \"%s\"", i, p.result.detail);
    }
}

static void old_tls_is_noted(void **state)
{
    static const struct {
        const char *version;
        bool legacy;
    } versions[] = { { "TLSv1", true },
                     { "TLSv1.1", true },
                     { "TLSv1.2", false },
                     { "TLSv1.3", false },
                     { "", false } };
    const struct ex_host_options opt = play_options();
    (void)state;

    for (size_t i = 0; i < N_OF(versions); i++) {
        static struct played p;
        struct ex_tls tls = { 0 };
        struct answer a;

        snprintf(tls.version, sizeof(tls.version), "%s", versions[i].version);
        first(&p.host, &opt);
        ex_host_step(&p.host, &(struct ex_event){ .kind = EX_EV_EXCHANGED,
                                                  .exchange = answer_of(&a, "/", NOT_FOUND),
                                                  .tls = &tls });
        ex_host_result(&p.host, &p.result);
        if (ex_fp_has(&p.result.fingerprint, EX_NOTE_TLS_LEGACY_ONLY) != versions[i].legacy)
            fail_msg("%s", versions[i].version);
    }
}

/* Each host gets a name of its own, and every one holds the words simulators look for. */
static void control_names(void **state)
{
    static struct ex_host a, b;
    static const struct ex_target target = { .name = "h" };
    const struct ex_host_options opt = play_options();
    (void)state;

    ex_host_init(&a, &opt, &play_catalog, &target, 1);
    ex_host_init(&b, &opt, &play_catalog, &target, UINT64_MAX);
    assert_string_not_equal(a.evidence.control_path, b.evidence.control_path);
    assert_true(ex_span_find(ex_span_str(b.evidence.control_path), "owa") > 1);
    assert_true(ex_span_find(ex_span_str(b.evidence.control_path), "ecp") > 1);
    assert_int_equal(strlen(b.evidence.control_path), strlen("/xxxxxowaxxxxecpxxx/x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_in_its_state), cmocka_unit_test(retries_are_counted),
        cmocka_unit_test(gives_up),          cmocka_unit_test(client_certificate),
        cmocka_unit_test(old_tls_is_noted),  cmocka_unit_test(control_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
