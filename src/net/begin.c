// SPDX-License-Identifier: MIT
/* When a job begins, and what becomes of its place when it is done: one connection at a time to
 * an address, the pace within a network, the ceiling of requests, as many in flight as were asked
 * for. */
#include <stdlib.h>

#include "net/clock.h"
#include "net/share.h"

enum {
    ROOM_AGAIN_MS = 50, /* to look whether another loop has taken out what waited */
    PUT_BACK_MAX = 64,  /* jobs of crowded networks that are looked at in one turn of the loop */
};

void ex_begin_later(struct ex_engine *e, struct job *job)
{
    job->order = e->n_jobs++;
    job->next = NULL;
    *e->ready_tail = job;
    e->ready_tail = &job->next;
    e->n_ready++;
}

static struct job *pop_ready(struct ex_engine *e)
{
    struct job *job = e->ready;

    e->ready = job->next;
    if (!e->ready)
        e->ready_tail = &e->ready;
    e->n_ready--;
    return job;
}

/* Is a host connected before it has a slot? A proxy would answer for all of them, and libcurl knows
 * how to bind to an interface. */
static bool knocks(const struct ex_engine *e)
{
    return !e->opt.fetch.way.proxy && !e->opt.fetch.way.interface;
}

/* Under a low --rate the turns of those in flight reach far ahead. A host that is begun now
 * would only wait, with a connection that its server closes meanwhile. And what nobody reads would
 * only fill the memory. */
static bool may_begin(const struct ex_engine *e)
{
    return e->opt.may_begin(e->opt.arg) && ex_shared_turns_are_near(e->opt.shared, e->n_turns) &&
           (knocks(e) ? ex_knock_has_room(e) : e->free_slots != NULL);
}

static void put_off(struct ex_engine *e, struct job *job, uint64_t until_ms)
{
    if (ex_later_put(&e->later, job, until_ms, job->order) == EX_OK)
        ex_shared_park(e->opt.shared, 1);
    else
        ex_engine_end_unbegun(e, job, EX_STATE_INTERNAL_ERROR, "out of memory");
}

/* Its address is free for the next one. */
static void give_back(struct ex_engine *e, struct job *job)
{
    struct job *heir = ex_shared_release(e->opt.shared, job);

    if (heir)
        ex_begin_later(e, heir);
}

static void start(struct ex_engine *e, struct job *job)
{
    struct slot *s = e->free_slots;

    e->free_slots = s->next_free;
    e->n_in_flight++;
    s->job = job;
    ex_slot_start(s);
}

/* The turn under --rate of a host's first request is that of its connection. */
static void take_turn(struct ex_engine *e, struct job *job)
{
    job->turn.job = job;
    e->n_turn_jobs++;
    ex_turn_take(e, &job->turn);
}

static void begin(struct ex_engine *e, struct job *job)
{
    uint64_t wait_ms;

    switch (ex_shared_claim(e->opt.shared, job, &wait_ms)) {
    case EX_CLAIM_GRANTED:
        break;
    case EX_CLAIM_BEHIND: /* one connection at a time to an address */
        return;
    case EX_CLAIM_LATER:
        put_off(e, job, uv_now(&e->loop) + wait_ms);
        return;
    case EX_CLAIM_LIMITED:
        ex_engine_end_unbegun(e, job, EX_STATE_BLOCKED,
                              "not asked: its address refuses too many requests");
        return;
    }
    atomic_fetch_add_explicit(&ex_shared_counts(e->opt.shared)->in_flight, 1, memory_order_relaxed);
    if (knocks(e)) {
        take_turn(e, job);
    } else {
        job->started_unix_ms = ex_unix_ms();
        job->started_ms = uv_now(&e->loop);
        start(e, job);
    }
}

void ex_begin_turn(struct ex_engine *e, struct job *job, uint64_t network_ms)
{
    e->n_turn_jobs--;
    job->started_unix_ms = ex_unix_ms();
    job->started_ms = uv_now(&e->loop);
    if (network_ms == 0 ||
        ex_later_put(&e->held, job, job->started_ms + network_ms, job->order) != EX_OK)
        ex_knock(e, job);
}

