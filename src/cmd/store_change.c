// SPDX-License-Identifier: MIT
/* Changing a store: what is written is on the disk before a link leads to it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/store.h"

enum {
    NAME_SIZE = 64,
    TARGET_SIZE = NAME_SIZE + 8,
    NUMBERS_MAX = 1000, /* directories of the same date and serial */
    DIR_MODE = 0755,    /* knowledge is public: whoever may scan may read it */
    FILE_MODE = 0644,
};

static const char sets_begin[] = "sets/";

static enum ex_status fail(const struct ex_store *s, const char *name, struct ex_error *err)
{
    ex_error_set(err, "%.300s/%.100s: %s; the current set is as it was", s->path, name,
                 strerror(errno));
    return EX_EOUTPUT;
}

/* Only what is made here gets its mode: that of a directory which is there is its owner's choice.
 */
static bool make_directory(int at, const char *name)
{
    if (mkdirat(at, name, DIR_MODE) != 0)
        return errno == EEXIST;
    return fchmodat(at, name, DIR_MODE, 0) == 0;
}

/* As mkdir -p. */
static bool make_all(const char *path)
{
    char part[PATH_MAX];

    if (!ex_span_copy(part, sizeof(part), ex_span_str(path)))
        return false;
    for (char *at = strchr(part + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdir(part, DIR_MODE) != 0 && errno != EEXIST)
            return false;
        *at = '/';
    }
    return make_directory(AT_FDCWD, part);
}

enum ex_status ex_store_open(struct ex_store *s, const char *path, bool make, struct ex_error *err)
{
    *s = (struct ex_store){ .fd = -1, .lock = -1, .path = path };
    if (make && !make_all(path))
        return fail(s, "", err);
    s->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->fd < 0 && !make && errno == ENOENT) {
        ex_error_set(err, "%.300s: no set is installed", path);
        return EX_EINPUT;
    }
    if (s->fd < 0)
        return fail(s, "", err);
    s->lock = openat(s->fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (s->lock < 0)
        return fail(s, "lock", err);
    if (flock(s->lock, LOCK_EX | LOCK_NB) == 0 || errno == ENOLCK || errno == EOPNOTSUPP)
        return EX_OK;
    if (errno != EWOULDBLOCK)
        return fail(s, "lock", err);
    ex_error_set(err, "%.300s: another process is changing the installed sets; run again", path);
    return EX_EBUSY;
}

void ex_store_close(struct ex_store *s)
{
    if (s->lock >= 0)
        close(s->lock);
    if (s->fd >= 0)
        close(s->fd);
    s->lock = -1;
    s->fd = -1;
}

/* Some file systems cannot bring a directory to the disk, and say so by EINVAL. */
static bool sync_it(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL;
}

static bool write_all(int fd, struct ex_span bytes)
{
    for (size_t n = 0; n < bytes.n;) {
        const ssize_t wrote = write(fd, bytes.p + n, bytes.n - n);

        if (wrote < 0 && errno != EINTR)
            return false;
        n += wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}

static bool write_file(int dir, const char *name, struct ex_span bytes)
{
    const int fd =
        openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);

    if (fd < 0)
        return false;
    const bool good = fchmod(fd, FILE_MODE) == 0 && write_all(fd, bytes) && sync_it(fd);
    const int error = errno;
    const bool closed = close(fd) == 0;
    if (!good)
        errno = error;
    return good && closed;
}

static bool write_set(int dir, const struct ex_signed *set)
{
    bool good = write_file(dir, EX_SIGNATURE_NAME, set->signature_text) &&
                write_file(dir, EX_MANIFEST_NAME, set->manifest_text);

    for (size_t i = 0; good && i < EX_N_DATA_FILES; i++)
        good = write_file(dir, ex_data_files[i].name, set->text[i]);
    return good && sync_it(dir);
}

