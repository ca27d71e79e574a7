// SPDX-License-Identifier: MIT
/*
 * Servers that are no Exchange, and most of them no servers at all: they accept and never speak,
 * or speak a byte every two seconds. A port for each kind, on every address of this machine;
 * one epoll loop serves tens of thousands of them.
 *
 *     strangers        prints "KIND PORT" a line, then "ready"; ends when its input ends
 */
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
    BACKLOG = 4096,
    EVENTS = 256,
    REQUEST_BYTES = 4096,
    TICK_MS = 100,
    TICKS_PER_BYTE = 20, /* of a drip */
    CERT_DAYS = 30,
};

/* What a kind says: nothing, or TLS and then @head, @n_fill times 'a', and a byte every now and
 * then for ever (@drips). One that @leaves closes the connection. Without @drips the answer is
 * complete, and the next request may come. */
static const struct kind {
    const char *name;
    bool accepts, leaves, tls, drips;
    const char *head; /* NULL: it never answers */
    unsigned n_fill;
} kinds[] = {
    { .name = "full" }, /* the queue of the kernel is full for ever */
    { .name = "gone", .accepts = true, .leaves = true }, /* closes as soon as it is spoken to */
    { .name = "silent", .accepts = true },               /* accepts, and that was all */
    { .name = "hello",
      .accepts = true,
      .drips = true,
      .head = "\x16\x03\x03\x40\x04\x02\x40" },       /* one record of TLS that takes hours */
    { .name = "mute", .accepts = true, .tls = true }, /* a handshake, and no answer */
    { .name = "head",
      .accepts = true,
      .tls = true,
      .drips = true,
      .head = "HTTP/1.1 200 OK\r\nX-Slow: " },
    { .name = "body",
      .accepts = true,
      .tls = true,
      .drips = true,
      .head = "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" },
    /* As much as a client keeps of a body, but for a few bytes: it is held until the time-out. */
    { .name = "fat",
      .accepts = true,
      .tls = true,
      .drips = true,
      .n_fill = 60000,
      .head = "HTTP/1.1 200 OK\r\nContent-Length: 65000\r\n\r\n" },
    { .name = "other",
      .accepts = true,
      .tls = true,
      .head = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" },
};
enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct guest {
    const struct kind *kind;
    int fd;
    SSL *ssl; /* NULL: without TLS */
    bool shaken, asked;
    unsigned n_dripped, tick;    /* bytes; which of the ticks is its own */
    char request[REQUEST_BYTES]; /* as much of it as there is */
    size_t n;
    struct guest *next, **link; /* all that drip */
};

struct house {
    SSL_CTX *ctx;
    int epoll, ticks;
    unsigned tick;
    struct guest *drips;
    struct guest listeners[N_KINDS];
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* A key and a certificate that nobody else ever sees. */
static SSL_CTX *new_context(void)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();

    if (!ctx || !key || !cert)
        fail("TLS");
    X509_set_version(cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), 0);
    X509_gmtime_adj(X509_getm_notAfter(cert), CERT_DAYS * 86400L);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               (const unsigned char *)"stranger", -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    if (X509_sign(cert, key, EVP_sha256()) == 0 || SSL_CTX_use_certificate(ctx, cert) != 1 ||
        SSL_CTX_use_PrivateKey(ctx, key) != 1)
        fail("certificate");
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
    X509_free(cert);
    EVP_PKEY_free(key);
    return ctx;
}

static void watch(const struct house *h, struct guest *g, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = g };

    if (epoll_ctl(h->epoll, EPOLL_CTL_ADD, g->fd, &event) != 0)
        fail("epoll_ctl");
}

static void listen_as(struct house *h, const struct kind *kind)
{
    struct guest *g = &h->listeners[kind - kinds];
    struct sockaddr_in any = { .sin_family = AF_INET };
    socklen_t size = sizeof(any);

    g->kind = kind;
    g->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (g->fd < 0 || bind(g->fd, (struct sockaddr *)&any, size) != 0 ||
        listen(g->fd, kind->accepts ? BACKLOG : 0) != 0 ||
        getsockname(g->fd, (struct sockaddr *)&any, &size) != 0)
        fail("listen");
    if (kind->accepts)
        watch(h, g, EPOLLIN);
    printf("%s %u\n", kind->name, ntohs(any.sin_port));
}

static void leave(struct guest *g)
{
    if (g->link) {
        *g->link = g->next;
        if (g->next)
            g->next->link = g->link;
    }
    SSL_free(g->ssl);
    close(g->fd);
    free(g);
}

/* False: the guest has gone. */
static bool say(const struct guest *g, const char *text, size_t n)
{
    return n == 0 ||
           (g->ssl ? SSL_write(g->ssl, text, (int)n) > 0 : send(g->fd, text, n, MSG_NOSIGNAL) >= 0);
}

