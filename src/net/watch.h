// SPDX-License-Identifier: MIT
#ifndef NET_WATCH_H
#define NET_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "exprobe/status.h"

/*
 * libcurl's sockets on a libuv loop.
 *
 * A uv_poll_t for each would take ten system calls a host, because libuv forgets what the
 * kernel knows of a socket whenever libcurl changes its mind. So the sockets of a loop are in
 * an epoll of their own, which libuv watches; a socket that libcurl leaves alone between two
 * requests stays in it.
 */
struct ex_watch {
    int epoll;
    bool is_open;
    uv_poll_t poll;     /**< of the epoll */
    struct watched *at; /**< owned, by descriptor */
    uint32_t n;
};

/** @fd can do what @events (EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR) say. */
typedef void ex_watch_fn(int fd, uint32_t events, void *arg);

/** Returns: EX_OK, EX_ENOMEM, EX_EINTERNAL (no descriptor left).
 *  Owns:    after EX_OK call ex_watch_deinit(), then run the loop until its handles are closed.
 *  Thread:  that of the loop, for every function here. */
EX_MUSTUSE enum ex_status ex_watch_init(struct ex_watch *w, uv_loop_t *loop);

/**
 * From now on call @ready(@fd, ..., @arg) when @fd can do what @events ask for (EPOLLIN, EPOLLOUT).
 * A descriptor of a number that was watched before may be another socket by now.
 *
 * Returns: EX_OK, EX_ENOMEM (it is not watched).
 */
EX_MUSTUSE enum ex_status ex_watch_set(struct ex_watch *w, int fd, uint32_t events,
                                       ex_watch_fn *ready, void *arg);

/** Call nobody for @fd any more. */
void ex_watch_leave(struct ex_watch *w, int fd);

/** All sockets have to be left. Never made or taken down already is fine. */
void ex_watch_deinit(struct ex_watch *w);

#endif
