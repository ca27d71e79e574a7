// SPDX-License-Identifier: MIT
#include "core/host.h"

#include <assert.h>

#include "core/extract.h"
#include "core/fingerprint.h"
#include "core/folder.h"
#include "core/ntlm.h"
#include "core/outcome.h"
#include "core/put.h"
#include "core/retry_after.h"

enum {
    STALLS_MAX = 2, /* requests in a row that time out */
    BROKEN_MAX = 2, /* probes in a row without an answer, once something had answered */
};

static struct ex_action finish(struct ex_host *h, enum ex_state state)
{
    h->state = EX_HOST_DONE;
    h->final = state;
    return (struct ex_action){ .kind = EX_ACT_FINISH };
}

static bool any_answer(const struct ex_host *h)
{
    for (size_t i = 0; i < h->evidence.n_answers; i++)
        if (h->evidence.answers[i].status != 0)
            return true;
    return false;
}

static bool any_useful(const struct ex_host *h)
{
    for (size_t i = 0; i < h->evidence.n_answers; i++)
        if (ex_is_useful(&h->evidence.answers[i], h->cat))
            return true;
    return false;
}

/* The plan is at its end. Refusals alone are no answer to anything. */
static struct ex_action finish_plan(struct ex_host *h)
{
    if (!any_answer(h)) {
        h->evidence.incomplete = false; /* that is what the state says */
        return finish(h, h->failed);
    }
    h->evidence.incomplete |= h->evidence.folders.end == EX_FOLDER_RUNNING;
    if (any_useful(h))
        return finish(h, EX_STATE_ANSWERED);
    h->evidence.blocked |= !h->evidence.rate_limited;
    return finish(h, EX_STATE_BLOCKED);
}

/* Stop asking before the plan is at its end. */
static struct ex_action stop(struct ex_host *h)
{
    h->plan.stopped = true;
    h->evidence.incomplete |= any_answer(h);
    return finish_plan(h);
}

static const struct ex_build_row *folder_rows(const struct ex_host *h, size_t *n)
{
    const struct ex_versions v = ex_versions_of(&h->evidence);

    return ex_catalog_branch(h->cat, &v.cu, n);
}

static void set_path(struct ex_host *h, enum ex_probe p)
{
    const char *path = ex_probe_path(p);
    size_t n;

    if (p == EX_PROBE_CONTROL)
        path = h->evidence.control_path;
    if (p == EX_PROBE_AGAIN)
        path = ex_probe_path((enum ex_probe)h->evidence.again_of);
    if (p == EX_PROBE_FOLDER) {
        const struct ex_build_row *rows = folder_rows(h, &n);
        const struct ex_folder_step step = { h->plan.folder_at, h->plan.folder_below };

        ex_folder_path(h->path, sizeof(h->path), rows, step);
        return;
    }
    ex_span_copy(h->path, sizeof(h->path), ex_span_str(path));
}

static struct ex_action request(struct ex_host *h, enum ex_probe p)
{
    struct ex_action a = { .kind = EX_ACT_REQUEST,
                           .method = p == EX_PROBE_FOLDER ? EX_HEAD : EX_GET,
                           .path = h->path,
                           .probe = ex_probe_name(p),
                           .authorization = p == EX_PROBE_NTLM ? ex_ntlm_type1 : NULL,
                           .http10_no_host = p == EX_PROBE_NO_HOST };

    a.last = ex_plan_is_last(h, p);
    a.fresh = ex_plan_wants_fresh(h, p);
    h->plan.fresh_done |= a.fresh;
    set_path(h, p);
    if (ex_plan_uses_deep(h, p))
        h->plan.n_deep++;
    else
        h->plan.n_base++;
    h->n_requests++;
    h->plan.attempts++;
    h->state = EX_HOST_PROBING;
    return a;
}

static uint8_t first_marked(const struct ex_evidence *ev)
{
    for (size_t i = 0; i < ev->n_answers; i++)
        if (ev->answers[i].request_id != 0)
            return ev->answers[i].probe;
    return EX_PROBE_LOGON;
}

