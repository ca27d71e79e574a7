// SPDX-License-Identifier: MIT
#ifndef CMD_MEMORY_H
#define CMD_MEMORY_H

#include <stdbool.h>

#include "exprobe/status.h"

/**
 * Watch the memory that OpenSSL, libcurl, c-ares, libuv and libxml2 ask for. When there is none,
 * they report what they were doing as failed: a handshake, a header line, a page. That must not
 * become a statement about a host. (libyara has no hooks, and says of each scan how it ended.)
 *
 * Call once, before anything else of these libraries; this initialises libcurl and c-ares too.
 * Returns: EX_OK, EX_ENOMEM. Thread: before there is a second one.
 */
EX_MUSTUSE enum ex_status ex_memory_init(void);

/** The other end of ex_memory_init(). */
void ex_memory_deinit(void);

/** Was memory refused to a library since ex_memory_init()? Any thread. */
bool ex_memory_ran_out(void);

#endif
