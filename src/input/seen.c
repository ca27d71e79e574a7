// SPDX-License-Identifier: MIT
#include "input/seen.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "input/hash_file.h"

enum {
    FIRST_BITS = 4,  /* 64 KiB */
    LOAD_TENTHS = 7, /* a table more than seven tenths full is doubled */
};

struct ex_seen {
    uint8_t key[EX_SIPHASH_KEY];
    size_t ram_max;
    const char *dir; /* borrowed from the environment, or static */
    struct ex_hash table;
};

enum ex_status ex_seen_new(struct ex_seen **out, size_t ram_max, struct ex_error *err)
{
    struct ex_seen *s = calloc(1, sizeof(*s));
    const char *dir = getenv("TMPDIR");
    enum ex_status st;

    *out = NULL;
    if (!s)
        return EX_ENOMEM;
    s->ram_max = ram_max;
    s->dir = dir && *dir ? dir : "/tmp";
    if (getrandom(s->key, sizeof(s->key), 0) != (ssize_t)sizeof(s->key)) {
        ex_error_set(err, "the system gives no random numbers: %s", strerror(errno));
        free(s);
        return EX_EINTERNAL;
    }
    st = ex_hash_init(&s->table, FIRST_BITS, NULL, err);
    if (st != EX_OK) {
        free(s);
        return st;
    }
    *out = s;
    return EX_OK;
}

/* Move everything to a table of twice the size. */
static enum ex_status grow(struct ex_seen *s, struct ex_error *err)
{
    const unsigned bits = s->table.bits + 1;
    const bool in_ram = (uint64_t)EX_TABLE_PAGE << bits <= s->ram_max;
    struct ex_hash bigger;
    enum ex_status st = ex_hash_init(&bigger, bits, in_ram ? NULL : s->dir, err);

    if (st != EX_OK)
        return st;
    if (!ex_hash_copy(&bigger, &s->table)) {
        st = ex_hash_failed(s->dir, err);
        ex_hash_free(&bigger);
        return st;
    }
    ex_hash_free(&s->table);
    s->table = bigger;
    return EX_OK;
}

static struct ex_slot slot_of(const struct ex_seen *s, struct ex_span identity,
                              const struct ex_seen_note *note)
{
    struct ex_slot slot = { ex_siphash(s->key, identity), { note->a, note->b } };

    if (ex_slot_is_free(&slot))
        slot.hash.lo = 1;
    return slot;
}

static enum ex_status make_room(struct ex_seen *s, struct ex_error *err)
{
    const uint64_t room = (uint64_t)EX_TABLE_SLOTS << s->table.bits;

    return s->table.n < room / 10 * LOAD_TENTHS ? EX_OK : grow(s, err);
}

enum ex_status ex_seen_add(struct ex_seen *s, struct ex_span identity, struct ex_seen_note *note,
                           bool *is_new, struct ex_error *err)
{
    const struct ex_slot want = slot_of(s, identity, note);
    struct ex_slot found;
    const enum ex_status st = make_room(s, err);

    if (st != EX_OK)
        return st;
    if (!ex_hash_put(&s->table, &want, &found))
        return ex_hash_failed(s->dir, err);
    *is_new = ex_slot_is_free(&found);
    if (!*is_new)
        *note = (struct ex_seen_note){ found.note[0], found.note[1] };
    return EX_OK;
}

enum ex_status ex_seen_find(struct ex_seen *s, struct ex_span identity, struct ex_seen_note *note,
                            bool *found, struct ex_error *err)
{
    const struct ex_slot want = slot_of(s, identity, &(struct ex_seen_note){ 0, 0 });
    struct ex_slot slot;

    if (!ex_hash_find(&s->table, &want.hash, &slot))
        return ex_hash_failed(s->dir, err);
    *found = !ex_slot_is_free(&slot);
    if (*found)
        *note = (struct ex_seen_note){ slot.note[0], slot.note[1] };
    return EX_OK;
}

enum ex_status ex_seen_set(struct ex_seen *s, struct ex_span identity,
                           const struct ex_seen_note *note, struct ex_error *err)
{
    const struct ex_slot want = slot_of(s, identity, note);
    const enum ex_status st = make_room(s, err);

    if (st != EX_OK)
        return st;
    return ex_hash_set(&s->table, &want) ? EX_OK : ex_hash_failed(s->dir, err);
}

uint64_t ex_seen_hash(const struct ex_seen *s, struct ex_span text)
{
    return ex_siphash(s->key, text).lo;
}

void ex_seen_free(struct ex_seen *s)
{
    if (!s)
        return;
    ex_hash_free(&s->table);
    free(s);
}
