// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "input/idna.h"

#define N_OF(a)  (sizeof(a) / sizeof((a)[0]))

#define U_UMLAUT "\xc3\xbc"
#define TEN(x)   x x x x x x x x x x

static void convert(void **state)
{
    static const struct {
        const char *name;
        enum ex_status want;
        const char *says; /* the A-labels, or a part of the message */
    } rows[] = {
        { "b" U_UMLAUT "cher.example", EX_OK, "xn--bcher-kva.example" },
        { "B\xc3\x9c"
          "CHER.Example",
          EX_OK, "xn--bcher-kva.example" },
        { "bu\xcc\x88"
          "cher.example",
          EX_OK, "xn--bcher-kva.example" }, /* decomposed */
        { U_UMLAUT ".example.", EX_OK, "xn--tda.example" },
        { "mail." U_UMLAUT, EX_OK, "mail.xn--tda" },
        { "fa\xc3\x9f.example", EX_OK, "xn--fa-hia.example" }, /* not "fass" */
        { "\xe4\xbe\x8b.example", EX_OK, "xn--fsq.example" },
        { "a\xe3\x80\x82"
          "example",
          EX_OK, "a.example" }, /* ideographic full stop */
        { "a\xef\xbc\x8e"
          "example",
          EX_OK, "a.example" }, /* full-width full stop */
        { "\xd7\x90.example", EX_OK, "xn--4db.example" },
        { "a_" U_UMLAUT ".example", EX_OK, "xn--a_-yka.example" },
        /* an address by the back door */
        { "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1", EX_ESYNTAX, "means \"127.0.0.1\"" },
        { "127\xe3\x80\x82"
          "0.0.1",
          EX_ESYNTAX, "looks like an address" },
        { "a\xe2\x84\x80.example", EX_ESYNTAX, "https:// in front" }, /* maps to a/c */
        /* refused by IDNA2008; the reason is in libidn2's words */
        { "\xf0\x9f\x92\xa9.example", EX_ESYNTAX, "not an international name" },
        { "\xd7\x90"
          "a.example",
          EX_ESYNTAX, "not an international name" },
        { "a\xe2\x80\x8d"
          "b.example",
          EX_ESYNTAX, "not an international name" }, /* zero-width joiner */
        { "-" U_UMLAUT ".example", EX_ESYNTAX, "not an international name" },
        { "ab--" U_UMLAUT ".example", EX_ESYNTAX, "not an international name" },
        { "xn--" U_UMLAUT ".example", EX_ESYNTAX, "not an international name" },
        { U_UMLAUT "..example", EX_ESYNTAX, "between two dots is empty" },
        { TEN(TEN(U_UMLAUT)) ".example", EX_ERANGE, "xn-- form" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { "" };
        char name[EX_NAME_SIZE] = "";

        memcpy(name, rows[i].name, strlen(rows[i].name));
        const enum ex_status st = ex_idna_to_ascii(name, &err);
        if (st != rows[i].want)
            fail_msg("%s: %s, wanted %s: %s%s", rows[i].name, ex_status_str(st),
                     ex_status_str(rows[i].want), st == EX_OK ? name : "", err.text);
        if (st == EX_OK && strcmp(name, rows[i].says) != 0)
            fail_msg("%s: became %s, wanted %s", rows[i].name, name, rows[i].says);
        if (st != EX_OK && (!strstr(err.text, rows[i].says) || strcmp(name, rows[i].name) != 0))
            fail_msg("%s: says %s", rows[i].name, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(convert) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
