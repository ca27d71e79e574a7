// SPDX-License-Identifier: MIT
#include "report/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { COPY_BYTES = 65536, FILES_MAX = 4096 };

static enum ex_status unreadable(const char *name, struct ex_error *err)
{
    ex_error_set(err, "%s: cannot be read: %s", name, strerror(errno));
    return EX_EINPUT;
}

/* Takes @f, and @name, which was malloc()ed; NULL for no memory. */
static enum ex_status add(struct ex_files *files, FILE *f, char *name)
{
    FILE **at = reallocarray(files->at, files->n + 1, sizeof(FILE *));
    char **names = reallocarray(files->names, files->n + 1, sizeof(char *));

    if (at)
        files->at = at;
    if (names)
        files->names = names;
    if (!at || !names || !name) {
        fclose(f);
        free(name);
        return EX_ENOMEM;
    }
    files->at[files->n] = f;
    files->names[files->n++] = name;
    return EX_OK;
}

/* Whatever @from still gives, in a temporary file that is read from its beginning. */
static enum ex_status copy(FILE **out, FILE *from, const char *name, struct ex_error *err)
{
    static const char full[] = "a temporary copy cannot be written";
    FILE *to = tmpfile();
    char buffer[COPY_BYTES];
    size_t n;

    *out = NULL;
    if (!to) {
        ex_error_set(err, "%s: %s: %s", name, full, strerror(errno));
        return EX_EIO;
    }
    while ((n = fread(buffer, 1, sizeof(buffer), from)) > 0 && fwrite(buffer, 1, n, to) == n)
        ;
    if (ferror(from) || ferror(to) || fflush(to) != 0) {
        ex_error_set(err, "%s: %s: %s", name, ferror(from) ? "cannot be read" : full,
                     strerror(errno));
        fclose(to);
        return EX_EIO;
    }
    rewind(to);
    *out = to;
    return EX_OK;
}

static enum ex_status add_stdin(struct ex_files *files, struct ex_error *err)
{
    static const char name[] = "standard input";
    FILE *f;
    enum ex_status st;

    for (size_t i = 0; i < files->n; i++) {
        if (strcmp(files->names[i], name) == 0) {
            ex_error_set(err, "standard input (-) can be given only once");
            return EX_EUSAGE;
        }
    }
    st = copy(&f, stdin, name, err);
    return st == EX_OK ? add(files, f, strdup(name)) : st;
}

static enum ex_status add_file(struct ex_files *files, const char *path, struct ex_error *err)
{
    FILE *f = fopen(path, "re"), *copied;
    struct stat st;
    enum ex_status status;

    if (!f)
        return unreadable(path, err);
    if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode))
        return add(files, f, strdup(path));
    status = copy(&copied, f, path, err);
    fclose(f);
    return status == EX_OK ? add(files, copied, strdup(path)) : status;
}

static int is_result_name(const struct dirent *entry)
{
    static const char end[] = ".jsonl";
    const size_t n = strlen(entry->d_name), end_n = sizeof(end) - 1;

    return n > end_n && strcmp(entry->d_name + n - end_n, end) == 0;
}

static enum ex_status add_folder(struct ex_files *files, const char *path, struct ex_error *err)
{
    struct dirent **entries = NULL;
    const int n = scandir(path, &entries, is_result_name, alphasort);
    enum ex_status st = EX_OK;

    if (n < 0)
        return unreadable(path, err);
    if (n == 0 || n > FILES_MAX) {
        ex_error_set(err, n ? "%s: has more than 4096 files" : "%s: has no file named *.jsonl",
                     path);
        st = EX_EINPUT;
    }
    for (int i = 0; i < n; i++) {
        char *name = NULL;

        if (st == EX_OK)
            st = asprintf(&name, "%s/%s", path, entries[i]->d_name) < 0
                     ? EX_ENOMEM
                     : add_file(files, name, err);
        free(name);
        free(entries[i]);
    }
    free(entries);
    return st;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum ex_status ex_files_open(struct ex_files *files, const char *const *paths, struct ex_error *err)
{
    enum ex_status st = EX_OK;

    *files = (struct ex_files){ .n = 0 };
    for (; *paths && st == EX_OK; paths++)
        st = strcmp(*paths, "-") == 0 ? add_stdin(files, err)
             : is_folder(*paths)      ? add_folder(files, *paths, err)
                                      : add_file(files, *paths, err);
    return st;
}

void ex_files_close(struct ex_files *files)
{
    for (size_t i = 0; i < files->n; i++) {
        fclose(files->at[i]);
        free(files->names[i]);
    }
    free(files->at);
    free(files->names);
    *files = (struct ex_files){ .n = 0 };
}
