// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scanned.h"

#define DUMP_NAME  "Name                            : OAB (Default Web Site)\r\n"
#define DUMP_POLL  "PollInterval                    : 480\r\n"
#define DUMP_BASE  "MetabasePath                    : IIS://ex01.corp.example/W3SVC/1/ROOT/OAB\r\n"
#define DUMP_URL   "ExternalUrl                     : http://f/\r\n"
#define DUMP_CLASS "ObjectClass                     : top\r\n  msExchOABVirtualDirectory\r\n"
#define X20        "xxxxxxxxxxxxxxxxxxxx"
#define X100       X20 X20 X20 X20 X20
#define X200       X100 X100
#define X500       X200 X200 X100
#define VIEWSTATE  "<input type=\"hidden\" name=\"__VIEWSTATE\" value=\"AAAA\" />"
#define MISS       "/owa/auth/errorFE.aspx?httpCode=404"
#define FAILS      "/owa/auth/errorFE.aspx?httpCode=500"

static const struct row rows[] = {
    /* Three of five labels, HTML, a script, 200. */
    { "oab-vdir-dump", "\r\n\r\n" DUMP_NAME DUMP_POLL DUMP_BASE DUMP_URL DUMP_CLASS },
    { "oab-vdir-dump", DUMP_NAME DUMP_BASE DUMP_URL },
    { "oab-vdir-dump", "\r\n" DUMP_POLL DUMP_CLASS DUMP_URL, .path = "/aspnet_client/x.ASHX" },
    { "oab-vdir-dump", DUMP_NAME DUMP_POLL DUMP_CLASS, .type = "Text/HTML; charset=utf-8" },
    { "oab-vdir-dump,owa-page-missing", DUMP_NAME DUMP_POLL DUMP_CLASS,
      .path = "/owa/auth/RedirSuiteServiceProxy.aspx",
      .expected = "ASP.auth_redirsuiteserviceproxy_aspx" },
    { "", "\r\n" DUMP_POLL DUMP_URL },
    { "", DUMP_NAME DUMP_BASE DUMP_URL, .type = "text/plain" },
    { "", DUMP_NAME DUMP_BASE DUMP_URL, .path = "/owa/auth/dump.txt" },
    { "", DUMP_NAME DUMP_BASE DUMP_URL, .status = 404 },
    { "", "The Name : OAB (x) PollInterval : 480 MetabasePath : IIS:// ExternalUrl : http" },
    /* A PST. */
    { "pst-export", "!BDN" X500 X20 },
    { "pst-export", "!BDN" X500 X20, .cut = true, .path = "/aspnet_client/1.aspx" },
    { "", "!BDN" X500 X20, .type = "application/octet-stream" },
    { "", " !BDN" X500 X20 },
    { "", "!BDN" X100 },
    { "", "!BDN" X500 X20, .path = "/owa/auth/1.pst" },
    /* A certificate request, raw and as ASP.NET may write it. */
    { "der-certificate-request", "\x30\x82" X200 },
    { "der-certificate-request", "\x30\xc2\x82" X200 },
    { "der-certificate-request", "\x30\xe2\x80\x9a" X200 },
    { "der-certificate-request", "\x30\xef\xbf\xbd" X200 },
    { "", "\x30\x82" X100 },
    { "", "\x30\x80" X200 },
    { "", "x\x30\x82" X200 },
    { "", "\x30\x82" X200, .type = "application/pkcs10" },
    { "", "\x30\x82" X200, .cut = true },
    /* A tunnel. */
    { "tunnel-greeting", "Georg says, 'All seems fine'" },
    { "tunnel-greeting", "\r\n Georg says, 'All seems fine'\r\n", .type = "text/plain" },
    { "tunnel-greeting", "<!-- NeoGeorg says, 'All seems fine' -->" },
    { "", "A page about how Georg says, 'All seems fine'" },
    { "", "NeoGeorg says, 'All seems fine'" X200 X200 },
    { "", "Georg says, 'All seems fine'", .status = 404 },
    /* Source in place of a page. */
    { "server-source-with-command", "<%@ Page Language=\"C#\" %>\n<% eval(Request[\"a\"]) %>",
      .type = "text/plain", .is_static = true },
    { "server-source-with-command",
      "<script language=\"JScript\" runat=\"server\">function Page_Load(){eval (x)}</script>" },
    { "server-source-with-command", "<%@ WebHandler Class=\"H\" %> Request.InputStream" },
    { "server-source-with-command", "<%@  page %> new System.Diagnostics.Process()" },
    { "server-source-served", "<%@ Page Language=\"C#\" %>\n<html>hello</html>" },
    { "server-source-served", "<SCRIPT RunAt=server>var a;</SCRIPT>" },
    { "", "<script>eval(Request[1])</script>" },
    { "", "<script>" X200 "</script><p> runat=\"server\"</p>" },
    { "", "&lt;%@ Page Language=&quot;C#&quot; %&gt; Request[0]" },
    { "", "<%@ Pages %>" },
    { "owa-page-missing", "<%@ Page %> Request[\"a\"]", .expected = "ASP.auth_errorfe_aspx" },
    { "", "<%@ Page %> Request[\"a\"]", .path = "/owa/auth/a.txt" },
    /* Known shells. */
    { "known-shell-title", "<html><title>Antak Webshell</title>" },
    { "known-shell-title", "<TITLE> antak webshell\r\n</TITLE>" },
    { "known-shell-title", "<a href=\"http://www.rootkit.net.cn\">x</a>" },
    { "", "<p>Antak Webshell</p>" },
    { "", "<title>Antak Webshell</title>", .type = "text/plain" },
    { "", "<title>About the Antak Webshell</title>" },
    /* Forms. */
    { "upload-form", "<form><input type=\"file\" name=\"f\" /></form>" },
    { "upload-form", "<form><INPUT name='f' TYPE=file></form>" },
    { "upload-form", "<input\n name = \"fu\"\n type = 'file' />" },
    { "", "<form><input type=\"text\" name=\"file\" /></form>" },
    { "", "<input type=\"text\"><script>if (e.type=='file') x()</script>" },
    { "", "<p> type=\"file\" </p>" },
    { "", "<input>" X200 " type=\"file\"" },
    { "", "<form><input type=\"file\" name=\"f\" /></form>", .path = "/owa/auth/" },
    { "command-form",
      "<b style=\"background-color:#778899;color:#fff;padding:5px;cursor:pointer\">" },
    { "command-form", "<b style=\"background-color: #778899; color: #FFF; padding: 5px\">" },
    { "command-form", VIEWSTATE "<input name=\"txtCmd\" type=\"text\" />" },
    { "", "<b style=\"background-color:#778899;color:#000;padding:5px\">" },
    { "", "<input name=\"cmd\" type=\"text\" />" },
    { "", VIEWSTATE "<input name=\"q\" type=\"text\" /><a name=\"commands\">" },
    { "password-form", VIEWSTATE "Password: <input name=\"t1\" type=\"password\" />" },
    { "password-form", VIEWSTATE X500 "<input type=password>" },
    { "", "Password: <input name=\"t1\" type=\"password\" />" },
    { "", VIEWSTATE "<input name=\"t1\" type=\"text\" />" },
    { "", "<input name=\"t1\" type=\"password\" />" VIEWSTATE },
    { "", VIEWSTATE "<input name=\"t1\" type=\"password\" />", .owa_page = "ASP.auth_logon_aspx",
      .expected = "ASP.auth_logon_aspx" },
    { "", VIEWSTATE "<input name=\"t1\" type=\"password\" />", .owa_page = "ASP.auth_logon_aspx" },
    /* Nothing at all. */
    { "blank-200", "" },
    { "blank-200", " \r\n\t\r\n" },
    { "blank-200", "", .baseline = 404, .baseline_location = "", .type = "" },
    { "", "x" },
    { "", "                 " }, /* 17 */
    { "", "", .is_static = true },
    { "", "", .type = "image/gif" },
    { "", "", .baseline = 200, .baseline_location = "" },
    { "", "", .baseline = -1, .baseline_location = "" },
    { "", "", .path = "/owa/auth/x.css" },
    { "", "", .cut = true },
    { "owa-page-missing", "", .expected = "ASP.auth_outlookcn_aspx" },
    /* A page that fails where others are missing. */
    { "httpcode-500", "moved", .status = 302, .location = FAILS },
    { "httpcode-500", "moved", .status = 302,
      .location = "https://mail.example.com/OWA/auth/ErrorFE.aspx?httpCode=500" },
    { "httpcode-500", "moved", .status = 302, .location = FAILS, .baseline = 404,
      .baseline_location = "", .path = "/aspnet_client/x.aspx" },
    { "httpcode-500", "Server Error", .status = 500, .baseline = 404, .baseline_location = "" },
    { "", "moved", .status = 302, .location = FAILS, .baseline_location = FAILS },
    { "", "moved", .status = 302, .location = FAILS, .baseline_location = "/owa/auth/logon.aspx" },
    { "", "moved", .status = 302, .location = "/owa/auth/error.aspx?e=500" },
    { "", "Server Error", .status = 500 },
    { "", "Server Error", .status = 500, .baseline = 500, .baseline_location = "" },
    { "", "Server Error", .status = 503, .baseline = 404, .baseline_location = "" },
    /* The redirect for missing pages where there is none. */
    { "fake-404", "moved", .status = 302, .location = MISS, .path = "/aspnet_client/load.aspx",
      .baseline = 404, .baseline_location = "" },
    { "fake-404", "moved", .status = 302, .location = MISS, .path = "/ecp/auth/a.aspx",
      .baseline_location = "/owa/auth/logon.aspx?url=x&reason=0" },
    { "", "moved", .status = 302, .location = MISS, .baseline_location = "/x" },
    { "", "moved", .status = 302, .location = MISS, .path = "/ecp/auth/a.aspx" },
    { "", "moved", .status = 302, .location = MISS, .path = "/aspnet_client/load.aspx",
      .baseline = -1, .baseline_location = "" },
    { "", "moved", .status = 302, .location = "/owa/auth/logon.aspx",
      .path = "/aspnet_client/load.aspx", .baseline = 404, .baseline_location = "" },
    /* A genuine page without its mark. */
    { "owa-page-missing", "<html>hello</html>", .expected = "ASP.auth_errorfe_aspx" },
    { "owa-page-missing", "<html>hello</html>", .owa_page = "ASP.auth_logon_aspx",
      .expected = "ASP.auth_errorfe_aspx" },
    { "", "<html>hello</html>", .owa_page = "asp.auth_errorFE_aspx",
      .expected = "ASP.auth_errorfe_aspx" },
    { "", "<html>hello</html>", .expected = "ASP.auth_errorfe_aspx", .cut = true },
    { "", "<html>hello</html>", .expected = "ASP.auth_errorfe_aspx", .status = 404 },
    { "", "<html>hello</html>", .expected = "ASP.auth_errorfe_aspx", .type = "text/plain" },
    /* Pages of nobody in particular. */
    { "", "<html><body>It works!</body></html>" },
    { "", "<form action=\"/search\"><input type=\"search\" name=\"q\"></form>" },
    { "", "" X20, .status = 401 },
    /* Two at once, the stronger one first. */
    { "known-shell-title,password-form",
      "<title>ASPXSpy2014</title>" VIEWSTATE "<input type=\"password\" name=\"p\">" },
};

