// SPDX-License-Identifier: MIT
#include "backdoor/parts.h"

/* What stands out by its answer alone. A page, a failure or a refusal where others are missing
 * is suspicious; a miss in another form, other fields, another text, another redirect (a device
 * that logs off at every "logout") are worth a look, no more. */
static enum ex_backdoor_state of_trace(const struct ex_suspect *s)
{
    switch (s->trace) {
    case EX_TRACE_ANSWERS:
        return s->row->confidence == EX_IF200_LOW ? EX_BD_REVIEW : EX_BD_SUSPICIOUS;
    case EX_TRACE_ERROR:
    case EX_TRACE_REFUSED:
        return EX_BD_SUSPICIOUS;
    default:
        return EX_BD_REVIEW;
    }
}

enum ex_backdoor_state ex_suspect_potential(const struct ex_suspect *s)
{
    switch (ex_strength_of(&s->hits)) {
    case EX_STRENGTH_CONFIRMED:
        return EX_BD_CONFIRMED;
    case EX_STRENGTH_LIKELY:
        return s->row->confidence == EX_IF200_HIGH && !s->row->collision && !s->row->genuine
                   ? EX_BD_LIKELY
                   : EX_BD_SUSPICIOUS;
    case EX_STRENGTH_SUSPICIOUS:
        return EX_BD_SUSPICIOUS;
    case EX_STRENGTH_NONE:
        break;
    }
    return of_trace(s);
}

static enum ex_backdoor_state level_of(const struct ex_suspect *s)
{
    const enum ex_backdoor_state most = ex_suspect_potential(s);

    if (most == EX_BD_CONFIRMED)
        return most; /* behind a balancer the second server may be clean */
    if (s->downgraded)
        return EX_BD_REVIEW;
    switch (s->repeat) {
    case EX_REPEAT_SAME:
        return most;
    case EX_REPEAT_NOT_DONE:
        return most == EX_BD_LIKELY ? EX_BD_SUSPICIOUS : EX_BD_REVIEW;
    case EX_REPEAT_NOT_NEEDED:
    case EX_REPEAT_DIFFERENT:
        break;
    }
    return EX_BD_REVIEW;
}

static bool is_worse(const struct ex_suspect *a, const struct ex_suspect *b)
{
    const enum ex_strength sa = ex_strength_of(&a->hits), sb = ex_strength_of(&b->hits);

    if (a->level != b->level)
        return a->level > b->level;
    return sa != sb ? sa > sb : a->trace > b->trace;
}

static void order(struct ex_hunt *h)
{
    struct ex_suspect *all = h->found.suspects;

    for (size_t i = 1; i < h->found.n_suspects; i++)
        for (size_t k = i; k > 0 && is_worse(&all[k], &all[k - 1]); k--) {
            const struct ex_suspect s = all[k];
            const struct ex_suspect_note note = h->notes[k];

            all[k] = all[k - 1];
            all[k - 1] = s;
            h->notes[k] = h->notes[k - 1];
            h->notes[k - 1] = note;
        }
}

/* Two files of an intruder, not one device twice: a device refuses, or gives one page for all.
 * Exchange's own redirect for a page that fails is the same for every page. */
static bool are_independent(const struct ex_hunt *h, size_t i, size_t k)
{
    const struct ex_suspect *a = &h->found.suspects[i], *b = &h->found.suspects[k];
    const bool failing = a->trace == EX_TRACE_ERROR && h->notes[i].print.status == 302;

    return a->trace != EX_TRACE_REFUSED && b->trace != EX_TRACE_REFUSED && !a->row->genuine &&
           !b->row->genuine && !ex_span_eq_nocase(ex_span_str(a->row->folder), b->row->folder) &&
           (failing || !ex_same_page(&h->notes[i].print, &h->notes[k].print));
}

static enum ex_backdoor_state worst(const struct ex_hunt *h)
{
    const struct ex_suspect *all = h->found.suspects;
    enum ex_backdoor_state most = EX_BD_NOT_ASSESSED;

    for (size_t i = 0; i < h->found.n_suspects; i++) {
        most = all[i].level > most ? all[i].level : most;
        for (size_t k = 0; k < i && most == EX_BD_SUSPICIOUS; k++)
            if (all[i].level == EX_BD_SUSPICIOUS && all[k].level == EX_BD_SUSPICIOUS &&
                are_independent(h, i, k))
                most = EX_BD_LIKELY;
    }
    return most;
}

static bool all_folders_assessed(const struct ex_hunt *h)
{
    for (size_t i = 0; i < h->found.n_folders; i++)
        if (h->found.folders[i].state != EX_FS_ASSESSED &&
            h->found.folders[i].state != EX_FS_NOT_ASKED)
            return false;
    return h->found.n_folders > 0;
}

static bool any_not_repeated(const struct ex_hunt *h)
{
    for (size_t i = 0; i < h->found.n_suspects; i++)
        if (h->found.suspects[i].repeat == EX_REPEAT_NOT_DONE)
            return true;
    return false;
}

/* The first thing that keeps the answer from being whole; NONE: it is. */
static enum ex_bd_reason reason_of(const struct ex_hunt *h)
{
    const struct ex_backdoor *found = &h->found;

    if (h->ended != EX_BDR_NONE)
        return h->ended;
    if (!h->control_ok)
        return EX_BDR_CONTROL_FAILED;
    if (h->closing > 0 && !h->closing_ok)
        return h->closing_broken ? EX_BDR_BLOCKED : EX_BDR_CONTROL_FAILED;
    if (!all_folders_assessed(h))
        return EX_BDR_FOLDERS;
    if (h->lost != EX_BDR_NONE)
        return h->lost;
    if (found->n_asked < found->n_names || !h->closing_ok || h->short_of || any_not_repeated(h))
        return EX_BDR_BUDGET;
    return h->scan_failed ? EX_BDR_INTERNAL : EX_BDR_NONE;
}

void ex_verdict_of(struct ex_hunt *h)
{
    struct ex_backdoor *found = &h->found;

    ex_guard(h);
    for (size_t i = 0; i < found->n_suspects; i++)
        found->suspects[i].level = level_of(&found->suspects[i]);
    order(h);
    found->reason = reason_of(h);
    found->state = worst(h);
    if (found->state != EX_BD_NOT_ASSESSED)
        return;
    if (found->n_more > 0)
        found->state = EX_BD_REVIEW;
    else if (found->reason == EX_BDR_NONE)
        found->state = EX_BD_NONE_SEEN;
}
