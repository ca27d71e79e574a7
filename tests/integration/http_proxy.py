# SPDX-License-Identifier: MIT
"""A small HTTP proxy on loopback that knows CONNECT, and some ways of refusing it."""
import socket
import threading

from sim.address import ADDRESSES, listening_socket

_HEAD_MAX = 65536
_TIMEOUT_S = 20
# A header of Exchange, as a liar would add it: nothing of it may reach a record.
_LIE = b"X-OWA-Version: 15.2.1748.10\r\n"


class Proxy:
    """@says: the status to answer CONNECT with; 200 opens the tunnel unless @drops. A context
    manager. `asked` holds the first line of each request."""

    def __init__(self, says=200, drops=False):
        self._status, self._drops = says, drops
        self.asked = []
        self.address = ADDRESSES.one()
        self._listener = listening_socket(self.address)
        self.url = "http://%s:%d" % self._listener.getsockname()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        client.settimeout(_TIMEOUT_S)
        with client:
            try:
                self._talk(client)
            except OSError:
                pass

    def _talk(self, client):
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _HEAD_MAX:
            more = client.recv(_HEAD_MAX)
            if not more:
                return
            head += more
        line = head.split(b"\r\n")[0].decode("latin-1")
        self.asked.append(line)
        answer = b"HTTP/1.1 %d Word\r\n" % self._status + _LIE
        if self._status != 200 or self._drops:
            client.sendall(answer + (b"" if self._drops else b"Content-Length: 0\r\n") + b"\r\n")
            return
        host, _, port = line.split()[1].rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_TIMEOUT_S) as server:
            client.sendall(answer + b"\r\n")
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join()


def _pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
