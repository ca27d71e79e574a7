// SPDX-License-Identifier: MIT
#include "net/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    EVENTS_MAX = 256, /* at a time; what is left over is there again in the next turn */
    ROOM_FIRST = 64,
};

struct watched {
    ex_watch_fn *ready; /**< NULL: nobody wants to hear of it */
    void *arg;
    uint32_t events;
    uint32_t epoch; /**< counts its owners: what was seen for one is not told to the next */
};

static struct epoll_event event_of(const struct ex_watch *w, int fd, uint32_t events)
{
    return (struct epoll_event){ .events = events,
                                 .data.u64 = (uint64_t)w->at[fd].epoch << 32 | (uint32_t)fd };
}

static void tell(struct ex_watch *w, const struct epoll_event *seen)
{
    const int fd = (int)(uint32_t)seen->data.u64;
    const struct watched *s = &w->at[fd];
    struct epoll_event unused = { 0 };

    if (s->ready && s->epoch == seen->data.u64 >> 32)
        s->ready(fd, seen->events, s->arg);
    else if (!s->ready) /* idle, and the server hangs up: once is enough */
        epoll_ctl(w->epoll, EPOLL_CTL_DEL, fd, &unused);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct ex_watch *w = poll->data;
    struct epoll_event seen[EVENTS_MAX];
    (void)status;
    (void)events;

    const int n = epoll_wait(w->epoll, seen, EVENTS_MAX, 0);
    for (int i = 0; i < n; i++)
        tell(w, &seen[i]);
}

enum ex_status ex_watch_init(struct ex_watch *w, uv_loop_t *loop)
{
    *w = (struct ex_watch){ .epoll = epoll_create1(EPOLL_CLOEXEC) };
    if (w->epoll < 0)
        return EX_EINTERNAL;
    if (uv_poll_init(loop, &w->poll, w->epoll) != 0) {
        close(w->epoll);
        return EX_EINTERNAL;
    }
    w->is_open = true;
    w->poll.data = w;
    uv_poll_start(&w->poll, UV_READABLE, on_ready);
    return EX_OK;
}

static bool make_room(struct ex_watch *w, int fd)
{
    uint32_t n = w->n ? w->n : ROOM_FIRST;

    while (n <= (uint32_t)fd)
        n *= 2;
    if (n == w->n)
        return true;
    struct watched *at = realloc(w->at, n * sizeof(*at));
    if (!at)
        return false;
    for (uint32_t i = w->n; i < n; i++)
        at[i] = (struct watched){ 0 };
    w->at = at;
    w->n = n;
    return true;
}

enum ex_status ex_watch_set(struct ex_watch *w, int fd, uint32_t events, ex_watch_fn *ready,
                            void *arg)
{
    if (!make_room(w, fd))
        return EX_ENOMEM;
    struct watched *s = &w->at[fd];
    if (s->ready && s->events == events)
        return EX_OK;
    /* One that was left may still be there, or have been closed, which took it out. One that
     * connects is new, most likely; one that listens is of the request before. */
    const bool is_known = s->ready || !(events & EPOLLOUT);
    struct epoll_event e = event_of(w, fd, events);
    if (epoll_ctl(w->epoll, is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e) != 0 &&
        (errno != (is_known ? ENOENT : EEXIST) ||
         epoll_ctl(w->epoll, is_known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &e) != 0))
        return EX_ENOMEM;
    s->ready = ready;
    s->arg = arg;
    s->events = events;
    return EX_OK;
}

void ex_watch_leave(struct ex_watch *w, int fd)
{
    if ((uint32_t)fd >= w->n || !w->at[fd].ready)
        return;
    w->at[fd].ready = NULL;
    w->at[fd].epoch++;
}

void ex_watch_deinit(struct ex_watch *w)
{
    if (!w->is_open)
        return;
    w->is_open = false;
    uv_close((uv_handle_t *)&w->poll, NULL);
    close(w->epoll);
    free(w->at);
    w->at = NULL;
    w->n = 0;
}
