// SPDX-License-Identifier: MIT
/*
 * The floor: the least that a client can spend on one host with OpenSSL.
 *
 * One epoll loop, one SSL_CTX, no HTTP library, no judgement: connect, full TLS
 * handshake, two GETs on one connection, close. bench.py compares exprobe with
 * it. Addresses are 127.0.0.1 and up, one per host.
 *
 *     floor PORT HOSTS IN_FLIGHT
 *
 * Prints one JSON object: what became of the hosts, and what was negotiated.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    N_REQUESTS = 2,
    HEAD_MAX_BYTES = 4096,
    READ_BYTES = 32768,
    EVENTS = 256,
    IDLE_MAX_MS = 10000, /* nothing at all happened for so long: give up */
};

/* What exprobe asks an ordinary server: the logon page, then the control. */
static const char *const paths[N_REQUESTS] = { "/owa/auth/logon.aspx?replaceCurrent=1",
                                               "/3f0c9a528d5e4a8e/x" };

enum step { CONNECTING, SHAKING, ANSWERING };

struct host {
    enum step step;
    int fd;
    SSL *ssl;
    uint32_t address;
    unsigned n_sent;
    size_t head_n;     /* bytes of head kept */
    uint64_t received; /* of this answer */
    uint64_t expected; /* of this answer, once the head is read; 0 before */
    char head[HEAD_MAX_BYTES + 1];
};

struct floor {
    SSL_CTX *ctx;
    int epoll;
    uint16_t port;
    unsigned n_hosts, n_in_flight_max;
    unsigned n_begun, n_in_flight, n_good, n_bad;
    uint64_t bytes;
    const char *version, *key; /* of the first handshake */
};

static int accept_any(X509_STORE_CTX *ctx, void *arg)
{
    (void)ctx, (void)arg;
    return 1;
}

static SSL_CTX *new_context(void)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

    if (!ctx)
        return NULL;
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_cert_verify_callback(ctx, accept_any, NULL);
    SSL_CTX_set_read_ahead(ctx, 1);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    return ctx;
}

/* Begin a host. False when the machine has no socket left. */
static bool begin(struct floor *f)
{
    const int one = 1;
    struct host *h = calloc(1, sizeof(*h));

    if (!h)
        return false;
    h->address = INADDR_LOOPBACK + f->n_begun;
    h->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (h->fd < 0) {
        free(h);
        return false;
    }
    const struct sockaddr_in to = { .sin_family = AF_INET,
                                    .sin_port = htons(f->port),
                                    .sin_addr.s_addr = htonl(h->address) };
    struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = h };

    setsockopt(h->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    f->n_begun++;
    f->n_in_flight++;
    if (connect(h->fd, (const struct sockaddr *)&to, sizeof(to)) == 0 || errno == EINPROGRESS)
        return epoll_ctl(f->epoll, EPOLL_CTL_ADD, h->fd, &e) == 0;
    return false;
}

