// SPDX-License-Identifier: MIT
#ifndef REPORT_FILES_H
#define REPORT_FILES_H

#include <stdio.h>

#include "exprobe/status.h"

/** Result files that are open and can be read at any place: what comes through a pipe was copied
 *  to a temporary file first. */
struct ex_files {
    FILE **at;
    char **names; /**< for messages */
    size_t n;
};

/**
 * Open all of @paths, which is NULL-ended: files, "-" for standard input, and directories, which
 * stand for the files in them whose names end in .jsonl, in the order of names. Nothing is read
 * when one of them is not to be had.
 *
 * Returns: EX_OK; EX_EUSAGE ("-" twice), EX_EINPUT (@err names the path: it cannot be read, or is a
 *          directory without such files), EX_EIO (no room for the copy), EX_ENOMEM.
 * Owns:    the caller, until ex_files_close(), on failure as well.
 */
EX_MUSTUSE enum ex_status ex_files_open(struct ex_files *files, const char *const *paths,
                                        struct ex_error *err);

void ex_files_close(struct ex_files *files);

#endif
