# SPDX-License-Identifier: MIT
"""Loopback addresses and ports for servers, none of them fixed.

Every server has an address of its own in 127.0.0.0/8, so that a request that
goes to the wrong server is seen. The kernel chooses the port; two processes
can share an address without meeting.
"""
import itertools
import random
import socket

_FIRST_OCTET_X = 20   # 127.20.0.0 and up: 127.0.x.y stays free for whatever runs on the machine
_LAST_OCTET_X = 250


class Addresses:
    """Hand out loopback addresses: each one once in this process."""

    def __init__(self, seed=None):
        chosen = random.Random(seed)
        self._x = chosen.randint(_FIRST_OCTET_X, _LAST_OCTET_X)
        self._y = chosen.randint(0, 255)
        self._used = itertools.count(1)

    def one(self):
        n = next(self._used)
        y = (self._y + n // 250) % 256
        return "127.%d.%d.%d" % (self._x, y, 1 + n % 250)

    def block(self):
        """The first three octets of a network that no other address of ours is in."""
        n = next(self._used)
        return "127.%d.%d" % (_LAST_OCTET_X + 1 + n % 4, random.randint(0, 255))


ADDRESSES = Addresses()


def listening_socket(address, port=0, backlog=128):
    """A TCP socket that listens on @address; the kernel chooses the port if it is 0."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((address, port))
        sock.listen(backlog)
    except OSError:
        sock.close()
        raise
    return sock


def same_port(addresses, tries=50):
    """Listening sockets on all @addresses with one port number."""
    for _ in range(tries):
        socks = [listening_socket(addresses[0])]
        try:
            port = socks[0].getsockname()[1]
            socks.extend(listening_socket(a, port) for a in addresses[1:])
            return socks
        except OSError:
            for s in socks:
                s.close()
    raise OSError("no port is free on all of " + ", ".join(addresses))


def closed_port(address):
    """A socket that is bound and does not listen: connecting to it is refused as
    long as the caller keeps it open."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.bind((address, 0))
    return sock


def free_port(address):
    """A port that was free a moment ago, for a server that must be told a number.
    Whoever uses it retries with another one when its server does not start."""
    sock = closed_port(address)
    port = sock.getsockname()[1]
    sock.close()
    return port
