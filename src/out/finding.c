// SPDX-License-Identifier: MIT
#include "out/finding.h"

#include "core/put.h"
#include "out/finding_add.h"

enum { WITNESSES_TOLD_MAX = 6 }; /* with one finding: `exchange` has all of them */

const char *const ex_finding_rules[] = { "missing-updates",
                                         "undetermined",
                                         "newer-than-data",
                                         "end-of-support",
                                         "cu-not-serviced",
                                         "mixed-builds",
                                         "configuration-check",
                                         "simulator-suspected",
                                         "ecp-reachable",
                                         "powershell-reachable",
                                         "basic-auth-offered",
                                         "ntlm-offered",
                                         "tls-legacy",
                                         "certificate-expired",
                                         "certificate-self-signed",
                                         "certificate-name-mismatch",
                                         "certificate-untrusted",
                                         "certificate-expires-soon",
                                         "auth-certificate-expired",
                                         "internal-name-leak",
                                         "internal-address-leak",
                                         "hsts-missing",
                                         "healthcheck-reachable",
                                         "backdoor-confirmed",
                                         "backdoor-likely",
                                         "backdoor-suspicious",
                                         "backdoor-review",
                                         "logon-page-confirmed",
                                         "logon-page-likely",
                                         "logon-page-suspicious",
                                         "logon-page-review",
                                         "logon-page-foreign-script",
                                         NULL };

const char *ex_confidence_str(enum ex_confidence c)
{
    static const char *const words[] = {
#define X(id, text) [EX_CONF_##id] = text,
        EX_CONFIDENCE_MAP(X)
#undef X
    };
    return (size_t)c < sizeof(words) / sizeof(words[0]) ? words[c] : "";
}

/* Doubt about what was seen weakens every conclusion from it. */
static enum ex_confidence doubted(const struct ex_fingerprint *fp, enum ex_confidence best)
{
    if (fp->present != EX_PRESENT_YES || ex_fp_has(fp, EX_NOTE_SIMULATOR_SUSPECTED))
        return EX_CONF_TENTATIVE;
    if (best == EX_CONF_CERTAIN &&
        (ex_fp_has(fp, EX_NOTE_VERSION_CONFLICT) || ex_fp_has(fp, EX_NOTE_BACK_END_BUILD)))
        return EX_CONF_FIRM;
    return best;
}

/* What the host said, or else what became of it. */
static void witness_evidence(struct ex_finding *f, const struct ex_result *r)
{
    const struct ex_fingerprint *fp = &r->fingerprint;

    if (fp->n_witnesses == 0) {
        ex_collect_evidence(f, "state", 0, "", ex_state_str(r->state));
        ex_collect_evidence(f, "detail", 0, "", r->detail);
    }
    for (uint8_t i = 0; i < fp->n_witnesses && i < WITNESSES_TOLD_MAX; i++)
        ex_collect_evidence(f, fp->witnesses[i].source, fp->witnesses[i].status,
                            fp->witnesses[i].path, fp->witnesses[i].value);
}

static void patch(struct ex_collect *c)
{
    const struct ex_fingerprint *fp = &c->r->fingerprint;
    const struct ex_verdict *v = &c->r->verdict;
    struct ex_finding *f = NULL;

    if (v->patch == EX_PATCH_MISSING) {
        const bool read = fp->precision == EX_PREC_EXACT && v->missing.n > 0;

        f = ex_collect_add_cves(c, "missing-updates",
                                doubted(fp, read ? EX_CONF_CERTAIN : EX_CONF_FIRM), &v->missing,
                                &v->presumed);
    } else if (v->patch == EX_PATCH_UNDETERMINED &&
               (v->possible.n > 0 || !ex_fp_has(fp, EX_NOTE_SIMULATOR_SUSPECTED))) {
        /* Of a likely simulator that names no build there is nothing to be told. */
        f = ex_collect_add_cves(c, "undetermined", EX_CONF_TENTATIVE, &v->possible, NULL);
    } else if (v->patch == EX_PATCH_NEWER) {
        f = ex_collect_add(c, "newer-than-data", "", doubted(fp, EX_CONF_CERTAIN));
    }
    if (f)
        witness_evidence(f, c->r);
    if (v->configuration.n > 0) {
        f = ex_collect_add_cves(c, "configuration-check", EX_CONF_TENTATIVE, &v->configuration,
                                NULL);
        witness_evidence(f, c->r);
    }
}

static void support(struct ex_collect *c)
{
    const struct ex_fingerprint *fp = &c->r->fingerprint;
    const struct ex_verdict *v = &c->r->verdict;
    char day[EX_DAY_TEXT];

    if (fp->present != EX_PRESENT_YES) /* what may not be there is out of no support */
        return;
    if (v->support == EX_SUPPORT_ENDED) {
        c->fill.value[EX_FILL_DATE] = ex_day_format(day, v->product_end);
        witness_evidence(ex_collect_add(c, "end-of-support", "", doubted(fp, EX_CONF_CERTAIN)),
                         c->r);
        c->fill.value[EX_FILL_DATE] = NULL;
    }
    if (v->cu_known && v->support != EX_SUPPORT_UNKNOWN && !v->cu_serviced)
        witness_evidence(ex_collect_add(c, "cu-not-serviced", "", doubted(fp, EX_CONF_CERTAIN)),
                         c->r);
}

/* "15.2.1748.43 (EX01), 15.2.1748.53 (EX02)" */
static void put_front_ends(char *to, size_t size, const struct ex_fingerprint *fp)
{
    struct ex_put w = ex_put_of(to, size);
    char build[EX_BUILD_TEXT];

    for (uint8_t i = 0; i < fp->n_front_ends; i++) {
        const struct ex_front_end *fe = &fp->front_ends[i];

        ex_put_str(&w, i ? ", " : "");
        ex_put_str(&w, fe->build.n_parts ? ex_build_format(build, &fe->build) : "no build");
        if (fe->name[0]) {
            ex_put_str(&w, " (");
            ex_put_str(&w, fe->name);
            ex_put_ch(&w, ')');
        }
    }
}

