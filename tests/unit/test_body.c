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

static void bodies(void **state)
{
    static const struct {
        enum ex_probe probe;
        const char *text;
        uint32_t with, without;
    } rows[] = {
        { EX_PROBE_LOGON, LOGON_PAGE(GUID_A, "15.1.2507.44", "15.1.2507"), EX_MARK_PAGE, 0 },
        { EX_PROBE_CONTROL, LOGON_PAGE(GUID_A, "15.1.2507.44", "15.1.2507"), EX_MARK_PAGE, 0 },
        { EX_PROBE_LOGON, "200 OK\n\n<!-- OwaPage = ASP.auth_errorfe_aspx -->", 0, EX_MARK_PAGE },
        { EX_PROBE_EWS, LOGON_PAGE(GUID_A, "15.1.2507.44", "15.1.2507"), 0, EX_MARK_PAGE },
        { EX_PROBE_EWS, "401 Anonymous Request Disallowed\n", EX_MARK_REASON, 0 },
        { EX_PROBE_EWS, "200 Anonymous Request Disallowed\n", 0, EX_MARK_REASON },
        { EX_PROBE_EWS, "401 Unauthorized\n", 0, EX_MARK_REASON },
        { EX_PROBE_EAS, "403 x\n\n<h2>403.7 - Forbidden: SSL client certificate is required.</h2>",
          EX_MARK_CERT_WANTED, EX_MARK_SSL_WANTED },
        { EX_PROBE_EAS, "403 x\n\n<h2>403.4 - Forbidden: SSL is required</h2>", EX_MARK_SSL_WANTED,
          EX_MARK_CERT_WANTED },
        { EX_PROBE_EAS, "200 x\n\n403.7", 0, EX_MARK_CERT_WANTED },
        { EX_PROBE_HEALTH, "200 OK\n\n200 OK<br/>ex01.corp.example.com", EX_MARK_HEALTH, 0 },
        { EX_PROBE_HEALTH, "404 Not Found\n\n200 OK<br/>ex01", 0, EX_MARK_HEALTH },
        { EX_PROBE_HEALTH, "200 OK\n\n200 OK<br/>", 0, EX_MARK_HEALTH },
        { EX_PROBE_HEALTH, "200 OK\n\n200 OK<br/><html>", 0, EX_MARK_HEALTH },
        { EX_PROBE_OWA, "200 OK\n\n<meta http-equiv=\"refresh\" content=\"0;url=/x\">",
          EX_MARK_META_REFRESH, 0 },
        { EX_PROBE_OWA, "404 x\n\n<meta http-equiv=\"refresh\" content=\"0;url=/x\">", 0,
          EX_MARK_META_REFRESH },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_evidence ev;
        const struct ex_answer a = read_one(&ev, rows[i].probe, rows[i].text);

        if ((a.marks & rows[i].with) != rows[i].with || (a.marks & rows[i].without) != 0)
            fail_msg("row %zu (%s): marks %x", i, ex_probe_name(rows[i].probe), a.marks);
    }
}

#define MANIFEST(version, token)                                                                   \
    "200 OK\n\n<assemblyIdentity name=\"microsoft.exchange.ediscovery.exporttool"                  \
    ".application\" version=\"" version "\" publicKeyToken=\"" token "\" />"

