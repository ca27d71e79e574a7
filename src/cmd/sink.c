// SPDX-License-Identifier: MIT
#include "cmd/sink.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    LINES_MAX = 1024, /* a queue this long stops admission ... */
    LINES_LOW = 256,  /* ... until it is this short again */
};

struct ex_line {
    struct ex_line *next;
    char *text; /**< owned */
    size_t n;
};

static int write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        const ssize_t got = write(fd, p, n);

        if (got >= 0) {
            p += got;
            n -= (size_t)got;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            /* Somebody else made this pipe or terminal non-blocking. */
            struct pollfd wait = { .fd = fd, .events = POLLOUT };
            poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

static struct ex_line *take(struct ex_sink *s)
{
    struct ex_line *line;
    bool wake = false;

    uv_mutex_lock(&s->lock);
    while (!s->first && !s->closed)
        uv_cond_wait(&s->changed, &s->lock);
    line = s->first;
    if (line) {
        s->first = line->next;
        if (!s->first)
            s->last = &s->first;
        s->n--;
        wake = s->full && s->n < LINES_LOW;
        if (wake)
            s->full = false;
    }
    uv_mutex_unlock(&s->lock);
    if (wake)
        s->wake(s->wake_arg);
    return line;
}

static void run(void *arg)
{
    struct ex_sink *s = arg;
    struct ex_line *line;
    int error = 0;

    while ((line = take(s))) {
        if (error == 0) {
            error = write_all(s->fd, line->text, line->n);
            if (error != 0) {
                uv_mutex_lock(&s->lock);
                s->error = error;
                uv_mutex_unlock(&s->lock);
                s->wake(s->wake_arg);
            }
        }
        free(line->text);
        free(line);
    }
}

enum ex_status ex_sink_start(struct ex_sink *s, int fd, void (*wake)(void *arg), void *wake_arg)
{
    *s = (struct ex_sink){ .fd = fd, .wake = wake, .wake_arg = wake_arg };
    s->last = &s->first;
    uv_mutex_init(&s->lock);
    uv_cond_init(&s->changed);
    return uv_thread_create(&s->thread, run, s) == 0 ? EX_OK : EX_ENOMEM;
}

void ex_sink_put(struct ex_sink *s, char *text, size_t n)
{
    struct ex_line *line = malloc(sizeof(*line));

    uv_mutex_lock(&s->lock);
    if (line) {
        *line = (struct ex_line){ .text = text, .n = n };
        *s->last = line;
        s->last = &line->next;
        s->n++;
        s->full |= s->n >= LINES_MAX;
    } else {
        s->error = s->error ? s->error : ENOMEM; /* a lost line must not pass unnoticed */
        free(text);
    }
    uv_cond_signal(&s->changed);
    uv_mutex_unlock(&s->lock);
}

bool ex_sink_is_full(struct ex_sink *s)
{
    uv_mutex_lock(&s->lock);
    const bool full = s->full;
    uv_mutex_unlock(&s->lock);
    return full;
}

int ex_sink_error(struct ex_sink *s)
{
    uv_mutex_lock(&s->lock);
    const int error = s->error;
    uv_mutex_unlock(&s->lock);
    return error;
}

int ex_sink_close(struct ex_sink *s)
{
    uv_mutex_lock(&s->lock);
    s->closed = true;
    uv_cond_signal(&s->changed);
    uv_mutex_unlock(&s->lock);
    uv_thread_join(&s->thread);
    uv_cond_destroy(&s->changed);
    uv_mutex_destroy(&s->lock);
    return s->error;
}
