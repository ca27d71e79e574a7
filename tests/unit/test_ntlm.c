// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base64.h"
#include "core/ntlm.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { INFO_AT = 56 };

/* A challenge with @info behind the version. @off and @len are what it claims. */
static size_t make(uint8_t *to, uint32_t flags, uint32_t off, uint16_t len, const void *info,
                   size_t n)
{
    static const uint8_t version[8] = { 10, 0, 0x7c, 0x4f, 0, 0, 0, 15 };

    memset(to, 0, INFO_AT);
    memcpy(to, "NTLMSSP", 8);
    to[8] = 2;
    for (unsigned i = 0; i < 4; i++) {
        to[20 + i] = (uint8_t)(flags >> 8 * i);
        to[44 + i] = (uint8_t)(off >> 8 * i);
    }
    to[40] = (uint8_t)len;
    to[41] = (uint8_t)(len >> 8);
    memcpy(to + 48, version, sizeof(version));
    memcpy(to + INFO_AT, info, n);
    return INFO_AT + n;
}

#define VERSION 0x02000000u
/* An AV_PAIR: NetBIOS domain of two letters. */
#define DOMAIN                                                                                     \
    "\x02\x00\x04\x00"                                                                             \
    "A\0B\0"
#define EOL     "\x00\x00\x00\x00"
#define INFO(s) (s), sizeof(s) - 1

