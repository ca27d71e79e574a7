// SPDX-License-Identifier: MIT
#include "net/knock.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/clock.h"
#include "net/slot.h"

enum {
    USUAL_MS_FIRST = 450, /* until something has answered: late is then after a second */
    USUAL_SHARE = 8,      /* how much of the average the last answer is */
    LATE_MORE_MS = 100,   /* late is more than this and twice the average */
};

/* One that waits. */
struct knock {
    struct ex_engine *engine;
    struct job *job;
    struct knock *next, *prev;
};

void ex_knocks_init(struct knocks *k)
{
    *k = (struct knocks){ .usual_ms = USUAL_MS_FIRST };
    k->answered_tail = &k->answered;
}

static uint64_t late_ms(const struct knocks *k)
{
    return 2 * k->usual_ms + LATE_MORE_MS;
}

static uint64_t age_ms(const struct knock *k)
{
    return uv_now(&k->engine->loop) - k->job->started_ms;
}

bool ex_knock_has_room(const struct ex_engine *e)
{
    const struct knocks *k = &e->knocks;
    const uint32_t late = k->n - k->n_young;
    const uint32_t too_many = late > e->opt.late_max ? late - e->opt.late_max : 0;

    return e->n_in_flight + e->n_turn_jobs + e->held.n + k->n_answered + k->n_young + too_many <
           e->opt.concurrency;
}

/* For the request log: the first request of the plan was not sent. */
static void tell_unsent(struct ex_engine *e, const struct job *job, const struct ex_action *first,
                        enum ex_outcome outcome)
{
    struct ex_contact c = { .kind = EX_CONTACT_UNSENT,
                            .target = &job->target,
                            .address = &job->address,
                            .method = first->method,
                            .path = first->path,
                            .probe = first->probe,
                            .outcome = outcome,
                            .duration_ms = (uint32_t)(uv_now(&e->loop) - job->started_ms) };

    if (e->opt.on_contact)
        e->opt.on_contact(&c, e->opt.arg);
}

/* What became of a host that never was connected: its machine says how that is told. */
static void report(struct ex_engine *e, const struct job *job, enum ex_outcome outcome,
                   const char *why)
{
    const uint64_t spent_ms = uv_now(&e->loop) - job->started_ms;
    struct ex_event ev = { .kind = EX_EV_START };
    struct ex_result r = { 0 };
    struct ex_host host;

    ex_host_init(&host, &e->opt.host, e->opt.cat, &job->target, 0);
    const struct ex_action first = ex_host_step(&host, &ev);
    tell_unsent(e, job, &first, outcome);
    const struct ex_exchange x = { .outcome = outcome,
                                   .path = first.path,
                                   .at_unix_ms = job->started_unix_ms,
                                   .duration_ms = (uint32_t)spent_ms };
    ev = (struct ex_event){ .kind = EX_EV_EXCHANGED, .exchange = &x };
    ex_host_step(&host, &ev);
    ex_host_result(&host, &r);
    if (r.detail[0] == '\0')
        ex_span_copy(r.detail, sizeof(r.detail), ex_span_str(why));
    r.target = job->target;
    r.has_address = true;
    r.address = job->address;
    r.n_addresses = job->n_addresses;
    r.started_unix_ms = job->started_unix_ms;
    r.duration_ms = (uint32_t)spent_ms;
    e->opt.on_result(&r, e->opt.arg);
}

static void end(struct ex_engine *e, struct job *job, enum ex_outcome outcome, const char *why)
{
    struct ex_shared_counts *counts = ex_shared_counts(e->opt.shared);

    atomic_fetch_add_explicit(&counts->requests, 1, memory_order_relaxed);
    report(e, job, outcome, why);
    if (job->fd >= 0)
        close(job->fd);
    if (e->opt.host_delay_ms > 0)
        job->rest_ms = uv_now(&e->loop) + e->opt.host_delay_ms + 1;
    ex_begin_job_done(e, job);
}

/* @k waits no more, and is gone. Its job is the caller's. */
static struct job *leave(struct knock *k)
{
    struct knocks *all = &k->engine->knocks;
    struct job *job = k->job;

    if (k == all->young)
        all->young = k->next;
    if (!job->is_late)
        all->n_young--;
    if (k->prev)
        k->prev->next = k->next;
    else
        all->first = k->next;
    if (k->next)
        k->next->prev = k->prev;
    else
        all->last = k->prev;
    all->n--;
    ex_watch_leave(&k->engine->watch, job->fd);
    free(k);
    return job;
}

static void on_timer(uv_timer_t *timer);

