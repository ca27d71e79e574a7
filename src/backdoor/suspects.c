// SPDX-License-Identifier: MIT
#include "backdoor/parts.h"

enum {
    GUARD_MAX = 3, /* suspects without a signature in a folder that are believed */
    SAME_KEPT = 6, /* with one page in one folder: enough to see that it is one */
    FREE_KEPT = 8  /* without a signature in one folder */
};

/*
 * The guard: a device, a decoy or a catch-all answers many listed names, an intruder leaves
 * a few files. With more than three in a folder none of them is believed (a share of the names
 * would mean little: one of two is half). Full signatures are exempt; those that
 * every empty page fires count like none when the pages are the same.
 */

static bool same_page(const struct ex_hunt *h, size_t i, size_t k)
{
    return ex_same_page(&h->notes[i].print, &h->notes[k].print);
}

static bool is_free(const struct ex_hunt *h, size_t i)
{
    const struct ex_suspect *all = h->found.suspects;
    const enum ex_strength strength = ex_strength_of(&all[i].hits);

    if (strength != EX_STRENGTH_LIKELY)
        return strength < EX_STRENGTH_LIKELY;
    for (size_t k = 0; k < h->found.n_suspects; k++)
        if (k != i && all[k].folder == all[i].folder &&
            ex_strength_of(&all[k].hits) <= EX_STRENGTH_LIKELY && same_page(h, i, k))
            return true;
    return false;
}

/* How much is lost when it is left out. */
static int weight(const struct ex_suspect *s)
{
    return (int)ex_suspect_potential(s) * 64 + (int)ex_strength_of(&s->hits) * 16 + (int)s->trace;
}

static bool is_kept(const struct ex_hunt *h, const struct ex_suspect *s)
{
    const enum ex_strength strength = ex_strength_of(&s->hits);
    unsigned n_same = 0, n_free = 0;

    for (size_t i = 0; i < h->found.n_suspects; i++) {
        const struct ex_suspect *other = &h->found.suspects[i];

        if (other->folder != s->folder || ex_strength_of(&other->hits) == EX_STRENGTH_CONFIRMED)
            continue;
        n_same += ex_same_page(&h->notes[i].print, &h->print);
        n_free += ex_strength_of(&other->hits) < EX_STRENGTH_LIKELY;
    }
    return strength == EX_STRENGTH_CONFIRMED ||
           (n_same < SAME_KEPT && (strength == EX_STRENGTH_LIKELY || n_free < FREE_KEPT));
}

/* A place for @s: a free one, or that of the lightest. */
static size_t place(struct ex_hunt *h, const struct ex_suspect *s)
{
    struct ex_backdoor *found = &h->found;
    size_t lightest = 0;
    int least;

    if (found->n_suspects < EX_SUSPECTS_MAX)
        return found->n_suspects++;
    least = weight(&found->suspects[0]);
    for (size_t i = 1; i < found->n_suspects; i++) {
        const int w = weight(&found->suspects[i]);

        lightest = w < least ? i : lightest;
        least = w < least ? w : least;
    }
    found->n_more++;
    return least < weight(s) ? lightest : EX_SUSPECTS_MAX;
}

void ex_suspect_add(struct ex_hunt *h, const struct ex_suspect *s, const struct ex_exchange *x)
{
    const struct ex_header *front_end = ex_exchange_header(x, "X-FEServer");
    size_t i;

    if (ex_strength_of(&s->hits) < EX_STRENGTH_LIKELY)
        h->found.folders[s->folder].n_suspects++;
    if (!is_kept(h, s)) {
        h->found.n_more++;
        return;
    }
    i = place(h, s);
    if (i == EX_SUSPECTS_MAX)
        return;
    h->found.suspects[i] = *s;
    if (front_end)
        ex_span_copy(h->found.suspects[i].front_end, sizeof(s->front_end), front_end->value);
    h->found.suspects[i].exhibit = h->opt->inspector->keep(h->store, x);
    h->notes[i] = (struct ex_suspect_note){ .print = h->print };
}

void ex_suspect_remove(struct ex_hunt *h, size_t i)
{
    struct ex_backdoor *found = &h->found;
    struct ex_bd_folder *f = &found->folders[found->suspects[i].folder];
    const size_t n_behind = found->n_suspects - i - 1u;

    if (ex_strength_of(&found->suspects[i].hits) < EX_STRENGTH_LIKELY && f->n_suspects > 0)
        f->n_suspects--;
    memmove(&found->suspects[i], &found->suspects[i + 1], n_behind * sizeof(found->suspects[0]));
    memmove(&h->notes[i], &h->notes[i + 1], n_behind * sizeof(h->notes[0]));
    found->n_suspects--;
}

static void downgrade(struct ex_suspect *s)
{
    s->downgraded = true;
    s->repeat = EX_REPEAT_NOT_NEEDED;
}

static void guard_folder(struct ex_hunt *h, size_t folder)
{
    struct ex_bd_folder *f = &h->found.folders[folder];

    for (size_t i = 0; i < h->found.n_suspects; i++)
        if (h->found.suspects[i].folder == folder && is_free(h, i) &&
            ex_strength_of(&h->found.suspects[i].hits) == EX_STRENGTH_LIKELY)
            f->n_suspects++;
    f->guarded = f->n_suspects > GUARD_MAX;
    for (size_t i = 0; f->guarded && i < h->found.n_suspects; i++)
        if (h->found.suspects[i].folder == folder && is_free(h, i))
            downgrade(&h->found.suspects[i]);
}

/* Where a folder has fewer listed names, the same page is the same device. */
static void guard_same_page(struct ex_hunt *h, size_t i)
{
    struct ex_suspect *s = &h->found.suspects[i];

    for (size_t k = 0; k < h->found.n_suspects && !s->downgraded; k++) {
        const struct ex_suspect *other = &h->found.suspects[k];

        if (other->downgraded && h->found.folders[other->folder].guarded && same_page(h, i, k))
            downgrade(s);
    }
}

void ex_guard(struct ex_hunt *h)
{
    if (h->guarded)
        return;
    h->guarded = true;
    for (size_t f = 0; f < h->found.n_folders; f++)
        guard_folder(h, f);
    for (size_t i = 0; i < h->found.n_suspects; i++) {
        struct ex_suspect *s = &h->found.suspects[i];

        if (ex_strength_of(&s->hits) == EX_STRENGTH_CONFIRMED)
            s->repeat = EX_REPEAT_NOT_NEEDED;
        else
            guard_same_page(h, i);
    }
}
