// SPDX-License-Identifier: MIT
/*
 * Documents of the Elastic Common Schema (8.11), one a line: one for every host, so that none goes
 * missing, and one for every finding. With earlier sweeps given, vulnerability.status says open,
 * reopened, fixed or unknown; without, every finding is open.
 */
#include <stdlib.h>

#include "core/put.h"
#include "out/json.h"
#include "report/report.h"

enum { URL_SIZE = 1024, CVES_MAX = 512 };

static const char ecs_version[] = "8.11.0";

/* "mail.example.com:8443" without its port; an IPv6 address without its brackets. */
static void put_host_name(struct ex_json *j, const char *key, const char *target)
{
    const char *end = target[0] == '[' ? strchr(target, ']') : strrchr(target, ':');
    const char *start = target[0] == '[' && end ? target + 1 : target;

    ex_json_span(
        j, key,
        (struct ex_span){ (const uint8_t *)start, end ? (size_t)(end - start) : strlen(start) });
}

static void put_host(struct ex_json *j, const char *target, const char *address)
{
    ex_json_object(j, "host");
    put_host_name(j, "name", target);
    if (address[0]) {
        ex_json_array(j, "ip");
        ex_json_text(j, NULL, address);
        ex_json_close(j);
    }
    ex_json_close(j);
}

static void put_url(struct ex_json *j, const char *target, const char *path)
{
    char url[URL_SIZE];
    struct ex_put w = ex_put_of(url, sizeof(url));

    ex_put_str(&w, "https://");
    ex_put_str(&w, target);
    ex_put_str(&w, path[0] == '/' ? path : "/");
    ex_json_object(j, "url");
    ex_json_text(j, "full", url);
    ex_json_text(j, "scheme", "https");
    ex_json_close(j);
}

static void put_labels(struct ex_json *j, const char *client, const char *tags)
{
    ex_json_object(j, "labels");
    ex_json_text(j, "client", client);
    if (tags[0])
        ex_json_text(j, "tags", tags);
    ex_json_close(j);
}

/* What every document begins with. */
static void begin(struct ex_json *j, const struct ex_report *r, const char *time,
                  const char *dataset)
{
    ex_json_begin(j);
    ex_json_text(j, "@timestamp", time);
    ex_json_object(j, "ecs");
    ex_json_text(j, "version", ecs_version);
    ex_json_close(j);
    ex_json_object(j, "observer");
    ex_json_text(j, "vendor", "exprobe");
    ex_json_text(j, "product", "exprobe");
    ex_json_text(j, "type", "scanner");
    ex_json_text(j, "version", r->version);
    ex_json_close(j);
    ex_json_object(j, "event");
    ex_json_text(j, "kind", "state");
    ex_json_text(j, "module", "exprobe");
    ex_json_text(j, "dataset", dataset);
}

static void put_category(struct ex_json *j, const char *category)
{
    ex_json_array(j, "category");
    ex_json_text(j, NULL, category);
    ex_json_close(j);
    ex_json_array(j, "type");
    ex_json_text(j, NULL, "info");
    ex_json_close(j);
}

static void put_service(struct ex_json *j, const struct ex_row *row)
{
    if (!row->present_known || row->present != EX_PRESENT_YES)
        return;
    ex_json_object(j, "service");
    ex_json_text(j, "type", "exchange");
    ex_json_text(j, "name", "Microsoft Exchange");
    ex_json_text(j, "version", row->build);
    ex_json_close(j);
}

static enum ex_status print_host(struct ex_json *j, FILE *to, const struct ex_report *r,
                                 const struct ex_row *row)
{
    const struct ex_run_seen *run = ex_results_run(r->sweep->results, row->run);
    const bool seen = ex_row_rank(row) != EX_RANK_UNSEEN;

    begin(j, r, row->started, "exprobe.host");
    put_category(j, "host");
    ex_json_text(j, "outcome", seen ? "success" : "failure");
    ex_json_int(j, "severity", seen ? (int64_t)row->severity : 0);
    ex_json_close(j);
    put_host(j, row->target, row->address);
    put_url(j, row->target, "/");
    put_service(j, row);
    put_labels(j, row->client, row->tags);
    ex_json_object(j, "exprobe");
    ex_json_text(j, "run_id", run->run_id);
    ex_json_bool(j, "run_complete", ex_run_is_complete(run));
    ex_json_text(j, "data_date", run->data_date);
    ex_json_text(j, "state", ex_state_str(row->state));
    if (seen) {
        ex_json_text(j, "severity", ex_severity_str(row->severity));
        ex_json_text(j, "exchange", ex_presence_str(row->present));
        ex_json_text(j, "version", row->version);
        ex_json_text(j, "precision", ex_precision_str(row->precision));
        ex_json_text(j, "updates", ex_patch_str(row->patch));
        ex_json_text(j, "support", ex_support_str(row->support));
        ex_json_text(j, "backdoor", ex_backdoor_str(row->backdoor));
        ex_json_text(j, "logon_page", ex_logon_str(row->logon));
    }
    ex_json_close(j);
    return ex_json_print(j, to);
}