static void manifest(void **state)
{
    static const struct {
        const char *text;
        uint8_t n_parts;
        bool wrong;
    } rows[] = {
        { MANIFEST("15.1.1591.10", "b1d1a6c45aa418ce"), 4, false },
        { MANIFEST("15.1.1591.10", "b03f5f7f11d50a3a"), 0, true },
        { MANIFEST("15.01.1591.010", "b1d1a6c45aa418ce"), 0, true },
        { MANIFEST("latest", "b1d1a6c45aa418ce"), 0, false },
        { "404 x\n\nname=\"microsoft.exchange.ediscovery.exporttool.application\" "
          "version=\"15.1.1591.10\"",
          0, false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_evidence ev;
        const struct ex_answer a = read_one(&ev, EX_PROBE_MANIFEST, rows[i].text);

        if (ev.manifest.n_parts != rows[i].n_parts ||
            ex_has(&a, EX_MARK_WRONG_TOKEN) != rows[i].wrong)
            fail_msg("row %zu: %u parts", i, ev.manifest.n_parts);
    }
}

static bool five_bytes(struct ex_span der, struct ex_cert *out)
{
    *out = (struct ex_cert){ .present = true };
    return der.n == 5 && memcmp(der.p, "hello", 5) == 0;
}

static void auth_metadata(void **state)
{
    static const struct {
        const char *body;
        bool present, cert;
        const char *realm;
    } rows[] = {
        { "{\"realm\": \"example.com\", \"serviceName\": \"x\", \"keys\": [{\"keyvalue\": "
          "{\"type\": "
          "\"x509Certificate\", \"value\": \"aGVsbG8=\"}}]}",
          true, true, "example.com" },
        { "{\"realm\": \"example.com\", \"serviceName\": \"x\", \"keys\": [{\"keyvalue\": "
          "{\"type\": "
          "\"x509Certificate\", \"value\": \"!!!!\"}}]}",
          true, false, "example.com" },
        { "{\"serviceName\": \"x\"}", true, false, "" },
        { "{\"serviceName\": \"x\", \"realm\": \"", true, false, "" },
        { "{\"realm\": \"example.com\"}", false, false, "" },
        { "<html>", false, false, "" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_evidence ev;
        struct answer a;
        char text[512];

        snprintf(text, sizeof(text), "200 OK\n\n%s", rows[i].body);
        ex_evidence_init(&ev, HOST);
        ex_extract(&ev, EX_PROBE_AUTH_METADATA, answer_of(&a, "/", text), &nothing_known,
                   five_bytes);
        if (ev.auth.present != rows[i].present || ev.auth.cert.present != rows[i].cert ||
            strcmp(ev.auth.realm, rows[i].realm) != 0)
            fail_msg("%s: present %d, certificate %d, realm \"%s\"", rows[i].body, ev.auth.present,
                     ev.auth.cert.present, ev.auth.realm);
    }
}

static void internal_addresses(void **state)
{
    static const struct {
        enum ex_probe probe;
        const char *text, *address;
    } rows[] = {
        { EX_PROBE_NO_HOST, "302 Found\nLocation: https://10.0.12.34/owa/\n", "10.0.12.34" },
        { EX_PROBE_NO_HOST, "401 x\nWWW-Authenticate: Basic realm=\"10.0.12.34\"\n", "10.0.12.34" },
        { EX_PROBE_NO_HOST, "302 Found\nLocation: https://" HOST "/owa/\n", "" },
        { EX_PROBE_NO_HOST, "302 Found\nLocation: /owa/\n", "" },
        { EX_PROBE_NO_HOST, "400 Bad Request\n", "" },
        { EX_PROBE_OWA, "302 Found\nLocation: https://10.0.12.34/owa/\n", "" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_evidence ev;

        read_one(&ev, rows[i].probe, rows[i].text);
        if (strcmp(ev.internal_address, rows[i].address) != 0)
            fail_msg("%s: \"%s\"", rows[i].text, ev.internal_address);
    }
}

/* A proxy that writes out its own host has not made a copy. */
static void paths_with_a_host(void **state)
{
    static const struct {
        const char *host;
        bool absolute;
    } hosts[] = { { "", false },
                  { "https://" HOST, false },
                  { "https://Mail.Example.Com:443", false },
                  { "https://other.example.com", true } };
    (void)state;

    for (size_t i = 0; i < N_OF(hosts); i++) {
        struct ex_evidence ev;
        char text[256];

        snprintf(
            text, sizeof(text),
            "200 OK\n\n<!-- OwaPage = ASP.auth_logon_aspx --><a href=\"%s/owa/auth/15.1.2507/x\">",
            hosts[i].host);
        read_one(&ev, EX_PROBE_LOGON, text);
        assert_int_equal(ev.page.build.part[2], 2507);
        if (ev.page.absolute != hosts[i].absolute)
            fail_msg("\"%s\"", hosts[i].host);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies),
        cmocka_unit_test(manifest),
        cmocka_unit_test(auth_metadata),
        cmocka_unit_test(internal_addresses),
        cmocka_unit_test(paths_with_a_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
