# SPDX-License-Identifier: MIT
"""When something reached a server, as the kernel noted it: a server that is late to look, because
its machine is busy, is no reason to call a client hasty. Times are those of time.monotonic()."""
import socket
import struct
import time

_SO_TIMESTAMPNS = 35   # asm-generic/socket.h
_LAST_DATA_SENT = 8 + 9 * 4   # tcpi_last_data_sent of struct tcp_info: milliseconds ago
_ANCILLARY_BYTES = 64
TICK_S = 0.011   # connected() counts in ticks of the kernel, of 10 ms at most

_TRIES, _SHORT_S, _LONG_S = 20, 0.0002, 3600
_TIMESPEC = struct.Struct("@qq")


def keep_times(sock):
    """From now on the kernel notes when data for @sock arrive; if it listens, for all that it
    accepts."""
    sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)


def _at_once(ask):
    """The present, and what @ask() said then: between the two this thread was not put aside."""
    least, best = _LONG_S, None
    for _ in range(_TRIES):
        before = time.monotonic()
        said = ask()
        took = time.monotonic() - before
        if took < least:
            least, best = took, (before, said)
        if took < _SHORT_S:
            break
    return best


def connected(sock):
    """When the client was let in: ask before anything was sent to it."""
    now, info = _at_once(
        lambda: sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_DATA_SENT + 4))
    return now - struct.unpack_from("@I", info, _LAST_DATA_SENT)[0] / 1000


def next_data(sock):
    """Wait for data that was not read yet. When it arrived; the present at its end."""
    _, notes, _, _ = socket.socket.recvmsg(sock, 1, _ANCILLARY_BYTES, socket.MSG_PEEK)
    for _, kind, value in notes:
        if kind == _SO_TIMESTAMPNS:
            seconds, nanoseconds = _TIMESPEC.unpack(value[:_TIMESPEC.size])
            now, unix = _at_once(time.time)
            return now - (unix - seconds - nanoseconds / 1e9)
    return time.monotonic()
