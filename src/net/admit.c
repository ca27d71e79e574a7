// SPDX-License-Identifier: MIT
/* How targets become hosts in flight. Nothing here runs inside a callback of
 * libcurl: ex_engine_admit() is called once a turn of the loop. When a job is begun: begin.c. */
#include <stdlib.h>

#include "net/clock.h"
#include "net/share.h"

enum {
    PINNED_MAX = 32,
    LOOKUPS_MAX = 500, /* names that all loops ask for at a time: each is two packets at once, and
                          what a name server drops comes out as a name that does not resolve */
    LOOKUP_LATE_MS = 1000, /* then its zone is slow or dead, and it is not one of those any more */
    LOOKUPS_LATE_MAX = 4000, /* about 20 MB of c-ares' */
};

/* A name on its way through DNS. */
struct lookup {
    struct ex_engine *engine;
    struct ex_target target;
    uint64_t started_ms;
    bool is_late;
    struct lookup *next, *prev; /* among those that are not late, the oldest first */
};

/* A target that never got as far as a request still ends in one named state. @n: addresses of the
 * name, 0 when none was looked up. */
static void emit_denied(struct ex_engine *e, const struct ex_target *t, const struct ex_addr *a,
                        size_t n, enum ex_state state, const char *detail, uint64_t duration_ms)
{
    struct ex_result r = { .target = *t,
                           .has_address = a != NULL,
                           .n_addresses = (uint16_t)n,
                           .state = state,
                           .started_unix_ms = ex_unix_ms() - (int64_t)duration_ms,
                           .duration_ms = (uint32_t)duration_ms };

    r.fingerprint.present = EX_PRESENT_MAYBE; /* nothing was seen, so nothing is denied */
    if (state == EX_STATE_BLOCKED)
        r.fingerprint.notes = UINT64_C(1) << EX_NOTE_RATE_LIMITED;
    if (a)
        r.address = *a;
    ex_span_copy(r.detail, sizeof(r.detail), ex_span_str(detail));
    e->opt.on_result(&r, e->opt.arg);
}

static void emit_unprobed(struct ex_engine *e, const struct ex_target *t, const struct ex_addr *a,
                          enum ex_state state, const char *detail, uint64_t duration_ms)
{
    emit_denied(e, t, a, 0, state, detail, duration_ms);
}

/* Whether @t may be contacted, at @a if there is one; if not, that is its result. */
static bool may_contact(struct ex_engine *e, const struct ex_target *t, const struct ex_addr *a,
                        bool looked_up, size_t n)
{
    char why[EX_DETAIL_SIZE] = "";
    const enum ex_state state = e->opt.permit(t, a, looked_up, why, e->opt.arg);

    if (state != EX_STATE_ANSWERED)
        emit_denied(e, t, a, n, state, why, 0);
    return state == EX_STATE_ANSWERED;
}

static void count(_Atomic uint64_t *n, int more)
{
    atomic_fetch_add_explicit(n, (uint64_t)(int64_t)more, memory_order_relaxed);
}

void ex_engine_end_unbegun(struct ex_engine *e, struct job *job, enum ex_state state,
                           const char *why)
{
    while (job) {
        struct job *next = job->behind;

        emit_unprobed(e, &job->target, &job->address, state, why, 0);
        free(job);
        if (next) { /* the rest of the queue follows by its links */
            ex_shared_park(e->opt.shared, -1);
            next->behind = next->next;
        }
        job = next;
    }
}

/* The only way to an address, so that none is contacted that may not be. @n: addresses of the name,
 * 0 when none was looked up. */
static void add_job(struct ex_engine *e, const struct ex_target *t, const struct ex_addr *a,
                    bool looked_up, size_t n)
{
    struct job *job;

    if (!may_contact(e, t, a, looked_up, n))
        return;
    job = malloc(sizeof(*job));
    if (!job) {
        emit_unprobed(e, t, a, EX_STATE_INTERNAL_ERROR, "out of memory", 0);
        return;
    }
    *job = (struct job){ .target = *t, .address = *a, .n_addresses = (uint16_t)n, .fd = -1 };
    ex_begin_later(e, job);
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
        add_job(e, t, &a, true, n);
}

/* Nothing came of looking the name up. */
static void no_address(struct ex_engine *e, const struct lookup *l, const char *why)
{
    const bool stopped = e->stopping && strcmp(why, "canceled") == 0;
    const bool short_of = strcmp(why, EX_DNS_NO_SOCKET) == 0 || strcmp(why, EX_DNS_NO_MEMORY) == 0;
    const enum ex_state state = stopped    ? EX_STATE_INTERRUPTED
                                : short_of ? EX_STATE_INTERNAL_ERROR
                                           : EX_STATE_DNS_FAILED;

    if (!stopped && e->opt.is_done(&l->target, NULL, e->opt.arg))
        return;
    emit_unprobed(e, &l->target, NULL, state, why, uv_now(&e->loop) - l->started_ms);
}

