// SPDX-License-Identifier: MIT
#include "out/curl_line.h"
#include "out/json_parts.h"

static const char header_source[] = "header:";

/* A header as it would be read: name, colon, value. The value is raw server text. */
static json_t *header_line(const struct ex_finding_evidence *e)
{
    char line[sizeof(e->source) + sizeof(e->value) + 2];

    snprintf(line, sizeof(line), "%s: %s", e->source + strlen(header_source), e->value);
    return ex_json_text(line);
}

static json_t *evidence(const struct ex_finding_evidence *e)
{
    const bool header = strncmp(e->source, header_source, strlen(header_source)) == 0;
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "source", ex_json_text(e->source));
    ex_json_set(&j, "url", ex_json_text_or_null(e->path));
    ex_json_set(&j, "status", e->status ? json_integer(e->status) : json_null());
    ex_json_set(&j, header ? "header" : "excerpt",
                header ? header_line(e) : ex_json_text(e->value));
    if (e->sha256[0])
        ex_json_set(&j, "sha256", ex_json_text(e->sha256));
    return ex_json_done(&j);
}

static json_t *all_evidence(const struct ex_finding *f)
{
    struct ex_json j = ex_json_array();

    for (uint8_t i = 0; i < f->n_evidence; i++)
        ex_json_push(&j, evidence(&f->evidence[i]));
    return ex_json_done(&j);
}

static json_t *references(const char *const *at)
{
    struct ex_json j = ex_json_array();

    for (; at && *at; at++)
        ex_json_push(&j, json_string(*at));
    return ex_json_done(&j);
}

/* The first piece of evidence that a request can show again. */
static json_t *curl(const struct ex_result *r, const struct ex_finding *f, const char *user_agent)
{
    char line[EX_CURL_LINE_SIZE];

    for (uint8_t i = 0; i < f->n_evidence; i++)
        if (ex_curl_line(line, r, &f->evidence[i], user_agent)[0])
            return ex_json_text(line);
    return json_null();
}

static json_t *finding(const struct ex_result *r, const struct ex_finding *f,
                       const char *user_agent)
{
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "id", json_string(f->id));
    ex_json_set(&j, "rule", json_string(f->rule->id));
    ex_json_set(&j, "subject", ex_json_text(f->subject));
    ex_json_set(&j, "severity", json_string(ex_severity_str(f->severity)));
    ex_json_set(&j, "confidence", json_string(ex_confidence_str(f->confidence)));
    ex_json_set(&j, "title", ex_json_text(f->title));
    ex_json_set(&j, "evidence", all_evidence(f));
    ex_json_set(&j, "curl", curl(r, f, user_agent));
    ex_json_set(&j, "action", ex_json_text(f->action));
    ex_json_set(&j, "remediation", ex_json_text(f->remediation));
    ex_json_set(&j, "references", references(f->rule->references));
    return ex_json_done(&j);
}

json_t *ex_json_findings(const struct ex_result *r, const struct ex_findings *f,
                         const char *user_agent)
{
    struct ex_json j = ex_json_array();

    for (uint8_t i = 0; i < f->n; i++)
        ex_json_push(&j, finding(r, &f->at[i], user_agent));
    return ex_json_done(&j);
}