static void notes(struct ex_collect *c)
{
    const struct ex_fingerprint *fp = &c->r->fingerprint;
    char names[EX_FRONT_ENDS_MAX * (EX_HOSTNAME_SIZE + EX_BUILD_TEXT + 8)];

    if (ex_fp_has(fp, EX_NOTE_MIXED_BUILDS)) {
        put_front_ends(names, sizeof(names), fp);
        c->fill.value[EX_FILL_VALUE] = names;
        witness_evidence(ex_collect_add(c, "mixed-builds", "", EX_CONF_CERTAIN), c->r);
        c->fill.value[EX_FILL_VALUE] = NULL;
    }
    if (ex_fp_has(fp, EX_NOTE_SIMULATOR_SUSPECTED))
        witness_evidence(ex_collect_add(c, "simulator-suspected", "", EX_CONF_TENTATIVE), c->r);
}

static void exposures(struct ex_collect *c)
{
    for (uint8_t i = 0; i < c->r->n_exposures; i++) {
        const struct ex_exposure *e = &c->r->exposures[i];

        c->fill.value[EX_FILL_VALUE] = e->value;
        c->fill.value[EX_FILL_PATH] = e->path;
        ex_collect_evidence(ex_collect_add(c, e->id, e->path, EX_CONF_CERTAIN), e->id, e->status,
                            e->path, e->value);
    }
    c->fill.value[EX_FILL_VALUE] = NULL;
    c->fill.value[EX_FILL_PATH] = NULL;
}

/* Worst first; findings of one severity stay in the order they were added. */
static void sort(struct ex_findings *all)
{
    for (uint8_t i = 1; i < all->n; i++) {
        for (uint8_t k = i; k > 0 && all->at[k]->severity > all->at[k - 1]->severity; k--) {
            struct ex_finding *f = all->at[k];

            all->at[k] = all->at[k - 1];
            all->at[k - 1] = f;
        }
    }
}

/* The sentences that several findings of a host share. */
struct shared {
    char what[EX_SENTENCE_SIZE], counts[EX_SENTENCE_SIZE], steps[EX_SENTENCE_SIZE];
    char order[EX_SENTENCE_SIZE], esu[EX_SENTENCE_SIZE], interim[EX_SENTENCE_SIZE];
    char unassessed[EX_SENTENCE_SIZE], advice[2 * EX_SENTENCE_SIZE];
    char conditions[EX_REMEDY_SIZE];
};

static void say(struct shared *s, struct ex_collect *c)
{
    const struct ex_case *judged = &c->judged;
    const char **value = c->fill.value;

    ex_remedy_what(judged, s->what, sizeof(s->what));
    ex_remedy_counts(judged, s->counts, sizeof(s->counts));
    ex_remedy_steps(judged, s->steps, sizeof(s->steps));
    ex_remedy_order(judged, s->order, sizeof(s->order));
    ex_remedy_esu(judged, s->esu, sizeof(s->esu));
    ex_remedy_interim(judged, s->interim, sizeof(s->interim));
    ex_remedy_conditions(judged, s->conditions, sizeof(s->conditions));
    ex_remedy_unassessed(judged, s->unassessed, sizeof(s->unassessed));
    ex_remedy_advice(judged, ex_day_of_unix_ms(c->r->started_unix_ms), s->advice,
                     sizeof(s->advice));
    value[EX_FILL_WHAT] = s->what;
    value[EX_FILL_PRODUCT] = ex_remedy_product(judged);
    value[EX_FILL_CU] = judged->fp->cu_row ? judged->fp->cu_row->cu : "this version";
    value[EX_FILL_COUNTS] = s->counts;
    value[EX_FILL_STEPS] = s->steps;
    value[EX_FILL_ORDER] = s->order;
    value[EX_FILL_ESU] = s->esu;
    value[EX_FILL_INTERIM] = s->interim;
    value[EX_FILL_WHY] = ex_remedy_why(judged->fp);
    value[EX_FILL_CONDITIONS] = s->conditions;
    value[EX_FILL_NOTE] = ex_remedy_note(judged->verdict);
    value[EX_FILL_UNASSESSED] = s->unassessed;
    value[EX_FILL_ADVICE] = s->advice;
    value[EX_FILL_DATA_DATE] = judged->cat->info.date;
}

/* Whether there is anything to judge. A host that was not reached, or gave nothing that was worth
 * keeping, has its state to tell, and no finding: it may be no Exchange at all. */
static bool is_examined(const struct ex_result *r)
{
    const struct ex_fingerprint *fp = &r->fingerprint;

    return fp->present == EX_PRESENT_YES ||
           (fp->present == EX_PRESENT_MAYBE &&
            (r->state == EX_STATE_ANSWERED || fp->n_witnesses > 0));
}

void ex_findings_of(const struct ex_result *r, const struct ex_catalog *cat,
                    struct ex_findings *out)
{
    struct ex_collect c = { .r = r, .judged = { cat, &r->fingerprint, &r->verdict }, .out = out };
    struct shared shared;

    out->n = 0;
    out->severity = EX_SEV_NONE;
    if (!is_examined(r))
        return;
    ex_collect_begin(&c);
    say(&shared, &c);
    ex_findings_signs(&c);
    patch(&c);
    support(&c);
    notes(&c);
    exposures(&c);
    ex_findings_tls(&c);
    ex_collect_end(&c);
    sort(out);
    if (out->n > 0)
        out->severity = out->at[0]->severity;
}
