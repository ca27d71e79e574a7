// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "input/paths.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { MAX = 5 };

static char file[] = "/tmp/exprobe-own-XXXXXX";

static const struct ex_path_row catalogue[] = {
    { .id = "tier1",
      .path = "/aspnet_client/shell.aspx",
      .folder = "/aspnet_client/",
      .extension = ".aspx",
      .tier = 1,
      .probe = true,
      .confidence = EX_IF200_HIGH },
    { .id = "log",
      .path = "/owa/auth/google.log",
      .folder = "/owa/auth/",
      .extension = ".log",
      .tier = 3,
      .note = "May hold stolen data." },
    { .id = "implant",
      .path = "/owa/auth/implant.aspx",
      .folder = "/owa/auth/",
      .extension = ".aspx",
      .tier = 3,
      .note = "Must not be operated." },
    { .id = "logon",
      .path = "/owa/auth/logon.aspx",
      .folder = "/owa/auth/",
      .extension = ".aspx",
      .genuine = true,
      .note = "Control." },
    { .id = "tier2",
      .path = "/owa/auth/Xml.aspx",
      .folder = "/owa/auth/",
      .extension = ".aspx",
      .tier = 2,
      .probe = true,
      .campaign = "Wave",
      .confidence = EX_IF200_HIGH },
};
static const struct ex_catalog cat = { .paths = catalogue, .n_paths = N_OF(catalogue) };

static int setup(void **state)
{
    const int fd = mkstemp(file);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(file);
}

