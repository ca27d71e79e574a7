# SPDX-License-Identifier: MIT
"""A name server on loopback that keeps up with a scanner, in a process of its own.

    nN.live.test       at once: the Nth address of the fleet, no AAAA
    nN.slow.test       the same, two seconds later
    nN.servfail.test   SERVFAIL
    nN.silent.test     no answer
"""
import heapq
import multiprocessing
import os
import select
import socket
import struct
import time

from fleet import address

A, SLOW_S = 1, 2
ANSWER, SERVFAIL = 0x8180, 0x8182
AT_ONCE = 512                                # datagrams, before the slow answers are looked at
_RCVBUFFORCE, _RECEIVE_BYTES = 33, 16 << 20  # asm-generic/socket.h


def read(question):
    """(kind, N, type, where the question ends)"""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1:at + 1 + question[at]])
        at += 1 + question[at]
    return (labels[1].decode(), int(labels[0][1:]), struct.unpack(">H", question[at + 1:at + 3])[0],
            at + 5)


def answer_to(question):
    """(kind, the answer)"""
    kind, n, wanted, end = read(question)
    records = b""
    if kind != "servfail" and wanted == A:
        # The name is that of the question, RFC 1035 4.1.4.
        records = b"\xc0\x0c" + struct.pack(">2HIH", A, 1, 60, 4) + socket.inet_aton(address(n))
    head = struct.pack(">5H", SERVFAIL if kind == "servfail" else ANSWER, 1, bool(records), 0, 0)
    return kind, question[:2] + head + question[12:end] + records


def serve(server):
    server.setblocking(False)
    late = []   # (when, number, whom, answer)
    count = 0
    while True:
        wait = max(0, late[0][0] - time.monotonic()) if late else None
        select.select([server], [], [], wait)
        for _ in range(AT_ONCE):
            try:
                question, whom = server.recvfrom(4096)
            except BlockingIOError:
                break
            kind, answer = answer_to(question)
            count += 1
            if kind == "slow":
                heapq.heappush(late, (time.monotonic() + SLOW_S, count, whom, answer))
            elif kind != "silent":
                server.sendto(answer, whom)
        while late and late[0][0] <= time.monotonic():
            server.sendto(late[0][3], late[0][2])
            heapq.heappop(late)


class Names:
    """A context manager; `where` is for --dns-servers."""

    def __enter__(self):
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 0))
        if os.geteuid() == 0:
            server.setsockopt(socket.SOL_SOCKET, _RCVBUFFORCE, _RECEIVE_BYTES)
        self.where = "127.0.0.1:%d" % server.getsockname()[1]
        self._process = multiprocessing.Process(target=serve, args=(server,), daemon=True)
        self._process.start()
        server.close()
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.join()
