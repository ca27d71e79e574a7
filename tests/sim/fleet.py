# SPDX-License-Identifier: MIT
"""Many servers at once, the list that names them, and what they saw."""
import os
import socket
import ssl
import time

from .case import CaseServer, host_name, load_case
from .policy import Policy
from .server import Acceptor, Server

WELL_KNOWN_PORTS = (80, 443)


class Canary(Server):
    """Listens where nobody may connect."""

    name = "canary"

    def talk(self, channel):
        channel.read_head()


class Fleet:
    """Servers by name. A context manager: leaving it stops them."""

    def __init__(self):
        self._acceptor = Acceptor()
        self.servers = {}
        self.canaries = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._acceptor.close()

    def add(self, server):
        self.servers[server.name] = self._acceptor.add(server)
        return server

    def add_case(self, name, address=None):
        return self.add(CaseServer(load_case(name), address))

    def stop(self, server):
        """From now on nobody listens there."""
        self._acceptor.remove(server)

    def add_canary(self, address=None, port=0):
        canary = self._acceptor.add(Canary(address, port))
        self.canaries.append(canary)
        return canary

    def watch_well_known_ports(self):
        """Canaries on ports 80 and 443 of every server's address, where we may bind them.

        Exchange's redirects drop the port, so whoever follows one arrives there.
        Returns how many were set up: none without the right to bind low ports."""
        before = len(self.canaries)
        for server in list(self.servers.values()):
            for port in WELL_KNOWN_PORTS:
                try:
                    self.add_canary(server.address, port)
                except OSError:
                    continue   # not root, or another server has it on all addresses
        return len(self.canaries) - before

    def list_lines(self, tags=None):
        """Target list lines, one per server: a name of its own with its address pinned."""
        lines = []
        for name, server in self.servers.items():
            extra = "".join(" %s=%s" % tag for tag in (tags or {}).get(name, {}).items())
            lines.append("%s:%d address=%s%s"
                         % (host_name(name), server.port, server.address, extra))
        return lines

    def violations(self, tier=0):
        """Every request that broke the policy, and every connection that went astray. @tier:
        of the names that were asked for; what a case forbids for fewer of them is allowed."""
        policy, found = Policy(), []
        for name, server in self.servers.items():
            expect = getattr(server, "case", {}).get("expect", {})
            want = expect.get("backdoor", {})
            forbidden = [] if tier > want.get("tier_max", 3) else want.get("must_not_request", [])
            for request in server.log.requests:
                found += ["%s: %s" % (name, v) for v in policy.violations(request, forbidden)]
        found += ["connection to %s port %d, which nobody listed" % (c.address, c.port)
                  for c in self.canaries if c.log.connections]
        return found


def wait_ready(address, port, certificate_der=None, seconds=20, alive=lambda: True):
    """Wait until a TLS server answers, and with our certificate if one is given.

    There is no sleeping for readiness: the question is asked until it is answered,
    and a server that has died is an error at once."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return _ask_until(lambda: _answers_tls(context, address, port, certificate_der), seconds, alive)


def _answers_tls(context, address, port, certificate_der):
    with socket.create_connection((address, port), timeout=5) as raw:
        with context.wrap_socket(raw, server_hostname="mail.example.test") as tls:
            return certificate_der in (None, tls.getpeercert(True))


def _ask_until(question, seconds, alive):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not alive():
            raise RuntimeError("the server ended before it was ready")
        try:
            if question():
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise TimeoutError("the server was not ready within %d s" % seconds)


def demo_fleet_path():
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "demo_fleet.txt")
