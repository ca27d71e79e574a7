// SPDX-License-Identifier: MIT
#include "core/put.h"
#include "out/curl_line.h"
#include "out/json_parts.h"

static const char header_source[] = "header:";

/* A header as it would be read: name, colon, value. The value is raw server text. */
static void header_line(struct ex_json *j, const struct ex_finding_evidence *e)
{
    char line[sizeof(e->source) + sizeof(e->value) + 2];
    struct ex_put w = ex_put_of(line, sizeof(line));

    ex_put_str(&w, e->source + strlen(header_source));
    ex_put_str(&w, ": ");
    ex_put_str(&w, e->value);
    ex_json_text(j, "header", line);
}

static void evidence(struct ex_json *j, const struct ex_finding_evidence *e)
{
    const bool header = strncmp(e->source, header_source, strlen(header_source)) == 0;

    ex_json_object(j, NULL);
    ex_json_text(j, "source", e->source);
    ex_json_text_or_null(j, "url", e->path);
    ex_json_int_if(j, "status", e->status != 0, e->status);
    if (header)
        header_line(j, e);
    else
        ex_json_text(j, "excerpt", e->value);
    if (e->sha256[0])
        ex_json_text(j, "sha256", e->sha256);
    ex_json_close(j);
}

static void all_evidence(struct ex_json *j, const struct ex_finding *f)
{
    ex_json_array(j, "evidence");
    for (uint8_t i = 0; i < f->n_evidence; i++)
        evidence(j, &f->evidence[i]);
    ex_json_close(j);
}

static void references(struct ex_json *j, const char *const *at)
{
    ex_json_array(j, "references");
    for (; at && *at; at++)
        ex_json_text(j, NULL, *at);
    ex_json_close(j);
}

/* The first piece of evidence that a request can show again. */
static void curl(struct ex_json *j, const struct ex_result *r, const struct ex_finding *f,
                 const char *user_agent)
{
    char line[EX_CURL_LINE_SIZE] = "";

    for (uint8_t i = 0; i < f->n_evidence && !line[0]; i++)
        ex_curl_line(line, r, &f->evidence[i], user_agent);
    ex_json_text_or_null(j, "curl", line);
}

static void finding(struct ex_json *j, const struct ex_result *r, const struct ex_finding *f,
                    const char *user_agent)
{
    ex_json_object(j, NULL);
    ex_json_text(j, "id", f->id);
    ex_json_text(j, "rule", f->rule->id);
    ex_json_text(j, "subject", f->subject);
    ex_json_text(j, "severity", ex_severity_str(f->severity));
    ex_json_text(j, "confidence", ex_confidence_str(f->confidence));
    ex_json_text(j, "title", f->title);
    all_evidence(j, f);
    curl(j, r, f, user_agent);
    ex_json_text(j, "action", f->action);
    ex_json_text(j, "remediation", f->remediation);
    references(j, f->rule->references);
    ex_json_close(j);
}

void ex_json_findings(struct ex_json *j, const struct ex_result *r, const struct ex_findings *f,
                      const char *user_agent)
{
    ex_json_array(j, "findings");
    for (uint8_t i = 0; i < f->n; i++)
        finding(j, r, f->at[i], user_agent);
    ex_json_close(j);
}
