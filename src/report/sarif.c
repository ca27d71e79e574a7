// SPDX-License-Identifier: MIT
/*
 * SARIF 2.1.0 (OASIS), within what GitHub's code scanning accepts: a result needs a location whose
 * URI is relative, so a target becomes the file targets/HOST; the true address is a logical
 * location and a web request. Without findings the list of results is there and empty (3.14.23).
 */
#include <stdlib.h>

#include "core/put.h"
#include "out/json.h"
#include "report/report.h"

enum { URI_SIZE = 1024, TEXT_SIZE = 4096, RULES_MAX = 512 };

/* Rules in the order of their index: those of the knowledge, then those that only the files have.
 */
struct rules {
    const char *id[RULES_MAX];
    enum ex_severity worst[RULES_MAX];
    size_t n;
};

static size_t find_rule(const struct rules *all, const char *id)
{
    size_t i = 0;

    while (i < all->n && strcmp(all->id[i], id) != 0)
        i++;
    return i;
}

static void note_rule(struct rules *all, const char *id, enum ex_severity severity)
{
    const size_t i = find_rule(all, id);

    if (i == RULES_MAX)
        return;
    if (i == all->n) {
        all->id[all->n++] = id;
        all->worst[i] = EX_SEV_NONE;
    }
    if (severity > all->worst[i])
        all->worst[i] = severity;
}

/* A rule counts as bad as its worst finding here; without any, as its table says. */
static void collect_rules(struct rules *all, const struct ex_report *r)
{
    all->n = 0;
    for (size_t i = 0; r->cat && i < r->cat->n_rules; i++)
        note_rule(all, r->cat->rules[i].id, EX_SEV_NONE);
    for (size_t i = 0; i < r->rows->n; i++)
        for (size_t k = 0; k < r->rows->at[i]->n_findings; k++)
            note_rule(all, r->rows->at[i]->findings[k].rule, r->rows->at[i]->findings[k].severity);
    for (size_t i = 0; i < all->n; i++) {
        const struct ex_rule_row *row = r->cat ? ex_catalog_rule(r->cat, all->id[i]) : NULL;

        if (all->worst[i] == EX_SEV_NONE && row)
            all->worst[i] = row->severity;
    }
}

static const char *level_of(enum ex_severity severity)
{
    return severity >= EX_SEV_HIGH ? "error" : severity == EX_SEV_MEDIUM ? "warning" : "note";
}

/* A number as GitHub ranks it: above 9 critical, from 7 high, from 4 medium, above 0 low. */
static const char *score_of(enum ex_severity severity)
{
    static const char *const scores[EX_N_SEVERITIES] = {
        [EX_SEV_NONE] = "0.0",   [EX_SEV_INFO] = "0.0", [EX_SEV_LOW] = "3.0",
        [EX_SEV_MEDIUM] = "5.5", [EX_SEV_HIGH] = "8.0", [EX_SEV_CRITICAL] = "9.5",
    };

    return scores[severity];
}

static void message(struct ex_json *j, const char *key, const char *text)
{
    ex_json_object(j, key);
    ex_json_text(j, "text", text);
    ex_json_close(j);
}

/* "missing-updates" as the identifier that a reader of SARIF wants: "MissingUpdates". */
static void put_name(struct ex_json *j, const char *id)
{
    char name[128];
    struct ex_put w = ex_put_of(name, sizeof(name));
    bool first = true;

    if (!strchr(id, '-')) /* it would only repeat the id, which readers do not want */
        return;
    for (; *id; id++) {
        if (*id == '-') {
            first = true;
            continue;
        }
        ex_put_ch(&w, first && *id >= 'a' && *id <= 'z' ? (char)(*id - 'a' + 'A') : *id);
        first = false;
    }
    ex_json_text(j, "name", name);
}

/* A rule's text with NAME in place of "{name}", which only a finding can fill. */
static void general_message(struct ex_json *j, const char *key, const char *text)
{
    char plain[TEXT_SIZE];
    struct ex_put w = ex_put_of(plain, sizeof(plain));
    bool inside = false;

    for (; *text; text++) {
        if (*text == '{' || *text == '}')
            inside = *text == '{';
        else
            ex_put_ch(&w,
                      inside && *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text);
    }
    message(j, key, plain);
}

