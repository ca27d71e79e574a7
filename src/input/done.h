// SPDX-License-Identifier: MIT
#ifndef INPUT_DONE_H
#define INPUT_DONE_H

#include "exprobe/target.h"

/*
 * What an unfinished result file holds already: which target at which address has its record.
 * As much memory as the duplicate filter takes, whatever the number (input/seen.h).
 */
struct ex_done;

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

/** What is known of a target of the list. */
struct ex_done_target {
    bool known; /**< it has a record */
    bool whole; /**< and one for every address that its name had, or one that it had none */
    bool ended; /**< nothing is left to do, whatever addresses its name has today */
};

/**
 * Look @t up, and count it as met again. @one_address: one address of a name is enough.
 *
 * Returns: EX_OK, EX_EIO, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_done_find(struct ex_done *d, const struct ex_target *t,
                                       bool one_address, struct ex_done_target *out,
                                       struct ex_error *err);

/** Whether @t has a record at @a. Returns: EX_OK, EX_EIO. */
EX_MUSTUSE enum ex_status ex_done_at(struct ex_done *d, const struct ex_target *t,
                                     const struct ex_addr *a, bool *is_done, struct ex_error *err);

/** Targets with a record that ex_done_find() has not met: the list has them no more. */
uint64_t ex_done_left_over(const struct ex_done *d);

/** NULL is fine. */
void ex_done_free(struct ex_done *d);

#endif
