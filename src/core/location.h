// SPDX-License-Identifier: MIT
#ifndef CORE_LOCATION_H
#define CORE_LOCATION_H

#include "core/evidence.h"

/**
 * Where a Location field leads, seen from @target (name or address, no port).
 *
 * @marks gets EX_MARK_ONLINE_URI or EX_MARK_OWN_URI when the address carries a
 * redirect_uri or wtrealm that names Exchange Online or this host.
 */
enum ex_location ex_location_of(struct ex_span value, const char *target, uint32_t *marks);

/** The host of an absolute or network-path reference, without port; empty for a relative one. */
struct ex_span ex_location_host(struct ex_span value);

#endif
