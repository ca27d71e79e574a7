// SPDX-License-Identifier: MIT
#ifndef CORE_NETWORK_H
#define CORE_NETWORK_H

#include "exprobe/target.h"

enum { EX_V6_PREFIX_MIN = 112 }; /**< 65,536 addresses; nobody can list more of IPv6 */

/**
 * Read "ADDRESS/PREFIX" into the kind, addr and prefix_bits of @t. @whole is
 * what the user wrote, for the message.
 *
 * Returns: EX_OK; EX_ESYNTAX, EX_ERANGE with @err. *t is only written on EX_OK.
 */
EX_MUSTUSE enum ex_status ex_network_parse(struct ex_span address, struct ex_span prefix,
                                           struct ex_span whole, struct ex_target *t,
                                           struct ex_error *err);

/**
 * Read "ADDRESS/PREFIX" into its first address and the length of its prefix, which for IPv6 is
 * @v6_prefix_min at least. Bits after the prefix are an error: two readers would not agree on what
 * was meant.
 *
 * Returns: as ex_network_parse(). *first and *bits are only written on EX_OK.
 */
EX_MUSTUSE enum ex_status ex_network_read(struct ex_span address, struct ex_span prefix,
                                          struct ex_span whole, unsigned v6_prefix_min,
                                          struct ex_addr *first, unsigned *bits,
                                          struct ex_error *err);

/** The first address of the network of @prefix_bits bits that @a lies in. */
struct ex_addr ex_network_first(const struct ex_addr *a, unsigned prefix_bits);

#endif
