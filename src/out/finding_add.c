// SPDX-License-Identifier: MIT
#include "out/finding_add.h"

#include <openssl/evp.h>

#include "core/put.h"

void ex_collect_begin(struct ex_collect *c)
{
    ex_target_format(c->target, &c->r->target);
    c->sha256 = EVP_MD_CTX_new();
    /* To look the algorithm up takes as long as to use it: once for all findings of a host. */
    if (c->sha256 && EVP_DigestInit_ex(c->sha256, EVP_sha256(), NULL) != 1)
        ex_collect_end(c);
}

void ex_collect_end(struct ex_collect *c)
{
    EVP_MD_CTX_free(c->sha256);
    c->sha256 = NULL;
}

static void put_id(char id[static EX_FINDING_ID_SIZE], const struct ex_collect *c, const char *rule,
                   const char *subject)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    struct ex_put w = ex_put_of(id, EX_FINDING_ID_SIZE);

    if (!c->sha256 || EVP_DigestInit_ex(c->sha256, NULL, NULL) != 1 ||
        EVP_DigestUpdate(c->sha256, rule, strlen(rule) + 1) != 1 ||
        EVP_DigestUpdate(c->sha256, c->target, strlen(c->target) + 1) != 1 ||
        EVP_DigestUpdate(c->sha256, subject, strlen(subject)) != 1 ||
        EVP_DigestFinal_ex(c->sha256, digest, NULL) != 1)
        memset(digest, 0, sizeof(digest));
    for (size_t i = 0; i < (EX_FINDING_ID_SIZE - 1) / 2; i++)
        ex_put_hex(&w, digest[i], 2);
}

/* The place for a finding of this severity: the next free one, or that of the least severe. */
static struct ex_finding *place(struct ex_findings *all, enum ex_severity severity)
{
    struct ex_finding *least = all->at[0];

    if (all->n < EX_FINDINGS_MAX) {
        all->at[all->n] = &all->kept[all->n];
        return all->at[all->n++];
    }
    for (uint8_t i = 1; i < all->n; i++)
        if (all->at[i]->severity <= least->severity)
            least = all->at[i];
    return least->severity < severity ? least : NULL;
}

static bool is_there(const struct ex_findings *all, const char *id)
{
    for (uint8_t i = 0; i < all->n; i++)
        if (strcmp(all->at[i]->id, id) == 0)
            return true;
    return false;
}

/* The first sentence of the remediation, without its stop: what reports group hosts by. */
static void put_action(struct ex_finding *f)
{
    const char *stop = strstr(f->remediation, ". ");
    size_t n = stop ? (size_t)(stop - f->remediation) : strlen(f->remediation);

    if (!stop && n > 0 && f->remediation[n - 1] == '.')
        n--;
    ex_span_copy(f->action, sizeof(f->action),
                 (struct ex_span){ (const uint8_t *)f->remediation, n });
}

static const char *remediation_of(const struct ex_rule_row *rule, const struct ex_case *judged)
{
    const enum ex_situation now = ex_remedy_situation(judged);

    if (now == EX_SITUATION_EXTENSION && rule->remediation_esu[0])
        return rule->remediation_esu;
    return now == EX_SITUATION_END && rule->remediation_end[0] ? rule->remediation_end
                                                               : rule->remediation;
}

static struct ex_finding *add(struct ex_collect *c, const struct ex_rule_row *rule,
                              enum ex_severity severity, const char *subject,
                              enum ex_confidence confidence)
{
    char id[EX_FINDING_ID_SIZE], kept[sizeof(((struct ex_finding *)0)->subject)];
    const char *pattern;
    struct ex_finding *f;

    ex_span_copy(kept, sizeof(kept), ex_span_str(subject));
    put_id(id, c, rule->id, kept);
    f = is_there(c->out, id) ? NULL : place(c->out, severity);
    if (!f)
        return NULL;
    pattern = remediation_of(rule, &c->judged);
    /* All members but the evidence, of which there is none yet: most of it is never used. */
    f->rule = rule;
    f->severity = severity;
    f->confidence = confidence;
    f->n_evidence = 0;
    memcpy(f->id, id, sizeof(f->id));
    memcpy(f->subject, kept, sizeof(f->subject));
    ex_fill(f->title, sizeof(f->title), rule->title, &c->fill);
    ex_fill(f->remediation, sizeof(f->remediation), pattern, &c->fill);
    put_action(f);
    return f;
}

struct ex_finding *ex_collect_add(struct ex_collect *c, const char *id, const char *subject,
                                  enum ex_confidence confidence)
{
    const struct ex_rule_row *rule = ex_catalog_rule(c->judged.cat, id);

    return rule ? add(c, rule, rule->severity, subject, confidence) : NULL;
}

/* What the lists hold, as the steps of the table of severities. */
static void note_worst(const struct ex_catalog *cat, const struct ex_cve_list *list, bool *any,
                       bool *high, bool *kev)
{
    *any = *any || (list && list->n > 0);
    for (size_t i = 0; list && i < list->n; i++) {
        const struct ex_cve_row *row = &cat->cves[list->at[i]];

        *high = *high || row->severity >= EX_SEV_HIGH;
        *kev = *kev || row->kev;
    }
}

struct ex_finding *ex_collect_add_cves(struct ex_collect *c, const char *id,
                                       enum ex_confidence confidence, const struct ex_cve_list *a,
                                       const struct ex_cve_list *b)
{
    const struct ex_rule_row *rule = ex_catalog_rule(c->judged.cat, id);
    enum ex_severity severity;
    bool any = false, high = false, kev = false;

    if (!rule)
        return NULL;
    note_worst(c->judged.cat, a, &any, &high, &kev);
    note_worst(c->judged.cat, b, &any, &high, &kev);
    severity = rule->severity;
    if (any && rule->severity_cve > severity)
        severity = rule->severity_cve;
    if (high && rule->severity_high > severity)
        severity = rule->severity_high;
    if (kev && rule->severity_kev > severity)
        severity = rule->severity_kev;
    return add(c, rule, severity, "", confidence);
}

void ex_collect_evidence(struct ex_finding *f, const char *source, int status, const char *path,
                         const char *value)
{
    struct ex_finding_evidence *e;

    if (!f || f->n_evidence == EX_FINDING_EVIDENCE_MAX)
        return;
    e = &f->evidence[f->n_evidence++];
    e->status = status;
    ex_span_copy(e->source, sizeof(e->source), ex_span_str(source));
    ex_span_copy(e->path, sizeof(e->path), ex_span_str(path));
    ex_span_copy(e->value, sizeof(e->value), ex_span_str(value));
    e->sha256[0] = '\0';
}
