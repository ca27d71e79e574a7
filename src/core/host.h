// SPDX-License-Identifier: MIT
#ifndef CORE_HOST_H
#define CORE_HOST_H

#include "core/plan.h"
#include "exprobe/result.h"

/*
 * One address of one target, from the first request to the result. Pure: no
 * socket, clock, allocation or randomness of its own; the engine feeds events
 * and carries out the action that comes back.
 *
 * state     event                     action   next
 * NEW       START                     REQUEST  PROBING
 * PROBING   EXCHANGED, answered       REQUEST  PROBING   the plan goes on
 *                                     FINISH   DONE      plan or budget used up
 * PROBING   EXCHANGED, reset/stalled  SLEEP    WAITING   a retry is left
 *                                     REQUEST  PROBING   none is: next endpoint
 * PROBING   EXCHANGED, refused, ...   FINISH   DONE      no endpoint would do better
 * WAITING   TIMER                     REQUEST  PROBING   the same endpoint again
 * any       GIVE_UP                   FINISH   DONE      deadline, interruption
 * DONE      any                       NONE     DONE      late callbacks
 */
enum ex_host_state { EX_HOST_NEW, EX_HOST_PROBING, EX_HOST_WAITING, EX_HOST_DONE };

enum ex_event_kind { EX_EV_START, EX_EV_EXCHANGED, EX_EV_TIMER, EX_EV_GIVE_UP };

struct ex_event {
    enum ex_event_kind kind;
    const struct ex_exchange *exchange; /**< EXCHANGED only; borrowed for the call */
    const struct ex_tls *tls; /**< EXCHANGED: of its connection; NULL when it did not change */
    enum ex_state state;      /**< GIVE_UP: TIMEOUT, INTERRUPTED or INTERNAL_ERROR */
};

enum ex_action_kind { EX_ACT_NONE, EX_ACT_REQUEST, EX_ACT_SLEEP, EX_ACT_FINISH };

enum ex_method { EX_GET, EX_HEAD };

struct ex_action {
    enum ex_action_kind kind;
    enum ex_method method;
    const char *path;  /**< REQUEST: path and query; in the host, valid until the next step */
    const char *probe; /**< REQUEST: static name of the probe, for the request log */
    const char *authorization; /**< REQUEST: the fixed NTLM type 1, or NULL; static */
    bool last;                 /**< REQUEST: nothing will follow, the connection may be closed */
    bool fresh;                /**< REQUEST: on a new connection; a balancer may then choose another
                                    front end */
    bool http10_no_host;       /**< REQUEST: HTTP/1.0 without a Host field */
    uint32_t delay_ms;         /**< SLEEP */
};

struct ex_host_options {
    bool deep;             /**< R7 folder probe and the extra exposure requests */
    bool ntlm_info;        /**< one anonymous NTLM type 1 */
    bool fingerprint_only; /**< leave out the exposure requests */
    uint8_t retries;       /**< per endpoint, after a reset or a stall */
    uint16_t budget;       /**< requests, retries included: EX_BUDGET_FINGERPRINT */
    uint16_t budget_deep;  /**< further requests with deep: EX_BUDGET_DEEP */
    /** Decode a DER certificate; NULL: left out. Must be thread-safe and bounded. */
    bool (*cert_of_der)(struct ex_span der, struct ex_cert *out);
};

enum {
    EX_BUDGET_FINGERPRINT = 8, /**< DESIGN section 1.3; stated in --help */
    EX_BUDGET_DEEP = 64,       /**< every revision of the longest branch and the ones below them */
};

enum { EX_REQUEST_PATH_SIZE = 160 };

/* The layout is open so that slots can be arrays. Borrowed: opt, cat, until
 * ex_host_result(). Nothing in here points into the struct itself, so a host may
 * be moved between two steps; an action's path is the exception and lives until
 * the next step. */
struct ex_host {
    enum ex_host_state state;
    const struct ex_host_options *opt;
    const struct ex_catalog *cat;
    uint16_t n_requests; /**< REQUEST actions handed out */
    struct ex_plan plan;
    struct ex_evidence evidence;
    enum ex_state final;  /**< valid in DONE */
    enum ex_state failed; /**< what it will be when nothing is ever answered */
    char detail[EX_DETAIL_SIZE];
    char path[EX_REQUEST_PATH_SIZE]; /**< of the request under way */
};

/** Begin a host. @seed makes the random names of control requests; @target_name and whether it is
 *  an address is kept for judging redirects. Nothing is allocated. */
void ex_host_init(struct ex_host *h, const struct ex_host_options *opt,
                  const struct ex_catalog *cat, const struct ex_target *target, uint64_t seed);

/** The one function that changes a host. Never fails; DONE is final; never more REQUEST actions
 *  than opt->budget (+ budget_deep with deep). */
struct ex_action ex_host_step(struct ex_host *h, const struct ex_event *ev);

/**
 * Fill the host's part of a result: state, detail, requests, fingerprint, exposures, NTLM facts,
 * auth metadata, server texts. The caller fills target, address, times, bytes, tls and verdict.
 */
void ex_host_result(const struct ex_host *h, struct ex_result *out);

#endif
