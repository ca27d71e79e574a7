// SPDX-License-Identifier: MIT
/*
 * The parts of a scan and the threads they run in:
 *
 *   feed (reads lists) --> engines (a libuv loop each) --> sink (writes results)
 *                main: signals, progress, waiting, exit code
 *
 * tally.c, in an engine's thread, turns a result into verdict, findings and one
 * line; everything here is set-up and taking down in order.
 */
#include "cmd/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/loops.h"
#include "cmd/room.h"
#include "cmd/scope_files.h"
#include "cmd/tally.h"
#include "net/clock.h"

enum { LINES_SAID_MAX = 100 }; /* bad lines and notes that are printed */

/* In the reading thread. Every bad line is counted; a list of garbage must not
 * drown the rest of what is said. */
static void on_bad_line(const char *message, void *arg)
{
    struct ex_scan *s = arg;

    if (!s->log.quiet && s->n_lines_said++ < LINES_SAID_MAX)
        ex_log_line(&s->log, "%s%s", message,
                    s->n_lines_said == LINES_SAID_MAX ? " (more are only counted)" : "");
}

static void on_stop(void *arg)
{
    struct ex_scan *s = arg;

    atomic_store(&s->interrupted, true);
    ex_feed_stop(&s->feed);
    ex_loops_stop(s);
}

static enum ex_status open_inputs(struct ex_scan *s, struct ex_error *err)
{
    const struct ex_config *cfg = s->cfg;
    enum ex_status st = EX_OK;

    s->source_options = (struct ex_source_options){ .targets = cfg->operands.at,
                                                    .lists = cfg->lists.at,
                                                    .strict = cfg->strict,
                                                    .network_max = cfg->network_max,
                                                    .on_bad_line = on_bad_line,
                                                    .on_note = on_bad_line,
                                                    .arg = s };

    st = ex_scope_open(&s->scope, cfg, &s->scope_files, err);
    for (size_t i = 0; st == EX_OK && i < cfg->resolves.n; i++)
        st = ex_pins_add(&s->pins, cfg->resolves.at[i], err);
    if (st == EX_OK)
        st = ex_threshold_parse(&s->threshold, cfg->fail_on, s->cat, err);
    if (st == EX_OK)
        st = ex_agent_make(s->user_agent, cfg->user_agent, cfg->contact, err);
    if (st == EX_OK)
        st = ex_trust_new(&s->trust, cfg->ca_file, err);
    if (st == EX_OK)
        st = ex_inspection_open(&s->inspection, cfg, s->cat, s->n_wanted, err);
    if (st == EX_OK)
        st = ex_feed_init(&s->feed, &s->source_options, ex_loops_wake, s, err);
    return st;
}

static enum ex_exit exit_code(const struct ex_scan *s)
{
    const double coverage = ex_totals_coverage(&s->totals) * 100;

    if (s->interrupted)
        return EX_EXIT_AGAIN;
    if (s->failed_on)
        return EX_EXIT_FINDINGS;
    if (s->totals.states[EX_STATE_INTERNAL_ERROR] > 0 || coverage < s->cfg->min_coverage_pct)
        return EX_EXIT_INCOMPLETE;
    return EX_EXIT_OK;
}

/* What was read and never handed to the engine ends in a named state, too. */
static void interrupt_unbegun(struct ex_scan *s)
{
    struct ex_result r = { .state = EX_STATE_INTERRUPTED,
                           .fingerprint = { .present = EX_PRESENT_MAYBE },
                           .started_unix_ms = ex_unix_ms() };

    ex_span_copy(r.detail, sizeof(r.detail), ex_span_str("not started"));
    while (ex_loops_next_undone(s, &r.target) > 0)
        ex_tally_result(&r, &s->loops[0]);
}

/* A log that lacks a line breaks its promise, however well the scan went. */
static void end_request_log(struct ex_scan *s)
{
    const enum ex_status st =
        s->requests ? ex_request_log_end(s->requests, &s->requests_error) : EX_OK;

    if (st != EX_OK)
        s->engine_status = st;
    else if (s->requests && !s->cfg->quiet)
        ex_log_line(&s->log, "%s: %llu lines, the last one with SHA-256 %s", s->cfg->request_log,
                    (unsigned long long)ex_request_log_last(s->requests).n,
                    ex_request_log_last(s->requests).before);
}

/* Feed, engine and sink are made; run them until the end. */
static enum ex_status run(struct ex_scan *s, struct ex_error *err)
{
    enum ex_status st = ex_sink_start(&s->sink, s->output.fd, s->output.is_file, ex_loops_wake, s);