/* The vulnerabilities behind "updates are missing": certain and presumed ones. */
static void put_cves(struct ex_json *j, const char *rule, const json_t *record)
{
    static const char *const lists[] = { "missing", "presumed" };
    const json_t *patch = json_object_get(record, "patch");

    if (strcmp(rule, "missing-updates") != 0)
        return;
    ex_json_text(j, "enumeration", "CVE");
    ex_json_array(j, "id");
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        const json_t *list = json_object_get(patch, lists[i]);

        for (size_t k = 0; k < json_array_size(list) && k < CVES_MAX; k++)
            if (json_is_string(json_array_get(list, k)))
                ex_json_text(j, NULL, json_string_value(json_array_get(list, k)));
    }
    ex_json_close(j);
}

/* Elastic's words for how bad it is. */
static const char *rating(enum ex_severity severity)
{
    static const char *const words[EX_N_SEVERITIES] = {
        [EX_SEV_NONE] = "None",     [EX_SEV_INFO] = "Informational", [EX_SEV_LOW] = "Low",
        [EX_SEV_MEDIUM] = "Medium", [EX_SEV_HIGH] = "High",          [EX_SEV_CRITICAL] = "Critical",
    };

    return words[severity];
}

static const char *status_of(enum ex_change change)
{
    switch (change) {
    case EX_CHANGE_BACK_AGAIN:
        return "reopened";
    case EX_CHANGE_FIXED:
        return "fixed";
    case EX_CHANGE_NOT_SEEN:
        return "unknown";
    default:
        return "open";
    }
}

/* A finding as the documents have it, from a record or from what changed. */
struct document {
    const char *time, *target, *address, *client, *tags;
    const char *id, *rule, *title;
    enum ex_severity severity;
    enum ex_change change;
    const struct ex_acceptance *accepted;
    const json_t *record, *finding; /* NULL: of an earlier sweep */
};

static void put_vulnerability(struct ex_json *j, const struct document *d)
{
    ex_json_object(j, "vulnerability");
    put_cves(j, d->rule, d->record);
    ex_json_text(j, "severity", rating(d->severity));
    ex_json_text(j, "description", d->title);
    ex_json_text(j, "status", status_of(d->change));
    ex_json_object(j, "scanner");
    ex_json_text(j, "vendor", "exprobe");
    ex_json_close(j);
    ex_json_close(j);
}

static enum ex_status print_finding(struct ex_json *j, FILE *to, const struct ex_report *r,
                                    const struct document *d)
{
    const json_t *evidence = json_object_get(d->finding, "evidence");

    begin(j, r, d->time, "exprobe.finding");
    put_category(j, "vulnerability");
    ex_json_text(j, "id", d->id);
    ex_json_int(j, "severity", (int64_t)d->severity);
    ex_json_close(j);
    ex_json_text(j, "message", d->title);
    put_host(j, d->target, d->address);
    put_url(j, d->target, ex_json_str(json_array_get(evidence, 0), "url"));
    put_vulnerability(j, d);
    ex_json_object(j, "rule");
    ex_json_text(j, "id", d->rule);
    ex_json_close(j);
    put_labels(j, d->client, d->tags);
    ex_json_object(j, "exprobe");
    ex_json_text(j, "change", ex_change_str(d->change));
    ex_json_bool(j, "accepted", d->accepted != NULL);
    if (d->accepted)
        ex_json_text(j, "accepted_reason", d->accepted->reason);
    ex_json_text(j, "confidence", ex_json_str(d->finding, "confidence"));
    ex_json_text(j, "remediation", ex_json_str(d->finding, "remediation"));
    ex_json_close(j);
    return ex_json_print(j, to);
}

