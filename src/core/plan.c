// SPDX-License-Identifier: MIT
#include "core/plan.h"

#include "core/folder.h"
#include "core/host.h"
#include "core/presence.h"
#include "core/versions.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* What an owner wants to know most comes first: the ordinary budget ends somewhere. The
 * one that is no 401 leads, because balancers keep a connection on its server once they have
 * seen NTLM offered, and a second front end would then stay hidden. */
static const struct {
    uint8_t probe;
    uint8_t since; /* enum ex_generation that has it */
    bool deep;     /* only with --deep, of its budget */
} exposures[] = {
    { EX_PROBE_ECP, EX_GEN_2010, false },          { EX_PROBE_EWS, EX_GEN_2007, false },
    { EX_PROBE_AUTODISCOVER, EX_GEN_2007, false }, { EX_PROBE_EAS, EX_GEN_2007, false },
    { EX_PROBE_POWERSHELL, EX_GEN_2010, false },   { EX_PROBE_AUTH_METADATA, EX_GEN_2013, false },
    { EX_PROBE_OWA, EX_GEN_2007, false },          { EX_PROBE_HEALTH, EX_GEN_2013, false },
    { EX_PROBE_MAPI, EX_GEN_2013, true },          { EX_PROBE_OAB, EX_GEN_2007, true },
    { EX_PROBE_RPC, EX_GEN_2007, true },           { EX_PROBE_API, EX_GEN_2016, true },
    { EX_PROBE_NO_HOST, EX_GEN_2007, true },
};

static bool asked(const struct ex_host *h, enum ex_probe p)
{
    return h->plan.done >> p & 1;
}

static unsigned base_left(const struct ex_host *h)
{
    return h->opt->budget > h->plan.n_base ? h->opt->budget - h->plan.n_base : 0;
}

static unsigned deep_left(const struct ex_host *h)
{
    if (!h->opt->deep || h->opt->budget_deep <= h->plan.n_deep)
        return 0;
    return h->opt->budget_deep - h->plan.n_deep;
}

static bool is_deep_only(enum ex_probe p)
{
    if (p == EX_PROBE_FOLDER || p == EX_PROBE_MANIFEST)
        return true;
    for (size_t i = 0; i < N_OF(exposures); i++)
        if (exposures[i].probe == p)
            return exposures[i].deep;
    return false;
}

static bool is_exposure(enum ex_probe p)
{
    for (size_t i = 0; i < N_OF(exposures); i++)
        if (exposures[i].probe == p)
            return true;
    return false;
}

/* Requests of the ordinary budget that the steps after exposure must still find there. */
static unsigned reserved(const struct ex_host *h, enum ex_probe p)
{
    unsigned n = 0;

    n += p != EX_PROBE_CONTROL && !asked(h, EX_PROBE_CONTROL) && h->plan.n_base > 0;
    n += p != EX_PROBE_NTLM && h->opt->ntlm_info && !asked(h, EX_PROBE_NTLM) && is_exposure(p) &&
         asked(h, EX_PROBE_CONTROL);
    return n;
}

unsigned ex_plan_room(const struct ex_host *h, enum ex_probe p)
{
    const unsigned base = base_left(h), kept = reserved(h, p);

    if (is_deep_only(p))
        return deep_left(h);
    if (base > kept)
        return base - kept;
    /* Once the answer is known, what is left to look at may use the larger budget. */
    return is_exposure(p) && asked(h, EX_PROBE_CONTROL) ? deep_left(h) : 0;
}

bool ex_plan_uses_deep(const struct ex_host *h, enum ex_probe p)
{
    return is_deep_only(p) || base_left(h) <= reserved(h, p);
}

static bool can_ask(const struct ex_host *h, enum ex_probe p)
{
    return !asked(h, p) && ex_plan_room(h, p) > 0;
}

/* A control that was answered with a page, or with the name of a front end, needs more from
 * Exchange itself than the logon page. */
static bool is_outweighed(const struct ex_assessment *as)
{
    return as->proven && as->present != EX_PRESENT_YES &&
           (as->control == EX_CONTROL_SOFT || as->control == EX_CONTROL_FE_ONLY);
}

static bool is_exact(const struct ex_host *h)
{
    const struct ex_versions v = ex_versions_of(&h->evidence);

    return v.n_full > 0;
}

