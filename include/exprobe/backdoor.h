// SPDX-License-Identifier: MIT
#ifndef EXPROBE_BACKDOOR_H
#define EXPROBE_BACKDOOR_H

#include "exprobe/catalog.h"
#include "exprobe/exhibit.h"

/* Ordered from REVIEW on: a higher value is worse. Frozen words. */
#define EX_BACKDOOR_MAP(X)                                                                         \
    X(NOT_ASSESSED, "not-assessed")                                                                \
    X(NONE_SEEN, "none-seen")                                                                      \
    X(REVIEW, "review")                                                                            \
    X(SUSPICIOUS, "suspicious")                                                                    \
    X(LIKELY, "likely")                                                                            \
    X(CONFIRMED, "confirmed")

enum ex_backdoor_state {
#define X(id, text) EX_BD_##id,
    EX_BACKDOOR_MAP(X)
#undef X
        EX_N_BACKDOOR_STATES
};

/* Why a host, or what is left of it, was not assessed. Frozen words. */
#define EX_BD_REASON_MAP(X)                                                                        \
    X(NONE, "")                                                                                    \
    X(SWITCHED_OFF, "switched-off")     /* --no-backdoor, --fingerprint-only */                    \
    X(NOT_EXCHANGE, "not-exchange")     /* not surely Exchange: nothing was asked */               \
    X(NOT_FINISHED, "not-finished")     /* the fingerprint met a refusal or a time-out */          \
    X(CONTROL_FAILED, "control-failed") /* the logon page is not Exchange's own */                 \
    X(FOLDERS, "folders-not-assessed")  /* some folder does not tell a miss from a hit */          \
    X(BLOCKED, "blocked")               /* a device began to refuse */                             \
    X(TIMEOUT, "timeout")                                                                          \
    X(BUDGET, "budget")              /* the requests allowed did not suffice */                    \
    X(RECEIVER, "password-receiver") /* the logon page sends something to a known name */          \
    X(INTERRUPTED, "interrupted")                                                                  \
    X(INTERNAL, "internal-error")

enum ex_bd_reason {
#define X(id, text) EX_BDR_##id,
    EX_BD_REASON_MAP(X)
#undef X
};

/* What calibration with random names says about a folder and extension. Frozen words. */
#define EX_FOLDER_STATE_MAP(X)                                                                     \
    X(NOT_ASKED, "not-asked")                                                                      \
    X(ASSESSED, "assessed")     /* a name that is not there is told from one that is */            \
    X(WILDCARD, "wildcard")     /* every name answers 200: only signatures count */                \
    X(UNSTABLE, "unstable")     /* two pairs of random names disagree */                           \
    X(REFUSED, "refused")       /* 401, 403, ... whatever the name */                              \
    X(REDIRECTED, "redirected") /* every name is sent elsewhere: a logon device, another site */   \
    X(FAILING, "failing")       /* 5xx whatever the name */                                        \
    X(BLOCKED, "blocked")       /* refused from some request on */

enum ex_folder_state {
#define X(id, text) EX_FS_##id,
    EX_FOLDER_STATE_MAP(X)
#undef X
};

/* How an answer differs from those for random names. Frozen words; ordered by weight. */
#define EX_TRACE_MAP(X)                                                                            \
    X(NONE, "none")                                                                                \
    X(HEADERS, "other-headers")                                                                    \
    X(BODY, "other-body")                                                                          \
    X(REDIRECT, "other-redirect")                                                                  \
    X(STATUS, "other-status")                                                                      \
    X(REFUSED, "refused")    /* 401 or 403 where a miss is 404 */                                  \
    X(ERROR, "server-error") /* 5xx, or httpCode=500, where a miss is 404 */                       \
    X(ANSWERS, "answers")    /* 200 where a miss is none */

enum ex_trace {
#define X(id, text) EX_TRACE_##id,
    EX_TRACE_MAP(X)
#undef X
};

