# SPDX-License-Identifier: MIT
"""Several event loops are one scan: what is promised to a stranger holds over all of them."""
import itertools
import re

import pytest

from sim.address import ADDRESSES
from sim.fault import Fault, FaultServer, serve_politely
from witness import Witness, begun, most_in_a_second

LOOPS = 4
N_SERVERS = 40
RATE = 50
NETWORK_GAP_MS = 20


@pytest.fixture
def crowd(fleet):
    """Servers that are no Exchange and keep their connections open."""
    servers = [fleet.add(FaultServer(Fault("plain-%d" % n, ("answered",), serve_politely, tls={})))
               for n in range(N_SERVERS)]
    return servers, "".join("%s:%d\n" % (s.address, s.port) for s in servers).encode()


def without_times(host):
    host = dict(host)
    for key in ("started", "duration_ms", "bytes"):
        host.pop(key)
    for each in ("exposure", "findings"):   # random names of control requests
        host[each] = len(host[each])
    return host


@pytest.mark.parametrize("loops", [1, 2, LOOPS, 256])
def test_same_records(program, fleet, loops):
    """Whatever the number of loops: each target once, and the end record adds them all up."""
    for case in ("gen-2019-cu15-rtm", "gen-2016-cu23-unlisted-revision", "gen-2013-sp1-old"):
        fleet.add_case(case)
    where = ["%s:%d" % (s.address, s.port) for s in fleet.servers.values()]
    dead = [ADDRESSES.one() + ":9" for _ in range(20)]
    result = program.scan("-t", loops, "-c", "12", *where, *dead)
    one = program.scan("-t", "1", *where, *dead)
    assert result.code == one.code == 0
    assert sorted(h["target"] for h in result.hosts) == sorted(where + dead)
    by_target = [sorted((without_times(h) for h in r.hosts), key=lambda h: h["target"])
                 for r in (result, one)]
    assert by_target[0] == by_target[1]
    for key in ("states", "severities", "targets", "hosts", "requests", "coverage"):
        assert result.end[key] == one.end[key], key


def test_exit_code_of_any_loop(program, exchange):
    """A finding counts wherever it was found."""
    dead = [ADDRESSES.one() + ":9" for _ in range(20)]
    result = program.scan("-t", LOOPS, "--fail-on", "critical", *dead,
                          "%s:%d" % (exchange.address, exchange.port))
    assert result.code == 2


def test_rate_is_one_ceiling(program, crowd):
    """In no second do the servers see more, and the loops do not leave the half of it lying."""
    result = program.scan("-t", LOOPS, "--rate", RATE, "-l", "-", stdin=crowd[1])
    times = [t for s in crowd[0] for t in begun(s.log)]
    assert len(times) == result.end["requests"]
    assert most_in_a_second(times) <= RATE
    if not re.search("asan|tsan", program.path):   # these may be too slow for it
        assert len(times) / (max(times) - min(times)) > RATE / 2


def overlaps(contacts):
    contacts = sorted(contacts, key=lambda c: c.begin)
    return [(a, b) for a, b in zip(contacts, contacts[1:]) if b.begin < a.end - 0.001]


def test_one_connection_to_an_address(program):
    """Sixty names at three addresses: a name waits for the one before it in whichever loop."""
    addresses = [ADDRESSES.one() for _ in range(3)]
    with Witness(hold_s=0.05) as witness:
        names = ["n%d.example.test:%d address=%s" % (n, witness.port, a)
                 for n, a in zip(range(60), itertools.cycle(addresses))]
        result = program.scan("-t", LOOPS, "-c", "40", "--retries", "0", "-l", "-",
                              stdin="\n".join(names).encode())
    assert len(result.hosts) == 60
    for address in addresses:
        contacts = [c for c in witness.contacts if c.address == address]
        assert len(contacts) >= 20
        assert overlaps(contacts) == []


def test_slow_address_holds_up_nobody_else(program):
    """Eighty names at an address that never speaks, and room for eight hosts: the others, which
    come after them in the list, are done while the first of those still waits."""
    slow, others = ADDRESSES.one(), [ADDRESSES.one() for _ in range(30)]
    with Witness(hold_s=60) as tarpit, Witness() as fast:
        names = ["n%d.example.test:%d address=%s" % (n, tarpit.port, slow) for n in range(80)]
        names += ["%s:%d" % (a, fast.port) for a in others]
        result = program.scan("-t", "2", "-c", "8", "--retries", "0", "--connect-timeout", "100ms",
                              "--max-time", "2", "--network-delay", "0", "-l", "-",
                              stdin="\n".join(names).encode())
    order = [h["address"] for h in result.hosts]
    assert len(order) == 110
    assert max(n for n, a in enumerate(order) if a != slow) < 60


def test_network_is_spread_out(program):
    """The hosts of a /24 are begun one after the other; those of others in between."""
    block, others = ADDRESSES.block(), [ADDRESSES.block() for _ in range(3)]
    with Witness() as witness:
        list_ = ["%s.%d:%d" % (block, n, witness.port) for n in range(1, 121)]
        list_ += ["%s.%d:%d" % (b, n, witness.port) for b in others for n in range(1, 6)]
        result = program.scan("-t", LOOPS, "-c", "20", "--retries", "0",
                              "--network-delay", "%dms" % NETWORK_GAP_MS, "-l", "-",
                              stdin="\n".join(list_).encode())
    assert len(result.hosts) == 135
    first = {}   # contact of each address
    for c in witness.contacts:
        first.setdefault(c.address, c.begin)
    crowded = [at for a, at in first.items() if a.startswith(block + ".")]
    assert len(crowded) == 120
    assert most_in_a_second(crowded) <= 1000 / NETWORK_GAP_MS * 1.1
    begin = min(first.values())
    last_of_others = max(at for a, at in first.items() if not a.startswith(block + "."))
    assert last_of_others - begin < 1
    assert max(crowded) - begin >= 119 * NETWORK_GAP_MS / 1000 * 0.95


def test_no_network_delay(program):
    block = ADDRESSES.block()
    addresses = [block + ".%d:9" % n for n in range(1, 200)]
    result = program.scan("--network-delay", "0", *addresses)
    assert len(result.hosts) == 199 and result.end["duration_ms"] < 1500
