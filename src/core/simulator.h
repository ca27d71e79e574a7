// SPDX-License-Identifier: MIT
#ifndef CORE_SIMULATOR_H
#define CORE_SIMULATOR_H

#include "core/presence.h"

/**
 * Contradictions that unmask honeypots, copied pages and command-and-control
 * profiles, weighed: one that no real server can show counts two, one that an
 * odd installation could show counts one.
 *
 * Returns: the sum; EX_SUSPICIOUS and more means that a simulator is suspected.
 */
unsigned ex_simulator_score(const struct ex_evidence *ev, enum ex_control control);

enum { EX_SUSPICIOUS = 2 };

/** Header and page of the same answer name different cumulative updates. */
bool ex_version_conflict(const struct ex_evidence *ev);

#endif