/* Remove the directory @name of sets/ with its files, as far as it goes. */
static void remove_set(int sets, const char *name)
{
    const int fd = openat(sets, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *e;

    while (dir && (e = readdir(dir)))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            unlinkat(dirfd(dir), e->d_name, 0);
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    unlinkat(sets, name, AT_REMOVEDIR);
}

/* What a link says, "sets/NAME"; "" when there is none, or one of another form. */
static void read_link(const struct ex_store *s, const char *link, char to[static TARGET_SIZE])
{
    const ssize_t n = readlinkat(s->fd, link, to, TARGET_SIZE - 1);
    const size_t begin = sizeof(sets_begin) - 1;

    to[n > 0 ? n : 0] = '\0';
    if (strncmp(to, sets_begin, begin) != 0 || strchr(to + begin, '/') || to[begin] == '.')
        to[0] = '\0';
}

/* Let @link lead to @target, at once for every reader; "": remove it. */
static bool set_link(const struct ex_store *s, const char *link, const char *target)
{
    char made[NAME_SIZE];

    if (!target[0])
        return unlinkat(s->fd, link, 0) == 0 || errno == ENOENT;
    snprintf(made, sizeof(made), "%s.new", link);
    if (unlinkat(s->fd, made, 0) != 0 && errno != ENOENT)
        return false;
    return symlinkat(target, s->fd, made) == 0 && renameat(s->fd, made, s->fd, link) == 0;
}

/* What is left over of updates that were broken off, and sets that nothing leads to any more. */
static void clean(const struct ex_store *s, int sets)
{
    char current[TARGET_SIZE] = "", previous[TARGET_SIZE] = "";
    const int copy = openat(sets, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *e;

    read_link(s, EX_STORE_CURRENT, current);
    read_link(s, EX_STORE_PREVIOUS, previous);
    while (dir && (e = readdir(dir))) {
        char target[TARGET_SIZE];
        const int n = snprintf(target, sizeof(target), "%s%s", sets_begin, e->d_name);

        if (e->d_name[0] != '.' && n > 0 && (size_t)n < sizeof(target) &&
            strcmp(target, current) != 0 && strcmp(target, previous) != 0)
            remove_set(sets, e->d_name);
    }
    if (dir)
        closedir(dir);
    else if (copy >= 0)
        close(copy);
}

/* A directory of its own for @set. Returns: its descriptor; -1 with errno set. */
static int make_set(int sets, const struct ex_manifest *m, char name[static NAME_SIZE])
{
    char day[EX_DAY_TEXT] = "";

    ex_day_format(day, m->date_day);
    for (unsigned i = 1; i <= NUMBERS_MAX; i++) {
        snprintf(name, NAME_SIZE, "%.10s.%u.%u", day, m->serial, i);
        if (mkdirat(sets, name, DIR_MODE) != 0) {
            if (errno == EEXIST)
                continue;
            return -1;
        }
        const int fd = openat(sets, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (fd >= 0 && fchmod(fd, DIR_MODE) == 0)
            return fd;
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return -1;
}

/* First what is current becomes the previous one, then the new one current: at no point is the
 * way back lost. */
static bool switch_to(const struct ex_store *s, const char *name, bool keep_current)
{
    char current[TARGET_SIZE], target[TARGET_SIZE];

    snprintf(target, sizeof(target), "%s%s", sets_begin, name);
    read_link(s, EX_STORE_CURRENT, current);
    if (keep_current && current[0] && !set_link(s, EX_STORE_PREVIOUS, current))
        return false;
    return set_link(s, EX_STORE_CURRENT, target);
}

enum ex_status ex_store_install(const struct ex_store *s, const struct ex_signed *set,
                                bool keep_current, struct ex_error *err)
{
    char name[NAME_SIZE] = "";
    enum ex_status st = EX_OK;
    int dir = -1;

    if (!make_directory(s->fd, "sets"))
        return fail(s, "sets", err);
    const int sets = openat(s->fd, "sets", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (sets < 0) {
        st = fail(s, "sets", err);
    } else {
        clean(s, sets);
        dir = make_set(sets, &set->manifest, name);
        if (dir < 0 || !write_set(dir, set) || !sync_it(sets) || !sync_it(s->fd))
            st = fail(s, name, err);
        else if (!switch_to(s, name, keep_current))
            st = fail(s, EX_STORE_CURRENT, err);
        /* When this fails, a power cut may bring the old set back: whole, as well. */
        (void)sync_it(s->fd);
    }
    if (dir >= 0)
        close(dir);
    if (sets >= 0) {
        clean(s, sets);
        close(sets);
    }
    return st;
}

enum ex_status ex_store_swap(const struct ex_store *s, struct ex_error *err)
{
    char current[TARGET_SIZE], previous[TARGET_SIZE];

    read_link(s, EX_STORE_CURRENT, current);
    read_link(s, EX_STORE_PREVIOUS, previous);
    if (!current[0] && !previous[0]) {
        ex_error_set(err, "%.300s: no set is installed", s->path);
        return EX_EINPUT;
    }
    if (strcmp(current, previous) == 0)
        previous[0] = '\0'; /* an update was broken off between its two links */
    /* The way back first: what is left behind is least missed. */
    if (!set_link(s, EX_STORE_CURRENT, previous))
        return fail(s, EX_STORE_CURRENT, err);
    if (!set_link(s, EX_STORE_PREVIOUS, current))
        unlinkat(s->fd, EX_STORE_PREVIOUS, 0);
    (void)sync_it(s->fd);
    return EX_OK;
}
