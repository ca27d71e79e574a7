// SPDX-License-Identifier: MIT
#ifndef HTML_PAGE_H
#define HTML_PAGE_H

#include <stdlib.h>

#include "inspect/html.h"
#include "logon/logon.h"

#include "script_words.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define HOST    "mail.example.com:443"
#define MARK    "<!-- OwaPage = ASP.auth_logon_aspx -->\n"
#define FONT    "<style>url(\"/owa/auth/15.1.2507/themes/resources/a.eot\")</style>"
#define NAME_BLOCK                                                                                 \
    "<script>\nvar mainLogonDiv = window.document.getElementById(\"mainLogonDiv\");\n"             \
    "mainLogonDiv.className = mainLogonDivClassName;\n</script>"
#define FORM_OF(a)                                                                                 \
    "<form action=\"" a "\" method=\"POST\" name=\"logonForm\"><input name=\"username\">"          \
    "<input id=\"password\" name=\"password\" type=\"password\" onfocus=\"g_fFcs=0\">"             \
    "<div onclick=\"clkLgn()\"></div></form>"
#define FORM    FORM_OF("/owa/auth.owa")
#define PAGE(s) MARK "<html>" FONT NAME_BLOCK s "</html>"

static const struct ex_script_row scripts[] = {
    { .name = "class name",
      .sha256 = "",
      .masked = true,
      .bare_sha256 = "47fc0abeef5b5f2363ff864b97878f5fee275bdb5841a1e23c51cdd887015d57" },
};

static struct ex_catalog catalog;

static struct ex_reader *reader;
static struct ex_logon_page page;

static inline void look(const char *body, enum ex_credential_page which)
{
    static const struct ex_header html = { { (const uint8_t *)"Content-Type", 12 },
                                           { (const uint8_t *)"text/html", 9 } };
    const struct ex_exchange x = { .status = 200,
                                   .path = "/owa/auth/logon.aspx",
                                   .headers = &html,
                                   .n_headers = 1,
                                   .body = ex_span_str(body) };
    struct ex_exchange exact = x;
    uint8_t *copy = malloc(x.body.n ? x.body.n : 1); /* a sanitizer sees what lies behind it */

    assert_non_null(copy);
    memcpy(copy, x.body.p, x.body.n);
    exact.body.p = copy;
    ex_reader_page(reader, &exact, which, HOST, &page);
    ex_logon_judge(&page);
    free(copy);
}

static inline void look_new(const char *body)
{
    memset(&page, 0, sizeof(page));
    look(body, EX_CP_LOGON);
}

static inline int setup(void **state)
{
    (void)state;
    catalog = script_catalog;
    catalog.scripts = scripts;
    catalog.n_scripts = N_OF(scripts);
    return ex_reader_new(&reader, &catalog, NULL) != EX_OK;
}

static inline int teardown(void **state)
{
    (void)state;
    ex_reader_free(reader);
    return 0;
}

#endif
