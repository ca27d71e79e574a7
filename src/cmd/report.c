// SPDX-License-Identifier: MIT
#include "cmd/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A way to render: one row here, and its function in src/out/. */
static const struct format {
    const char *name;
    enum ex_status (*render)(FILE *to, FILE *const *in, const char *const *names, size_t n,
                             const struct ex_text_options *opt, bool *complete,
                             struct ex_error *err);
} formats[] = {
    { "text", ex_text_report },
};
enum { N_FORMATS = sizeof(formats) / sizeof(formats[0]) };

static const struct format *find_format(const char *name)
{
    if (!name || !name[0])
        return &formats[0];
    for (size_t i = 0; i < N_FORMATS; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

static enum ex_status open_file(const char *name, FILE **out, struct ex_error *err)
{
    struct stat st;
    FILE *f = fopen(name, "re");

    if (f && fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
        fclose(f);
        f = NULL;
        errno = EISDIR;
    }
    if (!f) {
        ex_error_set(err, "%s: cannot be read: %s", name, strerror(errno));
        return EX_EINPUT;
    }
    *out = f;
    return EX_OK;
}

static void close_all(FILE **in, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (in[i] && in[i] != stdin)
            fclose(in[i]);
}

/* All files are opened before anything is printed: one that is missing is an error, not a report
 * about the others. */
static enum ex_status open_all(FILE **in, const char **names, const char *const *files, size_t n,
                               struct ex_error *err)
{
    bool stdin_used = false;
    enum ex_status st = EX_OK;

    for (size_t i = 0; i < n && st == EX_OK; i++) {
        names[i] = files[i];
        if (strcmp(files[i], "-") != 0) {
            st = open_file(files[i], &in[i], err);
        } else if (stdin_used) {
            ex_error_set(err, "standard input (-) can be given only once");
            st = EX_EUSAGE;
        } else {
            stdin_used = true;
            names[i] = "standard input";
            in[i] = stdin;
        }
    }
    return st;
}

enum ex_status ex_report(FILE *to, const char *const *files, const char *format,
                         const struct ex_text_options *opt, bool *complete, struct ex_error *err)
{
    const struct format *f = find_format(format);
    size_t n = 0;
    FILE **in = NULL;
    const char **names = NULL;
    enum ex_status st = EX_ENOMEM;

    if (!f) {
        ex_error_set(err, "unknown format \"%.40s\"; there is: text", format);
        return EX_EUSAGE;
    }
    while (files[n])
        n++;
    in = calloc(n + 1, sizeof(*in));
    names = calloc(n + 1, sizeof(*names));
    if (in && names) {
        st = open_all(in, names, files, n, err);
        if (st == EX_OK)
            st = f->render(to, in, names, n, opt, complete, err);
        close_all(in, n);
    }
    free(in);
    free(names);
    return st;
}
