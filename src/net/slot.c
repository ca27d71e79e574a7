// SPDX-License-Identifier: MIT
#include "net/slot.h"

#include <stdlib.h>

#include "core/retry_after.h"
#include "net/clock.h"
#include "net/share.h"

static void carry_out(struct slot *s, struct ex_action a);

static struct ex_action step(struct slot *s, const struct ex_event *ev)
{
    return s->hunt ? ex_hunt_step(s->hunt, ev) : ex_host_step(&s->host, ev);
}

static uint32_t left_ms(const struct slot *s)
{
    const struct ex_engine_options *opt = &s->engine->opt;
    const uint64_t spent = uv_now(&s->engine->loop) - s->phase_ms - s->turns_ms;
    const uint32_t all = s->hunt ? opt->hunt_timeout_ms : opt->host_timeout_ms;

    return spent < all ? (uint32_t)(all - spent) : 0;
}

/* A hunt that was cut short has nothing to say of what it did not ask; the host's state
 * says so too, so that nobody takes the record for a whole one. */
static void add_hunt(struct slot *s, struct ex_result *r)
{
    if (!s->hunt)
        return;
    ex_hunt_result(s->hunt);
    r->backdoor = &s->hunt->found;
    r->logon = &s->hunt->page;
    if (s->cut_short == EX_STATE_ANSWERED)
        return;
    r->state = s->cut_short;
    ex_span_copy(r->detail, sizeof(r->detail), ex_span_str("in the back-door phase"));
}

/* @r has what the host machine said. */
static void deliver(struct slot *s, struct ex_result *r)
{
    struct ex_engine *e = s->engine;

    uv_timer_stop(&s->timer);
    add_hunt(s, r);
    if (r->detail[0] == '\0' &&
        (r->state == EX_STATE_INTERNAL_ERROR || r->state == EX_STATE_UNREACHABLE ||
         r->state == EX_STATE_CONNECT_TIMEOUT))
        ex_span_copy(r->detail, sizeof(r->detail), ex_span_str(s->fetch.why));
    r->requests = (uint16_t)s->n_requests; /* a planned one that was not sent is none */
    r->target = s->job->target;
    r->has_address = true;
    r->address = s->job->address;
    r->n_addresses = s->job->n_addresses;
    r->started_unix_ms = s->job->started_unix_ms;
    r->duration_ms = (uint32_t)(uv_now(&e->loop) - s->job->started_ms);
    r->bytes = s->fetch.bytes;
    r->tls = s->fetch.handshake.tls;
    e->opt.on_result(r, e->opt.arg);
    ex_fetch_release(&s->fetch);
    ex_store_free(&s->kept);
    free(s->hunt);
    s->hunt = NULL;
    ex_engine_slot_done(e, s);
}

/* A machine is done. When it was the first and found Exchange, the second begins. */
static void end_phase(struct slot *s)
{
    struct ex_engine *e = s->engine;
    const struct ex_event ev = { .kind = EX_EV_START };
    enum ex_bd_reason why;
    struct ex_result r = { 0 };

    ex_host_result(&s->host, &r);
    if (s->hunt || !e->opt.hunt || !ex_hunt_wanted(&r, &why)) {
        deliver(s, &r);
        return;
    }
    s->hunt = malloc(sizeof(*s->hunt));
    if (!s->hunt) {
        r.state = EX_STATE_INTERNAL_ERROR;
        deliver(s, &r);
        return;
    }
    ex_hunt_init(s->hunt, e->opt.hunt, e->opt.cat, &s->job->target, &s->kept, s->seed);
    s->n_before = s->n_requests;
    s->phase_ms = uv_now(&e->loop);
    s->turns_ms = 0;
    carry_out(s, step(s, &ev));
}

/* The first millisecond in which the pause after the last request is surely over. */
static uint64_t gap_end_ms(const struct slot *s)
{
    const uint32_t asked_ms = s->engine->opt.host_delay_ms;
    const uint32_t gap_ms =
        s->hunt && asked_ms < EX_BACKDOOR_GAP_MS ? EX_BACKDOOR_GAP_MS : asked_ms;

    return s->idle_since_ms + (gap_ms > 0 ? gap_ms + 1u : 0u);
}

static struct ex_contact contact_of(const struct slot *s, enum ex_contact_kind kind)
{
    return (struct ex_contact){ .kind = kind,
                                .target = &s->job->target,
                                .address = &s->job->address,
                                .method = s->action.method,
                                .path = s->action.path,
                                .probe = s->action.probe,
                                .request = s->logged };
}

