// SPDX-License-Identifier: MIT
#ifndef OUT_FINDING_ADD_H
#define OUT_FINDING_ADD_H

#include "out/fill.h"
#include "out/finding.h"
#include "out/remedy.h"

struct evp_md_ctx_st; /* EVP_MD_CTX of OpenSSL */

/* Inside of finding*.c: one host while its findings are collected. */
struct ex_collect {
    const struct ex_result *r;
    struct ex_case judged;
    struct ex_findings *out;
    struct ex_fill fill; /**< what is common to all findings, then of the one being added */
    char target[EX_TARGET_TEXT];
    struct evp_md_ctx_st *sha256; /**< of the ids; NULL when memory ran out */
};

/** Before the first finding and after the last. c->r is set before. */
void ex_collect_begin(struct ex_collect *c);
void ex_collect_end(struct ex_collect *c);

/**
 * Add a finding of rule @id about @subject ("" mostly), with title and remediation filled from
 * c->fill. The severity is that of the rule.
 *
 * Returns: the finding, to add evidence to; NULL when the knowledge lacks the rule, when the
 *          same rule and subject are there already, or when all places hold worse ones.
 */
struct ex_finding *ex_collect_add(struct ex_collect *c, const char *id, const char *subject,
                                  enum ex_confidence confidence);

/** As ex_collect_add(), with the severity for what the lists hold; @b may be NULL. */
struct ex_finding *ex_collect_add_cves(struct ex_collect *c, const char *id,
                                       enum ex_confidence confidence, const struct ex_cve_list *a,
                                       const struct ex_cve_list *b);

/** Evidence from what the host said: @f may be NULL. */
void ex_collect_evidence(struct ex_finding *f, const char *source, int status, const char *path,
                         const char *value);

/** What the handshake showed. */
void ex_findings_tls(struct ex_collect *c);

/** Signs of an intruder: the artefacts that answered, and what the logon page does. */
void ex_findings_signs(struct ex_collect *c);

#endif
