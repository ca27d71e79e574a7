// SPDX-License-Identifier: MIT
#ifndef INPUT_IDNA_H
#define INPUT_IDNA_H

#include "exprobe/target.h"

/**
 * Turn a name in UTF-8 into its lower-case A-label form, as IDNA2008 with the
 * mapping of UTS #46, non-transitional ("ß" stays "ß"), and check what comes out.
 *
 * Returns: EX_OK with @name rewritten; EX_ESYNTAX, EX_ERANGE with @err naming the
 *          value and the reason; EX_ENOMEM. On failure @name is unchanged.
 * Thread:  any.
 */
EX_MUSTUSE enum ex_status ex_idna_to_ascii(char name[static EX_NAME_SIZE], struct ex_error *err);

#endif
