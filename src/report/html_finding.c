// SPDX-License-Identifier: MIT
#include <string.h>

#include "report/html_parts.h"
#include "report/row.h"

enum { EVIDENCE_MAX = 8, REFERENCES_MAX = 6 };

static void say_evidence(FILE *to, const json_t *e)
{
    const char *header = ex_json_str(e, "header"), *excerpt = ex_json_str(e, "excerpt");
    const char *url = ex_json_str(e, "url"), *sha256 = ex_json_str(e, "sha256");
    const uint64_t status = ex_json_u64(e, "status");

    ex_html(to, "<dt>Seen</dt><dd><code>%s</code>", header[0] ? header : ex_json_str(e, "source"));
    if (status > 0)
        ex_html(to, " %llu from", (unsigned long long)status);
    if (url[0])
        ex_html(to, " <code>%s</code>", url);
    if (sha256[0])
        ex_html(to, "<br>SHA-256 <code>%s</code>", sha256);
    if (excerpt[0])
        ex_html(to, "<pre>%s</pre>", excerpt);
    ex_html(to, "</dd>\n");
}

/* Of a foreign file only what is plainly a web address becomes a link. */
static void say_references(FILE *to, const json_t *all)
{
    const size_t n = json_array_size(all);

    for (size_t i = 0; i < n && i < REFERENCES_MAX; i++) {
        const char *url = json_string_value(json_array_get(all, i));

        if (!url || strncmp(url, "https://", strlen("https://")) != 0)
            continue;
        ex_html(to, "<dt>See</dt><dd><a href=\"%s\" rel=\"noreferrer noopener\">%s</a></dd>\n", url,
                url);
    }
}

static void say_acceptance(FILE *to, const struct ex_acceptance *a)
{
    char day[EX_DAY_TEXT];

    if (!a)
        return;
    ex_html(to, "<p><span class=\"badge s-accepted\">accepted</span> by %s: %s%s%s</p>\n", a->by,
            a->reason, a->expires_day == EX_DAY_NONE ? "" : ", until ",
            ex_day_format(day, a->expires_day));
}

void ex_page_finding(FILE *to, const json_t *record, const json_t *f,
                     const struct ex_acceptance *accepted)
{
    const json_t *evidence = json_object_get(f, "evidence");
    const size_t n = json_array_size(evidence);
    const char *curl = ex_json_str(f, "curl");
    (void)record;

    ex_html(to, "<div class=\"finding\">");
    ex_page_severity(to, ex_row_severity(ex_json_str(f, "severity")));
    ex_html(to, " <h4>%s</h4>\n", ex_json_str(f, "title"));
    say_acceptance(to, accepted);
    ex_html(to, "<p>%s</p>\n<dl>\n", ex_json_str(f, "remediation"));
    for (size_t i = 0; i < n && i < EVIDENCE_MAX; i++)
        say_evidence(to, json_array_get(evidence, i));
    if (n > EVIDENCE_MAX)
        ex_html(to, "<dt></dt><dd>... and %zu more (see the result file)</dd>\n", n - EVIDENCE_MAX);
    if (curl[0])
        ex_html(to, "<dt>Check</dt><dd><pre>%s</pre></dd>\n", curl);
    ex_html(to, "<dt>Confidence</dt><dd>%s</dd>\n", ex_json_str(f, "confidence"));
    say_references(to, json_object_get(f, "references"));
    ex_html(to, "<dt>Id</dt><dd><code>%s</code> (%s)</dd>\n</dl></div>\n", ex_json_str(f, "id"),
            ex_json_str(f, "rule"));
}
