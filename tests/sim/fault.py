# SPDX-License-Identifier: MIT
"""What a fault is, and the server that has it."""
import dataclasses
import ssl
from typing import Callable

from .case import DEFAULT_NAMES, server_context
from .certs import FORGE, CertSpec
from .server import Server

DEFAULT_CERT = CertSpec(san=DEFAULT_NAMES)


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    states: tuple               # what the state of the host may be; one, unless time decides
    talk: Callable              # talk(channel): serve one connection
    detail: str = ""            # words that must be in the record's detail
    tls: dict = None            # None: bare TCP; else as the member tls of a case
    cert: CertSpec = DEFAULT_CERT
    tickets: int = None         # TLS 1.3 session tickets per handshake
    prepare: Callable = None    # prepare(server), before anything is accepted
    requests_max: int = 8       # that may arrive; the budget


class FaultServer(Server):
    def __init__(self, fault, address=None, port=0):
        self.fault = fault
        self.name = fault.name
        self._context = None
        self.certificate = None
        self.canary = ("127.0.0.1", 9)   # address and port that redirects point to
        if fault.tls is not None:
            self.certificate = FORGE.make(fault.cert)
            self._context = server_context(fault.tls, self.certificate)
            if fault.tickets is not None:
                self._context.num_tickets = fault.tickets
        super().__init__(address, port)
        self.kept = []   # sockets that live as long as the server
        if fault.prepare:
            fault.prepare(self)

    def tls(self):
        return self._context

    def talk(self, channel):
        self.fault.talk(channel)

    def close(self):
        for s in self.kept:
            s.close()
        super().close()


OK_ANSWER = (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n"
             b"<html>hello</html>\r\n")


def answer_each(reply):
    """A talk that calls reply(channel, request) for each request of a connection;
    reply returns True when the connection stays open."""
    def talk(channel):
        while True:
            request = channel.read_request()
            if request is None or not reply(channel, request):
                return
    return talk


def always(data, keep=False):
    """A talk that answers each request with @data."""
    def reply(channel, _request):
        channel.send(data)
        return keep
    return answer_each(reply)


def serve_politely(channel):
    """An ordinary small web server: for faults that lie elsewhere."""
    always(OK_ANSWER, keep=True)(channel)


def is_tls(channel):
    return isinstance(channel.sock, ssl.SSLSocket)
