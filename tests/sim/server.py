# SPDX-License-Identifier: MIT
"""Listening, TLS and the log: what every simulated server has in common.

One thread accepts for all servers; each connection has a thread of its own, so
that a server is written as plain reads and writes.
"""
import dataclasses
import select
import selectors
import socket
import ssl
import struct
import threading
import time

from . import kernel_time
from .address import ADDRESSES, listening_socket

CONNECTION_MAX_S = 60       # no connection outlives this
_IO_TIMEOUT_S = 30
_LINGER_S = 2
_HEAD_MAX_BYTES = 1 << 20   # a client that sends more is not ours


@dataclasses.dataclass
class Request:
    """One request as it arrived."""
    at: float   # when its first byte reached this machine
    connection: int
    method: str
    target: str
    version: str
    headers: list   # of (name, value), in wire order

    def header(self, name):
        values = [v for n, v in self.headers if n.lower() == name.lower()]
        return values[-1] if values else ""

    @property
    def host(self):
        """The Host field without its port, brackets of IPv6 included."""
        host = self.header("host")
        head, colon, port = host.rpartition(":")
        return head if colon and port.isdigit() else host


class Log:
    """What a server saw. Written by connection threads, read by tests."""

    def __init__(self):
        self._lock = threading.Lock()
        self.requests = []
        self.connections = 0
        self.connected_at = []   # when each of them was made
        self.open_most = 0   # connections that the client held open at the same time
        self._open = set()
        self.tls_versions = []
        self.tls_failures = []
        self.server_names = []

    def opened(self, sock):
        with self._lock:
            self.connections += 1
            self.connected_at.append(kernel_time.connected(sock))
            self._open = {fd for fd in self._open if not _hung_up(fd)}
            self._open.add(sock.fileno())
            self.open_most = max(self.open_most, len(self._open))
            return self.connections

    def closing(self, fd):
        with self._lock:
            self._open.discard(fd)

    def add(self, request):
        with self._lock:
            self.requests.append(request)
            return len(self.requests)

    def add_tls(self, version):
        with self._lock:
            self.tls_versions.append(version)

    def add_server_name(self, name):
        with self._lock:
            self.server_names.append(name)

    def add_tls_failure(self, text):
        with self._lock:
            self.tls_failures.append(text)


def _hung_up(fd):
    """Whether the peer's FIN has arrived, though our thread may not have read it yet."""
    poller = select.poll()
    poller.register(fd, select.POLLRDHUP)
    return bool(poller.poll(0))


