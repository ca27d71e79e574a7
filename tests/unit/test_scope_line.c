// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/scope_line.h"
#include "exprobe/day.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* "name mail.example.com", "suffix example.com", "net 192.0.2.0/24" */
static const char *shown(const struct ex_entry *e, char to[static 320])
{
    static const char *const kinds[] = { "name", "suffix", "net" };
    char address[EX_ADDR_TEXT];

    if (e->kind == EX_ENTRY_NETWORK)
        snprintf(to, 320, "net %s/%u", ex_addr_format(address, &e->net), e->prefix_bits);
    else
        snprintf(to, 320, "%s %s%s", kinds[e->kind], e->name, e->needs_idna ? " (idna)" : "");
    return to;
}

static void accepted(void **state)
{
    static const struct {
        const char *line, *want;
    } rows[] = {
        { "mail.example.com", "name mail.example.com" },
        { "Mail.EXAMPLE.Com.", "name mail.example.com" },
        { "*.Example.com", "suffix example.com" },
        { "*.example.com.", "suffix example.com" },
        { "*.corp", "suffix corp" },
        { "localhost", "name localhost" },
        { "\xef\xbb\xbfmail.example.com\r\n", "name mail.example.com" },
        { "  192.0.2.7\t # Berlin, ticket #7", "net 192.0.2.7/32" },
        { "192.0.2.0/24", "net 192.0.2.0/24" },
        { "0.0.0.0/0", "net 0.0.0.0/0" },
        { "2001:DB8::1", "net 2001:db8::1/128" },
        { "2001:db8::/32", "net 2001:db8::/32" },
        { "::/0", "net ::/0" },
        { "::ffff:192.0.2.1", "net 192.0.2.1/32" },
        { "b\xc3\xbc"
          "cher.example",
          "name b\xc3\xbc"
          "cher.example (idna)" },
        { "*.b\xc3\xbc"
          "cher.example",
          "suffix b\xc3\xbc"
          "cher.example (idna)" },
        { "# mail.example.com", "blank" },
        { "   ", "blank" },
        { "", "blank" },
    };
    char text[320];
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { "" };
        struct ex_entry e;
        bool blank;

        if (ex_scope_line_parse(ex_span_str(rows[i].line), &e, &blank, &err) != EX_OK)
            fail_msg("%s: %s", rows[i].line, err.text);
        if (strcmp(blank ? "blank" : shown(&e, text), rows[i].want) != 0)
            fail_msg("%s: is %s", rows[i].line, blank ? "blank" : text);
    }
}

/* Every slip is an error that says what to write: none may mean more, or something else. */
static void refused(void **state)
{
    static const struct {
        const char *line, *says;
    } rows[] = {
        { ".example.com", "write *.example.com" },
        { "*", "would mean everybody" },
        { "*.", "name after '*.' is missing" },
        { "*.*.example.com", "only at the beginning" },
        { "mail.*.com", "only at the beginning" },
        { "*mail.example.com", "only at the beginning" },
        { "*.192.0.2.1", "looks like an address" },
        { "mail.example.com:443", "no port" },
        { "192.0.2.1:443", "no port" },
        { "192.0.2.0/24:443", "no port" },
        { "[2001:db8::1]:443", "without brackets" },
        { "https://mail.example.com/", "without https://" },
        { "!mail.example.com", "no sign" },
        { "mail.example.com client=acme", "one entry a line" },
        { "a.example b.example", "one entry a line" },
        { "a.example,b.example", "without commas" },
        { "192.0.2.1-20", "looks like an address" },
        { "192.0.2", "looks like an address" },
        { "192.0.2.1/24", "bits after the prefix" },
        { "192.0.2.0/33", "0 to 32" },
        { "192.0.2.0/", "decimal number" },
        { "192.0.2.0/024", "decimal number" },
        { "192.0.2.0/255.255.255.0", "decimal number" },
        { "2001:db8::1/32", "bits after the prefix" },
        { "2001:db8::/129", "0 to 128" },
        { "::ffff:192.0.2.0/120", "IPv4-mapped" },
        { "fe80::1%eth0", "zone" },
        { "example.com/24", "a network is ADDRESS/PREFIX" },
        { "010.0.0.1", "looks like an address" },
        { "mail..example.com", "empty" },
        { "mail.example.com\x01", "control character" },
        { "mail.example.com\xe2\x80\x8b", "invisible" },
        { "b\xfc"
          "cher.example",
          "UTF-8" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { "" };
        struct ex_entry e;
        bool blank = true;

        if (ex_scope_line_parse(ex_span_str(rows[i].line), &e, &blank, &err) == EX_OK)
            fail_msg("%s: was accepted", rows[i].line);
        if (!strstr(err.text, rows[i].says))
            fail_msg("%s: %s", rows[i].line, err.text);
    }
}

static void opt_outs(void **state)
{
    static const struct {
        const char *line, *want, *reason;
    } rows[] = {
        { "mail.example.com 2026-03-01 asked by mail, ticket #4711", "name mail.example.com",
          "asked by mail, ticket #4711" },
        { "\t192.0.2.0/24\t2024-02-29\t a  b \r", "net 192.0.2.0/24", "a  b" },
        { "*.example.com 2026-03-01 #12", "suffix example.com", "#12" },
        { "# mail.example.com 2026-03-01 \xff", "blank", "" },
        { " ", "blank", "" },
    };
    static const struct {
        const char *line, *says;
    } bad[] = {
        { "mail.example.com", "YYYY-MM-DD" },
        { "mail.example.com 2026-02-29 no such day", "YYYY-MM-DD" },
        { "mail.example.com 01.03.2026 asked", "YYYY-MM-DD" },
        { "mail.example.com asked 2026-03-01", "YYYY-MM-DD" },
        { "mail.example.com 2026-03-01", "reason" },
        { "mail.example.com 2026-03-01   ", "reason" },
        { ".example.com 2026-03-01 asked", "write *.example.com" },
        { "mail.example.com 2026-03-01 \x1b[31mred", "control character" },
        { "mail.example.com 2026-03-01 0123456789012345678901234567890123456789012345678901234567"
          "890123456789012345678901234567890123456789x",
          "100 bytes" },
    };
    char text[320], day[EX_DAY_TEXT];
    struct ex_entry e = { 0 };
    bool blank;
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { "" };

        e.reason[0] = '\0';
        if (ex_opt_out_line_parse(ex_span_str(rows[i].line), &e, &blank, &err) != EX_OK)
            fail_msg("%s: %s", rows[i].line, err.text);
        if (strcmp(blank ? "blank" : shown(&e, text), rows[i].want) != 0 ||
            strcmp(e.reason, rows[i].reason) != 0)
            fail_msg("%s: is %s, \"%s\"", rows[i].line, text, e.reason);
        if (i == 1)
            assert_string_equal(ex_day_format(day, e.day), "2024-02-29");
    }
    for (size_t i = 0; i < N_OF(bad); i++) {
        struct ex_error err = { "" };

        if (ex_opt_out_line_parse(ex_span_str(bad[i].line), &e, &blank, &err) == EX_OK ||
            !strstr(err.text, bad[i].says))
            fail_msg("%s: %s", bad[i].line, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(refused),
        cmocka_unit_test(opt_outs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
