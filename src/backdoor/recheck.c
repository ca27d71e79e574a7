// SPDX-License-Identifier: MIT
#include "backdoor/parts.h"

static bool wants_second_look(const struct ex_hunt *h, size_t i)
{
    const struct ex_suspect *s = &h->found.suspects[i];

    return !s->downgraded && s->repeat == EX_REPEAT_NOT_DONE && !h->notes[i].asked &&
           ex_strength_of(&s->hits) < EX_STRENGTH_CONFIRMED && !ex_is_receiver(h, s->row->path);
}

unsigned ex_recheck_need(const struct ex_hunt *h)
{
    bool counted[EX_BD_FOLDERS_MAX] = { false };
    unsigned n = 0;

    for (size_t i = 0; i < h->found.n_suspects; i++) {
        const uint8_t f = h->found.suspects[i].folder;

        if (!wants_second_look(h, i))
            continue;
        n += 1u + (!counted[f] && h->fresh_said[f] == EX_FRESH_NOT_ASKED);
        counted[f] = true;
    }
    return n;
}

static int urgency(const struct ex_hunt *h, size_t i)
{
    const struct ex_suspect *s = &h->found.suspects[i];

    return (int)ex_suspect_potential(s) * 16 + (int)s->trace;
}

/* The suspect that matters most, or n_suspects. */
static size_t next_suspect(const struct ex_hunt *h)
{
    size_t best = h->found.n_suspects;

    for (size_t i = 0; i < h->found.n_suspects; i++)
        if (wants_second_look(h, i) &&
            (best == h->found.n_suspects || urgency(h, i) > urgency(h, best)))
            best = i;
    return best;
}

/* A suspect that said the same again and now waits for a random name of its folder. */
static size_t waiting_suspect(const struct ex_hunt *h)
{
    size_t i = 0;

    while (i < h->found.n_suspects &&
           !(h->notes[i].same && h->found.suspects[i].repeat == EX_REPEAT_NOT_DONE &&
             h->fresh_said[h->found.suspects[i].folder] == EX_FRESH_NOT_ASKED))
        i++;
    return i;
}

static enum ex_ask ask_fresh(struct ex_hunt *h, size_t i)
{
    /* On the connection of the second look: the same server has to tell both. */
    ex_ask_random(h, h->found.suspects[i].folder, EX_NAME_MIXED);
    h->suspect = (uint8_t)i;
    h->asking = EX_HA_FRESH;
    return EX_ASK_REQUEST;
}

static enum ex_ask ask_recheck(struct ex_hunt *h)
{
    size_t i;
    unsigned need;

    ex_guard(h);
    i = waiting_suspect(h);
    if (i < h->found.n_suspects)
        return ask_fresh(h, i);
    i = next_suspect(h);
    if (i == h->found.n_suspects)
        return EX_ASK_NOTHING;
    need = h->fresh_said[h->found.suspects[i].folder] == EX_FRESH_NOT_ASKED ? 2 : 1;
    if (ex_hunt_left(h) < need) {
        h->short_of = true;
        return EX_ASK_NOTHING;
    }
    if (!h->paused) {
        h->paused = true;
        return EX_ASK_PAUSE;
    }
    h->suspect = (uint8_t)i;
    h->row = h->found.suspects[i].row;
    h->asking = EX_HA_SUSPECT;
    h->probe = "back-door-again";
    h->fresh = true;
    ex_span_copy(h->path, sizeof(h->path), ex_span_str(h->row->path));
    return EX_ASK_REQUEST;
}

/* What texts and header fields alone show has to be exactly the same. */
static bool is_small(const struct ex_suspect *s)
{
    return s->hits.n == 0 && s->trace <= EX_TRACE_BODY;
}

