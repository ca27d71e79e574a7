// SPDX-License-Identifier: MIT
#ifndef CORE_FINGERPRINT_H
#define CORE_FINGERPRINT_H

#include "core/presence.h"
#include "core/versions.h"

/**
 * What a host is, from everything its answers said. @out is wholly written; nothing
 * can fail. Numbers are taken in the order of trust, contradictions become notes.
 */
void ex_fingerprint(const struct ex_evidence *ev, const struct ex_catalog *cat,
                    struct ex_fingerprint *out);

/** The notes of a fingerprint: bit set of enum ex_note. Part of ex_fingerprint(). */
uint64_t ex_notes_of(const struct ex_evidence *ev, const struct ex_catalog *cat,
                     const struct ex_assessment *as, const struct ex_versions *v);

/** Copy the quoted texts into @out->witnesses, those of the build first. */
void ex_witnesses(const struct ex_evidence *ev, struct ex_fingerprint *out);

/** The exposures, the parts of result.h that need no clock. Only for a host where Exchange is. */
void ex_exposures(const struct ex_evidence *ev, struct ex_result *out);

#endif
