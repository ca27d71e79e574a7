// SPDX-License-Identifier: MIT
#include "net/domain_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "core/pace.h"

enum { N_RANDOM = 2 };

enum asked_for { FOR_MX, FOR_SRV, FOR_RANDOM, FOR_NAME };

/* One domain on its way. */
struct job {
    struct engine *e;
    struct ex_domain_report *r;
    struct ex_wildcard wildcard;
    unsigned n_pending;
    bool asks_names; /* the second half */
};

struct question {
    struct job *job;
    enum asked_for what;
    struct question *next;
    char name[EX_NAME_SIZE];
};

struct engine {
    const struct ex_discover_options *opt;
    struct ex_domain_report *reports;
    size_t n, n_begun;
    uv_loop_t loop;
    uv_timer_t timer;
    struct ex_dns *dns;
    struct ex_pace pace;
    struct question *first, **last;
    size_t n_waiting, n_in_flight;
    bool is_pumping;
    enum ex_status st; /* the first that is not EX_OK ends it */
};

static void pump(struct engine *e);

static void push(struct job *j, enum asked_for what, const char *name)
{
    struct question *q = calloc(1, sizeof(*q));

    if (!q) {
        j->e->st = EX_ENOMEM;
        return;
    }
    *q = (struct question){ .job = j, .what = what };
    ex_span_copy(q->name, sizeof(q->name), ex_span_str(name));
    *j->e->last = q;
    j->e->last = &q->next;
    j->e->n_waiting++;
    j->n_pending++;
    j->r->n_questions += what == FOR_MX || what == FOR_SRV ? 1 : 2;
}

static bool is_there_no(const char *why)
{
    return strcmp(why, "nxdomain") == 0 || strcmp(why, "no-record") == 0 ||
           strcmp(why, "no-address") == 0;
}

static void fails(struct engine *e, enum ex_status st)
{
    if (e->st == EX_OK)
        e->st = st;
}

static void ask_names(struct job *j)
{
    struct ex_domain_report *r = j->r;

    j->asks_names = true;
    fails(j->e, ex_domain_report_labels(r, j->e->opt));
    for (size_t i = 0; i < r->n_found; i++)
        if (ex_domain_report_asks(r, i))
            push(j, FOR_NAME, r->found[i].name);
}

static void ask_about(struct job *j)
{
    char name[EX_NAME_SIZE + 32];
    uint64_t number;

    snprintf(name, sizeof(name), "_autodiscover._tcp.%s", j->r->name);
    if (strlen(name) <= EX_NAME_MAX)
        push(j, FOR_SRV, name);
    for (int i = 0; i < N_RANDOM; i++) {
        if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number)) {
            j->e->st = EX_EINTERNAL;
            return;
        }
        snprintf(name, sizeof(name), "exprobe-%016llx.%s", (unsigned long long)number, j->r->name);
        if (strlen(name) <= EX_NAME_MAX)
            push(j, FOR_RANDOM, name);
    }
}

/* A question of @j is done. */
static void answered(struct question *q)
{
    struct job *j = q->job;
    struct engine *e = j->e;
    const bool goes_on = j->r->state == EX_DOMAIN_ASKED || j->r->state == EX_DOMAIN_INCOMPLETE;

    e->n_in_flight--;
    j->n_pending--;
    if (j->n_pending == 0 && goes_on && e->st == EX_OK) {
        if (q->what == FOR_MX)
            ask_about(j);
        else if (!j->asks_names)
            ask_names(j);
    }
    if (j->n_pending == 0) {
        ex_domain_report_finish(j->r, e->opt, &j->wildcard);
        free(j);
    }
    free(q);
    pump(e);
}

static void on_hosts(void *arg, const struct ex_dns_host *list, size_t n, const char *why)
{
    struct question *q = arg;
    struct ex_domain_report *r = q->job->r;

    if (q->what == FOR_MX && strcmp(why, "nxdomain") == 0) {
        r->state = EX_DOMAIN_UNKNOWN;
    } else if (q->what == FOR_MX && *why && !is_there_no(why)) {
        r->state = EX_DOMAIN_FAILED;
        r->why = why;
    } else if (*why && !is_there_no(why)) {
        ex_domain_report_fails(r, why);
    }
    fails(q->job->e, ex_domain_report_hosts(r, q->job->e->opt,
                                            q->what == FOR_MX ? EX_BY_MX : EX_BY_SRV, list, n));
    answered(q);
}

