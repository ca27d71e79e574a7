// SPDX-License-Identifier: MIT
/*
 * How long one hostile body of 64 KiB keeps the inspection busy: pages through libxml2, scripts
 * through the tokeniser and the walk, bodies through the signatures. Prints the worst first
 * run of each; exits with 1 when one is above the limit. Built by `ninja inspect-bench`, for a
 * release build.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "data/load.h"
#include "inspect/html.h"
#include "inspect/signatures.h"
#include "logon/logon.h"

enum { LIMIT_MS = 50, ROUNDS = 3, N_RANDOM = 200 };

#define HEAD    "<!-- OwaPage = ASP.auth_logon_aspx --><html>"
#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* A body is @head, then @unit as often as it fits, then @tail. */
struct shape {
    const char *name, *head, *unit, *tail;
};

static const struct shape pages[] = {
    { "attributes", HEAD "<p ", "a ", ">" },
    { "attributes with values", HEAD "<p ", "a=b ", ">" },
    { "attributes in quotes", HEAD "<p ", "b=''", ">" },
    { "attributes, quotes without blanks", HEAD "<p ", "q'", ">" },
    { "groups of attributes", HEAD,
      "<p a b c d e f g h i j k l m n o p q r s t u v w x y z A B C D E F G H I J K L M N>", "" },
    { "many groups of different attributes", HEAD, "<p a1 a2 a3 a4 a5 a6 a7 a8 a9>", "" },
    { "open divisions", HEAD, "<div>", "" },
    { "open letters", HEAD, "<b>", "" },
    { "open, then closed otherwise", HEAD, "<b><i></p>", "" },
    { "end tags alone", HEAD, "</x>", "" },
    { "end tags in depth", HEAD "<b><i><u><s><a><b><i><u><s><a>", "</q>", "" },
    { "paragraphs", HEAD, "<p>", "" },
    { "lists", HEAD, "<ul><li>", "" },
    { "tables", HEAD, "<table><tr><td>", "" },
    { "forms", HEAD, "<form action=x>", "" },
    { "fonts", HEAD, "<font><p>", "" },
    { "comments without end", HEAD, "<!--", "" },
    { "comments", HEAD, "<!---->", "" },
    { "declarations without end", HEAD, "<!", "" },
    { "end tags without end", HEAD "<script>", "</script", "" },
    { "texts", HEAD, "<title></title>", "" },
    { "texts without end", HEAD, "<title>", "" },
    { "references", HEAD "<a b=", "&colon;", ">" },
    { "less-than signs", HEAD, "<", "" },
    { "entities", HEAD, "&amp;", "" },
    { "entities without end", HEAD, "&aaaaaaaaaaaa", "" },
    { "ampersands", HEAD, "&", "" },
    { "instructions", HEAD, "<?", "" },
    { "declarations", HEAD, "<!DOCTYPE ", "" },
    { "scripts", HEAD, "<script></script>", "" },
    { "small scripts", HEAD, "<script>a</script>", "" },
    { "different scripts", HEAD, "<script>gbid('password').value</script>", "" },
    { "scripts without end", HEAD, "<script>", "" },
    { "script ends within", HEAD "<script>", "</scrip", "" },
    { "sources", HEAD, "<script src=//a.example/></script>", "" },
    { "handlers", HEAD, "<a onx=y>", "" },
    { "handlers of one tag", HEAD "<a ", "onx=y ", ">" },
    { "styles", HEAD, "<a style=//>", "" },
    { "style text", HEAD "<style>", "//a ", "" },
    { "bad UTF-8", HEAD, "\xff\xc0", "" },
    { "long attribute", HEAD "<a href=\"", "&lt;", "\">" },
    { "NUL-like", HEAD, "&#0;", "" },
    { "paths", HEAD, "/owa/auth/15.1.1/", "" },
    { "optgroups", HEAD, "<select><optgroup><option>", "" },
    { "heads", HEAD, "<head><body>", "" },
    { "names", HEAD, "<a:b:c:d:e:f>", "" },
};

