// SPDX-License-Identifier: MIT
#ifndef NET_ENGINE_H
#define NET_ENGINE_H

#include "backdoor/hunt.h"
#include "net/contact.h"
#include "net/dns.h"
#include "net/fetch.h"
#include "net/shared.h"

/*
 * One libuv loop: takes targets in, resolves them, drives the pure machines of each
 * address, and hands results out. Decides nothing about Exchange. A scan has one for each
 * thread; what they may only do together is in shared.h.
 *
 *   next() --> resolve (dns.c) --> job per address --> slot: host.c <-> fetch.c
 *                                                        | surely Exchange?
 *                                                      hunt.c <-> fetch.c
 *                                                        |
 *   on_result() <----------------------------------------+
 */
struct ex_engine;

enum ex_next { EX_NEXT_TARGET, EX_NEXT_LATER, EX_NEXT_END };

struct ex_engine_options {
    const struct ex_catalog *cat;
    struct ex_fetch_options fetch;
    struct ex_host_options host;
    const struct ex_hunt_options *hunt; /**< NULL: no back-door phase */
    struct ex_dns_options dns;
    bool one_address;         /**< probe the first address of a name only */
    struct ex_shared *shared; /**< what all loops of the scan have in common */
    uint32_t concurrency;     /**< hosts in flight in this loop */
    uint32_t late_max;        /**< hosts in this loop that wait for their connection longer than is
                                   usual and do not count as in flight */
    uint32_t host_delay_ms;   /**< least gap between two requests to a host */
    uint32_t request_timeout_ms;
    uint32_t host_timeout_ms; /**< all requests and pauses of a host together; the wait for a turn
                                   under rate is not its time */
    uint32_t hunt_timeout_ms; /**< the same for the back-door phase, from its begin */
    uint32_t grace_ms;        /**< for what is in flight after ex_engine_stop() */

    /* Called in the engine's thread, with @arg. */
    void *arg;
    /** The next target, without blocking. After LATER the engine asks again when woken. */
    enum ex_next (*next)(struct ex_target *out, void *arg);
    /** Whether a host may be begun: there is room for its result. After a no the engine asks again
     *  when woken. */
    bool (*may_begin)(void *arg);
    /**
     * Whether @t may be contacted: without @a before its name is looked up, with @a before anything
     * is sent there; @looked_up: DNS gave that address. EX_STATE_ANSWERED: yes; else the state that
     * it ends in, and why.
     */
    enum ex_state (*permit)(const struct ex_target *t, const struct ex_addr *a, bool looked_up,
                            char why[static EX_DETAIL_SIZE], void *arg);
    /** Addresses that --resolve pins a name to; 0: ask DNS. */
    size_t (*pinned)(const struct ex_target *t, struct ex_addr *out, size_t max, void *arg);
    /** Whether @t at @a needs no result any more, because an earlier part of the run has it.
     *  @a NULL: whether it needs none when its name cannot be looked up today. */
    bool (*is_done)(const struct ex_target *t, const struct ex_addr *a, void *arg);
    /** Told of every request; NULL: nobody wants to know. */
    ex_contact_fn *on_contact;
    /** A finished host; borrowed for the call. verdict is not filled. */
    void (*on_result)(struct ex_result *r, void *arg);
};

/**
 * Returns: EX_OK, EX_ENOMEM, EX_EUSAGE (an option that cannot work), EX_EINTERNAL (no event
 *          loop, no random numbers).
 * Owns:    the caller owns *out. What @opt points to is borrowed until ex_engine_free().
 */
EX_MUSTUSE enum ex_status ex_engine_new(struct ex_engine **out, const struct ex_engine_options *opt,
                                        struct ex_error *err);

/** Run until the targets ended and every host has its result. Blocks.
 *  Returns: EX_OK, EX_EINTERNAL (a handle was left open). */
EX_MUSTUSE enum ex_status ex_engine_run(struct ex_engine *e);

/** There may be a new target now. Any thread. */
void ex_engine_wake(struct ex_engine *e);

/** Admit nothing more, give what is in flight grace_ms, then end it as interrupted. Any thread. */
void ex_engine_stop(struct ex_engine *e);

/** The same without grace: nobody would see what is still found. Any thread. */
void ex_engine_stop_at_once(struct ex_engine *e);

/** After ex_engine_run(). NULL is fine. */
void ex_engine_free(struct ex_engine *e);

#endif