static int by_target(const void *a, const void *b)
{
    const struct ex_changed_target *const *x = a, *const *y = b;

    return strcmp((*x)->target, (*y)->target);
}

/* The targets that changed, in the order of names, for looking them up. */
static const struct ex_changed_target **index_of(const struct ex_changes *c)
{
    const struct ex_changed_target **all = calloc(c && c->n ? c->n : 1, sizeof(*all));

    for (size_t i = 0; all && c && i < c->n; i++)
        all[i] = &c->at[i];
    if (all && c && c->n > 0)
        qsort(all, c->n, sizeof(*all), by_target);
    return all;
}

/* Without an earlier sweep nothing is new. */
static enum ex_change change_of(const struct ex_changes *c, const struct ex_changed_target **index,
                                const char *target, const char *id)
{
    const struct ex_changed_target key = { .target = target }, *wanted = &key;
    const struct ex_changed_target *const *hit =
        c && c->n ? bsearch(&wanted, index, c->n, sizeof(*index), by_target) : NULL;

    for (size_t i = 0; hit && i < (*hit)->n_findings; i++)
        if (strcmp((*hit)->findings[i].id, id) == 0)
            return (*hit)->findings[i].change;
    return EX_CHANGE_STILL_OPEN;
}

static enum ex_status print_findings(struct ex_json *j, FILE *to, const struct ex_report *r,
                                     const struct ex_changed_target **index,
                                     const struct ex_row *row, const json_t *record)
{
    const json_t *findings = json_object_get(record, "findings");
    enum ex_status st = EX_OK;

    for (size_t i = 0; i < row->n_findings && st == EX_OK; i++) {
        const struct ex_row_finding *f = &row->findings[i];
        const struct document d = { .time = row->started,
                                    .target = row->target,
                                    .address = row->address,
                                    .client = row->client,
                                    .tags = row->tags,
                                    .id = f->id,
                                    .rule = f->rule,
                                    .title = f->title,
                                    .severity = f->severity,
                                    .change = change_of(r->changes, index, row->target, f->id),
                                    .accepted = f->accepted,
                                    .record = record,
                                    .finding = json_array_get(findings, i) };

        st = print_finding(j, to, r, &d);
    }
    return st;
}

static enum ex_status print_row(struct ex_json *j, FILE *to, const struct ex_report *r,
                                const struct ex_changed_target **index, const struct ex_row *row,
                                struct ex_error *err)
{
    enum ex_status st = print_host(j, to, r, row);
    json_t *record;

    if (st != EX_OK || row->n_findings == 0)
        return st;
    st = ex_sweep_record(&record, r->sweep, row, err);
    if (st != EX_OK)
        return st;
    st = print_findings(j, to, r, index, row, record);
    json_decref(record);
    return st;
}

/* Findings that no record of this sweep has: fixed ones, and those that were not looked at. */
static enum ex_status print_gone(struct ex_json *j, FILE *to, const struct ex_report *r)
{
    char time[EX_TIME_TEXT];
    enum ex_status st = EX_OK;

    ex_time_format(time, r->made_unix_ms);
    for (size_t i = 0; r->changes && i < r->changes->n; i++) {
        const struct ex_changed_target *t = &r->changes->at[i];

        for (size_t k = 0; k < t->n_findings && st == EX_OK; k++) {
            const struct ex_changed_finding *f = &t->findings[k];
            const struct document d = { .time = time,
                                        .target = t->target,
                                        .address = "",
                                        .client = t->client,
                                        .tags = "",
                                        .id = f->id,
                                        .rule = f->rule,
                                        .title = f->title,
                                        .severity = f->severity,
                                        .change = f->change,
                                        .accepted = f->accepted };

            if (f->change == EX_CHANGE_FIXED || f->change == EX_CHANGE_NOT_SEEN)
                st = print_finding(j, to, r, &d);
        }
    }
    return st;
}

enum ex_status ex_ecs_report(FILE *to, const struct ex_report *r, struct ex_error *err)
{
    const struct ex_changed_target **index = index_of(r->changes);
    struct ex_json j = { 0 };
    enum ex_status st = index ? EX_OK : EX_ENOMEM;

    for (size_t i = 0; i < r->rows->n && st == EX_OK; i++)
        st = print_row(&j, to, r, index, r->rows->at[i], err);
    if (st == EX_OK)
        st = print_gone(&j, to, r);
    ex_json_free(&j);
    free(index);
    return st;
}
