// SPDX-License-Identifier: MIT
#include "core/auth.h"
#include "core/fingerprint.h"

static void add(const struct ex_evidence *ev, struct ex_result *out, const char *id,
                const struct ex_answer *a, const char *value)
{
    struct ex_exposure *e;

    for (uint8_t i = 0; i < out->n_exposures; i++) /* one name in one place is enough */
        if (strcmp(out->exposures[i].id, id) == 0 && strcmp(out->exposures[i].value, value) == 0 &&
            strcmp(out->exposures[i].path, ex_evidence_path(ev, a)) == 0)
            return;
    if (out->n_exposures == EX_EXPOSURES_MAX)
        return;
    e = &out->exposures[out->n_exposures++];
    e->id = id;
    e->status = a ? a->status : 0;
    ex_span_copy(e->path, sizeof(e->path), ex_span_str(ex_evidence_path(ev, a)));
    ex_span_copy(e->value, sizeof(e->value), ex_span_str(value));
}

/* Published: it asks for a logon, in the way Exchange does or differently from unknown paths. */
static bool asks_for_logon(const struct ex_evidence *ev, const struct ex_answer *a)
{
    const struct ex_answer *c = ex_evidence_of(ev, EX_PROBE_CONTROL);
    const bool own = ex_has(a, EX_MARKS_EXCHANGE);

    if (a->status == 401 || a->status == 440)
        return own || !c || c->status != a->status;
    return a->location == EX_LOC_LOGON || a->location == EX_LOC_LOGON_OLD ||
           (own && (a->location == EX_LOC_ENTRA || a->location == EX_LOC_ADFS)) ||
           (own && a->status == 200);
}

static void admin_interfaces(const struct ex_evidence *ev, struct ex_result *out)
{
    static const struct {
        uint8_t probe;
        const char *id;
    } rows[] = {
        { EX_PROBE_ECP, "ecp-reachable" },
        { EX_PROBE_POWERSHELL, "powershell-reachable" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct ex_answer *a = ex_evidence_of(ev, (enum ex_probe)rows[i].probe);

        if (a && asks_for_logon(ev, a))
            add(ev, out, rows[i].id, a, "");
    }
}

static void schemes(const struct ex_evidence *ev, struct ex_result *out)
{
    const uint8_t windows = 1u << EX_SCHEME_BIT_NEGOTIATE | 1u << EX_SCHEME_BIT_NTLM;

    for (size_t i = 0; i < ev->n_answers; i++) {
        const struct ex_answer *a = &ev->answers[i];
        char text[64];

        if (a->status != 401 || a->schemes == 0 || a->probe == EX_PROBE_CONTROL ||
            a->probe == EX_PROBE_NO_HOST || a->probe == EX_PROBE_NTLM || a->probe == EX_PROBE_AGAIN)
            continue;
        ex_auth_text(text, sizeof(text), a->schemes);
        if (a->schemes >> EX_SCHEME_BIT_BASIC & 1)
            add(ev, out, "basic-auth-offered", a, text);
        if (a->schemes & windows)
            add(ev, out, "ntlm-offered", a, text);
    }
}

static void internal_names(const struct ex_evidence *ev, struct ex_result *out)
{
    const struct ex_answer *health = ex_evidence_of(ev, EX_PROBE_HEALTH);

    for (size_t i = 0; i < ev->n_facts; i++) {
        const struct ex_fact *f = &ev->facts[i];
        const struct ex_answer *a = f->answer < ev->n_answers ? &ev->answers[f->answer] : NULL;

        if (a && (f->source == EX_SRC_FE_SERVER || f->source == EX_SRC_BACK_END))
            add(ev, out, "internal-name-leak", a, f->value);
    }
    if (ex_has(health, EX_MARK_HEALTH)) {
        add(ev, out, "healthcheck-reachable", health, ev->health_name);
        add(ev, out, "internal-name-leak", health, ev->health_name);
    }
    if (ev->internal_address[0] != '\0')
        add(ev, out, "internal-address-leak", ex_evidence_of(ev, EX_PROBE_NO_HOST),
            ev->internal_address);
}

/* On any page or redirect of Exchange itself; set for one it is set for all of the site. */
static void hsts(const struct ex_evidence *ev, struct ex_result *out)
{
    const struct ex_answer *without = NULL;

    for (size_t i = 0; i < ev->n_answers; i++) {
        const struct ex_answer *a = &ev->answers[i];

        if (a->status == 0 || a->probe == EX_PROBE_CONTROL || a->probe == EX_PROBE_NO_HOST)
            continue;
        if (ex_has(a, EX_MARK_HSTS))
            return;
        if (!without && (ex_has(a, EX_MARKS_EXCHANGE) || a->location == EX_LOC_LOGON))
            without = a;
    }
    if (without)
        add(ev, out, "hsts-missing", without, "");
}

void ex_exposures(const struct ex_evidence *ev, struct ex_result *out)
{
    out->n_exposures = 0;
    admin_interfaces(ev, out);
    schemes(ev, out);
    internal_names(ev, out);
    hsts(ev, out);
    out->ntlm = ev->ntlm;
    out->auth = ev->auth;
}
