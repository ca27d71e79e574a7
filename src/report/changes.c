// SPDX-License-Identifier: MIT
#include "report/changes.h"

#include <stdlib.h>
#include <string.h>

#include "report/changed_target.h"
#include "report/past.h"

enum { DAY_CHARS = 10 };

/* What is public comes first, so that a pointer to one is a pointer to the other. */
struct making {
    struct ex_changes pub;
    size_t room;
    bool is_part; /* a client's: texts and findings are of the whole */
    struct ex_past past;
    struct ex_pool pool;
    struct ex_row **named; /* of this sweep, by target */
};

/* The count and flags that one target adds. What was accepted is no news. */
static void count(struct ex_changes *c, const struct ex_changed_target *t)
{
    c->fates[t->fate]++;
    c->builds_changed += t->build_changed;
    c->pages_changed += t->page_changed;
    c->changed |= t->fate != EX_FATE_SAME && t->fate != EX_FATE_NEVER_ANSWERED;
    c->changed |= t->build_changed || t->page_changed;
    c->worse |= t->page_changed;
    for (size_t i = 0; i < t->n_findings; i++) {
        const struct ex_changed_finding *f = &t->findings[i];

        if (f->accepted)
            continue;
        c->changes[f->change]++;
        c->changed |= f->change != EX_CHANGE_STILL_OPEN;
        c->worse |= ex_is_for_the_worse(f) && f->severity > EX_SEV_INFO;
    }
}

static enum ex_status add(struct making *m, struct ex_changed_target *t)
{
    if (!m->pub.at || m->pub.n == m->room) {
        const size_t room = m->room ? m->room * 2 : 64;
        struct ex_changed_target *grown = reallocarray(m->pub.at, room, sizeof(*grown));

        if (!grown)
            return EX_ENOMEM;
        m->pub.at = grown;
        m->room = room;
    }
    m->pub.at[m->pub.n++] = *t;
    count(&m->pub, t);
    return EX_OK;
}

static int by_name(const void *a, const void *b)
{
    return ex_row_cmp_host(*(struct ex_row *const *)a, *(struct ex_row *const *)b);
}

static enum ex_status sort_now(struct making *m, const struct ex_sweep *now)
{
    m->named = calloc(now->all.n ? now->all.n : 1, sizeof(struct ex_row *));
    if (!m->named)
        return EX_ENOMEM;
    if (now->all.n > 0) {
        memcpy(m->named, now->all.at, now->all.n * sizeof(struct ex_row *));
        qsort(m->named, now->all.n, sizeof(struct ex_row *), by_name);
    }
    return EX_OK;
}

/* How many of the rows from @i on are of the same target as the first. */
static size_t same_target(struct ex_row *const *rows, size_t i, size_t n)
{
    size_t end = i;

    while (end < n && strcmp(rows[end]->target, rows[i]->target) == 0)
        end++;
    return end - i;
}

/* Both lists are in the order of targets: one target after the other, from whichever has it. */
static enum ex_status each_target(struct making *m, const struct ex_compared *c)
{
    size_t i = 0, k = 0;
    enum ex_status st = EX_OK;

    while (st == EX_OK && (i < m->past.n || k < c->now->all.n)) {
        const int way = i == m->past.n       ? 1
                        : k == c->now->all.n ? -1
                                             : strcmp(m->past.at[i]->target, m->named[k]->target);
        const size_t n_then = way <= 0 ? same_target(m->past.at, i, m->past.n) : 0;
        const size_t n_now = way >= 0 ? same_target(m->named, k, c->now->all.n) : 0;
        struct ex_changed_target t;

        /* Of no rows there is not even a list. */
        st = ex_changed_target_make(&t, c, n_then ? &m->past.at[i] : NULL, n_then,
                                    n_now ? &m->named[k] : NULL, n_now, &m->pool);
        if (st == EX_OK)
            st = add(m, &t);
        if (st != EX_OK)
            free(t.findings);
        i += n_then;
        k += n_now;
    }
    return st;
}

/* The newest run of @in that is not of this sweep, as @past knows it, which may be NULL, and of
 * that shard, if it is not NULL. */
static const struct ex_run_seen *newest(const struct ex_results *in, const struct ex_past *past,
                                        const char *shard)
{
    const struct ex_run_seen *last = NULL;

    for (size_t i = 0; i < ex_results_n_runs(in); i++) {
        const struct ex_run_seen *run = ex_results_run(in, i);

        if ((!shard || strcmp(run->shard, shard) == 0) &&
            (!last || strcmp(run->started, last->started) >= 0) &&
            !(past && ex_past_is_now(past, run)))
            last = run;
    }
    return last;
}

/* The day of @run, of the pool; NULL without memory. */
static const char *day_of(struct ex_pool *pool, const struct ex_run_seen *run)
{
    char text[DAY_CHARS + 1] = "";

    if (run)
        ex_span_copy(
            text, sizeof(text),
            (struct ex_span){ (const uint8_t *)run->started, strnlen(run->started, DAY_CHARS) });
    return ex_pool_text(pool, text);
}

