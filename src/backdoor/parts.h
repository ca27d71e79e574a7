// SPDX-License-Identifier: MIT
#ifndef BACKDOOR_PARTS_H
#define BACKDOOR_PARTS_H

#include "backdoor/hunt.h"
#include "backdoor/names.h"

/* What the files of this folder share. */

enum ex_ask {
    EX_ASK_NOTHING, /**< the step is at its end */
    EX_ASK_REQUEST, /**< path, probe and fresh of the hunt are set */
    EX_ASK_PAUSE    /**< wait EX_BACKDOOR_PAUSE_MS, then ask again */
};

/** A step of the hunt. @read gets NULL when no answer came. */
struct ex_phase {
    enum ex_ask (*ask)(struct ex_hunt *h);
    void (*read)(struct ex_hunt *h, const struct ex_exchange *x);
};

/* pages.c, scripts.c, folders.c, recheck.c */
extern const struct ex_phase ex_phase_logon, ex_phase_closing;
extern const struct ex_phase ex_phase_static, ex_phase_early, ex_phase_scripts;
extern const struct ex_phase ex_phase_folders, ex_phase_recheck;

/** Requests that may still be sent. */
static inline unsigned ex_hunt_left(const struct ex_hunt *h)
{
    const unsigned budget = h->opt->budget, sent = h->found.n_requests;

    return budget > sent ? budget - sent : 0;
}

static inline struct ex_names ex_hunt_names(const struct ex_hunt *h)
{
    return (struct ex_names){ h->cat, h->opt->deep, h->opt->own, h->opt->n_own };
}

/** The logon page, parsed or not: whether it is Exchange's own. Used as control. */
bool ex_control_read(struct ex_hunt *h, const struct ex_exchange *x);
void ex_control_ask(struct ex_hunt *h, const char *probe);

/** The logon page sends something to @path: it may receive passwords, and is named, not asked. */
bool ex_is_receiver(const struct ex_hunt *h, const char *path);

/** Nothing follows the request that is set up. */
bool ex_scripts_is_last(const struct ex_hunt *h);

/** A path that is not there in folder @folder of the hunt becomes the next request. */
void ex_ask_random(struct ex_hunt *h, size_t folder, enum ex_name_shape shape);

/** Run the signatures over @x, the answer for @row (NULL: a random name) in a folder that
 *  answers like @b (NULL: none known). What @b fires as well is left out. */
void ex_answer_scan(struct ex_hunt *h, const struct ex_exchange *x, const struct ex_path_row *row,
                    const struct ex_baseline *b, struct ex_hits *out);

/** The strongest of @hits. */
enum ex_strength ex_strength_of(const struct ex_hits *hits);

/** What the answer @x for @row says, given what the folder can tell: the trace and the hits that
 *  count. Neither: it is no suspect. */
enum ex_trace ex_answer_weigh(struct ex_hunt *h, const struct ex_exchange *x,
                              const struct ex_path_row *row, size_t folder, struct ex_hits *hits);

/** The trace of an answer without a signature, as far as it counts in @folder; NONE: not at all. */
enum ex_trace ex_trace_counted(const struct ex_hunt *h, size_t folder, enum ex_trace trace);

/** Add a suspect for the answer @x, whose footprint is h->print. */
void ex_suspect_add(struct ex_hunt *h, const struct ex_suspect *s, const struct ex_exchange *x);

/** Take out suspect @i. */
void ex_suspect_remove(struct ex_hunt *h, size_t i);

/** Look at all folders, once: too many suspects of the same kind in one are none. */
void ex_guard(struct ex_hunt *h);

/** What suspect @s is when it answers the same way again. */
enum ex_backdoor_state ex_suspect_potential(const struct ex_suspect *s);

/** Requests that second looks still need: of all suspects that want one. */
unsigned ex_recheck_need(const struct ex_hunt *h);

/** See to it that a device that began to refuse is noticed. Returns true when the hunt is over.
 *  @x is NULL when no answer came, @outcome says why. */
bool ex_block_note(struct ex_hunt *h, const struct ex_exchange *x, enum ex_outcome outcome);

/** 403, 406, 429, 503: how devices refuse. */
bool ex_is_refusal_status(int status);

/** It did: stop, and take back what was taken for an answer. */
void ex_block_stop(struct ex_hunt *h);

/** Levels, order and state: at the end. */
void ex_verdict_of(struct ex_hunt *h);

#endif
