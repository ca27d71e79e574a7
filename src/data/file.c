// SPDX-License-Identifier: MIT
#include "data/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_READ = 64 * 1024 };

/* One byte more than is allowed is read, so that a longer file shows. */
static enum ex_status read_all(FILE *f, size_t limit, uint8_t **bytes, size_t *n)
{
    size_t room = 0, got = 1;

    while (got > 0 && *n < limit) {
        if (*n == room) {
            const size_t more = room ? room * 2 : FIRST_READ;
            uint8_t *grown = realloc(*bytes, more < limit ? more : limit);

            if (!grown)
                return EX_ENOMEM;
            *bytes = grown;
            room = more < limit ? more : limit;
        }
        got = fread(*bytes + *n, 1, room - *n, f);
        *n += got;
    }
    return ferror(f) ? EX_EIO : EX_OK;
}

enum ex_status ex_file_read_open(FILE *f, size_t limit, struct ex_span *out)
{
    uint8_t *bytes = NULL;
    size_t n = 0;
    enum ex_status st = read_all(f, limit + 1, &bytes, &n);

    if (st == EX_OK && n > limit)
        st = EX_ERANGE;
    if (st == EX_OK)
        *out = (struct ex_span){ bytes, n };
    else
        free(bytes);
    return st;
}

enum ex_status ex_file_read(const char *path, size_t limit, struct ex_span *out)
{
    FILE *f = fopen(path, "rbe");
    enum ex_status st;
    int error;

    if (!f)
        return EX_EIO;
    st = ex_file_read_open(f, limit, out);
    error = errno;
    fclose(f);
    errno = error;
    return st;
}
