// SPDX-License-Identifier: MIT
#include "input/lists.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/lines.h"
#include "input/place.h"

enum { LISTS_MAX = EX_PLACE_ARGUMENT - 1 };

static const char *remedy_of(int error)
{
    switch (error) {
    case ENOENT:
        return "check its name";
    case ENOTDIR:
        return "check its name";
    case EACCES:
    case EPERM:
        return "give this user the right to read it";
    case EISDIR:
        return "name a file in it";
    case EMFILE:
    case ENFILE:
        return "put the lists into fewer files";
    case EBADF:
        return "pipe a list into it, or name a file";
    default:
        return "name a text file with one target a line";
    }
}

static enum ex_status cannot_read(const char *name, int error, struct ex_error *err)
{
    char place[EX_PLACE_SIZE];

    ex_error_set(err, "cannot read the target list %s: %s; %s",
                 ex_place_format(place, (struct ex_place){ 0 }, name), strerror(error),
                 remedy_of(error));
    return EX_EINPUT;
}

/* Before anything is sent: is it something to read lines from? */
static enum ex_status check(int fd, const char *name, struct ex_error *err)
{
    char place[EX_PLACE_SIZE];
    uint8_t start[4];
    struct stat st;

    if (fstat(fd, &st) != 0)
        return cannot_read(name, errno, err);
    if (S_ISDIR(st.st_mode))
        return cannot_read(name, EISDIR, err);
    if (!S_ISREG(st.st_mode))
        return EX_OK; /* a pipe: looked at when its first line is there */
    const off_t at = lseek(fd, 0, SEEK_CUR);
    const ssize_t n = pread(fd, start, sizeof(start), at > 0 ? at : 0);
    if (n < 0)
        return cannot_read(name, errno, err);
    if (!ex_lines_is_utf16((struct ex_span){ start, (size_t)n }))
        return EX_OK;
    ex_lists_say_utf16(ex_place_format(place, (struct ex_place){ 0 }, name), err);
    return EX_EINPUT;
}

void ex_lists_say_utf16(const char *place, struct ex_error *err)
{
    ex_error_set(err,
                 "%s: the list is UTF-16 text; save it as UTF-8, or convert it with "
                 "\"iconv -f UTF-16 -t UTF-8\"",
                 place);
}

static enum ex_status open_one(struct ex_lists *l, const char *name, struct ex_error *err)
{
    int fd = STDIN_FILENO;

    if (strcmp(name, "-") != 0) {
        /* Without O_NONBLOCK a FIFO that nobody writes to yet would hold up the start. */
        fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0)
            return cannot_read(name, errno, err);
    } else if (l->stdin_at >= 0) {
        ex_error_set(err, "the target list - (stdin) is given twice; it can be read once");
        return EX_EINPUT;
    } else {
        l->stdin_at = (int)l->n;
    }
    l->fd[l->n++] = fd;
    return check(fd, name, err);
}

static bool has_stdin(const char *const *names)
{
    for (; names && *names; names++)
        if (strcmp(*names, "-") == 0)
            return true;
    return false;
}

enum ex_status ex_lists_open(struct ex_lists *l, const char *const *names, struct ex_error *err)
{
    enum ex_status st = EX_OK;
    size_t n = 0;

    *l = (struct ex_lists){ .name = names, .stdin_at = -1 };
    /* First of all: when stdin is closed, the next file to be opened takes its number. */
    if (has_stdin(names) && fcntl(STDIN_FILENO, F_GETFD) < 0)
        return cannot_read("-", EBADF, err);
    while (names && names[n])
        n++;
    if (n > LISTS_MAX) {
        ex_error_set(err, "%zu target lists are too many; put them into fewer files", n);
        return EX_EINPUT;
    }
    l->fd = calloc(n + 1, sizeof(*l->fd));
    if (!l->fd)
        return EX_ENOMEM;
    for (size_t i = 0; i < n && st == EX_OK; i++)
        st = open_one(l, names[i], err);
    return st;
}

void ex_lists_done(struct ex_lists *l, unsigned i)
{
    if (l->fd[i] >= 0 && (int)i != l->stdin_at)
        close(l->fd[i]);
    l->fd[i] = -1;
}

void ex_lists_close(struct ex_lists *l)
{
    for (unsigned i = 0; i < l->n; i++)
        ex_lists_done(l, i);
    free(l->fd);
    *l = (struct ex_lists){ .stdin_at = -1 };
}
