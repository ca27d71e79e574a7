// SPDX-License-Identifier: MIT
#ifndef EXPROBE_FINGERPRINT_H
#define EXPROBE_FINGERPRINT_H

#include "exprobe/catalog.h"
#include "exprobe/exchange.h"

#define EX_PRESENCE_MAP(X) X(NO, "no") X(MAYBE, "maybe") X(YES, "yes") X(ONLINE, "online")
enum ex_presence {
#define X(id, text) EX_PRESENT_##id,
    EX_PRESENCE_MAP(X)
#undef X
};

#define EX_PRECISION_MAP(X)                                                                        \
    X(NONE, "none") X(GENERATION, "generation") X(CU, "cu") X(EXACT, "exact")
enum ex_precision {
#define X(id, text) EX_PREC_##id,
    EX_PRECISION_MAP(X)
#undef X
};

/* Short facts that qualify a fingerprint. Frozen words, part of the record. */
#define EX_NOTE_MAP(X)                                                                             \
    X(HEADER_STRIPPED, "header-stripped")                                                          \
    X(HEADER_ABSENT, "header-absent")                                                              \
    X(HEADER_EMPTY, "header-empty")                                                                \
    X(HEADER_PARTIAL, "header-partial")                                                            \
    X(HEADER_INVALID, "header-invalid")                                                            \
    X(HEADER_PADDED, "header-padded")                                                              \
    X(VERSION_CONFLICT, "version-conflict")                                                        \
    X(NEWER_THAN_DATA, "newer-than-data")                                                          \
    X(UNLISTED_BUILD, "unlisted-build")                                                            \
    X(BUILD_ALIAS, "owa-build-alias")                                                              \
    X(MIXED_BUILDS, "mixed-builds")                                                                \
    X(SEVERAL_FRONT_ENDS, "several-front-ends")                                                    \
    X(SIMULATOR_SUSPECTED, "simulator-suspected")                                                  \
    X(SOFT_404, "soft-404")                                                                        \
    X(WAF_BLOCK, "waf-block")                                                                      \
    X(RATE_LIMITED, "rate-limited")                                                                \
    X(BACKEND_UNAVAILABLE, "backend-unavailable")                                                  \
    X(HTTPS_UNREACHABLE, "https-unreachable")                                                      \
    X(TIMEOUT, "timeout")                                                                          \
    X(TLS_LEGACY_ONLY, "tls-legacy-only")                                                          \
    X(CLIENT_CERT_REQUIRED, "client-certificate-required")                                         \
    X(PREAUTHENTICATION, "pre-authentication")                                                     \
    X(PAGE_COPY, "page-copy")                                                                      \
    X(OWA_BROKEN, "owa-broken")                                                                    \
    X(HYBRID, "hybrid")                                                                            \
    X(MODERN_AUTH, "hybrid-modern-auth")                                                           \
    X(MANIFEST_LOWER_BOUND, "manifest-lower-bound")                                                \
    X(BACK_END_BUILD, "build-is-of-back-end")                                                      \
    X(CONTROL_FAILED, "control-failed")                                                            \
    X(INCOMPLETE, "incomplete")

enum ex_note {
#define X(id, text) EX_NOTE_##id,
    EX_NOTE_MAP(X)
#undef X
        EX_N_NOTES
};

enum {
    EX_WITNESSES_MAX = 24,
    EX_FRONT_ENDS_MAX = 8,
    EX_HOSTNAME_SIZE = 64,
    EX_CANDIDATES_MAX = 96
};

/** One piece of evidence: where it was read, and what it said. Server text is raw. */
struct ex_witness {
    const char *source; /**< static, frozen: "header:x-owa-version", "body:theme-path", ... */
    int status;         /**< of the answer */
    char path[128];     /**< request path and query */
    char value[128];
};

/** Who answered: one row for each X-FEServer seen, with the build it named. */
struct ex_front_end {
    char name[EX_HOSTNAME_SIZE];
    struct ex_build build; /**< n_parts 0: it named none */
};

/**
 * What a host is.
 *
 * For EXACT, exact == min == max is the official number and observed what the
 * server said. For CU, min and max bound the revisions known to the data and
 * candidates are all of them. For mixed builds precision is EXACT only when all
 * front ends agree; else min and max span them and candidates are those seen.
 */
struct ex_fingerprint {
    enum ex_presence present;
    enum ex_generation generation;
    bool generation_2013_plus; /**< 2013 or newer is all that is known */
    enum ex_precision precision;
    struct ex_build exact, observed, min, max;
    struct ex_build lower_bound;              /**< export-tool manifest, n_parts 0: none */
    struct ex_build back_end;                 /**< folder probe, when another server answered it */
    char back_end_name[EX_HOSTNAME_SIZE * 2]; /**< X-CalculatedBETarget of that answer */
    const struct ex_build_row *row;           /**< of exact, or of its floor; NULL */
    const struct ex_build_row *cu_row;        /**< first row of the branch; NULL when unknown */
    struct ex_build candidates[EX_CANDIDATES_MAX];
    uint16_t n_candidates;
    uint64_t notes; /**< bit set of enum ex_note */
    struct ex_witness witnesses[EX_WITNESSES_MAX];
    uint8_t n_witnesses;
    struct ex_front_end front_ends[EX_FRONT_ENDS_MAX];
    uint8_t n_front_ends;
    const struct ex_device_row *device; /**< seen in front; NULL */
};

static inline bool ex_fp_has(const struct ex_fingerprint *fp, enum ex_note n)
{
    return fp->notes >> n & 1;
}

const char *ex_presence_str(enum ex_presence p);
const char *ex_precision_str(enum ex_precision p);
const char *ex_note_str(enum ex_note n);

#endif
