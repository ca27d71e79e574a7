// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "answer.h"
#include "backdoor/footprint.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Two answers, each for a path of its own: does the difference mean anything? */
struct row {
    const char *name;
    const char *a_path, *a;
    const char *b_path, *b;
    bool same_headers, same_location, same_body;
};

#define R      "/owa/auth/k3XwT9bz.aspx"
#define L      "/owa/auth/log.aspx"
#define H(...) "404 Not Found\n" __VA_ARGS__ "\n"
#define TO(l)  "302 Found\nLocation: " l "\n\n"

static const struct row rows[] = {
    { "equal", R, H() "x", L, H() "x", true, true, true },
    { "other text", R, H() "x", L, H() "y", true, true, false },
    { "path", R, H() "no " R "!", L, H() "no " L "!", true, true, true },
    { "name", R, H() "no k3XwT9bz.aspx", L, H() "no log.aspx", true, true, true },
    { "name without extension", "/owa/auth/dalorimeku.aspx", H() "<b>dalorimeku</b>", L,
      H() "<b>log</b>", true, true, true },
    { "URL-encoded, lower case", R, H() "u=%2fowa%2fauth%2fk3XwT9bz.aspx", L,
      H() "u=%2fowa%2fauth%2flog.aspx", true, true, true },
    { "URL-encoded, upper case", R, H() "u=%2Fowa%2Fauth%2Fk3XwT9bz.aspx", L,
      H() "u=%2Fowa%2Fauth%2Flog.aspx", true, true, true },
    { "URL-encoded twice", R, H() "u=%252fowa%252fauth%252fk3XwT9bz.aspx", L,
      H() "u=%252fowa%252fauth%252flog.aspx", true, true, true },
    { "as references", R, H() "&#47;owa&#x2f;auth&#x002F;k3XwT9bz&#46;aspx", L,
      H() "&#47;owa&#x2f;auth&#x002F;log&#46;aspx", true, true, true },
    { "in JSON", R, H() "{\"p\":\"\\/owa\\/auth\\u002fk3XwT9bz.aspx\"}", L,
      H() "{\"p\":\"\\/owa\\/auth\\u002flog.aspx\"}", true, true, true },
    { "other case", R, H() "no /OWA/AUTH/K3XWT9BZ.ASPX", L, H() "no /OWA/AUTH/LOG.ASPX", true, true,
      true },
    { "the name is a word of the page as well: the path alone decides", R,
      H() "no " R ", see log.aspx", L, H() "no " L ", see log.aspx", true, true, true },
    { "its stem is a word of the page as well", R, H() "no k3XwT9bz.aspx in the log", L,
      H() "no log.aspx in the log", true, true, true },
    { "the name is part of another one", R, H() "see catalog.aspx", L, H() "see catalog.aspx", true,
      true, true },
    { "counter", R, H() "visitor 999 of 1,000", L, H() "visitor 1,000 of 1,001", true, true, true },
    { "time", R, H() "Mon, 23 Nov 2026 23:59:59 GMT", L, H() "Tue, 1 Dec 2026 00:00:00 GMT", true,
      true, true },
    { "ISO time", R, H() "2026-11-23T09:59:59.123Z", L, H() "2026-11-23T10:00:00.001Z", true, true,
      true },
    { "seconds", R, H() "made in 0.0123 s", L, H() "made in 2 s", true, true, true },
    { "identifier", R, H() "id 7f3a9c", L, H() "id 99c2d1", true, true, true },
    { "GUID with letters only in a part", R, H() "id 6F9619FF-8B86-D011-B42D-00C04FC964FF", L,
      H() "id 0a000000-abcd-dcba-ffff-000000000001", true, true, true },
    { "token", R, H() "v=\"/wEPDwUKMTY1NDU2MTA1MmRkOQ==\"", L,
      H() "v=\"/wEPaBcDeFgHiJkLmN1pQrStUvWx\"", true, true, true },
    { "white space", R, H() "a  b\r\n\tc", L, H() "a b c", true, true, true },
    { "order and case of fields", R, H("A: 1\nb: 2\n"), L, H("B: 3\na: 4\n"), true, true, true },
    { "fields of one request", R, H("Date: x\nrequest-id: 1\nX-Same: 1\n"), L,
      H("X-Same: 2\nSet-Cookie: a=b\nContent-Length: 9\nCF-Ray: 1\nX-Cache: HIT\n"), true, true,
      true },
    { "a field twice", R, H("Via-X: 1\n"), L, H("Via-X: 1\nvia-x: 2\n"), true, true, true },
    { "another field", R, H("A: 1\n"), L, H("A: 1\nX-Mine: 1\n"), false, true, true },
    { "another type", R, H("Content-Type: text/html\n"), L, H("Content-Type: text/plain\n"), false,
      true, true },
    { "the same type with a character set", R, H("Content-Type: text/html\n"), L,
      H("Content-Type: Text/HTML; charset=utf-8\n"), true, true, true },
    { "location with the path", R, TO("/e?p=%2fowa%2fauth%2fk3XwT9bz.aspx&r=0"), L,
      TO("/e?p=%2Fowa%2Fauth%2Flog.aspx&r=0"), true, true, true },
    { "location with the bare name", R, TO("/e?f=k3XwT9bz.aspx"), L, TO("/e?f=log.aspx"), true,
      true, true },
    { "a page whose name is that of the target", "/ecp/auth/k3XwT9bz.aspx",
      TO("https://h/owa/auth/logon.aspx?url=https%3a%2f%2fh%2fecp%2fauth%2fk3XwT9bz.aspx"),
      "/ecp/auth/logon.aspx",
      TO("https://h/owa/auth/logon.aspx?url=https%3a%2f%2fh%2fecp%2fauth%2flogon.aspx"), true, true,
      true },
    { "httpCode", R, TO("/owa/auth/errorFE.aspx?httpCode=404"), L,
      TO("/owa/auth/errorFE.aspx?httpCode=500"), true, false, true },
    { "session in a location", R, TO("/x?sid=a1b2c3d4e5f6&t=1780000000"), L,
      TO("/x?sid=f6e5d4c3b2a1&t=1780000001"), true, true, true },
    { "no location", R, TO("/x"), L, "302 Found\n\n", false, false, true },
};

static void pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct answer a, b;
        const struct ex_footprint x = ex_footprint_of(answer_of(&a, rows[i].a_path, rows[i].a));
        const struct ex_footprint y = ex_footprint_of(answer_of(&b, rows[i].b_path, rows[i].b));
        const bool headers = x.headers == y.headers;
        const bool location = ex_prints_agree(x.location, y.location);
        const bool body = ex_prints_agree(x.body, y.body);

        if (headers != rows[i].same_headers || location != rows[i].same_location ||
            body != rows[i].same_body)
            fail_msg("%s: headers %d, location %d, body %d", rows[i].name, headers, location, body);
    }
}

/* 64 KiB of what costs most, and it takes its time once for each byte. */
static void long_bodies(void **state)
{
    static const char *const units[] = {
        "/owa/auth/lo", "a1/", "%2", "&#x0000002f;", "\\u00", "A"
    };
    static char body[64 * 1024 + 16];

    (void)state;
    for (size_t i = 0; i < N_OF(units); i++) {
        struct ex_exchange x = { .status = 404, .path = L };
        const size_t n = strlen(units[i]);

        for (size_t k = 0; k < 64 * 1024; k++)
            body[k] = units[i][k % n];
        x.body = (struct ex_span){ (const uint8_t *)body, 64 * 1024 };
        assert_true(ex_footprint_of(&x).body[EX_FORM_STEM].length > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs),
        cmocka_unit_test(long_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
