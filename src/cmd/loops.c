// SPDX-License-Identifier: MIT
#include "cmd/loops.h"

#include <errno.h>
#include <stdlib.h>

enum {
    GRACE_MS = 10000, /* for what is in flight after the first signal */
    DNS_TIMEOUT_MS = 2500,
    DNS_TRIES = 3,
};

int ex_loops_next_undone(struct ex_scan *s, struct ex_target *out)
{
    int got = ex_feed_next(&s->feed, out);

    if (!s->resume.done)
        return got;
    uv_mutex_lock(&s->resume_lock);
    while (got > 0 && ex_resume_is_done(&s->resume, out, s->cfg->one_address))
        got = ex_feed_next(&s->feed, out);
    if (s->resume.status != EX_OK)
        got = -1;
    uv_mutex_unlock(&s->resume_lock);
    return got;
}

static enum ex_next next_target(struct ex_target *out, void *arg)
{
    struct ex_scan *s = ((struct ex_loop *)arg)->scan;

    if (ex_sink_is_full(&s->sink))
        return EX_NEXT_LATER;
    const int got = ex_loops_next_undone(s, out);
    return got > 0 ? EX_NEXT_TARGET : got < 0 ? EX_NEXT_END : EX_NEXT_LATER;
}

static bool may_begin(void *arg)
{
    return !ex_sink_is_full(&((struct ex_loop *)arg)->scan->sink);
}

static enum ex_state permit(const struct ex_target *t, const struct ex_addr *a, bool looked_up,
                            char why[static EX_DETAIL_SIZE], void *arg)
{
    const struct ex_whom whom = { .name = t->kind == EX_TARGET_NAME ? t->name : NULL,
                                  .address = a,
                                  .looked_up = looked_up };

    return ex_scope_judge(((const struct ex_loop *)arg)->scan->scope, &whom, why);
}

static bool on_contact(struct ex_contact *c, void *arg)
{
    struct ex_scan *s = ((struct ex_loop *)arg)->scan;

    if (ex_request_log_put(s->requests, c))
        return true;
    s->engine_status = EX_EOUTPUT;
    for (unsigned i = 0; i < s->n_loops; i++)
        ex_engine_stop_at_once(s->loops[i].engine);
    return false;
}

static size_t pinned(const struct ex_target *t, struct ex_addr *out, size_t max, void *arg)
{
    return ex_pins_find(&((const struct ex_loop *)arg)->scan->pins, t->name, t->port, out, max);
}

/* The list of what is done is one for all loops. */
static bool is_done_at(const struct ex_target *t, const struct ex_addr *a, void *arg)
{
    struct ex_scan *s = ((struct ex_loop *)arg)->scan;

    if (!s->resume.done)
        return false;
    uv_mutex_lock(&s->resume_lock);
    const bool is_done = ex_resume_is_done_at(&s->resume, t, a);
    uv_mutex_unlock(&s->resume_lock);
    return is_done;
}

void ex_loops_wake(void *arg)
{
    struct ex_scan *s = arg;
    const int error = ex_sink_error(&s->sink);

    if (error == EPIPE)
        ex_output_reader_gone();
    for (unsigned i = 0; i < s->n_loops; i++) {
        if (error != 0)
            ex_engine_stop_at_once(s->loops[i].engine); /* nobody would see what is still found */
        else
            ex_engine_wake(s->loops[i].engine);
    }
}

