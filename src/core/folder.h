// SPDX-License-Identifier: MIT
#ifndef CORE_FOLDER_H
#define CORE_FOLDER_H

#include "core/evidence.h"

/*
 * The folder probe. Every security update copies the export tool of its cumulative
 * update to /ecp/<its number>/exporttool/ and removes nothing (UpdateCas.ps1, which
 * Microsoft signs and ships with each of them), and that path is anonymous: which of
 * these folders exist tells the update where the version header does not.
 *
 * First all known revisions, newest to oldest, until one exists. Then, for those that
 * are newer than it, the number below, because one update carried files of two numbers
 * and named its folder after the lower one. A server that says yes to the first thing
 * it is asked is asked for a revision that cannot exist.
 */

enum {
    EX_FOLDER_NOTHING = -1,   /**< nothing is left to ask */
    EX_FOLDER_CALIBRATE = -2, /**< a revision that no update has */
};

/** One HEAD request of the probe. */
struct ex_folder_step {
    int16_t row; /**< of the CU, or one of the above */
    bool below;  /**< the number below that of the row */
};

/** What to ask next of a CU with @n rows. Pure. */
struct ex_folder_step ex_folder_next(const struct ex_folders *f, const struct ex_build_row *rows,
                                     size_t n);

/** Path of a step; returns @to. */
char *ex_folder_path(char *to, size_t size, const struct ex_build_row *rows,
                     struct ex_folder_step step);

/**
 * Read the answer to @step. 200 and 404 count only with X-CalculatedBETarget, which
 * says that a mailbox server behind the front end answered; anything else ends the probe.
 */
void ex_folder_read(struct ex_evidence *ev, const struct ex_build_row *rows, size_t n,
                    struct ex_folder_step step, const struct ex_exchange *x);

/** The revision of row @i may be installed, by what the probe has seen so far. */
bool ex_folder_is_possible(const struct ex_folders *f, const struct ex_build_row *rows, size_t n,
                           size_t i);

#endif