/* Nothing leaves of which the request log does not know. */
static bool may_send(void *arg)
{
    struct slot *s = arg;
    struct ex_contact c = contact_of(s, EX_CONTACT_REQUEST);

    const bool told = s->engine->opt.on_contact(&c, s->engine->opt.arg);
    s->logged = c.request;
    return told;
}

static void tell_end(const struct slot *s, enum ex_outcome outcome, uint16_t status)
{
    const struct ex_fetch *f = &s->fetch;
    struct ex_contact c = contact_of(s, f->asked ? EX_CONTACT_ANSWER : EX_CONTACT_UNSENT);

    if (!s->engine->opt.on_contact || f->withheld)
        return;
    c.outcome = outcome;
    c.status = status;
    c.bytes = f->bytes - f->bytes_before;
    c.duration_ms = (uint32_t)((uv_hrtime() / 1000 - f->at_us) / 1000);
    s->engine->opt.on_contact(&c, s->engine->opt.arg); /* that it failed stops the scan anyway */
}

void ex_slot_give_up(struct slot *s, enum ex_state state)
{
    const struct ex_event ev = { .kind = EX_EV_GIVE_UP, .state = state };
    struct ex_result r = { 0 };

    if (!s->job)
        return;
    ex_turn_leave(s->engine, &s->turn);
    if (s->fetching) {
        ex_multi_remove(s->multi, s->fetch.easy);
        s->fetching = false;
        tell_end(s, EX_OUT_CANCELED, 0);
        s->idle_since_ms = uv_now(&s->engine->loop);
        s->job->rest_ms = gap_end_ms(s);
    }
    step(s, &ev);
    if (s->hunt && state != EX_STATE_TIMEOUT) /* which the hunt itself reports */
        s->cut_short = state;
    ex_host_result(&s->host, &r);
    deliver(s, &r);
}

/* The budget is the host machine's to keep; this is the second lock on the same
 * door, so that a mistake there ends a host and never costs a stranger a request. */
static bool is_over_budget(const struct slot *s)
{
    const struct ex_host_options *opt = &s->engine->opt.host;

    if (s->hunt)
        return s->n_requests - s->n_before >= s->engine->opt.hunt->budget;
    return s->n_requests >= (unsigned)opt->budget + (opt->deep ? opt->budget_deep : 0u);
}

void ex_slot_send(struct slot *s)
{
    struct ex_engine *e = s->engine;
    const uint32_t left = left_ms(s);
    const uint32_t most = e->opt.request_timeout_ms;

    if (left == 0) {
        ex_slot_give_up(s, EX_STATE_TIMEOUT);
        return;
    }
    if (is_over_budget(s) ||
        ex_fetch_prepare(&s->fetch, &s->action, left < most ? left : most) != EX_OK ||
        ex_multi_add(s->multi, s->fetch.easy) != EX_OK) {
        ex_slot_give_up(s, EX_STATE_INTERNAL_ERROR);
        return;
    }
    s->fetching = true;
    s->n_requests++;
    atomic_fetch_add_explicit(&ex_shared_counts(e->opt.shared)->requests, 1, memory_order_relaxed);
}

static void on_timer(uv_timer_t *timer);

/* The gap comes before the turn: a turn that is kept for later would hold up all others. */
static void schedule_request(struct slot *s)
{
    const uint64_t now = uv_now(&s->engine->loop), gap = gap_end_ms(s);
    const uint64_t gap_end =
        s->job->rest_ms > gap ? s->job->rest_ms : gap; /* after a reset, more */

    if (s->n_requests == 0 && s->fetch.given >= 0 && !s->job->is_late) {
        ex_slot_send(s); /* it took its turn before it was connected */
        return;
    }
    if (s->n_requests == 0 || gap_end <= now) {
        ex_turn_take(s->engine, &s->turn);
        return;
    }
    s->due = DUE_GAP;
    uv_timer_start(&s->timer, on_timer, gap_end - now, 0);
}

