// SPDX-License-Identifier: MIT
#include <arpa/nameser.h>
#include <stdlib.h>

#include "net/dns_loop.h"

struct question {
    struct ex_dns *d;
    enum ex_dns_record record;
    ex_dns_hosts_fn *done;
    void *arg;
    bool asks_why;
    unsigned n_no_socket; /**< when it was asked */
    char name[EX_NAME_SIZE];
};

static void ask(struct question *q);

static void tell_mx(const struct question *q, const unsigned char *answer, int n_bytes)
{
    struct ex_dns_host list[EX_DNS_RECORDS_MAX];
    struct ares_mx_reply *all = NULL;
    const int status = ares_parse_mx_reply(answer, n_bytes, &all);
    const struct ares_mx_reply *at = all;
    size_t n = 0;

    for (; at && n < EX_DNS_RECORDS_MAX; at = at->next)
        list[n++] = (struct ex_dns_host){ .name = at->host, .preference = at->priority };
    if (at || n == 0)
        q->done(q->arg, NULL, 0, at ? "too-many-records" : ex_dns_why_not_record(status));
    else
        q->done(q->arg, list, n, "");
    ares_free_data(all);
}

static void tell_srv(const struct question *q, const unsigned char *answer, int n_bytes)
{
    struct ex_dns_host list[EX_DNS_RECORDS_MAX];
    struct ares_srv_reply *all = NULL;
    const int status = ares_parse_srv_reply(answer, n_bytes, &all);
    const struct ares_srv_reply *at = all;
    size_t n = 0;

    for (; at && n < EX_DNS_RECORDS_MAX; at = at->next)
        list[n++] =
            (struct ex_dns_host){ .name = at->host, .preference = at->priority, .port = at->port };
    if (at || n == 0)
        q->done(q->arg, NULL, 0, at ? "too-many-records" : ex_dns_why_not_record(status));
    else
        q->done(q->arg, list, n, "");
    ares_free_data(all);
}

static void on_answer(void *arg, int status, int timeouts, unsigned char *answer, int n_bytes)
{
    struct question *q = arg;
    (void)timeouts;

    if (status == ARES_ECONNREFUSED && !q->asks_why) {
        q->asks_why = true;
        ask(q);
        return;
    }
    if (status == ARES_SUCCESS && q->record == EX_DNS_MX)
        tell_mx(q, answer, n_bytes);
    else if (status == ARES_SUCCESS)
        tell_srv(q, answer, n_bytes);
    else
        q->done(q->arg, NULL, 0,
                q->n_no_socket != q->d->n_no_socket && status != ARES_ENOTFOUND &&
                        status != ARES_ENODATA
                    ? EX_DNS_NO_SOCKET
                    : ex_dns_why_not_record(status));
    free(q);
}

static void ask(struct question *q)
{
    struct ex_dns *d = q->d;

    /* What cannot be asked is answered inside this call, and q is gone with it. */
    ares_query(d->channel[q->asks_why ? ASK_WHY : ASK], q->name, ns_c_in,
               q->record == EX_DNS_MX ? ns_t_mx : ns_t_srv, on_answer, q);
    ex_dns_set_timer(d);
}

void ex_dns_hosts(struct ex_dns *d, const char *name, enum ex_dns_record record,
                  ex_dns_hosts_fn *done, void *arg)
{
    struct question *q = malloc(sizeof(*q));

    if (!q) {
        done(arg, NULL, 0, EX_DNS_NO_MEMORY);
        return;
    }
    *q = (struct question){
        .d = d, .record = record, .done = done, .arg = arg, .n_no_socket = d->n_no_socket
    };
    ex_span_copy(q->name, sizeof(q->name), ex_span_str(name));
    ask(q);
}
