// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/path.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define TEN     "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static void parts(void **state)
{
    static const struct {
        const char *path;
        size_t folder;
        const char *extension;
    } rows[] = {
        { "/owa/auth/log.aspx", 10, ".aspx" },
        { "/mywebdll", 1, "" },
        { "/a.b/c", 5, "" },
        { "/a/b.css.aspx", 3, ".aspx" },
        { "/a/.aspx", 3, ".aspx" },
        { "/a/b.", 3, "." },
        { "a.b", 0, ".b" },
        { "/a/", 3, "" },
        { "", 0, "" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_span path = ex_span_str(rows[i].path);

        if (ex_path_folder(path) != rows[i].folder ||
            strcmp(rows[i].path + ex_path_extension(path), rows[i].extension) != 0)
            fail_msg("%s: folder %zu, extension at %zu", rows[i].path, ex_path_folder(path),
                     ex_path_extension(path));
    }
}

/* NULL: may be asked for. */
static void what_may_be_asked_for(void **state)
{
    static const struct {
        const char *path, *why;
    } rows[] = {
        { "/owa/auth/log.aspx", NULL },
        { "/aspnet_client/system_web/4_0_30319/self.aspx", NULL },
        { "/owa/auth/Current/themes/resources/aria-down.css.aspx", NULL },
        { "/a~b/c-d_e.aspx", NULL },
        { "/mywebdll", NULL },
        { "/owa/auth/15.1.2507/scripts/premium/flogon.js", NULL },
        { "/.well-known/x.aspx", NULL },
        { "/owa/auth/xx.js", NULL },
        { "/owa/auth/ddi.aspx", NULL },
        { "/" HUNDRED, NULL },
        /* Form. */
        { "", "begin with /" },
        { "owa/auth/x.aspx", "begin with /" },
        { "/owa/auth/", "folder" },
        { "/", "folder" },
        { "/" HUNDRED TEN TEN, "120 bytes" },
        { "/" TEN TEN TEN TEN TEN TEN "12/x.aspx", "63 bytes" },
        { "/owa/auth/x.aspxaspx", "7 bytes" },
        { "/owa/auth/x.aspx?a=b", "query" },
        { "/owa/auth/x%2easpx", "percent" },
        { "/owa\\auth\\x.aspx", "backslash" },
        { "/owa/auth/x y.aspx", "blank" },
        { "/owa/auth/x.aspx\r", "control" },
        { "/owa/auth/x\x01.aspx", "control" },
        { "/owa/auth/x\x7f.aspx", "control" },
        { "/owa/auth/\xc3\xa4.aspx", "not ASCII" },
        { "/owa/auth/x.aspx;a", "other than" },
        { "/owa/auth/x@y.aspx", "other than" },
        { "/owa/auth/<x>.aspx", "other than" },
        { "/owa/auth/../x.aspx", ".." },
        { "/owa/./auth/x.aspx", ".." },
        { "/owa/auth/x..aspx", ".." },
        { "//owa/auth/x.aspx", "empty" },
        { "/owa//x.aspx", "empty" },
        { "/owa/auth/log.aspx/x.js", "page or file as a folder" },
        { "/EWS/Exchange.asmx/GetFolder.js", "page or file as a folder" },
        { "/rpc/rpcproxy.dll/x.js", "page or file as a folder" },
        /* Attacks. */
        { "/autodiscover/autodiscover.json", "CVE-2021-34473" },
        { "/AutoDiscover/AutoDiscover.JSON/x", "CVE-2021-34473" },
        { "/powershell/x.aspx", "remote shell" },
        { "/owa/auth/PowerShell.aspx", "remote shell" },
        { "/ecp/15.2.1.2/exporttool/ex.corp.example/x.aspx", "another server" },
        { "/ecp/DDI/DDIService.svc", "CVE-2021-26855" },
        { "/ECP/default.flt", "CVE-2021-26855" },
        { "/ecp/proxyLogon.ecp", "CVE-2021-26855" },
        { "/ecp/y.js", "CVE-2021-26855" },
        { "/owa/auth/x.js", "CVE-2021-26855" },
        { "/OWA/auth/X.JS", "CVE-2021-26855" },
        { "/owa/auth/x.jsp", "CVE-2021-26855" },
        { "/owa/auth.owa", "logon itself" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const char *why = ex_path_refused(ex_span_str(rows[i].path));

        if (!why != !rows[i].why || (why && !strstr(why, rows[i].why)))
            fail_msg("%s: %s", rows[i].path, why ? why : "may be asked for");
    }
}

static void a_nul_is_no_end(void **state)
{
    static const uint8_t path[] = "/owa/auth/x.aspx\0.txt";
    (void)state;

    assert_non_null(ex_path_refused((struct ex_span){ path, sizeof(path) - 1 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(parts),
                                        cmocka_unit_test(what_may_be_asked_for),
                                        cmocka_unit_test(a_nul_is_no_end) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
