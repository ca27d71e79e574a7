// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "out/curl_line.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

struct row {
    const char *target, *address, *source, *path, *user_agent, *tls;
    const char *want;
};

static void make(const struct row *row, char line[static EX_CURL_LINE_SIZE])
{
    struct ex_result r = { .has_address = row->address != NULL };
    struct ex_finding_evidence e = { .status = 200 };
    struct ex_error err = { "" };
    enum ex_line_kind kind;

    if (ex_target_parse_line(ex_span_str(row->target), &r.target, &kind, &err) != EX_OK)
        fail_msg("%s: %s", row->target, err.text);
    if (row->address)
        assert_int_equal(ex_addr_parse(ex_span_str(row->address), &r.address), EX_OK);
    if (row->tls)
        ex_span_copy(r.tls.version, sizeof(r.tls.version), ex_span_str(row->tls));
    ex_span_copy(e.source, sizeof(e.source), ex_span_str(row->source));
    ex_span_copy(e.path, sizeof(e.path), ex_span_str(row->path));
    ex_curl_line(line, &r, &e, row->user_agent);
}

static void lines(void **state)
{
    static const struct row rows[] = {
        { "mail.example.com", "192.0.2.1", "header:x-owa-version",
          "/owa/auth/logon.aspx?replaceCurrent=1", "exprobe/0.1.0", NULL,
          "curl -sk -D- -o /dev/null --http1.1 --max-time 30 -A exprobe/0.1.0"
          " --resolve mail.example.com:443:192.0.2.1"
          " 'https://mail.example.com/owa/auth/logon.aspx?replaceCurrent=1'" },
        { "mail.example.com:8443", "2001:db8::1", "body:theme-path", "/owa/", "exprobe/0.1.0", NULL,
          "curl -ski --http1.1 --max-time 30 -A exprobe/0.1.0"
          " --resolve 'mail.example.com:8443:[2001:db8::1]' https://mail.example.com:8443/owa/" },
        { "[2001:db8::1]:8443", "2001:db8::1", "header:server", "/owa/", "exprobe/0.1.0", NULL,
          "curl -sk -D- -o /dev/null --http1.1 --max-time 30 -A exprobe/0.1.0"
          " 'https://[2001:db8::1]:8443/owa/'" },
        { "192.0.2.1", "192.0.2.1", "folder:export-tool", "/ecp/15.2.1748.43/x", "exprobe/0.1.0",
          NULL,
          "curl -skI --http1.1 --max-time 30 -A exprobe/0.1.0"
          " https://192.0.2.1/ecp/15.2.1748.43/x" },
        { "old.example.com", "192.0.2.1", "tls:version", "/owa/", "exprobe/0.1.0", "TLSv1",
          "curl -skv -o /dev/null --http1.1 --max-time 30 --tlsv1.0"
          " --ciphers DEFAULT@SECLEVEL=0 -A exprobe/0.1.0"
          " --resolve old.example.com:443:192.0.2.1 https://old.example.com/owa/" },
        { "192.0.2.1", "192.0.2.1", "internal-address-leak", "/owa", "exprobe/0.1.0", "TLSv1.3",
          "curl -sk -D- -o /dev/null --http1.0 -H Host: --max-time 30 -A exprobe/0.1.0"
          " https://192.0.2.1/owa" },
        /* What a shell would act upon. */
        { "192.0.2.1", "192.0.2.1", "x", "/a;b", "it's $(id) `id` \"me\" & \\ |", NULL,
          "curl -sk -D- -o /dev/null --http1.1 --max-time 30"
          " -A 'it'\\''s $(id) `id` \"me\" & \\ |' 'https://192.0.2.1/a;b'" },
        { "192.0.2.1", "192.0.2.1", "x", "/a", "", NULL,
          "curl -sk -D- -o /dev/null --http1.1 --max-time 30 -A '' https://192.0.2.1/a" },
        /* No request, no line. */
        { "192.0.2.1", NULL, "x", "/a", "u", NULL, "" },
        { "192.0.2.1", "192.0.2.1", "tls:version", "", "u", NULL, "" },
        { "192.0.2.1", "192.0.2.1", "x", "no path", "u", NULL, "" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char got[EX_CURL_LINE_SIZE];

        make(&rows[i], got);
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("row %zu:\n%s\nwanted\n%s", i, got, rows[i].want);
    }
}

/* What a real shell makes of the line is what was meant, whatever is in it. */
static void a_shell_reads_it_back(void **state)
{
    static const char nasty[] = "a'b\"c$(touch x)`touch y`;|&<>*?[]{}~!#\\ \t'' end";
    const struct row row = { "192.0.2.1", "192.0.2.1", "x", "/a", nasty, NULL, NULL };
    char line[EX_CURL_LINE_SIZE], script[EX_CURL_LINE_SIZE + 128], got[256];
    (void)state;

    make(&row, line);
    /* curl becomes a function that prints the value of -A */
    snprintf(script, sizeof(script),
             "curl() { while [ \"$1\" != -A ]; do shift; done;"
             " printf %%s \"$2\"; }\n%s",
             line);
    FILE *f = popen("exec sh -s >test_curl_line.out 2>&1", "w");
    assert_non_null(f);
    assert_true(fputs(script, f) >= 0);
    assert_int_equal(pclose(f), 0);
    f = fopen("test_curl_line.out", "r");
    assert_non_null(f);
    got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
    fclose(f);
    unlink("test_curl_line.out");
    assert_string_equal(got, nasty);
}

/* Half a quoted word is a trap: rather nothing. */
static void too_long_is_nothing(void **state)
{
    static char agent[EX_CURL_LINE_SIZE];
    const struct row row = { "192.0.2.1", "192.0.2.1", "x", "/a", agent, NULL, NULL };
    char line[EX_CURL_LINE_SIZE];
    (void)state;

    memset(agent, '\'', sizeof(agent) / 3);
    make(&row, line);
    assert_string_equal(line, "");
    agent[300] = '\0';
    make(&row, line);
    assert_true(line[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(a_shell_reads_it_back),
        cmocka_unit_test(too_long_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