/* The next probe of the plan, or the end of it. */
static struct ex_action ask(struct ex_host *h)
{
    const enum ex_probe p = ex_plan_next(h);
    size_t n;

    if (p == EX_N_PROBES)
        return finish_plan(h);
    h->plan.current = (uint8_t)p;
    h->plan.attempts = 0;
    if (p == EX_PROBE_AGAIN)
        h->evidence.again_of = first_marked(&h->evidence);
    if (p == EX_PROBE_FOLDER) {
        const struct ex_build_row *rows = folder_rows(h, &n);
        const struct ex_folder_step step = ex_folder_next(&h->evidence.folders, rows, n);

        h->plan.folder_at = step.row;
        h->plan.folder_below = step.below;
    }
    return request(h, p);
}

static struct ex_action sleep_then_retry(struct ex_host *h, uint32_t delay_ms)
{
    h->state = EX_HOST_WAITING;
    return (struct ex_action){ .kind = EX_ACT_SLEEP, .delay_ms = delay_ms };
}

static void note_tls(struct ex_host *h, const struct ex_event *ev)
{
    /* TLS 1.3 is always offered: what was agreed is the best that the server has. */
    static const char *const legacy[] = { "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1" };

    if (!ev->tls)
        return;
    for (size_t i = 0; i < sizeof(legacy) / sizeof(legacy[0]); i++)
        h->evidence.tls_legacy |= strcmp(ev->tls->version, legacy[i]) == 0;
    h->evidence.client_cert_required |= ex_wants_client_cert(ev->exchange, ev->tls);
}

static bool may_retry(const struct ex_host *h)
{
    const enum ex_probe p = (enum ex_probe)h->plan.current;

    /* A healthcheck that closes the connection has answered: the component is inactive. */
    return p != EX_PROBE_HEALTH && p != EX_PROBE_NO_HOST && h->plan.attempts <= h->opt->retries &&
           ex_plan_room(h, p) > 0;
}

/* Refused, or failing, twice in a row: is it us, or these paths? A path that was answered
 * before tells, once; without one there is nothing to compare with. */
static struct ex_action check_cut_off(struct ex_host *h)
{
    const struct ex_answer *good = ex_first_good(&h->evidence, h->cat);
    const struct ex_answer *last = &h->evidence.answers[h->evidence.n_answers - 1];
    const bool refused = ex_is_refusal(last, h->cat);

    if (!h->plan.checking && good && !(h->plan.done >> EX_PROBE_AGAIN & 1) &&
        ex_plan_room(h, EX_PROBE_AGAIN) > 0) {
        h->plan.checking = true;
        h->plan.current = EX_PROBE_AGAIN;
        h->plan.attempts = 0;
        h->evidence.again_of = good->probe;
        return request(h, EX_PROBE_AGAIN);
    }
    if (!good) /* from the first request on: something else may be let through yet */
        return ask(h);
    h->evidence.blocked |= refused;
    h->evidence.cut_off = true;
    return stop(h);
}

/* No complete header block came. */
static struct ex_action on_failure(struct ex_host *h, const struct ex_event *ev)
{
    const struct ex_exchange *x = ev->exchange;
    const enum ex_probe p = (enum ex_probe)h->plan.current;
    const bool wants_cert = ex_wants_client_cert(x, ev->tls);
    const enum ex_consequence c = wants_cert ? EX_CONS_END : ex_consequence_of(x->outcome);
    const bool stalled = x->outcome == EX_OUT_TIMEOUT || x->outcome == EX_OUT_TLS_TIMEOUT;

