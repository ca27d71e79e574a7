// SPDX-License-Identifier: MIT
#ifndef LOGON_HANDLER_H
#define LOGON_HANDLER_H

#include "exprobe/span.h"

/**
 * The on... attribute is one that the pages of Exchange carry: calls of their own functions with
 * no more than words and literals as arguments, or g_fFcs=0. (What those functions do stands
 * elsewhere and is judged there.)
 */
bool ex_handler_is_genuine(struct ex_span text);

#endif