static void parses_and_refuses(void **state)
{
    static const struct {
        const char *what;
        uint32_t flags, off;
        uint16_t len;
        const char *info;
        size_t n;
        enum ex_status want;
        size_t nb_domain_bytes;
    } rows[] = {
        { "a domain", VERSION, INFO_AT, 12, INFO(DOMAIN EOL), EX_OK, 4 },
        { "without version", 0, INFO_AT, 12, INFO(DOMAIN EOL), EX_OK, 4 },
        { "empty list", VERSION, INFO_AT, 4, INFO(EOL), EX_OK, 0 },
        { "unknown id", VERSION, INFO_AT, 10,
          INFO("\x63\x00\x02\x00"
               "A\0" EOL),
          EX_OK, 0 },
        { "odd length is left out", VERSION, INFO_AT, 11,
          INFO("\x02\x00\x03\x00"
               "A\0B" EOL),
          EX_OK, 0 },
        { "no end of the list", VERSION, INFO_AT, 8, INFO(DOMAIN), EX_ETRUNC, 0 },
        { "no list", VERSION, INFO_AT, 0, INFO(""), EX_ETRUNC, 0 },
        { "a pair past the end", VERSION, INFO_AT, 12,
          INFO("\x02\x00\x40\x00"
               "A\0B\0" EOL),
          EX_ETRUNC, 0 },
        { "offset outside", VERSION, 4096, 12, INFO(DOMAIN EOL), EX_ETRUNC, 0 },
        { "offset that wraps", VERSION, 0xfffffff8, 12, INFO(DOMAIN EOL), EX_ETRUNC, 0 },
        { "length outside", VERSION, INFO_AT, 0xffff, INFO(DOMAIN EOL), EX_ETRUNC, 0 },
        { "a list inside the header", VERSION, 24, 8, INFO(""), EX_OK, 0 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        uint8_t msg[256];
        struct ex_ntlm_challenge c = { 0 };
        const size_t n =
            make(msg, rows[i].flags, rows[i].off, rows[i].len, rows[i].info, rows[i].n);
        const enum ex_status st = ex_ntlm_challenge_parse((struct ex_span){ msg, n }, &c);

        if (st != rows[i].want || c.av[EX_AV_NB_DOMAIN].n != rows[i].nb_domain_bytes)
            fail_msg("%s: %s, %zu bytes", rows[i].what, ex_status_str(st), c.av[EX_AV_NB_DOMAIN].n);
        if (st == EX_OK && c.has_version != (rows[i].flags == VERSION))
            fail_msg("%s: version %d", rows[i].what, c.has_version);
        if (st == EX_OK && c.has_version && (c.os_major != 10 || c.os_build != 20348))
            fail_msg("%s: %u.%u.%u", rows[i].what, c.os_major, c.os_minor, c.os_build);
    }
}

static void every_shorter_message_is_refused(void **state)
{
    static const char info[] = DOMAIN EOL;
    uint8_t msg[128];
    const size_t n = make(msg, VERSION, INFO_AT, 12, INFO(info));
    (void)state;

    for (size_t cut = 0; cut < n; cut++) {
        struct ex_ntlm_challenge c;
        uint8_t *exact = malloc(cut ? cut : 1);

        assert_non_null(exact);
        memcpy(exact, msg, cut);
        if (ex_ntlm_challenge_parse((struct ex_span){ exact, cut }, &c) == EX_OK)
            fail_msg("%zu of %zu bytes are a message", cut, n);
        free(exact);
    }
}

static void other_messages_are_refused(void **state)
{
    uint8_t msg[128];
    struct ex_ntlm_challenge c;
    const size_t n = make(msg, VERSION, INFO_AT, 4, INFO(EOL));
    (void)state;

    msg[8] = 1;
    assert_int_equal(ex_ntlm_challenge_parse((struct ex_span){ msg, n }, &c), EX_ESYNTAX);
    msg[8] = 2;
    msg[0] = 'X';
    assert_int_equal(ex_ntlm_challenge_parse((struct ex_span){ msg, n }, &c), EX_ESYNTAX);
}

/* Pairs in the order in which a captured server on Windows 2022 sent them: 2, 1, 4, 3, 7, 0. */
static const char captured[] =
    "TlRMTVNTUAACAAAACAAIADgAAAAFgomiESIzRFVmd4gAAAAAAAAAAGoAagBAAAAACgB8TwAAAA9DAE8AUgBQAAIA"
    "CABDAE8AUgBQAAEACABFAFgAMAAxAAQAGABjAG8AcgBwAC4AdABlAHMAdAAuAHgAeAADACIAZQB4ADAAMQAuAGMA"
    "bwByAHAALgB0AGUAcwB0AC4AeAB4AAcACADvvq3eAADaAQAAAAA=";

static void facts_from_a_capture(void **state)
{
    struct ex_ntlm_facts f = { 0 };
    (void)state;

    assert_int_equal(ex_ntlm_facts(ex_span_str(captured), &f), EX_OK);
    assert_true(f.present);
    assert_string_equal(f.nb_domain, "CORP");
    assert_string_equal(f.nb_computer, "EX01");
    assert_string_equal(f.dns_domain, "corp.test.xx");
    assert_string_equal(f.dns_computer, "ex01.corp.test.xx");
    assert_string_equal(f.dns_tree, "");
    assert_int_equal(f.os_major, 10);
    assert_int_equal(f.os_build, 20348);
}

static void text_becomes_utf8(void **state)
{
    static const struct {
        const char *utf16;
        size_t n;
        const char *utf8;
    } rows[] = {
        { INFO("E\0X\0"), "EX" },
        { INFO("\xfc\x00"), "\xc3\xbc" },
        { INFO("\xac\x20"), "\xe2\x82\xac" },
        { INFO("\x3d\xd8\x00\xde"), "\xf0\x9f\x98\x80" },
        { INFO("\x3d\xd8"), "\xef\xbf\xbd" },
        { INFO("\x3d\xd8\x41\x00"), "\xef\xbf\xbd"
                                    "A" },
        { INFO("\x00\xde\x41\x00"), "\xef\xbf\xbd"
                                    "A" },
        { INFO("A\0\0\0B\0"), "A" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        uint8_t msg[256], info[64] = { 2, 0, (uint8_t)rows[i].n, 0 };
        char text[512];
        static const char digits[] =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        struct ex_ntlm_facts f = { 0 };
        size_t n, at = 0;

        memcpy(info + 4, rows[i].utf16, rows[i].n);
        n = make(msg, 0, INFO_AT, (uint16_t)(8 + rows[i].n), info, 8 + rows[i].n);
        while (n % 3 != 0)
            msg[n++] = 0;
        for (size_t k = 0; k < n; k += 3) {
            const unsigned g = (unsigned)msg[k] << 16 | (unsigned)msg[k + 1] << 8 | msg[k + 2];

            for (unsigned s = 0; s < 4; s++)
                text[at++] = digits[g >> (18 - 6 * s) & 63];
        }
        text[at] = '\0';
        if (ex_ntlm_facts(ex_span_str(text), &f) != EX_OK || strcmp(f.nb_domain, rows[i].utf8) != 0)
            fail_msg("row %zu: \"%s\"", i, f.nb_domain);
    }
}

static void base64(void **state)
{
    static const struct {
        const char *text;
        size_t room;
        enum ex_status want;
        const char *bytes;
    } rows[] = {
        { "aGVsbG8=", 8, EX_OK, "hello" }, { "aGVsbA==", 8, EX_OK, "hell" },
        { "aGVs", 8, EX_OK, "hel" },       { "+/+/", 8, EX_OK, "\xfb\xff\xbf" },
        { "aGVsbG8=", 5, EX_OK, "hello" }, { "aGVsbG8=", 4, EX_ERANGE, "" },
        { "aGVsbG8", 8, EX_ESYNTAX, "" },  { "aGVs bG8=", 8, EX_ESYNTAX, "" },
        { "aGVsb===", 8, EX_ESYNTAX, "" }, { "a=Vs", 8, EX_ESYNTAX, "" },
        { "=GVs", 8, EX_ESYNTAX, "" },     { "aG=s", 8, EX_ESYNTAX, "" },
        { "", 8, EX_ESYNTAX, "" },         { "\xc3\xbc\xc3\xbc", 8, EX_ESYNTAX, "" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        uint8_t got[16] = { 0 };
        size_t n = 0;
        const enum ex_status st =
            ex_base64_decode(ex_span_str(rows[i].text), got, rows[i].room, &n);

        if (st != rows[i].want || n != strlen(rows[i].bytes) || memcmp(got, rows[i].bytes, n) != 0)
            fail_msg("\"%s\": %s, %zu bytes", rows[i].text, ex_status_str(st), n);
    }
}

/* What is sent is always the same, names nobody, and asks for the names of the server. */
static void what_is_sent(void **state)
{
    uint8_t msg[64];
    size_t n = 0;
    (void)state;

    assert_memory_equal(ex_ntlm_type1, "NTLM TlRMTVNTUAAB", 17);
    assert_int_equal(ex_base64_decode(ex_span_str(ex_ntlm_type1 + 5), msg, sizeof(msg), &n), EX_OK);
    assert_int_equal(n, 40);
    assert_int_equal(msg[8], 1);
    assert_int_equal(msg[14] & 0x80, 0x80); /* NEGOTIATE_TARGET_INFO */
    assert_int_equal(msg[15] & 0x02, 0x02); /* NEGOTIATE_VERSION */
    for (size_t i = 16; i < 32; i++)        /* no domain, no workstation */
        assert_int_equal(msg[i], i % 8 == 4 ? 40 : 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_and_refuses),
        cmocka_unit_test(every_shorter_message_is_refused),
        cmocka_unit_test(other_messages_are_refused),
        cmocka_unit_test(facts_from_a_capture),
        cmocka_unit_test(text_becomes_utf8),
        cmocka_unit_test(base64),
        cmocka_unit_test(what_is_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