/* What a signature proves by itself. Frozen words, also of the rules' `strength`. */
#define EX_STRENGTH_MAP(X)                                                                         \
    X(NONE, "none")                                                                                \
    X(SUSPICIOUS, "suspicious")                                                                    \
    X(LIKELY, "likely")                                                                            \
    X(CONFIRMED, "confirmed")

enum ex_strength {
#define X(id, text) EX_STRENGTH_##id,
    EX_STRENGTH_MAP(X)
#undef X
};

enum { EX_HITS_MAX = 6 };

/** One rule that matched an answer. Texts live as long as the compiled rules. */
struct ex_hit {
    const char *id;    /**< "oab-vdir-dump", or the identifier of the owner's rule */
    const char *title; /**< "" when the rule has none */
    enum ex_strength strength;
};

struct ex_hits {
    struct ex_hit at[EX_HITS_MAX]; /**< strongest first */
    uint8_t n;
    bool failed; /**< the scanner gave up (time, memory): absence says nothing */
};

/* What a second look said. Frozen words. */
#define EX_REPEAT_MAP(X)                                                                           \
    X(NOT_DONE, "not-done")     /* no request was left, or the host was blocked */                 \
    X(NOT_NEEDED, "not-needed") /* a full signature needs none, a guarded folder gets none */      \
    X(SAME, "same") /* the same answer again, and a fresh random name is still missing */          \
    X(DIFFERENT, "different")

enum ex_repeat {
#define X(id, text) EX_REPEAT_##id,
    EX_REPEAT_MAP(X)
#undef X
};

enum { EX_SUSPECTS_MAX = 24, EX_BD_FOLDERS_MAX = 32, EX_FOLDER_TEXT = 64, EX_EXTENSION_TEXT = 8 };

/** A known name whose answer stands out. */
struct ex_suspect {
    const struct ex_path_row *row;
    uint8_t folder; /**< index into ex_backdoor.folders */
    enum ex_trace trace;
    enum ex_repeat repeat;
    bool downgraded;                  /**< by the guard: too many of them in one folder */
    enum ex_backdoor_state level;     /**< what it says by itself, REVIEW or above */
    struct ex_hits hits;              /**< not carried by the random names of the folder */
    char front_end[64];               /**< X-FEServer of the answer, raw, or "" */
    const struct ex_exhibit *exhibit; /**< NULL when memory ran out */
};

struct ex_bd_folder {
    char folder[EX_FOLDER_TEXT];       /**< "/owa/auth/", as asked */
    char extension[EX_EXTENSION_TEXT]; /**< ".aspx", or "" */
    enum ex_folder_state state;
    uint16_t n_names;                     /**< known names to ask */
    uint16_t n_asked;                     /**< of them answered */
    uint16_t n_suspects;                  /**< without a signature */
    bool guarded;                         /**< n_suspects fired the guard */
    const struct ex_exhibit *baseline[2]; /**< answers for random names; NULL: none */
};

/** The back-door checks of one host. */
struct ex_backdoor {
    enum ex_backdoor_state state;
    enum ex_bd_reason reason; /**< for NOT_ASSESSED, and of what else is incomplete */
    uint8_t tier;             /**< highest tier of names asked: 1, or 3 with --deep */
    uint16_t n_names;         /**< known names to ask */
    uint16_t n_asked;         /**< of them answered */
    uint16_t n_requests;
    uint16_t blocked_after; /**< requests of this phase, 0: not blocked */
    char blocked_by[32];    /**< "403", "reset", ... */
    struct ex_bd_folder folders[EX_BD_FOLDERS_MAX];
    uint8_t n_folders;
    struct ex_suspect suspects[EX_SUSPECTS_MAX]; /**< worst first */
    uint8_t n_suspects;
    uint16_t n_more; /**< suspects for which there was no room */
};

const char *ex_backdoor_str(enum ex_backdoor_state s);
const char *ex_bd_reason_str(enum ex_bd_reason r);
const char *ex_folder_state_str(enum ex_folder_state s);
const char *ex_trace_str(enum ex_trace t);
const char *ex_repeat_str(enum ex_repeat r);
const char *ex_strength_str(enum ex_strength s);

#endif
