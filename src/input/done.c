// SPDX-License-Identifier: MIT
#include "input/done.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/seen.h"

enum { IDENTITY_SIZE = EX_TARGET_TEXT + EX_ADDR_TEXT + 1 };

/* Two kinds of identities: "host:port", and "host:port address", which no target can look like.
 * The note of the first says how many of the second there are and how many there should be; the
 * own address of a target that is one is a bit of that note, because sweeps of networks have
 * millions of those. */
struct ex_done {
    struct ex_seen *seen;
    uint64_t n_targets, n_met;
};

/* In the second number of a note, besides the number of addresses. */
static const uint64_t met_bit = (uint64_t)1 << 63;     /* the target was met in the list */
static const uint64_t nowhere_bit = (uint64_t)1 << 62; /* its name led nowhere */
static const uint64_t self_bit = (uint64_t)1 << 61;    /* it is an address, and has its record */
static const uint64_t n_mask = ((uint64_t)1 << 32) - 1;

enum ex_status ex_done_new(struct ex_done **out, size_t ram_max, struct ex_error *err)
{
    struct ex_done *d = calloc(1, sizeof(*d));
    enum ex_status st = d ? ex_seen_new(&d->seen, ram_max, err) : EX_ENOMEM;

    *out = NULL;
    if (st != EX_OK) {
        free(d);
        return st;
    }
    *out = d;
    return EX_OK;
}

static struct ex_span identity(char to[static IDENTITY_SIZE], const char *target,
                               const char *address)
{
    snprintf(to, IDENTITY_SIZE, "%s %s", target, address);
    return ex_span_str(to);
}

/* Whether @target is "address:port" or "[address]:port". */
static bool is_itself(const char *target, const char *address)
{
    const size_t n = strlen(address);

    target += target[0] == '[';
    return n > 0 && strncmp(target, address, n) == 0 &&
           (target[n] == ']' || (target[n] == ':' && !strchr(target + n + 1, ':')));
}

/* Put one more record at @address into the note of its target. */
static void count_in(struct ex_seen_note *note, const char *address, bool itself, uint64_t n)
{
    note->a++;
    if (address[0] == '\0')
        note->b |= nowhere_bit;
    if (itself)
        note->b |= self_bit;
    if (n > n_mask)
        n = n_mask;
    if (n > (note->b & n_mask))
        note->b = (note->b & ~n_mask) | n;
}

enum ex_status ex_done_add(struct ex_done *d, const char *target, const char *address,
                           uint64_t n_addresses, struct ex_error *err)
{
    const bool itself = is_itself(target, address);
    char both[IDENTITY_SIZE];
    struct ex_seen_note note = { 0, 0 };
    bool is_new = true, known = false;
    enum ex_status st = EX_OK;

    if (!itself)
        st = ex_seen_add(d->seen, identity(both, target, address), &note, &is_new, err);
    if (st != EX_OK || !is_new)
        return st;
    st = ex_seen_find(d->seen, ex_span_str(target), &note, &known, err);
    if (st != EX_OK || (itself && known && (note.b & self_bit)))
        return st;
    d->n_targets += !known;
    count_in(&note, address, itself, n_addresses);
    return ex_seen_set(d->seen, ex_span_str(target), &note, err);
}

static enum ex_status note_of(struct ex_done *d, const struct ex_target *t,
                              struct ex_seen_note *note, bool *known, struct ex_error *err)
{
    char target[EX_TARGET_TEXT];

    *note = (struct ex_seen_note){ 0, 0 };
    return ex_seen_find(d->seen, ex_span_str(ex_target_format(target, t)), note, known, err);
}

enum ex_status ex_done_at(struct ex_done *d, const struct ex_target *t, const struct ex_addr *a,
                          bool *is_done, struct ex_error *err)
{
    char both[IDENTITY_SIZE], target[EX_TARGET_TEXT], address[EX_ADDR_TEXT];
    struct ex_seen_note note;

    if (t->kind == EX_TARGET_ADDRESS && ex_addr_cmp(a, &t->addr) == 0) {
        const enum ex_status st = note_of(d, t, &note, is_done, err);

        *is_done = st == EX_OK && *is_done && (note.b & self_bit);
        return st;
    }
    return ex_seen_find(d->seen,
                        identity(both, ex_target_format(target, t), ex_addr_format(address, a)),
                        &note, is_done, err);
}

enum ex_status ex_done_whole(struct ex_done *d, const struct ex_target *t, bool *is_whole,
                             struct ex_error *err)
{
    struct ex_seen_note note;
    bool known = false;
    const enum ex_status st = note_of(d, t, &note, &known, err);

    *is_whole = known && ((note.b & nowhere_bit) || note.a >= (note.b & n_mask));
    return st;
}

/* Only pins of one name come here twice. */
static enum ex_status meet(struct ex_done *d, const struct ex_target *t, struct ex_seen_note note,
                           struct ex_error *err)
{
    char target[EX_TARGET_TEXT];

    if (note.b & met_bit)
        return EX_OK;
    d->n_met++;
    note.b |= met_bit;
    return t->pin.family == 0
               ? EX_OK
               : ex_seen_set(d->seen, ex_span_str(ex_target_format(target, t)), &note, err);
}

enum ex_status ex_done_meet(struct ex_done *d, const struct ex_target *t, bool one_address,
                            bool *is_done, struct ex_error *err)
{
    struct ex_seen_note note;
    bool known = false;
    enum ex_status st = note_of(d, t, &note, &known, err);

    *is_done = false;
    if (st != EX_OK || !known)
        return st;
    st = meet(d, t, note, err);
    if (st == EX_OK && t->pin.family != 0)
        return ex_done_at(d, t, &t->pin, is_done, err);
    if (t->kind == EX_TARGET_ADDRESS)
        *is_done = (note.b & self_bit) != 0;
    else
        *is_done = (note.b & nowhere_bit) || (one_address && note.a > 0);
    return st;
}

uint64_t ex_done_left_over(const struct ex_done *d)
{
    return d->n_targets - d->n_met;
}

void ex_done_free(struct ex_done *d)
{
    if (!d)
        return;
    ex_seen_free(d->seen);
    free(d);
}
