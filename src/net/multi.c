// SPDX-License-Identifier: MIT
#include "net/multi.h"

#include <sys/epoll.h>

/* Hand every finished transfer to its owner. Unconditionally: "none running" is
 * exactly the moment when the last one is waiting to be read. */
static void drain(struct ex_multi *m)
{
    CURLMsg *msg;
    int left;

    while ((msg = curl_multi_info_read(m->curlm, &left))) {
        CURL *easy = msg->easy_handle; /* msg dies with the removal */
        const CURLcode rc = msg->data.result;

        curl_multi_remove_handle(m->curlm, easy);
        m->done(easy, rc, m->done_arg);
    }
}

/* libcurl asks OpenSSL for what is decrypted and waits for the socket then; what OpenSSL has read
 * and not decrypted yet, because it was behind the end of a record, would wait for ever. Each turn
 * of this loop takes a record at least from a host, and takes no more than a host may send. */
static void act(struct ex_multi *m, curl_socket_t fd, int what)
{
    struct ex_handshake *hs;
    int running;

    curl_multi_socket_action(m->curlm, fd, what, &running);
    while ((hs = ex_unread_take(&m->unread)))
        if (ex_tls_has_unread(hs))
            curl_multi_socket_action(m->curlm, hs->socket, CURL_CSELECT_IN, &running);
    drain(m);
}

static void on_socket(int fd, uint32_t events, void *arg)
{
    int what = (events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
               (events & (EPOLLOUT | EPOLLHUP) ? CURL_CSELECT_OUT : 0);

    /* A server that answers and then resets has left its answer in the socket:
     * CURL_CSELECT_ERR alone would throw it away, so libcurl is told to read, and
     * meets the error behind the data. */
    if (events & EPOLLERR)
        what = CURL_CSELECT_IN | CURL_CSELECT_OUT | CURL_CSELECT_ERR;
    act(arg, fd, what);
}

static void on_timer(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

/* Always 0: to return -1 makes libcurl abort every transfer of this multi. A
 * socket that cannot be watched costs one transfer, which its timeout ends. */
static int want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *sockp)
{
    struct ex_multi *m = arg;
    (void)easy;
    (void)sockp;

    if (what == CURL_POLL_REMOVE)
        ex_watch_leave(m->watch, fd);
    else if (ex_watch_set(m->watch, fd,
                          (what & CURL_POLL_IN ? EPOLLIN : 0u) |
                              (what & CURL_POLL_OUT ? EPOLLOUT : 0u),
                          on_socket, m) != EX_OK)
        ex_watch_leave(m->watch, fd);
    return 0;
}

static int want_timer(CURLM *curlm, long timeout_ms, void *arg)
{
    struct ex_multi *m = arg;
    (void)curlm;

    if (timeout_ms < 0)
        uv_timer_stop(&m->timer);
    else
        uv_timer_start(&m->timer, on_timer, (uint64_t)timeout_ms, 0);
    return 0;
}

enum ex_status ex_multi_init(struct ex_multi *m, uv_loop_t *loop, struct ex_watch *watch,
                             long connections_max, ex_multi_done_fn *done, void *done_arg)
{
    *m = (struct ex_multi){ .watch = watch, .done = done, .done_arg = done_arg };
    m->curlm = curl_multi_init();
    if (!m->curlm)
        return EX_ENOMEM;
    uv_timer_init(loop, &m->timer);
    m->timer.data = m;
    curl_multi_setopt(m->curlm, CURLMOPT_SOCKETFUNCTION, want_socket);
    curl_multi_setopt(m->curlm, CURLMOPT_SOCKETDATA, m);
    curl_multi_setopt(m->curlm, CURLMOPT_TIMERFUNCTION, want_timer);
    curl_multi_setopt(m->curlm, CURLMOPT_TIMERDATA, m);
    curl_multi_setopt(m->curlm, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    curl_multi_setopt(m->curlm, CURLMOPT_MAXCONNECTS, connections_max);
    return EX_OK;
}

enum ex_status ex_multi_add(struct ex_multi *m, CURL *easy)
{
    switch (curl_multi_add_handle(m->curlm, easy)) {
    case CURLM_OK:
        return EX_OK;
    case CURLM_OUT_OF_MEMORY:
        return EX_ENOMEM;
    default:
        return EX_EINTERNAL;
    }
}

void ex_multi_remove(struct ex_multi *m, CURL *easy)
{
    curl_multi_remove_handle(m->curlm, easy);
}

/* Closing sockets calls want_socket(), so the multi goes first, the timer
 * second; the caller then runs the loop until uv_loop_close() returns 0, which
 * is its proof that nothing was left open. */
void ex_multi_deinit(struct ex_multi *m)
{
    curl_multi_cleanup(m->curlm);
    m->curlm = NULL;
    uv_close((uv_handle_t *)&m->timer, NULL);
}
