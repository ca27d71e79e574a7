// SPDX-License-Identifier: MIT
#include "cmd/log.h"

#include <stdarg.h>
#include <stdio.h>

/* Back to the first column, and erase to the end of the line (ECMA-48 EL). */
#define ERASE "\r\033[K"

void ex_log_init(struct ex_log *log, bool quiet, bool verbose)
{
    *log = (struct ex_log){ .quiet = quiet, .verbose = verbose };
    uv_mutex_init(&log->lock);
}

void ex_log_deinit(struct ex_log *log)
{
    uv_mutex_destroy(&log->lock);
}

void ex_log_line(struct ex_log *log, const char *fmt, ...)
{
    va_list ap;

    uv_mutex_lock(&log->lock);
    va_start(ap, fmt);
    if (log->say) {
        char line[EX_LOG_LINE_SIZE];

        vsnprintf(line, sizeof(line), fmt, ap);
        log->say(line, log->say_arg);
    } else {
        fputs(log->progress_shown ? ERASE "exprobe: " : "exprobe: ", stderr);
        log->progress_shown = false;
        vfprintf(stderr, fmt, ap);
        fputc('\n', stderr);
    }
    va_end(ap);
    uv_mutex_unlock(&log->lock);
}

void ex_log_progress(struct ex_log *log, const char *text)
{
    uv_mutex_lock(&log->lock);
    if (log->progress_shown || *text)
        fprintf(stderr, ERASE "%s", text);
    log->progress_shown = *text != '\0';
    fflush(stderr);
    uv_mutex_unlock(&log->lock);
}
