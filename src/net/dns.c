// SPDX-License-Identifier: MIT
#include "net/dns.h"

#include <ares.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

struct dns_sock {
    uv_poll_t poll;
    ares_socket_t fd;
    struct ex_dns *d;
    struct dns_sock *next;
};

/* c-ares goes on to the next server when one answers SERVFAIL or REFUSED, which
 * is right, and in the end only says that nobody helped. So a name that nobody
 * helped with is asked about once more, on a channel that reports the answer as it is. */
enum { ASK, ASK_WHY, N_CHANNELS };

/* The answers to a thousand questions, while the loop is busy with something else. The system
 * gives what it allows. */
enum { RECEIVE_BYTES = 1 << 20 };

struct ex_dns {
    ares_channel channel[N_CHANNELS];
    uv_loop_t *loop;
    uv_timer_t timer;
    struct dns_sock *socks; /**< c-ares keeps one UDP socket a server: a short list */
    int family;
    bool closing;
    unsigned n_no_socket; /**< sockets so far that could not be had */
    unsigned n_open;      /**< handles not closed yet; the last one frees the struct */
};

struct query {
    struct ex_dns *d;
    ex_dns_done_fn *done;
    void *arg;
    bool asks_why;
    unsigned n_no_socket; /**< when it was asked */
    char name[EX_NAME_SIZE];
};

static void release(struct ex_dns *d)
{
    if (--d->n_open == 0)
        free(d);
}

static void on_timer_closed(uv_handle_t *handle)
{
    release(handle->data);
}

static void on_sock_closed(uv_handle_t *handle)
{
    struct dns_sock *s = handle->data;
    struct ex_dns *d = s->d;

    free(s);
    release(d);
}

static void on_timer(uv_timer_t *timer);

/* c-ares has no timer of its own; it says when it wants to be asked next. */
static void set_timer(struct ex_dns *d)
{
    struct timeval tv[N_CHANNELS];
    const struct timeval *left = NULL;

    for (int i = 0; i < N_CHANNELS && !d->closing; i++)
        left = ares_timeout(d->channel[i], (struct timeval *)left, &tv[i]);

    if (!left) {
        uv_timer_stop(&d->timer);
        return;
    }
    /* Rounded up: to wake a moment too early would be a busy loop. */
    const uint64_t ms = (uint64_t)left->tv_sec * 1000 + ((uint64_t)left->tv_usec + 999) / 1000;
    uv_timer_start(&d->timer, on_timer, ms ? ms : 1, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct ex_dns *d = timer->data;

    for (int i = 0; i < N_CHANNELS; i++)
        ares_process_fd(d->channel[i], ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    set_timer(d);
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
    const struct dns_sock *s = poll->data;
    struct ex_dns *d = s->d;
    const ares_socket_t fd = s->fd; /* s may be closed by the call below */

    /* A channel passes over a descriptor that is not its own. */
    for (int i = 0; i < N_CHANNELS; i++)
        ares_process_fd(d->channel[i], status < 0 || events & UV_READABLE ? fd : ARES_SOCKET_BAD,
                        status < 0 || events & UV_WRITABLE ? fd : ARES_SOCKET_BAD);
    set_timer(d);
}

static void forget(struct ex_dns *d, struct dns_sock *s)
{
    struct dns_sock **at = &d->socks;

    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    uv_close((uv_handle_t *)&s->poll, on_sock_closed);
}

/* A socket that cannot be watched costs its queries, which c-ares times out. */
static void want_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
    struct ex_dns *d = arg;
    struct dns_sock *s = d->socks;

    while (s && s->fd != fd)
        s = s->next;
    if (!readable && !writable) {
        if (s)
            forget(d, s);
        return;
    }
    if (!s) {
        s = calloc(1, sizeof(*s));
        if (!s || uv_poll_init_socket(d->loop, &s->poll, fd) != 0) {
            free(s);
            return;
        }
        s->poll.data = s;
        s->fd = fd;
        s->d = d;
        s->next = d->socks;
        d->socks = s;
        d->n_open++;
    }
    uv_poll_start(&s->poll, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0), on_socket);
}

/* c-ares wants all of its calls replaced, or none. */
static int close_socket(ares_socket_t fd, void *arg)
{
    (void)arg;
    return close(fd);
}

