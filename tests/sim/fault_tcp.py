# SPDX-License-Identifier: MIT
"""Faults before TLS: what happens to the connection itself."""
import socket

from .fault import Fault
from .address import closed_port


def _refuse(server):
    """Bound, and does not listen."""
    server.listens = False
    server.socket.close()
    server.socket = closed_port(server.address)
    server.port = server.socket.getsockname()[1]


def _fill_backlog(server):
    """A queue of one that is full: the kernel drops further SYNs, nobody answers."""
    server.listens = False
    server.socket.listen(0)
    for _ in range(4):
        client = socket.socket()
        client.setblocking(False)
        try:
            client.connect((server.address, server.port))
        except BlockingIOError:
            pass
        server.kept.append(client)


def _silent(channel):
    channel.wait_until_gone()


def _reset(channel):
    channel.reset()


def _fin(_channel):
    return   # closing is what comes after


def _after_hello(then):
    """Wait for the first bytes, which are a ClientHello, then do @then."""
    def talk(channel):
        channel.sock.recv(16)
        then(channel)
    return talk


def _say(data):
    def talk(channel):
        channel.sock.recv(65536)
        channel.send(data)
    return talk


def _drip_garbage(channel):
    """A TLS record that promises 16 KiB and arrives a byte at a time."""
    channel.sock.recv(65536)
    channel.send(b"\x16\x03\x03\x40\x00")
    while channel.pause(0.2):
        channel.send(b"\x02")


def _endless_garbage(channel):
    channel.sock.recv(65536)
    for _ in range(1024):
        channel.send(b"\x00" * 16384)


_PLAIN = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_SSH = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2\r\n"

TCP_FAULTS = [
    Fault("tcp-refused", ("refused",), _fin, prepare=_refuse),
    Fault("tcp-backlog-full", ("connect-timeout",), _fin, prepare=_fill_backlog),
    Fault("tcp-reset-on-accept", ("tls-failed",), _reset),
    Fault("tcp-fin-on-accept", ("tls-failed",), _fin),
    Fault("tcp-tarpit", ("timeout",), _silent),
    Fault("tcp-reset-after-hello", ("tls-failed",), _after_hello(_reset)),
    Fault("tcp-fin-after-hello", ("tls-failed",), _after_hello(_fin)),
    Fault("tcp-silent-after-hello", ("timeout",), _after_hello(_silent)),
    Fault("tcp-plain-http", ("tls-failed",), _say(_PLAIN)),
    Fault("tcp-ssh", ("tls-failed",), _say(_SSH)),
    Fault("tcp-random-bytes", ("tls-failed",), _say(bytes(range(255, 0, -1)) * 8)),
    Fault("tcp-endless-garbage", ("tls-failed",), _endless_garbage),
    Fault("tcp-dripping-record", ("timeout",), _drip_garbage),
]