static void rule(struct ex_json *j, const struct ex_report *r, const char *id,
                 enum ex_severity worst)
{
    const struct ex_rule_row *row = r->cat ? ex_catalog_rule(r->cat, id) : NULL;

    ex_json_object(j, NULL);
    ex_json_text(j, "id", id);
    put_name(j, id);
    general_message(j, "shortDescription", row ? row->title : id);
    general_message(j, "fullDescription", row ? row->title : id);
    general_message(j, "help", row ? row->remediation : id);
    if (row && row->references && row->references[0])
        ex_json_text(j, "helpUri", row->references[0]);
    ex_json_object(j, "defaultConfiguration");
    ex_json_text(j, "level", level_of(worst));
    ex_json_close(j);
    ex_json_object(j, "properties");
    ex_json_text(j, "security-severity", score_of(worst));
    ex_json_array(j, "tags");
    ex_json_text(j, NULL, "security");
    ex_json_close(j);
    ex_json_close(j);
    ex_json_close(j);
}

static void driver(struct ex_json *j, const struct ex_report *r, const struct rules *rules)
{
    ex_json_object(j, "tool");
    ex_json_object(j, "driver");
    ex_json_text(j, "name", "exprobe");
    ex_json_text(j, "version", r->version);
    ex_json_text(j, "semanticVersion", r->version);
    ex_json_array(j, "rules");
    for (size_t i = 0; i < rules->n; i++)
        rule(j, r, rules->id[i], rules->worst[i]);
    ex_json_close(j);
    ex_json_close(j);
    ex_json_close(j);
}

/* Whoever reads this file must see that hosts may be missing. */
static void invocations(struct ex_json *j, const struct ex_report *r)
{
    const bool complete = ex_sweep_is_complete(r->sweep);

    ex_json_array(j, "invocations");
    ex_json_object(j, NULL);
    ex_json_bool(j, "executionSuccessful", complete);
    if (!complete) {
        ex_json_array(j, "toolExecutionNotifications");
        ex_json_object(j, NULL);
        ex_json_text(j, "level", "error");
        message(j, "message", "The sweep is incomplete: hosts may be missing.");
        ex_json_close(j);
        ex_json_close(j);
    }
    ex_json_close(j);
    ex_json_close(j);
}

/* RFC 3986: what is not unreserved is percent-encoded. */
static void put_encoded(struct ex_put *w, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";

    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            strchr("-._~", c)) {
            ex_put_ch(w, (char)c);
        } else if (w->left >= sizeof("%00") - 1) { /* no half of it */
            ex_put_ch(w, '%');
            ex_put_ch(w, hex[c >> 4]);
            ex_put_ch(w, hex[c & 15]);
        }
    }
}

/* Path of the request that showed the finding, "" none. */
static const char *path_of(const json_t *finding)
{
    const json_t *evidence = json_object_get(finding, "evidence");

    for (size_t i = 0; i < json_array_size(evidence); i++) {
        const char *url = ex_json_str(json_array_get(evidence, i), "url");

        if (url[0] == '/')
            return url;
    }
    return "";
}

static void location(struct ex_json *j, const struct ex_row *row, const char *path)
{
    char text[URI_SIZE];
    struct ex_put w = ex_put_of(text, sizeof(text));

    ex_put_str(&w, "targets/");
    put_encoded(&w, row->target);
    ex_json_array(j, "locations");
    ex_json_object(j, NULL);
    ex_json_object(j, "physicalLocation");
    ex_json_object(j, "artifactLocation");
    ex_json_text(j, "uri", text);
    ex_json_close(j);
    ex_json_object(j, "region");
    ex_json_int(j, "startLine", 1);
    ex_json_close(j);
    ex_json_close(j);
    w = ex_put_of(text, sizeof(text));
    ex_put_str(&w, row->target);
    ex_put_str(&w, path);
    ex_json_array(j, "logicalLocations");
    ex_json_object(j, NULL);
    ex_json_text(j, "fullyQualifiedName", text);
    ex_json_text(j, "kind", "resource");
    ex_json_close(j);
    ex_json_close(j);
    ex_json_close(j);
    ex_json_close(j);
}