static void drip_from_now_on(struct house *h, struct guest *g)
{
    g->tick = h->tick;
    g->next = h->drips;
    g->link = &h->drips;
    if (g->next)
        g->next->link = &g->next;
    h->drips = g;
}

static bool answer(struct house *h, struct guest *g)
{
    static char fill[1 << 16];
    const struct kind *k = g->kind;

    g->n = 0;
    if (!k->head || g->asked)
        return true;
    memset(fill, 'a', sizeof(fill));
    g->asked = k->drips;
    if (k->drips)
        drip_from_now_on(h, g);
    return say(g, k->head, strlen(k->head)) && say(g, fill, k->n_fill);
}

/* Whether the handshake is done. *gone: it never will be. */
static bool shake(struct guest *g, bool *gone)
{
    if (g->shaken || !g->ssl)
        return true;
    const int rc = SSL_accept(g->ssl);
    const int why = SSL_get_error(g->ssl, rc);

    g->shaken = rc == 1;
    *gone = rc != 1 && why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE;
    return g->shaken;
}

/* More of the request. Returns -1 at the end, 0 when there is no more now. */
static int hear(struct guest *g)
{
    const size_t room = sizeof(g->request) - g->n;

    if (g->ssl) {
        const int n = SSL_read(g->ssl, g->request + g->n, (int)room);

        return n > 0 ? n : SSL_get_error(g->ssl, n) == SSL_ERROR_WANT_READ ? 0 : -1;
    }
    const ssize_t n = recv(g->fd, g->request + g->n, room, 0);
    return n > 0 ? (int)n : n < 0 && errno == EAGAIN ? 0 : -1;
}

static bool is_whole(const struct guest *g)
{
    return !g->ssl || (g->n >= 4 && memcmp(g->request + g->n - 4, "\r\n\r\n", 4) == 0);
}

/* Something came from @g. False: it is to be sent away. */
static bool serve(struct house *h, struct guest *g)
{
    bool gone = false;
    int n;

    if (g->kind->leaves)
        return false;
    if (!shake(g, &gone))
        return !gone;
    while ((n = hear(g)) > 0) {
        g->n += (size_t)n;
        if (is_whole(g) && !answer(h, g))
            return false;
        if (g->n == sizeof(g->request))
            return false;
    }
    return n == 0;
}

static void admit(struct house *h, const struct guest *listener)
{
    int fd;

    while ((fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct guest *g = calloc(1, sizeof(*g));

        if (!g)
            fail("calloc");
        *g = (struct guest){ .kind = listener->kind, .fd = fd };
        if (g->kind->tls) {
            g->ssl = SSL_new(h->ctx);
            if (!g->ssl || SSL_set_fd(g->ssl, fd) != 1)
                fail("SSL_new");
        }
        watch(h, g, EPOLLIN | EPOLLRDHUP);
    }
    if (errno != EAGAIN && errno != ECONNABORTED)
        fail("accept");
}

/* Those whose tick it is say one byte more. */
static void drip(struct house *h)
{
    uint64_t n;

    if (read(h->ticks, &n, sizeof(n)) != (ssize_t)sizeof(n))
        return;
    h->tick = (h->tick + 1) % TICKS_PER_BYTE;
    for (struct guest *g = h->drips, *next; g; g = next) {
        next = g->next;
        if (g->tick == h->tick && !say(g, "a", 1))
            leave(g);
    }
}

static bool is_listener(const struct house *h, const struct guest *g)
{
    return g >= h->listeners && g < h->listeners + N_KINDS;
}

static void run(struct house *h, struct guest *input, struct guest *ticks)
{
    struct epoll_event events[EVENTS];

    for (;;) {
        const int n = epoll_wait(h->epoll, events, EVENTS, -1);
        bool ticked = false;

        for (int i = 0; i < n; i++) {
            struct guest *g = events[i].data.ptr;

            if (g == input)
                return;
            if (g == ticks)
                ticked = true; /* frees guests: not before all events of them are served */
            else if (is_listener(h, g))
                admit(h, g);
            else if ((events[i].events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) || !serve(h, g))
                leave(g);
        }
        if (ticked)
            drip(h);
    }
}

int main(void)
{
    static struct house h;
    struct guest input = { .fd = STDIN_FILENO }, ticks = { 0 };
    const struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };
    const struct itimerspec every = { .it_interval = tick, .it_value = tick };

    sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
    h.ctx = new_context();
    h.epoll = epoll_create1(EPOLL_CLOEXEC);
    h.ticks = ticks.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (h.epoll < 0 || h.ticks < 0 || timerfd_settime(h.ticks, 0, &every, NULL) != 0)
        fail("timer");
    watch(&h, &input, EPOLLIN);
    watch(&h, &ticks, EPOLLIN);
    for (size_t i = 0; i < N_KINDS; i++)
        listen_as(&h, &kinds[i]);
    printf("ready\n");
    fflush(stdout);
    run(&h, &input, &ticks);
    return 0;
}
