// SPDX-License-Identifier: MIT
#ifndef OUT_FINDING_H
#define OUT_FINDING_H

#include "exprobe/result.h"

enum ex_confidence { EX_CONF_CERTAIN, EX_CONF_FIRM, EX_CONF_TENTATIVE };

enum { EX_FINDING_EVIDENCE_MAX = 6, EX_FINDING_ID_SIZE = 17 };

/** Where a finding was read: copies of a witness or of an exposure. */
struct ex_finding_evidence {
    int status;
    char source[48];
    char path[128];
    char value[160];
};

struct ex_finding {
    char id[EX_FINDING_ID_SIZE]; /**< first 16 hex digits of SHA-256(rule NUL target NUL subject) */
    const struct ex_rule_row *rule;
    enum ex_severity severity;
    enum ex_confidence confidence;
    char subject[128];     /**< part of the id: what of the rule, e.g. "/ecp/"; "" mostly */
    char title[256];
    char remediation[768]; /**< names the update to install, with KB and build */
    struct ex_finding_evidence evidence[EX_FINDING_EVIDENCE_MAX];
    uint8_t n_evidence;
};

struct ex_findings {
    struct ex_finding at[EX_FINDINGS_MAX];
    uint8_t n;
    enum ex_severity severity; /**< the worst */
};

/**
 * What is wrong with a host, worst first. A finding's id depends on rule, target
 * and subject only, never on address, date or build, so that it stays the same
 * from sweep to sweep.
 *
 * Returns: nothing can fail. More than EX_FINDINGS_MAX findings lose the least severe.
 * Thread:  any.
 */
void ex_findings_of(const struct ex_result *r, const struct ex_catalog *cat,
                    struct ex_findings *out);

const char *ex_confidence_str(enum ex_confidence c);

#endif