static enum ex_status read_text(struct ex_own_paths **out, const char *text, size_t n, bool deep,
                                struct ex_error *err)
{
    const struct ex_own_paths_options opt = { .cat = &cat, .deep = deep, .max = MAX };
    FILE *f = fopen(file, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return ex_own_paths_read(out, file, &opt, err);
}

/* "id path folder extension" of each row, joined by commas. */
static void accepted(void **state)
{
    static const struct {
        const char *text;
        bool deep;
        const char *want;
    } rows[] = {
        { "", false, "" },
        { "# nothing\n\n   \r\n", false, "" },
        { "/owa/auth/new.aspx", false, "line-1 /owa/auth/new.aspx /owa/auth/ .aspx" },
        { "\xef\xbb\xbf/owa/auth/new.aspx\r\n", false,
          "line-1 /owa/auth/new.aspx /owa/auth/ .aspx" },
        { "\xef\xbb\xbf# list\n /owa/auth/new.aspx \t\n", false,
          "line-2 /owa/auth/new.aspx /owa/auth/ .aspx" },
        /* Sorted, duplicates of any case kept once. */
        { "/owa/auth/b.aspx\n/owa/auth/a.aspx\n/owa/auth/A.aspx\n/aspnet_client/c.ashx\n", false,
          "line-4 /aspnet_client/c.ashx /aspnet_client/ .ashx,"
          "line-2 /owa/auth/a.aspx /owa/auth/ .aspx,line-1 /owa/auth/b.aspx /owa/auth/ .aspx" },
        /* One spelling of a folder and an extension. */
        { "/OWA/Auth/New.ASPX\n", false, "line-1 /owa/auth/New.aspx /owa/auth/ .aspx" },
        { "/Other/a.php\n/oTHER/b.PHP\n", false,
          "line-1 /Other/a.php /Other/ .php,line-2 /Other/b.php /Other/ .php" },
        /* What is asked for anyway, and pages of Exchange, are left out. */
        { "/aspnet_client/SHELL.aspx\n/owa/auth/Logon.aspx\n", false, "" },
        { "/owa/auth/xml.aspx\n", true, "" },
        /* What is known about a name is kept. */
        { "/owa/auth/xml.aspx\n", false, "tier2 /owa/auth/Xml.aspx /owa/auth/ .aspx" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_own_paths *own = NULL;
        struct ex_error err = { "" };
        char got[1024] = "";
        const struct ex_path_row *at;
        size_t n = 0, used = 0;

        if (read_text(&own, rows[i].text, strlen(rows[i].text), rows[i].deep, &err) != EX_OK)
            fail_msg("row %zu: %s", i, err.text);
        at = ex_own_paths_rows(own, &n);
        for (size_t k = 0; k < n; k++)
            used += (size_t)snprintf(got + used, sizeof(got) - used, "%s%s %s %s %s", k ? "," : "",
                                     at[k].id, at[k].path, at[k].folder, at[k].extension);
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("row %zu: %s", i, got);
        ex_own_paths_free(own);
    }
    ex_own_paths_free(NULL);
}

static void rows_are_complete(void **state)
{
    static const char text[] = "/owa/auth/new.aspx\n/owa/auth/xml.aspx\n";
    struct ex_own_paths *own = NULL;
    struct ex_error err = { "" };
    const struct ex_path_row *at;
    size_t n = 0;
    (void)state;

    assert_int_equal(read_text(&own, text, sizeof(text) - 1, false, &err), EX_OK);
    at = ex_own_paths_rows(own, &n);
    assert_int_equal(n, 2);
    assert_string_equal(at[0].campaign, "Wave");
    assert_int_equal(at[0].confidence, EX_IF200_HIGH);
    assert_int_equal(at[0].tier, 2);
    assert_int_equal(at[1].tier, 0);
    assert_int_equal(at[1].confidence, EX_IF200_MEDIUM);
    assert_true(at[1].probe && !at[1].genuine && !at[1].collision);
    assert_true(at[1].marker[0] == '\0' && at[1].campaign[0] == '\0' && at[1].note[0] == '\0');
    assert_non_null(at[1].family);
    assert_non_null(at[1].source);
    assert_non_null(at[1].first_seen);
    ex_own_paths_free(own);
}

static void refused(void **state)
{
    static const struct {
        const char *text, *place, *what;
    } rows[] = {
        { "/owa/auth/a.aspx\nhttps://mail.example.com/owa/auth/x.aspx\n", ":2:", "is a URL" },
        { "GET /owa/auth/x.aspx\n", ":1:", "line of a log" },
        { "2021-03-03 07:12:44 10.0.0.1 GET /owa/auth/x.aspx - 443\n", ":1:", "line of a log" },
        { "/owa/auth/x.aspx - 443\n", ":1:", "blank" },
        { "/owa/auth/x.aspx?cmd=dir\n", ":1:", "query" },
        { "/owa/auth/x.aspx # comment\n", ":1:", "blank" },
        { "\n\n/owa/auth/%78.aspx\n", ":3:", "percent" },
        { "/owa/auth/../x.aspx\n", ":1:", ".." },
        { "\\owa\\auth\\x.aspx\n", ":1:", "begin with /" },
        { "x.aspx\n", ":1:", "begin with /" },
        { "/owa/auth/\xc3\xa4.aspx\n", ":1:", "not ASCII" },
        { "/owa/auth/\x1b[31m.aspx\n", ":1:", "\\x1b[31m" },
        { "/owa/auth/\n", ":1:", "folder" },
        { "/autodiscover/autodiscover.json\n", ":1:", "attack" },
        { "/ecp/DDI/DDIService.svc\n", ":1:", "attack" },
        { "/ecp/proxyLogon.ecp\n", ":1:", "attack" },
        { "/owa/auth/x.js\n", ":1:", "attack" },
        { "/ecp/y.js\n", ":1:", "attack" },
        { "/owa/auth.owa\n", ":1:", "logon" },
        { "/ecp/15.2.1.2/exporttool/a/x.aspx\n", ":1:", "another server" },
        { "/PowerShell/x.aspx\n", ":1:", "remote shell" },
        /* What may hold the passwords of others is not fetched. */
        { "/owa/auth/pass.txt\n", ":1:", "no page" },
        { "/owa/auth/15.2/themes/log.css\n", ":1:", "no page" },
        { "/owa/auth/archive.zip\n", ":1:", "no page" },
        { "/owa/auth/noextension\n", ":1:", "no page" },
        { "/owa/auth/google.log\n", ":1:", "no page" },
        { "/owa/auth/Implant.aspx\n", ":1:", "Must not be operated." },
        { "/owa/auth/1.aspx\n/owa/auth/2.aspx\n/owa/auth/3.aspx\n/owa/auth/4.aspx\n"
          "/owa/auth/5.aspx\n/owa/auth/5.aspx\n/owa/auth/6.aspx\n",
          ":7:", "too many" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_own_paths *own = NULL;
        struct ex_error err = { "" };

        if (read_text(&own, rows[i].text, strlen(rows[i].text), false, &err) != EX_EINPUT || own)
            fail_msg("row %zu was read: %s", i, rows[i].text);
        if (!strstr(err.text, file) || !strstr(err.text, rows[i].place) ||
            !strstr(err.text, rows[i].what))
            fail_msg("row %zu: %s", i, err.text);
        for (const char *p = err.text; *p; p++)
            assert_true(*p >= ' ' && *p <= '~');
    }
}

static void files_that_are_none(void **state)
{
    static const char utf16[] = "\xff\xfe/\0o\0w\0a\0";
    static const char nul[] = "/owa/auth/x\0.aspx\n";
    struct ex_own_paths *own = NULL;
    struct ex_error err = { "" };
    const struct ex_own_paths_options opt = { .cat = &cat, .max = MAX };
    static char endless[100000];
    (void)state;

    assert_int_equal(read_text(&own, utf16, sizeof(utf16) - 1, false, &err), EX_EINPUT);
    assert_non_null(strstr(err.text, "UTF-16"));
    assert_int_equal(read_text(&own, nul, sizeof(nul) - 1, false, &err), EX_EINPUT);
    assert_non_null(strstr(err.text, "\\x00"));
    memset(endless, 'a', sizeof(endless));
    endless[0] = '/';
    assert_int_equal(read_text(&own, endless, sizeof(endless), false, &err), EX_EINPUT);
    assert_non_null(strstr(err.text, "longer than any path"));
    assert_int_equal(ex_own_paths_read(&own, "/nonexistent/own.txt", &opt, &err), EX_EIO);
    assert_non_null(strstr(err.text, "No such file"));
    assert_int_equal(ex_own_paths_read(&own, "/tmp", &opt, &err), EX_EIO);
    assert_null(own);
}

/* More folders than a result can tell of are refused, not dropped. */
static void folders_are_counted(void **state)
{
    const struct ex_own_paths_options opt = { .cat = &cat, .max = 1000 };
    struct ex_own_paths *own = NULL;
    struct ex_error err = { "" };
    (void)state;

    for (int n = 31; n <= 32; n++) { /* and the one of tier 1 */
        FILE *f = fopen(file, "wb");

        assert_non_null(f);
        for (int i = 0; i < n; i++)
            fprintf(f, "/folder%d/x.aspx\n/Folder%d/y.aspx\n", i, i);
        assert_int_equal(fclose(f), 0);
        assert_int_equal(ex_own_paths_read(&own, file, &opt, &err), n == 31 ? EX_OK : EX_EINPUT);
        if (n == 31)
            ex_own_paths_free(own);
    }
    assert_null(own);
    assert_non_null(strstr(err.text, "too many folders"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(rows_are_complete),
        cmocka_unit_test(refused),
        cmocka_unit_test(files_that_are_none),
        cmocka_unit_test(folders_are_counted),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
