// SPDX-License-Identifier: MIT
#include "backdoor/parts.h"
#include "core/front.h"
#include "core/put.h"

enum opinion { GOOD, NEUTRAL, BAD };

bool ex_is_refusal_status(int status)
{
    return status == 403 || status == 406 || status == 429 || status == 503;
}

static bool is_device_page(const struct ex_hunt *h, const struct ex_exchange *x)
{
    const int row = ex_front_match(h->cat, x, true);

    return row >= 0 && h->cat->devices[row].role == EX_ROLE_BLOCK;
}

/* Whether a refusal says something about us, or only about what was asked for. */
static enum opinion of_refusal(const struct ex_hunt *h, const struct ex_exchange *x)
{
    const struct ex_suspect *s = &h->found.suspects[h->suspect];
    const size_t folder =
        h->asking == EX_HA_SUSPECT || h->asking == EX_HA_FRESH ? s->folder : h->folder;

    switch ((enum ex_hunt_asking)h->asking) {
    case EX_HA_CONTROL:
        return BAD;
    case EX_HA_SAMPLE: /* of a folder that may always have refused, unless it goes on like that */
        return h->streak.answered && ex_same_page(&h->streak.print, &h->print) ? BAD : NEUTRAL;
    case EX_HA_SCRIPT:
        return NEUTRAL;
    case EX_HA_SUSPECT:
        if (h->notes[h->suspect].print.status == x->status)
            return NEUTRAL;
        break;
    case EX_HA_NAME:
    case EX_HA_FRESH:
        break;
    }
    return ex_baseline_compare(&h->baselines[folder], &h->print, x) == EX_TRACE_NONE ? GOOD : BAD;
}

static enum opinion opinion_of(struct ex_hunt *h, const struct ex_exchange *x)
{
    if (!x)
        return BAD;
    h->device_page = is_device_page(h, x);
    if (h->device_page)
        return BAD;
    return ex_is_refusal_status(x->status) ? of_refusal(h, x) : GOOD;
}

static void name_cause(struct ex_hunt *h, const struct ex_exchange *x, enum ex_outcome outcome)
{
    struct ex_put w = ex_put_of(h->streak.by, sizeof(h->streak.by));

    if (!x) {
        ex_put_str(&w, ex_outcome_str(outcome));
        return;
    }
    if (h->device_page)
        ex_put_str(&w, "block page, ");
    ex_put_dec(&w, (uint64_t)x->status);
    h->streak.answered = true;
    h->streak.print = h->print;
}

bool ex_block_note(struct ex_hunt *h, const struct ex_exchange *x, enum ex_outcome outcome)
{
    struct ex_streak *k = &h->streak;

    h->device_page = false;
    switch (opinion_of(h, x)) {
    case GOOD:
        *k = (struct ex_streak){ 0 };
        return false;
    case NEUTRAL:
        return false;
    case BAD:
        break;
    }
    if (k->n == 0)
        k->before = (uint16_t)(h->found.n_requests - h->attempts);
    name_cause(h, x, outcome);
    if (++k->n >= EX_STREAK_MAX) {
        ex_block_stop(h);
        return true;
    }
    if (x && !h->device_page && h->asking == EX_HA_NAME) {
        k->names[k->n_names] = h->row;
        k->folders[k->n_names++] = h->folder;
    }
    return false;
}

static bool is_of_streak(const struct ex_hunt *h, size_t i)
{
    const struct ex_suspect *s = &h->found.suspects[i];

    if (ex_strength_of(&s->hits) >= EX_STRENGTH_LIKELY)
        return false;
    for (size_t k = 0; k < h->streak.n_names; k++)
        if (h->streak.names[k] == s->row)
            return true;
    return h->streak.answered && ex_same_page(&h->streak.print, &h->notes[i].print);
}

/* What the device said was no answer of Exchange: neither a find nor a name that is done. */
void ex_block_stop(struct ex_hunt *h)
{
    struct ex_backdoor *found = &h->found;

    h->ended = EX_BDR_BLOCKED;
    found->blocked_after = h->streak.before > 0 ? h->streak.before : 1;
    ex_span_copy(found->blocked_by, sizeof(found->blocked_by), ex_span_str(h->streak.by));
    if (h->folder < found->n_folders &&
        (h->asking == EX_HA_NAME || h->asking == EX_HA_SAMPLE || h->baselines[h->folder].n_asked))
        found->folders[h->folder].state = EX_FS_BLOCKED;
    for (size_t k = 0; k < h->streak.n_names; k++) {
        struct ex_bd_folder *f = &found->folders[h->streak.folders[k]];

        found->n_asked--;
        f->n_asked--;
        f->state = EX_FS_BLOCKED;
    }
    for (size_t i = found->n_suspects; i > 0; i--)
        if (is_of_streak(h, i - 1))
            ex_suspect_remove(h, i - 1);
    h->streak = (struct ex_streak){ 0 };
}
