// SPDX-License-Identifier: MIT
/* How targets become hosts in flight. Nothing here runs inside a callback of
 * libcurl: ex_engine_admit() is called once a turn of the loop. */
#include <stdlib.h>

#include "net/clock.h"
#include "net/slot.h"

enum {
    PINNED_MAX = 32,
    TURNS_AHEAD_MS = 500, /* turns under --rate that are given out ahead of time */
    LOOKUPS_MAX = 500,    /* names asked for at a time: each is two packets at once, and what a
                             name server drops comes out as a name that does not resolve */
};

/* A name on its way through DNS. */
struct lookup {
    struct ex_engine *engine;
    struct ex_target target;
    uint64_t started_ms;
};

/* A target that never got as far as a request still ends in one named state. */
static void emit_unprobed(struct ex_engine *e, const struct ex_target *t, const struct ex_addr *a,
                          enum ex_state state, const char *detail, uint64_t duration_ms)
{
    struct ex_result r = { .target = *t,
                           .has_address = a != NULL,
                           .state = state,
                           .started_unix_ms = ex_unix_ms() - (int64_t)duration_ms,
                           .duration_ms = (uint32_t)duration_ms };

    r.fingerprint.present = EX_PRESENT_MAYBE; /* nothing was seen, so nothing is denied */
    if (a)
        r.address = *a;
    ex_span_copy(r.detail, sizeof(r.detail), ex_span_str(detail));
    e->opt.on_result(&r, e->opt.arg);
}

static uint32_t bucket_of(const struct ex_engine *e, const struct ex_addr *a)
{
    uint32_t h = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < (a->family == 4 ? 4u : 16u); i++)
        h = (h ^ a->bytes[i]) * 16777619u;
    return (h ^ h >> 15) & e->busy_mask;
}

static struct slot *busy_at(const struct ex_engine *e, const struct ex_addr *a)
{
    struct slot *s = e->busy[bucket_of(e, a)];

    while (s && ex_addr_cmp(&s->job->address, a) != 0)
        s = s->next_busy;
    return s;
}

