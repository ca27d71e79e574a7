// SPDX-License-Identifier: MIT
#ifndef NET_SLOT_H
#define NET_SLOT_H

#include "inspect/keep.h"
#include "net/engine.h"
#include "net/knock.h"
#include "net/later.h"
#include "net/multi.h"

/* Inside the engine: what engine.c and slot.c share. */

/** A place in the queue for a turn under --rate, of a slot or of a job that has none yet. */
struct turn {
    struct turn *next, **link; /**< link: NULL when it is not in the queue */
    uint64_t queued_ms;        /**< when it began to wait */
    struct slot *slot;         /**< one of both */
    struct job *job;
};

/** One address of one target, from the list to its record. */
struct job {
    struct job *next;
    struct job *next_busy;            /**< in its bucket of the busy addresses */
    struct job *behind, *behind_last; /**< owned: those that wait for the same address, in order */
    struct ex_target target;
    struct ex_addr address;
    uint16_t n_addresses; /**< of the name, this one included; 0: no name was looked up */
    uint64_t order;       /**< in which it came among those that begin later */
    struct turn turn;
    int fd;       /**< owned: its connection, when it has one before it has a slot; else -1 */
    bool is_late; /**< which came so late that its turn under --rate has passed */
    uint32_t connect_ms; /**< how long that took */
    int64_t started_unix_ms;
    uint64_t started_ms; /**< when it was begun */
    uint64_t rest_ms;    /**< until when its address is left alone by the next name */
    uint64_t limited_ms; /**< until when it asked to be left alone; 0: it did not */
};

/** What a slot waits for with its timer: the host machine's pause, or the gap that the host
 *  must be left alone. */
enum ex_due { DUE_SLEEP, DUE_GAP };

/** Everything about one host in flight; allocated at start, reused for ever. */
struct slot {
    struct ex_engine *engine;
    struct slot *next_free;
    struct turn turn;
    struct ex_multi *multi;
    uv_timer_t timer;
    struct job *job;         /**< owned while in flight; NULL: the slot is free */
    bool fetching;           /**< its transfer is in the multi */
    enum ex_due due;         /**< what the end of the timer means */
    struct ex_action action; /**< the request under way or due */
    uint64_t phase_ms;       /**< when the phase began */
    uint64_t idle_since_ms;  /**< end of the last request: a slow server gets its pause too */
    uint64_t turns_ms;       /**< spent waiting for a turn: our ceiling, not the host's time */
    unsigned n_requests;
    unsigned n_before; /**< of them in the phase before */
    uint64_t seed;
    uint64_t logged; /**< what the request log made of the request under way */
    struct ex_host host;
    struct ex_hunt *hunt;    /**< owned; NULL: still in the first phase */
    struct ex_store kept;    /**< answers that the hunt keeps */
    enum ex_state cut_short; /**< INTERRUPTED or INTERNAL_ERROR in the second phase */
    struct ex_fetch fetch;
};

/* A libcurl multi walks lists whose length is the number of its handles: the
 * cost per host grows with it, so a loop has several of them. */
enum { SLOTS_PER_MULTI = 250 };

struct ex_engine {
    struct ex_engine_options opt;
    uv_loop_t loop;
    uv_async_t async;
    uv_prepare_t admit; /**< once a turn of the loop: start what can be started */
    uv_timer_t grace;
    uv_timer_t later_timer; /**< the first of those that begin later is due, or there is room */
    uv_timer_t turn_timer;  /**< the next turn under --rate */
    uv_timer_t knock_timer; /**< the next one of those that wait for their connection is late */
    struct ex_dns *dns;
    struct ex_watch watch;
    struct ex_multi *multis;
    unsigned n_multis;
    struct slot *slots;
    struct slot *free_slots;
    struct job *ready; /**< jobs to start, in order */
    struct job **ready_tail;
    struct later later;               /**< jobs whose network has just had one */
    struct knocks knocks;             /**< jobs that wait for their connection */
    struct later held;                /**< jobs with an address whose network was busy after all */
    uint32_t n_turn_jobs;             /**< jobs in the queue for a turn */
    uint64_t n_jobs;                  /**< so far: their order */
    struct turn *turns, **turns_tail; /**< queue for a turn under --rate */
    uint32_t n_turns;
    uint32_t n_ready, n_in_flight, n_resolving;
    struct lookup *lookups, *lookups_last; /**< not late ones, the oldest first */
    uint32_t n_late_lookups;
    uint64_t seed;
    bool ask_next; /**< next() may have something */
    bool ended;    /**< next() said END */
    bool stopping, closing;
    _Atomic bool stop_asked, stop_asked_at_once;
};

/** Returns: EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_slot_init(struct slot *s, struct ex_engine *e, struct ex_multi *m);

/** Begin with s->job, which the slot owns. */
void ex_slot_start(struct slot *s);

/** End the host with @state, now. Nothing happens when the slot is free. */
void ex_slot_give_up(struct slot *s, enum ex_state state);

/** libcurl finished a transfer: ex_multi_done_fn with the engine as argument. */
void ex_slot_on_done(CURL *easy, CURLcode rc, void *arg);

/** turn.c: say when the turn of @t has come: ex_begin_turn() or ex_slot_turn(). */
void ex_turn_take(struct ex_engine *e, struct turn *t);

/** turn.c: it wants none any more. */
void ex_turn_leave(struct ex_engine *e, struct turn *t);

/** slot.c: it is the slot's turn, after @waited_ms; or its network has to be left alone for
 *  @network_ms, when that is not 0, and it has to ask again. Neither is the host's time. */
void ex_slot_turn(struct slot *s, uint64_t waited_ms, uint64_t network_ms);

/** begin.c: the same for a job that has no slot yet. */
void ex_begin_turn(struct ex_engine *e, struct job *job, uint64_t network_ms);

/** The request of @s goes out now. */
void ex_slot_send(struct slot *s);

/** admit.c: take targets in and begin what can be begun. */
void ex_engine_admit(struct ex_engine *e);

/** admit.c: when the oldest lookup of those that count will have waited too long to count; or
 *  UINT64_MAX. */
uint64_t ex_engine_lookup_late_ms(const struct ex_engine *e);

/** A target, or one address of it, ends before it was begun; the job and those behind it, which
 *  are freed, too. */
void ex_engine_end_unbegun(struct ex_engine *e, struct job *job, enum ex_state state,
                           const char *why);

/** begin.c: a new job, at the end of the row. Takes @job over. */
void ex_begin_later(struct ex_engine *e, struct job *job);

/** begin.c: begin what can be begun now. */
void ex_begin_ready(struct ex_engine *e);

/** begin.c: wake the loop when the next one can be. */
void ex_begin_set_timer(struct ex_engine *e);

/** begin.c: end what has an address and nothing else yet, as interrupted. */
void ex_begin_interrupt(struct ex_engine *e);

/** begin.c: end what has not been begun, as interrupted. */
void ex_engine_interrupt_ready(struct ex_engine *e);

/** begin.c: the result of @job was handed out. Its address is free for the next one. */
void ex_begin_job_done(struct ex_engine *e, struct job *job);

/** begin.c: the slot has handed its result out. */
void ex_engine_slot_done(struct ex_engine *e, struct slot *s);

#endif