static void leave_young(struct lookup *l)
{
    struct ex_engine *e = l->engine;

    if (l->prev)
        l->prev->next = l->next;
    else
        e->lookups = l->next;
    if (l->next)
        l->next->prev = l->prev;
    else
        e->lookups_last = l->prev;
}

/* Zones whose servers are slow or dead must not hold up the names of all others. */
static void let_late_ones_wait(struct ex_engine *e)
{
    const uint64_t now = uv_now(&e->loop);

    while (e->lookups && now - e->lookups->started_ms >= LOOKUP_LATE_MS) {
        struct lookup *l = e->lookups;

        leave_young(l);
        l->is_late = true;
        e->n_late_lookups++;
    }
}

/* Lookups that count. */
static uint32_t n_lookups(const struct ex_engine *e)
{
    const uint32_t late_max = LOOKUPS_LATE_MAX / ex_shared_n_loops(e->opt.shared);
    const uint32_t late = e->n_late_lookups < late_max ? e->n_late_lookups : late_max;

    return e->n_resolving - late;
}

uint64_t ex_engine_lookup_late_ms(const struct ex_engine *e)
{
    return e->lookups ? e->lookups->started_ms + LOOKUP_LATE_MS : UINT64_MAX;
}

static void on_resolved(void *arg, const struct ex_addr *list, size_t n, const char *why)
{
    struct lookup *l = arg;
    struct ex_engine *e = l->engine;

    e->n_resolving--;
    if (l->is_late)
        e->n_late_lookups--;
    else
        leave_young(l);
    count(&ex_shared_counts(e->opt.shared)->resolving, -1);
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
    *l = (struct lookup){
        .engine = e, .target = *t, .started_ms = uv_now(&e->loop), .prev = e->lookups_last
    };
    if (l->prev)
        l->prev->next = l;
    else
        e->lookups = l;
    e->lookups_last = l;
    e->n_resolving++;
    count(&ex_shared_counts(e->opt.shared)->resolving, 1);
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

    /* The name alone at first: who may not be contacted is not looked up, either. */
    if (t->kind == EX_TARGET_NAME && t->pin.family == 0 && !may_contact(e, t, NULL, false, 0))
        return;
    if (t->pin.family != 0) {
        add_job(e, t, &t->pin, false, 0);
    } else if (t->kind == EX_TARGET_ADDRESS) {
        if (is_wanted_family(e, &t->addr))
            add_job(e, t, &t->addr, false, 0);
        else if (may_contact(e, t, &t->addr, false, 0))
            emit_unprobed(e, t, &t->addr, EX_STATE_OUT_OF_SCOPE, "address family excluded", 0);
    } else if ((n = e->opt.pinned(t, list, PINNED_MAX, e->opt.arg)) > 0) {
        if (e->opt.one_address)
            n = 1;
        for (size_t i = 0; i < n; i++)
            if (!e->opt.is_done(t, &list[i], e->opt.arg))
                add_job(e, t, &list[i], false, n);
    } else {
        look_up(e, t);
    }
}

/* Memory depends on the concurrency and not on the list. What waits for its address or its network
 * has a bound of its own, or else those would keep all others out. */
static bool has_room(const struct ex_engine *e)
{
    const uint32_t lookups_max = LOOKUPS_MAX / ex_shared_n_loops(e->opt.shared);

    return e->n_in_flight + e->knocks.n_young + e->knocks.n_answered + n_lookups(e) + e->n_ready <
               e->opt.concurrency &&
           n_lookups(e) < (lookups_max ? lookups_max : 1) && ex_shared_has_room(e->opt.shared);
}

void ex_engine_admit(struct ex_engine *e)
{
    struct ex_target t;

    if (e->stopping) {
        ex_engine_interrupt_ready(e);
        return;
    }
    let_late_ones_wait(e);
    ex_begin_ready(e);
    while (!e->ended && e->ask_next && has_room(e)) {
        switch (e->opt.next(&t, e->opt.arg)) {
        case EX_NEXT_TARGET:
            admit_target(e, &t);
            ex_begin_ready(e);
            break;
        case EX_NEXT_LATER:
            e->ask_next = false;
            break;
        case EX_NEXT_END:
            e->ended = true;
            break;
        }
    }
    ex_begin_set_timer(e);
}