static enum ex_status make_engine(struct ex_loop *l, uint32_t concurrency, struct ex_error *err)
{
    struct ex_scan *s = l->scan;
    const struct ex_config *cfg = s->cfg;
    const struct ex_engine_options opt = {
        .cat = s->cat,
        .fetch = { .user_agent = s->user_agent,
                   .way = { .proxy = cfg->proxy, .interface = cfg->interface },
                   .connect_timeout_ms = cfg->connect_timeout_ms,
                   .trust = s->trust },
        .host = { .deep = cfg->deep,
                  .ntlm_info = cfg->ntlm_info,
                  .fingerprint_only = cfg->fingerprint_only,
                  .retries = (uint8_t)cfg->retries,
                  .budget = EX_BUDGET_FINGERPRINT,
                  .budget_deep = EX_BUDGET_DEEP,
                  .cert_of_der = ex_cert_of_der },
        .hunt = ex_inspection_hunt(&s->inspection, (size_t)(l - s->loops)),
        .dns = { .servers = cfg->dns_servers,
                 .family = cfg->ipv4   ? EX_FAMILY_4
                           : cfg->ipv6 ? EX_FAMILY_6
                                       : EX_FAMILY_ANY,
                 .timeout_ms = DNS_TIMEOUT_MS,
                 .tries = DNS_TRIES },
        .one_address = cfg->one_address,
        .shared = s->shared,
        .concurrency = concurrency,
        .late_max = s->late_max / s->n_wanted,
        .host_delay_ms = cfg->host_delay_ms,
        .request_timeout_ms = cfg->timeout_ms,
        .host_timeout_ms = cfg->max_time_ms,
        .hunt_timeout_ms = s->inspection.time_ms,
        .grace_ms = GRACE_MS,
        .arg = l,
        .next = next_target,
        .may_begin = may_begin,
        .permit = permit,
        .pinned = pinned,
        .is_done = is_done_at,
        .on_contact = s->requests ? on_contact : NULL,
        .on_result = ex_tally_result,
    };
    return ex_engine_new(&l->engine, &opt, err);
}

unsigned ex_loops_wanted(const struct ex_config *cfg, uint32_t concurrency)
{
    const unsigned n = cfg->threads ? cfg->threads : uv_available_parallelism();

    return n < concurrency ? n : concurrency;
}

enum ex_status ex_loops_make(struct ex_scan *s, struct ex_error *err)
{
    const struct ex_config *cfg = s->cfg;
    const uint32_t all = s->concurrency;
    const unsigned n = s->n_wanted;
    const struct ex_shared_options opt = { .n_loops = n,
                                           .concurrency = all + s->late_max,
                                           .rate = cfg->rate,
                                           .network_gap_ms = cfg->network_delay_ms };
    enum ex_status st = ex_shared_new(&s->shared, &opt);

    s->loops = calloc(n, sizeof(*s->loops));
    if (!s->loops)
        return EX_ENOMEM;
    uv_mutex_init(&s->resume_lock);
    for (unsigned i = 0; st == EX_OK && i < n; i++) {
        s->loops[i].scan = s;
        st = make_engine(&s->loops[i], all / n + (i < all % n), err);
        if (st == EX_OK)
            s->n_loops++;
    }
    return st;
}

static void run_loop(void *arg)
{
    struct ex_loop *l = arg;
    const enum ex_status st = ex_engine_run(l->engine);

    if (st != EX_OK)
        l->scan->engine_status = st;
    if (atomic_fetch_sub(&l->scan->n_running, 1) == 1)
        ex_control_quit(&l->scan->control);
}

enum ex_status ex_loops_run(struct ex_scan *s)
{
    unsigned n = 0;

    s->n_running = s->n_loops;
    while (n < s->n_loops && uv_thread_create(&s->loops[n].thread, run_loop, &s->loops[n]) == 0)
        n++;
    const unsigned missing = s->n_loops - n;
    if (missing > 0 && atomic_fetch_sub(&s->n_running, missing) == missing)
        ex_control_quit(&s->control);
    ex_control_run(&s->control);
    for (unsigned i = 0; i < n; i++)
        uv_thread_join(&s->loops[i].thread);
    return n > 0 ? EX_OK : EX_ENOMEM;
}

void ex_loops_stop(struct ex_scan *s)
{
    for (unsigned i = 0; i < s->n_loops; i++)
        ex_engine_stop(s->loops[i].engine);
}

void ex_loops_free(struct ex_scan *s)
{
    for (unsigned i = 0; i < s->n_loops; i++) {
        ex_engine_free(s->loops[i].engine);
        ex_json_free(&s->loops[i].json);
    }
    free(s->loops);
    ex_shared_free(s->shared);
    if (s->loops)
        uv_mutex_destroy(&s->resume_lock);
}
