// SPDX-License-Identifier: MIT
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include <stdio.h>

#include "cmd/config.h"
#include "cmd/log.h"

/** Where the results of a scan go. */
struct ex_output {
    int fd;           /**< -1: not open */
    FILE *spool;      /**< owned: the results behind a report on a terminal, or NULL */
    const char *name; /**< for messages */
    bool is_file;     /**< a regular file of --output: ours alone, locked */
    bool has_content; /**< with --resume: there is something to go on with */
    bool borrowed;    /**< the program that we are a part of closes it */
};

/**
 * Open --output, and lock it when it is a regular file. Without --output, results go to standard
 * output; when that is a terminal, they are kept aside and rendered for reading at the end.
 *
 * Returns: EX_OK; EX_EOUTPUT (cannot be created, another process writes to it, or it has content
 *          and neither --fresh nor --resume is given); EX_EUSAGE (--resume without a regular file).
 */
EX_MUSTUSE enum ex_status ex_output_open(struct ex_output *o, const struct ex_config *cfg,
                                         struct ex_log *log, struct ex_error *err);

/** Whether the name still leads to what was written. Returns: EX_OK; EX_EOUTPUT: it was moved,
 *  replaced or deleted meanwhile. */
EX_MUSTUSE enum ex_status ex_output_check(const struct ex_output *o, struct ex_error *err);

/** Make the directory entry of @path last over a power cut, where the file system can do that. */
void ex_output_sync_folder(const char *path);

/** Render what was kept aside, if anything was. Returns: as ex_sweep_load(), EX_EOUTPUT. */
EX_MUSTUSE enum ex_status ex_output_report(struct ex_output *o, const struct ex_config *cfg,
                                           struct ex_error *err);

/** The reader of our pipe went away: end as any program in a pipeline does. Does not return,
 *  unless SIGPIPE is blocked: then EX_EOUTPUT. */
enum ex_status ex_output_reader_gone(void);

void ex_output_close(struct ex_output *o);

#endif