    if (st != EX_OK)
        return st;
    ex_tally_begin(s);
    st = ex_feed_start(&s->feed);
    if (st == EX_OK)
        st = ex_loops_run(s);
    if (st == EX_OK) {
        ex_feed_stop(&s->feed);
        ex_feed_join(&s->feed);
        interrupt_unbegun(s);
        if (s->engine_status == EX_OK)
            s->engine_status = s->resume.status;
        end_request_log(s);
        ex_tally_end(s);
    }
    const int write_error = ex_sink_close(&s->sink);
    if (st != EX_OK)
        return st;
    if (write_error == EPIPE)
        return ex_output_reader_gone();
    if (write_error != 0) {
        ex_error_set(err, "%s: cannot write: %s; %s", s->output.name, strerror(write_error),
                     s->output.is_file ? "what was written stays: make room, and run again with "
                                         "--resume"
                                       : "of what was written the last line may be torn");
        return EX_EOUTPUT;
    }
    st = ex_output_check(&s->output, err);
    if (st != EX_OK)
        return st;
    if (s->feed.status != EX_OK) {
        *err = s->feed.error;
        return s->feed.status;
    }
    if (s->engine_status == EX_ENOMEM)
        ex_error_set(err, "out of memory; the run is not complete: try a lower --concurrency");
    else if (s->requests_error.text[0])
        *err = s->requests_error;
    else if (s->resume.status != EX_OK)
        *err = s->resume.error;
    return s->engine_status;
}

static enum ex_status check_targets(const struct ex_scan *s, struct ex_error *err)
{
    const struct ex_source_counts *c = &s->feed.counts;

    if (c->targets > 0 || s->interrupted)
        return EX_OK;
    ex_error_set(err,
                 "no targets%s%.200s%s: %llu lines read, %llu of them bad; a line is a host name, "
                 "an address or a network",
                 s->cfg->lists.n > 0 ? " in " : "", s->cfg->lists.n > 0 ? s->cfg->lists.at[0] : "",
                 s->cfg->lists.n > 1 ? " and the other lists" : "", (unsigned long long)c->lines,
                 (unsigned long long)c->bad_lines);
    return EX_EINPUT;
}

/* Open the output, and read it when there is something to go on with. */
static enum ex_status open_output(struct ex_scan *s, struct ex_error *err)
{
    enum ex_status st;

    if (s->in) {
        s->output = (struct ex_output){ .fd = s->in->record_fd,
                                        .name = "the calling program",
                                        .borrowed = true };
        return EX_OK;
    }
    st = ex_output_open(&s->output, s->cfg, &s->log, err);
    if (st != EX_OK || !s->output.has_content)
        return st;
    const struct ex_run_info run = ex_tally_run_info(s);
    const struct ex_resume_want want = { .run = &run,
                                         .data = &s->cat->info,
                                         .as_of_given = s->cfg->as_of_day != EX_DAY_NONE,
                                         .threshold = &s->threshold };
    st = ex_resume_read(&s->resume, &s->output, &want, &s->log, err);
    if (st == EX_OK && s->resume.done)
        s->today = s->resume.as_of; /* one file is judged on one day */
    return st;
}

static bool is_done(const struct ex_target *t, void *arg)
{
    return ex_resume_is_done(arg, t, true);
}

/* A complete file lacks nothing, unless the lists have hosts today that it does not know. */
static enum ex_status check_complete(struct ex_scan *s, bool *lacks, struct ex_error *err)
{
    enum ex_status st = ex_feed_find(&s->feed, is_done, &s->resume, lacks, err);

    if (s->resume.status != EX_OK) {
        *err = s->resume.error;
        return s->resume.status;
    }
    if (st == EX_OK && *lacks)
        st = ex_resume_reopen(&s->resume, err);
    if (st == EX_OK && !s->cfg->quiet)
        ex_log_line(&s->log,
                    *lacks ? "%s: complete, with %llu hosts; the lists have more, and they follow"
                           : "%s: complete, with %llu hosts; nothing to do (--fresh scans them "
                             "again)",
                    s->output.name, (unsigned long long)s->resume.totals.hosts);
    return st;
}

/* Targets of the file may have gone from the lists. Nothing is wrong with that, but it may be a
 * mistake in the name of a list. */
