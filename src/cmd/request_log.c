// SPDX-License-Identifier: MIT
#include "cmd/request_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "cmd/lock.h"
#include "cmd/output.h"
#include "cmd/request_tail.h"
#include "inspect/digest.h"
#include "net/clock.h"

enum { SYNC_S = 5 };
static const uint64_t ns_per_s = 1000000000;

struct ex_request_log {
    const char *name; /* borrowed */
    int fd;
    uv_mutex_t lock; /* of all that follows */
    uv_cond_t changed;
    uv_thread_t thread; /* brings lines to the disk */
    bool has_thread, closed, dirty;
    struct ex_json json;
    struct ex_link next;
    uint64_t n_requests;
    int error; /* errno of the first write that failed */
};

static enum ex_status fail(const struct ex_request_log *l, struct ex_error *err, const char *why)
{
    ex_error_set(err, "%.300s: cannot be the request log: %s", l->name, why);
    return EX_EOUTPUT;
}

/* One write for a line. What a full disk took of it stays, and is seen to be torn. */
static bool write_line(struct ex_request_log *l, const char *text, size_t n)
{
    while (n > 0) {
        const ssize_t got = write(l->fd, text, n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            l->error = got < 0 ? errno : EIO;
            return false;
        }
        text += got;
        n -= (size_t)got;
    }
    return true;
}

/* @text, of @n bytes with its line end, is the next line of the chain. Under the lock. */
static bool add(struct ex_request_log *l, const char *text, size_t n)
{
    struct ex_link next = { .n = l->next.n + 1 };

    if (l->error != 0)
        return false;
    if (text)
        ex_sha256_text(next.before, (struct ex_span){ (const uint8_t *)text, n - 1 });
    if (!next.before[0]) {
        l->error = ENOMEM;
        return false;
    }
    if (!write_line(l, text, n))
        return false;
    l->next = next;
    l->dirty = true;
    return true;
}

bool ex_request_log_put(struct ex_request_log *l, struct ex_contact *c)
{
    static const char *const types[] = { [EX_CONTACT_REQUEST] = "request",
                                         [EX_CONTACT_ANSWER] = "answer",
                                         [EX_CONTACT_UNSENT] = "unsent" };
    const struct ex_request_line line = { .type = types[c->kind],
                                          .at_unix_ms = ex_unix_ms(),
                                          .target = c->target,
                                          .address = c->address,
                                          .method = c->method == EX_HEAD ? "HEAD" : "GET",
                                          .path = c->path,
                                          .rule = c->probe,
                                          .ended = c->kind != EX_CONTACT_REQUEST,
                                          .request = c->kind == EX_CONTACT_ANSWER ? c->request : 0,
                                          .outcome = ex_outcome_str(c->outcome),
                                          .status = c->status,
                                          .bytes = c->bytes,
                                          .duration_ms = c->duration_ms };
    size_t n = 0;

    uv_mutex_lock(&l->lock);
    const char *text = ex_request_line(&l->json, &l->next, &line, &n);
    const uint64_t number = l->next.n;
    const bool added = add(l, text, n);

    if (added && c->kind == EX_CONTACT_REQUEST) {
        c->request = number;
        l->n_requests++;
    }
    uv_mutex_unlock(&l->lock);
    return added;
}

/* A file system that has no way to do it is no failure to write. */
static int sync_file(int fd)
{
    if (fdatasync(fd) == 0 || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)
        return 0;
    return errno;
}

/* So that a power cut costs seconds of the log and not minutes, and no loop waits for the disk. */
static void bring_to_disk(void *arg)
{
    struct ex_request_log *l = arg;

    uv_mutex_lock(&l->lock);
    while (!l->closed) {
        uv_cond_timedwait(&l->changed, &l->lock, SYNC_S * ns_per_s);
        if (l->closed || !l->dirty)
            continue;
        l->dirty = false;
        uv_mutex_unlock(&l->lock);
        const int error = sync_file(l->fd);
        uv_mutex_lock(&l->lock);
        if (error != 0 && l->error == 0)
            l->error = error;
    }
    uv_mutex_unlock(&l->lock);
}

static bool has_its_name(const struct ex_request_log *l)
{
    struct stat ours, named;

    return fstat(l->fd, &ours) == 0 && stat(l->name, &named) == 0 && ours.st_ino == named.st_ino &&
           ours.st_dev == named.st_dev;
}

static enum ex_status open_and_lock(struct ex_request_log *l, struct ex_error *err)
{
    struct stat st;
    bool held;

