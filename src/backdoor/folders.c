// SPDX-License-Identifier: MIT
#include "backdoor/parts.h"
#include "core/put.h"

enum { SECOND_LOOK = 2, PAIR = 2 };

static struct ex_bd_folder *folder(struct ex_hunt *h)
{
    return &h->found.folders[h->folder];
}

/* What must not be spent on names: the closing control, and one second look. */
static unsigned reserved(const struct ex_hunt *h)
{
    return (h->control_ok ? 1u : 0u) + (h->found.n_suspects > 0 ? (unsigned)SECOND_LOOK : 0u);
}

void ex_ask_random(struct ex_hunt *h, size_t at, enum ex_name_shape shape)
{
    const struct ex_bd_folder *f = &h->found.folders[at];
    const struct ex_name_list lists[] = { { h->cat->paths, h->cat->n_paths },
                                          { h->opt->own, h->opt->n_own } };

    ex_random_path(h->path, sizeof(h->path), f->folder, f->extension, shape, &h->seed, lists, 2);
    h->probe = "back-door-random";
    h->fresh = false;
}

static enum ex_ask ask_sample(struct ex_hunt *h)
{
    const struct ex_baseline *b = &h->baselines[h->folder];

    if (ex_hunt_left(h) <= reserved(h) + PAIR - b->n_asked % PAIR) {
        h->short_of = true;
        return EX_ASK_NOTHING;
    }
    h->asking = EX_HA_SAMPLE;
    ex_ask_random(h, h->folder, b->n_asked % PAIR ? EX_NAME_PRONOUNCED : EX_NAME_MIXED);
    return EX_ASK_REQUEST;
}

/* A folder that refuses everything may be so, or a device may have begun to refuse. */
static bool wants_check(const struct ex_hunt *h)
{
    const struct ex_baseline *b = &h->baselines[h->folder];
    const int status = b->n > 0 ? b->at[b->n - 1].status : 0;

    return h->control_ok && !h->cleared && (status == 403 || status == 406 || status == 503) &&
           ex_hunt_left(h) > reserved(h) + 1;
}

static enum ex_ask ask_name(struct ex_hunt *h)
{
    const struct ex_names names = ex_hunt_names(h);
    const struct ex_name_at before = h->at;

    h->row = ex_names_next(&names, h->combos.first[h->folder], &h->at);
    while (h->row && ex_is_receiver(h, h->row->path)) {
        h->lost = EX_BDR_RECEIVER;
        h->row = ex_names_next(&names, h->combos.first[h->folder], &h->at);
    }
    if (!h->row)
        return EX_ASK_NOTHING;
    if (ex_hunt_left(h) <= reserved(h)) {
        h->at = before;
        h->short_of = true;
        return EX_ASK_NOTHING;
    }
    h->asking = EX_HA_NAME;
    h->probe = "back-door-name";
    h->fresh = false;
    ex_span_copy(h->path, sizeof(h->path), ex_span_str(h->row->path));
    return EX_ASK_REQUEST;
}

/* Once more through all folders, for the rest of the names. */
static bool next_pass(struct ex_hunt *h)
{
    if (h->at.pass + 1 == EX_N_PASSES)
        return false;
    h->at = (struct ex_name_at){ .pass = (uint8_t)(h->at.pass + 1) };
    h->folder = 0;
    return true;
}

static enum ex_ask ask_pass(struct ex_hunt *h)
{
    for (; h->folder < h->found.n_folders; h->folder++, h->at.index = 0) {
        enum ex_ask a;

        if (!h->baselines[h->folder].settled)
            return ask_sample(h);
        if (wants_check(h)) {
            ex_control_ask(h, "back-door-check");
            return EX_ASK_REQUEST;
        }
        a = ask_name(h);
        if (a != EX_ASK_NOTHING || h->row)
            return a; /* or there is a name, and nothing left for it */
    }
    return EX_ASK_NOTHING;
}

static enum ex_ask ask_folders(struct ex_hunt *h)
{
    enum ex_ask a;

    do
        a = ask_pass(h);
    while (a == EX_ASK_NOTHING && h->folder == h->found.n_folders && next_pass(h));
    return a;
}

static void read_sample(struct ex_hunt *h, const struct ex_exchange *x)
{
    struct ex_baseline *b = &h->baselines[h->folder];
    struct ex_bd_folder *f = folder(h);
    struct ex_hits hits;

    if (x) {
        ex_answer_scan(h, x, NULL, NULL, &hits);
        ex_baseline_note_hits(b, &hits);
        f->baseline[b->n_asked % PAIR] = h->opt->inspector->keep(h->store, x);
    }
    ex_baseline_add(b, f->folder, x, h->name);
    if (b->settled)
        f->state = b->state;
}

static void read_check(struct ex_hunt *h, const struct ex_exchange *x)
{
    const struct ex_baseline *b = &h->baselines[h->folder];
    struct ex_put w = ex_put_of(h->streak.by, sizeof(h->streak.by));

    h->cleared = ex_control_read(h, x);
    if (h->cleared)
        return;
    h->streak.before = (uint16_t)(h->found.n_requests - h->attempts - b->n_asked);
    ex_put_dec(&w, (uint64_t)b->at[b->n - 1].status);
    ex_block_stop(h);
}

static void read_name(struct ex_hunt *h, const struct ex_exchange *x)
{
    struct ex_suspect s = { .row = h->row, .folder = h->folder };

    if (!x || h->device_page) {
        h->lost = h->outcome == EX_OUT_TIMEOUT ? EX_BDR_TIMEOUT : EX_BDR_BLOCKED;
        return;
    }
    folder(h)->n_asked++;
    h->found.n_asked++;
    s.trace = ex_answer_weigh(h, x, h->row, h->folder, &s.hits);
    if (s.trace == EX_TRACE_NONE && s.hits.n == 0)
        return;
    ex_suspect_add(h, &s, x);
}

static void read_folders(struct ex_hunt *h, const struct ex_exchange *x)
{
    if (h->asking == EX_HA_SAMPLE)
        read_sample(h, x);
    else if (h->asking == EX_HA_CONTROL)
        read_check(h, x);
    else
        read_name(h, x);
}

const struct ex_phase ex_phase_folders = { ask_folders, read_folders };
