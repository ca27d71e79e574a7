// SPDX-License-Identifier: MIT
#ifndef CMD_RESUME_H
#define CMD_RESUME_H

#include "cmd/log.h"
#include "cmd/output.h"
#include "cmd/rewrite.h"
#include "cmd/threshold.h"
#include "input/done.h"
#include "out/jsonl.h"

/** What an unfinished result file says about the run that goes on with it. { 0 }: there is none. */
struct ex_resume {
    struct ex_done *done;    /**< owned; NULL: nothing to go on with */
    struct ex_totals totals; /**< of the records that stay */
    bool failed_on;          /**< --fail-on is reached by one of them */
    bool complete;           /**< nothing is missing of what its lists named */
    FILE *in;                /**< owned: the file, for reading */
    struct ex_rewrite rewrite;
    int64_t started_unix_ms; /**< when the run began; 0: the file does not say */
    int32_t as_of;           /**< its day of judgement */
    char run_id[40];
    enum ex_status status; /**< why records cannot be looked up any more */
    struct ex_error error;
};

/** What the file must agree with. */
struct ex_resume_want {
    const struct ex_run_info *run; /**< what this run would write */
    const struct ex_data_info *data;
    bool as_of_given; /**< run->as_of is the user's; else that of the file holds */
    const struct ex_threshold *threshold;
};

/**
 * Read the output file, and take out of it what is not to stay: a torn last line, damaged lines,
 * the end record, and the records of hosts that were broken off. Nothing is changed when the file
 * is complete, or not of the same kind of run.
 *
 * Returns: EX_OK; EX_EUSAGE (the options differ: @err names the first), EX_EINPUT (no result file,
 *          other data, another version), EX_EOUTPUT (cannot be rewritten), EX_EIO, EX_ENOMEM.
 * Owns:    release @r with ex_resume_free(), also after a failure.
 */
EX_MUSTUSE enum ex_status ex_resume_read(struct ex_resume *r, struct ex_output *o,
                                         const struct ex_resume_want *want, struct ex_log *log,
                                         struct ex_error *err);

/** A complete file is to be gone on with all the same: take its end record out.
 *  Returns: EX_OK, EX_EOUTPUT, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_resume_reopen(struct ex_resume *r, struct ex_error *err);

/** Whether nothing is left to do for @t, whatever DNS says of it. In a file that was complete, no
 *  name is looked up again that has a record. */
bool ex_resume_is_done(struct ex_resume *r, const struct ex_target *t, bool one_address);

/** Whether @t has its record at @a. @a NULL: at every address that its name had. */
bool ex_resume_is_done_at(struct ex_resume *r, const struct ex_target *t, const struct ex_addr *a);

void ex_resume_free(struct ex_resume *r);

#endif
