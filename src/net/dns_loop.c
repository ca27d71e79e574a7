// SPDX-License-Identifier: MIT
#include "net/dns_loop.h"

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

/* The answers to a thousand questions, while the loop is busy with something else. The system
 * gives what it allows. */
enum { RECEIVE_BYTES = 1 << 20 };

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
void ex_dns_set_timer(struct ex_dns *d)
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
    ex_dns_set_timer(d);
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
    ex_dns_set_timer(d);
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
        .lookups = opt->servers || opt->no_hosts_file || which == ASK_WHY ? dns_only : everywhere,
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

const char *ex_dns_why_not(int status)
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

const char *ex_dns_why_not_record(int status)
{
    return status == ARES_SUCCESS || status == ARES_ENODATA ? "no-record" : ex_dns_why_not(status);
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
