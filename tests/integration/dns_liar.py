# SPDX-License-Identifier: MIT
"""A name server on loopback that lies, stalls or keeps silent: the first label of a name says how.

    NAME.KIND...  ->  what `KINDS[KIND]` makes of the query; the address that is told, if any, is
                      the one that the server was made with for that kind.
"""
import socket
import socketserver
import struct
import threading
import time

from sim.address import ADDRESSES, free_port

A, CNAME, AAAA, ANY_CLASS = 1, 5, 28, 1
SERVFAIL, NXDOMAIN = 2, 3
SLOW_S = 2
_RCVBUFFORCE, _RECEIVE_BYTES = 33, 4 << 20   # asm-generic/socket.h
N_HUGE = 3000


def encode(name):
    return b"".join(bytes([len(p)]) + p.encode() for p in name.split(".")) + b"\0"


def record(name, kind, data):
    return encode(name) + struct.pack(">2HIH", kind, ANY_CLASS, 60, len(data)) + data


class Query:
    def __init__(self, data):
        self.id, at, labels = struct.unpack(">H", data[:2])[0], 12, []
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += 1 + data[at]
        self.name = ".".join(labels)
        self.type = struct.unpack(">H", data[at + 1:at + 3])[0]
        self.question = data[12:at + 5]
        self.kind, self.first = labels[1] if len(labels) > 1 else "", labels[0]

    def answer(self, records=(), rcode=0, flags=0x8180, ident=None, question=None):
        return struct.pack(">6H", self.id if ident is None else ident, flags | rcode, 1,
                           len(records), 0, 0) + (question or self.question) + b"".join(records)

    def a(self, *addresses, name=None):
        """A records, for the question after them; there is no AAAA of anything."""
        if self.type != A:
            return []
        at_12 = b"\xc0\x0c"   # the name in the question, RFC 1035 4.1.4
        return [(encode(name) if name else at_12) + struct.pack(">2HIH", A, ANY_CLASS, 60, 4) +
                socket.inet_aton(a) for a in addresses]


def _live(q, to, _tcp):
    return q.answer(q.a(to))


def _slow(q, to, _tcp):
    time.sleep(SLOW_S)
    return q.answer(q.a(to))


