# SPDX-License-Identifier: MIT
"""Faults before TLS: what happens to the connection itself."""
import socket

from .fault import Fault
from .address import closed_port
from .server import CONNECTION_MAX_S


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


def _say_first(data):
    """Does not wait to be spoken to."""
    def talk(channel):
        channel.send(data)
        channel.wait_until_gone()
    return talk


def _echo(channel):
    """The client meets itself."""
    while True:
        data = channel.sock.recv(65536)
        if not data:
            return
        channel.send(data)


def _fin_then_reset(channel):
    channel.sock.shutdown(socket.SHUT_WR)
    channel.reset()


def _urgent_then_silence(channel):
    """Data out of band, which make a socket look exceptional."""
    channel.sock.send(b"!", socket.MSG_OOB)
    channel.wait_until_gone()


def _deaf(channel):
    """Never reads a byte, nor goes away."""
    channel.pause(CONNECTION_MAX_S)


def _small_window(server):
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)


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
    Fault("tcp-ssh-first", ("tls-failed",), _say_first(_SSH)),
    Fault("tcp-smtp-first", ("tls-failed",), _say_first(b"220 mail.example.test ESMTP\r\n")),
    Fault("tcp-http-first", ("tls-failed",), _say_first(_PLAIN)),
    Fault("tcp-echo", ("tls-failed",), _echo),
    Fault("tcp-fin-then-reset", ("tls-failed",), _fin_then_reset),
    # libcurl gives up on it; what matters is that nobody calls it unreachable.
    Fault("tcp-urgent-then-silence", ("timeout", "tls-failed"), _urgent_then_silence),
    Fault("tcp-deaf", ("timeout",), _deaf, prepare=_small_window),
    Fault("tcp-random-bytes", ("tls-failed",), _say(bytes(range(255, 0, -1)) * 8)),
    Fault("tcp-endless-garbage", ("tls-failed",), _endless_garbage),
    Fault("tcp-dripping-record", ("timeout",), _drip_garbage),
]
