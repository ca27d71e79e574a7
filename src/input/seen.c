// SPDX-License-Identifier: MIT
#include "input/seen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "input/siphash.h"

enum {
    PAGE_BYTES = 4096,
    SLOTS = 128, /* of a page */
    FIRST_BITS = 4,
    LOAD_TENTHS = 7, /* a table more than seven tenths full is doubled */
    BITS_MAX = 40,
    NO_FILE = -1,
};

/* All zero is a free slot. */
struct slot {
    struct ex_hash128 hash;
    struct ex_seen_note note;
};

struct page {
    struct slot slot[SLOTS];
};

_Static_assert(sizeof(struct page) == PAGE_BYTES, "a page holds its slots exactly");

/* 2^bits pages, either all in memory or all in a file, one of which is cached. */
struct table {
    unsigned bits;
    struct page *ram;   /* owned; NULL: in the file */
    int fd;             /* owned */
    struct page *cache; /* owned; with a file only */
    uint64_t cached;    /* number of the page in the cache */
};

struct ex_seen {
    uint8_t key[EX_SIPHASH_KEY];
    size_t ram_max;
    uint64_t n;
    const char *dir; /* borrowed from the environment, or static */
    struct table table;
};

static void table_free(struct table *t)
{
    if (t->fd != NO_FILE)
        close(t->fd);
    free(t->ram);
    free(t->cache);
    *t = (struct table){ .fd = NO_FILE };
}

static enum ex_status io_failed(const struct ex_seen *s, const char *what, struct ex_error *err)
{
    ex_error_set(err,
                 "cannot %s the list of targets seen so far in %.300s: %s; free some space there, "
                 "or set TMPDIR to a directory with room",
                 what, s->dir, strerror(errno));
    return EX_EIO;
}

