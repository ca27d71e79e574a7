// SPDX-License-Identifier: MIT
/* Markup that browsers and libxml2 take differently. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "html_page.h"

/* What a browser runs and libxml2 alone would not see. */
static void nothing_hides(void **state)
{
    static const struct {
        const char *body, *features;
    } rows[] = {
        { "<script/src=//t.example.net/a.js></script>", "X1" },
        { "<script\fsrc=//t.example.net/a.js></script>", "X1" },
        { "<script a=\"b\"src=//t.example.net/a.js></script>", "X1" },
        { "<script / / src = //t.example.net/a.js></script>", "X1" },
        { "<img/src=x/ onerror=fetch(u)>", "S1" },
        { "<img src=\"x\"/onerror=\"fetch(u)\">", "S1" },
        { "<img src='x'onerror='fetch(u)'>", "S1" },
        { "<p onclick=\"fetch&lpar;u&rpar;\">", "S1" },
        { "<p onclick='a(&apos;b&apos;);fetch(u)'>", "S1" },
        { "<a href=\"javascript&colon;fetch(u)\">x</a>", "S1" },
        { "<a href=\"java&Tab;script&colon;fetch(u)\">x</a>", "S1" },
        { "<a href=\" javascript:fetch(u)\">x</a>", "S1" },
        { "<a href=\"java\nscript:fetch(u)\">x</a>", "S1" },
        { "<!--><script>fetch(u)</script>-->", "S1" },
        { "<!---><script>fetch(u)</script>-->", "S1" },
        { "<!-- a --!><script>fetch(u)</script>-->", "S1" },
        { "<!x ><script>fetch(u)</script>-->", "S1" },
        { "<?x ><script>fetch(u)</script>?>", "S1" },
        { "<![CDATA[ ><script>fetch(u)</script>]]>", "S1" },
        { "<script>/*</scriptx>*/ fetch(u)</script>", "S1" },
        { "<script>a='<!-- <script>';</script>fetch(u)</script>", "S1" },
        { "<noscript><p title=\"</noscript><script>fetch(u)</script>\">", "S1" },
        { "<title><p title=\"</title><script>fetch(u)</script>\">", "S1" },
        { "<SCRIPT>fetch(u)</ScRiPt >", "S1" },
        { "<script>fetch(u)", "S1" },
    };
    unsigned bad = 0;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        char body[2048], words[WORDS_SIZE];

        snprintf(body, sizeof(body), "%s<html>%s%s%s%s</html>", MARK, FONT, NAME_BLOCK, FORM,
                 rows[i].body);
        look_new(body);
        if (strcmp(words_of(words, page.features), rows[i].features) == 0 &&
            page.state >= EX_LP_REVIEW)
            continue;
        fprintf(stderr, "%s\n  is %s \"%s\"\n", rows[i].body, ex_logon_str(page.state), words);
        bad++;
    }
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_hides, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
