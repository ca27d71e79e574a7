// SPDX-License-Identifier: MIT
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include <curl/curl.h>

#include "core/host.h"
#include "net/tls.h"
#include "net/way.h"

enum { EX_WHY_SIZE = 80 };

/** What is the same for all requests of a scan. Borrowed by every fetch. */
struct ex_fetch_options {
    const char *user_agent;
    struct ex_way way;           /**< checked with ex_way_check() */
    uint32_t connect_timeout_ms; /**< TCP and TLS handshake together */
    const struct ex_trust_store *trust;
};

/**
 * One easy handle and what it received: the requests of one host, one after the
 * other, on one kept-alive connection. Never moved in memory.
 */
struct ex_fetch {
    CURL *easy;
    const struct ex_fetch_options *opt;
    struct curl_slist *connect_to; /**< owned */
    struct curl_slist *fields;     /**< owned, of the request under way */
    struct ex_handshake handshake;
    char origin[EX_TARGET_TEXT + 8]; /**< "https://host:port" */
    int socket;                      /**< of the newest connection, -1: none */

    char *head; /**< owned: status line and fields of the last answer */
    size_t head_n, head_room;
    size_t head_seen; /**< bytes of all header lines, 1xx included */
    bool head_done, flooded;
    uint8_t *body; /**< owned */
    size_t body_n, body_room;
    bool body_cut, no_memory;
    int given; /**< owned: a socket to use instead of a new one, connected; -1: none */
    uint32_t given_spent_ms;
    bool is_given;         /**< the newest connection is on one */
    bool repeat_refused;   /**< libcurl wanted to send the request a second time */
    int no_socket;         /**< errno of the socket() that failed, or 0 */
    char why[EX_WHY_SIZE]; /**< of the last request: what failed on our side of the host, or "" */

    /** Asked before a request goes out on its connection; false: it does not. NULL: not asked. */
    bool (*may_send)(void *arg);
    void *may_send_arg;
    bool asked;    /**< may_send() was called for the request under way ... */
    bool withheld; /**< ... and said no */

    struct ex_header headers[EX_HEADERS_MAX];
    uint64_t bytes;        /**< received for this host */
    uint64_t bytes_before; /**< of them before the request under way */
    int64_t at_unix_ms;
    uint64_t at_us;   /**< monotonic, of the request's start */
    const char *path; /**< borrowed until the request ended */
    bool is_head;
};

/** Returns: EX_OK, EX_ENOMEM. Owns: ex_fetch_deinit(). @opt is borrowed. */
EX_MUSTUSE enum ex_status ex_fetch_init(struct ex_fetch *f, const struct ex_fetch_options *opt);
void ex_fetch_deinit(struct ex_fetch *f);

/** Ask @may_send with @arg before each request, which is not sent when that says no. */
void ex_fetch_ask(struct ex_fetch *f, bool (*may_send)(void *arg), void *arg);

/** Turn to another host: @target's name for SNI and Host, @address to connect to.
 *  Returns: EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_fetch_host(struct ex_fetch *f, const struct ex_target *target,
                                        const struct ex_addr *address);

/** Use @fd, which took @spent_ms to be connected to the host, for its first connection. Owns: @fd
 * is the fetch's from now on. */
void ex_fetch_give(struct ex_fetch *f, int fd, uint32_t spent_ms);

/**
 * Set the next request up; the caller then adds f->easy to a multi.
 *
 * @timeout_ms bounds the whole request, connecting included. @a is a REQUEST
 * action; its path is borrowed until ex_fetch_finish().
 *
 * Returns: EX_OK, EX_ENOMEM, EX_EINTERNAL (not a GET or HEAD of a path).
 */
EX_MUSTUSE enum ex_status ex_fetch_prepare(struct ex_fetch *f, const struct ex_action *a,
                                           uint32_t timeout_ms);

/** The transfer ended with @rc: what came back, as spans into @f, valid until the next prepare. */
void ex_fetch_finish(struct ex_fetch *f, CURLcode rc, struct ex_exchange *out);

/** socket.c: open and close the connections of @f ourselves. */
void ex_fetch_keep_sockets(struct ex_fetch *f);

/** ending.c: what it means for the host that the transfer ended with @rc. */
enum ex_outcome ex_fetch_outcome(struct ex_fetch *f, CURLcode rc);

/** The host is done: close its connection and give its memory back. */
void ex_fetch_release(struct ex_fetch *f);

#endif
