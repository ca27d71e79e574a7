// SPDX-License-Identifier: MIT
#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include "exprobe/backdoor.h"
#include "exprobe/logon.h"
#include "exprobe/verdict.h"
#include "out/results.h"

/*
 * What a report needs of every host, small enough to keep all of them in memory for
 * sorting. All text has been made safe to print. When a host (target and address)
 * was recorded more than once, the newest record that was not broken off counts.
 */

/** Something to do, the same words for all hosts that need it. */
struct ex_todo {
    const char *text;
    enum ex_severity severity;         /**< the worst among its hosts */
    bool incident;                     /**< somebody may be in a server: before all else */
    const struct ex_row *const *hosts; /**< worst first */
    size_t n_hosts;
};

/** One thing that one host needs. */
struct ex_need {
    struct ex_todo *action;
    enum ex_severity severity;
    bool incident;
};

struct ex_row {
    const char *target; /**< without ":443" */
    const char *address;
    const char *detail; /**< of the state */
    const char *started;
    const char *version;   /**< "2019 CU15 Feb26SU", "" unknown */
    const char *build;     /**< "15.2.1748.43", "15.2.1748.x", "" unknown */
    const char *device;    /**< in front, "" none */
    const char *ended_on;  /**< end of support, "" */
    const char *page_hash; /**< of the logon page, "" unknown */
    enum ex_state state;
    enum ex_severity severity;
    bool present_known; /**< else present says nothing */
    enum ex_presence present;
    enum ex_precision precision;
    enum ex_patch_state patch;
    enum ex_support_state support;
    bool esu_active, cu_too_old, mixed, unlisted, simulator;
    uint32_t n_candidates;
    uint32_t n_missing, n_presumed, n_possible, n_unassessed;
    uint32_t n_kev; /**< known exploited ones among missing and presumed; among possible for
                         undetermined */
    bool hunted;    /**< back doors were looked for, or why not is more than a choice */
    enum ex_backdoor_state backdoor;
    enum ex_bd_reason reason; /**< of backdoor */
    enum ex_logon_state logon;
    uint32_t n_probed; /**< known names that were asked and answered */
    uint32_t tier;     /**< the highest of them */
    size_t run;        /**< index for ex_results_run() */
    bool several;      /**< addresses of this target were examined */
    bool pages_differ; /**< and not all of them show the same logon page */
    struct ex_need *needs;
    size_t n_needs;
    json_t *record; /**< kept for the worst hosts with findings only, else NULL */
    char *text;     /**< the memory behind the texts */
};

struct ex_rows {
    struct ex_row *const *at; /**< worst first */
    size_t n;
    struct ex_todo *const *actions; /**< most urgent first */
    size_t n_actions;
    uint64_t n_replaced;     /**< records that a newer one of the same host replaced */
    uint64_t n_targets;      /**< different ones */
    uint64_t n_pages_differ; /**< of these, with different logon pages at their addresses */
    bool hunted;             /**< any of the rows was */
    const char *limits;      /**< what the search cannot see, safe to print; NULL unknown */
};

/**
 * Read all records of @in.
 *
 * @details_max is for how many of the worst hosts the records are kept.
 *
 * Returns: EX_OK, and what ex_results_next() returns. *out is NULL on failure.
 * Owns:    the caller owns *out; release it with ex_rows_free().
 */
EX_MUSTUSE enum ex_status ex_rows_load(struct ex_rows **out, struct ex_results *in,
                                       size_t details_max, struct ex_error *err);

/** NULL is fine. */
void ex_rows_free(struct ex_rows *rows);

/** The severity of that word; EX_SEV_NONE for any other. */
enum ex_severity ex_row_severity(const char *word);

/** Order of a report: worst first, then what was not seen, then what is clean, then what is no
 *  Exchange; by name at last. <0, 0, >0. */
int ex_row_cmp(const struct ex_row *a, const struct ex_row *b);

/** The worse of what the back doors and the logon page of a host say: REVIEW or above, or what
 *  became of the search. */
enum ex_backdoor_state ex_row_signs(const struct ex_row *row);

/** Groups of that order. */
enum ex_row_rank {
    EX_RANK_FINDINGS, /**< severity low and above */
    EX_RANK_UNSEEN,   /**< was not examined, and nothing is known */
    EX_RANK_CLEAN,    /**< Exchange of any kind, severity info or none */
    EX_RANK_OTHER,    /**< no Exchange */
};
enum ex_row_rank ex_row_rank(const struct ex_row *row);

#endif
