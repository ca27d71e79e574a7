// SPDX-License-Identifier: MIT
/* A signed set as it lies on the disk: one file, or a directory with nothing else in it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/quote.h"
#include "data/loaded.h"
#include "data/signed.h"

enum {
    SIGNATURE_AT = EX_N_DATA_FILES, /* places in ex_signed.memory */
    MANIFEST_AT,
};

#define SIGNED_MAX                                                                                 \
    ((size_t)EX_SIGNATURE_LINE + EX_MANIFEST_MAX + (size_t)EX_N_DATA_FILES * EX_DATA_FILE_MAX)

/* Bytes of a regular file, its size known before any is read. */
static enum ex_status read_open(int fd, size_t limit, uint8_t **memory, struct ex_span *out,
                                struct ex_error *err)
{
    struct stat st;
    size_t n = 0;
    ssize_t got = 1;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        ex_error_set(err, "is no regular file");
        return EX_EINPUT;
    }
    if ((uintmax_t)st.st_size > limit) {
        ex_error_set(err, "%jd bytes, more than the %zu that it may have", (intmax_t)st.st_size,
                     limit);
        return EX_EINPUT;
    }
    const size_t size = (size_t)st.st_size;
    uint8_t *bytes = malloc(size + 1);
    if (!bytes)
        return EX_ENOMEM;
    while (got > 0 && n < size) {
        got = read(fd, bytes + n, size - n);
        n += got > 0 ? (size_t)got : 0;
    }
    *memory = bytes;
    *out = (struct ex_span){ bytes, n };
    if (n == size)
        return EX_OK;
    ex_error_set(err, "%s", got < 0 ? strerror(errno) : "became shorter while it was read");
    return EX_EINPUT;
}

/* A file of the directory: never through a link, and never waited for. */
static enum ex_status read_in(int dir, const char *name, size_t limit, uint8_t **memory,
                              struct ex_span *out, struct ex_error *err)
{
    const int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct ex_error what = { "" };
    enum ex_status st = EX_EINPUT;

    if (fd < 0)
        ex_error_set(err, "%s: %s", name, errno == ELOOP ? "is a link" : strerror(errno));
    else
        st = read_open(fd, limit, memory, out, &what);
    if (fd >= 0)
        close(fd);
    if (what.text[0])
        ex_error_set(err, "%s: %s", name, what.text);
    return st;
}

static bool belongs(const char *name)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, EX_MANIFEST_NAME) == 0 ||
        strcmp(name, EX_SIGNATURE_NAME) == 0)
        return true;
    for (size_t i = 0; i < EX_N_DATA_FILES; i++)
        if (strcmp(name, ex_data_files[i].name) == 0)
            return true;
    return false;
}

/* What nobody signed has no business in a signed set. */
static enum ex_status refuse_others(int dir, struct ex_error *err)
{
    const int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
    enum ex_status st = EX_OK;
    const struct dirent *e;
    char q[EX_QUOTE_SIZE];

    if (!d) {
        ex_error_set(err, "cannot be listed: %s", strerror(errno));
        if (copy >= 0)
            close(copy);
        return EX_EINPUT;
    }
    while (st == EX_OK && (e = readdir(d))) {
        if (belongs(e->d_name))
            continue;
        ex_error_set(err, "%s is no file of a set, and nobody signed it",
                     ex_quote(q, ex_span_str(e->d_name)));
        st = EX_EINPUT;
    }
    closedir(d);
    return st;
}

static enum ex_status read_directory(struct ex_signed *out, int dir, const struct ex_keys *keys,
                                     enum ex_unverified unverified, struct ex_error *err)
{
    enum ex_status st = read_in(dir, EX_SIGNATURE_NAME, EX_SIGNATURE_LINE,
                                &out->memory[SIGNATURE_AT], &out->signature_text, err);

    if (st == EX_OK)
        st = ex_signature_parse(&out->signature, out->signature_text, err);
    if (st == EX_OK)
        st = read_in(dir, EX_MANIFEST_NAME, EX_MANIFEST_MAX, &out->memory[MANIFEST_AT],
                     &out->manifest_text, err);
    if (st == EX_OK)
        st = ex_signed_open(out, keys, unverified, err);
    if (st == EX_OK)
        st = refuse_others(dir, err);
    for (size_t i = 0; st == EX_OK && i < EX_N_DATA_FILES; i++) {
        st = read_in(dir, ex_data_files[i].name, EX_DATA_FILE_MAX, &out->memory[i], &out->text[i],
                     err);
        if (st == EX_OK)
            st = ex_signed_check_file(out, i, err);
    }
    return st;
}

static enum ex_status read_file(struct ex_signed *out, int fd, const struct ex_keys *keys,
                                enum ex_unverified unverified, struct ex_error *err)
{
    uint8_t *memory = NULL;
    struct ex_span all;
    enum ex_status st = read_open(fd, SIGNED_MAX, &memory, &all, err);

    if (st == EX_OK)
        st = ex_signed_take_apart(out, all, keys, unverified, err);
    out->memory[0] = memory;
    return st;
}

enum ex_status ex_signed_read(struct ex_signed *out, int at, const char *path,
                              const struct ex_keys *keys, enum ex_unverified unverified,
                              struct ex_error *err)
{
    const int fd = openat(at, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct ex_error what = { "" };
    struct stat sb;
    enum ex_status st;

    *out = (struct ex_signed){ .verified = false };
    if (fd < 0 || fstat(fd, &sb) != 0) {
        ex_error_set(err, "%.300s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return EX_EINPUT;
    }
    st = S_ISDIR(sb.st_mode) ? read_directory(out, fd, keys, unverified, &what)
                             : read_file(out, fd, keys, unverified, &what);
    close(fd);
    if (st == EX_OK)
        return EX_OK;
    ex_signed_free(out);
    if (st != EX_ENOMEM)
        ex_error_set(err, "%.240s: %s", path, what.text);
    return st;
}

bool ex_signed_is_directory(const char *path)
{
    const int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat st;
    const bool found = dir >= 0 && fstatat(dir, EX_SIGNATURE_NAME, &st, AT_SYMLINK_NOFOLLOW) == 0;

    if (dir >= 0)
        close(dir);
    return found;
}