static void push_ready(struct ex_engine *e, struct job *job)
{
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

/* @n: addresses of the name, 0 when none was looked up. */
static void add_job(struct ex_engine *e, const struct ex_target *t, const struct ex_addr *a,
                    size_t n)
{
    struct job *job = malloc(sizeof(*job));

    if (!job) {
        emit_unprobed(e, t, a, EX_STATE_INTERNAL_ERROR, "out of memory", 0);
        return;
    }
    job->target = *t;
    job->address = *a;
    job->n_addresses = (uint16_t)n;
    push_ready(e, job);
}

/* An address from DNS. 0.0.0.0 would reach this machine, a multicast group
 * nobody in particular: those are never contacted. */
static void add_resolved(struct ex_engine *e, const struct ex_target *t, struct ex_addr a, size_t n)
{
    ex_addr_unmap(&a);
    const char *why = ex_addr_unusable(&a);

    if (e->opt.is_done(t, &a, e->opt.arg))
        return;
    if (why)
        emit_unprobed(e, t, &a, EX_STATE_DNS_FAILED, why, 0);
    else
        add_job(e, t, &a, n);
}

/* Nothing came of looking the name up. */
static void no_address(struct ex_engine *e, const struct lookup *l, const char *why)
{
    const bool stopped = e->stopping && strcmp(why, "canceled") == 0;

    if (!stopped && e->opt.is_done(&l->target, NULL, e->opt.arg))
        return;
    emit_unprobed(e, &l->target, NULL, stopped ? EX_STATE_INTERRUPTED : EX_STATE_DNS_FAILED, why,
                  uv_now(&e->loop) - l->started_ms);
}

static void on_resolved(void *arg, const struct ex_addr *list, size_t n, const char *why)
{
    struct lookup *l = arg;
    struct ex_engine *e = l->engine;

    e->n_resolving--;
    atomic_store_explicit(&e->counts.resolving, e->n_resolving, memory_order_relaxed);
    if (n == 0)
        no_address(e, l, why);
    if (n > 1 && e->opt.one_address)
        n = 1;
    for (size_t i = 0; i < n; i++)
        add_resolved(e, &l->target, list[i], n);
    free(l);
}

static void look_up(struct ex_engine *e, const struct ex_target *t)
{
    struct lookup *l = malloc(sizeof(*l));

    if (!l) {
        emit_unprobed(e, t, NULL, EX_STATE_INTERNAL_ERROR, "out of memory", 0);
        return;
    }
    *l = (struct lookup){ .engine = e, .target = *t, .started_ms = uv_now(&e->loop) };
    e->n_resolving++;
    atomic_store_explicit(&e->counts.resolving, e->n_resolving, memory_order_relaxed);
    ex_dns_resolve(e->dns, t->name, on_resolved, l);
}

static bool is_wanted_family(const struct ex_engine *e, const struct ex_addr *a)
{
    return e->opt.dns.family == EX_FAMILY_ANY ||
           (e->opt.dns.family == EX_FAMILY_4) == (a->family == 4);
}

static void admit_target(struct ex_engine *e, const struct ex_target *t)
{
    struct ex_addr list[PINNED_MAX];
    size_t n = 0;

    if (t->pin.family != 0) {
        add_job(e, t, &t->pin, 0);
    } else if (t->kind == EX_TARGET_ADDRESS) {
        if (is_wanted_family(e, &t->addr))
            add_job(e, t, &t->addr, 0);
        else
            emit_unprobed(e, t, &t->addr, EX_STATE_OUT_OF_SCOPE, "address family excluded", 0);
    } else if ((n = e->opt.pinned(t, list, PINNED_MAX, e->opt.arg)) > 0) {
        if (e->opt.one_address)
            n = 1;
        for (size_t i = 0; i < n; i++)
            if (!e->opt.is_done(t, &list[i], e->opt.arg))
                add_job(e, t, &list[i], n);
    } else {
        look_up(e, t);
    }
}

static void on_turn(uv_timer_t *timer)
{
    (void)timer; /* the turn of the loop that it causes is all that is wanted */
}

/* Under a low --rate the turns of those in flight reach far ahead. A host that is begun now
 * would only wait, with a connection that its server closes meanwhile. */
static bool may_start(struct ex_engine *e)
{
    const uint64_t now_ms = uv_now(&e->loop), turn_ms = e->pace.next_us / 1000;

    if (turn_ms <= now_ms + TURNS_AHEAD_MS)
        return true;
    uv_timer_start(&e->turn, on_turn, turn_ms - now_ms - TURNS_AHEAD_MS, 0);
    return false;
}

static void start_ready(struct ex_engine *e)
{
    while (e->n_ready > 0 && e->free_slots && may_start(e)) {
        struct job *job = pop_ready(e);
        struct slot *other = busy_at(e, &job->address);

        if (other) { /* one connection at a time to an address */
            job->next = other->waiting;
            other->waiting = job;
            e->n_waiting++;
            continue;
        }
        struct slot *s = e->free_slots;
        struct slot **bucket = &e->busy[bucket_of(e, &job->address)];

        e->free_slots = s->next_free;
        s->next_busy = *bucket;
        *bucket = s;
        e->n_in_flight++;
        atomic_store_explicit(&e->counts.in_flight, e->n_in_flight, memory_order_relaxed);
        ex_slot_start(s, job);
    }
}

void ex_engine_slot_done(struct ex_engine *e, struct slot *s)
{
    struct slot **at = &e->busy[bucket_of(e, &s->job->address)];

    while (*at != s)
        at = &(*at)->next_busy;
    *at = s->next_busy;
    while (s->waiting) {
        struct job *job = s->waiting;

        s->waiting = job->next;
        e->n_waiting--;
        push_ready(e, job);
    }
    free(s->job);
    s->job = NULL;
    s->next_free = e->free_slots;
    e->free_slots = s;
    e->n_in_flight--;
    atomic_store_explicit(&e->counts.in_flight, e->n_in_flight, memory_order_relaxed);
}

void ex_engine_interrupt_ready(struct ex_engine *e)
{
    while (e->n_ready > 0) {
        struct job *job = pop_ready(e);

        emit_unprobed(e, &job->target, &job->address, EX_STATE_INTERRUPTED, "not started", 0);
        free(job);
    }
}

/* Everything admitted counts against the concurrency, wherever it waits: memory
 * depends on that number and not on the list. */
static bool has_room(const struct ex_engine *e)
{
    return e->n_in_flight + e->n_resolving + e->n_ready + e->n_waiting < e->opt.concurrency &&
           e->n_resolving < LOOKUPS_MAX;
}

void ex_engine_admit(struct ex_engine *e)
{
    struct ex_target t;

    if (e->stopping) {
        ex_engine_interrupt_ready(e);
        return;
    }
    start_ready(e);
    while (!e->ended && e->ask_next && has_room(e)) {
        switch (e->opt.next(&t, e->opt.arg)) {
        case EX_NEXT_TARGET:
            admit_target(e, &t);
            start_ready(e);
            break;
        case EX_NEXT_LATER:
            e->ask_next = false;
            break;
        case EX_NEXT_END:
            e->ended = true;
            break;
        }
    }
}
