// SPDX-License-Identifier: MIT
#include "core/presence.h"

#include "core/simulator.h"

/* The answers taken together, the control aside. */
struct tally {
    uint32_t marks;
    uint32_t locations; /* bit set of enum ex_location */
    unsigned n_answers;
    unsigned n_online; /* different marks of Exchange Online */
    bool fresh_ids, one_id;
    bool full_header, any_header;
    bool on_premises; /* marks of Exchange without any of Exchange Online in the same answer */
    bool preauth;     /* a device that is put in front of applications */
    bool sso;         /* the sign-in of Entra ID or AD FS, which any application may use */
    bool any_200, any_401;
};

static void count_ids(const struct ex_evidence *ev, struct tally *t)
{
    uint64_t first = 0;

    for (size_t i = 0; i < ev->n_answers; i++) {
        const uint64_t id = ev->answers[i].request_id;

        if (id == 0 || ev->answers[i].probe == EX_PROBE_CONTROL)
            continue;
        t->one_id = true;
        if (first != 0 && id != first)
            t->fresh_ids = true;
        first = id;
    }
}

static void count_device(const struct ex_answer *a, const struct ex_catalog *cat, struct tally *t)
{
    const bool sign_in =
        (a->location == EX_LOC_ENTRA && !ex_has(a, EX_MARK_MS_PROXY)) || a->location == EX_LOC_ADFS;
    const struct ex_device_row *row = ex_device_of(cat, a);

    t->sso |= sign_in;
    if (ex_has(a, EX_MARK_MS_PROXY) && a->location == EX_LOC_ENTRA)
        t->preauth = true;
    if (!row || sign_in || ex_has(a, EX_MARKS_EXCHANGE))
        return;
    t->preauth |= row->role == EX_ROLE_PREAUTH || row->role == EX_ROLE_MAIL_HINT;
}

static struct tally tally_of(const struct ex_evidence *ev, const struct ex_catalog *cat)
{
    struct tally t = { 0 };

    for (size_t i = 0; i < ev->n_answers; i++) {
        const struct ex_answer *a = &ev->answers[i];

        if (a->status == 0 || a->probe == EX_PROBE_CONTROL)
            continue;
        t.n_answers++;
        t.marks |= a->marks;
        t.locations |= 1u << a->location;
        t.full_header |= a->version_header == EX_VH_FULL;
        t.any_header |= a->version_header > EX_VH_INVALID;
        t.any_200 |= a->status == 200;
        t.any_401 |= a->status == 401;
        t.on_premises |= ex_has(a, EX_MARK_FE | EX_MARK_SERVICE) &&
                         !ex_has(a, EX_MARKS_ONLINE | EX_MARK_ONLINE_URI);
        count_device(a, cat, &t);
    }
    count_ids(ev, &t);
    for (uint32_t bit = EX_MARK_ONLINE_TARGET; bit <= EX_MARK_ONLINE_URI; bit <<= 1)
        t.n_online += (t.marks & bit) != 0;
    return t;
}

static bool is_block(const struct ex_answer *a, const struct ex_catalog *cat)
{
    const struct ex_device_row *row = ex_device_of(cat, a);

    return row && row->role == EX_ROLE_BLOCK;
}

/* Another path was answered after @at: what was cut off there was the path, not us. */
static bool answered_after(const struct ex_evidence *ev, const struct ex_catalog *cat, size_t at)
{
    for (size_t i = at + 1; i < ev->n_answers; i++) {
        const struct ex_answer *a = &ev->answers[i];

        if (a->probe != EX_PROBE_CONTROL && a->status != 0 && a->status != 403 &&
            a->status != 429 && a->status < 500 && !is_block(a, cat))
            return true;
    }
    return false;
}

static enum ex_control control_of(const struct ex_evidence *ev, const struct ex_catalog *cat)
{
    enum ex_control out = EX_CONTROL_NOT_ASKED;

    for (size_t i = 0; i < ev->n_answers; i++) {
        const struct ex_answer *a = &ev->answers[i];

        if (a->probe != EX_PROBE_CONTROL)
            continue;
        if (a->version_header == EX_VH_ONLINE && ex_has(a, EX_MARKS_ONLINE))
            return EX_CONTROL_CLEAN; /* the front ends of Exchange Online answer for every path */
        if (a->version_header > EX_VH_EMPTY || ex_has(a, EX_MARK_PAGE | EX_MARK_SERVICE))
            return EX_CONTROL_MARKED;
        if (a->status == 0 || is_block(a, cat))
            out = a->status == 0 && a->outcome != EX_OUT_RESET ? EX_CONTROL_FAILED
                  : answered_after(ev, cat, i)                 ? EX_CONTROL_CLEAN
                                                               : EX_CONTROL_REFUSED;
        else if (a->status == 429 || (ev->cut_off && (a->status == 403 || a->status >= 500) &&
                                      !answered_after(ev, cat, i)))
            out = EX_CONTROL_FAILED;
        else if (a->status == 200)
            out = EX_CONTROL_SOFT;
        else
            out = ex_has(a, EX_MARK_FE) ? EX_CONTROL_FE_ONLY : EX_CONTROL_CLEAN;
    }
    return out;
}

