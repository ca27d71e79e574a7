// SPDX-License-Identifier: MIT
#ifndef CMD_FEED_H
#define CMD_FEED_H

#include <uv.h>

#include "input/source.h"

/** Targets that are read ahead: enough that the engine never waits for a disk. */
enum { FEED_ROOM = 64 };

/**
 * The thread that reads the target lists, so that a slow pipe or a slow disk
 * never holds the loop up, and the small queue between it and the engine.
 */
struct ex_feed {
    struct ex_source *source; /**< owned */
    uv_thread_t thread;
    uv_mutex_t lock;
    uv_cond_t not_full;
    struct ex_target ring[FEED_ROOM + 1]; /**< one more for what was read when it stopped */
    unsigned first, n;
    bool started, ended, stopped, hungry;
    enum ex_status status; /**< of the stream, once it ended */
    struct ex_error error;
    struct ex_source_counts counts;
    void (*wake)(void *arg);
    void *wake_arg;
};

/**
 * Open the lists. @wake is called from the reading thread when a target is there
 * after ex_feed_next() had none.
 * Returns: EX_OK, EX_EINPUT, EX_ENOMEM. On EX_OK call ex_feed_deinit().
 */
EX_MUSTUSE enum ex_status ex_feed_init(struct ex_feed *f, const struct ex_source_options *opt,
                                       void (*wake)(void *arg), void *wake_arg,
                                       struct ex_error *err);

/**
 * Read on to the first target of which @is_done says no; it will be handed out first. *found is
 * false when there is none in any list.
 *
 * Returns: as ex_source_next(). Thread: before ex_feed_start().
 */
EX_MUSTUSE enum ex_status ex_feed_find(struct ex_feed *f,
                                       bool (*is_done)(const struct ex_target *t, void *arg),
                                       void *arg, bool *found, struct ex_error *err);

/** Begin to read. */
EX_MUSTUSE enum ex_status ex_feed_start(struct ex_feed *f);

/** 1: *out is written, 0: none now, -1: the stream has ended. Never blocks. */
int ex_feed_next(struct ex_feed *f, struct ex_target *out);

/** Read no further; what is in the queue stays there. Any thread. */
void ex_feed_stop(struct ex_feed *f);

/** Wait for the reading thread; then counts, status and error are final. */
void ex_feed_join(struct ex_feed *f);

/** Stop, join, and release everything. Nothing happens when it was never made. */
void ex_feed_deinit(struct ex_feed *f);

#endif
