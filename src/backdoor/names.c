// SPDX-License-Identifier: MIT
#include "backdoor/names.h"

#include "core/put.h"

enum {
    MIXED_CHARACTERS = 8,
    SYLLABLES_MIN = 5, /* of two letters */
    TRIES_MAX = 16     /* the chance of one known name is below one in a million */
};

/* splitmix64 (Steele, Lea, Flood 2014): any seed gives a good sequence. */
static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static char pick(uint64_t *seed, const char *from, size_t n)
{
    return from[next_random(seed) % n];
}

#define PICK(seed, letters) pick(seed, letters, sizeof(letters) - 1)

/* No vowels, so no words that a device might look for; letter and digit at fixed places, so
 * that no name is a number. */
static void put_mixed(struct ex_put *w, uint64_t *seed)
{
    for (int i = 0; i < MIXED_CHARACTERS; i++) {
        if (i == 2)
            ex_put_ch(w, PICK(seed, "23456789"));
        else if (i == 0 || i == 4)
            ex_put_ch(w, PICK(seed, "BDFGHJKMNQTVWXZ"));
        else if (i == 1 || i == 5)
            ex_put_ch(w, PICK(seed, "bdfghjkmnqtvwxz"));
        else
            ex_put_ch(w, PICK(seed, "bdfghjkmnqtvwxzBDFGHJKMNQTVWXZ23456789"));
    }
}

/* 10 to 12 letters. */
static void put_pronounced(struct ex_put *w, uint64_t *seed)
{
    const uint64_t n = next_random(seed) % 3;

    for (unsigned i = 0; i < SYLLABLES_MIN + n / 2; i++) {
        ex_put_ch(w, PICK(seed, "bdfgklmnrtvz"));
        ex_put_ch(w, PICK(seed, "aeiou"));
    }
    if (n == 1)
        ex_put_ch(w, PICK(seed, "lmnrst"));
}

static bool is_listed(const char *path, const struct ex_name_list *lists, size_t n_lists)
{
    for (size_t i = 0; i < n_lists; i++)
        for (size_t k = 0; k < lists[i].n; k++)
            if (ex_span_eq_nocase(ex_span_str(lists[i].rows[k].path), path))
                return true;
    return false;
}

void ex_random_path(char *to, size_t size, const char *folder, const char *extension,
                    enum ex_name_shape shape, uint64_t *seed, const struct ex_name_list *lists,
                    size_t n_lists)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        struct ex_put w = ex_put_of(to, size);

        ex_put_str(&w, folder);
        if (shape == EX_NAME_MIXED)
            put_mixed(&w, seed);
        else
            put_pronounced(&w, seed);
        ex_put_str(&w, extension);
        if (!is_listed(to, lists, n_lists))
            return;
    }
}
