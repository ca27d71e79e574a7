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

#endif
