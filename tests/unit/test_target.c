// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "exprobe/target.h"

#define N_OF(a)  (sizeof(a) / sizeof((a)[0]))
#define LABEL_63 "a23456789012345678901234567890123456789012345678901234567890123"
#define NAME_253                                                                                   \
    LABEL_63 "." LABEL_63 "." LABEL_63 ".a234567890123456789012345678901234567890"                 \
             "12345678901234567890z"
#define VALUE_500                                                                                  \
    "1234567890123456789012345678901234567890123456789012345678901234567890"                       \
    "123456789012345678901234567890123456789012345678901234567890123456789012"                     \
    "123456789012345678901234567890123456789012345678901234567890123456789012"                     \
    "123456789012345678901234567890123456789012345678901234567890123456789012"                     \
    "123456789012345678901234567890123456789012345678901234567890123456789012"                     \
    "123456789012345678901234567890123456789012345678901234567890123456789012"                     \
    "1234567890123456789012345678901234567890123456789012345678901234567890"

/* All tags as "key=value " and the pin as "@IP". */
static const char *describe(char *to, size_t size, const struct ex_target *t)
{
    size_t at = 0, n = 0;

    to[0] = '\0';
    while (t->tags[at]) {
        const char *value = t->tags + at + strlen(t->tags + at) + 1;

        n += (size_t)snprintf(to + n, size - n, "%s%s=%s", n ? " " : "", t->tags + at, value);
        at = (size_t)(value - t->tags) + strlen(value) + 1;
    }
    if (t->pin.family) {
        char pin[EX_ADDR_TEXT];

        snprintf(to + n, size - n, "%s@%s", n ? " " : "", ex_addr_format(pin, &t->pin));
    }
    return to;
}