static const struct shape scripts[] = {
    { "parentheses", "", "(", "" },
    { "brackets", "", "[", "" },
    { "braces", "", "{", "" },
    { "closed parentheses", "", ")", "" },
    { "quotes", "", "\"", "" },
    { "escaped quotes", "", "\"\\", "" },
    { "two quotes", "", "'\"", "" },
    { "open quotes on lines", "", "\"a\n", "" },
    { "backslashes", "", "\\", "" },
    { "slashes", "", "/ ", "" },
    { "regular expressions", "", "=/[", "" },
    { "open comments", "", "/*", "" },
    { "templates", "", "`${", "" },
    { "templates and braces", "", "`${{", "" },
    { "pieces", "x=", "\"a\"+", "" },
    { "pieces of variables", "a='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';x=", "a+", "" },
    { "growing variable", "a='';", "a+='b';", "" },
    { "lists", "x=[", "'a',", "].join('')" },
    { "lists in lists", "", "['a',", "" },
    { "joined lists", "", "['a'].join('')", "" },
    { "character codes", "", "fromCharCode(1)", "" },
    { "base64", "", "'aGVsbG8gd29ybGQgaGVsbG8=';", "" },
    { "code in base64", "", "'ZnVuY3Rpb24oKXthbGVydCgxKX0=';", "" },
    { "eval", "", "eval('a(1)');", "" },
    { "reading", "", "gbid('password').value;", "" },
    { "sending", "", "fetch(a,", "" },
    { "sending within", "", "fetch(", "" },
    { "sinks", "", "new XMLHttpRequest();", "" },
    { "functions", "", "function a(b){", "" },
    { "functions with sinks", "", "function a(b){fetch(c);", "" },
    { "arrows", "", "(a,", ")=>b" },
    { "nested arrows", "", "(a=(", "" },
    { "hosts", "fetch(x);", "'//a.example',", "" },
    { "one string of hosts", "fetch('", "//a ", "')" },
    { "paths", "fetch(x);", "'/a/b.aspx',", "" },
    { "dots", "fetch(x);", "'../',", "" },
    { "deep path", "fetch('", "../a/", "b.aspx')" },
    { "different words", "", "a%u=b;", "" },
    { "percent", "'", "%41", "'" },
    { "assignments", "", "a=b=", "" },
    { "members", "a", ".b", "" },
    { "indexes", "a", "[0]", "" },
    { "markup", "document.write(", "'src='+a,", ")" },
    { "mainLogonDivClassName", "", "mainLogonDivClassName='", "" },
    { "words of one hash", /* FNV-1a, the last twelve bits */
      "f=function(any,czg,oli,adpg,ajpy,apzu,arnc,bbnn,bdkw,bfge,bowt,bvsq,bxpj,cigm,ckfx,cwhj,"
      "dcne,djtb,dpzf,eivx,erxu,ethc,exil,fbht,fdhb,fnik,fxco,gcym,gdng,gfby,gplu,gzje,hdhl,hsqx,"
      "hwsv,hxic,hzyu,ijlm,ilkv,imtr,ivfo,jdzl,jkaf,jqbm,jwcx,jzzr,kadp,kebr,ktyf,labk,lect,mdkr,"
      "mpad,mwys,mzot,neut,nvku,nziw,okea,omms,oqjj,owlz,pfhf,plio,pori,ppbb){};",
      "qrpq;", "" },
    { "settings", "", "a_f=1;", "" },
    { "settings of one word", "", "vara_f", "" },
};

static char body[EX_BODY_MAX + 1];

static size_t fill(const struct shape *s)
{
    size_t n = (size_t)snprintf(body, sizeof(body), "%s", s->head);
    const size_t tail = strlen(s->tail);
    unsigned k = 0;

    for (;;) {
        char unit[128];
        const size_t bytes = strstr(s->unit, "%u")
                                 ? (size_t)snprintf(unit, sizeof(unit), "a%u=b;", k++)
                                 : strlen(s->unit);

        if (n + bytes + tail > EX_BODY_MAX)
            break;
        memcpy(body + n, strstr(s->unit, "%u") ? unit : s->unit, bytes);
        n += bytes;
    }
    memcpy(body + n, s->tail, tail);
    return n + tail;
}

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

struct bench {
    struct ex_reader *reader;
    struct ex_scanner *scanner;
    double worst;
    bool failed;
};

static const struct ex_header html = { { (const uint8_t *)"Content-Type", 12 },
                                       { (const uint8_t *)"text/html", 9 } };

static void as_page(struct bench *b, size_t n)
{
    static struct ex_logon_page page;
    struct ex_exchange x = { .status = 200,
                             .path = "/owa/auth/logon.aspx",
                             .headers = &html,
                             .n_headers = 1,
                             .body = { (const uint8_t *)body, n } };

    memset(&page, 0, sizeof(page));
    ex_reader_page(b->reader, &x, EX_CP_LOGON, "mail.example.com:443", &page);
    ex_logon_judge(&page);
}