/* An open file without a name, which goes away with the process. */
static int open_unnamed(const char *dir)
{
    char path[4096];
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL))
        return fd;
    /* Some network file systems cannot do that. */
    if (snprintf(path, sizeof(path), "%s/exprobe-XXXXXX", dir) >= (int)sizeof(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static enum ex_status table_init(const struct ex_seen *s, struct table *t, unsigned bits,
                                 struct ex_error *err)
{
    const uint64_t bytes = (uint64_t)PAGE_BYTES << bits;

    *t = (struct table){ .bits = bits, .fd = NO_FILE };
    if (bytes <= s->ram_max || bits == FIRST_BITS) {
        t->ram = calloc((size_t)1 << bits, PAGE_BYTES);
        return t->ram ? EX_OK : EX_ENOMEM;
    }
    t->cache = calloc(1, PAGE_BYTES); /* page 0 of an empty file */
    if (!t->cache)
        return EX_ENOMEM;
    t->fd = bits <= BITS_MAX ? open_unnamed(s->dir) : -1;
    if (t->fd < 0)
        return io_failed(s, "create", err);
    /* Sparse: what was never written reads as free slots and takes no room. */
    return ftruncate(t->fd, (off_t)bytes) == 0 ? EX_OK : io_failed(s, "size", err);
}

/* Page @no of @t, valid until the next call. NULL: errno says why. */
static struct page *table_page(struct table *t, uint64_t no)
{
    size_t done = 0;

    if (t->ram)
        return &t->ram[no];
    if (t->cached == no)
        return t->cache;
    t->cached = UINT64_MAX;
    while (done < PAGE_BYTES) {
        const ssize_t n = pread(t->fd, (uint8_t *)t->cache + done, PAGE_BYTES - done,
                                (off_t)(no * PAGE_BYTES + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n < 0 ? errno : EIO; /* shorter than it was made: somebody cut it */
            return NULL;
        }
        done += (size_t)n;
    }
    t->cached = no;
    return t->cache;
}

/* Write the slot at @at of the cached page through to the file. */
static bool table_store(struct table *t, uint64_t no, unsigned at)
{
    const uint8_t *from = (const uint8_t *)&t->cache->slot[at];
    size_t done = 0;

    while (done < sizeof(struct slot)) {
        const ssize_t n = pwrite(t->fd, from + done, sizeof(struct slot) - done,
                                 (off_t)(no * PAGE_BYTES + at * sizeof(struct slot) + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n < 0 ? errno : ENOSPC;
            return false;
        }
        done += (size_t)n;
    }
    return true;
}

static bool is_free(const struct slot *s)
{
    return (s->hash.lo | s->hash.hi) == 0;
}

/*
 * Find @want, or put it into the first free slot of its probe sequence: the
 * high bits of the hash give the page, the low ones the slot to begin with; a
 * full page is followed by the next one. *found is what stood there before, or
 * a free slot.
 */
static bool table_put(struct table *t, const struct slot *want, struct slot *found)
{
    const uint64_t n_pages = (uint64_t)1 << t->bits;
    uint64_t no = want->hash.hi >> (64 - t->bits);

    for (uint64_t tried = 0; tried < n_pages; tried++, no = (no + 1) & (n_pages - 1)) {
        struct page *page = table_page(t, no);

        if (!page)
            return false;
        for (unsigned i = 0; i < SLOTS; i++) {
            const unsigned at = (unsigned)(want->hash.lo + i) % SLOTS;
            struct slot *slot = &page->slot[at];

            *found = *slot;
            if (is_free(slot)) {
                *slot = *want;
                return t->ram || table_store(t, no, at);
            }
            if (slot->hash.lo == want->hash.lo && slot->hash.hi == want->hash.hi)
                return true;
        }
    }
    errno = ENOSPC;
    return false;
}

/* Move everything to a table of twice the size. */
static enum ex_status grow(struct ex_seen *s, struct ex_error *err)
{
    struct table old = s->table, bigger;
    enum ex_status st = table_init(s, &bigger, old.bits + 1, err);

    for (uint64_t no = 0; st == EX_OK && no < (uint64_t)1 << old.bits; no++) {
        const struct page *page = table_page(&old, no);
        struct slot before;

        if (!page) {
            st = io_failed(s, "read", err);
            break;
        }
        /* Neighbours stay neighbours, so the cached page of the new table serves many. */
        for (unsigned i = 0; i < SLOTS && st == EX_OK; i++)
            if (!is_free(&page->slot[i]) && !table_put(&bigger, &page->slot[i], &before))
                st = io_failed(s, "write", err);
    }
    table_free(st == EX_OK ? &old : &bigger);
    s->table = st == EX_OK ? bigger : old;
    return st;
}

enum ex_status ex_seen_new(struct ex_seen **out, size_t ram_max, struct ex_error *err)
{
    struct ex_seen *s = calloc(1, sizeof(*s));
    const char *dir = getenv("TMPDIR");
    enum ex_status st = EX_ENOMEM;

    *out = NULL;
    if (!s)
        return EX_ENOMEM;
    s->ram_max = ram_max;
    s->dir = dir && *dir ? dir : "/tmp";
    s->table.fd = NO_FILE;
    if (getrandom(s->key, sizeof(s->key), 0) != (ssize_t)sizeof(s->key)) {
        ex_error_set(err, "the system gives no random numbers: %s", strerror(errno));
        st = EX_EINTERNAL;
    } else {
        st = table_init(s, &s->table, FIRST_BITS, err);
    }
    if (st != EX_OK) {
        ex_seen_free(s);
        return st;
    }
    *out = s;
    return EX_OK;
}

enum ex_status ex_seen_add(struct ex_seen *s, struct ex_span identity, struct ex_seen_note *note,
                           bool *is_new, struct ex_error *err)
{
    struct slot want = { .hash = ex_siphash(s->key, identity), .note = *note }, found;

    if (is_free(&want))
        want.hash.lo = 1;
    if (s->n >= ((uint64_t)SLOTS << s->table.bits) / 10 * LOAD_TENTHS) {
        const enum ex_status st = grow(s, err);
        if (st != EX_OK)
            return st;
    }
    if (!table_put(&s->table, &want, &found))
        return io_failed(s, "write", err);
    *is_new = is_free(&found);
    if (*is_new)
        s->n++;
    else
        *note = found.note;
    return EX_OK;
}

uint64_t ex_seen_hash(const struct ex_seen *s, struct ex_span text)
{
    return ex_siphash(s->key, text).lo;
}

void ex_seen_free(struct ex_seen *s)
{
    if (!s)
        return;
    table_free(&s->table);
    free(s);
}
