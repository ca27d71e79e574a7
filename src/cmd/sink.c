// SPDX-License-Identifier: MIT
#include "cmd/sink.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BYTES_MAX = 1024 * 1024, /* a queue this long stops admission ... */
    BYTES_LOW = 256 * 1024,  /* ... until it is this short again */
    /* After all that waited was written: to be woken for each line costs more than to write it. */
    REST_MS = 20,
    NS_PER_MS = 1000000,
};

struct ex_line {
    struct ex_line *next;
    size_t n;
    char text[];
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

static uint64_t now_ms(void)
{
    return uv_hrtime() / NS_PER_MS;
}

/* Wait for a line, the end, or the time to sync. */
static void wait_for_line(struct ex_sink *s, uint64_t now)
{
    const uint64_t until = now < s->rested_ms ? s->rested_ms : s->dirty ? s->due_ms : 0;

    s->wants_line = now >= s->rested_ms;
    if (until == 0)
        uv_cond_wait(&s->changed, &s->lock);
    else if (now < until)
        uv_cond_timedwait(&s->changed, &s->lock, (until - now) * NS_PER_MS);
    s->wants_line = false;
}

/* The next line; NULL when it is time to sync first, or at the end, with *ended. */
static struct ex_line *take(struct ex_sink *s, bool *ended)
{
    struct ex_line *line;
    uint64_t now = now_ms();
    bool wake = false;

    uv_mutex_lock(&s->lock);
    while (!s->closed && !(s->dirty && now >= s->due_ms) && (!s->first || now < s->rested_ms)) {
        wait_for_line(s, now);
        now = now_ms();
    }
    line = s->first;
    *ended = !line && s->closed;
    if (line) {
        s->first = line->next;
        if (!s->first) {
            s->last = &s->first;
            s->rested_ms = now + REST_MS;
        }
        s->n_bytes -= line->n;
        wake = s->full && s->n_bytes < BYTES_LOW;
        if (wake)
            s->full = false;
    }
    uv_mutex_unlock(&s->lock);
    if (wake)
        s->wake(s->wake_arg);
    return line;
}

/* A file system that has no way to do it, which is no failure to write. */
static bool cannot_sync(int error)
{
    return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP;
}

static int sync_file(struct ex_sink *s)
{
    s->dirty = false;
    const int error = fdatasync(s->fd) == 0 ? 0 : errno;
    s->due_ms = now_ms() + EX_SINK_SYNC_MS;
    if (error == 0 || cannot_sync(error)) {
        s->n_safe = s->n_whole;
        return 0;
    }
    return ftruncate(s->fd, s->n_safe) == 0 ? error : errno;
}

static int write_line(struct ex_sink *s, const struct ex_line *line)
{
    const int error = write_all(s->fd, line->text, line->n);

    if (!s->is_file)
        return error;
    /* Half a line would be dropped by whoever goes on with the file; better it is not there. */
    if (error != 0 && ftruncate(s->fd, s->n_whole) != 0)
        return error;
    if (error == 0) {
        s->n_whole += (int64_t)line->n;
        s->dirty = true;
    }
    return error;
}

static void set_error(struct ex_sink *s, int error)
{
    uv_mutex_lock(&s->lock);
    s->error = error;
    uv_mutex_unlock(&s->lock);
    s->wake(s->wake_arg);
}

static void run(void *arg)
{
    struct ex_sink *s = arg;
    bool ended = false;
    int error = 0;

    while (!ended) {
        struct ex_line *line = take(s, &ended);
        int now = 0;

        if (line && error == 0)
            now = write_line(s, line);
        if (now == 0 && s->dirty && (ended || now_ms() >= s->due_ms))
            now = sync_file(s);
        free(line);
        if (now != 0 && error == 0) {
            error = now;
            set_error(s, error);
        }
    }
}

enum ex_status ex_sink_start(struct ex_sink *s, int fd, bool is_file, void (*wake)(void *arg),
                             void *wake_arg)
{
    const int64_t end = is_file ? (int64_t)lseek(fd, 0, SEEK_END) : 0;

    *s = (struct ex_sink){ .fd = fd, .wake = wake, .wake_arg = wake_arg };
    s->is_file = is_file && end >= 0;
    s->n_whole = s->n_safe = end;
    s->last = &s->first;
    uv_mutex_init(&s->lock);
    uv_cond_init(&s->changed);
    return uv_thread_create(&s->thread, run, s) == 0 ? EX_OK : EX_ENOMEM;
}

void ex_sink_put(struct ex_sink *s, const char *text, size_t n)
{
    struct ex_line *line = n < SIZE_MAX - sizeof(*line) ? malloc(sizeof(*line) + n) : NULL;

    if (line) {
        line->next = NULL;
        line->n = n;
        memcpy(line->text, text, n);
    }
    uv_mutex_lock(&s->lock);
    if (line) {
        *s->last = line;
        s->last = &line->next;
        s->n_bytes += n;
        s->full |= s->n_bytes >= BYTES_MAX;
    } else {
        s->error = s->error ? s->error : ENOMEM; /* a lost line must not pass unnoticed */
    }
    if (s->wants_line) {
        s->wants_line = false;
        uv_cond_signal(&s->changed);
    }
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