static void set_timer(struct ex_engine *e)
{
    const struct knocks *all = &e->knocks;
    const uint64_t now = uv_now(&e->loop);
    uint64_t due = UINT64_MAX;

    if (all->first)
        due = all->first->job->started_ms + e->opt.fetch.connect_timeout_ms;
    if (all->young && all->young->job->started_ms + late_ms(all) < due)
        due = all->young->job->started_ms + late_ms(all);
    if (due == UINT64_MAX)
        uv_timer_stop(&e->knock_timer);
    else
        uv_timer_start(&e->knock_timer, on_timer, due > now ? due - now : 1, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct ex_engine *e = timer->data;
    struct knocks *all = &e->knocks;

    while (all->first && age_ms(all->first) >= e->opt.fetch.connect_timeout_ms)
        end(e, leave(all->first), EX_OUT_CONNECT_TIMEOUT, "");
    while (all->young && age_ms(all->young) >= late_ms(all)) {
        all->young->job->is_late = true;
        all->n_young--;
        all->young = all->young->next;
    }
    set_timer(e);
}

/* One that took seconds, because a packet was lost, is not what is usual. */
static void note_usual(struct knocks *all, uint32_t took_ms)
{
    const uint32_t most_ms = (uint32_t)late_ms(all);

    if (took_ms > most_ms)
        took_ms = most_ms;
    all->usual_ms = (all->usual_ms * (USUAL_SHARE - 1) + took_ms) / USUAL_SHARE;
}

static void on_answer(int fd, uint32_t events, void *arg)
{
    struct knock *k = arg;
    struct ex_engine *e = k->engine;
    struct knocks *all = &e->knocks;
    const uint32_t took_ms = (uint32_t)age_ms(k);
    int error = 0;
    socklen_t n = sizeof(error);
    char why[EX_WHY_SIZE] = "";
    (void)events;

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0)
        error = errno;
    struct job *job = leave(k);
    note_usual(all, took_ms);
    if (error == 0 || error == ECONNRESET) { /* the latter's request will find that out */
        job->connect_ms = took_ms;
        job->next = NULL;
        *all->answered_tail = job;
        all->answered_tail = &job->next;
        all->n_answered++;
    } else {
        const enum ex_outcome outcome = ex_way_not_connected(error, why, sizeof(why));

        end(e, job, outcome, why);
    }
    set_timer(e);
}

/* 0 or an errno. */
static int begin_connect(struct job *job)
{
    struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(job->target.port) };
    struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(job->target.port) };
    const bool is_six = job->address.family == 6;

    memcpy(&six.sin6_addr, job->address.bytes, sizeof(six.sin6_addr));
    memcpy(&four.sin_addr, job->address.bytes, sizeof(four.sin_addr));
    if (connect(job->fd, is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four,
                is_six ? sizeof(six) : sizeof(four)) == 0 ||
        errno == EINPROGRESS)
        return 0;
    return errno;
}

static struct knock *watch(struct ex_engine *e, struct job *job)
{
    struct knock *k = malloc(sizeof(*k));

    if (!k || ex_watch_set(&e->watch, job->fd, EPOLLOUT, on_answer, k) != EX_OK) {
        free(k);
        return NULL;
    }
    k->engine = e;
    k->job = job;
    return k;
}

static void put_last(struct knocks *all, struct knock *k)
{
    k->next = NULL;
    k->prev = all->last;
    if (all->last)
        all->last->next = k;
    else
        all->first = k;
    all->last = k;
    if (!all->young)
        all->young = k;
    all->n++;
    all->n_young++;
}

void ex_knock(struct ex_engine *e, struct job *job)
{
    const bool was_empty = !e->knocks.young;
    char why[EX_WHY_SIZE] = "";

    job->is_late = false;
    job->fd = socket(job->address.family == 6 ? AF_INET6 : AF_INET,
                     SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (job->fd < 0) {
        const enum ex_outcome outcome = ex_way_no_socket(errno, why, sizeof(why));

        end(e, job, outcome, why);
        return;
    }
    const int error = begin_connect(job);
    if (error != 0) {
        const enum ex_outcome outcome = ex_way_not_connected(error, why, sizeof(why));

        end(e, job, outcome, why);
        return;
    }
    struct knock *k = watch(e, job);
    if (!k) {
        end(e, job, EX_OUT_INTERNAL, "out of memory");
        return;
    }
    put_last(&e->knocks, k);
    if (was_empty)
        set_timer(e);
}

struct job *ex_knock_take_answered(struct ex_engine *e)
{
    struct knocks *all = &e->knocks;
    struct job *job = all->answered;

    if (!job)
        return NULL;
    all->answered = job->next;
    if (!all->answered)
        all->answered_tail = &all->answered;
    all->n_answered--;
    return job;
}

void ex_knock_interrupt(struct ex_engine *e)
{
    struct job *job;

    while (e->knocks.first)
        end(e, leave(e->knocks.first), EX_OUT_CANCELED, "");
    while ((job = ex_knock_take_answered(e)))
        end(e, job, EX_OUT_CANCELED, "");
    set_timer(e);
}
