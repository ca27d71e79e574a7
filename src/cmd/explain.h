// SPDX-License-Identifier: MIT
#ifndef CMD_EXPLAIN_H
#define CMD_EXPLAIN_H

#include <stdio.h>

#include "exprobe/catalog.h"

/**
 * Say what each of @builds (NULL-ended) is and what it lacks on the day @today:
 * text for people, or with @json one object a line, with the same objects that a
 * host record has. No network.
 *
 * Returns: EX_OK; EX_EINPUT when a text is no build number (@err names the first; the others
 *          are answered all the same); EX_ENOMEM. Write errors stay in @to.
 */
EX_MUSTUSE enum ex_status ex_explain(FILE *to, const struct ex_catalog *cat, int32_t today,
                                     const char *const *builds, bool json, struct ex_error *err);

#endif
