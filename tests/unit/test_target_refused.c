// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

struct refusal {
    const char *line;
    const char *says; /* a part of the message: the place or the remedy */
    enum ex_status want;
};

static void must_refuse(struct ex_span line, const char *says, enum ex_status want)
{
    struct ex_error err = { "" };
    struct ex_target t = { .port = 7 };
    enum ex_line_kind kind = EX_LINE_BLANK;
    const enum ex_status st = ex_target_parse_line(line, &t, &kind, &err);

    if (st != want)
        fail_msg("'%.*s': %s, wanted %s (%s)", (int)line.n, (const char *)line.p, ex_status_str(st),
                 ex_status_str(want), err.text);
    if (t.port != 7)
        fail_msg("'%.*s': written although refused", (int)line.n, (const char *)line.p);
    if (!strstr(err.text, says))
        fail_msg("'%.*s': says '%s', wanted '%s'", (int)line.n, (const char *)line.p, err.text,
                 says);
}

static void refused(void **state)
{
    static const struct refusal rows[] = {
        /* names */
        { ".", "empty", EX_ESYNTAX },
        { ".example.com", "between two dots is empty", EX_ESYNTAX },
        { "mail..example.com", "between two dots is empty", EX_ESYNTAX },
        { "mail.example.com..", "between two dots is empty", EX_ESYNTAX },
        { "-mail.example.com", "hyphen", EX_ESYNTAX },
        { "mail-.example.com", "hyphen", EX_ESYNTAX },
        { "mail.example.com-", "hyphen", EX_ESYNTAX },
        { "x" LABEL_63 ".example", "longer than 63", EX_ERANGE },
        { "example.x" LABEL_63, "longer than 63", EX_ERANGE },
        { "b" NAME_253, "at most 253", EX_ERANGE },
        { "b" NAME_253 ".", "at most 253", EX_ERANGE },
        { NAME_253 "." NAME_253, "at most 253", EX_ERANGE },
        { "mail!.example.com", "only letters, digits", EX_ESYNTAX },
        { "a.example,b.example", "without commas", EX_ESYNTAX },
        { "a.example;", "without semicolons", EX_ESYNTAX },
        { "*.example.com", "wildcard", EX_ESYNTAX },
        { "\"mail.example.com\"", "without quotes", EX_ESYNTAX },
        { "<mail.example.com>", "angle brackets", EX_ESYNTAX },
        { "user@example.com", "host name alone", EX_ESYNTAX },
        { "client=acme mail.example.com", "target comes first", EX_ESYNTAX },
        { "ex%61mple.com", "percent-encoding", EX_ESYNTAX },
        { "\\\\server\\share", "backslash", EX_ESYNTAX },
        { "(mail.example.com)", "only letters", EX_ESYNTAX },
        /* slips in addresses, never names */
        { "1.2.3", "looks like an address", EX_ESYNTAX },
        { "1.2.3.4.5", "looks like an address", EX_ESYNTAX },
        { "127.1", "looks like an address", EX_ESYNTAX },
        { "2130706433", "looks like an address", EX_ESYNTAX },
        { "0x7f.1", "looks like an address", EX_ESYNTAX },
        { "0x7f000001", "looks like an address", EX_ESYNTAX },
        { "1.2.3.0x4", "looks like an address", EX_ESYNTAX },
        { "mail.0x", "looks like an address", EX_ESYNTAX },
        { "192.0.2.256", "0 to 255", EX_ESYNTAX },
        { "192.0.2.010", "leading zeros", EX_ESYNTAX },
        { "192.0.2.1.", "looks like an address", EX_ESYNTAX },
        { "192.0.2.1-20", "network is written", EX_ESYNTAX },
        { "192.0.2.1:443:443", "one colon", EX_ESYNTAX },
        { "mail.example.com.7", "looks like an address", EX_ESYNTAX },
        /* URLs */
        { "http://mail.example.com", "only https:// is probed", EX_ESYNTAX },
        { "http://mail.example.com:443/", "write https://HOST", EX_ESYNTAX },
        { "ftp://mail.example.com", "only https://", EX_ESYNTAX },
        { "https+x://mail.example.com", "only https://", EX_ESYNTAX },
        { "://mail.example.com", "https:// in front", EX_ESYNTAX },
        { "//mail.example.com", "https:// in front", EX_ESYNTAX },
        { "https:/mail.example.com", "https:// in front", EX_ESYNTAX },
        { "https:mail.example.com", "port is a number", EX_ESYNTAX },
        { "https://", "host name is missing", EX_ESYNTAX },
        { "https:///owa", "host name is missing", EX_ESYNTAX },
        { "https://:443/", "host name is missing", EX_ESYNTAX },
        { "https://mail.example.com:/", "port after ':' is missing", EX_ESYNTAX },
        { "https://user:secret@mail.example.com/", "never logs in", EX_ESYNTAX },
        { "https://user@mail.example.com", "credentials", EX_ESYNTAX },
        { "https://2001:db8::1/", "in brackets", EX_ESYNTAX },
        { "https://[2001:db8::/120]/", "network is written without", EX_ESYNTAX },
        { "https://192.0.2.0/24", "without https://", EX_ESYNTAX },
        { "https://[2001:db8::]/120", "without https://", EX_ESYNTAX },
        { "https://https://mail.example.com", "port after ':' is missing", EX_ESYNTAX },
        { "mail.example.com/owa", "https:// in front", EX_ESYNTAX },
        { "mail.example.com/", "https:// in front", EX_ESYNTAX },
        { "mail.example.com/24", "ADDRESS/PREFIX", EX_ESYNTAX },
        /* ports */
        { "mail.example.com:", "missing", EX_ESYNTAX },
        { "mail.example.com:0", "1 to 65535", EX_ERANGE },
        { "mail.example.com:65536", "1 to 65535", EX_ERANGE },
        { "mail.example.com:4294967739", "1 to 65535", EX_ERANGE },
        { "mail.example.com:0443", "leading zeros", EX_ESYNTAX },
        { "mail.example.com:https", "1 to 65535", EX_ESYNTAX },
        { "mail.example.com:443/owa", "https:// in front", EX_ESYNTAX },
        { "mail.example.com :443", "not key=value", EX_ESYNTAX },
        { ":443", "host name is missing", EX_ESYNTAX },
        { ":", "host name is missing", EX_ESYNTAX },
        { "192.0.2.1:0", "1 to 65535", EX_ERANGE },
        /* IPv6 */
        { "[::1", "']' after", EX_ESYNTAX },
        { "[]", "brackets are for IPv6", EX_ESYNTAX },
        { "[::1]443", "only a port may follow", EX_ESYNTAX },
        { "[::1]:", "missing", EX_ESYNTAX },
        { "[::1]:0", "1 to 65535", EX_ERANGE },
        { "[192.0.2.1]:443", "brackets are for IPv6", EX_ESYNTAX },
        { "[mail.example.com]", "brackets are for IPv6", EX_ESYNTAX },
        { "[mail.example.com/24]", "brackets are for IPv6", EX_ESYNTAX },
        { "[::1]]", "only a port", EX_ESYNTAX },
        { "[[::1]]", "only a port", EX_ESYNTAX },
        { "::1]", "not an IPv6", EX_ESYNTAX },
        { "fe80::1%eth0", "zone", EX_ESYNTAX },
        { "[fe80::1%25eth0]:443", "zone", EX_ESYNTAX },
        { "1:2:3:4:5:6:7", "not an IPv6 address", EX_ESYNTAX },
        { "1::2::3", "not an IPv6 address", EX_ESYNTAX },
        { "a:b:c", "not an IPv6 address", EX_ESYNTAX },
        /* what is no host */
        { "0.0.0.0", "this machine", EX_ESYNTAX },
        { "::", "this machine", EX_ESYNTAX },
        { "224.0.0.1", "multicast", EX_ESYNTAX },
        { "[ff02::1]:443", "multicast", EX_ESYNTAX },
        { "255.255.255.255", "broadcast", EX_ESYNTAX },
        { "0.0.0.0/16", "this machine", EX_ESYNTAX },
        { "224.0.0.0/24", "multicast", EX_ESYNTAX },
        { "ff02::/112", "multicast", EX_ESYNTAX },
        /* networks */
        { "192.0.2.0/33", "0 to 32", EX_ERANGE },
        { "192.0.2.0/024", "decimal number", EX_ESYNTAX },
        { "192.0.2.0/", "prefix length", EX_ESYNTAX },
        { "192.0.2.0/x", "prefix length", EX_ESYNTAX },
        { "192.0.2.0/-1", "prefix length", EX_ESYNTAX },
        { "192.0.2.0/255.255.255.0", "prefix length", EX_ESYNTAX },
        { "192.0.2.0/4294967320", "prefix length", EX_ESYNTAX },
        { "192.0.2.1/owa", "https:// in front", EX_ESYNTAX },
        { "192.0.2.5/24", "write 192.0.2.0/24 for the network or 192.0.2.5", EX_ESYNTAX },
        { "192.0.2.1/31", "write 192.0.2.0/31", EX_ESYNTAX },
        { "10.0.0.1/0", "write 0.0.0.0/0", EX_ESYNTAX },
        { "192.0.2/24", "ADDRESS/PREFIX", EX_ESYNTAX },
        { "192.0.2.0:443/24", "ADDRESS/PREFIX", EX_ESYNTAX },
        { "/24", "ADDRESS/PREFIX", EX_ESYNTAX },
        { "192.0.2.0/24:", "missing", EX_ESYNTAX },
        { "192.0.2.0/24:0", "1 to 65535", EX_ERANGE },
        { "192.0.2.0/24:443:1", "1 to 65535", EX_ESYNTAX },
        { "2001:db8::/111", "/112 (65536 addresses)", EX_ERANGE },
        { "2001:db8::/64", "/112 (65536 addresses)", EX_ERANGE },
        { "::/0", "/112", EX_ERANGE },
        { "2001:db8::/129", "112 to 128", EX_ERANGE },
        { "2001:db8::1/120", "write 2001:db8::/120 for the network or 2001:db8::1", EX_ESYNTAX },
        { "[2001:db8::]/120", "as 2001:db8::/120", EX_ESYNTAX },
        { "[2001:db8::/120", "']' after", EX_ESYNTAX },
        { "[2001:db8::/120]:", "missing", EX_ESYNTAX },
        { "[192.0.2.0/24]:443", "brackets are for IPv6", EX_ESYNTAX },
        { "::ffff:192.0.2.0/120", "write it as IPv4", EX_ESYNTAX },
        /* tags */
        { "h.example acme", "not key=value", EX_ESYNTAX },
        { "h.example a.example", "one target a line", EX_ESYNTAX },
        { "h.example =acme", "key before '=' is empty", EX_ESYNTAX },
        { "h.example client=", "value after '=' is empty", EX_ESYNTAX },
        { "h.example client= acme", "value after '=' is empty", EX_ESYNTAX },
        { "h.example client=a client=b", "given twice", EX_ESYNTAX },
        { "h.example client=a CLIENT=a", "given twice", EX_ESYNTAX },
        { "h.example 1a=x", "a key is a letter", EX_ESYNTAX },
        { "h.example -a=x", "a key is a letter", EX_ESYNTAX },
        { "h.example a.b=x", "a key is a letter", EX_ESYNTAX },
        { "h.example k\xc3\xb6=x", "a key is a letter", EX_ESYNTAX },
        { "h.example a\"b=x", "a key is a letter", EX_ESYNTAX },
        { "h.example " LABEL_63 "x=1", "63 characters", EX_ESYNTAX },
        { "h.example client=\"Acme Corp\"", "without quotes", EX_ESYNTAX },
        { "h.example client=Acme Corp", "values without blanks", EX_ESYNTAX },
        { "h.example a=" VALUE_500 " bcdefg=12", "511 bytes", EX_ERANGE },
        /* the pin */
        { "h.example address=", "empty", EX_ESYNTAX },
        { "h.example address=mail.example.com", "not an IP address", EX_ESYNTAX },
        { "h.example address=192.0.2.1:443", "without a port", EX_ESYNTAX },
        { "h.example address=[2001:db8::1]:443", "without a port", EX_ESYNTAX },
        { "h.example address=[192.0.2.1]", "brackets", EX_ESYNTAX },
        { "h.example address=[]", "brackets", EX_ESYNTAX },
        { "h.example address=192.0.2.0/24", "not an IP address", EX_ESYNTAX },
        { "h.example address=192.0.2.1 address=192.0.2.2", "one line per address", EX_ESYNTAX },
        { "h.example address=0.0.0.0", "this machine", EX_ESYNTAX },
        { "h.example address=::ffff:0.0.0.0", "this machine", EX_ESYNTAX },
        { "192.0.2.0/24 address=192.0.2.1", "network cannot be pinned", EX_ESYNTAX },
        { "192.0.2.1 address=192.0.2.2", "target is another address", EX_ESYNTAX },
        { "192.0.2.1 address=2001:db8::1", "target is another address", EX_ESYNTAX },
        /* characters; the place is named */
        { "mail\x1b[31m.example.com", "\\x1b[31m.example.com\": the character in column 5",
          EX_ESYNTAX },
        { "mail.example.com client=a\x7f"
          "b",
          "column 26 (first byte 0x7f) is a control", EX_ESYNTAX },
        { "h.example ort=\xc2\x9b", "control character", EX_ESYNTAX },
        { "a.example\rb.example\r", "line end inside a line", EX_ESYNTAX },
        { "a.example\nb.example", "line end inside a line", EX_ESYNTAX },
        { "m\xfcnchen.example", "column 2 (first byte 0xfc) is not UTF-8", EX_ESYNTAX },
        { "\xc0\xaf.example", "not UTF-8", EX_ESYNTAX },
        { "\xed\xa0\x80.example", "not UTF-8", EX_ESYNTAX },
        { "\xe2\x82", "not UTF-8", EX_ESYNTAX },
        { "\xc3\xb6\xff.example", "column 2 (first byte 0xff)", EX_ESYNTAX },
        { "a.example\xc2\xa0"
          "client=x",
          "column 10 (first byte 0xc2) is an invisible", EX_ESYNTAX },
        { "a.example\xe2\x80\x8b", "invisible", EX_ESYNTAX },
        { "\xef\xbb\xbf\xef\xbb\xbfmail.example.com", "invisible", EX_ESYNTAX },
        { "mail.example.com#comment", "only letters", EX_ESYNTAX },
        { "\xc3\xbc/24", "ADDRESS/PREFIX", EX_ESYNTAX },
        { "\xc3\xbc@example.com", "host name alone", EX_ESYNTAX },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        must_refuse(ex_span_str(rows[i].line), rows[i].says, rows[i].want);
}

static void refused_bytes(void **state)
{
    static const uint8_t nul[] = "mail\0.example.com", nul_first[] = "\0",
                         nul_tag[] = "h.example a=b\0c";
    static uint8_t big[EX_LINE_MAX + 1], name[EX_NAME_SIZE * 2];
    (void)state;

    must_refuse((struct ex_span){ nul, sizeof(nul) - 1 }, "column 5 (first byte 0x00) is a NUL",
                EX_ESYNTAX);
    must_refuse((struct ex_span){ nul_first, 1 }, "NUL byte", EX_ESYNTAX);
    must_refuse((struct ex_span){ nul_tag, sizeof(nul_tag) - 1 }, "column 14", EX_ESYNTAX);
    memset(big, 'a', sizeof(big));
    must_refuse((struct ex_span){ big, sizeof(big) }, "at most 4096 bytes", EX_ERANGE);
    must_refuse((struct ex_span){ big, sizeof(big) - 1 }, "at most 253 bytes", EX_ERANGE);
    memset(big, ' ', sizeof(big));
    must_refuse((struct ex_span){ big, sizeof(big) }, "(4097 bytes)", EX_ERANGE);
    for (size_t i = 0; i < sizeof(name); i += 2)
        memcpy(name + i, "\xc3\xbc", 2);
    must_refuse((struct ex_span){ name, EX_NAME_SIZE }, "write its xn-- form", EX_ERANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused),
        cmocka_unit_test(refused_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