/* Whether the last earlier sweep came to its end: the newest run of each of its shards. */
static bool last_is_complete(const struct ex_results *in, const struct ex_past *past,
                             const struct ex_run_seen *last)
{
    const char *slash = last ? strchr(last->shard, '/') : NULL;
    const unsigned long n = slash ? strtoul(slash + 1, NULL, 10) : 1;
    char shard[sizeof(last->shard)];

    if (!last || n <= 1 || n > EX_SHARDS_MAX)
        return last && n <= 1 && ex_run_is_complete(last);
    for (unsigned long k = 1; k <= n; k++) {
        const struct ex_run_seen *run;

        snprintf(shard, sizeof(shard), "%lu/%lu", k, n);
        run = newest(in, past, shard);
        if (!run || !ex_run_is_complete(run))
            return false;
    }
    return true;
}

/* Whether nothing that was listed the last time can be missing: every run of that day was, too,
 * and came to the end of its list. */
static bool last_is_whole(const struct ex_results *in, const struct ex_past *past,
                          const struct ex_run_seen *last)
{
    for (size_t i = 0; last && i < ex_results_n_runs(in); i++) {
        const struct ex_run_seen *run = ex_results_run(in, i);

        if (strncmp(run->started, last->started, DAY_CHARS) == 0 && !ex_past_is_now(past, run) &&
            (!ex_run_is_complete(run) || !run->list_finished))
            return false;
    }
    return last_is_complete(in, past, last);
}

static size_t count_earlier(const struct ex_results *in, const struct ex_past *past)
{
    size_t n = 0;

    for (size_t i = 0; i < ex_results_n_runs(in); i++)
        n += !ex_past_is_now(past, ex_results_run(in, i));
    return n;
}

static enum ex_status compare(struct making *m, const struct ex_sweep *now,
                              struct ex_results *earlier)
{
    const struct ex_compared c = { .now = now,
                                   .earlier = earlier,
                                   .now_whole = ex_sweep_is_whole(now),
                                   .earlier_whole = last_is_whole(
                                       earlier, &m->past, newest(earlier, &m->past, NULL)) };
    enum ex_status st = sort_now(m, now);

    if (st == EX_OK)
        st = each_target(m, &c);
    if (st == EX_OK && m->pub.n > 0)
        qsort(m->pub.at, m->pub.n, sizeof(*m->pub.at), ex_changed_target_cmp);
    return st;
}

/* Which sweeps are compared. */
static enum ex_status head(struct making *m, const struct ex_sweep *now,
                           const struct ex_results *earlier, struct ex_error *err)
{
    const struct ex_run_seen *last = newest(earlier, &m->past, NULL);
    const struct ex_run_seen *this = newest(now->results, NULL, NULL);

    if (!last) {
        ex_error_set(err, "the earlier sweep and the new one are the same run");
        return EX_EINPUT;
    }
    m->pub.n_earlier = count_earlier(earlier, &m->past);
    m->pub.from = day_of(&m->pool, last);
    m->pub.to = day_of(&m->pool, this);
    m->pub.earlier_complete = last_is_complete(earlier, &m->past, last);
    m->pub.complete = ex_sweep_is_complete(now);
    m->pub.backwards = this && strcmp(this->started, last->started) < 0;
    return m->pub.from && m->pub.to ? EX_OK : EX_ENOMEM;
}

enum ex_status ex_changes_make(struct ex_changes **out, const struct ex_sweep *now,
                               struct ex_results *earlier, struct ex_accepted *accepted,
                               struct ex_error *err)
{
    struct making *m = calloc(1, sizeof(*m));
    enum ex_status st;

    *out = NULL;
    if (!m)
        return EX_ENOMEM;
    st = ex_past_load(&m->past, earlier, now->results, accepted, &m->pool, err);
    if (st == EX_OK)
        st = head(m, now, earlier, err);
    if (st == EX_OK)
        st = compare(m, now, earlier);
    if (st == EX_OK)
        *out = &m->pub;
    else
        ex_changes_free(&m->pub);
    return st;
}

enum ex_status ex_changes_client(struct ex_changes **out, const struct ex_changes *all,
                                 const char *client)
{
    struct making *m = calloc(1, sizeof(*m));
    enum ex_status st = EX_OK;

    *out = NULL;
    if (!m)
        return EX_ENOMEM;
    m->is_part = true;
    m->pub = (struct ex_changes){ .n_earlier = all->n_earlier,
                                  .from = all->from,
                                  .to = all->to,
                                  .earlier_complete = all->earlier_complete,
                                  .complete = all->complete,
                                  .backwards = all->backwards };
    for (size_t i = 0; i < all->n && st == EX_OK; i++)
        if (strcmp(all->at[i].client, client) == 0)
            st = add(m, &all->at[i]);
    if (st == EX_OK)
        *out = &m->pub;
    else
        ex_changes_free(&m->pub);
    return st;
}

void ex_changes_free(struct ex_changes *changes)
{
    struct making *m = (struct making *)changes;

    if (!m)
        return;
    for (size_t i = 0; i < m->pub.n && !m->is_part; i++)
        free(m->pub.at[i].findings);
    free(m->pub.at);
    ex_past_deinit(&m->past);
    ex_pool_deinit(&m->pool);
    free(m->named);
    free(m);
}
