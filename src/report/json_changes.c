// SPDX-License-Identifier: MIT
#include "out/json.h"
#include "report/report.h"

static void finding(struct ex_json *j, const struct ex_changed_finding *f)
{
    ex_json_object(j, NULL);
    ex_json_text(j, "id", f->id);
    ex_json_text(j, "change", ex_change_str(f->change));
    ex_json_text(j, "rule", f->rule);
    ex_json_text(j, "subject", f->subject);
    ex_json_text(j, "severity", ex_severity_str(f->severity));
    ex_json_text_or_null(j, "severity_before",
                         f->change == EX_CHANGE_NEW ? "" : ex_severity_str(f->before));
    ex_json_text(j, "title", f->title);
    ex_json_text_or_null(j, "since", f->since);
    ex_json_text_or_null(j, "why", f->why);
    ex_json_text_or_null(j, "accepted_by", f->accepted ? f->accepted->by : "");
    ex_json_text_or_null(j, "accepted_reason", f->accepted ? f->accepted->reason : "");
    ex_json_close(j);
}

static void target(struct ex_json *j, const struct ex_changed_target *t)
{
    ex_json_object(j, NULL);
    ex_json_text(j, "target", t->target);
    ex_json_text(j, "client", t->client);
    ex_json_text(j, "fate", ex_fate_str(t->fate));
    ex_json_text_or_null(j, "detail", t->detail);
    ex_json_text_or_null(j, "last_examined", t->last_seen);
    ex_json_text(j, "severity", ex_severity_str(t->severity));
    ex_json_text(j, "severity_before", ex_severity_str(t->before));
    ex_json_text_or_null(j, "build", t->build);
    ex_json_text_or_null(j, "build_before", t->build_before);
    ex_json_bool(j, "build_changed", t->build_changed);
    ex_json_bool(j, "logon_page_changed", t->page_changed);
    ex_json_array(j, "findings");
    for (size_t i = 0; i < t->n_findings; i++)
        finding(j, &t->findings[i]);
    ex_json_close(j);
    ex_json_close(j);
}

static void counts(struct ex_json *j, const struct ex_changes *c)
{
    ex_json_object(j, "findings");
    for (int i = 0; i < EX_N_CHANGES; i++)
        ex_json_int(j, ex_change_str((enum ex_change)i), (int64_t)c->changes[i]);
    ex_json_close(j);
    ex_json_object(j, "targets");
    for (int i = 0; i < EX_N_FATES; i++)
        ex_json_int(j, ex_fate_str((enum ex_fate)i), (int64_t)c->fates[i]);
    ex_json_close(j);
    ex_json_int(j, "builds_changed", (int64_t)c->builds_changed);
    ex_json_int(j, "logon_pages_changed", (int64_t)c->pages_changed);
}

enum ex_status ex_json_changes_report(FILE *to, const struct ex_report *r, struct ex_error *err)
{
    const struct ex_changes *c = r->changes;
    struct ex_json j = { 0 };
    (void)err;

    ex_json_begin(&j);
    ex_json_text(&j, "type", "diff");
    ex_json_text(&j, "schema", EX_DIFF_SCHEMA);
    ex_json_text_or_null(&j, "from", c->from);
    ex_json_text_or_null(&j, "to", c->to);
    ex_json_int(&j, "earlier_runs", (int64_t)c->n_earlier);
    ex_json_bool(&j, "earlier_complete", c->earlier_complete);
    ex_json_bool(&j, "complete", c->complete);
    ex_json_bool(&j, "changed", c->changed);
    ex_json_bool(&j, "worse", c->worse);
    ex_json_object(&j, "counts");
    counts(&j, c);
    ex_json_close(&j);
    ex_json_array(&j, "changes");
    for (size_t i = 0; i < c->n; i++) {
        target(&j, &c->at[i]);
        ex_json_flush(&j, to);
    }
    ex_json_close(&j);
    return ex_json_print(&j, to);
}
