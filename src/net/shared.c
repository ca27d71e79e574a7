// SPDX-License-Identifier: MIT
#include "net/shared.h"

#include <stdlib.h>

#include "core/pace.h"
#include "core/rest.h"
#include "core/spread.h"
#include "net/share.h"

enum {
    PARKED_MAX = 8192,    /* jobs; about 7 MB, and 32 networks of 256 hosts */
    TURNS_AHEAD_MS = 500, /* how far the requests that wait for a turn may reach */
    US_PER_MS = 1000,
    NS_PER_US = 1000,
};

struct ex_shared {
    uv_mutex_t lock;
    unsigned n_loops;
    struct ex_pace pace;
    struct ex_spread spread;
    struct ex_rest rest;
    struct job **busy; /**< buckets of the jobs that have an address, by address */
    uint32_t busy_mask;
    _Atomic int n_parked;
    struct ex_shared_counts counts;
};

enum ex_status ex_shared_new(struct ex_shared **out, const struct ex_shared_options *opt)
{
    struct ex_shared *sh = calloc(1, sizeof(*sh));
    uint32_t buckets = 16;

    *out = NULL;
    while (buckets < opt->concurrency)
        buckets *= 2;
    if (sh)
        sh->busy = calloc(buckets, sizeof(struct job *));
    if (!sh || !sh->busy || uv_mutex_init(&sh->lock) != 0) {
        if (sh)
            free(sh->busy);
        free(sh);
        return EX_ENOMEM;
    }
    sh->n_loops = opt->n_loops;
    sh->busy_mask = buckets - 1;
    sh->pace = ex_pace_of(opt->rate);
    sh->spread.gap_us = (uint64_t)opt->network_gap_ms * US_PER_MS;
    *out = sh;
    return EX_OK;
}

void ex_shared_free(struct ex_shared *sh)
{
    if (!sh)
        return;
    uv_mutex_destroy(&sh->lock);
    free(sh->busy);
    free(sh);
}

struct ex_shared_counts *ex_shared_counts(struct ex_shared *sh)
{
    return &sh->counts;
}

static uint64_t now_us(void)
{
    return uv_hrtime() / NS_PER_US;
}

static struct job **bucket_of(const struct ex_shared *sh, const struct ex_addr *a)
{
    uint32_t h = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < (a->family == 4 ? 4u : 16u); i++)
        h = (h ^ a->bytes[i]) * 16777619u;
    return &sh->busy[(h ^ h >> 15) & sh->busy_mask];
}

/* Behind @first: @job and those that had waited behind it. */
static void queue_up(struct job *first, struct job *job)
{
    job->next = job->behind;
    if (first->behind)
        first->behind_last->next = job;
    else
        first->behind = job;
    first->behind_last = job->behind ? job->behind_last : job;
    job->behind = job->behind_last = NULL;
}

/* Under the lock. */
static enum ex_claim claim(struct ex_shared *sh, struct job *job, uint64_t *wait_ms)
{
    struct job **bucket = bucket_of(sh, &job->address);
    struct job *other = *bucket;

    while (other && ex_addr_cmp(&other->address, &job->address) != 0)
        other = other->next_busy;
    if (other) {
        queue_up(other, job);
        ex_shared_park(sh, 1);
        return EX_CLAIM_BEHIND;
    }
    *wait_ms = ex_rest_left(&sh->rest, &job->address, now_us() / US_PER_MS);
    if (*wait_ms > 0)
        return *wait_ms == UINT64_MAX ? EX_CLAIM_LIMITED : EX_CLAIM_LATER;
    job->next_busy = *bucket;
    *bucket = job;
    return EX_CLAIM_GRANTED;
}

enum ex_claim ex_shared_claim(struct ex_shared *sh, struct job *job, uint64_t *wait_ms)
{
    uv_mutex_lock(&sh->lock);
    const enum ex_claim got = claim(sh, job, wait_ms);
    uv_mutex_unlock(&sh->lock);
    return got;
}

struct job *ex_shared_release(struct ex_shared *sh, struct job *job)
{
    uv_mutex_lock(&sh->lock);
    struct job **at = bucket_of(sh, &job->address);
    struct job *heir = job->behind;

    while (*at != job)
        at = &(*at)->next_busy;
    *at = job->next_busy;
    if (job->rest_ms > 0)
        ex_rest_note(&sh->rest, &job->address, job->rest_ms, job->limited_ms);
    uv_mutex_unlock(&sh->lock);
    if (!heir)
        return NULL;
    ex_shared_park(sh, -1);
    heir->behind = heir->next;
    heir->behind_last = heir->behind ? job->behind_last : NULL;
    heir->next = NULL;
    job->behind = job->behind_last = NULL;
    return heir;
}

void ex_shared_park(struct ex_shared *sh, int more)
{
    atomic_fetch_add_explicit(&sh->n_parked, more, memory_order_relaxed);
}

bool ex_shared_has_room(const struct ex_shared *sh)
{
    return atomic_load_explicit(&sh->n_parked, memory_order_relaxed) < PARKED_MAX;
}

uint64_t ex_shared_spread(struct ex_shared *sh, const struct ex_addr *a)
{
    if (sh->spread.gap_us == 0)
        return 0;
    uv_mutex_lock(&sh->lock);
    const uint64_t wait_us = ex_spread_take(&sh->spread, a, now_us());
    uv_mutex_unlock(&sh->lock);
    return (wait_us + US_PER_MS - 1) / US_PER_MS;
}

uint64_t ex_shared_network_left(struct ex_shared *sh, const struct ex_addr *a)
{
    if (sh->spread.gap_us == 0)
        return 0;
    uv_mutex_lock(&sh->lock);
    const uint64_t wait_us = ex_spread_left(&sh->spread, a, now_us());
    uv_mutex_unlock(&sh->lock);
    return (wait_us + US_PER_MS - 1) / US_PER_MS;
}

uint64_t ex_shared_turn(struct ex_shared *sh, const struct ex_addr *begun, uint64_t *network_us)
{
    uint64_t wait_us = 0;

    *network_us = 0;
    if (sh->spread.gap_us == 0)
        begun = NULL;
    if (sh->pace.gap_us == 0 && !begun)
        return 0;
    uv_mutex_lock(&sh->lock);
    const uint64_t now = now_us();

    if (begun)
        *network_us = ex_spread_left(&sh->spread, begun, now);
    if (*network_us == 0)
        wait_us = ex_pace_take(&sh->pace, now);
    if (begun && *network_us == 0 && wait_us == 0)
        ex_spread_begin(&sh->spread, begun, now);
    uv_mutex_unlock(&sh->lock);
    return wait_us;
}

bool ex_shared_turns_are_near(const struct ex_shared *sh, uint32_t n_queued)
{
    return n_queued == 0 ||
           n_queued * sh->pace.gap_us * sh->n_loops <= TURNS_AHEAD_MS * UINT64_C(1000);
}

unsigned ex_shared_n_loops(const struct ex_shared *sh)
{
    return sh->n_loops;
}