class Channel:
    """One accepted connection, in TLS or not."""

    def __init__(self, sock, server, number):
        self.sock = sock
        self.server = server
        self.number = number
        self._buffer = b""
        self._arrived = 0.0   # the first byte of the head that is read

    def send(self, data):
        self.sock.sendall(data)

    def read_head(self):
        """The head of the next request, or None when the client has gone."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._buffer and not (isinstance(self.sock, ssl.SSLSocket) and
                                         self.sock.pending()):
                self._arrived = kernel_time.next_data(self.sock)
            data = self.sock.recv(65536)
            if not data or len(self._buffer) > _HEAD_MAX_BYTES:
                return None
            self._buffer += data
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        return head.decode("latin-1")

    def read_request(self):
        """The next request, written to the log; None when the client has gone."""
        head = self.read_head()
        if head is None:
            return None
        lines = head.split("\r\n")
        words = lines[0].split(" ", 2)
        method, target, version = (words + ["", "", ""])[:3]
        headers = [tuple(x.strip() for x in line.split(":", 1))
                   for line in lines[1:] if ":" in line]
        request = Request(self._arrived, self.number, method, target, version, headers)
        self.server.log.add(request)
        return request

    def wait_until_gone(self, seconds=CONNECTION_MAX_S):
        """Say nothing until the client hangs up, the server stops, or time is up."""
        end = time.monotonic() + seconds
        self.sock.settimeout(0.1)
        while time.monotonic() < end and not self.server.stopping.is_set():
            try:
                if not self.sock.recv(65536):
                    return
            except (TimeoutError, ssl.SSLWantReadError):
                continue

    def pause(self, seconds):
        """Sleep; False when the server is stopping."""
        return not self.server.stopping.wait(seconds)

    def reset(self):
        """Close with RST instead of FIN."""
        self.server.log.closing(self.sock.fileno())
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def start_tls(self, context):
        self.sock = context.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)
        self.sock.do_handshake()
        self.server.log.add_tls(self.sock.version())

    def close(self):
        """Close in an orderly way: close_notify, FIN, and then read what is still on
        its way, because closing with unread bytes would be a reset."""
        fd = self.sock.fileno()
        if fd < 0:
            return
        self.server.log.closing(fd)
        try:
            self.sock.settimeout(0)
            if isinstance(self.sock, ssl.SSLSocket):
                self.sock.unwrap()
        except (OSError, ValueError):
            pass   # close_notify is out, or the handshake never finished
        self._linger()
        self.sock.close()

    def _linger(self):
        try:
            self.sock.shutdown(socket.SHUT_WR)
            self.sock.settimeout(_LINGER_S)
            while socket.socket.recv(self.sock, 65536):
                pass
        except OSError:
            pass


class Server:
    """A server on its own loopback address. Subclasses say how it talks."""

    name = "server"
    listens = True   # False: connecting to it is refused

    def __init__(self, address=None, port=0, backlog=128):
        self.address = address or ADDRESSES.one()
        self.log = Log()
        self.stopping = threading.Event()
        self.socket = listening_socket(self.address, port, backlog)
        kernel_time.keep_times(self.socket)
        self.port = self.socket.getsockname()[1]

    def tls(self):
        """The TLS context, or None for a server that speaks on the bare socket."""
        return None

    def talk(self, channel):
        """Serve one connection."""
        raise NotImplementedError

    def serve(self, sock):
        """Run by a thread for each connection."""
        channel = Channel(sock, self, self.log.opened(sock))
        try:
            sock.settimeout(_IO_TIMEOUT_S)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            context = self.tls()
            if context:
                channel.start_tls(context)
            self.talk(channel)
        except ssl.SSLError as e:
            self.log.add_tls_failure(str(e.reason or e))
        except OSError:
            pass   # the client went away: its right
        finally:
            channel.close()

    def close(self):
        self.stopping.set()
        self.socket.close()


class Acceptor:
    """Accepts for many servers in one thread."""

    def __init__(self):
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = socket.socketpair()
        self._selector.register(self._wake_read, selectors.EVENT_READ, None)
        self._servers = []
        self._stop = False
        self._thread = threading.Thread(target=self._run, name="acceptor", daemon=True)
        self._thread.start()

    def add(self, server):
        """Serve @server from now on. Returns it."""
        self._servers.append(server)
        if not server.listens:
            return server
        server.socket.setblocking(False)
        self._selector.register(server.socket, selectors.EVENT_READ, server)
        self._wake()
        return server

    def remove(self, server):
        """Stop serving @server: connecting to it is refused from now on."""
        self._servers.remove(server)
        self._selector.unregister(server.socket)
        server.close()

    def close(self):
        self._stop = True
        self._wake()
        self._thread.join(timeout=10)
        for s in self._servers:
            s.close()
        self._selector.close()
        self._wake_read.close()
        self._wake_write.close()

    def _wake(self):
        self._wake_write.send(b"w")

    def _run(self):
        while not self._stop:
            for key, _ in self._selector.select():
                if key.data is None:
                    self._wake_read.recv(4096)
                else:
                    _accept(key.data)


def _accept(server):
    try:
        sock, _ = server.socket.accept()
    except OSError:
        return
    sock.setblocking(True)
    threading.Thread(target=server.serve, args=(sock,), daemon=True).start()
