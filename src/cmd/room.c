// SPDX-License-Identifier: MIT
#include "cmd/room.h"

#include <sys/resource.h>

enum {
    FDS_RESERVED = 64, /* output, DNS, temporary files, libuv's own */
    /* A host that is done may leave its connection behind, shut down and not closed: libcurl looks
     * for those once a second. They are at most two to a slot (CURLMOPT_MAXCONNECTS), and at most
     * as many as hosts can end in a second. Measured: 1,500 with TLS; those without leave none. */
    LEFT_PER_HOST = 2,
    LEFT_PER_LOOP = 3000,
};

/* Descriptors for @n hosts in flight in @n_loops loops. */
static rlim_t need_of(uint32_t n, unsigned n_loops)
{
    const rlim_t by_host = (rlim_t)n * LEFT_PER_HOST, by_time = (rlim_t)n_loops * LEFT_PER_LOOP;

    return n + (by_host < by_time ? by_host : by_time);
}

/* The most hosts that @fds are enough for. */
static uint32_t fits_in(rlim_t fds, unsigned n_loops)
{
    const rlim_t left = (rlim_t)n_loops * LEFT_PER_LOOP;
    const rlim_t n = fds / (1 + LEFT_PER_HOST);

    return (uint32_t)(fds > left && fds - left > n ? fds - left : n > 0 ? n : 1);
}

uint32_t ex_room_for(uint32_t wanted, unsigned n_loops, size_t n_lists, struct ex_log *log)
{
    const rlim_t others = (rlim_t)FDS_RESERVED + n_lists;
    const rlim_t need = need_of(wanted, n_loops) + others;
    struct rlimit lim;

    if (getrlimit(RLIMIT_NOFILE, &lim) != 0 || lim.rlim_cur >= need)
        return wanted;
    lim.rlim_cur = need < lim.rlim_max ? need : lim.rlim_max;
    setrlimit(RLIMIT_NOFILE, &lim);
    getrlimit(RLIMIT_NOFILE, &lim);
    if (lim.rlim_cur >= need)
        return wanted;
    const uint32_t fits = fits_in(lim.rlim_cur > others ? lim.rlim_cur - others : 0, n_loops);
    ex_log_line(log, "only %llu files may be open (ulimit -n): %u hosts in flight instead of %u",
                (unsigned long long)lim.rlim_cur, fits, wanted);
    return fits;
}