bool ex_page_is_genuine_like(const struct ex_page *p)
{
    return p->owa_page && !p->error_fe && p->build.n_parts >= 3 && !p->saved_from && !p->absolute &&
           ex_build_generation(&p->build) != EX_GEN_NONE;
}

/* A page of 2013 or later is copied easily: a front end has to show elsewhere too. */
static bool page_is_borne_out(const struct ex_evidence *ev, const struct tally *t)
{
    const struct ex_answer *a = &ev->answers[ev->page_answer];
    const uint32_t redirects = 1u << EX_LOC_LOGON | 1u << EX_LOC_ERROR_FE;

    if (ex_build_generation(&ev->page.build) < EX_GEN_2013)
        return ev->page.action == EX_FORM_GENUINE || a->version_header >= EX_VH_PARTIAL;
    return (ex_has(a, EX_MARK_FE) && ex_has(a, EX_MARK_REQUEST_ID | EX_MARK_CLIENT_ID)) ||
           (t->marks & (EX_MARK_SERVICE | EX_MARK_REASON | EX_MARK_HEALTH)) != 0 ||
           (t->locations & redirects) != 0 ||
           (t->marks & EX_MARK_OWN_URI && t->locations & (1u << EX_LOC_ENTRA | 1u << EX_LOC_ADFS));
}

/* Kinds of things that only Exchange front ends say, apart from their name and the request-id. */
static unsigned n_kinds(const struct tally *t)
{
    return ((t->marks & (EX_MARK_SERVICE | EX_MARK_REASON)) != 0) + t->full_header +
           ((t->marks & (EX_MARK_BACK_END | EX_MARK_CAS_ERROR)) != 0) +
           ((t->locations & (1u << EX_LOC_LOGON)) != 0) + ((t->marks & EX_MARK_HEALTH) != 0);
}

static bool health_names_front_end(const struct ex_evidence *ev)
{
    if (ev->health_name[0] == '\0')
        return false;
    for (size_t i = 0; i < ev->n_front_ends; i++)
        if (ex_same_short_name(ev->front_ends[i].name, ev->health_name))
            return true;
    return false;
}

/* Proof by headers, but for the request-id that has to change. */
static bool headers_would_do(const struct tally *t, enum ex_control control)
{
    const bool named = t->marks & EX_MARK_FE && control != EX_CONTROL_FE_ONLY;

    return t->on_premises ? named || (t->marks & EX_MARK_SERVICE) != 0 : n_kinds(t) >= 2;
}

/* The redirect that only the filter of Exchange 2003 makes, or its store's own field. */
static bool is_2003(const struct tally *t)
{
    return (t->locations & 1u << EX_LOC_EXCHWEB) != 0 || (t->marks & EX_MARK_WEB_STORAGE) != 0;
}

/*
 * Exchange 2007 and 2010 with Windows authentication show nothing but 401s. Where
 * they ask for a logon, with the schemes that Exchange sets up, and an unknown path
 * does not, something like them may be there; it is never proof.
 */
static bool looks_like_services(const struct ex_evidence *ev, enum ex_control control)
{
    static const uint8_t services[] = { EX_PROBE_EWS, EX_PROBE_AUTODISCOVER, EX_PROBE_EAS,
                                        EX_PROBE_OWA };
    const struct ex_answer *c = ex_evidence_of(ev, EX_PROBE_CONTROL);
    unsigned n = 0;

    if (control != EX_CONTROL_CLEAN || !c || c->status == 401 || c->status < 400)
        return false;
    for (size_t i = 0; i < sizeof(services); i++) {
        const struct ex_answer *a = ex_evidence_of(ev, (enum ex_probe)services[i]);
        const uint8_t windows = 1u << EX_SCHEME_BIT_NEGOTIATE | 1u << EX_SCHEME_BIT_NTLM;

        if (!a || a->status != 401 || ex_has(a, EX_MARK_OTHER_PRODUCT))
            continue;
        if (a->probe == EX_PROBE_EAS)
            n += ex_has(a, EX_MARK_OWN_REALM) ? 1 + ex_has(a, EX_MARK_IIS) : 0;
        else
            n += (a->schemes & windows) != 0 ||
                 (a->probe == EX_PROBE_OWA && ex_has(a, EX_MARK_OWN_REALM));
    }
    return n >= 2;
}

