// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/page.h"

#include "answer.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define OWA     "<!-- OwaPage = ASP.auth_logon_aspx -->"
#define FORM(a) "<form action=\"" a "\" method=\"POST\" name=\"logonForm\">"

static void finds_what_makes_a_page(void **state)
{
    static const struct {
        const char *what, *body;
        bool is_page, stub, saved, absolute, conflicting;
        uint8_t action, era;
        struct ex_build build;
    } rows[] = {
        { "2016",
          PAGE_BODY("15.1.2507"),
          true,
          false,
          false,
          false,
          false,
          EX_FORM_GENUINE,
          EX_ERA_2016,
          { { 15, 1, 2507 }, 3 } },
        { "2013",
          OWA "Segoe UI WPC /owa/auth/15.0.1497/x" FORM("/owa/auth.owa"),
          true,
          false,
          false,
          false,
          false,
          EX_FORM_GENUINE,
          EX_ERA_2013,
          { { 15, 0, 1497 }, 3 } },
        { "2010",
          PAGE_2010("14.3.123.3"),
          true,
          false,
          false,
          false,
          false,
          EX_FORM_GENUINE,
          EX_ERA_2010,
          { { 14, 3, 123, 3 }, 4 } },
        { "2007",
          OWA "/owa/8.3.83.4/themes/base/logon.css" FORM("owaauth.dll"),
          true,
          false,
          false,
          false,
          false,
          EX_FORM_GENUINE,
          EX_ERA_2007,
          { { 8, 3, 83, 4 }, 4 } },
        { "without the comment",
          "/owa/auth/15.1.2507/x" FORM("/owa/auth.owa"),
          true,
          false,
          false,
          false,
          false,
          EX_FORM_GENUINE,
          EX_ERA_UNKNOWN,
          { { 15, 1, 2507 }, 3 } },
        { "a stub",
          OWA "/owa/auth/15.1.2507/x <script>var a_fRC = 0;</script>",
          true,
          true,
          false,
          false,
          false,
          EX_FORM_NONE,
          EX_ERA_UNKNOWN,
          { { 15, 1, 2507 }, 3 } },
        { "a stub without blanks",
          OWA "<script>var a_fRC=0;</script>",
          true,
          true,
          false,
          false,
          false,
          EX_FORM_NONE,
          EX_ERA_UNKNOWN,
          { { 0 }, 0 } },
        { "no stub",
          OWA "<script>var a_fRC = 1;</script>",
          true,
          false,
          false,
          false,
          false,
          EX_FORM_NONE,
          EX_ERA_UNKNOWN,
          { { 0 }, 0 } },
        { "a copy",
          "<!-- saved from url=(0030)https://mail.example.com/ -->" OWA
          "https://mail.example.com/owa/auth/15.1.2507/x" FORM("post.php"),
          true,
          false,
          true,
          true,
          false,
          EX_FORM_OTHER,
          EX_ERA_UNKNOWN,
          { { 15, 1, 2507 }, 3 } },
        { "posts elsewhere",
          OWA "/owa/auth/15.1.2507/x" FORM("https://evil.example/p"),
          true,
          false,
          false,
          false,
          false,
          EX_FORM_FOREIGN,
          EX_ERA_UNKNOWN,
          { { 15, 1, 2507 }, 3 } },
        { "two numbers",
          OWA "/owa/auth/15.1.2507/x /owa/auth/15.2.1118/y",
          true,
          false,
          false,
          false,
          true,
          EX_FORM_NONE,
          EX_ERA_UNKNOWN,
          { { 15, 1, 2507 }, 3 } },
        { "the same number twice",
          OWA "/owa/auth/15.1.2507/x /owa/auth/15.1.2507/y",
          true,
          false,
          false,
          false,
          false,
          EX_FORM_NONE,
          EX_ERA_UNKNOWN,
          { { 15, 1, 2507 }, 3 } },
        { "attributes in another order",
          OWA "<form name=\"logonForm\" method=\"POST\" action=\"/owa/auth.owa\">",
          true,
          false,
          false,
          false,
          false,
          EX_FORM_GENUINE,
          EX_ERA_UNKNOWN,
          { { 0 }, 0 } },
        { "a form without action",
          OWA "<form name=\"logonForm\">",
          true,
          false,
          false,
          false,
          false,
          EX_FORM_OTHER,
          EX_ERA_UNKNOWN,
          { { 0 }, 0 } },
        { "words are no page",
          "<title>How to open Outlook Web App</title> /owa/ is the path",
          false,
          false,
          false,
          false,
          false,
          EX_FORM_NONE,
          EX_ERA_UNKNOWN,
          { { 0 }, 0 } },
        { "a version is no page",
          "<img src=/owa/auth/15.1.2507/x.png>",
          false,
          false,
          false,
          false,
          false,
          EX_FORM_NONE,
          EX_ERA_UNKNOWN,
          { { 15, 1, 2507 }, 3 } },
        { "a form is no page",
          FORM("/login"),
          false,
          false,
          false,
          false,
          false,
          EX_FORM_OTHER,
          EX_ERA_UNKNOWN,
          { { 0 }, 0 } },
        { "a number too large",
          OWA "/owa/auth/15.1.99999/x",
          true,
          false,
          false,
          false,
          false,
          EX_FORM_NONE,
          EX_ERA_UNKNOWN,
          { { 0 }, 0 } },
        { "cut behind the number",
          OWA "/owa/auth/15.1.2507/",
          true,
          false,
          false,
          false,
          false,
          EX_FORM_NONE,
          EX_ERA_UNKNOWN,
          { { 15, 1, 2507 }, 3 } },
        { "cut where more digits may follow",
          OWA "/owa/auth/15.1.250",
          true,
          false,
          false,
          false,
          false,
          EX_FORM_NONE,
          EX_ERA_UNKNOWN,
          { { 0 }, 0 } },
        { "nothing",
          "",
          false,
          false,
          false,
          false,
          false,
          EX_FORM_NONE,
          EX_ERA_UNKNOWN,
          { { 0 }, 0 } },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_page p;
        struct ex_page_texts t;
        const bool is_page = ex_page_scan(ex_span_str(rows[i].body), &p, &t);

        if (is_page != rows[i].is_page || p.stub != rows[i].stub || p.saved_from != rows[i].saved ||
            p.absolute != rows[i].absolute || p.conflicting != rows[i].conflicting ||
            p.action != rows[i].action || p.era != rows[i].era ||
            ex_build_cmp(&p.build, &rows[i].build) != 0)
            fail_msg("%s: page %d stub %d saved %d absolute %d conflicting %d action %d era %d "
                     "build %u.%u.%u",
                     rows[i].what, is_page, p.stub, p.saved_from, p.absolute, p.conflicting,
                     p.action, p.era, p.build.part[0], p.build.part[1], p.build.part[2]);
    }
}

