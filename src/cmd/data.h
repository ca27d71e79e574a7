// SPDX-License-Identifier: MIT
#ifndef CMD_DATA_H
#define CMD_DATA_H

#include <stdio.h>

#include "cmd/knowledge.h"

/** Dates, counts, age on the day @today, hash and origin of the knowledge. Returns EX_OK,
 *  EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_data_show(FILE *to, const struct ex_knowledge *k, int32_t today,
                                       bool json, struct ex_error *err);

/**
 * `data verify [PATH]`: check a set as strictly as every use of it does, and show it. A file is
 * a signed set, and so is a directory with a signature: these have to be signed with a trusted key.
 * Without an operand it is the set that a scan would use.
 *
 * Returns: as ex_knowledge_load(); EX_EUSAGE; of a signed set EX_EINPUT, EX_ESIGNATURE and
 *          EX_ECONFIG (no key is trusted).
 */
EX_MUSTUSE enum ex_status ex_data_verify(FILE *to, const struct ex_config *cfg, int32_t today,
                                         struct ex_error *err);

/** What --help of the command says of its verbs. */
void ex_data_help(FILE *to);

#endif
