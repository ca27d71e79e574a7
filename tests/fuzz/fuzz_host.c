// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "answer.h"
#include "core/host.h"
#include "core/ntlm.h"
#include "fuzz.h"
#include "never_sent.h"

enum { EVENTS_MAX = 400, FIELDS_MAX = 24 };

#define ID      "request-id: 00000000-0000-4000-8000-00000000000@\n"
#define FE      "Server: Microsoft-IIS/10.0\nX-FEServer: EX01\n" ID
#define V       "X-OWA-Version: 15.1.2507.44\n"
#define SERVICE "X-SOAP-Enabled: True\nX-OAuth-Enabled: True\nWWW-Authenticate: NTLM\n"
#define PAGE(n)                                                                                    \
    "<!-- OwaPage = ASP.auth_logon_aspx --><link href=\"/owa/auth/" n "/themes/x\">"               \
    "<form action=\"/owa/auth.owa\" name=\"logonForm\">"

/* Answers that lead the machine somewhere; '@' becomes a letter that changes. */
static const char *const canned[] = {
    "404\n",
    "200\n" FE V "\n" PAGE("15.1.2507"),
    "200\n" FE "\n" PAGE("15.1.2507"),
    "200\n" FE "X-OWA-Version: 15.2.1118.7\n\n" PAGE("15.1.2507"),
    "200\n\n" PAGE("15.1.2507"),
    "200\nX-OWA-Version: 14.3.123.3\n\n" PAGE("14.3.123.3"),
    ("401\n" FE V SERVICE),
    "401\n" FE "WWW-Authenticate: Basic realm=\"mail.example.com\"\n",
    "401\nServer: Microsoft-IIS/7.5\nWWW-Authenticate: Negotiate\nWWW-Authenticate: NTLM\n",
    "401\nX-FEServer: EX02\n" ID "X-OWA-Version: 15.1.2507.61\n",
    "302\n" FE "Location: /owa/auth/logon.aspx?url=https%3a%2f%2fx&reason=0\n",
    "302\nLocation: https://outlook.office365.com/owa/?realm=x\n",
    "302\nLocation: /my.policy\n",
    "302\nX-FEProxyInfo: A.PROD.OUTLOOK.COM\nX-FEEFZInfo: AMS\n" ID,
    "404\nX-CalculatedBETarget: ex01.corp.example.com\n",
    "404\nX-CalculatedBETarget: ex02.corp.example.com\n",
    "200\nX-CalculatedBETarget: ex01.corp.example.com\n",
    "404\nX-CasErrorCode: ServerVersionNotFound\n",
    "404\nX-OWA-Version: 15.1.2507.44\n",
    "403\n\nRequest Rejected",
    "403\n\n403.7",
    "429\nRetry-After: 2\n",
    "429\n",
    "503\nRetry-After: 600\n",
    "503\n\nNo server is available",
    "404\nServer: Microsoft-IIS/6.0\n",
    "302\nLocation: /exchweb/bin/auth/owalogon.asp?url=x\n",
    "200\n\n<html>hello",
    "200\n\n200 OK<br/>ex01.corp.example.com",
    "200\n\nname=\"microsoft.exchange.ediscovery.exporttool.application\" version=\"15.1.2507.6\"",
    "200\n\n{\"serviceName\": \"x\", \"realm\": \"example.com\"}",
};

enum {
    N_CANNED = sizeof(canned) / sizeof(canned[0]),
    OP_RAW = 128,
    OP_LOST = 220,
    OP_GIVE_UP = 245
};

static const struct ex_build_row builds[] = {
#define ROW(r)                                                                                     \
    {                                                                                              \
        .build = { { 15, 1, 2507, r }, 4 }, .generation = EX_GEN_2016, .product = "",              \
        .cu = "CU23", .update = "", .kb = "", .security_level = "", .rerelease_of = "",            \
        .notes = "", .source = ""                                                                  \
    }
    ROW(6), ROW(9), ROW(12), ROW(13), ROW(16), ROW(44), ROW(61), ROW(75),
};

static const struct ex_device_row devices[] = {
    { "apm", "APM", EX_DW_LOCATION, EX_ROLE_PREAUTH, "", "/my.policy", "" },
    { "asm", "ASM", EX_DW_BODY, EX_ROLE_BLOCK, "", "Request Rejected", "" },
    { "lb", "LB", EX_DW_BODY, EX_ROLE_UNAVAILABLE, "", "No server is available", "" },
};

static const struct ex_catalog catalog = { .builds = builds,
                                           .n_builds = sizeof(builds) / sizeof(builds[0]),
                                           .devices = devices,
                                           .n_devices = 3 };

/* What may leave: our own words, whatever was answered before. */
static void check_request(const struct ex_action *a, const struct ex_host *h)
{
    MUST(a->path && a->path[0] == '/' && strlen(a->path) < EX_REQUEST_PATH_SIZE);
    for (const char *p = a->path; *p; p++)
        MUST(*p > 0x20 && *p < 0x7f && *p != '@' && *p != '#' && *p != '%');
    MUST(!is_never_sent(a->path));
    MUST(a->probe && a->probe[0]);
    MUST(a->method == EX_GET || strncmp(a->path, "/ecp/15.1.2507.", 15) == 0);
    MUST(!a->authorization || (h->opt->ntlm_info && a->authorization == ex_ntlm_type1 &&
                               strcmp(a->path, "/EWS/Exchange.asmx") == 0));
    MUST(!a->http10_no_host || h->opt->deep);
}

