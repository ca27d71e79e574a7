// SPDX-License-Identifier: MIT
#include "net/dns.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "net/dns_loop.h"

struct query {
    struct ex_dns *d;
    ex_dns_done_fn *done;   /**< or */
    ex_dns_found_fn *found; /**< one of them */
    void *arg;
    bool asks_why;
    unsigned n_no_socket; /**< when it was asked */
    char name[EX_NAME_SIZE];
};

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

static void tell(const struct query *q, const struct ex_addr *list, size_t n,
                 const struct ares_addrinfo *res, const char *why)
{
    struct ex_dns_found f = { .addresses = list, .n_addresses = n, .why = why };

    if (!q->found) {
        q->done(q->arg, list, n, why);
        return;
    }
    for (const struct ares_addrinfo_cname *at = res ? res->cnames : NULL;
         at && f.n_aliases < EX_DNS_ALIASES_MAX; at = at->next)
        if (at->name)
            f.aliases[f.n_aliases++] = at->name;
    q->found(q->arg, &f);
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
    /* What a server said stands; that nobody was reached, not if we could not ask. */
    const bool short_of =
        q->n_no_socket != q->d->n_no_socket && status != ARES_ENOTFOUND && status != ARES_ENODATA;
    tell(q, list, n, res,
         n > 0      ? ""
         : too_many ? "too-many-addresses"
         : short_of ? EX_DNS_NO_SOCKET
                    : ex_dns_why_not(status));
    ares_freeaddrinfo(res);
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
    ex_dns_set_timer(d);
}

/* False: no memory. */
static bool begin(struct query q, const char *name)
{
    struct query *kept = malloc(sizeof(*kept));

    if (!kept)
        return false;
    *kept = q;
    kept->n_no_socket = q.d->n_no_socket;
    ex_span_copy(kept->name, sizeof(kept->name), ex_span_str(name));
    ask(kept);
    return true;
}

void ex_dns_resolve(struct ex_dns *d, const char *name, ex_dns_done_fn *done, void *arg)
{
    if (!begin((struct query){ .d = d, .done = done, .arg = arg }, name))
        done(arg, NULL, 0, EX_DNS_NO_MEMORY);
}

void ex_dns_find(struct ex_dns *d, const char *name, ex_dns_found_fn *done, void *arg)
{
    if (!begin((struct query){ .d = d, .found = done, .arg = arg }, name))
        done(arg, &(struct ex_dns_found){ .why = EX_DNS_NO_MEMORY });
}