static void every_rule_has_hits_and_misses(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_sample s = sample_of(&rows[i]);
        struct ex_hits hits;
        char got[512];

        ex_scanner_scan(f->scanner, &s, &hits);
        ids_of(got, &hits);
        if (hits.failed || strcmp(got, rows[i].want) != 0)
            fail_msg("row %zu, %s (%.60s): %s, wanted %s", i, s.path, rows[i].body, got,
                     rows[i].want);
    }
}

/* The ids are words of records; what each proves is half of a verdict. Frozen. */
static void rules_are_what_they_were(void **state)
{
    static const struct {
        const char *id;
        enum ex_strength strength;
    } want[] = {
        { "oab-vdir-dump", EX_STRENGTH_CONFIRMED },
        { "pst-export", EX_STRENGTH_CONFIRMED },
        { "der-certificate-request", EX_STRENGTH_CONFIRMED },
        { "tunnel-greeting", EX_STRENGTH_CONFIRMED },
        { "server-source-with-command", EX_STRENGTH_CONFIRMED },
        { "server-source-served", EX_STRENGTH_LIKELY },
        { "known-shell-title", EX_STRENGTH_CONFIRMED },
        { "upload-form", EX_STRENGTH_LIKELY },
        { "command-form", EX_STRENGTH_LIKELY },
        { "password-form", EX_STRENGTH_LIKELY },
        { "blank-200", EX_STRENGTH_LIKELY },
        { "httpcode-500", EX_STRENGTH_SUSPICIOUS },
        { "fake-404", EX_STRENGTH_SUSPICIOUS },
        { "owa-page-missing", EX_STRENGTH_SUSPICIOUS },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(want); i++) {
        bool seen = false;

        for (size_t k = 0; !seen && k < N_OF(rows); k++) {
            const struct ex_sample s = sample_of(&rows[k]);
            struct ex_hits hits;

            ex_scanner_scan(f->scanner, &s, &hits);
            seen = hits.n > 0 && strcmp(hits.at[0].id, want[i].id) == 0;
            if (seen && (hits.at[0].strength != want[i].strength || !hits.at[0].title[0]))
                fail_msg("%s: strength %d, title %s", want[i].id, (int)hits.at[0].strength,
                         hits.at[0].title);
        }
        if (!seen)
            fail_msg("no row has %s", want[i].id);
    }
}