void ex_slot_turn(struct slot *s, uint64_t waited_ms, uint64_t network_ms)
{
    s->turns_ms += waited_ms + network_ms;
    if (network_ms == 0) {
        ex_slot_send(s);
        return;
    }
    s->due = DUE_GAP;
    uv_timer_start(&s->timer, on_timer, network_ms, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct slot *s = timer->data;
    const struct ex_event ev = { .kind = EX_EV_TIMER };

    switch (s->due) {
    case DUE_GAP:
        ex_turn_take(s->engine, &s->turn);
        return;
    case DUE_SLEEP:
        if (left_ms(s) == 0)
            ex_slot_give_up(s, EX_STATE_TIMEOUT);
        else
            carry_out(s, step(s, &ev));
        return;
    }
}

static void carry_out(struct slot *s, struct ex_action a)
{
    switch (a.kind) {
    case EX_ACT_REQUEST:
        s->action = a;
        if (!s->hunt && s->engine->opt.hunt)
            s->action.last = false; /* the second phase goes on with the connection */
        schedule_request(s);
        return;
    case EX_ACT_SLEEP: {
        const uint32_t left = left_ms(s);

        s->due = DUE_SLEEP;
        uv_timer_start(&s->timer, on_timer, a.delay_ms < left ? a.delay_ms : left, 0);
        return;
    }
    case EX_ACT_FINISH:
        end_phase(s);
        return;
    case EX_ACT_NONE:
        return;
    }
}

/* How long whatever comes next has to wait after @x, another name at this address as well. */
static void note_rest(struct slot *s, const struct ex_exchange *x)
{
    const uint32_t asked_s = ex_retry_after_s(x);
    uint64_t wait_ms = x->outcome == EX_OUT_RESET ? EX_RETRY_DELAY_MS : 0;

    s->job->limited_ms = 0;
    if (ex_is_limit(x)) {
        const uint32_t given_s = asked_s ? asked_s : EX_LIMIT_WITHOUT_TIME_S;
        const uint32_t wait_s = given_s < EX_RETRY_AFTER_MAX_S ? given_s : EX_RETRY_AFTER_MAX_S;

        s->job->limited_ms = s->idle_since_ms + given_s * UINT64_C(1000);
        wait_ms = wait_s * UINT64_C(1000);
    }
    const uint64_t rest_ms = s->idle_since_ms + wait_ms;
    s->job->rest_ms = rest_ms > gap_end_ms(s) ? rest_ms : gap_end_ms(s);
}

void ex_slot_on_done(CURL *easy, CURLcode rc, void *arg)
{
    struct ex_engine *e = arg;
    char *private = NULL;
    struct ex_exchange x;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    struct slot *s = (struct slot *)(void *)private;
    s->fetching = false;
    uv_update_time(&e->loop); /* what other hosts of this turn took is no part of the gap */
    s->idle_since_ms = uv_now(&e->loop);
    ex_fetch_finish(&s->fetch, rc, &x);
    note_rest(s, &x);
    if (s->fetch.withheld) {
        s->n_requests--;
        ex_slot_give_up(s, EX_STATE_INTERRUPTED);
        return;
    }
    tell_end(s, x.outcome, x.status);
    const struct ex_event ev = { .kind = EX_EV_EXCHANGED,
                                 .exchange = &x,
                                 .tls = &s->fetch.handshake.tls };
    carry_out(s, step(s, &ev));
}

enum ex_status ex_slot_init(struct slot *s, struct ex_engine *e, struct ex_multi *m)
{
    s->engine = e;
    s->multi = m;
    s->turn.slot = s;
    const enum ex_status st = ex_fetch_init(&s->fetch, &e->opt.fetch);
    if (st != EX_OK)
        return st;
    curl_easy_setopt(s->fetch.easy, CURLOPT_PRIVATE, s);
    if (e->opt.on_contact)
        ex_fetch_ask(&s->fetch, may_send, s);
    s->fetch.handshake.unread = &m->unread;
    uv_timer_init(&e->loop, &s->timer);
    s->timer.data = s;
    return EX_OK;
}

/* One step of SplitMix64 (Steele, Lea, Flood 2014): seeds differ for each host. */
static uint64_t next_seed(struct ex_engine *e)
{
    uint64_t z = e->seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void ex_slot_start(struct slot *s)
{
    struct ex_engine *e = s->engine;
    struct job *job = s->job;
    const struct ex_event ev = { .kind = EX_EV_START };

    s->n_requests = s->n_before = 0;
    s->turns_ms = 0;
    s->cut_short = EX_STATE_ANSWERED;
    s->phase_ms = uv_now(&e->loop) - job->connect_ms; /* the wait for a slot is not the host's */
    s->seed = next_seed(e);
    ex_host_init(&s->host, &e->opt.host, e->opt.cat, &job->target, s->seed);
    ex_fetch_give(&s->fetch, job->fd, job->connect_ms);
    job->fd = -1;
    if (ex_fetch_host(&s->fetch, &job->target, &job->address) != EX_OK) {
        ex_slot_give_up(s, EX_STATE_INTERNAL_ERROR);
        return;
    }
    carry_out(s, step(s, &ev));
}
