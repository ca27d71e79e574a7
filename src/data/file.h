// SPDX-License-Identifier: MIT
#ifndef DATA_FILE_H
#define DATA_FILE_H

#include <stdio.h>

#include "exprobe/span.h"
#include "exprobe/status.h"

/**
 * Read a whole file of at most @limit bytes.
 *
 * Returns: EX_OK; EX_EIO with errno set; EX_ERANGE when it is longer; EX_ENOMEM.
 * Owns:    the caller frees out->p, after EX_OK only; it may be NULL for an empty file.
 */
EX_MUSTUSE enum ex_status ex_file_read(const char *path, size_t limit, struct ex_span *out);

/** The same of a file that is open, which the caller closes. */
EX_MUSTUSE enum ex_status ex_file_read_open(FILE *f, size_t limit, struct ex_span *out);

#endif
