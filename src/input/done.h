// SPDX-License-Identifier: MIT
#ifndef INPUT_DONE_H
#define INPUT_DONE_H

#include "exprobe/target.h"

/*
 * What an unfinished result file holds already: which target at which address has its record.
 * It is a filter as that of duplicates, and takes a fixed amount of memory, whatever the number
 * (input/seen.h).
 */
struct ex_done;

enum { EX_DONE_RAM_MAX = 8 * 1024 * 1024 }; /**< bytes in memory: enough for 100,000 addresses */

/** Returns: EX_OK, EX_ENOMEM, EX_EINTERNAL (no random numbers). Owns: the caller owns *out. */
EX_MUSTUSE enum ex_status ex_done_new(struct ex_done **out, size_t ram_max, struct ex_error *err);

/**
 * There is a record of @target ("host:port", as ex_target_format() writes it) at @address (as
 * ex_addr_format() writes it; "" when it has none, because its name led nowhere). The record says
 * that the name had @n_addresses addresses; 0 counts as 1.
 *
 * Returns: EX_OK, EX_EIO, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_done_add(struct ex_done *d, const char *target, const char *address,
                                      uint64_t n_addresses, struct ex_error *err);

/**
 * @t was read from the list, where it stands once: count it as met again. *is_done tells whether
 * nothing is left to do for it, whatever addresses its name has today: it is an address, or
 * pinned to one, that has its record; or its name led nowhere; or @one_address is enough.
 *
 * Returns: EX_OK, EX_EIO, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_done_meet(struct ex_done *d, const struct ex_target *t,
                                       bool one_address, bool *is_done, struct ex_error *err);

/** Whether @t has a record at every address that its name had, or one that it had none.
 *  Returns: EX_OK, EX_EIO. */
EX_MUSTUSE enum ex_status ex_done_whole(struct ex_done *d, const struct ex_target *t,
                                        bool *is_whole, struct ex_error *err);

/** Whether @t has a record at @a. Returns: EX_OK, EX_EIO. */
EX_MUSTUSE enum ex_status ex_done_at(struct ex_done *d, const struct ex_target *t,
                                     const struct ex_addr *a, bool *is_done, struct ex_error *err);

/** Targets with a record that ex_done_meet() has not met: the list has them no more. */
uint64_t ex_done_left_over(const struct ex_done *d);

/** NULL is fine. */
void ex_done_free(struct ex_done *d);

#endif
