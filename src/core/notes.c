// SPDX-License-Identifier: MIT
#include "core/fingerprint.h"
#include "core/simulator.h"

/* What one answer, the control aside, adds to the notes. */
static uint64_t bit(enum ex_note n)
{
    return UINT64_C(1) << n;
}

static bool is_gateway_error(const struct ex_answer *a)
{
    return a->status >= 502 && a->status <= 504 && !ex_has(a, EX_MARKS_EXCHANGE);
}

static uint64_t of_answer(const struct ex_catalog *cat, const struct ex_answer *a, bool proven)
{
    const struct ex_device_row *row = ex_device_of(cat, a);
    const bool front_end = ex_has(a, EX_MARK_FE | EX_MARK_SERVICE);
    const bool sign_in = a->location == EX_LOC_ENTRA || a->location == EX_LOC_ADFS;
    uint64_t notes = 0;

    if (ex_has(a, EX_MARK_HYBRID))
        notes |= bit(EX_NOTE_HYBRID);
    if (a->location == EX_LOC_ENTRA && front_end && ex_has(a, EX_MARK_OWN_URI))
        notes |= bit(EX_NOTE_MODERN_AUTH);
    if (sign_in && !front_end)
        notes |= bit(EX_NOTE_PREAUTHENTICATION);
    if (a->location == EX_LOC_ERROR_FE ||
        (a->probe == EX_PROBE_LOGON && a->status >= 500 && front_end))
        notes |= bit(EX_NOTE_OWA_BROKEN);
    if (!proven && is_gateway_error(a))
        notes |= bit(EX_NOTE_BACKEND_UNAVAILABLE);
    if (!row)
        return notes;
    if (row->role == EX_ROLE_BLOCK)
        notes |= bit(EX_NOTE_WAF_BLOCK);
    if (row->role == EX_ROLE_UNAVAILABLE && !proven)
        notes |= bit(EX_NOTE_BACKEND_UNAVAILABLE);
    if ((row->role == EX_ROLE_PREAUTH || row->role == EX_ROLE_MAIL_HINT) && !front_end)
        notes |= bit(EX_NOTE_PREAUTHENTICATION);
    return notes;
}

/*
 * Without any version header: the logon page of 2007 and 2010 always had one, and every
 * virtual directory has it since the security updates of July 2021. What was built after
 * them had it and lost it; what was built before, or in between, may never have had it.
 */
static bool is_stripped(const struct ex_versions *v)
{
    static const struct {
        struct ex_build first;
    } with_header[] = {
        { { { 15, 1, 2375 }, 3 } }, /* 2016 CU22, September 2021 */
        { { { 15, 2, 986 }, 3 } },  /* 2019 CU11, September 2021 */
    };

    if (v->by_page)
        return true;
    for (size_t i = 0; i < sizeof(with_header) / sizeof(with_header[0]); i++) {
        const struct ex_build *first = &with_header[i].first;

        if (v->cu.n_parts == 3 && v->cu.part[0] == first->part[0] &&
            v->cu.part[1] == first->part[1] && v->cu.part[2] >= first->part[2])
            return true;
    }
    return false;
}

static uint64_t of_header(const struct ex_evidence *ev, const struct ex_assessment *as,
                          const struct ex_versions *v)
{
    uint64_t notes = 0;

    if (v->header_seen_broken)
        notes |= bit(EX_NOTE_HEADER_INVALID);
    switch ((enum ex_version_header)v->header) {
    case EX_VH_ABSENT:
        if (as->proven && ev->n_answers > 0)
            notes |= bit(is_stripped(v) ? EX_NOTE_HEADER_STRIPPED : EX_NOTE_HEADER_ABSENT);
        break;
    case EX_VH_EMPTY:
        notes |= bit(EX_NOTE_HEADER_EMPTY);
        break;
    case EX_VH_PARTIAL:
        notes |= bit(EX_NOTE_HEADER_PARTIAL);
        break;
    case EX_VH_PADDED:
        notes |= bit(EX_NOTE_HEADER_PADDED);
        break;
    case EX_VH_INVALID:
    case EX_VH_ONLINE:
    case EX_VH_FULL:
        break;
    }
    return notes;
}

static bool is_copy(const struct ex_evidence *ev, const struct ex_assessment *as)
{
    const struct ex_page *p = &ev->page;

    if (p->saved_from)
        return true;
    return !as->proven &&
           (p->absolute || (p->owa_page && p->logon_form && p->action != EX_FORM_GENUINE));
}

static uint64_t of_flags(const struct ex_evidence *ev, const struct ex_assessment *as,
                         const struct ex_versions *v)
{
    const struct {
        bool holds;
        enum ex_note note;
    } flags[] = {
        { v->mixed, EX_NOTE_MIXED_BUILDS },
        { v->conflict, EX_NOTE_VERSION_CONFLICT },
        { ev->folders.end == EX_FOLDER_WRONG_CU, EX_NOTE_VERSION_CONFLICT },
        { ev->n_front_ends > 1 && !as->online, EX_NOTE_SEVERAL_FRONT_ENDS },
        { as->suspicious, EX_NOTE_SIMULATOR_SUSPECTED },
        { as->soft_404, EX_NOTE_SOFT_404 },
        { ev->blocked, EX_NOTE_WAF_BLOCK },
        { ev->rate_limited, EX_NOTE_RATE_LIMITED },
        { ev->unreachable, EX_NOTE_HTTPS_UNREACHABLE },
        { ev->timed_out, EX_NOTE_TIMEOUT },
        { ev->tls_legacy, EX_NOTE_TLS_LEGACY_ONLY },
        { ev->client_cert_required || (ev->client_cert_wanted && !as->proven),
          EX_NOTE_CLIENT_CERT_REQUIRED },
        { is_copy(ev, as), EX_NOTE_PAGE_COPY },
        { ev->incomplete, EX_NOTE_INCOMPLETE },
        { !as->online && (as->control == EX_CONTROL_FAILED || as->control == EX_CONTROL_REFUSED ||
                          as->control == EX_CONTROL_FE_ONLY || as->control == EX_CONTROL_MARKED ||
                          (as->control == EX_CONTROL_NOT_ASKED && as->proven)),
          EX_NOTE_CONTROL_FAILED },
    };
    uint64_t notes = 0;

    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        notes |= flags[i].holds ? bit(flags[i].note) : 0;
    return notes;
}

uint64_t ex_notes_of(const struct ex_evidence *ev, const struct ex_catalog *cat,
                     const struct ex_assessment *as, const struct ex_versions *v)
{
    uint64_t notes = of_header(ev, as, v) | of_flags(ev, as, v);

    for (size_t i = 0; i < ev->n_answers; i++)
        if (ev->answers[i].probe != EX_PROBE_CONTROL && ev->answers[i].status != 0)
            notes |= of_answer(cat, &ev->answers[i], as->proven);
    return notes;
}
