# SPDX-License-Identifier: MIT
"""Name servers that lie, stall or keep silent: every name in one named state, nothing contacted
that no answer to it named, and names that are well are not held up."""
import pytest

from dns_liar import KINDS, N_HUGE, DnsLiar
from sim.address import ADDRESSES, same_port
from sim.case import CaseServer, load_case

PATIENCE = ("--connect-timeout", "2", "--timeout", "3", "--max-time", "8")
CASE = "gen-2019-cu15-rtm"

# What it comes to; the others are lies that name an address which must not be contacted.
WORDS = {
    "silent": "timeout", "servfail": "servfail", "nxdomain-with-address": "nxdomain",
    "servfail-with-address": "servfail", "wrong-id": "timeout", "wrong-question": "timeout",
    "zero": "this machine", "multicast": "multicast", "broadcast": "broadcast",
    "huge": "too-many-addresses", "lie-first": "nxdomain",
}
# The flag that says that it is an answer is all that the last one lacks.
HONEST = ("live", "slow", "no-answer-bit")


class World:
    """An Exchange server that is named honestly, and one that only lies tell of."""

    def __init__(self, fleet):
        self.addresses = [ADDRESSES.one(), ADDRESSES.one()]
        sockets = same_port(self.addresses)
        self.port = sockets[0].getsockname()[1]
        for s in sockets:
            s.close()
        self.honest, self.stranger = [
            fleet.add(CaseServer(dict(load_case(CASE), name="server-%d" % n), a, self.port))
            for n, a in enumerate(self.addresses)]
        self.dns = DnsLiar({kind: self.addresses[kind not in HONEST] for kind in KINDS})

    def target(self, kind, n=0):
        return "n%d.%s.test:%d" % (n, kind, self.port)

    def scan(self, program, targets, *options):
        return program.scan("--dns-servers", self.dns.where, *PATIENCE, *options, "-l", "-",
                            stdin="".join(t + "\n" for t in targets).encode())


@pytest.fixture
def world(fleet):
    w = World(fleet)
    with w.dns:
        yield w


@pytest.mark.parametrize("by_tcp", [False, True], ids=["udp", "tcp"])
def test_every_kind_of_lie(program, world, by_tcp):
    """All in one scan: what a server says about one name is no matter of the others. A server that
    drops its connections is one that is ill itself, and has a scan of its own."""
    kinds = [k for k in KINDS if k.startswith("tcp-") == by_tcp or k == "live"]
    result = world.scan(program, [world.target(kind) for kind in kinds])
    by_kind = {}
    for host in result.hosts:
        by_kind.setdefault(host["target"].split(".")[1], []).append(host)
    assert by_kind.keys() == set(kinds), result.errors
    for kind, hosts in by_kind.items():
        assert len(hosts) == 1, (kind, hosts)
        state, detail = hosts[0]["state"], hosts[0]["detail"] or ""
        if kind in HONEST:
            assert state == "answered" and hosts[0]["address"] == world.honest.address, kind
        else:
            assert state == "dns-failed" and detail, (kind, state, detail)
            assert WORDS.get(kind, "") in detail, (kind, detail)
    assert not world.stranger.log.connections
    assert result.code == 0 and result.end["hosts"] == len(kinds)
    assert {n.split(".")[1] for n in world.dns.asked} == set(kinds)   # and of no other name


def test_dead_zones_hold_up_nobody(program, world):
    """They come first in the list, and there are more of them than hosts may be in flight; the
    living are done all the same before the first of them is given up."""
    dead = [world.target(kind, n) for n in range(30) for kind in ("silent", "wrong-id", "cut")]
    living = [world.target("live", n) for n in range(20)]
    result = world.scan(program, dead + living, "-c", "30", "-t", "1", "--fingerprint-only")
    states = [h["state"] for h in result.hosts]
    assert states == ["answered"] * 20 + ["dns-failed"] * 90
    assert {h["detail"] for h in result.hosts[20:]} == {"timeout"}


def test_huge_answers_are_no_list_of_targets(program, world):
    """A name is one server, or a few: not thousands of somebody else's addresses."""
    result = world.scan(program, [world.target("huge", n) for n in range(5)])
    assert [(h["state"], h["detail"]) for h in result.hosts] == \
        [("dns-failed", "too-many-addresses")] * 5
    assert N_HUGE > 1000
