// SPDX-License-Identifier: MIT
#ifndef CMD_TALLY_H
#define CMD_TALLY_H

#include "cmd/agent.h"
#include "cmd/control.h"
#include "cmd/feed.h"
#include "cmd/inspection.h"
#include "cmd/log.h"
#include "cmd/output.h"
#include "cmd/request_log.h"
#include "cmd/resume.h"
#include "cmd/scan.h"
#include "cmd/sink.h"
#include "cmd/threshold.h"
#include "input/pins.h"
#include "input/scope.h"
#include "net/engine.h"
#include "out/jsonl.h"

/** One engine in its thread, and what only that thread touches until it is joined. */
struct ex_loop {
    struct ex_scan *scan;
    struct ex_engine *engine;
    uv_thread_t thread;
    bool failed_on; /**< a finding reached --fail-on */
    struct ex_totals totals;
    struct ex_findings findings; /**< scratch of ex_tally_result(): large */
    struct ex_json json;         /**< the line of ex_tally_result() */
};

/** One scan: what scan.c sets up and tally.c counts. */
struct ex_scan {
    const struct ex_config *cfg;
    const struct ex_catalog *cat;
    const struct ex_embedding *in; /**< NULL: the process is ours */
    struct ex_log log;
    struct ex_source_options source_options;
    unsigned n_lines_said; /**< the reading thread */
    struct ex_feed feed;
    struct ex_sink sink;
    struct ex_shared *shared;
    struct ex_loop *loops;      /**< owned */
    unsigned n_loops, n_wanted; /**< loops that are made, and that are to be */
    uint32_t concurrency;       /**< hosts in flight in all of them */
    uint32_t late_max;          /**< more that only wait for their connection */
    _Atomic unsigned n_running;
    struct ex_pins pins;
    struct ex_scope *scope;          /**< owned: who may be contacted */
    struct ex_own_files scope_files; /**< its part of the run record */
    struct ex_inspection inspection;
    struct ex_trust_store *trust;
    struct ex_threshold threshold;
    struct ex_output output;
    struct ex_request_log *requests; /**< owned; NULL: nobody wants to know */
    struct ex_error requests_error;  /**< why it could not be written */
    struct ex_resume resume;
    uv_mutex_t resume_lock; /**< of resume, while the loops run */
    struct ex_control control;
    char user_agent[EX_AGENT_SIZE];
    char run_id[EX_RUN_ID_SIZE]; /**< that of the file, when one is gone on with */
    int32_t today;
    int64_t started_unix_ms;
    uint64_t started_ms;                  /**< monotonic */
    _Atomic enum ex_status engine_status; /**< what went wrong in any of the loops */
    _Atomic bool interrupted;
    bool failed_on; /**< in any of the loops; with totals, from ex_tally_end() on */
    struct ex_totals totals;
};

/** What the run record says, without an id. */
struct ex_run_info ex_tally_run_info(const struct ex_scan *s);

/** Write the run record; or, when a file is gone on with, count what it holds. */
void ex_tally_begin(struct ex_scan *s);

/** A finished host, in its engine's thread: judge it, count it, write its line. @arg is the
 *  struct ex_loop. */
void ex_tally_result(struct ex_result *r, void *arg);

/** Add the loops up and write the end record, if the run is whole. After their threads were
 *  joined. */
void ex_tally_end(struct ex_scan *s);

#endif
