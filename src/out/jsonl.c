// SPDX-License-Identifier: MIT
#include "out/json_parts.h"

static void data(struct ex_json *j, const struct ex_data_info *info)
{
    ex_json_object(j, "data");
    ex_json_text(j, "date", info->date);
    ex_json_text(j, "sha256", info->sha256);
    ex_json_text_or_null(j, "kev_date", info->kev_date);
    ex_json_text_or_null(j, "newest_update", info->newest_update);
    ex_json_text_or_null(j, "not_covered", info->not_covered);
    ex_json_text(j, "origin", ex_data_origin_str(info->origin));
    ex_json_int_if(j, "serial", info->serial > 0, info->serial);
    ex_json_close(j);
}

static void files(struct ex_json *j, const struct ex_own_files *f)
{
    ex_json_object(j, "files");
    ex_json_text_or_null(j, "rules", f->rules);
    ex_json_text_or_null(j, "known_good", f->known_good);
    ex_json_text_or_null(j, "paths", f->paths);
    ex_json_text_or_null(j, "cacert", f->cacert);
    ex_json_text_or_null(j, "scope", f->scope);
    ex_json_text_or_null(j, "exclude", f->exclude);
    ex_json_close(j);
}

const char *ex_jsonl_run(struct ex_json *j, const struct ex_run_info *info,
                         const struct ex_catalog *cat, size_t *n)
{
    ex_json_begin(j);
    ex_json_text(j, "type", "run");
    ex_json_text(j, "schema", EX_SCHEMA);
    ex_json_text(j, "run_id", info->run_id);
    ex_json_text(j, "version", info->version);
    data(j, &cat->info);
    ex_json_day(j, "as_of", info->as_of);
    ex_json_time_ms(j, "started", info->started_unix_ms);
    ex_json_text(j, "shard", info->shard);
    /* Lists are streamed: how much there was is known at the end. */
    ex_json_null(j, "targets");
    ex_json_null(j, "bad_lines");
    ex_json_text_or_null(j, "contact", info->contact);
    ex_json_bool(j, "deep", info->deep);
    ex_json_bool(j, "ntlm_info", info->ntlm_info);
    ex_json_bool(j, "fingerprint_only", info->fingerprint_only);
    ex_json_bool(j, "backdoor", info->backdoor);
    ex_json_bool(j, "own_paths", info->own_paths);
    ex_json_bool(j, "ipv4_only", info->ipv4_only);
    ex_json_bool(j, "ipv6_only", info->ipv6_only);
    ex_json_bool(j, "one_address", info->one_address);
    files(j, &info->files);
    return ex_json_end(j, n);
}

static void states(struct ex_json *j, const struct ex_totals *t)
{
    ex_json_object(j, "states");
    for (int i = 0; i < EX_N_STATES; i++)
        ex_json_int(j, ex_state_str((enum ex_state)i), (int64_t)t->states[i]);
    ex_json_close(j);
}

static void severities(struct ex_json *j, const struct ex_totals *t)
{
    ex_json_object(j, "severities");
    for (int i = EX_N_SEVERITIES; i-- > 0;)
        ex_json_int(j, ex_severity_str((enum ex_severity)i), (int64_t)t->severities[i]);
    ex_json_close(j);
}

/* Cut, not rounded: 0.99999 must not read as 1. */
static void coverage(struct ex_json *j, const struct ex_totals *t)
{
    ex_json_ratio(j, "coverage", (unsigned)(ex_totals_coverage(t) * EX_JSON_RATIO_ONE));
}

/* Whoever cuts lines off the log, or writes a new one, does not have this. */
static void request_log(struct ex_json *j, const struct ex_link *last)
{
    if (last->n == 0)
        return;
    ex_json_object(j, "request_log");
    ex_json_int(j, "lines", (int64_t)last->n);
    ex_json_text(j, "sha256", last->before);
    ex_json_close(j);
}

const char *ex_jsonl_end(struct ex_json *j, const struct ex_totals *t, size_t *n)
{
    ex_json_begin(j);
    ex_json_text(j, "type", "end");
    states(j, t);
    severities(j, t);
    ex_json_int(j, "targets", (int64_t)t->targets);
    ex_json_int(j, "hosts", (int64_t)t->hosts);
    ex_json_int(j, "bad_lines", (int64_t)t->bad_lines);
    ex_json_int(j, "duplicates", (int64_t)t->duplicates);
    ex_json_int(j, "requests", (int64_t)t->requests);
    ex_json_int(j, "bytes", (int64_t)t->bytes);
    coverage(j, t);
    ex_json_bool(j, "interrupted", t->interrupted);
    ex_json_bool(j, "list_finished", t->list_finished);
    ex_json_int(j, "duration_ms", t->duration_ms);
    request_log(j, &t->request_log);
    return ex_json_end(j, n);
}

double ex_totals_coverage(const struct ex_totals *t)
{
    const uint64_t left_out = t->states[EX_STATE_OUT_OF_SCOPE] + t->states[EX_STATE_OPTED_OUT];

    return t->hosts > left_out
               ? (double)t->states[EX_STATE_ANSWERED] / (double)(t->hosts - left_out)
               : 0.0;
}