static void accepted(void **state)
{
    static const struct {
        const char *line;
        enum ex_target_kind kind;
        const char *canonical;
        const char *rest; /* tags and pin */
    } rows[] = {
        /* names */
        { "mail.example.com", EX_TARGET_NAME, "mail.example.com:443", "" },
        { "mail.example.com:8443", EX_TARGET_NAME, "mail.example.com:8443", "" },
        { "mail.example.com:1", EX_TARGET_NAME, "mail.example.com:1", "" },
        { "mail.example.com:65535", EX_TARGET_NAME, "mail.example.com:65535", "" },
        { "MAIL.Example.COM", EX_TARGET_NAME, "mail.example.com:443", "" },
        { "mail.example.com.", EX_TARGET_NAME, "mail.example.com:443", "" },
        { "mail.example.com.:444", EX_TARGET_NAME, "mail.example.com:444", "" },
        { "exchange-01", EX_TARGET_NAME, "exchange-01:443", "" },
        { "localhost", EX_TARGET_NAME, "localhost:443", "" },
        { "a", EX_TARGET_NAME, "a:443", "" },
        { "_mta.mail_1.example.com", EX_TARGET_NAME, "_mta.mail_1.example.com:443", "" },
        { "1.2.3.4.example.com", EX_TARGET_NAME, "1.2.3.4.example.com:443", "" },
        { "10-0-0-1.example.com", EX_TARGET_NAME, "10-0-0-1.example.com:443", "" },
        { "3com.example", EX_TARGET_NAME, "3com.example:443", "" },
        { "mail.0xg", EX_TARGET_NAME, "mail.0xg:443", "" },
        { "XN--BCHER-KVA.example", EX_TARGET_NAME, "xn--bcher-kva.example:443", "" },
        { LABEL_63 ".example", EX_TARGET_NAME, LABEL_63 ".example:443", "" },
        { NAME_253, EX_TARGET_NAME, NAME_253 ":443", "" },
        { NAME_253 ".", EX_TARGET_NAME, NAME_253 ":443", "" },
        /* URLs: only the authority counts */
        { "https://mail.example.com", EX_TARGET_NAME, "mail.example.com:443", "" },
        { "https://mail.example.com/", EX_TARGET_NAME, "mail.example.com:443", "" },
        { "HTTPS://Mail.Example.com:8443/owa/auth/logon.aspx?url=https://x/&a=b#top",
          EX_TARGET_NAME, "mail.example.com:8443", "" },
        { "https://mail.example.com?q=a@b", EX_TARGET_NAME, "mail.example.com:443", "" },
        { "https://mail.example.com#frag", EX_TARGET_NAME, "mail.example.com:443", "" },
        { "https://mail.example.com/a@b", EX_TARGET_NAME, "mail.example.com:443", "" },
        { "https://192.0.2.1/owa/", EX_TARGET_ADDRESS, "192.0.2.1:443", "" },
        { "https://192.0.2.1:8443", EX_TARGET_ADDRESS, "192.0.2.1:8443", "" },
        { "https://[2001:DB8::1]", EX_TARGET_ADDRESS, "[2001:db8::1]:443", "" },
        { "https://[2001:db8::1]:8443/owa", EX_TARGET_ADDRESS, "[2001:db8::1]:8443", "" },
        { "https://mail.example.com/24", EX_TARGET_NAME, "mail.example.com:443", "" },
        /* addresses */
        { "192.0.2.1", EX_TARGET_ADDRESS, "192.0.2.1:443", "" },
        { "192.0.2.1:8443", EX_TARGET_ADDRESS, "192.0.2.1:8443", "" },
        { "127.0.0.1", EX_TARGET_ADDRESS, "127.0.0.1:443", "" },
        { "2001:db8::1", EX_TARGET_ADDRESS, "[2001:db8::1]:443", "" },
        { "2001:0DB8:0:0:0:0:0:1", EX_TARGET_ADDRESS, "[2001:db8::1]:443", "" },
        { "2001:db8::1:443", EX_TARGET_ADDRESS, "[2001:db8::1:443]:443", "" },
        { "::1", EX_TARGET_ADDRESS, "[::1]:443", "" },
        { "[::1]", EX_TARGET_ADDRESS, "[::1]:443", "" },
        { "[::1]:8443", EX_TARGET_ADDRESS, "[::1]:8443", "" },
        { "64:ff9b::192.0.2.33", EX_TARGET_ADDRESS, "[64:ff9b::c000:221]:443", "" },
        { "::ffff:192.0.2.1", EX_TARGET_ADDRESS, "192.0.2.1:443", "" },
        { "[::ffff:c000:201]:444", EX_TARGET_ADDRESS, "192.0.2.1:444", "" },
        /* networks */
        { "192.0.2.0/24", EX_TARGET_NETWORK, "192.0.2.0/24:443", "" },
        { "192.0.2.0/24:8443", EX_TARGET_NETWORK, "192.0.2.0/24:8443", "" },
        { "192.0.2.7/32", EX_TARGET_NETWORK, "192.0.2.7/32:443", "" },
        { "192.0.2.6/31", EX_TARGET_NETWORK, "192.0.2.6/31:443", "" },
        { "0.0.0.0/0", EX_TARGET_NETWORK, "0.0.0.0/0:443", "" },
        { "10.0.0.0/8", EX_TARGET_NETWORK, "10.0.0.0/8:443", "" },
        { "2001:db8::/112", EX_TARGET_NETWORK, "[2001:db8::/112]:443", "" },
        { "2001:db8::/120:8443", EX_TARGET_NETWORK, "[2001:db8::/120]:8443", "" },
        { "[2001:db8::/120]", EX_TARGET_NETWORK, "[2001:db8::/120]:443", "" },
        { "[2001:DB8::/120]:8443", EX_TARGET_NETWORK, "[2001:db8::/120]:8443", "" },
        { "2001:db8::1/128", EX_TARGET_NETWORK, "[2001:db8::1/128]:443", "" },
        /* tags */
        { "mail.example.com client=acme site=berlin", EX_TARGET_NAME, "mail.example.com:443",
          "client=acme site=berlin" },
        { "mail.example.com\tclient=acme \t site=berlin\t", EX_TARGET_NAME, "mail.example.com:443",
          "client=acme site=berlin" },
        { "192.0.2.0/24 client=acme", EX_TARGET_NETWORK, "192.0.2.0/24:443", "client=acme" },
        { "h.example Client=ACME", EX_TARGET_NAME, "h.example:443", "client=ACME" },
        { "h.example a_b-1=c=d/e,f", EX_TARGET_NAME, "h.example:443", "a_b-1=c=d/e,f" },
        { "h.example ort=K\xc3\xb6ln", EX_TARGET_NAME, "h.example:443", "ort=K\xc3\xb6ln" },
        { "h.example ticket=#7", EX_TARGET_NAME, "h.example:443", "ticket=#7" },
        { "h.example a=" VALUE_500, EX_TARGET_NAME, "h.example:443", "a=" VALUE_500 },
        /* the pin */
        { "h.example address=192.0.2.9", EX_TARGET_NAME, "h.example:443", "@192.0.2.9" },
        { "h.example:444 client=x ADDRESS=2001:DB8::9 site=y", EX_TARGET_NAME, "h.example:444",
          "client=x site=y @2001:db8::9" },
        { "h.example address=[2001:db8::9]", EX_TARGET_NAME, "h.example:443", "@2001:db8::9" },
        { "h.example address=::ffff:192.0.2.9", EX_TARGET_NAME, "h.example:443", "@192.0.2.9" },
        { "192.0.2.9 address=192.0.2.9", EX_TARGET_ADDRESS, "192.0.2.9:443", "" },
        { "::1 address=[::1]", EX_TARGET_ADDRESS, "[::1]:443", "" },
        /* blanks, comments, line ends */
        { "  mail.example.com  ", EX_TARGET_NAME, "mail.example.com:443", "" },
        { "mail.example.com # the old one, \xff\x01 client=x", EX_TARGET_NAME,
          "mail.example.com:443", "" },
        { "mail.example.com client=x\t#y", EX_TARGET_NAME, "mail.example.com:443", "client=x" },
        { "mail.example.com\r", EX_TARGET_NAME, "mail.example.com:443", "" },
        { "mail.example.com\r\n", EX_TARGET_NAME, "mail.example.com:443", "" },
        { "mail.example.com client=x\r\r\n", EX_TARGET_NAME, "mail.example.com:443", "client=x" },
        { "\xef\xbb\xbfmail.example.com", EX_TARGET_NAME, "mail.example.com:443", "" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { "" };
        struct ex_target t = { 0 };
        enum ex_line_kind kind = EX_LINE_BLANK;
        char text[EX_TARGET_TEXT], rest[1024];

        const enum ex_status st = ex_target_parse_line(ex_span_str(rows[i].line), &t, &kind, &err);
        if (st != EX_OK)
            fail_msg("'%s': %s", rows[i].line, err.text);
        if (kind != EX_LINE_TARGET || t.kind != rows[i].kind)
            fail_msg("'%s': line %d, target %d", rows[i].line, (int)kind, (int)t.kind);
        if (strcmp(ex_target_format(text, &t), rows[i].canonical) != 0)
            fail_msg("'%s': became '%s', not '%s'", rows[i].line, text, rows[i].canonical);
        if (strcmp(describe(rest, sizeof(rest), &t), rows[i].rest) != 0)
            fail_msg("'%s': tags '%s', not '%s'", rows[i].line, rest, rows[i].rest);
        if (t.needs_idna || t.line != 0)
            fail_msg("'%s': needs_idna or line set", rows[i].line);
    }
}

static void international(void **state)
{
    static const struct {
        const char *line, *canonical;
    } rows[] = {
        { "b\xc3\xbc"
          "cher.example",
          "b\xc3\xbc"
          "cher.example:443" },
        { "https://B\xc3\x9c"
          "CHER.example:444/x",
          "B\xc3\x9c"
          "CHER.example:444" },
        { "\xe4\xbe\x8b\xe3\x80\x82\xe4\xbe\x8b:443 client=x",
          "\xe4\xbe\x8b\xe3\x80\x82\xe4\xbe\x8b:443" },
        { "\xf0\x9f\x92\xa9.example", "\xf0\x9f\x92\xa9.example:443" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { "" };
        struct ex_target t = { 0 };
        enum ex_line_kind kind = EX_LINE_BLANK;
        char text[EX_TARGET_TEXT];

        if (ex_target_parse_line(ex_span_str(rows[i].line), &t, &kind, &err) != EX_OK)
            fail_msg("'%s': %s", rows[i].line, err.text);
        if (!t.needs_idna || t.kind != EX_TARGET_NAME ||
            strcmp(ex_target_format(text, &t), rows[i].canonical) != 0)
            fail_msg("'%s': became '%s'", rows[i].line, text);
    }
}

static void blank(void **state)
{
    static const char *const rows[] = {
        "",
        " ",
        "\t",
        "#",
        "# mail.example.com",
        "  # indented",
        "\r",
        "\r\n",
        "\n",
        "\xef\xbb\xbf",
        "\xef\xbb\xbf# first line",
        "#\xff",
        "##",
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { "" };
        struct ex_target t = { .port = 7 };
        enum ex_line_kind kind = EX_LINE_TARGET;

        if (ex_target_parse_line(ex_span_str(rows[i]), &t, &kind, &err) != EX_OK ||
            kind != EX_LINE_BLANK || t.port != 7)
            fail_msg("row %zu is not blank: %s", i, err.text);
    }
    enum ex_line_kind kind = EX_LINE_TARGET;
    struct ex_target t;
    assert_int_equal(ex_target_parse_line((struct ex_span){ 0 }, &t, &kind, NULL), EX_OK);
    assert_int_equal(kind, EX_LINE_BLANK);
}

/* The limits count without line end and byte order mark. */
static void longest_line(void **state)
{
    static uint8_t line[EX_LINE_MAX + 5];
    struct ex_target t;
    enum ex_line_kind kind = EX_LINE_BLANK;
    struct ex_error err = { "" };
    (void)state;

    memset(line, ' ', sizeof(line));
    memcpy(line, "\xef\xbb\xbfh.example", 12);
    memcpy(line + sizeof(line) - 2, "\r\n", 2);
    if (ex_target_parse_line((struct ex_span){ line, sizeof(line) }, &t, &kind, &err) != EX_OK)
        fail_msg("%s", err.text);
    assert_string_equal(t.name, "h.example");
}

static void names(void **state)
{
    static const struct {
        const char *name;
        enum ex_status want;
        const char *then;
    } rows[] = {
        { "Mail.Example.COM.", EX_OK, "mail.example.com" },
        { "xn--bcher-kva.example", EX_OK, "xn--bcher-kva.example" },
        { NAME_253 ".", EX_OK, NAME_253 },
        { "b" NAME_253, EX_ERANGE, "b" NAME_253 },
        { "", EX_ESYNTAX, "" },
        { ".", EX_ESYNTAX, "." },
        { "A..b.", EX_ESYNTAX, "A..b." },
        { "127.0.0.1", EX_ESYNTAX, "127.0.0.1" },
        { "a b.example", EX_ESYNTAX, "a b.example" },
        { "a/c.x", EX_ESYNTAX, "a/c.x" },
        { "b\xc3\xbc.example", EX_ESYNTAX, "b\xc3\xbc.example" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char name[EX_NAME_SIZE] = "";

        memcpy(name, rows[i].name, strlen(rows[i].name));
        if (ex_name_check(name) != rows[i].want || strcmp(name, rows[i].then) != 0)
            fail_msg("\"%s\": became \"%s\"", rows[i].name, name);
    }
    char unended[EX_NAME_SIZE];
    memset(unended, 'a', sizeof(unended));
    assert_int_equal(ex_name_check(unended), EX_ERANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),     cmocka_unit_test(international), cmocka_unit_test(blank),
        cmocka_unit_test(longest_line), cmocka_unit_test(names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