static void check_budget(const struct ex_host *h, unsigned n_requests)
{
    const unsigned most = h->opt->budget + (h->opt->deep ? h->opt->budget_deep : 0u);

    MUST(n_requests <= most && h->n_requests == n_requests);
}

static void check_result(const struct ex_host *h)
{
    static struct ex_result r;

    ex_host_result(h, &r);
    const struct ex_fingerprint *fp = &r.fingerprint;

    MUST(r.state < EX_N_STATES && memchr(r.detail, '\0', sizeof(r.detail)));
    MUST(fp->present != EX_PRESENT_YES || r.state == EX_STATE_ANSWERED ||
         r.state == EX_STATE_INTERRUPTED || r.state == EX_STATE_INTERNAL_ERROR);
    MUST(fp->present != EX_PRESENT_NO || r.state == EX_STATE_ANSWERED);
    MUST(fp->precision != EX_PREC_EXACT || fp->exact.n_parts == 4);
    MUST(fp->precision != EX_PREC_CU || fp->min.n_parts >= 3);
    MUST(fp->present == EX_PRESENT_YES || r.n_exposures == 0);
    MUST(fp->n_witnesses > 0 || fp->precision == EX_PREC_NONE);
}

static struct ex_action exchange(struct ex_host *h, struct input *in, unsigned number)
{
    static char text[2048];
    static struct ex_header fields[FIELDS_MAX];
    struct ex_exchange x = { .path = h->path };
    struct ex_tls tls = { .version = "TLSv1.3" };
    const struct ex_event ev = { .kind = EX_EV_EXCHANGED, .exchange = &x, .tls = &tls };
    const uint8_t op = next_byte(in);
    size_t n;

    if (op >= OP_LOST) {
        x.outcome = (enum ex_outcome)(1 + (op - OP_LOST) % EX_OUT_INTERNAL);
        tls.alert = op % 2 ? 116 : 0;
    } else if (op >= OP_RAW) {
        n = next_byte(in);
        n = n < in->n ? n : in->n;
        read_answer(&x, fields, FIELDS_MAX, (const char *)in->p, n);
        in->p += n;
        in->n -= n;
    } else {
        n = (size_t)snprintf(text, sizeof(text), "%s", canned[op % N_CANNED]);
        for (char *p = text; (p = strchr(p, '@')); p++)
            *p = (char)('a' + number % 6);
        read_answer(&x, fields, FIELDS_MAX, text, n);
    }
    return ex_host_step(h, &ev);
}

static struct ex_action give_up(struct ex_host *h, uint8_t op)
{
    static const enum ex_state states[] = { EX_STATE_TIMEOUT, EX_STATE_INTERRUPTED,
                                            EX_STATE_INTERNAL_ERROR };
    const struct ex_event ev = { .kind = EX_EV_GIVE_UP, .state = states[op % 3] };

    return ex_host_step(h, &ev);
}

/* DONE is final: late callbacks change nothing. */
static void check_done(struct ex_host *h, struct input *in)
{
    static const struct ex_exchange x = { .status = 200, .path = "/" };

    MUST(h->state == EX_HOST_DONE);
    for (int kind = EX_EV_START; kind <= EX_EV_GIVE_UP; kind++) {
        const struct ex_event ev = { .kind = (enum ex_event_kind)kind, .exchange = &x };

        MUST(ex_host_step(h, &ev).kind == EX_ACT_NONE && h->state == EX_HOST_DONE);
    }
    (void)in;
}

/* Four bytes of options, then one byte or more for each event. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct ex_host h;
    static const struct ex_target target = { .name = "mail.example.com" };
    struct input in = { data, n };
    struct ex_host_options opt = { .budget = 0 };
    const uint8_t flags = next_byte(&in);
    unsigned n_requests = 0;
    bool after_last = false, was_control = false;
    struct ex_action a;

    opt.deep = flags & 1;
    opt.ntlm_info = flags & 2;
    opt.fingerprint_only = flags & 4;
    opt.retries = flags >> 3 & 3;
    opt.budget = next_byte(&in) % 16;
    opt.budget_deep = next_byte(&in) % 64;
    ex_host_init(&h, &opt, &catalog, &target, next_byte(&in) * UINT64_C(0x9e3779b97f4a7c15));
    a = ex_host_step(&h, &(struct ex_event){ .kind = EX_EV_START });
    for (int i = 0; a.kind != EX_ACT_FINISH; i++) {
        MUST(i < EVENTS_MAX); /* it comes to an end */
        if (a.kind == EX_ACT_REQUEST) {
            n_requests++;
            check_request(&a, &h);
            check_budget(&h, n_requests);
            after_last = a.last;
            was_control = strcmp(a.path, h.evidence.control_path) == 0;
        } else {
            MUST(a.kind == EX_ACT_SLEEP && a.delay_ms > 0 && a.delay_ms <= 30000);
        }
        if (in.n > 0 && *in.p >= OP_GIVE_UP)
            a = give_up(&h, next_byte(&in));
        else if (a.kind == EX_ACT_SLEEP)
            a = ex_host_step(&h, &(struct ex_event){ .kind = EX_EV_TIMER });
        else
            a = exchange(&h, &in, n_requests);
        /* After the last request only that request itself may come again, or what an
         * extraordinary answer to the control, or a failure, made necessary. */
        MUST(!after_last || a.kind != EX_ACT_REQUEST || h.plan.attempts > 1 || h.plan.checking ||
             h.evidence.incomplete || was_control);
    }
    check_budget(&h, n_requests);
    check_result(&h);
    check_done(&h, &in);
    return 0;
}