static void finish(struct floor *f, struct host *h, bool good)
{
    f->n_good += good;
    f->n_bad += !good;
    f->n_in_flight--;
    if (h->ssl) {
        SSL_set_shutdown(h->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        SSL_free(h->ssl);
    }
    ERR_clear_error();
    close(h->fd);
    free(h);
}

/* Whether the connection stands: 1, not yet: 0, never: -1. */
static int connected(struct floor *f, struct host *h)
{
    struct sockaddr_in peer;
    socklen_t n = sizeof(int);
    int error = 0;

    if (getsockopt(h->fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0 || error != 0)
        return -1;
    n = sizeof(peer);
    if (getpeername(h->fd, (struct sockaddr *)&peer, &n) != 0)
        return 0;
    h->ssl = SSL_new(f->ctx);
    if (!h->ssl || SSL_set_fd(h->ssl, h->fd) != 1)
        return -1;
    SSL_set_connect_state(h->ssl);
    return 1;
}

/* What was negotiated, so that bench.py can hold it against what it wanted to measure. */
static void note_tls(struct floor *f, const struct host *h)
{
    X509 *leaf = SSL_get0_peer_certificate(h->ssl);
    EVP_PKEY *key = leaf ? X509_get0_pubkey(leaf) : NULL;
    const int id = key ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE;

    f->version = SSL_get_version(h->ssl);
    f->key = id == EVP_PKEY_EC ? "EC" : id == EVP_PKEY_RSA ? "RSA" : "none";
}

static bool send_request(struct host *h)
{
    char text[512];
    const uint32_t a = h->address;
    const int n = snprintf(text, sizeof(text),
                           "GET %s HTTP/1.1\r\nHost: %u.%u.%u.%u\r\nUser-Agent: floor\r\n%s\r\n",
                           paths[h->n_sent], a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255,
                           h->n_sent + 1 == N_REQUESTS ? "Connection: close\r\n" : "");

    h->n_sent++;
    h->head_n = 0;
    h->received = h->expected = 0;
    return SSL_write(h->ssl, text, n) == n;
}

/* Take bytes of an answer. True when the answer is complete. */
static bool take(struct host *h, const char *data, size_t n)
{
    h->received += n;
    if (h->expected == 0) {
        const size_t room = HEAD_MAX_BYTES - h->head_n;
        const size_t kept = n < room ? n : room;

        memcpy(h->head + h->head_n, data, kept);
        h->head_n += kept;
        h->head[h->head_n] = '\0';
        const char *end = strstr(h->head, "\r\n\r\n");
        const char *length = strcasestr(h->head, "\r\nContent-Length:");
        if (!end)
            return false;
        h->expected = (uint64_t)(end + 4 - h->head);
        if (length)
            h->expected += strtoull(length + 17, NULL, 10);
    }
    return h->received >= h->expected;
}

/* Read until there is nothing more. False when the host is done, *good tells how. */
static bool read_answers(struct floor *f, struct host *h, bool *good)
{
    static char buffer[READ_BYTES];

    for (;;) {
        const int n = SSL_read(h->ssl, buffer, sizeof(buffer));
        if (n <= 0) {
            *good = false;
            return SSL_get_error(h->ssl, n) == SSL_ERROR_WANT_READ;
        }
        f->bytes += (uint64_t)n;
        if (!take(h, buffer, (size_t)n))
            continue;
        *good = true;
        if (h->n_sent == N_REQUESTS || !send_request(h)) {
            *good = h->n_sent == N_REQUESTS;
            return false;
        }
    }
}

/* Carry a host on as far as it goes without waiting. */
static void drive(struct floor *f, struct host *h)
{
    bool good = false;

    if (h->step == CONNECTING) {
        const int is = connected(f, h);
        if (is < 0)
            finish(f, h, false);
        if (is <= 0)
            return;
        h->step = SHAKING;
    }
    if (h->step == SHAKING) {
        const int r = SSL_do_handshake(h->ssl);
        if (r != 1) {
            const int why = SSL_get_error(h->ssl, r);
            if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
                finish(f, h, false);
            return;
        }
        h->step = ANSWERING;
        if (!f->version)
            note_tls(f, h);
        if (!send_request(h)) {
            finish(f, h, false);
            return;
        }
    }
    if (!read_answers(f, h, &good))
        finish(f, h, good);
}

static bool run(struct floor *f)
{
    struct epoll_event events[EVENTS];

    for (;;) {
        while (f->n_in_flight < f->n_in_flight_max && f->n_begun < f->n_hosts)
            if (!begin(f))
                return false;
        if (f->n_in_flight == 0)
            return true;
        const int n = epoll_wait(f->epoll, events, EVENTS, IDLE_MAX_MS);
        if (n <= 0)
            return false;
        for (int i = 0; i < n; i++)
            drive(f, events[i].data.ptr);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: floor PORT HOSTS IN_FLIGHT\n");
        return 64;
    }
    struct floor f = { .ctx = new_context(),
                       .epoll = epoll_create1(EPOLL_CLOEXEC),
                       .port = (uint16_t)strtoul(argv[1], NULL, 10),
                       .n_hosts = (unsigned)strtoul(argv[2], NULL, 10),
                       .n_in_flight_max = (unsigned)strtoul(argv[3], NULL, 10) };

    if (!f.ctx || f.epoll < 0 || !run(&f)) {
        fprintf(stderr, "floor: gave up after %u of %u hosts\n", f.n_good + f.n_bad, f.n_hosts);
        return 1;
    }
    printf(
        "{\"hosts\":%u,\"good\":%u,\"bad\":%u,\"bytes\":%llu,\"version\":\"%s\",\"key\":\"%s\"}\n",
        f.n_hosts, f.n_good, f.n_bad, (unsigned long long)f.bytes, f.version ? f.version : "none",
        f.key ? f.key : "none");
    SSL_CTX_free(f.ctx);
    close(f.epoll);
    return f.n_bad != 0;
}
