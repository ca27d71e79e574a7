// SPDX-License-Identifier: MIT
#include "core/simulator.h"

enum { STRONG = 2, WEAK = 1 };

/* A check: what it looks for, and how much it weighs. */
typedef bool check_fn(const struct ex_evidence *ev, enum ex_control control);

static bool is_answer(const struct ex_answer *a)
{
    return a->status != 0 && a->probe != EX_PROBE_CONTROL;
}

/* Real front ends make a new request-id for each request. */
static bool constant_request_id(const struct ex_evidence *ev, enum ex_control control)
{
    (void)control;
    for (size_t i = 0; i < ev->n_answers; i++)
        for (size_t k = 0; k < i; k++)
            if (ev->answers[i].request_id != 0 &&
                ev->answers[i].request_id == ev->answers[k].request_id)
                return true;
    return false;
}

static bool marked_control(const struct ex_evidence *ev, enum ex_control control)
{
    (void)ev;
    return control == EX_CONTROL_MARKED;
}

static bool fe_on_control(const struct ex_evidence *ev, enum ex_control control)
{
    (void)ev;
    return control == EX_CONTROL_FE_ONLY;
}

static bool any_header(const struct ex_evidence *ev, enum ex_version_header kind)
{
    for (size_t i = 0; i < ev->n_answers; i++)
        if (ev->answers[i].version_header == kind)
            return true;
    return false;
}

static bool padded_header(const struct ex_evidence *ev, enum ex_control control)
{
    (void)control;
    return any_header(ev, EX_VH_PADDED);
}

/* 15.20 without a single mark of Exchange Online: a copied snippet. */
static bool online_number_only(const struct ex_evidence *ev, enum ex_control control)
{
    (void)control;
    if (!any_header(ev, EX_VH_ONLINE))
        return false;
    for (size_t i = 0; i < ev->n_answers; i++)
        if (ex_has(&ev->answers[i], EX_MARKS_ONLINE | EX_MARK_ONLINE_URI))
            return false;
    return true;
}

static bool claims_exchange(const struct ex_answer *a)
{
    return a->version_header > EX_VH_INVALID || ex_has(a, EX_MARK_FE | EX_MARK_PAGE);
}

/* /owa/ redirects, asks for a logon or times out; it has no content for strangers. */
static bool owa_with_content(const struct ex_evidence *ev, enum ex_control control)
{
    const struct ex_answer *a = ex_evidence_of(ev, EX_PROBE_OWA);

    (void)control;
    return a && a->status == 200 && claims_exchange(a) && !ex_has(a, EX_MARK_PAGE);
}

/* A logon page below a folder that is not there. With the marks of a front end on it
 * the page is real, and something in front publishes no more than that. */
static bool page_without_owa(const struct ex_evidence *ev, enum ex_control control)
{
    const struct ex_answer *a = ex_evidence_of(ev, EX_PROBE_OWA);
    const struct ex_answer *page = ex_evidence_of(ev, EX_PROBE_LOGON);

    (void)control;
    return a && a->status == 404 && !ex_has(a, EX_MARKS_EXCHANGE) && ex_has(page, EX_MARK_PAGE) &&
           !ex_has(page, EX_MARK_FE | EX_MARK_REQUEST_ID);
}

/* A logon page at /owa/ itself, where a front end of 2013 and later redirects, and no web
 * service that shows itself: a copy served for the whole folder. */
static bool page_at_owa(const struct ex_evidence *ev, enum ex_control control)
{
    const struct ex_answer *a = ex_evidence_of(ev, EX_PROBE_OWA);

    (void)control;
    if (!a || a->status != 200 || !ex_has(a, EX_MARK_PAGE) ||
        ex_build_generation(&ev->page.build) < EX_GEN_2013)
        return false;
    for (size_t i = 0; i < ev->n_answers; i++)
        if (is_answer(&ev->answers[i]) &&
            ex_has(&ev->answers[i], EX_MARK_SERVICE | EX_MARK_REASON | EX_MARK_BACK_END))
            return false;
    return true;
}

