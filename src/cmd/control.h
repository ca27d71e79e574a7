// SPDX-License-Identifier: MIT
#ifndef CMD_CONTROL_H
#define CMD_CONTROL_H

#include "cmd/config.h"
#include "cmd/log.h"
#include "net/engine.h"

/** What the main thread does while the engines run: signals and progress. */
struct ex_control {
    bool made;
    uv_loop_t loop;
    uv_signal_t on_int, on_term, on_hup;
    uv_poll_t on_word;
    bool embedded; /**< no signal is ours */
    uv_timer_t tick;
    uv_async_t quit;
    struct ex_log *log;
    const struct ex_shared_counts *counts;
    enum ex_progress progress;
    void (*stop)(void *arg);
    void *stop_arg;
    unsigned n_signals;
    uint64_t started_ms;
    _Atomic uint64_t done, answered, exchange;
};

/**
 * @stop_fd is -1: the process is ours, and signals end the scan; or a descriptor that can be read
 * from when another program wants it to end, to which all signals belong then.
 *
 * @stop is called once, at the first SIGINT, SIGTERM or SIGHUP; a second SIGINT or SIGTERM ends
 * the process at once with 128 + signal. A second SIGHUP does not: who closes a terminal sends
 * several, and systemd sends one right behind SIGTERM. Ignored (nohup), it stays ignored.
 * Returns: EX_OK, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_control_init(struct ex_control *c, const struct ex_config *cfg,
                                          struct ex_log *log, const struct ex_shared_counts *counts,
                                          int stop_fd, void (*stop)(void *arg), void *arg,
                                          struct ex_error *err);

/** Serve until ex_control_quit(). Afterwards signals have their default effect again. */
void ex_control_run(struct ex_control *c);

/** Any thread. */
void ex_control_quit(struct ex_control *c);

/** Count a finished host. Any thread. */
void ex_control_count(struct ex_control *c, enum ex_state state, bool is_exchange);

/** Nothing happens when it was never made. */
void ex_control_deinit(struct ex_control *c);

#endif
