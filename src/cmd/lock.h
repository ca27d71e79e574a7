// SPDX-License-Identifier: MIT
#ifndef CMD_LOCK_H
#define CMD_LOCK_H

#include <stdbool.h>

#include "exprobe/status.h"

/**
 * Lock the open file @fd for this process, so that no second sweep writes there. The lock is
 * flock()'s: it goes with the descriptor, however the process ends, and leaves nothing behind.
 *
 * Returns: EX_OK; *held is false where the file system has no locks. EX_EOUTPUT when another
 *          process has it: @err names @name, and its process number if that can be known.
 */
EX_MUSTUSE enum ex_status ex_lock_take(int fd, const char *name, bool *held, struct ex_error *err);

#endif
