// SPDX-License-Identifier: MIT
#ifndef BACKDOOR_HUNT_H
#define BACKDOOR_HUNT_H

#include "backdoor/inspector.h"
#include "core/host.h"

/*
 * The second phase of a host that is Exchange: the logon page, and the names of
 * known back doors, by plain GET. Pure, and driven as core/host.h is: events in,
 * actions out.
 *
 * step       asks for                                        then
 * LOGON      the logon page: control of everything below     STATIC, FOLDERS
 * STATIC     flogon.js by its own address                    FOLDERS
 * FOLDERS    for each folder and extension: two random       NAMES of the folder
 *            names, two more when they disagree
 * NAMES      every known name of the folder                  FOLDERS, CLOSING
 * CLOSING    expiredpassword.aspx, or the logon page again:  RECHECK
 *            is Exchange still answering?
 * RECHECK    after a pause, on a new connection: each        SCRIPTS
 *            suspect again, then a fresh random name
 * SCRIPTS    same-origin scripts of the page, fexppw.js      DONE
 */

/* Budgets: DESIGN 1.3; stated in --help. */
enum {
    EX_BUDGET_BACKDOOR = 56,
    EX_BUDGET_BACKDOOR_DEEP = 800, /**< all published names; instead of the 56 */
    EX_BACKDOOR_GAP_MS = 100,      /**< least gap between two requests of this phase */
    EX_BACKDOOR_PAUSE_MS = 5000,   /**< before a second look */
    EX_OWN_PATHS_MAX = 1000        /**< of --paths */
};

struct ex_hunt_options {
    bool deep;                     /**< names of tier 2 and 3 as well, and the genuine names */
    uint8_t retries;               /**< of a request after a reset or a stall */
    uint16_t budget;               /**< requests, retries included */
    const struct ex_path_row *own; /**< the owner's names; asked in every mode */
    size_t n_own;
    const struct ex_inspector *inspector;
};

/** How many requests the hunt may send at most: for plan and for the engine's second lock. */
unsigned ex_hunt_budget(const struct ex_catalog *cat, bool deep, const struct ex_path_row *own,
                        size_t n_own);

enum ex_hunt_step { EX_HUNT_NEW, EX_HUNT_ASKING, EX_HUNT_WAITING, EX_HUNT_DONE };

/* The layout is open so that the engine can allocate it; only hunt.c and its
 * neighbours in this folder look inside. Allocated for a host when its phase
 * begins, and not before. */
struct ex_hunt {
    enum ex_hunt_step state;
    const struct ex_hunt_options *opt;
    const struct ex_catalog *cat;
    void *store;
    struct ex_backdoor found;
    struct ex_logon_page page;
};

/**
 * Begin the phase for a host whose fingerprint is @fp. @store is where what is kept goes
 * (ex_inspector.keep). @seed makes the random names. Borrowed until the result was used: all
 * pointers in @opt, @cat, @store.
 */
void ex_hunt_init(struct ex_hunt *h, const struct ex_hunt_options *opt,
                  const struct ex_catalog *cat, const struct ex_target *target, void *store,
                  uint64_t seed);

/** Whether a host with this result is one to look at: surely Exchange, and answering to the end
 *  of its fingerprint. Otherwise *why says why not. */
bool ex_hunt_wanted(const struct ex_result *r, enum ex_bd_reason *why);

/** As ex_host_step(): never fails, never more REQUEST actions than opt->budget. GIVE_UP ends it
 *  with what was found so far. */
struct ex_action ex_hunt_step(struct ex_hunt *h, const struct ex_event *ev);

/** After FINISH: h->found and h->page are complete and judged. */
void ex_hunt_result(struct ex_hunt *h);

#endif
