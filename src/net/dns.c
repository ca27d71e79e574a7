// SPDX-License-Identifier: MIT
#include "net/dns.h"

#include <ares.h>
#include <netinet/in.h>
#include <stdlib.h>

struct dns_sock {
    uv_poll_t poll;
    ares_socket_t fd;
    struct ex_dns *d;
    struct dns_sock *next;
};

struct ex_dns {
    ares_channel channel;
    uv_loop_t *loop;
    uv_timer_t timer;
    struct dns_sock *socks; /**< c-ares keeps one UDP socket a server: a short list */
    int family;
    bool closing;
    unsigned n_open; /**< handles not closed yet; the last one frees the struct */
};

struct query {
    ex_dns_done_fn *done;
    void *arg;
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
    struct timeval tv;
    const struct timeval *left = d->closing ? NULL : ares_timeout(d->channel, NULL, &tv);

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

    ares_process_fd(d->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    set_timer(d);
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
    const struct dns_sock *s = poll->data;
    struct ex_dns *d = s->d;
    const ares_socket_t fd = s->fd; /* s may be closed by the call below */

    ares_process_fd(d->channel, status < 0 || events & UV_READABLE ? fd : ARES_SOCKET_BAD,
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

enum ex_status ex_dns_new(struct ex_dns **out, uv_loop_t *loop, const struct ex_dns_options *opt,
                          struct ex_error *err)
{
    static const int families[] = {
        [EX_FAMILY_ANY] = AF_UNSPEC, [EX_FAMILY_4] = AF_INET, [EX_FAMILY_6] = AF_INET6
    };
    char everywhere[] = "fb", dns_only[] = "b";
    struct ares_options o = {
        .flags = ARES_FLAG_NOSEARCH, /* the user listed names, not beginnings of names */
        .timeout = (int)opt->timeout_ms,
        .tries = (int)opt->tries,
        .lookups = opt->servers ? dns_only : everywhere,
        .sock_state_cb = want_socket,
    };
    struct ex_dns *d = calloc(1, sizeof(*d));

    *out = NULL;
    if (!d)
        return EX_ENOMEM;
    *d = (struct ex_dns){ .loop = loop, .family = families[opt->family], .n_open = 1 };
    o.sock_state_cb_data = d;
    if (ares_init_options(&d->channel, &o,
                          ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                              ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS) {
        free(d);
        ex_error_set(err, "the DNS resolver cannot be set up (is resolv.conf readable?)");
        return EX_ENOMEM;
    }
    if (opt->servers && ares_set_servers_ports_csv(d->channel, opt->servers) != ARES_SUCCESS) {
        ares_destroy(d->channel);
        free(d);
        ex_error_set(err, "--dns-servers %s: not a list of IP[:PORT],...", opt->servers);
        return EX_EUSAGE;
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
        return "out-of-memory";
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

static void on_answer(void *arg, int status, int timeouts, struct ares_addrinfo *res)
{
    struct query *q = arg;
    struct ex_addr *list = NULL;
    size_t n = 0;
    (void)timeouts;

    if (status == ARES_SUCCESS) {
        for (const struct ares_addrinfo_node *at = res->nodes; at; at = at->ai_next)
            n++;
        list = calloc(n + 1, sizeof(*list));
        if (!list) {
            status = ARES_ENOMEM;
            n = 0;
        } else {
            n = collect(res, AF_INET, list, 0);
            n = collect(res, AF_INET6, list, n);
        }
    }
    ares_freeaddrinfo(res);
    q->done(q->arg, list, n, n > 0 ? "" : why_not(status));
    free(list);
    free(q);
}

void ex_dns_resolve(struct ex_dns *d, const char *name, ex_dns_done_fn *done, void *arg)
{
    /* NOSORT: RFC 6724 sorting would connect a UDP socket to each address; all are probed anyway.
     */
    const struct ares_addrinfo_hints hints = { .ai_family = d->family,
                                               .ai_socktype = SOCK_STREAM,
                                               .ai_flags = ARES_AI_NOSORT };
    struct query *q = malloc(sizeof(*q));

    if (!q) {
        done(arg, NULL, 0, "out-of-memory");
        return;
    }
    *q = (struct query){ done, arg };
    ares_getaddrinfo(d->channel, name, NULL, &hints, on_answer, q);
    set_timer(d);
}

void ex_dns_cancel(struct ex_dns *d)
{
    ares_cancel(d->channel);
}

void ex_dns_free(struct ex_dns *d)
{
    if (!d)
        return;
    d->closing = true;
    ares_destroy(d->channel); /* closes its sockets through want_socket() */
    uv_close((uv_handle_t *)&d->timer, on_timer_closed);
}
