// SPDX-License-Identifier: MIT
#ifndef CORE_FRONT_H
#define CORE_FRONT_H

#include "exprobe/catalog.h"
#include "exprobe/exchange.h"

/**
 * The device that an answer shows, by the rows of targets/devices.json.
 *
 * One that refuses or cannot reach what is behind it outranks one that logs users
 * on, which outranks one that passes requests on; within a rank the first row wins.
 * @with_body is false for an answer that is known to come from Exchange itself:
 * its body is then not searched for the words of device pages.
 *
 * Returns: index into cat->devices, or -1.
 */
int ex_front_match(const struct ex_catalog *cat, const struct ex_exchange *x, bool with_body);

#endif
