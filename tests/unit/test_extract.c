// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/extract.h"

#include "answer.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define HOST    "mail.example.com"
#define BIT(s)  (1u << EX_SCHEME_BIT_##s)

static const struct ex_catalog nothing_known;

static struct ex_answer read_one(struct ex_evidence *ev, enum ex_probe probe, const char *text)
{
    struct answer a;
    const struct ex_answer *got;

    ex_evidence_init(ev, HOST);
    got = ex_extract(ev, probe, answer_of(&a, ex_probe_path(probe), text), &nothing_known, NULL);
    assert_non_null(got);
    return *got;
}

static void version_header(void **state)
{
    static const struct {
        const char *fields;
        enum ex_version_header kind;
        struct ex_build build;
        bool two;
    } rows[] = {
        { "", EX_VH_ABSENT, { { 0 }, 0 }, false },
        { "X-OWA-Version: 15.1.2507.44\n", EX_VH_FULL, { { 15, 1, 2507, 44 }, 4 }, false },
        { "x-owa-version: 15.2.2562.17\n", EX_VH_FULL, { { 15, 2, 2562, 17 }, 4 }, false },
        { "X-OWA-Version:   8.3.83.4  \n", EX_VH_FULL, { { 8, 3, 83, 4 }, 4 }, false },
        { "X-OWA-Version:\n", EX_VH_EMPTY, { { 0 }, 0 }, false },
        { "X-OWA-Version: hidden\n", EX_VH_INVALID, { { 0 }, 0 }, false },
        { "X-OWA-Version: 15.1.99999.44\n", EX_VH_INVALID, { { 0 }, 0 }, false },
        { "X-OWA-Version: 1.2.3.4\n", EX_VH_INVALID, { { 0 }, 0 }, false },
        { "X-OWA-Version: 15.1.2507\n", EX_VH_PARTIAL, { { 15, 1, 2507 }, 3 }, false },
        { "X-OWA-Version: 15.02.1118.026\n", EX_VH_PADDED, { { 15, 2, 1118, 26 }, 4 }, false },
        { "X-OWA-Version: 15.20.8320.18\n", EX_VH_ONLINE, { { 15, 20, 8320, 18 }, 4 }, false },
        { "X-OWA-Version: 15.20.7595.016\n", EX_VH_ONLINE, { { 15, 20, 7595, 16 }, 4 }, false },
        { "X-OWA-Version: 15.1.2507.44, 15.1.2507.44\n",
          EX_VH_FULL,
          { { 15, 1, 2507, 44 }, 4 },
          false },
        { "X-OWA-Version: 15.1.2507.44\nX-OWA-Version: 15.1.2507.61\n",
          EX_VH_FULL,
          { { 15, 1, 2507, 44 }, 4 },
          true },
        { "X-OWA-Version: 15.1.2507.61, 15.1.2507.6, 15.1.2507.44\n",
          EX_VH_FULL,
          { { 15, 1, 2507, 6 }, 4 }, /* the lowest of them */
          true },
        { "X-OWA-Version: hidden\nX-OWA-Version: 15.1.2507.61\n",
          EX_VH_FULL,
          { { 15, 1, 2507, 61 }, 4 },
          false },
        { "X-OWA-Versions: 15.1.2507.44\n", EX_VH_ABSENT, { { 0 }, 0 }, false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_evidence ev;
        char text[256];
        struct ex_answer a;

        snprintf(text, sizeof(text), "401 Unauthorized\n%s", rows[i].fields);
        a = read_one(&ev, EX_PROBE_EWS, text);
        if (a.version_header != rows[i].kind || ex_build_cmp(&a.build, &rows[i].build) != 0 ||
            ex_has(&a, EX_MARK_TWO_VERSIONS) != rows[i].two)
            fail_msg("\"%s\": kind %d", rows[i].fields, a.version_header);
    }
}

/* The front end copies owaVer= of the query of errorFE.aspx into the field. */
static void version_on_the_error_page_is_not_believed(void **state)
{
    struct ex_evidence ev;
    struct answer a;
    const struct ex_answer *got;
    (void)state;

    ex_evidence_init(&ev, HOST);
    got = ex_extract(&ev, EX_PROBE_OWA,
                     answer_of(&a, "/owa/auth/errorFE.aspx?httpCode=500&owaVer=15.2.9999.1",
                               "200 OK\nX-OWA-Version: 15.2.9999.1\n"),
                     &nothing_known, NULL);
    assert_int_equal(got->version_header, EX_VH_ABSENT);
    assert_int_equal(ev.n_facts, 0);
}

static void marks_of_fields(void **state)
{
    static const struct {
        const char *fields;
        uint32_t with, without;
    } rows[] = {
        { "X-FEServer: EX01", EX_MARK_FE, EX_MARK_TWO_FE },
        { "x-feserver: EX01", EX_MARK_FE, 0 },
        { "X-FEServer:", 0, EX_MARK_FE },
        { "X-FEServer: A\nX-FEServer: A", EX_MARK_FE | EX_MARK_TWO_FE, 0 },
        { "X-FEServer: A, B", EX_MARK_FE | EX_MARK_TWO_FE, 0 },
        { "request-id: " GUID_A, EX_MARK_REQUEST_ID, 0 },
        { "request-id: 0123456789abcdef0123456789abcdef", 0, EX_MARK_REQUEST_ID },
        { "request-id: {11111111-2222-4333-8444-555555555555}", 0, EX_MARK_REQUEST_ID },
        { "X-SOAP-Enabled: True\nX-OAuth-Enabled: True", EX_MARK_SERVICE, 0 },
        { "X-SOAP-Enabled: True", 0, EX_MARK_SERVICE },
        { "X-CalculatedBETarget: ex01.corp.example.com", EX_MARK_BACK_END, EX_MARK_ONLINE_TARGET },
        { "X-CalculatedBETarget: BY2PR06MB549.namprd06.prod.outlook.com", EX_MARK_ONLINE_TARGET,
          EX_MARK_BACK_END },
        { "X-BEServer: EX01", EX_MARK_BACK_END, 0 },
        { "X-CasErrorCode: ServerVersionNotFound", EX_MARK_CAS_ERROR, 0 },
        { "X-FederationTrustTokenIssuerUri: urn:federation:MicrosoftOnline", EX_MARK_HYBRID, 0 },
        { "X-CalculatedFETarget: AM0PR04CU001.internal.outlook.com", EX_MARK_ONLINE_TARGET, 0 },
        { "X-CalculatedFETarget: ex01.example.com", 0, EX_MARK_ONLINE_TARGET },
        { "X-FEProxyInfo: AM0PR04CA0001.EURPRD04.PROD.OUTLOOK.COM", EX_MARK_ONLINE_PROXY, 0 },
        { "X-FEProxyInfo: EX01.example.com", 0, EX_MARK_ONLINE_PROXY },
        { "X-FEEFZInfo: AMS", EX_MARK_ONLINE_EFZ, 0 },
        { "X-RUM-Validated: 1", EX_MARK_ONLINE_RUM, 0 },
        { "X-RUMOUR: 1", 0, EX_MARK_ONLINE_RUM },
        { "Set-Cookie: ClientId=ABC; path=/", EX_MARK_CLIENT_ID, EX_MARK_CADATA },
        { "Set-Cookie: cadata=0123; Path=/", EX_MARK_CADATA, EX_MARK_CLIENT_ID },
        { "Set-Cookie: xcadata=0123", 0, EX_MARK_CADATA },
        { "Server: Microsoft-IIS/10.0", EX_MARK_IIS, EX_MARK_OTHER_PRODUCT },
        { "Server: Kerio Connect 9.4", EX_MARK_OTHER_PRODUCT, EX_MARK_IIS },
        { "X-Z-Push-Version: 2.7", EX_MARK_OTHER_PRODUCT, 0 },
        { "WWW-Authenticate: Basic realm=\"ZPush\"", EX_MARK_OTHER_PRODUCT, EX_MARK_OWN_REALM },
        { "WWW-Authenticate: Basic realm=\"" HOST "\"", EX_MARK_OWN_REALM, EX_MARK_FOLDED_AUTH },
        { "WWW-Authenticate: Basic realm=\"" HOST ":8443\"", EX_MARK_OWN_REALM, 0 },
        { "WWW-Authenticate: Basic realm=\"other.example.com\"", 0, EX_MARK_OWN_REALM },
        { "WWW-Authenticate: Negotiate, Kerberos, NTLM", EX_MARK_FOLDED_AUTH, 0 },
        { "WWW-Authenticate: Negotiate\nWWW-Authenticate: NTLM", 0, EX_MARK_FOLDED_AUTH },
        { "x-ms-proxy-app-id: " GUID_A, EX_MARK_MS_PROXY, 0 },
        { "Strict-Transport-Security: max-age=1", EX_MARK_HSTS, 0 },
        { "MS-WebStorage: 6.5.7638.1", EX_MARK_WEB_STORAGE, 0 },
        { "MS-WebStorage: 6.0.6249", 0, EX_MARK_WEB_STORAGE },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_evidence ev;
        char text[256];
        struct ex_answer a;

        snprintf(text, sizeof(text), "401 Unauthorized\n%s\n", rows[i].fields);
        a = read_one(&ev, EX_PROBE_EAS, text);
        if ((a.marks & rows[i].with) != rows[i].with || (a.marks & rows[i].without) != 0)
            fail_msg("\"%s\": marks %x, wanted %x without %x", rows[i].fields, a.marks,
                     rows[i].with, rows[i].without);
    }
}

static void schemes_are_read_from_all_fields(void **state)
{
    static const struct {
        const char *fields;
        unsigned schemes;
    } rows[] = {
        { "WWW-Authenticate: Negotiate\nWWW-Authenticate: NTLM", BIT(NEGOTIATE) | BIT(NTLM) },
        { "WWW-Authenticate: Negotiate, NTLM, Basic realm=\"a, b\"",
          BIT(NEGOTIATE) | BIT(NTLM) | BIT(BASIC) },
        { "WWW-Authenticate: Basic realm=\"Negotiate, NTLM\"", BIT(BASIC) },
        { "WWW-Authenticate: Basic realm=\"x\", charset=\"UTF-8\"", BIT(BASIC) },
        { "WWW-Authenticate: Bearer client_id=\"1\", trusted_issuers=\"2\", NTLM=\"3\"",
          BIT(BEARER) },
        { "WWW-Authenticate: BASIC realm=unterminated\"", BIT(BASIC) },
        { "WWW-Authenticate: Other", 0 },
        { "WWW-Authenticate:", 0 },
        { "WWW-Authenticate: ,,,,", 0 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_evidence ev;
        char text[256];
        struct ex_answer a;

        snprintf(text, sizeof(text), "401 Unauthorized\n%s\n", rows[i].fields);
        a = read_one(&ev, EX_PROBE_EWS, text);
        if (a.schemes != rows[i].schemes)
            fail_msg("\"%s\": schemes %x, wanted %x", rows[i].fields, a.schemes, rows[i].schemes);
    }
}

static void numbers_are_bounded(void **state)
{
    static const struct {
        const char *field;
        unsigned iis, retry_after_s;
    } rows[] = {
        { "Server: Microsoft-IIS/7.5", 75, 0 },
        { "Server: Microsoft-IIS/10.0", 100, 0 },
        { "Server: Microsoft-IIS/6.0", 60, 0 },
        { "Server: Microsoft-IIS/", 0, 0 },
        { "Server: Microsoft-IIS/99999999", 0, 0 },
        { "Server: nginx/1.22", 0, 0 },
        { "Retry-After: 600", 0, 600 },
        { "Retry-After: 99999999999", 0, UINT16_MAX },
        { "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT", 0, UINT16_MAX },
        { "Retry-After:", 0, 0 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_evidence ev;
        char text[256];
        struct ex_answer a;

        snprintf(text, sizeof(text), "503 x\n%s\n", rows[i].field);
        a = read_one(&ev, EX_PROBE_EWS, text);
        if (a.iis != rows[i].iis || a.retry_after_s != rows[i].retry_after_s)
            fail_msg("\"%s\": IIS %u, retry after %u", rows[i].field, a.iis, a.retry_after_s);
    }
}

/* With the header block complete, what came of the body is used; without it, nothing is. */
static void broken_answers(void **state)
{
    struct ex_evidence ev;
    struct answer a;
    const struct ex_answer *got;
    (void)state;

    ex_evidence_init(&ev, HOST);
    answer_of(&a, "/", LOGON_PAGE(GUID_A, "15.1.2507.44", "15.1.2507"));
    a.x.outcome = EX_OUT_TIMEOUT;
    a.x.body.n = 150;
    got = ex_extract(&ev, EX_PROBE_LOGON, &a.x, &nothing_known, NULL);
    assert_int_equal(got->version_header, EX_VH_FULL);
    assert_true(ex_has(got, EX_MARK_PAGE));

    got = ex_extract(&ev, EX_PROBE_EWS, no_answer(&a, "/", EX_OUT_RESET), &nothing_known, NULL);
    assert_int_equal(got->status, 0);
    assert_int_equal(got->outcome, EX_OUT_RESET);
    assert_int_equal(got->marks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_header),
        cmocka_unit_test(version_on_the_error_page_is_not_believed),
        cmocka_unit_test(marks_of_fields),
        cmocka_unit_test(schemes_are_read_from_all_fields),
        cmocka_unit_test(numbers_are_bounded),
        cmocka_unit_test(broken_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