/* Bring the second look and the fresh random name of folder @f together. */
static void resolve(struct ex_hunt *h, size_t f)
{
    for (size_t i = h->found.n_suspects; i > 0; i--) {
        struct ex_suspect *s = &h->found.suspects[i - 1];
        const enum ex_fresh said = (enum ex_fresh)h->fresh_said[f];

        if (s->folder != f || !h->notes[i - 1].same || s->repeat != EX_REPEAT_NOT_DONE)
            continue;
        if (said == EX_FRESH_MISSING || (said == EX_FRESH_NEAR && !is_small(s)))
            s->repeat = EX_REPEAT_SAME;
        else if (said == EX_FRESH_NEAR || said == EX_FRESH_ODD)
            s->repeat = EX_REPEAT_DIFFERENT;
        if (s->repeat == EX_REPEAT_DIFFERENT && (is_small(s) || s->trace == EX_TRACE_NONE) &&
            s->hits.n == 0)
            ex_suspect_remove(h, i - 1);
    }
}

static void read_suspect(struct ex_hunt *h, const struct ex_exchange *x)
{
    const size_t i = h->suspect;
    struct ex_suspect *s = &h->found.suspects[i];
    struct ex_suspect_note *note = &h->notes[i];
    struct ex_hits hits;
    enum ex_trace trace;

    note->asked = true;
    if (!x || h->device_page ||
        (ex_is_refusal_status(x->status) && x->status != note->print.status))
        return; /* no second answer: neither the same nor another */
    trace = ex_answer_weigh(h, x, s->row, s->folder, &hits);
    note->same = trace == s->trace && h->print.status == note->print.status &&
                 ex_strength_of(&hits) >= ex_strength_of(&s->hits) &&
                 (!is_small(s) || ex_prints_agree(h->print.body, note->print.body));
    if (note->same) {
        resolve(h, s->folder);
        return;
    }
    s->repeat = EX_REPEAT_DIFFERENT;
    if (is_small(s)) /* a text that changes, no more */
        ex_suspect_remove(h, i);
}

static enum ex_fresh said_by(struct ex_hunt *h, const struct ex_exchange *x, size_t f)
{
    const struct ex_baseline *b = &h->baselines[f];

    if (!x || h->device_page)
        return EX_FRESH_LOST;
    if (ex_baseline_compare(b, &h->print, x) == EX_TRACE_NONE)
        return EX_FRESH_MISSING;
    if (b->state == EX_FS_UNSTABLE ||
        ex_answer_kind(h->found.folders[f].folder, x, h->name) == b->state)
        return EX_FRESH_NEAR;
    return EX_FRESH_ODD;
}

/* A signature that a name which is not there fires as well says nothing: what is left of the
 * suspects of folder @f? */
static void take_back_hits(struct ex_hunt *h, size_t f)
{
    for (size_t i = h->found.n_suspects; i > 0; i--) {
        struct ex_suspect *s = &h->found.suspects[i - 1];
        const uint8_t before = s->hits.n;

        if (s->folder != f)
            continue;
        ex_baseline_remove_hits(&h->baselines[f], &s->hits);
        if (s->hits.n == before)
            continue;
        if (!s->downgraded && s->repeat == EX_REPEAT_NOT_NEEDED &&
            ex_strength_of(&s->hits) < EX_STRENGTH_CONFIRMED)
            s->repeat = EX_REPEAT_NOT_DONE;
        if (s->hits.n > 0)
            continue;
        s->trace = s->row->genuine ? EX_TRACE_NONE : ex_trace_counted(h, f, s->trace);
        if (s->trace == EX_TRACE_NONE)
            ex_suspect_remove(h, i - 1);
    }
}

static void read_fresh(struct ex_hunt *h, const struct ex_exchange *x)
{
    const size_t f = h->found.suspects[h->suspect].folder;
    struct ex_hits hits;

    h->fresh_said[f] = (uint8_t)said_by(h, x, f);
    if (x) {
        ex_answer_scan(h, x, NULL, NULL, &hits);
        ex_baseline_note_hits(&h->baselines[f], &hits);
    }
    take_back_hits(h, f);
    resolve(h, f);
}

static void read_recheck(struct ex_hunt *h, const struct ex_exchange *x)
{
    if (h->asking == EX_HA_SUSPECT)
        read_suspect(h, x);
    else
        read_fresh(h, x);
}

const struct ex_phase ex_phase_recheck = { ask_recheck, read_recheck };
