// SPDX-License-Identifier: MIT
#include "cmd/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/output.h"

enum { MODE = 0666 /* what the umask leaves of it, as with every other file */ };

static enum ex_status fail(const struct ex_replace *r, const char *what, struct ex_error *err)
{
    ex_error_set(err, "%s: %s: %s", r->name, what, strerror(errno));
    return EX_EOUTPUT;
}

static bool is_special(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

enum ex_status ex_replace_begin(struct ex_replace *r, const char *path, struct ex_error *err)
{
    *r = (struct ex_replace){ .to = stdout };
    if (!path || strcmp(path, "-") == 0) {
        ex_span_copy(r->name, sizeof(r->name), ex_span_str("standard output"));
        return EX_OK;
    }
    if (!ex_span_copy(r->name, sizeof(r->name), ex_span_str(path))) {
        errno = ENAMETOOLONG;
        return fail(r, "cannot be created", err);
    }
    if (is_special(path)) {
        r->to = fopen(path, "we");
        return r->to ? EX_OK : fail(r, "cannot be created", err);
    }
    /* The name of a file behind a link stays, and so does the link. */
    char *real = realpath(path, NULL);
    if (real)
        ex_span_copy(r->name, sizeof(r->name), ex_span_str(real));
    free(real);
    snprintf(r->temporary, sizeof(r->temporary), "%s.new.%ld", r->name, (long)getpid());
    const int fd = open(r->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, MODE);
    r->to = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (r->to)
        return EX_OK;
    const enum ex_status st = fail(r, "cannot be created", err);
    if (fd >= 0)
        close(fd);
    return st;
}

enum ex_status ex_replace_end(struct ex_replace *r, enum ex_status st, struct ex_error *err)
{
    const bool written = fflush(r->to) == 0 && !ferror(r->to);

    if (!written && r->to == stdout && errno == EPIPE)
        return ex_output_reader_gone();
    if (st == EX_OK && !written)
        st = fail(r, "cannot be written", err);
    if (r->to == stdout)
        return st;
    if (st == EX_OK && r->temporary[0] && fsync(fileno(r->to)) != 0)
        st = fail(r, "cannot be written", err);
    if (fclose(r->to) != 0 && st == EX_OK)
        st = fail(r, "cannot be written", err);
    if (!r->temporary[0])
        return st;
    if (st == EX_OK && rename(r->temporary, r->name) != 0)
        st = fail(r, "cannot be created", err);
    if (st == EX_OK)
        ex_output_sync_folder(r->name);
    else
        unlink(r->temporary);
    return st;
}
