# SPDX-License-Identifier: MIT
"""What strangers are promised, as their servers see it. The times are those that the kernel noted,
so each bound is the promise itself, without room for a machine that is busy."""
import itertools
import time

import pytest

from sim.address import ADDRESSES
from sim.case import DEFAULT_NAMES, CaseServer, load_case, server_context
from sim.certs import FORGE, CertSpec
from sim.fault import OK_ANSWER
from sim.kernel_time import TICK_S
from sim.server import Server
from test_signals import wait_for
from witness import begun, most_in_a_second

LONGEST_S = 5        # of a Retry-After that is waited for
AFTER_RESET_S = 0.5


def limit(status, after=None):
    field = b"" if after is None else b"Retry-After: %s\r\n" % after.encode()
    return b"HTTP/1.1 %d No\r\n%sContent-Length: 0\r\n\r\n" % (status, field)


def in_seconds(seconds):
    """An HTTP-date that is so far away, by a clock that is a year slow; and that clock."""
    clock = time.time() - 365 * 86400
    http = "%a, %d %b %Y %H:%M:%S GMT"
    return "%s\r\nDate: %s" % (time.strftime(http, time.gmtime(clock + seconds)),
                               time.strftime(http, time.gmtime(clock)))


RESET = b""


class Moody(Server):
    """Gives the answers that it was told to, in turn, and then ordinary ones."""

    def __init__(self, name, moods=(), address=None, port=0):
        self.name = name
        self._moods = list(moods)
        self.answered = []   # (when, the bytes); noted before they are sent
        self._context = server_context({}, FORGE.make(CertSpec(san=DEFAULT_NAMES)))
        super().__init__(address, port)

    def tls(self):
        return self._context

    def talk(self, channel):
        while channel.read_request() is not None:
            answer = self._moods.pop(0) if self._moods else OK_ANSWER
            self.answered.append((time.monotonic(), answer))
            if answer is RESET:
                channel.reset()
                return
            channel.send(answer)


def contacts(servers, address=None):
    """When anything came to any of @servers, or to those of one address."""
    return sorted(t for s in servers if address in (None, s.address)
                  for t in [r.at for r in s.log.requests] + s.log.connected_at)


def slowest_handshake(log):
    begins = {}   # first request of each connection
    for r in log.requests:
        begins.setdefault(r.connection, r.at)
    return max((at - log.connected_at[n - 1] for n, at in begins.items()), default=0)


def assert_rate_held(servers, rate):
    """In no window of a second are more begun: each with its connection, or on one that is there.
    Their arrival tells the same, but for the time that a server takes for a handshake."""
    assert most_in_a_second(t for s in servers for t in begun(s.log)) <= rate
    late = TICK_S + max(slowest_handshake(s.log) for s in servers)
    if late < 0.5:
        assert most_in_a_second((r.at for s in servers for r in s.log.requests), 1 - late) <= rate


def assert_one_connection(servers):
    assert [s.name for s in servers if s.log.open_most > 1] == []


def assert_gap_held(servers, gap_s):
    """Between any two requests to the same address, whatever the name."""
    by_address = itertools.groupby(sorted(servers, key=lambda s: s.address), lambda s: s.address)
    for address, those in by_address:
        at = sorted(r.at for s in those for r in s.log.requests)
        least = min((b - a for a, b in zip(at, at[1:])), default=gap_s)
        assert least >= gap_s, (address, least)


def assert_left_alone(servers, kind, after_s):
    """Nothing comes to an address after an answer that begins with @kind, before @after_s."""
    n = 0
    for server in servers:
        at = contacts(servers, server.address)
        for said, answer in server.answered:
            if answer[:len(kind) or 1] == kind:
                early = [t - said for t in at if said + TICK_S < t < said + after_s - TICK_S]
                assert not early, (answer, early[0])
                n += 1
    assert n > 0


MIXED = [(), (limit(429, "1"),), (limit(503, "1"),), (RESET,), (RESET, RESET), (limit(429),)]


def crowd_of(fleet, n, moods):
    """@n servers, each of them at an address of its own, of all @moods in turn."""
    return [fleet.add(Moody("moody-%d" % i, m))
            for i, m in zip(range(n), itertools.cycle(moods))]


def lines_of(servers, names):
    """@names for each of @servers; the names of one are not next to each other."""
    return "\n".join("n%d-%d.example.test:%d address=%s" % (i, k, s.port, s.address)
                     for k in range(names) for i, s in enumerate(servers)).encode()


@pytest.mark.parametrize("rate, loops, n_servers, names, moods", [
    (5, 1, 3, 1, MIXED[:2]),
    (5, 2, 3, 1, [(), (RESET,)]),
    (50, 1, 18, 1, MIXED),
    (50, 2, 12, 2, MIXED),
    (500, 1, 150, 1, [()]),
    (500, 2, 120, 2, [(), (RESET,), ()]),
])
def test_rate(program, fleet, rate, loops, n_servers, names, moods):
    """Retries, names that share an address, servers that refuse: the ceiling is one for all."""
    servers = crowd_of(fleet, n_servers, moods)
    result = program.scan("--rate", rate, "-t", loops, "--network-delay", "0", "-l", "-",
                          stdin=lines_of(servers, names))
    assert len(result.hosts) == n_servers * names
    assert sum(len(s.log.requests) for s in servers) == result.end["requests"]
    assert_rate_held(servers, rate)
    assert_one_connection(servers)


