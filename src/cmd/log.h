// SPDX-License-Identifier: MIT
#ifndef CMD_LOG_H
#define CMD_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <uv.h>

/** Lines on standard error from several threads, and a progress line that gives way to them. */
struct ex_log {
    uv_mutex_t lock;
    bool quiet, verbose;
    bool progress_shown;                      /**< the cursor stands behind a progress line */
    void (*say)(const char *line, void *arg); /**< who gets the lines instead; or NULL */
    void *say_arg;
};

void ex_log_init(struct ex_log *log, bool quiet, bool verbose);
void ex_log_deinit(struct ex_log *log);

enum { EX_LOG_LINE_SIZE = 2048 }; /**< of a line for @say, which is cut there */

/** One line, whole. Text of strangers must be escaped by the caller. Any thread. */
void ex_log_line(struct ex_log *log, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** Draw over the progress line; "" removes it. Any thread. */
void ex_log_progress(struct ex_log *log, const char *text);

#endif