static void say_left_over(struct ex_scan *s)
{
    const uint64_t n = s->resume.done ? ex_done_left_over(s->resume.done) : 0;

    if (n > 0 && s->feed.counts.complete && !s->cfg->quiet)
        ex_log_line(&s->log,
                    "%s: %llu of its targets are not in the lists any more; their records stay",
                    s->output.name, (unsigned long long)n);
}

static enum ex_status open_request_log(struct ex_scan *s, struct ex_error *err)
{
    const struct ex_request_run run = { .version = EXPROBE_VERSION,
                                        .run_id = s->run_id,
                                        .user_agent = s->user_agent,
                                        .proxy = s->cfg->proxy ? s->cfg->proxy : "",
                                        .scope = s->scope_files.scope,
                                        .exclude = s->scope_files.exclude,
                                        .n_opt_outs =
                                            ex_scope_count(s->scope, EX_SCOPE_OPTED_OUT) };

    return s->cfg->request_log ? ex_request_log_open(&s->requests, s->cfg->request_log, &run, err)
                               : EX_OK;
}

/* That nobody may be contacted is what an empty scope means, and hardly ever what was meant. */
static void say_scope(struct ex_scan *s)
{
    const int empty = ex_scope_empty(s->scope);

    if (empty >= 0)
        ex_log_line(&s->log, "%s: the scope is empty: nobody will be contacted",
                    s->cfg->scopes.at[empty]);
}

static enum ex_status scan_the_rest(struct ex_scan *s, struct ex_error *err)
{
    if (s->resume.done)
        memcpy(s->run_id, s->resume.run_id, sizeof(s->run_id));
    else
        ex_agent_run_id(s->run_id, s->started_unix_ms);
    say_scope(s);
    enum ex_status st = open_request_log(s, err);

    if (st == EX_OK)
        st = ex_loops_make(s, err);
    if (st == EX_OK)
        st = ex_control_init(&s->control, s->cfg, &s->log, ex_shared_counts(s->shared),
                             s->in ? s->in->stop_fd : -1, on_stop, s, err);
    if (st == EX_OK)
        st = ex_room_check(err);
    if (st == EX_OK)
        st = run(s, err);
    if (st == EX_OK)
        st = check_targets(s, err);
    if (st == EX_OK)
        st = ex_output_report(&s->output, s->cfg, err);
    return st;
}

enum ex_status ex_scan(const struct ex_config *cfg, const struct ex_catalog *cat,
                       const struct ex_embedding *in, enum ex_exit *code, struct ex_error *err)
{
    struct ex_scan *s = calloc(1, sizeof(*s));
    enum ex_status st;
    bool lacks = true;

    if (!s)
        return EX_ENOMEM;
    s->cfg = cfg;
    s->cat = cat;
    s->in = in;
    s->output.fd = -1;
    s->started_unix_ms = ex_unix_ms();
    s->started_ms = uv_hrtime() / 1000000;
    s->today =
        cfg->as_of_day != EX_DAY_NONE ? cfg->as_of_day : ex_day_of_unix_ms(s->started_unix_ms);
    ex_log_init(&s->log, cfg->quiet, cfg->verbose);
    if (in) {
        s->log.say = in->say;
        s->log.say_arg = in->arg;
    }
    const struct ex_room room = ex_room_for(
        cfg->concurrency, ex_loops_wanted(cfg, cfg->concurrency), cfg->lists.n, &s->log);
    s->concurrency = room.n_hosts;
    s->n_wanted = room.n_loops;
    s->late_max = room.n_late;
    st = open_inputs(s, err);
    if (st != EX_OK)
        goto out;
    st = open_output(s, err);
    if (st == EX_OK && s->resume.complete)
        st = check_complete(s, &lacks, err);
    if (st == EX_OK && lacks) {
        st = scan_the_rest(s, err);
    } else if (st == EX_OK) {
        ex_tally_begin(s);
        st = check_targets(s, err);
    }
    if (st == EX_OK) {
        say_left_over(s);
        *code = exit_code(s);
    }
    if (st == EX_OK && s->interrupted && s->output.is_file && !cfg->quiet)
        ex_log_line(&s->log, "%s: not complete; go on with --resume", s->output.name);
out:
    ex_feed_deinit(&s->feed); /* its thread wakes the engine */
    ex_control_deinit(&s->control);
    ex_output_close(&s->output);
    ex_loops_free(s);
    ex_inspection_close(&s->inspection);
    ex_trust_free(s->trust);
    ex_pins_free(&s->pins);
    ex_scope_free(s->scope);
    ex_request_log_free(s->requests);
    ex_resume_free(&s->resume);
    ex_log_deinit(&s->log);
    free(s);
    return st;
}
