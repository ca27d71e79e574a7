// SPDX-License-Identifier: MIT
#include "cmd/control.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "out/json.h"

enum { TICK_TERMINAL_MS = 250, TICK_PLAIN_MS = 60000, TICK_JSON_MS = 10000 };

static void on_signal(uv_signal_t *handle, int signo)
{
    struct ex_control *c = handle->data;

    if (++c->n_signals > 1)
        _exit(128 + signo);
    ex_log_line(c->log, "stopping: what is in flight has 10 seconds; once more ends at once");
    c->stop(c->stop_arg);
}

static void on_hangup(uv_signal_t *handle, int signo)
{
    struct ex_control *c = handle->data;

    if (c->n_signals == 0)
        on_signal(handle, signo);
}

/* The program that we are a part of wants the scan to end. Once: the word is not taken out. */
static void on_word(uv_poll_t *handle, int status, int events)
{
    struct ex_control *c = handle->data;
    (void)status;
    (void)events;

    uv_poll_stop(handle);
    ex_log_line(c->log, "stopping: what is in flight has 10 seconds");
    c->stop(c->stop_arg);
}

static bool is_ignored(int signo)
{
    struct sigaction now;

    return sigaction(signo, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static void show(struct ex_control *c)
{
    const uint64_t done = atomic_load(&c->done), spent_ms = uv_now(&c->loop) - c->started_ms;
    const uint64_t in_flight = atomic_load_explicit(&c->counts->in_flight, memory_order_relaxed) +
                               atomic_load_explicit(&c->counts->resolving, memory_order_relaxed);
    const uint64_t requests = atomic_load_explicit(&c->counts->requests, memory_order_relaxed);
    const uint64_t per_s = spent_ms ? done * 1000 / spent_ms : 0;
    char text[256];

    if (c->progress == EX_PROGRESS_JSON) {
        struct ex_json j = { 0 };

        ex_json_begin(&j);
        ex_json_text(&j, "type", "progress");
        ex_json_int(&j, "done", (int64_t)done);
        ex_json_int(&j, "answered", (int64_t)atomic_load(&c->answered));
        ex_json_int(&j, "exchange", (int64_t)atomic_load(&c->exchange));
        ex_json_int(&j, "in_flight", (int64_t)in_flight);
        ex_json_int(&j, "requests", (int64_t)requests);
        ex_json_int(&j, "duration_ms", (int64_t)spent_ms);
        if (ex_json_print(&j, stderr) != EX_OK)
            ex_log_line(c->log, "no memory to say how far the scan is");
        return;
    }
    snprintf(text, sizeof(text),
             "%" PRIu64 " done, %" PRIu64 " answered, %" PRIu64 " Exchange; %" PRIu64
             " in flight, %" PRIu64 " hosts/s",
             done, atomic_load(&c->answered), atomic_load(&c->exchange), in_flight, per_s);
    if (c->progress == EX_PROGRESS_PLAIN)
        ex_log_line(c->log, "%s", text);
    else
        ex_log_progress(c->log, text);
}

static void on_tick(uv_timer_t *timer)
{
    show(timer->data);
}

static void on_quit(uv_async_t *async)
{
    uv_stop(async->loop);
}

/* On a terminal a line that moves; elsewhere a line a minute, so that the log of
 * an unattended run shows that it lives. */
static enum ex_progress choose(const struct ex_config *cfg)
{
    if (cfg->quiet || cfg->progress == EX_PROGRESS_NONE)
        return EX_PROGRESS_NONE;
    if (cfg->progress != EX_PROGRESS_AUTO)
        return (enum ex_progress)cfg->progress;
    return isatty(STDERR_FILENO) ? EX_PROGRESS_AUTO : EX_PROGRESS_PLAIN;
}

static void watch_signals(struct ex_control *c)
{
    uv_signal_init(&c->loop, &c->on_int);
    uv_signal_init(&c->loop, &c->on_term);
    uv_signal_init(&c->loop, &c->on_hup);
    c->on_int.data = c->on_term.data = c->on_hup.data = c;
    uv_signal_start(&c->on_int, on_signal, SIGINT);
    uv_signal_start(&c->on_term, on_signal, SIGTERM);
    if (!is_ignored(SIGHUP))
        uv_signal_start(&c->on_hup, on_hangup, SIGHUP);
}

static void watch_word(struct ex_control *c, int fd)
{
    c->embedded = true;
    uv_poll_init(&c->loop, &c->on_word, fd);
    c->on_word.data = c;
    uv_poll_start(&c->on_word, UV_READABLE, on_word);
}

enum ex_status ex_control_init(struct ex_control *c, const struct ex_config *cfg,
                               struct ex_log *log, const struct ex_shared_counts *counts,
                               int stop_fd, void (*stop)(void *arg), void *arg,
                               struct ex_error *err)
{
    static const uint64_t ticks[] = { [EX_PROGRESS_AUTO] = TICK_TERMINAL_MS,
                                      [EX_PROGRESS_PLAIN] = TICK_PLAIN_MS,
                                      [EX_PROGRESS_JSON] = TICK_JSON_MS };

    *c = (struct ex_control){
        .log = log, .counts = counts, .progress = choose(cfg), .stop = stop, .stop_arg = arg
    };
    if (uv_loop_init(&c->loop) != 0) {
        ex_error_set(err, "no event loop can be made (too many open files?)");
        return EX_ENOMEM;
    }
    c->made = true;
    uv_timer_init(&c->loop, &c->tick);
    uv_async_init(&c->loop, &c->quit, on_quit);
    c->tick.data = c;
    if (stop_fd < 0)
        watch_signals(c);
    else
        watch_word(c, stop_fd);
    c->started_ms = uv_now(&c->loop);
    if (c->progress != EX_PROGRESS_NONE)
        uv_timer_start(&c->tick, on_tick, ticks[c->progress], ticks[c->progress]);
    return EX_OK;
}

void ex_control_run(struct ex_control *c)
{
    uv_run(&c->loop, UV_RUN_DEFAULT);
    /* Nobody listens any more. What is left is to write results out, to a reader who may
     * have stopped reading: then a signal has to end the program, as it does by default. */
    if (!c->embedded) {
        uv_signal_stop(&c->on_int);
        uv_signal_stop(&c->on_term);
        if (c->n_signals == 0) /* else more of them may be on their way */
            uv_signal_stop(&c->on_hup);
    }
    if (c->progress == EX_PROGRESS_AUTO)
        ex_log_progress(c->log, "");
    if (c->progress == EX_PROGRESS_JSON)
        show(c);
}

void ex_control_quit(struct ex_control *c)
{
    uv_async_send(&c->quit);
}

void ex_control_count(struct ex_control *c, enum ex_state state, bool is_exchange)
{
    atomic_fetch_add(&c->done, 1);
    if (state == EX_STATE_ANSWERED)
        atomic_fetch_add(&c->answered, 1);
    if (is_exchange)
        atomic_fetch_add(&c->exchange, 1);
}

void ex_control_deinit(struct ex_control *c)
{
    if (!c->made)
        return;
    if (c->embedded) {
        uv_close((uv_handle_t *)&c->on_word, NULL);
    } else {
        uv_close((uv_handle_t *)&c->on_int, NULL);
        uv_close((uv_handle_t *)&c->on_term, NULL);
        uv_close((uv_handle_t *)&c->on_hup, NULL);
    }
    uv_close((uv_handle_t *)&c->tick, NULL);
    uv_close((uv_handle_t *)&c->quit, NULL);
    uv_run(&c->loop, UV_RUN_DEFAULT);
    uv_loop_close(&c->loop);
    c->made = false;
}
