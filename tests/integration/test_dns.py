# SPDX-License-Identifier: MIT
"""Names, resolved by a real name server: every answer and every way of not answering."""
import pathlib

import pytest

from dns_server import DnsServer
from sim.address import ADDRESSES, same_port
from sim.case import CaseServer, load_case

PATIENCE = ("--connect-timeout", "2", "--timeout", "3", "--max-time", "8")
CASE = "gen-2019-cu15-rtm"
N_MANY = 40   # more A records than fit into 512 bytes


class World:
    """Two servers on one port at two addresses, and names for them."""

    def __init__(self, fleet, folder):
        self.addresses = [ADDRESSES.one(), ADDRESSES.one()]
        sockets = same_port(self.addresses)
        self.port = sockets[0].getsockname()[1]
        for s in sockets:
            s.close()
        self.servers = [
            fleet.add(CaseServer(dict(load_case(CASE), name="server-%d" % n), a, self.port))
            for n, a in enumerate(self.addresses)]
        one, two = self.addresses
        many = "".join("many A 127.0.99.%d\n" % n for n in range(1, N_MANY + 1))
        self.zone = "\n".join([
            "mail A " + one, "both A " + one, "both A " + two, "twice A " + one, "twice A " + one,
            "chain1 CNAME chain2", "chain2 CNAME chain3", "chain3 CNAME mail",
            "loop1 CNAME loop2", "loop2 CNAME loop1", "dangling CNAME nothing",
            "six AAAA ::1", "dual A " + one, "dual AAAA ::1", "*.wild A " + one, many])
        self.dns = DnsServer(folder, self.zone)

    def target(self, name):
        return "%s:%d" % (name if "." in name else name + ".example.test", self.port)


@pytest.fixture
def world(fleet, tmp_path):
    w = World(fleet, tmp_path)
    with w.dns:
        yield w


def scan(program, world, name, *options):
    return program.scan("--dns-servers", world.dns.where, *PATIENCE, *options, world.target(name))


def test_one_address(program, world):
    result = scan(program, world, "mail")
    assert [(h["state"], h["address"]) for h in result.hosts] == [("answered", world.addresses[0])]
    assert "mail.example.test. A IN" in world.dns.log()
    assert world.servers[0].log.requests[0].host == "mail.example.test"


def test_every_address_is_probed(program, world):
    result = scan(program, world, "both")
    assert sorted(h["address"] for h in result.hosts) == sorted(world.addresses)
    assert {h["target"] for h in result.hosts} == {world.target("both")}
    assert result.end["targets"] == 1 and result.end["hosts"] == 2


def test_one_address_option(program, world):
    result = scan(program, world, "both", "--one-address")
    assert len(result.hosts) == 1 and result.hosts[0]["address"] in world.addresses


def test_equal_addresses_are_probed_once(program, world):
    assert len(scan(program, world, "twice").hosts) == 1


def test_alias_chain(program, world):
    result = scan(program, world, "chain1")
    assert [h["address"] for h in result.hosts] == [world.addresses[0]]
    assert result.hosts[0]["server_name"] == "chain1.example.test"


def test_family_options(program, world):
    both = scan(program, world, "dual")
    assert {h["address"] for h in both.hosts} == {world.addresses[0], "::1"}
    assert {h["address"] for h in scan(program, world, "dual", "-4").hosts} == {world.addresses[0]}
    assert {h["address"] for h in scan(program, world, "dual", "-6").hosts} == {"::1"}


def test_ipv6_only(program, world):
    """Nothing listens there, but that is where it went."""
    result = scan(program, world, "six")
    assert [(h["address"], h["state"]) for h in result.hosts] == [("::1", "refused")]


FAILURES = [("nothing", "nxdomain"), ("x.servfail.test", "servfail"), ("x.refused.test", "refused"),
            ("x.drop.test", "timeout"), ("x.nodata.test", "no-address"), ("dangling", ""),
            ("loop1", "")]


@pytest.mark.parametrize("name,word", FAILURES, ids=[f[0] for f in FAILURES])
def test_failure(program, world, name, word):
    result = scan(program, world, name)
    assert [h["state"] for h in result.hosts] == ["dns-failed"], result.errors
    assert word in (result.hosts[0]["detail"] or "")
    assert result.hosts[0]["target"] == world.target(name)
    assert not any(s.log.connections for s in world.servers)


def test_dead_name_server(program, fleet):
    server = ADDRESSES.one()
    result = program.scan("--dns-servers", server + ":9", *PATIENCE, "mail.example.test:443")
    assert [h["state"] for h in result.hosts] == ["dns-failed"]
    assert result.seconds < 30


def test_truncated_answer_is_asked_again_over_tcp(program, world):
    result = scan(program, world, "many")
    assert len(result.hosts) == N_MANY
    assert {h["state"] for h in result.hosts} == {"refused"}


def test_resolve_option_asks_nobody(program, world):
    pin = "%s:%s" % (world.target("nothing"), world.addresses[1])
    result = scan(program, world, "nothing", "--resolve", pin)
    assert [h["address"] for h in result.hosts] == [world.addresses[1]]
    assert "nothing.example.test." not in world.dns.log()


def test_pinned_address_asks_nobody(program, world):
    line = "%s address=%s\n" % (world.target("nothing"), world.addresses[0])
    result = program.scan("--dns-servers", world.dns.where, "-l", "-", stdin=line.encode())
    assert [h["address"] for h in result.hosts] == [world.addresses[0]]
    assert "nothing.example.test." not in world.dns.log()


def test_many_names_at_once(program, world):
    """Lookups run side by side, dead names among them, and none is lost."""
    names = ["n%d.wild.example.test" % n for n in range(150)]
    names += ["gone%d.example.test" % n for n in range(50)]
    text = "".join("%s:%d\n" % (n, world.port) for n in names)
    result = program.scan("--dns-servers", world.dns.where, *PATIENCE, "-c", "64", "-l", "-",
                          stdin=text.encode())
    states = [h["state"] for h in result.hosts]
    assert states.count("answered") == 150
    assert states.count("dns-failed") == 50


def test_no_other_name_is_asked_for(program, world, tmp_path):
    """Neither search domains nor aliases lead to a host that was not listed."""
    aliases = tmp_path / "aliases"
    aliases.write_text("mail both.example.test\n")
    env = {"LOCALDOMAIN": "example.test", "RES_OPTIONS": "ndots:9", "HOSTALIASES": str(aliases)}
    result = program.scan("--dns-servers", world.dns.where, *PATIENCE,
                          "mail:%d" % world.port, env=env)
    assert [h["state"] for h in result.hosts] == ["dns-failed"]
    assert "example.test. A" not in world.dns.log().replace("ready.example.test. A", "")
    assert not any(s.log.connections for s in world.servers)


def test_hosts_file(program, fleet):
    """localhost is in nearly every hosts file, and no name server is asked for it."""
    hosts = pathlib.Path("/etc/hosts")
    if not hosts.exists() or "127.0.0.1" not in hosts.read_text(encoding="utf-8"):
        pytest.skip("this machine has no hosts file to read localhost from")
    server = fleet.add_case(CASE, "127.0.0.1")
    result = program.scan(*PATIENCE, "localhost:%d" % server.port)
    by_address = {h["address"]: h["state"] for h in result.hosts}
    assert result.code == 0 and by_address["127.0.0.1"] == "answered", result.errors
    assert server.log.requests[0].host == "localhost"
