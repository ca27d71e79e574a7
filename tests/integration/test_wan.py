# SPDX-License-Identifier: MIT
"""Far hosts, lost packets and dead addresses: in small. bench/wan.py has it in large."""
import collections
import os
import socket
import sys

import pytest

from sim.address import ADDRESSES
from sim.case import CaseServer, load_case

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bench"))

from fleet import Fleet, address                                # noqa: E402
from wan.line import DEAD, Line, NotPermitted, link_beside      # noqa: E402

N_FAR, ROUND_TRIP_MS = 100, 100
# Before the answer to its second request a host has taken so many: TCP, TLS 1.3, one for each
# request (the last of which brings more than fits into ten packets).
ROUND_TRIPS_LEAST = 4
N_SILENT, N_LIVING = 40, 20


@pytest.fixture
def line(exprobe_path):
    try:
        with Line(link_beside(exprobe_path), ROUND_TRIP_MS, loss=0.01) as made:
            yield made
    except NotPermitted as why:
        pytest.skip("network namespaces with a TUN device: %s" % why)


@pytest.fixture
def far_fleet(line, tmp_path):
    with Fleet(tmp_path / "fleet", within=line.far) as fleet:
        yield fleet


def scan(program, line, targets, *options):
    return program.run("scan", "-q", "--fingerprint-only", "--network-delay", "0", *options,
                       "-l", "-", stdin="".join(t + "\n" for t in targets).encode(),
                       wrap=line.near)


def test_far_hosts_behind_a_lossy_line(program, line, far_fleet):
    targets = ["%s:%d" % (address(n), far_fleet.port) for n in range(N_FAR)]
    result = scan(program, line, targets, "-c", N_FAR)
    assert collections.Counter(h["state"] for h in result.hosts) == {"answered": N_FAR}
    assert {h["exchange"]["build"]["exact"] for h in result.hosts} == {far_fleet.build}
    assert min(h["duration_ms"] for h in result.hosts) >= ROUND_TRIPS_LEAST * ROUND_TRIP_MS


def test_each_way_to_be_dead_has_its_name(program, line, far_fleet):
    """And those that are not are found between them."""
    port = far_fleet.port
    dead = {fate: "%s.%d" % (network.rpartition(".")[0], 7) for fate, network in DEAD.items()}
    targets = ["%s:%d" % (a, port) for a in dead.values()]
    targets += ["%s:%d" % (address(1), port), "%s:%d" % (address(2), port ^ 1)]
    result = scan(program, line, targets, "--connect-timeout", "2s")
    said = {h["target"]: (h["state"], h["detail"]) for h in result.hosts}
    assert [said[t] for t in targets] == [
        ("connect-timeout", None), ("unreachable", "No route to host"),
        ("unreachable", "No route to host"), ("answered", None), ("refused", None)]


def silent_addresses(n):
    """n addresses of one port where nobody answers: their queues are full. Returns the port and
    what to close."""
    first = socket.socket()
    first.bind((ADDRESSES.one(), 0))
    port, held = first.getsockname()[1], [first]
    while len(held) < n:
        s = socket.socket()
        held.append(s)
        try:
            s.bind((ADDRESSES.one(), port))
        except OSError:
            held.pop().close()
    names = [s.getsockname()[0] for s in held]
    for s, name in zip(held[:n], names):
        s.listen(0)
        held.append(socket.create_connection((name, port)))
    return names, port, held


def test_dead_addresses_hold_up_nobody(program, fleet):
    """They come first, and there are twice as many of them as hosts may be in flight. The living
    are done all the same before the first of them is given up."""
    names, port, held = silent_addresses(N_SILENT)
    living = [fleet.add(CaseServer(dict(load_case("gen-2019-cu15-rtm"), name="living-%d" % n)))
              for n in range(N_LIVING)]
    targets = ["%s:%d" % (a, port) for a in names]
    targets += ["%s:%d" % (s.address, s.port) for s in living]
    result = program.run("scan", "-q", "--fingerprint-only", "--network-delay", "0", "-c", "20",
                         "-t", "1", "--connect-timeout", "10s", "-l", "-",
                         stdin="".join(t + "\n" for t in targets).encode())
    states = [h["state"] for h in result.hosts]
    assert states == ["answered"] * N_LIVING + ["connect-timeout"] * N_SILENT
    for s in held:
        s.close()