static void on_name(void *arg, const struct ex_dns_found *got)
{
    struct question *q = arg;
    struct job *j = q->job;
    const bool failed = *got->why && !is_there_no(got->why);

    if (failed)
        ex_domain_report_fails(j->r, got->why);
    if (q->what == FOR_RANDOM)
        ex_wildcard_note(&j->wildcard, got->addresses, got->n_addresses);
    else
        ex_domain_report_fill(j->r, j->e->opt, &j->wildcard, q->name, got);
    answered(q);
}

static void ask(struct engine *e, struct question *q)
{
    e->n_in_flight++;
    switch (q->what) {
    case FOR_MX:
        ex_dns_hosts(e->dns, q->name, EX_DNS_MX, on_hosts, q);
        return;
    case FOR_SRV:
        ex_dns_hosts(e->dns, q->name, EX_DNS_SRV, on_hosts, q);
        return;
    case FOR_RANDOM:
    case FOR_NAME:
        e->pace.next_us += e->pace.gap_us; /* A and AAAA */
        ex_dns_find(e->dns, q->name, on_name, q);
        return;
    }
}

/* There is always something to ask while domains are left. */
static void begin_domains(struct engine *e)
{
    while (e->n_begun < e->n && e->n_waiting < e->opt->concurrency && e->st == EX_OK) {
        struct ex_domain_report *r = &e->reports[e->n_begun++];
        struct job *j = calloc(1, sizeof(*j));

        if (!j) {
            e->st = EX_ENOMEM;
            return;
        }
        j->e = e;
        j->r = r;
        r->why = "";
        push(j, FOR_MX, r->name);
        if (j->n_pending == 0)
            free(j);
    }
}

static void on_timer(uv_timer_t *timer)
{
    pump(timer->data);
}

/* After an error: what is in flight still ends as it would have. */
static void drop_waiting(struct engine *e)
{
    while (e->first) {
        struct question *q = e->first;

        e->first = q->next;
        if (--q->job->n_pending == 0)
            free(q->job);
        free(q);
    }
    e->last = &e->first;
    e->n_waiting = 0;
}

/* Ask as much as may be asked now. Answers that come inside of the call do not go deeper. */
static void pump(struct engine *e)
{
    if (e->is_pumping)
        return;
    e->is_pumping = true;
    for (begin_domains(e); e->first && e->n_in_flight < e->opt->concurrency && e->st == EX_OK;
         begin_domains(e)) {
        struct question *q = e->first;
        const uint64_t wait_us = ex_pace_take(&e->pace, uv_hrtime() / 1000);

        if (wait_us > 0) {
            uv_timer_start(&e->timer, on_timer, wait_us / 1000 + 1, 0);
            break;
        }
        e->first = q->next;
        if (!e->first)
            e->last = &e->first;
        q->next = NULL;
        e->n_waiting--;
        ask(e, q);
    }
    e->is_pumping = false;
    if (e->st != EX_OK)
        drop_waiting(e);
    if (!e->first && e->n_in_flight == 0)
        uv_timer_stop(&e->timer);
}

enum ex_status ex_discover(struct ex_domain_report *reports, size_t n,
                           const struct ex_discover_options *opt, struct ex_error *err)
{
    struct engine e = { .opt = opt, .reports = reports, .n = n, .pace = ex_pace_of(opt->rate) };
    enum ex_status st;

    e.last = &e.first;
    if (uv_loop_init(&e.loop) != 0)
        return EX_ENOMEM;
    uv_timer_init(&e.loop, &e.timer);
    e.timer.data = &e;
    st = ex_dns_new(&e.dns, &e.loop, &opt->dns, err);
    if (st == EX_OK) {
        pump(&e);
        uv_run(&e.loop, UV_RUN_DEFAULT); /* ends with the last timer: that of DNS, or ours */
        st = e.st;
    }
    ex_dns_free(e.dns);
    uv_close((uv_handle_t *)&e.timer, NULL);
    uv_run(&e.loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&e.loop) != 0 && st == EX_OK)
        st = EX_EINTERNAL;
    return st;
}
