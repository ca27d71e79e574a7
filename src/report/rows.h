// SPDX-License-Identifier: MIT
#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include "exprobe/backdoor.h"
#include "exprobe/logon.h"
#include "exprobe/verdict.h"
#include "out/results.h"
#include "report/accept.h"

enum { EX_ROW_ID_SIZE = 17 /**< of a finding: 16 hex digits */ };

/*
 * What a report needs of every host, small enough to keep all of them in memory for
 * sorting. All text has been made safe to print.
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
    const char *action; /**< of the sweep's pool: the same pointer for the same words */
    enum ex_severity severity;
    bool incident;
};

/** A finding as far as all of them are kept; the rest of it is in the record. */
struct ex_row_finding {
    char id[EX_ROW_ID_SIZE];
    const char *rule, *subject, *title; /**< of the sweep's pool */
    enum ex_severity severity;
    const struct ex_acceptance *accepted; /**< NULL: open */
};

/** Where a record stands: ex_results_again(). */
struct ex_place {
    size_t file_index;
    uint64_t offset;
    size_t n;
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
    const char *client;    /**< the tag of that name, "" none */
    const char *tags;      /**< the others, "site=berlin owner=x", "" none */
    enum ex_state state;
    enum ex_severity severity; /**< of the open findings */
    bool present_known;        /**< else present says nothing */
    enum ex_presence present;
    enum ex_precision precision;
    enum ex_patch_state patch;
    enum ex_support_state support;
    bool old_knowledge; /**< judged with it: age.h */
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
    struct ex_row_finding *findings; /**< as in the record: worst first */
    size_t n_findings, n_accepted;   /**< all; those among them that are accepted */
    const char **suspects;           /**< paths that answer as back doors do, of the sweep's pool */
    size_t n_suspects;
    bool more_suspects;    /**< than are in the record */
    bool findings_listed;  /**< the record says what was found, if only that nothing was */
    bool tls_seen;         /**< the record has what a handshake showed */
    bool certificate_seen; /**< and the certificate */
    bool auth_seen;        /**< the Exchange Auth certificate could be read */
    struct ex_place place;
    char *text; /**< the memory behind the texts */
};

/** Some of the hosts of a sweep, and what there is to do for them. */
struct ex_rows {
    struct ex_row *const *at; /**< worst first */
    size_t n;
    const struct ex_todo *actions; /**< most urgent first */
    size_t n_actions;
    uint64_t n_targets;          /**< different ones */
    uint64_t n_pages_differ;     /**< of these, with different logon pages at their addresses */
    uint64_t n_accepted;         /**< findings that somebody accepted */
    bool hunted;                 /**< any of the rows was */
    const struct ex_row **hosts; /**< the memory behind the actions */
};

/**
 * A view of the @n rows @at, which are in report order.
 *
 * Returns: EX_OK, EX_ENOMEM.
 * Owns:    the caller owns *out until ex_rows_deinit(); the rows are borrowed, the array is copied.
 */
EX_MUSTUSE enum ex_status ex_rows_make(struct ex_rows *out, struct ex_row *const *at, size_t n);

/** A view that was never made is fine, when it is all zero. */
void ex_rows_deinit(struct ex_rows *rows);

/** The severity of that word; EX_SEV_NONE for any other. */
enum ex_severity ex_row_severity(const char *word);

/** Order of a report: worst first, then what was not seen, then what is clean, then what is no
 *  Exchange; by name at last. <0, 0, >0. */
int ex_row_cmp(const struct ex_row *a, const struct ex_row *b);

/** Order of names: target, then address. <0, 0, >0. */
int ex_row_cmp_host(const struct ex_row *a, const struct ex_row *b);

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