static void as_script(struct bench *b, size_t n)
{
    static struct ex_logon_page page;
    struct ex_exchange x = { .status = 200,
                             .path = "/owa/auth/15.1.2507/scripts/premium/flogon.js",
                             .headers = &html,
                             .n_headers = 1,
                             .body = { (const uint8_t *)body, n } };

    memset(&page, 0, sizeof(page));
    ex_reader_script(b->reader, &x, EX_CP_LOGON, "mail.example.com:443", 0, &page);
    ex_logon_judge(&page);
}

static void as_sample(struct bench *b, size_t n)
{
    const struct ex_sample s = { .body = { (const uint8_t *)body, n },
                                 .status = 200,
                                 .path = "/owa/auth/x.aspx",
                                 .content_type = "text/html",
                                 .location = "",
                                 .owa_page = "",
                                 .expected_page = "",
                                 .dynamic = true,
                                 .baseline_status = 404,
                                 .baseline_location = "" };
    struct ex_hits hits;

    ex_scanner_scan(b->scanner, &s, &hits);
}

static void run(struct bench *b, const char *what, const char *name, size_t n,
                void (*fn)(struct bench *b, size_t n))
{
    double best = 1e9;

    for (int i = 0; i < ROUNDS;
         i++) { /* the best of some: other work on the machine is no matter */
        const double begin = now_ms();

        fn(b, n);
        const double took = now_ms() - begin;
        best = took < best ? took : best;
    }
    if (best > b->worst)
        b->worst = best;
    if (best > LIMIT_MS / 2.0)
        printf("%-10s %8.2f ms  %s\n", what, best, name);
    b->failed |= best > LIMIT_MS;
}

static void run_all(struct bench *b, const char *what, const struct shape *shapes, size_t n_shapes,
                    void (*fn)(struct bench *b, size_t n))
{
    b->worst = 0;
    for (size_t i = 0; i < n_shapes; i++)
        run(b, what, shapes[i].name, fill(&shapes[i]), fn);
    printf("%-10s %8.2f ms  worst of %zu\n", what, b->worst, n_shapes);
}

static void run_random(struct bench *b, const char *what, const struct shape *shapes,
                       size_t n_shapes, void (*fn)(struct bench *b, size_t n))
{
    uint32_t seed = 1;

    b->worst = 0;
    for (int r = 0; r < N_RANDOM; r++) {
        size_t n = (size_t)snprintf(body, sizeof(body), "%s", shapes[0].head);

        for (;;) {
            seed = seed * 1664525u + 1013904223u;
            const char *unit = shapes[(seed >> 16) % n_shapes].unit;

            if (n + strlen(unit) > EX_BODY_MAX)
                break;
            memcpy(body + n, unit, strlen(unit));
            n += strlen(unit);
        }
        run(b, what, "mixture", n, fn);
    }
    printf("%-10s %8.2f ms  worst of %d mixtures\n", what, b->worst, N_RANDOM);
}

int main(void)
{
    struct ex_dataset *data;
    struct ex_signatures *signatures;
    struct ex_error err;
    struct bench b = { 0 };

    if (ex_data_load(&data, NULL, &err) != EX_OK ||
        ex_signatures_new(&signatures, ex_data_catalog(data), NULL, 0, &err) != EX_OK ||
        ex_reader_new(&b.reader, ex_data_catalog(data), NULL) != EX_OK ||
        ex_scanner_new(&b.scanner, signatures) != EX_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    run_all(&b, "page", pages, N_OF(pages), as_page);
    run_random(&b, "page", pages, N_OF(pages), as_page);
    run_all(&b, "script", scripts, N_OF(scripts), as_script);
    run_random(&b, "script", scripts, N_OF(scripts), as_script);
    run_all(&b, "signatures", pages, N_OF(pages), as_sample);
    run_all(&b, "signatures", scripts, N_OF(scripts), as_sample);
    printf("limit %d ms: %s\n", LIMIT_MS, b.failed ? "exceeded" : "kept");
    ex_scanner_free(b.scanner);
    ex_reader_free(b.reader);
    ex_signatures_free(signatures);
    ex_data_free(data);
    return b.failed;
}