/* Everything goes to Exchange Online, not only OWA. */
static bool is_all_vanity(const struct ex_host *h)
{
    const struct ex_answer *a = ex_evidence_of(&h->evidence, EX_PROBE_EWS);

    return a && a->location == EX_LOC_OFFICE365;
}

/* Nothing but a web server so far that is old enough for Exchange 2003 (Windows 2003 and before).
 */
static bool wants_2003(const struct ex_host *h, const struct ex_assessment *as)
{
    if (as->proven || as->preauth)
        return false;
    for (size_t i = 0; i < h->evidence.n_answers; i++)
        if (h->evidence.answers[i].iis >= 50 && h->evidence.answers[i].iis <= 60)
            return true;
    return false;
}

/* R2 to R5: as long as something of the answer is open. @besides: a probe that is to be
 * taken as asked already. */
static enum ex_probe next_core(const struct ex_host *h, const struct ex_assessment *as,
                               enum ex_probe besides)
{
    static const uint8_t services[] = { EX_PROBE_EWS, EX_PROBE_AUTODISCOVER, EX_PROBE_EAS };
    const struct {
        uint8_t probe;
        bool wanted;
    } others[] = {
        { EX_PROBE_OWA, as->wants_owa || (!as->proven && !as->preauth && !as->vanity) },
        { EX_PROBE_EXCHANGE, wants_2003(h, as) },
        { EX_PROBE_AGAIN, as->wants_fresh },
    };

    if ((as->proven && !as->wants_owa && is_exact(h) && !is_outweighed(as)) ||
        (as->online && asked(h, EX_PROBE_EWS)) || is_all_vanity(h) ||
        (as->suspicious && asked(h, EX_PROBE_CONTROL)))
        return EX_N_PROBES;
    for (size_t i = 0; i < sizeof(services); i++)
        if (services[i] != besides && can_ask(h, (enum ex_probe)services[i]))
            return (enum ex_probe)services[i];
    for (size_t i = 0; i < N_OF(others); i++)
        if (others[i].wanted && others[i].probe != besides &&
            can_ask(h, (enum ex_probe)others[i].probe))
            return (enum ex_probe)others[i].probe;
    return EX_N_PROBES;
}

static enum ex_probe next_folder(const struct ex_host *h, const struct ex_assessment *as)
{
    const struct ex_versions v = ex_versions_of(&h->evidence);
    size_t n = 0;
    const struct ex_build_row *rows;

    if (!h->opt->deep || as->present != EX_PRESENT_YES || v.n_full > 0 || v.conflict || v.mixed)
        return EX_N_PROBES;
    /* /ecp/Current is not anonymous on 2013; without a page it names the CU as well. */
    if ((v.cu.n_parts == 0 || ex_build_generation(&v.cu) >= EX_GEN_2016) &&
        can_ask(h, EX_PROBE_MANIFEST))
        return EX_PROBE_MANIFEST;
    if (v.cu.n_parts != 3 || v.cu.part[0] != 15)
        return EX_N_PROBES;
    rows = ex_catalog_branch(h->cat, &v.cu, &n);
    if (n == 0 || ex_plan_room(h, EX_PROBE_FOLDER) == 0)
        return EX_N_PROBES;
    return ex_folder_next(&h->evidence.folders, rows, n).row == EX_FOLDER_NOTHING ? EX_N_PROBES
                                                                                  : EX_PROBE_FOLDER;
}

static enum ex_generation generation(const struct ex_host *h)
{
    const struct ex_versions v = ex_versions_of(&h->evidence);
    const struct ex_build *b = v.n_full > 0 ? &v.full[0] : &v.cu;

    return b->n_parts > 0 ? ex_build_generation(b) : EX_GEN_2016;
}

/* What one answer has made superfluous: the metadata live below Autodiscover, and /owa/ only
 * has to confirm a page that no service confirms. */
static bool is_pointless(const struct ex_host *h, enum ex_probe p)
{
    const struct ex_answer *services = ex_evidence_of(&h->evidence, EX_PROBE_AUTODISCOVER);
    const bool published = ex_has(services, EX_MARKS_EXCHANGE);

    if (p == EX_PROBE_AUTH_METADATA)
        return services && !published;
    return p == EX_PROBE_OWA && !h->opt->deep &&
           (published || ex_has(ex_evidence_of(&h->evidence, EX_PROBE_EWS), EX_MARKS_EXCHANGE));
}

