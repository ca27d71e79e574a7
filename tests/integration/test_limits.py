# SPDX-License-Identifier: MIT
"""Little of everything: descriptors, memory, requests per second, a reader who does not read.
Whatever is missing, nothing false is said of a host, and what is not whole does not look whole."""
import os
import signal
import socket
import struct
import threading
import time

import pytest

from program import parse_records
from sim.address import ADDRESSES
from sim.fault import Fault, FaultServer, serve_politely
from witness import begun, most_in_a_second

N_SERVERS = 60
RATE = 40


@pytest.fixture
def sanitized(exprobe_path):
    """A sanitizer makes the program slow, and needs the address space for itself."""
    with open(exprobe_path, "rb") as f:
        code = f.read()
    return b"__asan_init" in code or b"__tsan_init" in code


@pytest.fixture
def crowd(fleet):
    """Servers that are no Exchange and keep their connections open."""
    servers = [fleet.add(FaultServer(Fault("plain-%d" % n, ("answered",), serve_politely, tls={})))
               for n in range(N_SERVERS)]
    return servers, "".join("%s:%d\n" % (s.address, s.port) for s in servers).encode()


def limited(what):
    return ("sh", "-c", 'ulimit %s && exec "$@"' % what, "sh")


def test_too_few_descriptors(program, exchange):
    result = program.scan("%s:%d" % (exchange.address, exchange.port), wrap=limited("-n 9"))
    assert result.code == 1 and b'"type":"end"' not in result.stdout
    assert "open files" in result.errors


@pytest.mark.parametrize("kilobytes", [120000, 160000, 200000, 240000, 280000])
def test_little_memory(program, crowd, sanitized, kilobytes):
    """Either all of it or an incomplete run; never a state that memory made."""
    if sanitized:
        pytest.skip("a sanitizer needs the address space for itself")
    result = program.scan("-c", "5000", "-l", "-", stdin=crowd[1],
                          wrap=limited("-v %d" % kilobytes))
    records = parse_records(result.stdout)
    ended = bool(records) and records[-1]["type"] == "end"
    states = {r["state"] for r in records if r["type"] == "host"}
    assert ended == (result.code == 0), (result.code, result.errors)
    assert states <= ({"answered"} if ended else {"answered", "internal-error"})


def test_rate_is_a_ceiling(program, crowd):
    """As the servers saw it; and a host that waits for its turn does not time out."""
    begin = time.monotonic()
    result = program.scan("--rate", RATE, "--max-time", "2", "-l", "-", stdin=crowd[1])
    seconds = time.monotonic() - begin
    assert [h["state"] for h in result.hosts] == ["answered"] * N_SERVERS
    n = sum(len(s.log.requests) for s in crowd[0])
    assert n == result.end["requests"] == sum(h["requests"] for h in result.hosts)
    assert most_in_a_second(t for s in crowd[0] for t in begun(s.log)) <= RATE
    assert seconds <= n / RATE * 1.3 + 2


def test_host_delay_holds_up_nobody_else(program, crowd):
    """A request that is due in two seconds keeps no turn of the rate from those due now."""
    result = program.scan("--rate", "1000", "--host-delay", "1", "-l", "-", stdin=crowd[1])
    slowest = max(h["duration_ms"] - 1000 * (h["requests"] - 1) for h in result.hosts)
    assert slowest < 1500
    for server in crowd[0]:
        at = [r.at for r in server.log.requests]
        assert min(b - a for a, b in zip(at, at[1:])) > 0.5


def test_reader_who_does_not_read(program):
    """More results than a pipe holds, and nobody takes them: a signal still ends the scan."""
    read, write = os.pipe()
    network = ADDRESSES.block() + ".0/24:9"   # nobody listens there
    running = program.start("scan", network, stdout=write)
    os.close(write)
    time.sleep(1)
    assert running.process.poll() is None, "the pipe held everything: nothing was tested"
    running.signal(signal.SIGINT)
    time.sleep(0.5)
    running.signal(signal.SIGINT)
    begin = time.monotonic()
    result = running.wait(30)
    os.close(read)
    assert time.monotonic() - begin < 3
    assert result.code not in (0, 2, 3)


class SlowNames:
    """A name server that lets every question wait, and says NXDOMAIN. A context manager."""

    WAIT_S = 0.3

    def __enter__(self):
        self.most = 0   # questions that waited at the same time
        self._open = True
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._sock.bind((ADDRESSES.one(), 0))
        self._sock.settimeout(0.01)
        self.where = "%s:%d" % self._sock.getsockname()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._open = False
        self._thread.join()
        self._sock.close()

    def _serve(self):
        waiting = []
        while self._open:
            try:
                waiting.append((time.monotonic(),) + self._sock.recvfrom(512))
                self.most = max(self.most, len(waiting))
            except socket.timeout:
                pass
            while waiting and time.monotonic() - waiting[0][0] > self.WAIT_S:
                _, query, client = waiting.pop(0)
                head = query[:2] + struct.pack(">5H", 0x8183, 1, 0, 0, 0)
                self._sock.sendto(head + query[12:], client)


def test_name_server_is_not_flooded(program, sanitized):
    """However many hosts may be in flight: what a name server drops would come out as a name
    that does not resolve."""
    names = "".join("n%d.example.test\n" % n for n in range(2000)).encode()
    with SlowNames() as dns:
        result = program.scan("-c", "5000", "--dns-servers", dns.where, "-l", "-", stdin=names)
    if not sanitized:   # else it may be too slow to read all answers in time
        assert [h["detail"] for h in result.hosts] == ["nxdomain"] * 2000
    assert dns.most <= 2 * 500   # A and AAAA
