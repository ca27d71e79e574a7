// SPDX-License-Identifier: MIT
#ifndef EXPROBE_VERDICT_H
#define EXPROBE_VERDICT_H

#include "exprobe/fingerprint.h"

#define EX_PATCH_MAP(X)                                                                            \
    X(NOT_APPLICABLE, "not-applicable")                                                            \
    X(PATCHED, "patched")                                                                          \
    X(MISSING, "missing-updates")                                                                  \
    X(UNDETERMINED, "undetermined")                                                                \
    X(NEWER, "newer-than-data")                                                                    \
    X(NOT_ASSESSED, "not-assessed")

enum ex_patch_state {
#define X(id, text) EX_PATCH_##id,
    EX_PATCH_MAP(X)
#undef X
};

enum ex_support_state { EX_SUPPORT_UNKNOWN, EX_SUPPORT_SUPPORTED, EX_SUPPORT_ENDED };

/* What the vendor's paid extension means for this server on the day of judgement. */
enum ex_esu_state {
    EX_ESU_NONE,   /**< never offered for this product */
    EX_ESU_ACTIVE, /**< a period is running; who bought it cannot be seen */
    EX_ESU_ENDED
};

/** Indices into ex_catalog.cves, ascending. */
struct ex_cve_list {
    uint16_t n;
    uint16_t at[EX_CVES_MAX];
};

/** VERDICT section 3: the five classes are disjoint, kept apart and never added up. */
struct ex_verdict {
    enum ex_patch_state patch;
    const struct ex_build_row *row;    /**< the build judged, or its floor; NULL */
    const struct ex_build_row *latest; /**< newest known of the same CU; NULL */
    /** What to install to be up to date: the newest update of the newest CU, also when it is there
     *  already. NULL: the build is above it, or the product gets no updates any more. */
    const struct ex_build_row *install;
    int16_t updates_behind;      /**< security levels of the same CU above the build's; hotfixes
                                      and re-releases do not count; -1 unknown */
    int32_t age_days;            /**< of the installed update on the day of judgement; -1 unknown */
    bool unlisted;               /**< in no row, and not above the table */
    bool not_cumulative;         /**< one of the special packages of March 2021 */
    struct ex_cve_list missing;  /**< certain */
    struct ex_cve_list presumed; /**< the CU was too old for any fix */
    struct ex_cve_list possible; /**< cannot be told from what was seen */
    struct ex_cve_list configuration; /**< the build is not the whole answer */
    struct ex_cve_list unassessed;    /**< appeared after the end of support */
    struct ex_cve_list no_public_fix; /**< subset of missing: fixed for ESU buyers only */

    int32_t data_age_days;   /**< of the knowledge on the day of judgement; below 0: newer */
    unsigned patch_tuesdays; /**< since then: above 0, fixes are missing in this verdict */

    enum ex_support_state support;
    int32_t product_end; /**< day, EX_DAY_NONE */
    bool cu_serviced;    /**< this CU still gets, or got the last, updates */
    bool cu_known;
    enum ex_esu_state esu;
    int32_t esu_end; /**< last day of the last period, EX_DAY_NONE */
    bool esu_build;  /**< the installed build came with the extension */
};

/**
 * Judge a fingerprint on a day.
 *
 * Several builds behind one name (EX_NOTE_MIXED_BUILDS) are judged as the name is
 * used: what is missing on any of them is missing. Row, support and age are then
 * those of the oldest. When it is not certain that this is Exchange (MAYBE), or
 * the generation is all that is known, nothing is called missing, only possible.
 *
 * @today is the day of judgement (--as-of): life-cycle states depend on it;
 * updates and CVEs published after it are left out.
 *
 * Returns: nothing can fail; *out is wholly written. Pure.
 * Owns:    row pointers are borrowed from @cat.
 */
void ex_verdict(const struct ex_catalog *cat, const struct ex_fingerprint *fp, int32_t today,
                struct ex_verdict *out);

/**
 * The fingerprint of a build number that somebody typed: what `explain` judges.
 * Three parts give precision CU. Numbers in no table are judged all the same.
 * 15.20 (Exchange Online) gives present ONLINE; a number that Exchange never had, NO.
 */
void ex_fingerprint_of_build(const struct ex_catalog *cat, const struct ex_build *build,
                             struct ex_fingerprint *out);

const char *ex_patch_str(enum ex_patch_state s);
const char *ex_support_str(enum ex_support_state s);
const char *ex_esu_str(enum ex_esu_state s);

#endif
