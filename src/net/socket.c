// SPDX-License-Identifier: MIT
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/fetch.h"

/* A kept-alive connection may end just as a request goes out. libcurl would send
 * it again by itself; that repetition would be in no count of ours, so it is
 * refused here and left to the host machine, which has a budget to keep. */
static curl_socket_t want_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct ex_fetch *f = arg;
    long request_bytes = 0;
    (void)purpose;

    curl_easy_getinfo(f->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    if (request_bytes > 0) {
        f->repeat_refused = true;
        return CURL_SOCKET_BAD;
    }
    f->socket =
        f->given >= 0 ? f->given : socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
    f->no_socket = f->socket < 0 ? errno : 0;
    f->is_given = f->given >= 0;
    f->given = -1;
    f->handshake.started = f->handshake.finished = f->handshake.flooded = false;
    f->handshake.n_messages = f->handshake.n_records = 0;
    f->handshake.socket = f->socket;
    f->handshake.ctx = NULL;
    return f->socket < 0 ? CURL_SOCKET_BAD : f->socket;
}

static int want_options(void *arg, curl_socket_t fd, curlsocktype purpose)
{
    const struct ex_fetch *f = arg;
    (void)fd;
    (void)purpose;

    return f->is_given ? CURL_SOCKOPT_ALREADY_CONNECTED : CURL_SOCKOPT_OK;
}

/* Called for connections of hosts before, too: those have another descriptor. */
static int want_close(void *arg, curl_socket_t fd)
{
    struct ex_fetch *f = arg;

    if (f->socket == fd)
        f->socket = -1;
    return close(fd);
}

void ex_fetch_keep_sockets(struct ex_fetch *f)
{
    CURL *e = f->easy;

    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, want_socket);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, f);
    curl_easy_setopt(e, CURLOPT_SOCKOPTFUNCTION, want_options);
    curl_easy_setopt(e, CURLOPT_SOCKOPTDATA, f);
    curl_easy_setopt(e, CURLOPT_CLOSESOCKETFUNCTION, want_close);
    curl_easy_setopt(e, CURLOPT_CLOSESOCKETDATA, f);
}
