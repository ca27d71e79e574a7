// SPDX-License-Identifier: MIT
#ifndef CMD_DATA_H
#define CMD_DATA_H

#include <stdio.h>

#include "exprobe/catalog.h"

/** Dates, counts, age on the day @today and hash of the knowledge. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_data_show(FILE *to, const struct ex_catalog *cat, int32_t today,
                                       bool json, struct ex_error *err);

/**
 * Check the set in @dir (NULL: the one compiled in) as strictly as every use of it
 * does, and show it.
 *
 * Returns: as ex_data_load().
 */
EX_MUSTUSE enum ex_status ex_data_verify(FILE *to, const char *dir, int32_t today, bool json,
                                         struct ex_error *err);

#endif
