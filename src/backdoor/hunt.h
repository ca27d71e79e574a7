// SPDX-License-Identifier: MIT
#ifndef BACKDOOR_HUNT_H
#define BACKDOOR_HUNT_H

#include "backdoor/baseline.h"
#include "backdoor/combos.h"
#include "backdoor/inspector.h"
#include "core/host.h"

/*
 * The second phase of a host that is Exchange: the logon page, and the names of
 * known back doors, by plain GET. Pure, and driven as core/host.h is: events in,
 * actions out.
 *
 * step       asks for
 * LOGON      the logon page: control of everything below
 * STATIC     flogon.js by its own address
 * EARLY      one same-origin script of the page, if that costs no second look
 * FOLDERS    for each folder and extension: two random names, two more when they disagree; then
 *            every known name. A folder that refuses everything: the logon page again, once,
 *            to see whether it is the folder or us
 * CLOSING    expiredpassword.aspx, or the logon page again: is Exchange still answering?
 *            After RECHECK when there is not enough left for both
 * RECHECK    after a pause, on a new connection: each suspect again, worst first, then a fresh
 *            random name of its folder
 * SCRIPTS    same-origin scripts of the page, fexppw.js
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

/* What a fresh random name of a folder said at the second look. */
enum ex_fresh {
    EX_FRESH_NOT_ASKED,
    EX_FRESH_MISSING, /**< exactly what the first ones said */
    EX_FRESH_NEAR,    /**< a miss as well, with another text or field */
    EX_FRESH_ODD,     /**< something else */
    EX_FRESH_LOST     /**< nothing */
};

/** What is known of a suspect besides what is reported. */
struct ex_suspect_note {
    struct ex_footprint print;
    bool asked; /**< a second time */
    bool same;  /**< and said the same */
};

enum { EX_STREAK_MAX = 3 };

/** Refusals in a row, and lost answers: signs of a device that begins to block. */
struct ex_streak {
    uint8_t n;
    uint8_t n_names; /**< of them taken for the answer of a name */
    uint16_t before; /**< requests before the first of them */
    const struct ex_path_row *names[EX_STREAK_MAX];
    uint8_t folders[EX_STREAK_MAX];
    bool answered;
    struct ex_footprint print; /**< of the last that was answered */
    char by[32];
};

/* What the request under way is for. */
enum ex_hunt_asking {
    EX_HA_CONTROL, /**< a page that only Exchange answers so */
    EX_HA_SCRIPT,
    EX_HA_SAMPLE, /**< a random name */
    EX_HA_NAME,
    EX_HA_SUSPECT, /**< a name, the second time */
    EX_HA_FRESH    /**< a random name after it */
};

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

    char name[EX_NAME_SIZE];   /**< of the target */
    char host[EX_TARGET_TEXT]; /**< name and port */
    uint64_t seed;             /**< of the next random name */
    uint8_t step;              /**< of the table in hunt.c */
    uint8_t asking;            /**< enum ex_hunt_asking */
    uint8_t attempts;          /**< of the request under way */
    bool fresh;                /**< it wants a new connection */
    const char *probe;         /**< its name in the request log, static */
    char path[EX_REQUEST_PATH_SIZE];
    struct ex_footprint print; /**< of its answer */
    bool device_page;          /**< which is the block page of a known device */
    enum ex_outcome outcome;   /**< of the last request */

    bool logon_done, static_done, early_done, expired_done;
    bool control_ok;     /**< the logon page is Exchange's own */
    uint8_t closing;     /**< closing controls sent */
    bool closing_ok;     /**< one of them was native */
    bool closing_broken; /**< none was, and the last was refused or not answered */
    bool pausing, paused;
    bool waited;             /**< a Retry-After was honoured once */
    bool cleared;            /**< Exchange still answered after a folder refused everything */
    bool short_of;           /**< requests: something was left out */
    bool scan_failed;        /**< the signatures did not run to their end on some answer */
    bool guarded;            /**< the guard has looked at all folders */
    enum ex_bd_reason lost;  /**< why a name has no answer */
    enum ex_bd_reason ended; /**< why it ended before its time */

    struct ex_combos combos;
    struct ex_baseline baselines[EX_BD_FOLDERS_MAX];
    uint8_t fresh_said[EX_BD_FOLDERS_MAX]; /**< enum ex_fresh */
    uint8_t folder;                        /**< under way */
    struct ex_name_at at;
    const struct ex_path_row *row; /**< name under way */
    uint8_t suspect;               /**< under way */
    uint8_t script;                /**< under way */
    struct ex_suspect_note notes[EX_SUSPECTS_MAX];
    struct ex_streak streak;
};

/**
 * Begin the phase for the host @target. @store is where what is kept goes
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
