// SPDX-License-Identifier: MIT
/* Turns under --rate. Those who wait stand in a queue, and the one timer of a loop serves
 * it: whatever the loop was busy with, no more requests go out than the pace allows. */
#include "net/share.h"

enum { US_PER_MS = 1000 };

static void serve(struct ex_engine *e);

static void on_timer(uv_timer_t *timer)
{
    serve(timer->data);
}

void ex_turn_leave(struct ex_engine *e, struct turn *t)
{
    if (!t->link)
        return;
    *t->link = t->next;
    if (t->next)
        t->next->link = t->link;
    else
        e->turns_tail = t->link;
    t->link = NULL;
    t->next = NULL;
    e->n_turns--;
}

/* The address whose first contact it is, or NULL. */
static const struct ex_addr *begun_by(const struct turn *t)
{
    if (t->job)
        return &t->job->address;
    return t->slot->n_requests == 0 ? &t->slot->job->address : NULL;
}

static void serve(struct ex_engine *e)
{
    while (e->turns) {
        struct turn *t = e->turns;
        uint64_t network_us;
        const uint64_t wait_us = ex_shared_turn(e->opt.shared, begun_by(t), &network_us);
        const uint64_t network_ms = (network_us + US_PER_MS - 1) / US_PER_MS;

        if (network_us == 0 && wait_us > 0) {
            uv_timer_start(&e->turn_timer, on_timer, (wait_us + US_PER_MS - 1) / US_PER_MS, 0);
            return;
        }
        ex_turn_leave(e, t);
        if (t->job)
            ex_begin_turn(e, t->job, network_ms);
        else
            ex_slot_turn(t->slot, uv_now(&e->loop) - t->queued_ms, network_ms);
    }
}

void ex_turn_take(struct ex_engine *e, struct turn *t)
{
    const bool first = !e->turns;

    t->queued_ms = uv_now(&e->loop);
    t->link = e->turns_tail;
    *e->turns_tail = t;
    e->turns_tail = &t->next;
    e->n_turns++;
    if (first)
        serve(e);
}