static int connect_socket(ares_socket_t fd, const struct sockaddr *to, ares_socklen_t n, void *arg)
{
    (void)arg;
    return connect(fd, to, n);
}

static ares_ssize_t receive(ares_socket_t fd, void *data, size_t n, int flags,
                            struct sockaddr *from, ares_socklen_t *from_n, void *arg)
{
    (void)arg;
    return recvfrom(fd, data, n, flags, from, from_n);
}

static ares_ssize_t transmit(ares_socket_t fd, const struct iovec *parts, int n, void *arg)
{
    (void)arg;
    return writev(fd, parts, n);
}

/* The same as c-ares does it, but for the note that it is our own shortage when none is to be had:
 * c-ares only says that no server could be reached. */
static ares_socket_t open_socket(int family, int type, int protocol, void *arg)
{
    struct ex_dns *d = arg;
    const int bytes = RECEIVE_BYTES;
    const int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

    if (fd < 0) {
        d->n_no_socket += errno != EAFNOSUPPORT;
        return ARES_SOCKET_BAD;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)); /* or less; then it loses more */
    return fd;
}

static enum ex_status make_channel(struct ex_dns *d, int which, const struct ex_dns_options *opt,
                                   struct ex_error *err)
{
    char everywhere[] = "fb", dns_only[] = "b";
    static const struct ares_socket_functions sockets = { open_socket, close_socket, connect_socket,
                                                          receive, transmit };
    struct ares_options o = {
        /* The user listed names, not beginnings of names and not aliases: neither
         * search domains (ndomains 0; NOSEARCH alone does not stop
         * ares_getaddrinfo()), nor LOCALDOMAIN, nor HOSTALIASES may lead elsewhere. */
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES |
                 (which == ASK_WHY ? ARES_FLAG_NOCHECKRESP : 0),
        .ndomains = 0,
        .timeout = (int)opt->timeout_ms,
        .tries = which == ASK_WHY ? 1 : (int)opt->tries,
        .lookups = opt->servers || which == ASK_WHY ? dns_only : everywhere,
        .sock_state_cb = want_socket,
        .sock_state_cb_data = d,
    };

    if (ares_init_options(&d->channel[which], &o,
                          ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                              ARES_OPT_DOMAINS | ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS) {
        d->channel[which] = NULL;
        ex_error_set(err, "the DNS resolver cannot be set up (is resolv.conf readable?)");
        return EX_ENOMEM;
    }
    ares_set_socket_functions(d->channel[which], &sockets, d);
    if (opt->servers &&
        ares_set_servers_ports_csv(d->channel[which], opt->servers) != ARES_SUCCESS) {
        ex_error_set(err, "--dns-servers %s: not a list of IP[:PORT],...", opt->servers);
        return EX_EUSAGE;
    }
    return EX_OK;
}

static void destroy_channels(struct ex_dns *d)
{
    for (int i = 0; i < N_CHANNELS; i++)
        if (d->channel[i])
            ares_destroy(d->channel[i]); /* closes its sockets through want_socket() */
}

enum ex_status ex_dns_new(struct ex_dns **out, uv_loop_t *loop, const struct ex_dns_options *opt,
                          struct ex_error *err)
{
    static const int families[] = {
        [EX_FAMILY_ANY] = AF_UNSPEC, [EX_FAMILY_4] = AF_INET, [EX_FAMILY_6] = AF_INET6
    };
    struct ex_dns *d = calloc(1, sizeof(*d));
    enum ex_status st = EX_OK;

