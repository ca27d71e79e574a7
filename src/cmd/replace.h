// SPDX-License-Identifier: MIT
#ifndef CMD_REPLACE_H
#define CMD_REPLACE_H

#include <limits.h>
#include <stdio.h>

#include "exprobe/status.h"

/*
 * A file that is written whole or not at all: readers see the old one until the new one is
 * complete and on the disk. Devices and pipes are written to directly.
 */
struct ex_replace {
    FILE *to; /**< write here */
    char name[PATH_MAX], temporary[PATH_MAX + 16];
};

/** Begin. NULL or "-" is standard output. Returns: EX_OK; EX_EOUTPUT (@err names it). */
EX_MUSTUSE enum ex_status ex_replace_begin(struct ex_replace *r, const char *path,
                                           struct ex_error *err);

/** Put the file in its place when @st, the status so far, is EX_OK; remove it otherwise.
 *  Returns: @st; EX_EOUTPUT when not all could be written. */
EX_MUSTUSE enum ex_status ex_replace_end(struct ex_replace *r, enum ex_status st,
                                         struct ex_error *err);

#endif