def _huge(q, to, tcp):
    if not tcp:
        return q.answer(flags=0x8380)
    return q.answer(q.a(*["127.%d.%d.%d" % (9 + n // 62500, n // 250 % 250, n % 250 + 1)
                          for n in range(N_HUGE)]))


def _loop_with_address(q, to, _tcp):
    return q.answer([record(q.name, CNAME, encode("b." + q.name)),
                     record("b." + q.name, CNAME, encode(q.name))])


def _pointer_loop(q, to, _tcp):
    rest = struct.pack(">2HIH", A, ANY_CLASS, 60, 4) + socket.inet_aton(to)
    return q.answer([b"\xc0" + bytes([12 + len(q.question)]) + rest])


# Kind -> what it answers, given the query, the address that it tells of and whether it came by
# TCP; None: nothing. A list: several datagrams; by TCP an empty one closes the connection.
KINDS = {
    "live": _live,
    "slow": _slow,
    "silent": lambda q, to, tcp: None,
    "servfail": lambda q, to, tcp: q.answer(rcode=SERVFAIL),
    "nxdomain-with-address": lambda q, to, tcp: q.answer(q.a(to), rcode=NXDOMAIN),
    "servfail-with-address": lambda q, to, tcp: q.answer(q.a(to), rcode=SERVFAIL),
    "wrong-id": lambda q, to, tcp: q.answer(q.a(to), ident=q.id ^ 1),
    "wrong-question": lambda q, to, tcp: q.answer(
        q.a(to, name="bank.example"),
        question=encode("bank.example") + struct.pack(">2H", q.type, ANY_CLASS)),
    "other-name": lambda q, to, tcp: q.answer(q.a(to, name="bank.example")),
    "no-answer-bit": lambda q, to, tcp: q.answer(q.a(to), flags=0x0100),
    "zero": lambda q, to, tcp: q.answer(q.a("0.0.0.0")),
    "multicast": lambda q, to, tcp: q.answer(q.a("239.1.2.3")),
    "broadcast": lambda q, to, tcp: q.answer(q.a("255.255.255.255")),
    "huge": _huge,
    "cname-loop": _loop_with_address,
    "pointer-loop": _pointer_loop,
    "cut": lambda q, to, tcp: q.answer(q.a(to))[:-3],
    "short-address": lambda q, to, tcp: q.answer([record(q.name, A, b"\x7f\0")] if q.type == A
                                                 else []),
    "counts-lie": lambda q, to, tcp: q.answer(q.a(to))[:6] + b"\xff\xff" + q.answer(q.a(to))[8:],
    "garbage": lambda q, to, tcp: struct.pack(">H", q.id) + bytes(range(7, 250, 11)),
    "empty": lambda q, to, tcp: b"",
    "tcp-cut": lambda q, to, tcp: q.answer(q.a(to))[:-3] if tcp else q.answer(flags=0x8380),
    "tcp-closes": lambda q, to, tcp: [] if tcp else q.answer(flags=0x8380),
    "tcp-silent": lambda q, to, tcp: None if tcp else q.answer(flags=0x8380),
    "tcp-truncated": lambda q, to, tcp: q.answer(flags=0x8380),
    "lie-first": lambda q, to, tcp: [q.answer(q.a(to), ident=q.id ^ 1), q.answer(rcode=NXDOMAIN)],
}


class _Udp(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        for answer in self.server.liar.answers(data, False) or []:
            sock.sendto(answer, self.client_address)


class _Tcp(socketserver.StreamRequestHandler):
    def handle(self):
        """Question after question, as a client that has several sends them on one connection."""
        while len(size := self.rfile.read(2)) == 2:
            answers = self.server.liar.answers(self.rfile.read(struct.unpack(">H", size)[0]), True)
            if answers == []:
                return
            for answer in answers or []:
                self.wfile.write(struct.pack(">H", len(answer)) + answer)


class _UdpServer(socketserver.ThreadingUDPServer):
    daemon_threads, max_packet_size = True, 4096
    block_on_close = False

    def server_bind(self):
        """The questions of a thousand names may wait; as root beyond what the system gives all."""
        super().server_bind()
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, _RCVBUFFORCE, _RECEIVE_BYTES)
        except PermissionError:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)

    def handle_error(self, request, client_address):
        """Whoever asked has gone, or the test is over."""


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address, request_queue_size = True, True, 128
    block_on_close = False

    def handle_error(self, request, client_address):
        """As above."""


class DnsOnLoopback:
    """By UDP and TCP, on an address of its own. A context manager.

    answers(data, is_tcp) is the subclass's: one message, several, or None for silence."""

    def __enter__(self):
        self.address = ADDRESSES.one()
        self.port = free_port(self.address)
        self._servers = [_UdpServer((self.address, self.port), _Udp),
                         _TcpServer((self.address, self.port), _Tcp)]
        for server in self._servers:
            server.liar = self
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        for server in self._servers:
            server.shutdown()
            server.server_close()

    @property
    def where(self):
        return "%s:%d" % (self.address, self.port)


class DnsLiar(DnsOnLoopback):
    """@addresses: kind -> the address that its answers tell of, or a function of a name's first
    label that returns it."""

    def __init__(self, addresses):
        self.addresses, self.asked = addresses, []

    def answers(self, data, is_tcp):
        query = Query(data)
        self.asked.append(query.name)
        address = self.addresses.get(query.kind, "127.0.0.1")
        if callable(address):
            address = address(query.first)
        answer = KINDS[query.kind](query, address, is_tcp)
        return [answer] if isinstance(answer, bytes) else answer
