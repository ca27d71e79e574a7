// SPDX-License-Identifier: MIT
#include "cmd/lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOCK_LINE_MAX = 256, LOCKS_READ_MAX = 100000 };

/* Whether process @pid has the file of @want open. The numbers of devices in /proc/locks are not
 * those of stat() on every file system, so its table of files is what counts. */
static bool has_open(long pid, const struct stat *want)
{
    char path[64];
    const struct dirent *e;
    bool found = false;

    snprintf(path, sizeof(path), "/proc/%ld/fd", pid);
    DIR *dir = opendir(path);
    if (!dir)
        return false;
    while (!found && (e = readdir(dir))) {
        struct stat st;

        found = fstatat(dirfd(dir), e->d_name, &st, 0) == 0 && st.st_ino == want->st_ino &&
                st.st_dev == want->st_dev;
    }
    closedir(dir);
    return found;
}

/* The process of a line of /proc/locks (proc(5)) that is an flock() on inode @inode, else 0:
 * "1: FLOCK  ADVISORY  WRITE 4711 fe:01:1234 0 EOF". */
static long holder_in(const char *line, unsigned long long inode)
{
    const char *at = strstr(line, "FLOCK ");
    char *end;

    if (!at || !(at = strstr(at, "WRITE ")))
        return 0;
    const long pid = strtol(at + strlen("WRITE "), &end, 10);
    const char *colon = strrchr(end, ':');
    return pid > 0 && colon && strtoull(colon + 1, NULL, 10) == inode ? pid : 0;
}

/* The process that has locked the file of @fd; 0 when it cannot be told. */
static long find_holder(int fd)
{
    char line[LOCK_LINE_MAX];
    struct stat st;
    long pid = 0;
    FILE *f = fstat(fd, &st) == 0 ? fopen("/proc/locks", "re") : NULL;

    for (unsigned i = 0; f && pid == 0 && i < LOCKS_READ_MAX && fgets(line, sizeof(line), f); i++) {
        pid = holder_in(line, st.st_ino);
        if (pid > 0 && !has_open(pid, &st))
            pid = 0;
    }
    if (f)
        fclose(f);
    return pid;
}

enum ex_status ex_lock_take(int fd, const char *name, bool *held, struct ex_error *err)
{
    int rc;

    do
        rc = flock(fd, LOCK_EX | LOCK_NB);
    while (rc != 0 && errno == EINTR);
    *held = rc == 0;
    if (rc == 0 || errno != EWOULDBLOCK)
        return EX_OK;
    const long pid = find_holder(fd);
    if (pid > 0)
        ex_error_set(err,
                     "%.300s: process %ld is writing here; wait until it has ended, or "
                     "name another file",
                     name, pid);
    else
        ex_error_set(err,
                     "%.300s: another process is writing here; wait until it has "
                     "ended, or name another file",
                     name);
    return EX_EOUTPUT;
}
