// SPDX-License-Identifier: MIT
#ifndef CORE_JUDGE_H
#define CORE_JUDGE_H

#include "exprobe/verdict.h"

/* One build held against one CVE: the rules that ex_verdict() puts together. Pure. */

/* Ordered: what is further down is worse for the server. */
enum ex_cve_class {
    EX_CLASS_NONE,       /**< fixed, or never concerned */
    EX_CLASS_CONFIG,     /**< the build is not the whole answer */
    EX_CLASS_UNASSESSED, /**< came after the end of support */
    EX_CLASS_POSSIBLE,   /**< fixed by an update that may or may not be there */
    EX_CLASS_PRESUMED,   /**< no fix ever came for this cumulative update */
    EX_CLASS_MISSING     /**< the fix is a later build of the same cumulative update */
};

/** A build and its place in the table on a day. */
struct ex_spot {
    struct ex_build build; /**< n_parts 0: only the generation is known */
    enum ex_generation generation;
    const struct ex_build_row *floor;  /**< the row itself or the one below in its CU; NULL */
    const struct ex_build_row *newest; /**< of its CU on that day; NULL */
    bool above_cu;                     /**< a higher revision than any known of its CU */
    bool above_product;                /**< a later CU than any known of its product */
};

struct ex_spot ex_spot_of(const struct ex_catalog *cat, const struct ex_build *build,
                          int32_t today);

/** @paid: missing, and the fix went to buyers of Extended Security Updates only. */
enum ex_cve_class ex_spot_class(const struct ex_catalog *cat, const struct ex_spot *spot,
                                const struct ex_cve_row *cve, bool *paid);

/** Newest update of the newest CU of a product on a day, previews left out; NULL. */
const struct ex_build_row *ex_newest_of(const struct ex_catalog *cat, enum ex_generation g,
                                        int32_t today);

/** Order of two builds by CU alone: three parts for 15.x, two for 8.x and 14.x. */
int ex_branch_cmp(const struct ex_build *a, const struct ex_build *b);

/** Fill the life-cycle part of @out for a product and, when known, a build of it. */
void ex_judge_support(const struct ex_catalog *cat, const struct ex_spot *spot, int32_t today,
                      struct ex_verdict *out);

#endif
