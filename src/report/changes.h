// SPDX-License-Identifier: MIT
#ifndef REPORT_CHANGES_H
#define REPORT_CHANGES_H

#include "report/sweep.h"

/*
 * What changed between earlier sweeps and this one, told by the stable ids of findings.
 *
 * Earlier sweeps are any number of result files in any order: each of their records is one
 * observation of a host at the time it was made. So shards need no merging, a run that did not
 * finish contributes what it saw, and with more than one earlier sweep it can be told what came
 * back and since when something has been open.
 *
 * Nothing is called fixed that was not looked at: a finding that is not there any more is fixed
 * only when every address that last showed it was examined again in the way that would have
 * shown it (ex_looked_for()). All else stays open.
 */

/** What became of a finding. The order is that of reports. */
enum ex_change {
    EX_CHANGE_NEW,        /**< open now, and in no earlier sweep */
    EX_CHANGE_BACK_AGAIN, /**< open now and once before, but fixed in between */
    EX_CHANGE_WORSE,      /**< still open, and more severe, or a back door in one more place */
    EX_CHANGE_BETTER,     /**< still open, and less severe */
    EX_CHANGE_STILL_OPEN,
    EX_CHANGE_NOT_SEEN, /**< was open, and was not looked at this time: not the same as fixed */
    EX_CHANGE_FIXED,
    EX_N_CHANGES
};

/** "new", "back-again", "worse", "better", "still-open", "not-seen", "fixed"; "" for none. */
const char *ex_change_str(enum ex_change c);

/** The same for people: "back again", "not looked at again". */
const char *ex_change_words(enum ex_change c);

/** What became of a target. */
enum ex_fate {
    EX_FATE_SAME,          /**< examined then and now, or left out then and now */
    EX_FATE_NEWLY_LISTED,  /**< in no earlier sweep, though the last one was complete */
    EX_FATE_FIRST_RESULT,  /**< in no earlier sweep, of which the last did not finish */
    EX_FATE_ANSWERS_AGAIN, /**< examined now, and not when it was last tried */
    EX_FATE_GONE_DARK,     /**< was examined, and could not be this time */
    EX_FATE_NEVER_ANSWERED,
    EX_FATE_NOT_REACHED,      /**< no result this time: the sweep did not finish, or left it out */
    EX_FATE_NO_LONGER_LISTED, /**< not in this sweep, which is complete */
    EX_N_FATES
};

/** "same", "newly-listed", "first-result", "answers-again", "gone-dark", "never-answered",
 *  "not-reached", "no-longer-listed"; "" for none. */
const char *ex_fate_str(enum ex_fate f);

/** The same for people: "gone dark (not the same as fixed)". */
const char *ex_fate_words(enum ex_fate f);

struct ex_changed_finding {
    char id[EX_ROW_ID_SIZE];
    enum ex_change change;
    const char *rule, *subject, *title; /**< safe to print */
    enum ex_severity severity;          /**< now, or when last seen */
    enum ex_severity before;            /**< when last seen before; EX_SEV_NONE for new ones */
    const char *since; /**< YYYY-MM-DD of the first observation in this unbroken row; "" unknown */
    const char *why;   /**< of EX_CHANGE_NOT_SEEN: what was not looked at, in words; of
                            EX_CHANGE_WORSE when the severity does not tell; else "" */
    const struct ex_acceptance *accepted; /**< NULL: counts */
};

struct ex_changed_target {
    const char *target, *client; /**< safe to print; target without ":443" */
    enum ex_fate fate;
    enum ex_severity severity, before; /**< worst open finding, now and then */
    const char *build, *build_before;  /**< differ when the build changed; "" unknown */
    bool build_changed;
    bool page_changed;     /**< the logon page, though no other build is seen */
    bool build_unsure;     /**< but the build is not known so well that it cannot have changed */
    const char *last_seen; /**< YYYY-MM-DD when it was last examined, "" never */
    const char *detail;    /**< of its state now, when it was not examined; "" */
    struct ex_changed_finding *findings;
    size_t n_findings;
};

struct ex_changes {
    struct ex_changed_target *at; /**< worst first; each target once */
    size_t n;
    uint64_t changes[EX_N_CHANGES]; /**< findings that are not accepted */
    uint64_t fates[EX_N_FATES];
    uint64_t builds_changed, pages_changed;
    size_t n_earlier;      /**< earlier runs */
    const char *from, *to; /**< YYYY-MM-DD: the last earlier sweep, this one; "" unknown */
    bool earlier_complete; /**< the last earlier sweep came to its end */
    bool complete;         /**< this one did */
    bool backwards;        /**< the last earlier sweep began after this one */
    bool changed;          /**< there is anything but `same` and `still-open` */
    bool worse;            /**< new, back again or worse, or a page changed */
};

/**
 * Compare @now with the records of @earlier, whose files are read to the end. @accepted is what
 * @now was loaded with, for findings that are only in @earlier.
 *
 * Runs of @now that are in @earlier as well are left out there: `--since` of a whole folder may
 * hold them, and nothing would be new.
 *
 * Returns: EX_OK; EX_EINPUT when no other run is in @earlier; what ex_results_next() returns. *out
 * is NULL on failure. Owns:    the caller owns *out; release it with ex_changes_free(). @now is
 * borrowed until then,
 *          @earlier is not.
 */
EX_MUSTUSE enum ex_status ex_changes_make(struct ex_changes **out, const struct ex_sweep *now,
                                          struct ex_results *earlier, struct ex_accepted *accepted,
                                          struct ex_error *err);

/** Whether there is more to say of it than that it is as it was. */
bool ex_changed_target_is_news(const struct ex_changed_target *t);

/**
 * Those of one client, with counts of their own. Returns: EX_OK, EX_ENOMEM.
 * Owns: the caller, until ex_changes_free(); the texts stay those of @all.
 */
EX_MUSTUSE enum ex_status ex_changes_client(struct ex_changes **out, const struct ex_changes *all,
                                            const char *client);

/** NULL is fine. */
void ex_changes_free(struct ex_changes *changes);

#endif