static void web_request(struct ex_json *j, const struct ex_row *row, const char *path)
{
    char text[URI_SIZE];
    struct ex_put w = ex_put_of(text, sizeof(text));

    if (!path[0])
        return;
    ex_put_str(&w, "https://");
    ex_put_str(&w, row->target);
    ex_put_str(&w, path);
    ex_json_object(j, "webRequest");
    ex_json_text(j, "protocol", "HTTP");
    ex_json_text(j, "version", "1.1");
    ex_json_text(j, "method", "GET");
    ex_json_text(j, "target", text);
    ex_json_close(j);
}

static void suppressions(struct ex_json *j, const struct ex_acceptance *a)
{
    char text[URI_SIZE];
    struct ex_put w = ex_put_of(text, sizeof(text));

    if (!a)
        return;
    ex_put_str(&w, a->reason);
    ex_put_str(&w, " (");
    ex_put_str(&w, a->by);
    ex_put_str(&w, ")");
    ex_json_array(j, "suppressions");
    ex_json_object(j, NULL);
    ex_json_text(j, "kind", "external");
    ex_json_text(j, "status", "accepted");
    ex_json_text(j, "justification", text);
    ex_json_close(j);
    ex_json_close(j);
}

static void result(struct ex_json *j, const struct rules *rules, const struct ex_row *row,
                   const struct ex_row_finding *f, const json_t *finding)
{
    const char *path = path_of(finding);
    char line_hash[EX_ROW_ID_SIZE + 2];

    snprintf(line_hash, sizeof(line_hash), "%s:1", f->id);
    ex_json_object(j, NULL);
    ex_json_text(j, "ruleId", f->rule);
    if (find_rule(rules, f->rule) < rules->n)
        ex_json_int(j, "ruleIndex", (int64_t)find_rule(rules, f->rule));
    ex_json_text(j, "level", level_of(f->severity));
    message(j, "message", f->title[0] ? f->title : f->rule);
    location(j, row, path);
    ex_json_object(j, "partialFingerprints");
    ex_json_text(j, "exprobeId/v1", f->id);
    ex_json_text(j, "primaryLocationLineHash", line_hash); /* the only one that GitHub looks at */
    ex_json_close(j);
    web_request(j, row, path);
    suppressions(j, f->accepted);
    ex_json_object(j, "properties");
    ex_json_text(j, "target", row->target);
    ex_json_text_or_null(j, "address", row->address);
    ex_json_text_or_null(j, "client", row->client);
    ex_json_text(j, "severity", ex_severity_str(f->severity));
    ex_json_text(j, "confidence", ex_json_str(finding, "confidence"));
    ex_json_text(j, "build", row->build);
    ex_json_text(j, "remediation", ex_json_str(finding, "remediation"));
    ex_json_text(j, "curl", ex_json_str(finding, "curl"));
    ex_json_text(j, "scanned", row->started);
    ex_json_close(j);
    ex_json_close(j);
}

static enum ex_status results(struct ex_json *j, FILE *to, const struct ex_report *r,
                              const struct rules *rules, struct ex_error *err)
{
    for (size_t i = 0; i < r->rows->n; i++) {
        const struct ex_row *row = r->rows->at[i];
        json_t *record;
        enum ex_status st;

        if (row->n_findings == 0)
            continue;
        st = ex_sweep_record(&record, r->sweep, row, err);
        if (st != EX_OK)
            return st;
        for (size_t k = 0; k < row->n_findings; k++)
            result(j, rules, row, &row->findings[k],
                   json_array_get(json_object_get(record, "findings"), k));
        json_decref(record);
        ex_json_flush(j, to);
    }
    return EX_OK;
}

enum ex_status ex_sarif_report(FILE *to, const struct ex_report *r, struct ex_error *err)
{
    struct ex_json j = { 0 };
    struct rules rules;
    enum ex_status st;

    collect_rules(&rules, r);
    ex_json_begin(&j);
    ex_json_text(&j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    ex_json_text(&j, "version", "2.1.0");
    ex_json_array(&j, "runs");
    ex_json_object(&j, NULL);
    driver(&j, r, &rules);
    invocations(&j, r);
    ex_json_text(&j, "columnKind", "utf16CodeUnits");
    ex_json_array(&j, "results");
    st = results(&j, to, r, &rules, err);
    ex_json_close(&j);
    ex_json_close(&j);
    ex_json_close(&j);
    if (st == EX_OK)
        return ex_json_print(&j, to);
    ex_json_free(&j);
    return st;
}
