// SPDX-License-Identifier: MIT
#include "cmd/tally.h"

#include <string.h>

#include "cmd/memory.h"
#include "net/clock.h"

static void put_line(struct ex_scan *s, const char *line, size_t n)
{
    if (line)
        ex_sink_put(&s->sink, line, n);
    else
        s->engine_status = EX_ENOMEM;
}

static void count(struct ex_loop *l, const struct ex_result *r)
{
    l->totals.hosts++;
    l->totals.states[r->state]++;
    l->totals.severities[l->findings.severity]++;
    l->totals.requests += r->requests;
    l->totals.bytes += r->bytes;
}

static void add_up(struct ex_scan *s)
{
    for (unsigned i = 0; i < s->n_loops; i++) {
        const struct ex_totals *t = &s->loops[i].totals;

        s->failed_on |= s->loops[i].failed_on;
        s->totals.hosts += t->hosts;
        s->totals.requests += t->requests;
        s->totals.bytes += t->bytes;
        for (size_t k = 0; k < EX_N_STATES; k++)
            s->totals.states[k] += t->states[k];
        for (size_t k = 0; k < EX_N_SEVERITIES; k++)
            s->totals.severities[k] += t->severities[k];
    }
}

/* Memory was refused to a library: what it then said may be our failure and not the host's,
 * so nothing is said of this host, nor of any other from now on. */
static void distrust(struct ex_scan *s, struct ex_result *r)
{
    *r = (struct ex_result){ .target = r->target,
                             .has_address = r->has_address,
                             .address = r->address,
                             .state = EX_STATE_INTERNAL_ERROR,
                             .started_unix_ms = r->started_unix_ms,
                             .duration_ms = r->duration_ms,
                             .requests = r->requests,
                             .bytes = r->bytes,
                             .fingerprint = { .present = EX_PRESENT_MAYBE } };
    ex_span_copy(r->detail, sizeof(r->detail), ex_span_str("out of memory"));
    s->engine_status = EX_ENOMEM;
    for (unsigned i = 0; i < s->n_loops; i++)
        ex_engine_stop_at_once(s->loops[i].engine);
}

void ex_tally_result(struct ex_result *r, void *arg)
{
    struct ex_loop *l = arg;
    struct ex_scan *s = l->scan;
    size_t n = 0;

    if (ex_memory_ran_out())
        distrust(s, r);
    if (!s->inspection.wanted)
        r->not_hunted = EX_BDR_SWITCHED_OFF;
    else if (!r->backdoor)
        ex_hunt_wanted(r, &r->not_hunted);
    ex_verdict(s->cat, &r->fingerprint, s->today, &r->verdict);
    ex_findings_of(r, s->cat, &l->findings);
    count(l, r);
    l->failed_on |= ex_threshold_reached(&s->threshold, &l->findings);
    const char *line = ex_jsonl_host(&l->json, r, &l->findings, s->cat, s->user_agent, &n);
    put_line(s, line, n);
    ex_control_count(&s->control, r->state, r->fingerprint.present == EX_PRESENT_YES);
    if (s->log.verbose) {
        char host[EX_TARGET_TEXT];
        ex_log_line(&s->log, "%s: %s, %s", ex_target_format(host, &r->target),
                    ex_state_str(r->state), ex_patch_str(r->verdict.patch));
    }
}

struct ex_run_info ex_tally_run_info(const struct ex_scan *s)
{
    struct ex_run_info info = { .version = EXPROBE_VERSION,
                                .started_unix_ms = s->started_unix_ms,
                                .shard = "1/1",
                                .as_of = s->today,
                                .contact = s->cfg->contact ? s->cfg->contact : "",
                                .deep = s->cfg->deep,
                                .ntlm_info = s->cfg->ntlm_info,
                                .fingerprint_only = s->cfg->fingerprint_only,
                                .backdoor = s->inspection.wanted,
                                .own_paths = s->inspection.own != NULL,
                                .ipv4_only = s->cfg->ipv4,
                                .ipv6_only = s->cfg->ipv6,
                                .one_address = s->cfg->one_address,
                                .files = s->inspection.files };

    ex_span_copy(info.files.cacert, sizeof(info.files.cacert),
                 ex_span_str(ex_trust_sha256(s->trust)));
    memcpy(info.files.scope, s->scope_files.scope, sizeof(info.files.scope));
    memcpy(info.files.exclude, s->scope_files.exclude, sizeof(info.files.exclude));
    return info;
}

void ex_tally_begin(struct ex_scan *s)
{
    struct ex_run_info info = ex_tally_run_info(s);
    struct ex_json j = { 0 };
    size_t n = 0;

    if (s->resume.done) {
        s->totals = s->resume.totals;
        s->failed_on = s->resume.failed_on;
        return;
    }
    memcpy(info.run_id, s->run_id, sizeof(info.run_id));
    const char *line = ex_jsonl_run(&j, &info, s->cat, &n);
    put_line(s, line, n);
    ex_json_free(&j);
}

/* The end record is the proof that the run is whole: it is only written after
 * every target read has its host record and nothing failed on the way. */
void ex_tally_end(struct ex_scan *s)
{
    struct ex_json j = { 0 };
    size_t n = 0;

    /* A resumed run lasts from its first beginning on, unless the clock was set back since. */
    const int64_t spent_ms = (int64_t)(uv_hrtime() / 1000000 - s->started_ms);
    const int64_t begun_ms = s->resume.started_unix_ms;
    const int64_t since_ms = begun_ms ? ex_unix_ms() - begun_ms : 0;

    add_up(s);
    s->totals.targets = s->feed.counts.targets;
    if (s->resume.done)
        s->totals.targets += ex_done_left_over(s->resume.done);
    s->totals.bad_lines = s->feed.counts.bad_lines;
    s->totals.duplicates = s->feed.counts.duplicates;
    s->totals.interrupted = s->interrupted;
    s->totals.list_finished = s->feed.counts.complete;
    s->totals.duration_ms = since_ms > spent_ms ? since_ms : spent_ms;
    if (s->requests && s->engine_status == EX_OK)
        s->totals.request_log = ex_request_log_last(s->requests);
    if (s->feed.status != EX_OK || s->engine_status != EX_OK || ex_sink_error(&s->sink) != 0 ||
        (s->feed.counts.targets == 0 && !s->interrupted))
        return;
    const char *line = ex_jsonl_end(&j, &s->totals, &n);
    put_line(s, line, n);
    ex_json_free(&j);
}