/* EWS wants a Windows logon: whatever has a page for unknown paths does not have one for it. */
static bool asks_for_windows_logon(const struct ex_evidence *ev)
{
    const struct ex_answer *a = ex_evidence_of(ev, EX_PROBE_EWS);
    const uint8_t windows = 1u << EX_SCHEME_BIT_NEGOTIATE | 1u << EX_SCHEME_BIT_NTLM;

    return a && a->status == 401 && (a->schemes & windows) != 0;
}

/* The same body for two different paths of which one at least does not exist. */
static bool answers_everything(const struct ex_evidence *ev, enum ex_control control)
{
    const struct ex_answer *x = ex_evidence_of(ev, EX_PROBE_LOGON);
    const struct ex_answer *y = ex_evidence_of(ev, EX_PROBE_EWS);

    if (control == EX_CONTROL_SOFT)
        return true;
    return x && y && x->status == 200 && y->status == 200 && x->body_hash != 0 &&
           x->body_hash == y->body_hash && x->body_bytes == y->body_bytes;
}

static bool has_hint(const struct ex_evidence *ev, const struct tally *t, enum ex_control control)
{
    const struct ex_answer *c = ex_evidence_of(ev, EX_PROBE_CONTROL);
    const bool sso_for_all = c && (c->location == EX_LOC_ENTRA || c->location == EX_LOC_ADFS);
    const uint32_t redirects =
        1u << EX_LOC_LOGON | 1u << EX_LOC_LOGON_OLD | 1u << EX_LOC_ERROR_FE | 1u << EX_LOC_EXCHWEB;

    return t->preauth || (t->sso && !sso_for_all) || t->on_premises ||
           (t->marks &
            (EX_MARK_REASON | EX_MARK_HEALTH | EX_MARK_CERT_WANTED | EX_MARK_WEB_STORAGE)) != 0 ||
           (t->locations & redirects) != 0 || t->full_header ||
           ex_page_is_genuine_like(&ev->page) || ev->client_cert_required || ev->blocked ||
           looks_like_services(ev, control);
}

static enum ex_presence judge(const struct ex_evidence *ev, const struct tally *t,
                              const struct ex_assessment *as)
{
    const bool by_service = (t->fresh_ids && (t->marks & EX_MARK_SERVICE || as->by_page)) ||
                            (as->by_page && asks_for_windows_logon(ev));

    if (as->online || (as->vanity && !as->proven && !looks_like_services(ev, as->control)))
        return EX_PRESENT_ONLINE;
    if (as->suspicious)
        return EX_PRESENT_MAYBE;
    if (as->proven) {
        /* Something in front may have a page for paths it does not know; what Exchange
         * itself then said has to be the stronger. */
        if (as->control == EX_CONTROL_CLEAN ||
            ((as->control == EX_CONTROL_SOFT || as->control == EX_CONTROL_FE_ONLY) && by_service))
            return EX_PRESENT_YES;
        return EX_PRESENT_MAYBE;
    }
    return has_hint(ev, t, as->control) ? EX_PRESENT_MAYBE : EX_PRESENT_NO;
}

struct ex_assessment ex_assess(const struct ex_evidence *ev, const struct ex_catalog *cat)
{
    const struct tally t = tally_of(ev, cat);
    struct ex_assessment as = { .control = control_of(ev, cat) };
    const unsigned score = ex_simulator_score(ev, as.control);
    const bool page = ex_page_is_genuine_like(&ev->page);
    bool by_headers;

    as.fresh_ids = t.fresh_ids;
    as.preauth = t.preauth || t.sso;
    as.online = t.n_online >= 2 && !t.on_premises && score < EX_SUSPICIOUS;
    as.vanity = (t.locations & 1u << EX_LOC_OFFICE365) != 0 && !t.on_premises;
    by_headers = headers_would_do(&t, as.control);
    as.by_page = page && page_is_borne_out(ev, &t);
    as.proven =
        as.by_page || (by_headers && t.fresh_ids) || health_names_front_end(ev) || is_2003(&t);
    as.wants_fresh = !as.proven && by_headers && t.one_id && !t.fresh_ids;
    as.wants_owa = page && !as.by_page;
    as.soft_404 = answers_everything(ev, as.control);
    as.suspicious = score >= EX_SUSPICIOUS && (t.any_header || t.on_premises || page ||
                                               t.n_online > 0 || as.control == EX_CONTROL_MARKED);
    as.worth_control = as.proven || as.online || t.any_header || t.any_200 || t.any_401 ||
                       has_hint(ev, &t, as.control);
    as.present = judge(ev, &t, &as);
    return as;
}
