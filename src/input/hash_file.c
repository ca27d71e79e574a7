// SPDX-License-Identifier: MIT
#include "input/hash_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BITS_MAX = 40 };

_Static_assert(sizeof(struct ex_hash_page) == EX_TABLE_PAGE, "a page holds its slots exactly");

/* An open file without a name, which goes away with the process. */
static int open_unnamed(const char *dir)
{
    char path[PATH_MAX];
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
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

enum ex_status ex_hash_failed(const char *dir, struct ex_error *err)
{
    ex_error_set(err,
                 "cannot keep the list of targets seen so far in %.300s: %s; make room there, or "
                 "set TMPDIR to another directory",
                 dir, strerror(errno));
    return EX_EIO;
}

enum ex_status ex_hash_init(struct ex_hash *t, unsigned bits, const char *dir, struct ex_error *err)
{
    struct ex_hash made = { .bits = bits, .fd = -1 };

    if (!dir) {
        made.ram = calloc((size_t)1 << bits, EX_TABLE_PAGE);
        if (!made.ram)
            return EX_ENOMEM;
        *t = made;
        return EX_OK;
    }
    made.cache = calloc(1, EX_TABLE_PAGE); /* page 0 of the empty file */
    if (!made.cache)
        return EX_ENOMEM;
    errno = EFBIG;
    made.fd = bits <= BITS_MAX ? open_unnamed(dir) : -1;
    /* Sparse: what was never written reads as free slots and takes no room. */
    if (made.fd < 0 || ftruncate(made.fd, (off_t)EX_TABLE_PAGE << bits) != 0) {
        const enum ex_status st = ex_hash_failed(dir, err);

        ex_hash_free(&made);
        return st;
    }
    *t = made;
    return EX_OK;
}

/* Write @n bytes of the cached page from offset @at on through to the file. */
static bool store(struct ex_hash *t, size_t at, size_t n)
{
    const off_t page = (off_t)(t->cached * EX_TABLE_PAGE);

    for (const size_t end = at + n; at < end;) {
        const ssize_t done =
            pwrite(t->fd, (const uint8_t *)t->cache + at, end - at, page + (off_t)at);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            errno = done < 0 ? errno : ENOSPC;
            return false;
        }
        at += (size_t)done;
    }
    return true;
}

static bool flush(struct ex_hash *t)
{
    if (t->dirty && !store(t, 0, EX_TABLE_PAGE))
        return false;
    t->dirty = false;
    return true;
}

/* Page @no of @t, valid until the next call. NULL: errno says why. */
static struct ex_hash_page *page_at(struct ex_hash *t, uint64_t no)
{
    size_t done = 0;

    if (t->ram)
        return &t->ram[no];
    if (t->cached == no)
        return t->cache;
    if (!flush(t))
        return NULL;
    t->cached = UINT64_MAX;
    while (done < EX_TABLE_PAGE) {
        const ssize_t n = pread(t->fd, (uint8_t *)t->cache + done, EX_TABLE_PAGE - done,
                                (off_t)(no * EX_TABLE_PAGE + done));
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

/* The slot at @at of the page in hand was written. */
static bool changed(struct ex_hash *t, unsigned at)
{
    if (t->ram)
        return true;
    t->dirty = t->lazy;
    return t->lazy || store(t, at * sizeof(struct ex_slot), sizeof(struct ex_slot));
}

/* The slot of @hash, or the free one where it belongs, valid until the next call. NULL: errno
 * says why. */
static struct ex_slot *locate(struct ex_hash *t, const struct ex_hash128 *hash, unsigned *at)
{
    const uint64_t n_pages = (uint64_t)1 << t->bits;
    uint64_t no = t->bits ? hash->hi >> (64 - t->bits) : 0;

    for (uint64_t tried = 0; tried < n_pages; tried++, no = (no + 1) & (n_pages - 1)) {
        struct ex_hash_page *page = page_at(t, no);

        if (!page)
            return NULL;
        for (unsigned i = 0; i < EX_TABLE_SLOTS; i++) {
            *at = (unsigned)(hash->lo + i) % EX_TABLE_SLOTS;
            struct ex_slot *slot = &page->slot[*at];

            if (ex_slot_is_free(slot) || (slot->hash.lo == hash->lo && slot->hash.hi == hash->hi))
                return slot;
        }
    }
    errno = ENOSPC;
    return NULL;
}

bool ex_hash_find(struct ex_hash *t, const struct ex_hash128 *hash, struct ex_slot *found)
{
    unsigned at;
    const struct ex_slot *slot = locate(t, hash, &at);

    if (slot)
        *found = *slot;
    return slot != NULL;
}

bool ex_hash_set(struct ex_hash *t, const struct ex_slot *want)
{
    unsigned at;
    struct ex_slot *slot = locate(t, &want->hash, &at);

    if (!slot)
        return false;
    t->n += ex_slot_is_free(slot);
    *slot = *want;
    return changed(t, at);
}

bool ex_hash_put(struct ex_hash *t, const struct ex_slot *want, struct ex_slot *found)
{
    unsigned at;
    struct ex_slot *slot = locate(t, &want->hash, &at);

    if (!slot)
        return false;
    *found = *slot;
    if (!ex_slot_is_free(slot))
        return true;
    t->n++;
    *slot = *want;
    return changed(t, at);
}

bool ex_hash_copy(struct ex_hash *to, struct ex_hash *from)
{
    to->lazy = true; /* neighbours stay neighbours: one page takes many slots in a row */
    for (uint64_t no = 0; no < (uint64_t)1 << from->bits; no++) {
        const struct ex_hash_page *page = page_at(from, no);
        struct ex_slot before;

        if (!page)
            return false;
        for (unsigned i = 0; i < EX_TABLE_SLOTS; i++)
            if (!ex_slot_is_free(&page->slot[i]) && !ex_hash_put(to, &page->slot[i], &before))
                return false;
    }
    to->lazy = false;
    return flush(to);
}

void ex_hash_free(struct ex_hash *t)
{
    if (t->fd >= 0)
        close(t->fd);
    free(t->ram);
    free(t->cache);
    *t = (struct ex_hash){ .fd = -1 };
}
