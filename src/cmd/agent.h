// SPDX-License-Identifier: MIT
#ifndef CMD_AGENT_H
#define CMD_AGENT_H

#include <stdint.h>

#include "exprobe/status.h"

enum { EX_AGENT_SIZE = 320, EX_RUN_ID_SIZE = 40 };

/**
 * How this scan introduces itself: "exprobe/VERSION", or @user_agent, with
 * @contact behind it in brackets. Both may be NULL.
 * Returns: EX_OK, EX_EUSAGE (empty, too long, or not printable ASCII).
 */
EX_MUSTUSE enum ex_status ex_agent_make(char to[static EX_AGENT_SIZE], const char *user_agent,
                                        const char *contact, struct ex_error *err);

/** A new UUID version 7 (RFC 9562 5.7): sorts by time. */
void ex_agent_run_id(char to[static EX_RUN_ID_SIZE], int64_t unix_ms);

#endif
