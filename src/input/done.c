// SPDX-License-Identifier: MIT
#include "input/done.h"

#include <stdio.h>
#include <stdlib.h>

#include "input/seen.h"

enum { IDENTITY_SIZE = EX_TARGET_TEXT + EX_ADDR_TEXT + 1 };

/* Two kinds of identities: "host:port", and "host:port address", which no target can look like.
 * The note of the first says how many of the second there are and how many there should be. */
struct ex_done {
    struct ex_seen *seen;
    uint64_t n_targets, n_met;
};

/* In the second number of a note: the target was met in the list; its name led nowhere. */
static const uint64_t met_bit = (uint64_t)1 << 63, nowhere_bit = (uint64_t)1 << 62;

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

static uint64_t addresses_of(const struct ex_seen_note *note)
{
    return note->b & ~(met_bit | nowhere_bit);
}

enum ex_status ex_done_add(struct ex_done *d, const char *target, const char *address,
                           uint64_t n_addresses, struct ex_error *err)
{
    char both[IDENTITY_SIZE];
    struct ex_seen_note note = { 0, 0 };
    bool is_new = false, known = false;
    enum ex_status st = ex_seen_add(d->seen, identity(both, target, address), &note, &is_new, err);

    if (st != EX_OK || !is_new)
        return st;
    note = (struct ex_seen_note){ 0, 0 };
    st = ex_seen_find(d->seen, ex_span_str(target), &note, &known, err);
    if (st != EX_OK)
        return st;
    d->n_targets += !known;
    note.a += address[0] != '\0';
    if (address[0] == '\0')
        note.b |= nowhere_bit;
    if (n_addresses > addresses_of(&note) && n_addresses < nowhere_bit)
        note.b = (note.b & (met_bit | nowhere_bit)) | n_addresses;
    return ex_seen_set(d->seen, ex_span_str(target), &note, err);
}

enum ex_status ex_done_at(struct ex_done *d, const struct ex_target *t, const struct ex_addr *a,
                          bool *is_done, struct ex_error *err)
{
    char both[IDENTITY_SIZE], target[EX_TARGET_TEXT], address[EX_ADDR_TEXT];
    struct ex_seen_note note;

    return ex_seen_find(d->seen,
                        identity(both, ex_target_format(target, t), ex_addr_format(address, a)),
                        &note, is_done, err);
}

static enum ex_status count_as_met(struct ex_done *d, const char *target, struct ex_seen_note note,
                                   struct ex_error *err)
{
    if (note.b & met_bit)
        return EX_OK;
    d->n_met++;
    note.b |= met_bit;
    return ex_seen_set(d->seen, ex_span_str(target), &note, err);
}

enum ex_status ex_done_find(struct ex_done *d, const struct ex_target *t, bool one_address,
                            struct ex_done_target *out, struct ex_error *err)
{
    char target[EX_TARGET_TEXT];
    struct ex_seen_note note = { 0, 0 };
    enum ex_status st;

    *out = (struct ex_done_target){ .known = false };
    st = ex_seen_find(d->seen, ex_span_str(ex_target_format(target, t)), &note, &out->known, err);
    if (st != EX_OK || !out->known)
        return st;
    out->whole = (note.b & nowhere_bit) || (note.a > 0 && note.a >= addresses_of(&note));
    out->ended = (note.b & nowhere_bit) || (one_address && note.a > 0);
    st = count_as_met(d, target, note, err);
    if (st == EX_OK && t->pin.family != 0)
        st = ex_done_at(d, t, &t->pin, &out->ended, err);
    else if (st == EX_OK && t->kind == EX_TARGET_ADDRESS)
        st = ex_done_at(d, t, &t->addr, &out->ended, err);
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
