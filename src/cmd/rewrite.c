// SPDX-License-Identifier: MIT
#include "cmd/rewrite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/lock.h"

enum { COPY_BYTES = 256 * 1024 };

/* Always the same name: what a crash leaves is replaced by the next run. */
static const char suffix[] = ".exprobe-resume";

static enum ex_status fail(const struct ex_rewrite *w, struct ex_error *err)
{
    ex_error_set(err,
                 "%.300s: cannot be rewritten without its unfinished records: %s; it is as it was. "
                 "That needs as much room again, in the same folder",
                 w->out->name, strerror(errno));
    return EX_EOUTPUT;
}

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        const ssize_t done = write(fd, p, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* The first @n bytes of the old file. */
static bool copy_start(const struct ex_rewrite *w, char *buffer)
{
    uint64_t at = 0;

    while (at < w->n_kept) {
        const uint64_t left = w->n_kept - at;
        const ssize_t n =
            pread(w->from, buffer, left < COPY_BYTES ? (size_t)left : COPY_BYTES, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = EIO; /* shorter than it was */
        if (n <= 0 || !write_all(w->fd, buffer, (size_t)n))
            return false;
        at += (uint64_t)n;
    }
    return true;
}

static bool name_files(struct ex_rewrite *w, const char *name)
{
    /* The file itself is replaced, not a link to it. */
    w->real = realpath(name, NULL);
    if (!w->real)
        return false;
    const size_t n = strlen(w->real);
    w->beside = malloc(n + sizeof(suffix));
    if (!w->beside)
        return false;
    memcpy(w->beside, w->real, n);
    memcpy(w->beside + n, suffix, sizeof(suffix));
    return true;
}

static enum ex_status begin(struct ex_rewrite *w, struct ex_error *err)
{
    struct stat st;
    char *buffer = malloc(COPY_BYTES);
    bool ok = buffer && name_files(w, w->out->name);

    if (ok) {
        w->fd =
            open(w->beside, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        ok = w->fd >= 0 && fstat(w->from, &st) == 0;
    }
    if (ok) {
        /* Who is not root may not give a file away, and then owns it. */
        if (fchown(w->fd, st.st_uid, st.st_gid) != 0)
            errno = 0;
        ok = fchmod(w->fd, st.st_mode & 07777) == 0 && copy_start(w, buffer);
    }
    free(buffer);
    return ok ? EX_OK : fail(w, err);
}

enum ex_status ex_rewrite_keep(struct ex_rewrite *w, const struct ex_part *line,
                               struct ex_error *err)
{
    if (!w->gap) {
        w->n_kept = line->at + line->n;
        return EX_OK;
    }
    if (w->fd < 0) {
        const enum ex_status st = begin(w, err);

        if (st != EX_OK)
            return st;
    }
    return write_all(w->fd, line->text, line->n) ? EX_OK : fail(w, err);
}

/* The new file is locked before it has the name, and the old one until after that. */
static enum ex_status replace(struct ex_rewrite *w, struct ex_error *err)
{
    bool held;

    if (fsync(w->fd) != 0)
        return fail(w, err);
    if (ex_lock_take(w->fd, w->beside, &held, err) != EX_OK)
        return EX_EOUTPUT;
    if (rename(w->beside, w->real) != 0)
        return fail(w, err);
    ex_output_sync_folder(w->real);
    close(w->out->fd);
    w->out->fd = w->fd;
    w->fd = -1;
    return EX_OK;
}

enum ex_status ex_rewrite_finish(struct ex_rewrite *w, struct ex_error *err)
{
    if (!w->gap)
        return EX_OK;
    if (w->fd >= 0)
        return replace(w, err);
    if (ftruncate(w->out->fd, (off_t)w->n_kept) != 0 || fdatasync(w->out->fd) != 0)
        return fail(w, err);
    return EX_OK;
}

void ex_rewrite_forget(const char *name)
{
    struct ex_rewrite w = ex_rewrite_of(NULL, -1);

    if (name_files(&w, name))
        unlink(w.beside);
    ex_rewrite_free(&w);
}

void ex_rewrite_free(struct ex_rewrite *w)
{
    if (w->fd >= 0) {
        unlink(w->beside);
        close(w->fd);
    }
    free(w->real);
    free(w->beside);
    *w = (struct ex_rewrite){ .fd = -1 };
}