    *out = NULL;
    if (!d)
        return EX_ENOMEM;
    *d = (struct ex_dns){ .loop = loop, .family = families[opt->family], .n_open = 1 };
    for (int i = 0; i < N_CHANNELS && st == EX_OK; i++)
        st = make_channel(d, i, opt, err);
    if (st != EX_OK) {
        destroy_channels(d);
        free(d);
        return st;
    }
    uv_timer_init(loop, &d->timer);
    d->timer.data = d;
    *out = d;
    return EX_OK;
}

static const char *why_not(int status)
{
    switch (status) {
    case ARES_SUCCESS:
    case ARES_ENODATA:
        return "no-address";
    case ARES_ENOTFOUND:
        return "nxdomain";
    case ARES_ESERVFAIL:
        return "servfail";
    case ARES_EREFUSED:
        return "refused";
    case ARES_ETIMEOUT:
        return "timeout";
    case ARES_ECONNREFUSED:
        return "no-dns-server";
    case ARES_EBADNAME:
    case ARES_EFORMERR:
        return "bad-name";
    case ARES_ECANCELLED:
    case ARES_EDESTRUCTION:
        return "canceled";
    case ARES_ENOMEM:
        return EX_DNS_NO_MEMORY;
    default:
        return "bad-response";
    }
}

static bool contains(const struct ex_addr *list, size_t n, const struct ex_addr *a)
{
    for (size_t i = 0; i < n; i++)
        if (ex_addr_cmp(&list[i], a) == 0)
            return true;
    return false;
}

/* All addresses of one family, appended to the list. */
static size_t collect(const struct ares_addrinfo *res, int family, struct ex_addr *list, size_t n)
{
    for (const struct ares_addrinfo_node *at = res->nodes; at; at = at->ai_next) {
        struct ex_addr a = { .family = family == AF_INET ? 4 : 6 };

        if (at->ai_family != family)
            continue;
        if (family == AF_INET)
            memcpy(a.bytes, &((const struct sockaddr_in *)(const void *)at->ai_addr)->sin_addr, 4);
        else
            memcpy(a.bytes, &((const struct sockaddr_in6 *)(const void *)at->ai_addr)->sin6_addr,
                   16);
        if (!contains(list, n, &a))
            list[n++] = a;
    }
    return n;
}

static void ask(struct query *q);

static void on_answer(void *arg, int status, int timeouts, struct ares_addrinfo *res)
{
    struct query *q = arg;
    struct ex_addr *list = NULL;
    bool too_many = false;
    size_t n = 0;
    (void)timeouts;

    if (status == ARES_ECONNREFUSED && !q->asks_why) {
        q->asks_why = true;
        ask(q);
        return;
    }
    if (status == ARES_SUCCESS) {
        for (const struct ares_addrinfo_node *at = res->nodes; at; at = at->ai_next)
            n++;
        too_many = n > EX_DNS_ADDRESSES_MAX;
        list = too_many ? NULL : calloc(n + 1, sizeof(*list));
        if (!list) {
            status = ARES_ENOMEM;
            n = 0;
        } else {
            n = collect(res, AF_INET, list, 0);
            n = collect(res, AF_INET6, list, n);
        }
    }
    ares_freeaddrinfo(res);
    /* What a server said stands; that nobody was reached, not if we could not ask. */
    const bool short_of =
        q->n_no_socket != q->d->n_no_socket && status != ARES_ENOTFOUND && status != ARES_ENODATA;
    q->done(q->arg, list, n,
            n > 0      ? ""
            : too_many ? "too-many-addresses"
            : short_of ? EX_DNS_NO_SOCKET
                       : why_not(status));
    free(list);
    free(q);
}

static void ask(struct query *q)
{
    /* NOSORT: RFC 6724 sorting would connect a UDP socket to each address; all are probed anyway.
     */
    const struct ares_addrinfo_hints hints = { .ai_family = q->d->family,
                                               .ai_socktype = SOCK_STREAM,
                                               .ai_flags = ARES_AI_NOSORT };
    struct ex_dns *d = q->d;

    /* A name in the hosts file is answered inside this call, and q is gone with it. */
    ares_getaddrinfo(d->channel[q->asks_why ? ASK_WHY : ASK], q->name, NULL, &hints, on_answer, q);
    set_timer(d);
}

void ex_dns_resolve(struct ex_dns *d, const char *name, ex_dns_done_fn *done, void *arg)
{
    struct query *q = malloc(sizeof(*q));

    if (!q) {
        done(arg, NULL, 0, EX_DNS_NO_MEMORY);
        return;
    }
    *q = (struct query){ .d = d, .done = done, .arg = arg, .n_no_socket = d->n_no_socket };
    ex_span_copy(q->name, sizeof(q->name), ex_span_str(name));
    ask(q);
}

void ex_dns_cancel(struct ex_dns *d)
{
    for (int i = 0; i < N_CHANNELS; i++)
        ares_cancel(d->channel[i]);
}

void ex_dns_free(struct ex_dns *d)
{
    if (!d)
        return;
    d->closing = true;
    destroy_channels(d);
    uv_close((uv_handle_t *)&d->timer, on_timer_closed);
}
