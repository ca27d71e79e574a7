// SPDX-License-Identifier: MIT
#include "cmd/room.h"

#include <sys/resource.h>

enum {
    FDS_RESERVED = 64, /* output, DNS, temporary files, libuv's own */
    FDS_PER_HOST = 3,  /* a connection, and two of hosts before that are still to be closed */
};

uint32_t ex_room_for(uint32_t wanted, size_t n_lists, struct ex_log *log)
{
    const rlim_t others = (rlim_t)FDS_RESERVED + n_lists;
    const rlim_t need = (rlim_t)wanted * FDS_PER_HOST + others;
    struct rlimit lim;

    if (getrlimit(RLIMIT_NOFILE, &lim) != 0 || lim.rlim_cur >= need)
        return wanted;
    lim.rlim_cur = need < lim.rlim_max ? need : lim.rlim_max;
    setrlimit(RLIMIT_NOFILE, &lim);
    getrlimit(RLIMIT_NOFILE, &lim);
    if (lim.rlim_cur >= need)
        return wanted;
    const uint32_t fits = lim.rlim_cur >= others + FDS_PER_HOST
                              ? (uint32_t)((lim.rlim_cur - others) / FDS_PER_HOST)
                              : 1;
    ex_log_line(log, "only %llu files may be open (ulimit -n): %u hosts in flight instead of %u",
                (unsigned long long)lim.rlim_cur, fits, wanted);
    return fits;
}