/* @besides: a probe that is to be taken as asked already. */
static enum ex_probe next_exposure(const struct ex_host *h, const struct ex_assessment *as,
                                   enum ex_probe besides)
{
    if (h->opt->fingerprint_only || as->present != EX_PRESENT_YES)
        return EX_N_PROBES;
    for (size_t i = 0; i < N_OF(exposures); i++) {
        const enum ex_probe p = (enum ex_probe)exposures[i].probe;

        if (p == besides || (exposures[i].deep && !h->opt->deep) ||
            generation(h) < (enum ex_generation)exposures[i].since || is_pointless(h, p))
            continue;
        if (can_ask(h, p))
            return p;
    }
    return EX_N_PROBES;
}

static bool wants_ntlm(const struct ex_host *h, const struct ex_assessment *as)
{
    const struct ex_answer *a = ex_evidence_of(&h->evidence, EX_PROBE_EWS);
    const uint8_t windows = 1u << EX_SCHEME_BIT_NEGOTIATE | 1u << EX_SCHEME_BIT_NTLM;

    if (!h->opt->ntlm_info || !can_ask(h, EX_PROBE_NTLM) || as->suspicious ||
        (as->present != EX_PRESENT_YES && as->present != EX_PRESENT_MAYBE))
        return false;
    return a ? a->status == 401 && (a->schemes & windows) : as->present == EX_PRESENT_YES;
}

enum ex_probe ex_plan_next(const struct ex_host *h)
{
    struct ex_assessment as;
    enum ex_probe p;

    if (h->plan.stopped ||
        asked(h, EX_PROBE_NTLM)) /* the challenge was announced as the last one */
        return EX_N_PROBES;
    if (!asked(h, EX_PROBE_LOGON))
        return can_ask(h, EX_PROBE_LOGON) ? EX_PROBE_LOGON : EX_N_PROBES;
    as = ex_assess(&h->evidence, h->cat);
    /* The control comes before anything that is only nice to know, and as soon as there
     * is something for it to confirm: what comes later may be cut off. */
    if (can_ask(h, EX_PROBE_CONTROL) && (as.proven || as.suspicious) && !as.online)
        return EX_PROBE_CONTROL;
    if ((p = next_core(h, &as, EX_N_PROBES)) != EX_N_PROBES)
        return p;
    if (can_ask(h, EX_PROBE_CONTROL) && as.worth_control)
        return EX_PROBE_CONTROL;
    /* What cut the control off may have cut us off: one more answer tells. */
    if (as.control == EX_CONTROL_REFUSED && as.proven && can_ask(h, EX_PROBE_EWS))
        return EX_PROBE_EWS;
    if ((p = next_folder(h, &as)) != EX_N_PROBES)
        return p;
    if ((p = next_exposure(h, &as, EX_N_PROBES)) != EX_N_PROBES)
        return p;
    return wants_ntlm(h, &as) ? EX_PROBE_NTLM : EX_N_PROBES;
}

bool ex_plan_is_last(const struct ex_host *h, enum ex_probe p)
{
    const struct ex_assessment as = ex_assess(&h->evidence, h->cat);

    if (base_left(h) + deep_left(h) <= 1 || p == EX_PROBE_NTLM)
        return true;
    if (h->opt->ntlm_info || (h->opt->deep && !is_exposure(p)))
        return false;
    if (h->opt->deep && !is_exact(h) && h->evidence.folders.end <= EX_FOLDER_RUNNING)
        return false; /* what comes back may open the way to the folders */
    if (p == EX_PROBE_CONTROL)
        return h->opt->fingerprint_only && as.proven && is_exact(h);
    return is_exposure(p) && asked(h, EX_PROBE_CONTROL) && as.present == EX_PRESENT_YES &&
           next_core(h, &as, p) == EX_N_PROBES && next_exposure(h, &as, p) == EX_N_PROBES;
}

bool ex_plan_wants_fresh(const struct ex_host *h, enum ex_probe p)
{
    return !h->plan.fresh_done && !h->opt->fingerprint_only && is_exposure(p) &&
           asked(h, EX_PROBE_CONTROL) && ex_assess(&h->evidence, h->cat).present == EX_PRESENT_YES;
}
