// SPDX-License-Identifier: MIT
#include "backdoor/hunt.h"

#include <assert.h>

#include "backdoor/parts.h"
#include "core/outcome.h"
#include "core/retry_after.h"
#include "logon/logon.h"

enum { TIER_DEFAULT = 1, TIER_DEEP = 3 };

static const struct ex_phase *const phases[] = {
    &ex_phase_logon,   &ex_phase_static,  &ex_phase_early,   &ex_phase_folders,
    &ex_phase_closing, &ex_phase_recheck, &ex_phase_closing, &ex_phase_scripts,
};

enum { N_PHASES = sizeof(phases) / sizeof(phases[0]) };

static struct ex_action finish(struct ex_hunt *h)
{
    h->state = EX_HUNT_DONE;
    return (struct ex_action){ .kind = EX_ACT_FINISH };
}

static struct ex_action sleep_for(struct ex_hunt *h, uint32_t delay_ms)
{
    h->state = EX_HUNT_WAITING;
    return (struct ex_action){ .kind = EX_ACT_SLEEP, .delay_ms = delay_ms };
}

static struct ex_action request(struct ex_hunt *h)
{
    struct ex_action a = { .kind = EX_ACT_REQUEST,
                           .method = EX_GET,
                           .path = h->path,
                           .probe = h->probe,
                           .fresh = h->fresh };

    h->found.n_requests++;
    h->attempts++;
    h->state = EX_HUNT_ASKING;
    a.last =
        ex_hunt_left(h) == 0 || (phases[h->step] == &ex_phase_scripts && ex_scripts_is_last(h));
    return a;
}

/* The next request of the plan, or the end of it. */
static struct ex_action go_on(struct ex_hunt *h)
{
    while (h->ended == EX_BDR_NONE && h->step < N_PHASES && ex_hunt_left(h) > 0) {
        switch (phases[h->step]->ask(h)) {
        case EX_ASK_REQUEST:
            h->attempts = 0;
            return request(h);
        case EX_ASK_PAUSE:
            h->pausing = true;
            return sleep_for(h, EX_BACKDOOR_PAUSE_MS);
        case EX_ASK_NOTHING:
            h->step++;
        }
    }
    return finish(h);
}

/* @x is NULL when no answer came, and none will. */
static struct ex_action take(struct ex_hunt *h, const struct ex_exchange *x)
{
    if (x)
        h->print = ex_footprint_of(x);
    if (!ex_block_note(h, x, h->outcome))
        phases[h->step]->read(h, x);
    return go_on(h);
}

static struct ex_action on_failure(struct ex_hunt *h, const struct ex_exchange *x)
{
    const bool again = ex_consequence_of(x->outcome) == EX_CONS_RETRY &&
                       h->attempts <= h->opt->retries && ex_hunt_left(h) > 0;

    if (x->outcome == EX_OUT_CANCELED || x->outcome == EX_OUT_INTERNAL) {
        h->ended = x->outcome == EX_OUT_CANCELED ? EX_BDR_INTERRUPTED : EX_BDR_INTERNAL;
        return finish(h);
    }
    if (again)
        return sleep_for(h, EX_RETRY_DELAY_MS);
    return take(h, x->status != 0 ? x : NULL); /* headers alone say something, too */
}

/* Come back later: once, if that is soon; never a second time. */
static struct ex_action on_limit(struct ex_hunt *h, const struct ex_exchange *x)
{
    const uint32_t after_s = ex_retry_after_s(x);

    if (!h->waited && after_s > 0 && after_s <= EX_RETRY_AFTER_MAX_S && ex_hunt_left(h) > 0) {
        h->waited = true;
        return sleep_for(h, after_s * 1000u);
    }
    h->streak.before = (uint16_t)(h->found.n_requests - h->attempts);
    ex_span_copy(h->streak.by, sizeof(h->streak.by), ex_span_str(x->status == 429 ? "429" : "503"));
    ex_block_stop(h);
    return go_on(h);
}

static struct ex_action on_exchange(struct ex_hunt *h, const struct ex_exchange *x)
{
    h->outcome = x->outcome;
    if (x->status == 0 || x->outcome != EX_OUT_OK)
        return on_failure(h, x);
    if (ex_is_limit(x))
        return on_limit(h, x);
    return take(h, x);
}

static struct ex_action give_up(struct ex_hunt *h, enum ex_state state)
{
    h->ended = state == EX_STATE_TIMEOUT       ? EX_BDR_TIMEOUT
               : state == EX_STATE_INTERRUPTED ? EX_BDR_INTERRUPTED
                                               : EX_BDR_INTERNAL;
    return finish(h);
}

struct ex_action ex_hunt_step(struct ex_hunt *h, const struct ex_event *ev)
{
    if (ev->kind == EX_EV_GIVE_UP && h->state != EX_HUNT_DONE)
        return give_up(h, ev->state);

    switch (h->state) {
    case EX_HUNT_NEW:
        if (ev->kind != EX_EV_START)
            break;
        return go_on(h);
    case EX_HUNT_ASKING:
        if (ev->kind != EX_EV_EXCHANGED)
            break;
        return on_exchange(h, ev->exchange);
    case EX_HUNT_WAITING:
        if (ev->kind != EX_EV_TIMER)
            break;
        if (!h->pausing)
            return request(h);
        h->pausing = false;
        return go_on(h);
    case EX_HUNT_DONE: /* a late callback after GIVE_UP */
        return (struct ex_action){ .kind = EX_ACT_NONE };
    }
    assert(!"event is not possible in this state");
    return (struct ex_action){ .kind = EX_ACT_NONE };
}

static void list_folders(struct ex_hunt *h)
{
    const struct ex_names names = ex_hunt_names(h);

    h->combos = ex_combos_of(&names);
    h->found.n_folders = h->combos.n;
    h->found.n_names = h->combos.n_left_out;
    h->short_of = h->combos.n_left_out > 0;
    for (size_t i = 0; i < h->combos.n; i++) {
        struct ex_bd_folder *f = &h->found.folders[i];

        ex_span_copy(f->folder, sizeof(f->folder), ex_span_str(h->combos.first[i]->folder));
        ex_span_copy(f->extension, sizeof(f->extension),
                     ex_span_str(h->combos.first[i]->extension));
        f->n_names = h->combos.n_names[i];
        h->found.n_names = (uint16_t)(h->found.n_names + f->n_names);
    }
}

void ex_hunt_init(struct ex_hunt *h, const struct ex_hunt_options *opt,
                  const struct ex_catalog *cat, const struct ex_target *target, void *store,
                  uint64_t seed)
{
    memset(h, 0, sizeof(*h));
    h->opt = opt;
    h->cat = cat;
    h->store = store;
    h->seed = seed;
    h->found.tier = opt->deep ? TIER_DEEP : TIER_DEFAULT;
    ex_span_copy(h->name, sizeof(h->name), ex_span_str(target->name));
    ex_target_format(h->host, target);
    list_folders(h);
}

/* Not fetched: refused, lost, not to be asked for, or nothing was left. */
static bool any_unread_script(const struct ex_logon_page *page)
{
    for (size_t i = 0; i < page->n_scripts; i++)
        if (page->scripts[i].kind == EX_SCRIPT_SAME_ORIGIN && !page->scripts[i].fetched)
            return true;
    return false;
}

void ex_hunt_result(struct ex_hunt *h)
{
    h->page.incomplete |= any_unread_script(&h->page);
    ex_verdict_of(h);
    ex_logon_judge(&h->page);
}
