// SPDX-License-Identifier: MIT
/* Turns under --rate. Those who wait stand in a queue, and the one timer of a loop serves
 * it: whatever the loop was busy with, no more requests go out than the pace allows. */
#include "net/share.h"

static void serve(struct ex_engine *e);

static void on_timer(uv_timer_t *timer)
{
    serve(timer->data);
}

void ex_turn_leave(struct slot *s)
{
    struct ex_engine *e = s->engine;

    if (!s->turn_link)
        return;
    *s->turn_link = s->next_turn;
    if (s->next_turn)
        s->next_turn->turn_link = s->turn_link;
    else
        e->turns_tail = s->turn_link;
    s->turn_link = NULL;
    s->next_turn = NULL;
    e->n_turns--;
}

static void serve(struct ex_engine *e)
{
    while (e->turns) {
        struct slot *s = e->turns;
        uint64_t network_us;
        const uint64_t wait_us = ex_shared_turn(
            e->opt.shared, s->n_requests == 0 ? &s->job->address : NULL, &network_us);

        if (network_us > 0) { /* others need not wait for that */
            ex_turn_leave(s);
            s->turns_ms += uv_now(&e->loop) - s->queued_ms;
            ex_slot_take_turn_in(s, (network_us + 999) / 1000);
            continue;
        }
        if (wait_us > 0) {
            uv_timer_start(&e->turn_timer, on_timer, (wait_us + 999) / 1000, 0);
            return;
        }
        ex_turn_leave(s);
        s->turns_ms += uv_now(&e->loop) - s->queued_ms;
        ex_slot_send(s);
    }
}

void ex_turn_take(struct slot *s)
{
    struct ex_engine *e = s->engine;
    const bool first = !e->turns;

    s->queued_ms = uv_now(&e->loop);
    s->turn_link = e->turns_tail;
    *e->turns_tail = s;
    e->turns_tail = &s->next_turn;
    e->n_turns++;
    if (first)
        serve(e);
}