    /* Opening a FIFO for both does not wait for its other end. */
    l->fd = open(l->name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
    if (l->fd < 0 || fstat(l->fd, &st) != 0)
        return fail(l, err, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return fail(l, err, "it is no regular file");
    if (ex_lock_take(l->fd, l->name, &held, err) != EX_OK)
        return EX_EOUTPUT;
    if (!held)
        return fail(l, err, "it cannot be locked, and two scans would break its chain");
    return has_its_name(l) ? EX_OK : fail(l, err, "it was moved away just now");
}

/* What is there already. */
static enum ex_status read_end(struct ex_request_log *l, struct ex_request_tail *tail,
                               struct ex_error *err)
{
    uint8_t *bytes = malloc(EX_REQUEST_TAIL_MAX), start[sizeof(EX_REQUESTS_MARK)];
    const off_t size = lseek(l->fd, 0, SEEK_END);
    const off_t from = size > EX_REQUEST_TAIL_MAX ? size - EX_REQUEST_TAIL_MAX : 0;
    enum ex_status st = bytes ? EX_OK : EX_ENOMEM;
    ssize_t n = 0, n_start = 0;

    if (st == EX_OK) {
        n_start = pread(l->fd, start, sizeof(start), 0);
        n = pread(l->fd, bytes, EX_REQUEST_TAIL_MAX, from);
        if (size < 0 || n_start < 0 || n != (ssize_t)(size - from))
            st = fail(l, err, "it cannot be read");
    }
    if (st == EX_OK && !ex_request_is_log((struct ex_span){ start, (size_t)n_start }))
        st = fail(l, err, "something else is in it; name a new file");
    if (st == EX_OK) {
        st = ex_request_tail_read((struct ex_span){ bytes, (size_t)n }, from == 0, tail);
        if (st == EX_ESYNTAX)
            st = fail(l, err, "its end is not that of a request log; keep it, and name a new file");
    }
    free(bytes);
    return st;
}

static enum ex_status begin(struct ex_request_log *l, const struct ex_request_run *run,
                            struct ex_error *err)
{
    struct ex_request_tail tail;
    enum ex_status st = read_end(l, &tail, err);
    size_t n = 0;

    if (st != EX_OK)
        return st;
    if (tail.open && !write_line(l, "\n", 1))
        return fail(l, err, strerror(l->error));
    l->next = tail.next;
    const char *text = ex_request_begin(&l->json, &l->next, run, ex_unix_ms(), tail.torn, &n);
    if (!add(l, text, n))
        return fail(l, err, strerror(l->error));
    ex_output_sync_folder(l->name); /* it may be new */
    l->has_thread = uv_thread_create(&l->thread, bring_to_disk, l) == 0;
    return l->has_thread ? EX_OK : EX_ENOMEM;
}

enum ex_status ex_request_log_open(struct ex_request_log **out, const char *file,
                                   const struct ex_request_run *run, struct ex_error *err)
{
    struct ex_request_log *l = calloc(1, sizeof(*l));

    *out = NULL;
    if (!l)
        return EX_ENOMEM;
    l->name = file;
    l->fd = -1;
    uv_mutex_init(&l->lock);
    uv_cond_init(&l->changed);
    enum ex_status st = open_and_lock(l, err);
    if (st == EX_OK)
        st = begin(l, run, err);
    if (st != EX_OK) {
        ex_request_log_free(l);
        return st;
    }
    *out = l;
    return EX_OK;
}

/* Under the lock everything that is written is on its way; then nobody writes any more. */
static void join(struct ex_request_log *l)
{
    uv_mutex_lock(&l->lock);
    l->closed = true;
    uv_cond_signal(&l->changed);
    uv_mutex_unlock(&l->lock);
    if (l->has_thread)
        uv_thread_join(&l->thread);
    l->has_thread = false;
}

enum ex_status ex_request_log_end(struct ex_request_log *l, struct ex_error *err)
{
    size_t n = 0;

    join(l);
    if (l->error == 0) {
        const char *text = ex_request_end(&l->json, &l->next, l->n_requests, ex_unix_ms(), &n);

        if (add(l, text, n))
            l->error = sync_file(l->fd);
    }
    if (l->error != 0) {
        ex_error_set(err,
                     "%.300s: the request log cannot be written: %s; no further request was sent",
                     l->name, strerror(l->error));
        return EX_EOUTPUT;
    }
    if (has_its_name(l))
        return EX_OK;
    ex_error_set(err,
                 "%.300s: was moved, replaced or deleted while it was the request log; its lines "
                 "are where that file is now, if anywhere",
                 l->name);
    return EX_EOUTPUT;
}

struct ex_link ex_request_log_last(const struct ex_request_log *l)
{
    struct ex_link last = l->next;

    last.n--;
    return last;
}

void ex_request_log_free(struct ex_request_log *l)
{
    if (!l)
        return;
    join(l);
    if (l->fd >= 0)
        close(l->fd);
    ex_json_free(&l->json);
    uv_cond_destroy(&l->changed);
    uv_mutex_destroy(&l->lock);
    free(l);
}
