// SPDX-License-Identifier: MIT
#ifndef CMD_ROOM_H
#define CMD_ROOM_H

#include <stddef.h>
#include <stdint.h>

#include "cmd/log.h"

/**
 * How many of @wanted hosts may be in flight with the file descriptors that this process can
 * have, in @n_loops loops and while @n_lists target lists are open; at least 1. Raises the soft
 * limit as far as it needs; says so in @log when that is not enough.
 */
uint32_t ex_room_for(uint32_t wanted, unsigned n_loops, size_t n_lists, struct ex_log *log);

#endif
