// SPDX-License-Identifier: MIT
#ifndef CMD_ROOM_H
#define CMD_ROOM_H

#include <stddef.h>
#include <stdint.h>

#include "cmd/log.h"
#include "exprobe/status.h"

struct ex_room {
    uint32_t n_hosts; /**< in flight, in all loops; at least 1 */
    unsigned n_loops;
    uint32_t n_late; /**< more that only wait for somebody to answer their wish for a connection */
};

/**
 * How many of @wanted hosts may be in flight, and in how many of @n_loops loops, with the file
 * descriptors that this process can have while @n_lists target lists are open. Raises the soft
 * limit as far as it needs; says so in @log when that is not enough.
 */
struct ex_room ex_room_for(uint32_t wanted, unsigned n_loops, size_t n_lists, struct ex_log *log);

/**
 * Whether the descriptors that are left are enough for one host, now that all the rest is open.
 * Returns: EX_OK, EX_EINTERNAL.
 */
EX_MUSTUSE enum ex_status ex_room_check(struct ex_error *err);

#endif