/* Web services answer strangers with 401. */
static bool service_without_logon(const struct ex_evidence *ev, enum ex_control control)
{
    static const uint8_t services[] = { EX_PROBE_EWS, EX_PROBE_AUTODISCOVER, EX_PROBE_EAS,
                                        EX_PROBE_MAPI, EX_PROBE_OAB };

    (void)control;
    for (size_t i = 0; i < sizeof(services); i++) {
        const struct ex_answer *a = ex_evidence_of(ev, (enum ex_probe)services[i]);

        if (a && a->status == 200 && claims_exchange(a) && !ex_has(a, EX_MARKS_ONLINE))
            return true;
    }
    return false;
}

static bool cadata_on_get(const struct ex_evidence *ev, enum ex_control control)
{
    (void)control;
    for (size_t i = 0; i < ev->n_answers; i++)
        if (is_answer(&ev->answers[i]) && ex_has(&ev->answers[i], EX_MARK_CADATA))
            return true;
    return false;
}

static bool wrong_token(const struct ex_evidence *ev, enum ex_control control)
{
    (void)control;
    for (size_t i = 0; i < ev->n_answers; i++)
        if (ex_has(&ev->answers[i], EX_MARK_WRONG_TOKEN))
            return true;
    return false;
}

bool ex_version_conflict(const struct ex_evidence *ev)
{
    const struct ex_answer *a = &ev->answers[ev->page_answer];

    if (ev->page.build.n_parts == 0 || ev->page.conflicting)
        return ev->page.conflicting;
    if (a->version_header < EX_VH_PARTIAL || a->build.n_parts == 0)
        return false;
    if (a->build.n_parts == 4 && ev->page.build.n_parts == 4) /* 2007 and 2010 say it twice */
        return ex_build_cmp(&a->build, &ev->page.build) != 0;
    return !ex_build_same_branch(&a->build, &ev->page.build);
}

static bool page_and_header_differ(const struct ex_evidence *ev, enum ex_control control)
{
    (void)control;
    return ex_version_conflict(ev);
}

/* 2016 and later need Windows Server 2012, 2019 and SE need 2019 (Microsoft's
 * supportability matrix). Something in front may have put its own name there. */
static bool impossible_iis(const struct ex_evidence *ev, enum ex_control control)
{
    const enum ex_generation g = ex_build_generation(&ev->page.build);
    const uint8_t iis = ev->answers[ev->page_answer].iis;

    (void)control;
    if (ev->page.build.n_parts == 0 || iis == 0)
        return false;
    return (g >= EX_GEN_2019 && iis < 100) || (g >= EX_GEN_2016 && iis < 80) ||
           (g >= EX_GEN_2013 && iis < 75);
}

/* A page of 2013 or later that no front end has left its name, cookie or request-id on. */
static bool bare_page(const struct ex_evidence *ev, enum ex_control control)
{
    const struct ex_answer *a = &ev->answers[ev->page_answer];

    (void)control;
    return ev->page.build.n_parts != 0 && ex_build_generation(&ev->page.build) >= EX_GEN_2013 &&
           !ex_has(a, EX_MARK_FE | EX_MARK_REQUEST_ID | EX_MARK_CLIENT_ID);
}

static bool meta_refresh(const struct ex_evidence *ev, enum ex_control control)
{
    (void)control;
    for (size_t i = 0; i < ev->n_answers; i++)
        if (is_answer(&ev->answers[i]) && ex_has(&ev->answers[i], EX_MARK_META_REFRESH) &&
            claims_exchange(&ev->answers[i]) && !ex_has(&ev->answers[i], EX_MARK_PAGE))
            return true;
    return false;
}

/* To add one: a function, a row, a row in tests/unit/test_fingerprint.c. */
static const struct {
    check_fn *holds;
    unsigned weight;
} checks[] = {
    { constant_request_id, STRONG },
    { marked_control, STRONG },
    { padded_header, STRONG },
    { online_number_only, STRONG },
    { owa_with_content, STRONG },
    { page_without_owa, STRONG },
    { page_at_owa, STRONG },
    { service_without_logon, STRONG },
    { cadata_on_get, STRONG },
    { wrong_token, STRONG },
    { meta_refresh, WEAK },
    { fe_on_control, WEAK },
    { page_and_header_differ, WEAK },
    { impossible_iis, WEAK },
    { bare_page, WEAK },
};

unsigned ex_simulator_score(const struct ex_evidence *ev, enum ex_control control)
{
    unsigned score = 0;

    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        score += checks[i].holds(ev, control) ? checks[i].weight : 0;
    return score;
}