    if (!any_answer(h))
        h->failed = ex_state_of_outcome(x, ev->tls, h->detail);
    if (!wants_cert && (x->outcome == EX_OUT_CANCELED || x->outcome == EX_OUT_INTERNAL)) {
        h->evidence.incomplete |= any_answer(h);
        return finish(h, h->failed = ex_state_of_outcome(x, ev->tls, h->detail));
    }
    h->plan.n_stalls = stalled ? (uint8_t)(h->plan.n_stalls + 1) : 0;
    h->evidence.timed_out |= stalled;
    if (c == EX_CONS_END || h->plan.n_stalls >= STALLS_MAX) {
        h->plan.done |= 1u << p;
        h->evidence.unreachable =
            !any_answer(h) && (h->failed == EX_STATE_REFUSED || h->failed == EX_STATE_UNREACHABLE ||
                               h->failed == EX_STATE_CONNECT_TIMEOUT);
        return stop(h);
    }
    if (c == EX_CONS_RETRY && may_retry(h))
        return sleep_then_retry(h, EX_RETRY_DELAY_MS);
    h->plan.done |= 1u << p;
    if (p == EX_PROBE_FOLDER)
        h->evidence.folders.end = EX_FOLDER_CLOSED;
    else if (p == EX_PROBE_HEALTH || p == EX_PROBE_NO_HOST)
        return ask(h);
    if (c == EX_CONS_SKIP && !any_answer(h))
        return stop(h); /* whatever speaks there, it is not HTTP */
    h->evidence.incomplete |= p != EX_PROBE_CONTROL;
    if ((++h->plan.n_broken >= BROKEN_MAX && any_answer(h) && !h->plan.cleared) || h->plan.checking)
        return check_cut_off(h);
    return ask(h);
}

static struct ex_action on_folder(struct ex_host *h, const struct ex_exchange *x)
{
    size_t n;
    const struct ex_build_row *rows = folder_rows(h, &n);
    const struct ex_folder_step step = { h->plan.folder_at, h->plan.folder_below };

    ex_folder_read(&h->evidence, rows, n, step, x);
    if (x->status == 429 || x->status == 503) {
        h->evidence.rate_limited = true;
        return stop(h);
    }
    return ask(h);
}

/* Come back later: once, if that is soon; never a second time. */
static struct ex_action on_limit(struct ex_host *h, const struct ex_answer *a)
{
    if (!h->plan.waited && a->retry_after_s > 0 && a->retry_after_s <= EX_RETRY_AFTER_MAX_S &&
        ex_plan_room(h, (enum ex_probe)h->plan.current) > 0) {
        h->plan.waited = true;
        return sleep_then_retry(h, a->retry_after_s * 1000u);
    }
    h->plan.done |= 1u << h->plan.current;
    h->evidence.rate_limited = true;
    return stop(h);
}

static struct ex_action on_answer(struct ex_host *h, const struct ex_event *ev)
{
    const struct ex_exchange *x = ev->exchange;
    const enum ex_probe p = (enum ex_probe)h->plan.current;
    const struct ex_answer *a;
    const bool slow = x->outcome == EX_OUT_TIMEOUT;

    h->plan.n_broken = 0;
    h->plan.n_stalls = slow ? (uint8_t)(h->plan.n_stalls + 1) : 0;
    if (p == EX_PROBE_FOLDER)
        return on_folder(h, x);
    a = ex_extract(&h->evidence, p, x, h->cat, h->opt->cert_of_der);
    if (a && ex_is_limit(x))
        return on_limit(h, a);
    h->plan.done |= 1u << p;
    h->evidence.client_cert_wanted |= ex_has(a, EX_MARK_CERT_WANTED);
    if (slow) {
        h->evidence.timed_out = true;
        ex_span_copy(h->detail, sizeof(h->detail), ex_span_str("slow body"));
    }
    if (!a || h->plan.n_stalls >= STALLS_MAX)
        return stop(h);
    if (h->plan.checking && ex_is_useful(a, h->cat) && a->status < 500) {
        h->plan.checking = false;
        h->plan.cleared = true; /* only those paths, then */
    } else if (h->plan.checking || (!h->plan.cleared && ex_seems_cut_off(&h->evidence, h->cat))) {
        return check_cut_off(h);
    }
    return ask(h);
}

