// SPDX-License-Identifier: MIT
#include "cmd/room.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    /* Standard ones (3), signals and progress (6), the thread that reads (1), output and its lock
     * (2), duplicates and what is done on the disk (4), what is open only while it is read (8). */
    FDS_PROGRAM = 24,
    /* epoll, two pipes' ends and an eventfd of libuv (4); the connections' own epoll (1); for each
     * of three name servers a socket for UDP and one for TCP, twice (dns.c: two channels). */
    FDS_PER_LOOP = 17,
    /* libcurl wakes a multi up by a pair of sockets. */
    FDS_PER_MULTI = 2,
    HOSTS_PER_MULTI = 250,
    /* A host that is done may leave its connection behind, shut down and not closed: libcurl looks
     * for those once a second. They are at most two to a slot (CURLMOPT_MAXCONNECTS), and at most
     * as many as hosts can end in a second. Measured: 1,500 with TLS; those without leave none. */
    LEFT_PER_HOST = 2,
    LEFT_PER_LOOP = 3000,
    /* With fewer a loop is not worth its descriptors. */
    HOSTS_PER_LOOP_LEAST = 16,
    /* Hosts that wait for somebody to answer their wish for a connection, beside those in flight.
     * Of 5,000, 1,000 a second are given up at the default --connect-timeout: the tables of a small
     * firewall bear that, which remembers each for a minute or two. */
    LATE_PER_HOST = 10,
    FDS_OF_ONE_HOST = 3, /* its name, its connection, and one of the host before it */
};

/* Descriptors for @n hosts in flight in @n_loops loops, lists apart. */
static rlim_t need_of(rlim_t n, rlim_t n_loops)
{
    const rlim_t by_host = n * LEFT_PER_HOST, by_time = n_loops * LEFT_PER_LOOP;
    const rlim_t n_multis = n / HOSTS_PER_MULTI + n_loops;

    return FDS_PROGRAM + n_loops * FDS_PER_LOOP + n_multis * FDS_PER_MULTI + n +
           (by_host < by_time ? by_host : by_time);
}

/* The most of @wanted hosts that @fds are enough for in @n_loops loops; 0: not for one. */
static uint32_t fits_in(rlim_t fds, uint32_t wanted, unsigned n_loops)
{
    uint32_t fits = 0;

    for (uint32_t step = (uint32_t)1 << 31; step > 0; step /= 2)
        if (step <= wanted - fits && need_of(fits + step, n_loops) <= fds)
            fits += step;
    return fits;
}

/* Raise the soft limit as far as @need; what it is then. */
static rlim_t raise_to(rlim_t need)
{
    struct rlimit lim;

    if (getrlimit(RLIMIT_NOFILE, &lim) != 0)
        return need; /* nobody knows */
    if (lim.rlim_cur >= need)
        return lim.rlim_cur;
    lim.rlim_cur = need < lim.rlim_max ? need : lim.rlim_max;
    setrlimit(RLIMIT_NOFILE, &lim);
    getrlimit(RLIMIT_NOFILE, &lim);
    return lim.rlim_cur;
}

struct ex_room ex_room_for(uint32_t wanted, unsigned n_loops, size_t n_lists, struct ex_log *log)
{
    const rlim_t need = need_of(wanted, n_loops) + n_lists;
    const rlim_t late = (rlim_t)wanted * LATE_PER_HOST;
    struct ex_room room = { .n_hosts = wanted, .n_loops = n_loops };
    const rlim_t all = raise_to(need + late);

    if (all >= need) {
        room.n_late = (uint32_t)(all - need < late ? all - need : late);
        return room;
    }
    const rlim_t fds = all > n_lists ? all - n_lists : 0;

    room.n_hosts = fits_in(fds, wanted, n_loops);
    while (room.n_loops > 1 && room.n_hosts < room.n_loops * HOSTS_PER_LOOP_LEAST)
        room.n_hosts = fits_in(fds, wanted, --room.n_loops);
    room.n_hosts = room.n_hosts > 0 ? room.n_hosts : 1; /* it may be enough all the same */
    ex_log_line(log, "only %llu files may be open (ulimit -n): %u hosts in flight instead of %u",
                (unsigned long long)all, room.n_hosts, wanted);
    return room;
}

enum ex_status ex_room_check(struct ex_error *err)
{
    int fds[FDS_OF_ONE_HOST];
    enum ex_status st = EX_OK;
    unsigned n = 0;

    while (n < FDS_OF_ONE_HOST && (fds[n] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)) >= 0)
        n++;
    if (n < FDS_OF_ONE_HOST) {
        ex_error_set(err, "too few files may be open (ulimit -n): not enough for one host");
        st = EX_EINTERNAL;
    }
    while (n > 0)
        close(fds[--n]);
    return st;
}
