// SPDX-License-Identifier: MIT
#ifndef NET_DNS_LOOP_H
#define NET_DNS_LOOP_H

#include <ares.h>

#include "net/dns.h"

/* What the questions of dns.c and dns_records.c have in common: c-ares on the loop. */

/* c-ares goes on to the next server when one answers SERVFAIL or REFUSED, which
 * is right, and in the end only says that nobody helped. So a name that nobody
 * helped with is asked about once more, on a channel that reports the answer as it is. */
enum { ASK, ASK_WHY, N_CHANNELS };

struct dns_sock;

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

/** Wake up when c-ares next has to; after every question. */
void ex_dns_set_timer(struct ex_dns *d);

/** A short frozen word for a status of c-ares; that of success is "no-address". */
const char *ex_dns_why_not(int status);

/** The same of a question for records: that of success is "no-record". */
const char *ex_dns_why_not_record(int status);

#endif
