// SPDX-License-Identifier: MIT
#ifndef NET_MULTI_H
#define NET_MULTI_H

#include <curl/curl.h>
#include <uv.h>

#include "net/tls.h"
#include "net/watch.h"

/** Called once for each finished transfer; its handle is already out of the
 *  multi and may be added again. */
typedef void ex_multi_done_fn(CURL *easy, CURLcode rc, void *arg);

/** libcurl's sockets and timer on a libuv loop; sockets: watch.h. Never moved in memory. */
struct ex_multi {
    CURLM *curlm;
    struct ex_watch *watch; /**< borrowed */
    uv_timer_t timer;
    struct ex_unread unread; /**< after each call of libcurl: those it has to be called for again */
    ex_multi_done_fn *done;
    void *done_arg;
};

/**
 * @connections_max: idle ones are closed, oldest first, when a transfer ends and there are
 * more; until then there may be one for each running transfer beside them.
 *
 * @watch is borrowed, and shared by all multis of the loop.
 *
 * Returns: EX_OK, EX_ENOMEM.
 * Owns:    after EX_OK call ex_multi_deinit(), then run the loop until its handles are closed.
 * Thread:  that of the loop, for every function here.
 */
EX_MUSTUSE enum ex_status ex_multi_init(struct ex_multi *m, uv_loop_t *loop, struct ex_watch *watch,
                                        long connections_max, ex_multi_done_fn *done,
                                        void *done_arg);

/** Start a transfer. Its owner hears of the end through done(), never from inside this call.
 *  Returns: EX_OK, EX_ENOMEM, EX_EINTERNAL (the handle is already running). */
EX_MUSTUSE enum ex_status ex_multi_add(struct ex_multi *m, CURL *easy);

/** End a transfer early; done() is not called for it. */
void ex_multi_remove(struct ex_multi *m, CURL *easy);

/** All transfers must be out. Closes kept-alive connections. */
void ex_multi_deinit(struct ex_multi *m);

#endif
