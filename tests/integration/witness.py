# SPDX-License-Identifier: MIT
"""A witness: one listening socket for all of 127.0.0.0/8, which notes who was contacted when."""
import dataclasses
import selectors
import socket
import threading
import time


@dataclasses.dataclass
class Contact:
    address: str   # of ours that was contacted
    begin: float
    end: float = 0


class Witness:
    """Accepts, keeps a connection for a while without a word, and closes it. A context
    manager."""

    def __init__(self, hold_s=0.0):
        self._hold_s = hold_s
        self.contacts = []

    def __enter__(self):
        self._sock = socket.socket()
        self._sock.bind(("0.0.0.0", 0))
        self._sock.listen(4096)
        self._sock.setblocking(False)
        self.port = self._sock.getsockname()[1]
        self._open = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._open = False
        self._thread.join()
        self._sock.close()

    def _serve(self):
        held = []   # (connection, contact), the oldest first
        with selectors.DefaultSelector() as wait:
            wait.register(self._sock, selectors.EVENT_READ)
            while self._open:
                wait.select(0.002)
                now = time.monotonic()
                self._accept(held, now)
                while held and now - held[0][1].begin >= self._hold_s:
                    connection, contact = held.pop(0)
                    contact.end = now
                    connection.close()
        for connection, contact in held:
            contact.end = time.monotonic()
            connection.close()

    def _accept(self, held, now):
        while True:
            try:
                connection, _ = self._sock.accept()
            except OSError:
                return
            contact = Contact(connection.getsockname()[0], now)
            self.contacts.append(contact)
            held.append((connection, contact))


def begun(log):
    """When each request of a server's log was begun: with its connection, or alone."""
    first = {}   # request of each connection
    for r in log.requests:
        first.setdefault(r.connection, r)
    return log.connected_at + [r.at for r in log.requests if r is not first[r.connection]]


def most_in_a_second(times, second=1):
    times = sorted(times)
    last = most = 0
    for first, at in enumerate(times):
        while last < len(times) and times[last] < at + second:
            last += 1
        most = max(most, last - first)
    return most
