// SPDX-License-Identifier: MIT
#include "out/jsonl.h"

#include <stdlib.h>

#include "out/json_parts.h"

enum { COVERAGE_DIGITS = 4 };

char *ex_json_line(json_t *record, size_t *n)
{
    char *text =
        record ? json_dumps(record, JSON_COMPACT | JSON_REAL_PRECISION(COVERAGE_DIGITS)) : NULL;
    const size_t length = text ? strlen(text) : 0;
    char *line = text ? realloc(text, length + 2) : NULL;

    json_decref(record);
    *n = 0;
    if (!line) {
        free(text);
        return NULL;
    }
    line[length] = '\n';
    line[length + 1] = '\0';
    *n = length + 1;
    return line;
}

static json_t *data(const struct ex_data_info *info)
{
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "date", ex_json_text(info->date));
    ex_json_set(&j, "sha256", ex_json_text(info->sha256));
    ex_json_set(&j, "kev_date", ex_json_text_or_null(info->kev_date));
    ex_json_set(&j, "newest_update", ex_json_text_or_null(info->newest_update));
    ex_json_set(&j, "not_covered", ex_json_text_or_null(info->not_covered));
    return ex_json_done(&j);
}

static json_t *files(const struct ex_own_files *f)
{
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "rules", ex_json_text_or_null(f->rules));
    ex_json_set(&j, "known_good", ex_json_text_or_null(f->known_good));
    ex_json_set(&j, "paths", ex_json_text_or_null(f->paths));
    ex_json_set(&j, "cacert", ex_json_text_or_null(f->cacert));
    return ex_json_done(&j);
}

static json_t *day(int32_t at)
{
    char text[EX_DAY_TEXT];

    return at == EX_DAY_NONE ? json_null() : json_string(ex_day_format(text, at));
}

char *ex_jsonl_run(const struct ex_run_info *info, const struct ex_catalog *cat, size_t *n)
{
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "type", json_string("run"));
    ex_json_set(&j, "schema", json_string(EX_SCHEMA));
    ex_json_set(&j, "run_id", ex_json_text(info->run_id));
    ex_json_set(&j, "version", ex_json_text(info->version));
    ex_json_set(&j, "data", data(&cat->info));
    ex_json_set(&j, "as_of", day(info->as_of));
    ex_json_set(&j, "started", ex_json_time_ms(info->started_unix_ms));
    ex_json_set(&j, "shard", ex_json_text(info->shard));
    /* Lists are streamed: how much there was is known at the end. */
    ex_json_set(&j, "targets", json_null());
    ex_json_set(&j, "bad_lines", json_null());
    ex_json_set(&j, "contact", ex_json_text_or_null(info->contact));
    ex_json_set(&j, "deep", json_boolean(info->deep));
    ex_json_set(&j, "ntlm_info", json_boolean(info->ntlm_info));
    ex_json_set(&j, "fingerprint_only", json_boolean(info->fingerprint_only));
    ex_json_set(&j, "backdoor", json_boolean(info->backdoor));
    ex_json_set(&j, "own_paths", json_boolean(info->own_paths));
    ex_json_set(&j, "ipv4_only", json_boolean(info->ipv4_only));
    ex_json_set(&j, "ipv6_only", json_boolean(info->ipv6_only));
    ex_json_set(&j, "one_address", json_boolean(info->one_address));
    ex_json_set(&j, "files", files(&info->files));
    return ex_json_line(ex_json_done(&j), n);
}

static json_t *states(const struct ex_totals *t)
{
    struct ex_json j = ex_json_object();

    for (int i = 0; i < EX_N_STATES; i++)
        ex_json_set(&j, ex_state_str((enum ex_state)i), json_integer((json_int_t)t->states[i]));
    return ex_json_done(&j);
}

static json_t *severities(const struct ex_totals *t)
{
    struct ex_json j = ex_json_object();

    for (int i = EX_N_SEVERITIES; i-- > 0;)
        ex_json_set(&j, ex_severity_str((enum ex_severity)i),
                    json_integer((json_int_t)t->severities[i]));
    return ex_json_done(&j);
}

/* Cut, not rounded: 0.99999 must not read as 1. */
static json_t *coverage(const struct ex_totals *t)
{
    const double scale = 1e4;

    return json_real((double)(uint64_t)(ex_totals_coverage(t) * scale) / scale);
}

char *ex_jsonl_end(const struct ex_totals *t, size_t *n)
{
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "type", json_string("end"));
    ex_json_set(&j, "states", states(t));
    ex_json_set(&j, "severities", severities(t));
    ex_json_set(&j, "targets", json_integer((json_int_t)t->targets));
    ex_json_set(&j, "hosts", json_integer((json_int_t)t->hosts));
    ex_json_set(&j, "bad_lines", json_integer((json_int_t)t->bad_lines));
    ex_json_set(&j, "duplicates", json_integer((json_int_t)t->duplicates));
    ex_json_set(&j, "requests", json_integer((json_int_t)t->requests));
    ex_json_set(&j, "bytes", json_integer((json_int_t)t->bytes));
    ex_json_set(&j, "coverage", coverage(t));
    ex_json_set(&j, "interrupted", json_boolean(t->interrupted));
    ex_json_set(&j, "list_finished", json_boolean(t->list_finished));
    ex_json_set(&j, "duration_ms", json_integer(t->duration_ms));
    return ex_json_line(ex_json_done(&j), n);
}

double ex_totals_coverage(const struct ex_totals *t)
{
    const uint64_t done = t->states[EX_STATE_ANSWERED] + t->states[EX_STATE_OUT_OF_SCOPE] +
                          t->states[EX_STATE_OPTED_OUT];

    return t->hosts ? (double)done / (double)t->hosts : 0.0;
}