/* Longer than any body that the engine reads: the beginning is looked at, as of a cut one. */
static void bodies_are_bounded(void **state)
{
    struct fixture *f = *state;
    const size_t n = 1024 * 1024;
    char *body = calloc(1, n);
    const struct row row = { .body = body, .n = n, .expected = "ASP.auth_logon_aspx" };
    struct ex_sample sample;
    struct ex_hits hits;

    assert_non_null(body);
    memset(body, 'x', n);
    memcpy(body + n - 100, "<input type=\"file\">", 19);
    sample = sample_of(&row);
    ex_scanner_scan(f->scanner, &sample, &hits);
    assert_true(hits.n == 0 && !hits.failed);
    sample.expected_page = "";
    ex_scanner_scan(f->scanner, &sample, &hits);
    assert_true(hits.n == 0 && !hits.failed);
    memcpy(body, "!BDN", 4);
    ex_scanner_scan(f->scanner, &sample, &hits);
    assert_int_equal(hits.n, 1);
    sample.body = (struct ex_span){ NULL, 0 };
    ex_scanner_scan(f->scanner, &sample, &hits);
    assert_string_equal(hits.at[0].id, "blank-200");
    free(body);
}

static void our_own_rules_must_have_their_words(void **state)
{
    static const char *const texts[] = {
        "rule a { condition: true }",
        "rule a { meta: title = \"T\" strength = \"likely\" condition: true }",
        "rule a { meta: title = \"T\" source = \"s\" condition: true }",
    };
    (void)state;

    for (size_t i = 0; i < N_OF(texts); i++) {
        const struct ex_catalog cat = { .signatures = texts[i] };
        struct ex_signatures *s = NULL;
        struct ex_error err = { "" };

        assert_int_equal(ex_signatures_new(&s, &cat, NULL, 0, &err), EX_ESCHEMA);
        assert_non_null(strstr(err.text, "rule a"));
        assert_null(s);
    }
    ex_signatures_free(NULL);
    ex_scanner_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_has_hits_and_misses),
        cmocka_unit_test(rules_are_what_they_were),
        cmocka_unit_test(bodies_are_bounded),
        cmocka_unit_test(our_own_rules_must_have_their_words),
    };

    return cmocka_run_group_tests(tests, scanned_setup, scanned_teardown);
}
