// SPDX-License-Identifier: MIT
#include <string.h>

#include "report/html_parts.h"
#include "report/row.h"

enum { EVIDENCE_MAX = 8, REFERENCES_MAX = 6, BASELINES_MAX = 2 };

/* The candidate whose answer is this piece of evidence. */
static const json_t *find_candidate(const json_t *backdoor, const char *url)
{
    const json_t *all = json_object_get(backdoor, "candidates");

    for (size_t i = 0; i < json_array_size(all) && i < EX_ROW_SUSPECTS_MAX; i++) {
        const json_t *one = json_array_get(all, i);
        const char *sent = ex_json_str(json_object_get(one, "exhibit"), "url");

        if (strcmp(sent[0] ? sent : ex_json_str(one, "path"), url) == 0)
            return one;
    }
    return NULL;
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
    return strcmp(ex_json_str(a, key), ex_json_str(b, key)) == 0;
}

/* What names that nobody can have put there answered in the same folder. */
static void say_baselines(FILE *to, const json_t *backdoor, const json_t *candidate)
{
    const json_t *all = json_object_get(backdoor, "calibration");

    for (size_t i = 0; i < json_array_size(all) && i < EX_ROW_SUSPECTS_MAX; i++) {
        const json_t *folder = json_array_get(all, i);
        const json_t *answers = json_object_get(folder, "baselines");

        if (!same(folder, candidate, "folder") || !same(folder, candidate, "extension"))
            continue;
        ex_html(to, "; random names in that folder were answered");
        for (size_t k = 0; k < json_array_size(answers) && k < BASELINES_MAX; k++) {
            const json_t *e = json_array_get(answers, k);

            ex_html(to, "%s %llu with %llu bytes", k ? "," : "",
                    (unsigned long long)ex_json_u64(e, "status"),
                    (unsigned long long)ex_json_u64(e, "bytes"));
        }
        ex_html(to, json_array_size(answers) ? "" : " by nothing");
        return;
    }
}

/* Of a back door: when it answered, how much, and why that stands out. */
static void say_candidate(FILE *to, const json_t *record, const json_t *evidence)
{
    const json_t *backdoor = json_object_get(record, "backdoor");
    const json_t *one = find_candidate(backdoor, ex_json_str(evidence, "url"));
    const json_t *e = json_object_get(one, "exhibit");

    if (!json_is_object(e))
        return;
    ex_html(to, "<br>answered ");
    ex_page_time(to, ex_json_str(e, "time"));
    ex_html(to, " with %s%llu bytes", json_is_true(json_object_get(e, "cut")) ? "more than " : "",
            (unsigned long long)ex_json_u64(e, "bytes"));
    say_baselines(to, backdoor, one);
}

static void say_evidence(FILE *to, const json_t *record, const json_t *e)
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
    say_candidate(to, record, e);
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

    ex_html(to, "<div class=\"finding\">");
    ex_page_severity(to, ex_row_severity(ex_json_str(f, "severity")));
    ex_html(to, " <h4>%s</h4>\n", ex_json_str(f, "title"));
    say_acceptance(to, accepted);
    ex_html(to, "<p>%s</p>\n<dl>\n", ex_json_str(f, "remediation"));
    for (size_t i = 0; i < n && i < EVIDENCE_MAX; i++)
        say_evidence(to, record, json_array_get(evidence, i));
    if (n > EVIDENCE_MAX)
        ex_html(to, "<dt></dt><dd>... and %zu more (see the result file)</dd>\n", n - EVIDENCE_MAX);
    if (curl[0])
        ex_html(to, "<dt>Check</dt><dd><pre>%s</pre></dd>\n", curl);
    ex_html(to, "<dt>Confidence</dt><dd>%s</dd>\n", ex_json_str(f, "confidence"));
    say_references(to, json_object_get(f, "references"));
    ex_html(to, "<dt>Id</dt><dd><code>%s</code> (%s)</dd>\n</dl></div>\n", ex_json_str(f, "id"),
            ex_json_str(f, "rule"));
}
