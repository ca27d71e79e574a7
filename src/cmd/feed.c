// SPDX-License-Identifier: MIT
#include "cmd/feed.h"

enum { RING = FEED_ROOM + 1 };

enum ex_status ex_feed_init(struct ex_feed *f, const struct ex_source_options *opt,
                            void (*wake)(void *arg), void *wake_arg, struct ex_error *err)
{
    *f = (struct ex_feed){ .wake = wake, .wake_arg = wake_arg, .ended = true };
    const enum ex_status st = ex_source_new(&f->source, opt, err);
    if (st != EX_OK)
        return st;
    uv_mutex_init(&f->lock);
    uv_cond_init(&f->not_full);
    return EX_OK;
}

/* Put one target into the queue, waiting for room. False: stopped, and the
 * target was the last; it is in the queue all the same, because it was counted. */
static bool put(struct ex_feed *f, const struct ex_target *t)
{
    uv_mutex_lock(&f->lock);
    while (f->n >= FEED_ROOM && !f->stopped)
        uv_cond_wait(&f->not_full, &f->lock);
    const bool go_on = !f->stopped;
    const bool wake = f->hungry;
    f->ring[(f->first + f->n++) % RING] = *t;
    f->hungry = false;
    f->counts = ex_source_counts(f->source);
    uv_mutex_unlock(&f->lock);
    if (wake)
        f->wake(f->wake_arg);
    return go_on;
}

static void run(void *arg)
{
    struct ex_feed *f = arg;
    struct ex_error error = { 0 };
    struct ex_target t;
    enum ex_status st;
    bool got;

    do {
        st = ex_source_next(f->source, &t, &got, &error);
    } while (st == EX_OK && got && put(f, &t));

    uv_mutex_lock(&f->lock);
    f->status = st;
    f->error = error;
    f->counts = ex_source_counts(f->source);
    f->ended = true;
    uv_mutex_unlock(&f->lock);
    f->wake(f->wake_arg);
}

enum ex_status ex_feed_find(struct ex_feed *f,
                            bool (*is_done)(const struct ex_target *t, void *arg), void *arg,
                            bool *found, struct ex_error *err)
{
    struct ex_target *t = &f->ring[f->first];
    enum ex_status st;
    bool got;

    do {
        st = ex_source_next(f->source, t, &got, err);
    } while (st == EX_OK && got && is_done(t, arg));
    f->counts = ex_source_counts(f->source);
    *found = st == EX_OK && got;
    f->n = *found;
    return st;
}

enum ex_status ex_feed_start(struct ex_feed *f)
{
    f->ended = false;
    f->started = uv_thread_create(&f->thread, run, f) == 0;
    return f->started ? EX_OK : EX_ENOMEM;
}

int ex_feed_next(struct ex_feed *f, struct ex_target *out)
{
    int got = 0;

    uv_mutex_lock(&f->lock);
    if (f->n > 0) {
        *out = f->ring[f->first];
        f->first = (f->first + 1) % RING;
        f->n--;
        got = 1;
        if (f->n == FEED_ROOM / 2) /* not for each: it would be a switch of threads a host */
            uv_cond_signal(&f->not_full);
    } else if (f->ended) {
        got = -1;
    } else {
        f->hungry = true;
    }
    uv_mutex_unlock(&f->lock);
    return got;
}

void ex_feed_stop(struct ex_feed *f)
{
    uv_mutex_lock(&f->lock);
    f->stopped = true;
    uv_cond_signal(&f->not_full);
    uv_mutex_unlock(&f->lock);
    ex_source_stop(f->source);
}

void ex_feed_join(struct ex_feed *f)
{
    if (f->started)
        uv_thread_join(&f->thread);
    f->started = false;
}

void ex_feed_deinit(struct ex_feed *f)
{
    if (!f->source)
        return;
    ex_feed_stop(f);
    ex_feed_join(f);
    ex_source_free(f->source);
    f->source = NULL;
    uv_cond_destroy(&f->not_full);
    uv_mutex_destroy(&f->lock);
}
