// SPDX-License-Identifier: MIT
#ifndef CMD_PLAN_H
#define CMD_PLAN_H

#include <stdio.h>

#include "cmd/config.h"
#include "exprobe/catalog.h"

/**
 * Say what a scan with these options would do: read every target, send nothing,
 * ask no DNS server.
 *
 * Returns: EX_OK, EX_EINPUT (no targets, or as ex_source_next()), EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_plan(FILE *to, const struct ex_config *cfg,
                                  const struct ex_catalog *cat, struct ex_error *err);

#endif
