// SPDX-License-Identifier: MIT
#ifndef REPORT_LOAD_H
#define REPORT_LOAD_H

#include "report/files.h"
#include "report/report.h"

/** A sweep together with everything that it borrows. */
struct ex_loaded {
    struct ex_files files;
    struct ex_results *results;
    struct ex_sweep *sweep;
};

/**
 * Open and read @paths, NULL-ended, as ex_files_open() takes them.
 *
 * Returns: EX_OK; what ex_files_open() and ex_sweep_load() return.
 * Owns:    the caller, until ex_loaded_free(), on failure as well.
 */
EX_MUSTUSE enum ex_status ex_loaded_open(struct ex_loaded *l, const char *const *paths,
                                         struct ex_accepted *accepted, struct ex_error *err);

void ex_loaded_free(struct ex_loaded *l);

#endif
