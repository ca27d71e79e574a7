// SPDX-License-Identifier: MIT
#ifndef OUT_FINDING_H
#define OUT_FINDING_H

#include "exprobe/result.h"

/* How sure a finding is: read directly; a strong inference; cannot be told from outside. */
#define EX_CONFIDENCE_MAP(X) X(CERTAIN, "certain") X(FIRM, "firm") X(TENTATIVE, "tentative")
enum ex_confidence {
#define X(id, text) EX_CONF_##id,
    EX_CONFIDENCE_MAP(X)
#undef X
};

enum {
    EX_FINDING_EVIDENCE_MAX = 24, /**< one for each suspect of a hunt */
    EX_FINDING_ID_SIZE = 17,
    EX_FINDING_ACTION_SIZE = 192,
    EX_CERT_SOON_DAYS = 30, /**< a certificate that ends within this time is worth a word */
};

/** Where a finding was read: copies of a witness, an exposure, a suspect or a script. Text is raw,
 *  but for the excerpt of a body, which is escaped. */
struct ex_finding_evidence {
    int status;
    char source[48];
    char path[160]; /**< request path and query; "" for what the handshake showed */
    char value[160];
    char sha256[65]; /**< of the certificate, the body, or the script without white space; or "" */
};

struct ex_finding {
    char id[EX_FINDING_ID_SIZE]; /**< first 16 hex digits of SHA-256(rule NUL target NUL subject) */
    const struct ex_rule_row *rule;
    enum ex_severity severity;
    enum ex_confidence confidence;
    char subject[128]; /**< part of the id: what of the rule, e.g. "/ecp/"; "" mostly */
    char title[256];
    char action[EX_FINDING_ACTION_SIZE]; /**< an order without a full stop, the same for every
                                              host that needs the same */
    char remediation[2048]; /**< begins with the action; names the update to install, with KB and
                                 build */
    struct ex_finding_evidence evidence[EX_FINDING_EVIDENCE_MAX];
    uint8_t n_evidence;
};

struct ex_findings {
    struct ex_finding *at[EX_FINDINGS_MAX]; /**< worst first */
    uint8_t n;
    enum ex_severity severity;               /**< the worst */
    struct ex_finding kept[EX_FINDINGS_MAX]; /**< what @at points to: not to be copied */
};

/**
 * What is wrong with a host, worst first. A finding's id depends on rule, target
 * and subject only, never on address, date or build, so that it stays the same
 * from sweep to sweep. Hosts that are not Exchange, are Exchange Online, or were not examined have
 * none.
 * Certificates are judged on the day of the scan. A rule that @cat does not have
 * gives no finding; a loaded set has all of ex_finding_rules.
 *
 * Returns: nothing can fail. More than EX_FINDINGS_MAX findings lose the least severe.
 * Owns:    *out is about 420 KiB and borrows rule rows from @cat.
 * Thread:  any.
 */
void ex_findings_of(const struct ex_result *r, const struct ex_catalog *cat,
                    struct ex_findings *out);

/** Every rule id that a finding of this version can have; NULL-ended. */
extern const char *const ex_finding_rules[];

const char *ex_confidence_str(enum ex_confidence c);

#endif
