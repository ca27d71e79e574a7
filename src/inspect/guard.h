// SPDX-License-Identifier: MIT
#ifndef INSPECT_GUARD_H
#define INSPECT_GUARD_H

#include "exprobe/span.h"

/**
 * The part of @body that libxml2 reads in time that is not quadratic: it compares each attribute
 * of a tag with all that stand before it. A tag with more attributes than any page needs
 * ends the part. Cheap, linear, and without regard to comments and scripts: there it
 * may end the part too early, never too late.
 */
struct ex_span ex_guard_part(struct ex_span body);

#endif