@pytest.mark.parametrize("loops", [1, 2])
def test_ipv6(program, fleet, loops):
    """Ports of one address have one connection between them, too."""
    servers = [fleet.add(Moody("six-%d" % i, MIXED[i], "::1")) for i in range(4)]
    lines = "".join("[::1]:%d\n" % s.port for s in servers).encode()
    result = program.scan("--rate", "50", "-t", loops, "--host-delay", "50ms", "-l", "-",
                          stdin=lines)
    assert [h["state"] for h in result.hosts] == ["answered"] * 4
    assert_rate_held(servers, 50)
    assert_gap_held(servers, 0.05)
    ends = sorted((min(contacts([s])), max(contacts([s]))) for s in servers)
    assert all(a[1] < b[0] for a, b in zip(ends, ends[1:]))


@pytest.mark.parametrize("loops", [1, 2])
def test_gap_is_the_address_s(program, fleet, loops):
    """Between the last request for one name and the first for the next one as well."""
    servers = crowd_of(fleet, 3, MIXED[:4])
    result = program.scan("--host-delay", "80ms", "-t", loops, "-l", "-",
                          stdin=lines_of(servers, 4))
    assert [h["state"] for h in result.hosts] == ["answered"] * 12
    assert_gap_held(servers, 0.08)
    assert_one_connection(servers)


def test_after_a_reset(program, fleet):
    """Retried or gone on with: a server that hangs up gets its time, from other names as well."""
    servers = crowd_of(fleet, 3, [(RESET,), (OK_ANSWER, RESET, RESET), (RESET,) * 50])
    result = program.scan("-t", "2", "--retries", "0", "-l", "-", stdin=lines_of(servers, 2))
    assert [h["state"] for h in result.hosts].count("http-failed") == 2
    assert_left_alone(servers, RESET, AFTER_RESET_S)
    assert_one_connection(servers)


@pytest.mark.parametrize("status, form, after_s", [
    (429, "%d", 2), (503, "%d", 2), (429, "date", 3), (503, "date", 2),
])
def test_retry_after(program, fleet, status, form, after_s):
    """Waited for, whatever name of the address comes next, and then all is asked."""
    answer = limit(status, in_seconds(after_s) if form == "date" else form % after_s)
    servers = crowd_of(fleet, 2, [(OK_ANSWER, answer)])
    result = program.scan("-t", "2", "-l", "-", stdin=lines_of(servers, 3))
    assert_left_alone(servers, answer[:12], after_s)
    assert_one_connection(servers)
    assert [h["state"] for h in result.hosts] == ["answered"] * 6
    assert {n for h in result.hosts for n in h["exchange"]["notes"]} & {"rate-limited"} == set()


def test_limited_for_long(program, fleet):
    """A time that nobody can wait for: three names find out, each after a pause; the others are
    not asked, and that is said. Other addresses go on."""
    server, = crowd_of(fleet, 1, [[limit(429, "3600")] * 50])
    good = fleet.add(Moody("good"))
    result = program.scan("-t", "2", "-l", "-",
                          stdin=lines_of([server], 12) + b"\n" + lines_of([good], 1))
    states = [(h["state"], h["requests"]) for h in result.hosts if h["address"] == server.address]
    assert sorted(states) == [("blocked", 0)] * 9 + [("blocked", 1)] * 3
    for h in result.hosts:
        if h["address"] == server.address:
            assert "rate-limited" in h["exchange"]["notes"]
            assert h["exchange"]["present"] == "maybe"
            assert bool(h["requests"]) != str(h["detail"]).startswith("not asked")
        else:
            assert h["state"] == "answered"
    assert_left_alone([server], b"HTTP/1.1 429", LONGEST_S)
    assert result.end["requests"] == sum(h["requests"] for h in result.hosts)


@pytest.mark.parametrize("rate", ["0", "18"])
def test_neighbours(program, fleet, rate):
    """However long they wait for a turn, and in whichever loop."""
    gap_s = 0.1
    block = ADDRESSES.block()
    servers = [fleet.add(Moody("near-%d" % n, (), "%s.%d" % (block, n + 1))) for n in range(7)]
    servers += crowd_of(fleet, 3, [()])
    result = program.scan("-t", "2", "--rate", rate, "--network-delay", "100ms", "-l", "-",
                          stdin=lines_of(servers, 1))
    assert len(result.hosts) == 10
    first = sorted(s.log.connected_at[0] for s in servers[:7])
    assert min(b - a for a, b in zip(first, first[1:])) >= gap_s - TICK_S


@pytest.mark.parametrize("loops", [1, 2])
def test_back_doors_and_after_a_kill(program, fleet, tmp_path, loops):
    """The second phase, killed and gone on with: the ceiling, and the pause of each server, hold
    over all of it."""
    rate, out = 30, tmp_path / "out.jsonl"
    servers = [fleet.add(CaseServer(dict(load_case("x-bd-clean-2016"), name="clean-%d" % n)))
               for n in range(3)]
    arguments = ("scan", "--deep", "--rate", rate, "-t", loops, "-o", out, "--resume",
                 *("n%d.example.test:%d" % (n, s.port) for n in range(2) for s in servers),
                 *(w for n in range(2) for s in servers
                   for w in ("--resolve", "n%d.example.test:%d:%s" % (n, s.port, s.address))))
    for total in (60, 120):
        running = program.start(*arguments)
        wait_for(lambda: sum(len(s.log.requests) for s in servers) >= total)
        running.process.kill()
        running.process.wait(10)
    assert_rate_held(servers, rate)
    assert_one_connection(servers)
    for server in servers:
        names = {r.target for r in server.log.requests}
        assert any(t.startswith("/aspnet_client/") for t in names), names
