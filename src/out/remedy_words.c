// SPDX-License-Identifier: MIT
#include "core/put.h"
#include "out/remedy.h"

const char *ex_remedy_why(const struct ex_fingerprint *fp)
{
    /* The first note that holds explains it best. */
    static const struct {
        enum ex_note note;
        const char *text;
    } rows[] = {
        { EX_NOTE_MIXED_BUILDS, "several servers with different builds answer under this name" },
        { EX_NOTE_VERSION_CONFLICT, "what the server says about its version does not agree" },
        { EX_NOTE_HEADER_STRIPPED,
          "something on the way removes the X-OWA-Version header that this version sends" },
        { EX_NOTE_HEADER_EMPTY, "the X-OWA-Version header is empty" },
        { EX_NOTE_HEADER_PARTIAL, "the X-OWA-Version header gives three of the four numbers" },
        { EX_NOTE_HEADER_INVALID, "the X-OWA-Version header holds no build of Exchange" },
        { EX_NOTE_HEADER_PADDED, "the X-OWA-Version header has a form that Exchange never sends" },
        { EX_NOTE_HEADER_ABSENT, "the server sends no X-OWA-Version header, and its pages name the "
                                 "cumulative update only" },
        { EX_NOTE_RATE_LIMITED, "the server stopped answering before it was seen" },
        { EX_NOTE_WAF_BLOCK, "a firewall refused the requests that show it" },
        { EX_NOTE_BACKEND_UNAVAILABLE, "what is behind the front end did not answer" },
        { EX_NOTE_PREAUTHENTICATION, "something in front asks for a logon first" },
        { EX_NOTE_INCOMPLETE, "the host was not examined to the end" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (ex_fp_has(fp, rows[i].note))
            return rows[i].text;
    return fp->precision == EX_PREC_CU ? "the pages name the cumulative update only"
                                       : "nothing that was answered names a build";
}

const char *ex_remedy_note(const struct ex_verdict *v)
{
    if (v->not_cumulative)
        return " This build is one of the special packages of March 2021, which fix four"
               " vulnerabilities and none of the earlier ones.";
    return v->unlisted ? " This build is in no list of Microsoft's; it was compared by its number."
                       : "";
}

/* When the security fixes that @row carries came: hotfixes and re-releases bring older ones. */
static int32_t level_day(const struct ex_catalog *cat, const struct ex_build_row *row)
{
    size_t n = 0;
    const struct ex_build_row *rows = ex_catalog_branch(cat, &row->build, &n);

    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].update, row->security_level) == 0)
            return rows[i].released;
    return row->released;
}

void ex_remedy_advice(const struct ex_case *c, int32_t today, char *to, size_t size)
{
    const struct ex_build_row *row = c->verdict->row;
    struct ex_put w = ex_put_of(to, size);

    /* The services in question know no older product. */
    if (!row || row->generation < EX_GEN_2016)
        return;
    for (size_t i = 0; i < c->cat->n_advice; i++) {
        const struct ex_advice_row *advice = &c->cat->advice[i];

        if (today < advice->since || level_day(c->cat, row) >= advice->before)
            continue;
        ex_put_ch(&w, ' ');
        ex_put_str(&w, advice->text);
        ex_put_ch(&w, '.');
    }
}

/* Several CVEs often share a condition: true when an earlier one has told it. */
static bool told_before(const struct ex_case *c, size_t k)
{
    const struct ex_cve_list *list = &c->verdict->configuration;
    const struct ex_cve_row *cves = c->cat->cves;

    for (size_t i = 0; i < k; i++)
        if (strcmp(cves[list->at[i]].extra_condition, cves[list->at[k]].extra_condition) == 0)
            return true;
    return false;
}

void ex_remedy_conditions(const struct ex_case *c, char *to, size_t size)
{
    const struct ex_cve_list *list = &c->verdict->configuration;
    struct ex_put w = ex_put_of(to, size);

    for (size_t i = 0; i < list->n; i++) {
        const char *text = c->cat->cves[list->at[i]].extra_condition;
        size_t more = 0;

        if (told_before(c, i))
            continue;
        for (size_t k = i + 1; k < list->n; k++)
            more += strcmp(c->cat->cves[list->at[k]].extra_condition, text) == 0;
        ex_put_ch(&w, ' ');
        ex_put_str(&w, c->cat->cves[list->at[i]].id);
        if (more) {
            ex_put_str(&w, " and ");
            ex_put_dec(&w, more);
            ex_put_str(&w, " more");
        }
        ex_put_str(&w, ": ");
        ex_put_str(&w, text[0] ? text : "the build alone does not tell");
        ex_put_ch(&w, '.');
    }
}

void ex_remedy_unassessed(const struct ex_case *c, char *to, size_t size)
{
    const struct ex_cve_list *list = &c->verdict->unassessed;
    struct ex_put w = ex_put_of(to, size);
    size_t kev = 0;

    if (list->n == 0)
        return;
    for (size_t i = 0; i < list->n; i++)
        kev += c->cat->cves[list->at[i]].kev;
    ex_put_ch(&w, ' ');
    ex_put_dec(&w, list->n);
    ex_put_str(&w, list->n == 1 ? " vulnerability" : " vulnerabilities");
    if (kev) {
        ex_put_str(&w, ", ");
        ex_put_dec(&w, kev);
        ex_put_str(&w, " of them known to be exploited,");
    }
    ex_put_str(&w, " came after the end of support: the vendor never said whether this version has"
                   " them, and no fix will come.");
}
