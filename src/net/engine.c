// SPDX-License-Identifier: MIT
#include "net/engine.h"

#include <stdlib.h>
#include <sys/random.h>

#include "net/provider.h"
#include "net/share.h"

static void close_all(struct ex_engine *e)
{
    if (e->closing)
        return;
    e->closing = true;
    for (unsigned i = 0; i < e->n_multis; i++)
        ex_multi_deinit(&e->multis[i]);
    ex_watch_deinit(&e->watch);
    for (uint32_t i = 0; e->slots && i < e->opt.concurrency; i++)
        if (e->slots[i].engine)
            uv_close((uv_handle_t *)&e->slots[i].timer, NULL);
    ex_dns_free(e->dns);
    e->dns = NULL;
    uv_close((uv_handle_t *)&e->async, NULL);
    uv_close((uv_handle_t *)&e->admit, NULL);
    uv_close((uv_handle_t *)&e->grace, NULL);
    uv_close((uv_handle_t *)&e->later_timer, NULL);
    uv_close((uv_handle_t *)&e->turn_timer, NULL);
    uv_close((uv_handle_t *)&e->knock_timer, NULL);
}

static bool is_done(const struct ex_engine *e)
{
    const uint32_t begun = e->n_in_flight + e->n_turn_jobs + e->held.n + e->knocks.n;
    const uint32_t waiting = e->knocks.n_answered + e->n_resolving + e->n_ready + e->later.n;

    return (e->ended || e->stopping) && begun + waiting == 0;
}

static void on_prepare(uv_prepare_t *handle)
{
    struct ex_engine *e = handle->data;

    ex_engine_admit(e);
    if (is_done(e))
        close_all(e);
}

static void on_grace_end(uv_timer_t *timer)
{
    struct ex_engine *e = timer->data;

    for (uint32_t i = 0; i < e->opt.concurrency; i++)
        ex_slot_give_up(&e->slots[i], EX_STATE_INTERRUPTED);
    ex_engine_interrupt_ready(e); /* those that waited for an address */
}

/* Nothing new from now on. What has not begun ends at once; the rest has a while. */
static void begin_stop(struct ex_engine *e)
{
    e->stopping = true;
    ex_knock_interrupt(e);
    ex_begin_interrupt(e);
    ex_engine_interrupt_ready(e);
    ex_dns_cancel(e->dns);
}

static void on_async(uv_async_t *async)
{
    struct ex_engine *e = async->data;

    const bool at_once = atomic_load(&e->stop_asked_at_once);

    e->ask_next = true;
    if (!at_once && !atomic_load(&e->stop_asked))
        return;
    if (!e->stopping) {
        begin_stop(e);
        uv_timer_start(&e->grace, on_grace_end, at_once ? 0 : e->opt.grace_ms, 0);
    } else if (at_once) {
        uv_timer_start(&e->grace, on_grace_end, 0, 0);
    }
}

/* One that is in use or kept for the next request, and one of the host before that libcurl
 * has not noticed to be dead. With less, libcurl makes room by closing the connection of a
 * host between two requests. */
enum { CONNECTIONS_PER_SLOT = 2 };

static enum ex_status make_slots(struct ex_engine *e)
{
    const uint32_t n = e->opt.concurrency;

    e->slots = calloc(n, sizeof(*e->slots));
    e->multis = calloc(n / SLOTS_PER_MULTI + 1, sizeof(*e->multis));
    if (!e->slots || !e->multis)
        return EX_ENOMEM;
    for (uint32_t i = 0; i < n; i++) {
        if (i % SLOTS_PER_MULTI == 0) {
            const uint32_t here = n - i < SLOTS_PER_MULTI ? n - i : SLOTS_PER_MULTI;
            const enum ex_status st =
                ex_multi_init(&e->multis[e->n_multis], &e->loop, &e->watch,
                              (long)here * CONNECTIONS_PER_SLOT, ex_slot_on_done, e);
            if (st != EX_OK)
                return st;
            e->n_multis++;
        }
        const enum ex_status st = ex_slot_init(&e->slots[i], e, &e->multis[e->n_multis - 1]);
        if (st != EX_OK) {
            e->slots[i].engine = NULL; /* no timer to close */
            return st;
        }
        e->slots[i].next_free = e->free_slots;
        e->free_slots = &e->slots[i];
    }
    return EX_OK;
}

enum ex_status ex_engine_new(struct ex_engine **out, const struct ex_engine_options *opt,
                             struct ex_error *err)
{
    struct ex_engine *e = calloc(1, sizeof(*e));
    enum ex_status st;

    *out = NULL;
    if (!e)
        return EX_ENOMEM;
    if (uv_loop_init(&e->loop) != 0) {
        ex_error_set(err, "no event loop can be made (too many open files?)");
        free(e);
        return EX_EINTERNAL;
    }
    e->opt = *opt;
    e->ready_tail = &e->ready;
    e->ask_next = true;
    e->turns_tail = &e->turns;
    uv_async_init(&e->loop, &e->async, on_async);
    uv_prepare_init(&e->loop, &e->admit);
    uv_timer_init(&e->loop, &e->grace);
    uv_timer_init(&e->loop, &e->later_timer);
    uv_timer_init(&e->loop, &e->turn_timer);
    uv_timer_init(&e->loop, &e->knock_timer);
    ex_knocks_init(&e->knocks);
    e->async.data = e->admit.data = e->grace.data = e->turn_timer.data = e->knock_timer.data = e;
    if (getrandom(&e->seed, sizeof(e->seed), 0) != sizeof(e->seed)) {
        ex_error_set(err, "the system gives no random numbers");
        st = EX_EINTERNAL;
        goto out;
    }
    st = ex_way_check(&opt->fetch.way, err);
    if (st == EX_OK && (st = ex_watch_init(&e->watch, &e->loop)) != EX_OK)
        ex_error_set(err, "the connections cannot be watched (too many open files?)");
    if (st == EX_OK)
        st = make_slots(e);
    if (st == EX_OK)
        st = ex_dns_new(&e->dns, &e->loop, &opt->dns, err);
out:
    if (st != EX_OK) {
        ex_engine_free(e);
        return st;
    }
    *out = e;
    return EX_OK;
}

enum ex_status ex_engine_run(struct ex_engine *e)
{
    ex_provider_enter();
    uv_prepare_start(&e->admit, on_prepare);
    uv_run(&e->loop, UV_RUN_DEFAULT);
    ex_provider_leave();
    return e->closing ? EX_OK : EX_EINTERNAL;
}

void ex_engine_wake(struct ex_engine *e)
{
    uv_async_send(&e->async);
}

void ex_engine_stop(struct ex_engine *e)
{
    atomic_store(&e->stop_asked, true);
    uv_async_send(&e->async);
}

void ex_engine_stop_at_once(struct ex_engine *e)
{
    atomic_store(&e->stop_asked_at_once, true);
    uv_async_send(&e->async);
}

void ex_engine_free(struct ex_engine *e)
{
    if (!e)
        return;
    close_all(e);
    uv_run(&e->loop, UV_RUN_DEFAULT);
    /* Non-zero means that somebody forgot a handle: a mistake of ours. */
    if (uv_loop_close(&e->loop) != 0)
        abort();
    for (uint32_t i = 0; e->slots && i < e->opt.concurrency; i++)
        if (e->slots[i].engine)
            ex_fetch_deinit(&e->slots[i].fetch);
    free(e->slots);
    free(e->multis);
    ex_later_deinit(&e->later);
    ex_later_deinit(&e->held);
    free(e);
}
