// SPDX-License-Identifier: MIT
#ifndef CMD_SINK_H
#define CMD_SINK_H

#include <stdbool.h>
#include <uv.h>

#include "exprobe/status.h"

enum { EX_SINK_SYNC_MS = 5000 };

/** Finished lines on their way to the output. */
struct ex_line;

/**
 * The thread that writes results, one write() a line, so that a slow reader
 * never holds the loop up. A line is written at once, those that follow it within 20 ms together.
 * The first error ends the writing; what was written stays.
 *
 * A file of our own is also brought to the disk: its first line at once, the others every few
 * seconds (EX_SINK_SYNC_MS), and all of it at the end. A power cut costs what was written since,
 * and no line before that. When writing fails in the middle of a line, the file is cut back to
 * its last whole one; when bringing it to the disk fails, to what is known to be there, because
 * the system does not try again and forgets what it could not write.
 */
struct ex_sink {
    int fd;             /**< borrowed */
    bool is_file;       /**< a regular file that nobody else writes to */
    int64_t n_whole;    /**< bytes of it that are whole lines */
    int64_t n_safe;     /**< bytes of it that are on the disk */
    bool dirty;         /**< something was written that may not be on the disk */
    uint64_t due_ms;    /**< when it has to be */
    uint64_t rested_ms; /**< lines that come earlier wait for each other */
    bool wants_line;    /**< the thread sleeps until it is told of one */
    uv_thread_t thread;
    uv_mutex_t lock;
    uv_cond_t changed;
    struct ex_line *first, **last;
    size_t n_bytes; /**< of the lines that wait: a line may have a kilobyte or a hundred */
    bool closed;
    bool full;               /**< was at its limit and is not short again */
    int error;               /**< errno of the write that failed, 0 for none */
    void (*wake)(void *arg); /**< there is room again, or writing has failed */
    void *wake_arg;
};

/** Write to @fd. @is_file: it is a regular file that only we append to.
 *  Returns: EX_OK, EX_ENOMEM. On EX_OK call ex_sink_close(). */
EX_MUSTUSE enum ex_status ex_sink_start(struct ex_sink *s, int fd, bool is_file,
                                        void (*wake)(void *arg), void *wake_arg);

/** Queue a copy of a line of @n bytes. Never blocks. Any thread. */
void ex_sink_put(struct ex_sink *s, const char *line, size_t n);

/** Begin no further host while this is true; wake() tells when it changes. */
bool ex_sink_is_full(struct ex_sink *s);

/** The errno that ended the writing, 0 while all is well. */
int ex_sink_error(struct ex_sink *s);

/** Write what is left and end the thread. Returns the errno that ended the writing, or 0. */
int ex_sink_close(struct ex_sink *s);

#endif