static struct ex_action on_exchange(struct ex_host *h, const struct ex_event *ev)
{
    note_tls(h, ev);
    if (ev->exchange->status == 0) {
        if (h->plan.current != EX_PROBE_FOLDER)
            ex_extract(&h->evidence, (enum ex_probe)h->plan.current, ev->exchange, h->cat, NULL);
        return on_failure(h, ev);
    }
    if (!any_answer(h))
        h->detail[0] = '\0'; /* of a first attempt that failed */
    return on_answer(h, ev);
}

static struct ex_action give_up(struct ex_host *h, enum ex_state state)
{
    h->evidence.incomplete |= any_answer(h);
    if (state != EX_STATE_TIMEOUT)
        return finish(h, state);
    h->evidence.timed_out = true;
    if (any_answer(h))
        return finish_plan(h);
    return finish(h, state);
}

struct ex_action ex_host_step(struct ex_host *h, const struct ex_event *ev)
{
    if (ev->kind == EX_EV_GIVE_UP && h->state != EX_HOST_DONE)
        return give_up(h, ev->state);

    switch (h->state) {
    case EX_HOST_NEW:
        if (ev->kind != EX_EV_START)
            break;
        return ask(h);
    case EX_HOST_PROBING:
        if (ev->kind != EX_EV_EXCHANGED)
            break;
        return on_exchange(h, ev);
    case EX_HOST_WAITING:
        if (ev->kind != EX_EV_TIMER)
            break;
        return request(h, (enum ex_probe)h->plan.current);
    case EX_HOST_DONE: /* a late callback after GIVE_UP */
        return (struct ex_action){ .kind = EX_ACT_NONE };
    }
    assert(!"event is not possible in this state");
    return (struct ex_action){ .kind = EX_ACT_NONE };
}

/* A path that no Exchange has, different for each host. It holds "owa" and "ecp" in its
 * middle, because simulators that look for these words anywhere answer it as they answer
 * the real ones. */
static void make_control_path(char *to, size_t size, uint64_t seed)
{
    /* No vowels, so no words; no c, p, r, so no name that begins like /rpc, which rules
     * of devices often take for the whole of it. */
    static const char letters[] = "bdfghjkmnqstvwxz";
    struct ex_put w = ex_put_of(to, size);

    ex_put_ch(&w, '/');
    for (unsigned i = 0; i < 12; i++) {
        ex_put_ch(&w, letters[seed % (sizeof(letters) - 1)]);
        seed /= sizeof(letters) - 1;
        if (i == 4)
            ex_put_str(&w, "owa");
        else if (i == 8)
            ex_put_str(&w, "ecp");
    }
    ex_put_str(&w, "/x");
}

void ex_host_init(struct ex_host *h, const struct ex_host_options *opt,
                  const struct ex_catalog *cat, const struct ex_target *target, uint64_t seed)
{
    memset(h, 0, sizeof(*h));
    h->opt = opt;
    h->cat = cat;
    h->failed = EX_STATE_INTERNAL_ERROR;
    ex_evidence_init(&h->evidence, target->name);
    make_control_path(h->evidence.control_path, sizeof(h->evidence.control_path), seed);
}

void ex_host_result(const struct ex_host *h, struct ex_result *out)
{
    out->state = h->final;
    memcpy(out->detail, h->detail, sizeof(out->detail));
    out->requests = h->n_requests;
    ex_span_copy(out->server, sizeof(out->server), ex_span_str(h->evidence.server));
    ex_span_copy(out->aspnet_version, sizeof(out->aspnet_version),
                 ex_span_str(h->evidence.aspnet_version));
    ex_fingerprint(&h->evidence, h->cat, &out->fingerprint);
    if (out->state != EX_STATE_ANSWERED && out->fingerprint.present == EX_PRESENT_NO)
        out->fingerprint.present = EX_PRESENT_MAYBE; /* nothing was seen, so nothing is denied */
    out->n_exposures = 0;
    if (out->fingerprint.present == EX_PRESENT_YES)
        ex_exposures(&h->evidence, out);
}
