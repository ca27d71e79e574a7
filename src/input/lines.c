// SPDX-License-Identifier: MIT
#include "input/lines.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

void ex_lines_init(struct ex_lines *l, int fd, int stop_fd)
{
    l->fd = fd;
    l->stop_fd = stop_fd;
    l->error = 0;
    l->at_eof = false;
    l->number = l->dropped = 0;
    l->from = l->to = l->scanned = 0;
}

/* Wait for the descriptor and read what is there. EX_LINES_LINE: go on. */
static enum ex_lines_got fill(struct ex_lines *l)
{
    struct pollfd fds[] = { { .fd = l->stop_fd, .events = POLLIN },
                            { .fd = l->fd, .events = POLLIN } };

    if (l->from > 0) {
        memmove(l->buffer, l->buffer + l->from, l->to - l->from);
        l->to -= l->from;
        l->scanned -= l->from;
        l->from = 0;
    }
    for (;;) {
        /* Polled before every read: a FIFO that nobody has opened yet reads as ended. */
        const int ready = poll(fds, sizeof(fds) / sizeof(fds[0]), -1);

        if (ready > 0 && fds[0].revents)
            return EX_LINES_STOPPED;
        if (ready > 0 && fds[1].revents) {
            const ssize_t n = read(l->fd, l->buffer + l->to, sizeof(l->buffer) - l->to);

            if (n >= 0) {
                l->at_eof = n == 0;
                l->to += (size_t)n;
                return EX_LINES_LINE;
            }
        }
        if (ready < 0 || fds[1].revents) {
            if (errno == EINTR || errno == EAGAIN)
                continue;
            l->error = errno;
            return EX_LINES_ERROR;
        }
    }
}

static void hand_out(struct ex_lines *l, size_t end, size_t next, struct ex_line *out)
{
    const size_t n = end - l->from;

    *out = (struct ex_line){
        .text = { l->buffer + l->from, n < EX_LINES_KEPT ? n : EX_LINES_KEPT },
        .number = ++l->number,
        .n_bytes = l->dropped + n,
    };
    l->from = l->scanned = next;
    l->dropped = 0;
}

enum ex_lines_got ex_lines_next(struct ex_lines *l, struct ex_line *out)
{
    for (;;) {
        const size_t left = l->to - l->scanned;
        const uint8_t *lf = left ? memchr(l->buffer + l->scanned, '\n', left) : NULL;

        if (lf) {
            const size_t end = (size_t)(lf - l->buffer);

            hand_out(l, end, end + 1, out);
            return EX_LINES_LINE;
        }
        if (l->at_eof) {
            if (l->to == l->from)
                return EX_LINES_END;
            hand_out(l, l->to, l->to, out);
            return EX_LINES_LINE;
        }
        /* The head of an endless line stays, its tail is only counted. */
        if (l->to - l->from > EX_LINES_KEPT) {
            l->dropped += l->to - l->from - EX_LINES_KEPT;
            l->to = l->from + EX_LINES_KEPT;
        }
        l->scanned = l->to;
        const enum ex_lines_got got = fill(l);
        if (got != EX_LINES_LINE)
            return got;
    }
}

bool ex_lines_is_utf16(struct ex_span s)
{
    if (s.n >= 2 && ((s.p[0] == 0xff && s.p[1] == 0xfe) || (s.p[0] == 0xfe && s.p[1] == 0xff)))
        return true;
    if (s.n < 4)
        return false;
    const bool zero[4] = { s.p[0] == 0, s.p[1] == 0, s.p[2] == 0, s.p[3] == 0 };
    return (!zero[0] && zero[1] && !zero[2] && zero[3]) ||
           (zero[0] && !zero[1] && zero[2] && !zero[3]);
}