static void error_page_is_told_apart(void **state)
{
    struct ex_page p;
    struct ex_page_texts t;
    (void)state;

    assert_true(ex_page_scan(ex_span_str("<!-- OwaPage = ASP.auth_errorfe_aspx -->"), &p, &t));
    assert_true(p.error_fe);
    assert_true(ex_page_scan(ex_span_str(OWA), &p, &t));
    assert_false(p.error_fe);
}

/* The comment stands at the top; what a visitor can put further down does not count. */
static void comment_deep_in_a_page_is_not_believed(void **state)
{
    static char body[20000];
    struct ex_page p;
    struct ex_page_texts t;
    (void)state;

    memset(body, ' ', sizeof(body) - 1);
    memcpy(body + 15000, OWA, sizeof(OWA) - 1);
    assert_false(ex_page_scan(ex_span_str(body), &p, &t));
}

static void a_body_may_end_anywhere(void **state)
{
    static const char body[] = PAGE_BODY("15.1.2507");
    struct ex_page p;
    struct ex_page_texts t;
    (void)state;

    for (size_t n = 0; n < sizeof(body); n++) {
        uint8_t *exact = malloc(n ? n : 1);

        assert_non_null(exact);
        memcpy(exact, body, n);
        ex_page_scan((struct ex_span){ exact, n }, &p, &t);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_makes_a_page),
        cmocka_unit_test(error_page_is_told_apart),
        cmocka_unit_test(comment_deep_in_a_page_is_not_believed),
        cmocka_unit_test(a_body_may_end_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