/* Begin @job, or put it off until its network may have another one. */
static void begin_or_wait(struct ex_engine *e, struct job *job)
{
    const uint64_t wait_ms = ex_shared_spread(e->opt.shared, &job->address);

    if (wait_ms == 0)
        begin(e, job);
    else
        put_off(e, job, uv_now(&e->loop) + wait_ms);
}

/* Those whose time has come, in their order. One that is late, because there was no room or the
 * loop was busy, has lost its place in the row of its network: it waits for the gap after whoever
 * was begun there last, and stays before those who come after it. */
static void begin_due(struct ex_engine *e)
{
    const uint64_t now = uv_now(&e->loop);
    unsigned n_put_back = 0;

    while (n_put_back < PUT_BACK_MAX && ex_later_due_ms(&e->later) <= now && may_begin(e)) {
        struct job *job = ex_later_take(&e->later);
        const uint64_t wait_ms = ex_shared_network_left(e->opt.shared, &job->address);

        if (wait_ms > 0 && ex_later_put(&e->later, job, now + wait_ms, job->order) == EX_OK) {
            n_put_back++;
            continue;
        }
        ex_shared_park(e->opt.shared, -1);
        begin(e, job);
    }
}

void ex_begin_ready(struct ex_engine *e)
{
    struct job *job;

    while (e->free_slots && (job = ex_knock_take_answered(e)))
        start(e, job);
    while (ex_later_due_ms(&e->held) <= uv_now(&e->loop))
        take_turn(e, ex_later_take(&e->held));
    begin_due(e);
    while (e->n_ready > 0 && may_begin(e))
        begin_or_wait(e, pop_ready(e));
}

static void on_later(uv_timer_t *timer)
{
    (void)timer; /* the turn of the loop that it causes is all that is wanted */
}

/* What the timer has to wake the loop for: somebody's time, when there is room; else the end
 * of a host does it, or of the reason why none may begin. */
void ex_begin_set_timer(struct ex_engine *e)
{
    const uint64_t now = uv_now(&e->loop), due_ms = ex_later_due_ms(&e->later);
    uint64_t at_ms = ex_later_due_ms(&e->held);

    if (due_ms < at_ms && may_begin(e))
        at_ms = due_ms;
    if (!e->ended && ex_engine_lookup_late_ms(e) < at_ms)
        at_ms = ex_engine_lookup_late_ms(e);
    if (!e->ended && !ex_shared_has_room(e->opt.shared) && at_ms > now + ROOM_AGAIN_MS)
        at_ms = now + ROOM_AGAIN_MS;
    if (at_ms == UINT64_MAX)
        uv_timer_stop(&e->later_timer);
    else
        uv_timer_start(&e->later_timer, on_later, at_ms > now ? at_ms - now : 1, 0);
}

void ex_begin_job_done(struct ex_engine *e, struct job *job)
{
    give_back(e, job);
    free(job);
    atomic_fetch_sub_explicit(&ex_shared_counts(e->opt.shared)->in_flight, 1, memory_order_relaxed);
}

void ex_engine_slot_done(struct ex_engine *e, struct slot *s)
{
    ex_begin_job_done(e, s->job);
    s->job = NULL;
    s->next_free = e->free_slots;
    e->free_slots = s;
    e->n_in_flight--;
}

static void interrupt(struct ex_engine *e, struct job *job)
{
    ex_engine_end_unbegun(e, job, EX_STATE_INTERRUPTED, "not started");
}

static void interrupt_claimed(struct ex_engine *e, struct job *job)
{
    atomic_fetch_sub_explicit(&ex_shared_counts(e->opt.shared)->in_flight, 1, memory_order_relaxed);
    give_back(e, job);
    interrupt(e, job);
}

void ex_begin_interrupt(struct ex_engine *e)
{
    struct turn *next;

    for (struct turn *t = e->turns; t; t = next) {
        next = t->next;
        if (!t->job)
            continue;
        ex_turn_leave(e, t);
        e->n_turn_jobs--;
        interrupt_claimed(e, t->job);
    }
    while (e->held.n > 0)
        interrupt_claimed(e, ex_later_take(&e->held));
}

void ex_engine_interrupt_ready(struct ex_engine *e)
{
    while (e->n_ready > 0)
        interrupt(e, pop_ready(e));
    while (e->later.n > 0) {
        ex_shared_park(e->opt.shared, -1);
        interrupt(e, ex_later_take(&e->later));
    }
}
