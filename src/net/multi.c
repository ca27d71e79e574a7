// SPDX-License-Identifier: MIT
#include "net/multi.h"

#include <stdlib.h>

struct sock {
    uv_poll_t poll;
    curl_socket_t fd;
    int wanted; /* CURL_POLL_* */
    struct ex_multi *m;
};

static void on_socket(uv_poll_t *poll, int status, int events);

static void watch(struct sock *s, int wanted)
{
    s->wanted = wanted;
    uv_poll_start(&s->poll,
                  (wanted & CURL_POLL_IN ? UV_READABLE : 0) |
                      (wanted & CURL_POLL_OUT ? UV_WRITABLE : 0),
                  on_socket);
}

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

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct sock *s = poll->data;
    struct ex_multi *m = s->m;
    int running;

    int what = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
               (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);

    if (status < 0) {
        /* libuv has stopped watching. A server that answers and then resets has
         * left its answer in the socket: CURL_CSELECT_ERR alone would throw it
         * away, so libcurl is told to read, and meets the error behind the data. */
        what = CURL_CSELECT_IN | CURL_CSELECT_OUT | CURL_CSELECT_ERR;
        watch(s, s->wanted);
    }
    /* s may be closed by the call below; it is not touched afterwards. */
    curl_multi_socket_action(m->curlm, s->fd, what, &running);
    drain(m);
}

static void on_timer(uv_timer_t *timer)
{
    struct ex_multi *m = timer->data;
    int running;

    curl_multi_socket_action(m->curlm, CURL_SOCKET_TIMEOUT, 0, &running);
    drain(m);
}

static void free_sock(uv_handle_t *handle)
{
    free(handle->data);
}

/* Always 0: to return -1 makes libcurl abort every transfer of this multi. A
 * socket that cannot be watched costs one transfer, which its timeout ends. */
static int want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *sockp)
{
    struct ex_multi *m = arg;
    struct sock *s = sockp;
    (void)easy;

    if (what == CURL_POLL_REMOVE) {
        if (s) {
            curl_multi_assign(m->curlm, fd, NULL);
            uv_close((uv_handle_t *)&s->poll, free_sock);
        }
        return 0;
    }
    if (!s) {
        s = malloc(sizeof(*s));
        if (!s || uv_poll_init_socket(m->loop, &s->poll, fd) != 0) {
            free(s);
            return 0;
        }
        s->poll.data = s;
        s->fd = fd;
        s->m = m;
        curl_multi_assign(m->curlm, fd, s);
    }
    watch(s, what);
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

enum ex_status ex_multi_init(struct ex_multi *m, uv_loop_t *loop, long connections_max,
                             ex_multi_done_fn *done, void *done_arg)
{
    *m = (struct ex_multi){ .loop = loop, .done = done, .done_arg = done_arg };
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
