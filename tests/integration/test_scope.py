# SPDX-License-Identifier: MIT
"""Who may be contacted: nobody else is, whatever lists, pins and name servers say. The witness is
always the one who would have been contacted."""
import json

import pytest

from dns_mover import DnsMover
from program import parse_records
from sim.address import ADDRESSES, same_port
from sim.case import CaseServer, load_case
from sim.proxy import ConnectProxy
from witness import Witness

CASE = "gen-2019-cu15-rtm"
HASTE = ("--connect-timeout", "2", "--timeout", "3", "--max-time", "8", "--fingerprint-only")
NAME, OTHER = "mail.example.test", "other.example.test"


class World:
    """Two servers on one port: ours, and a stranger's."""

    def __init__(self, program, fleet, folder):
        self.program, self.folder, self.fleet = program, folder, fleet
        self.ours, self.theirs = addresses = [ADDRESSES.one(), ADDRESSES.one()]
        sockets = same_port(addresses)
        self.port = sockets[0].getsockname()[1]
        for s in sockets:
            s.close()
        self.server, self.stranger = [
            fleet.add(CaseServer(dict(load_case(CASE), name="server-%d" % n), a, self.port))
            for n, a in enumerate(addresses)]

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def target(self, host):
        return "%s:%d" % (host, self.port)

    def scan(self, *args, dns=None, **kwargs):
        servers = ("--dns-servers", dns.where) if dns else ()
        return self.program.scan(*HASTE, *servers, *args, **kwargs)


@pytest.fixture
def world(program, fleet, tmp_path):
    return World(program, fleet, tmp_path)


def states(result):
    """(target, address) -> state, for each host; and the counts of the end record add up."""
    hosts = result.hosts
    counted = {k: v for k, v in result.end["states"].items() if v}
    found = {}
    for host in hosts:
        found[host["target"].rpartition(":")[0], host["address"]] = host["state"]
    assert result.end["hosts"] == len(hosts) == sum(counted.values())
    assert counted == {s: [h["state"] for h in hosts].count(s) for s in counted}
    return found


def test_a_name_that_moves(world):
    """The name is allowed and so is our network; DNS says that it is at a stranger's."""
    scope = world.file("scope", "%s\n%s\n" % (NAME, world.ours))
    with DnsMover({NAME: [[world.theirs]]}) as dns:
        result = world.scan("--scope", scope, world.target(NAME), dns=dns)
    assert states(result) == {(NAME, world.theirs): "out-of-scope"}
    assert result.hosts[0]["detail"] == "its address is not in the scope"
    assert result.hosts[0]["requests"] == 0
    assert not world.stranger.log.connections and result.code == 0


def test_one_of_its_addresses_is_a_strangers(world):
    scope = world.file("scope", "*.example.test\n%s/32\n" % world.ours)
    with DnsMover({NAME: [[world.theirs, world.ours, "::1", "127.0.0.1"]]}) as dns:
        result = world.scan("--scope", scope, world.target(NAME), dns=dns)
    assert states(result) == {(NAME, world.ours): "answered", (NAME, world.theirs): "out-of-scope",
                              (NAME, "::1"): "out-of-scope", (NAME, "127.0.0.1"): "out-of-scope"}
    assert {h["addresses"] for h in result.hosts} == {4}
    assert not world.stranger.log.connections and world.server.log.requests


def test_it_moves_between_two_lookups(world):
    """The same name with two ports is looked up twice, and the second answer is another one."""
    scope = world.file("scope", "%s\n%s\n" % (NAME, world.ours))
    with DnsMover({NAME: [[world.ours], [world.theirs]]}) as dns:
        first = world.scan("--scope", scope, "-c", "1", world.target(NAME), dns=dns)
        second = world.scan("--scope", scope, "-c", "1", world.target(NAME), dns=dns)
    assert states(first) == {(NAME, world.ours): "answered"}
    assert states(second) == {(NAME, world.theirs): "out-of-scope"}
    assert not world.stranger.log.connections


def test_it_moves_until_the_sweep_is_gone_on_with(world):
    scope = world.file("scope", "%s\n%s\n" % (NAME, world.ours))
    out = world.folder / "out.jsonl"
    args = ("--scope", scope, "-o", out, "--resume", world.target(NAME))
    with DnsMover({NAME: [[world.ours], [world.ours, world.theirs]]}) as dns:
        assert world.scan(*args, dns=dns).code == 0
        lines = out.read_bytes().splitlines(keepends=True)
        host = json.loads(lines[1])
        # As if it had been broken off before the record of a second address was written.
        lines[1] = json.dumps(dict(host, addresses=2)).encode() + b"\n"
        out.write_bytes(b"".join(lines[:-1]))
        asked = len(world.server.log.requests)
        result = world.scan(*args, dns=dns)
    assert result.code == 0, result.errors
    hosts = [r for r in parse_records(out.read_bytes()) if r["type"] == "host"]
    assert {(h["address"], h["state"]) for h in hosts} == \
        {(world.ours, "answered"), (world.theirs, "out-of-scope")}
    assert not world.stranger.log.connections and len(world.server.log.requests) == asked


@pytest.mark.parametrize("how", ["pin", "resolve"])
def test_written_by_hand(world, how):
    """An address that is not DNS's has to be in the scope itself, also when that has names only."""
    names = world.file("names", "%s\n" % NAME)
    both = world.file("both", "%s\n%s\n" % (NAME, world.ours))
    for scope, address, want in ((names, world.theirs, "out-of-scope"),
                                 (names, world.ours, "out-of-scope"),
                                 (both, world.theirs, "out-of-scope"),
                                 (both, world.ours, "answered")):
        if how == "pin":
            target = "%s address=%s\n" % (world.target(NAME), address)
            result = world.scan("--scope", scope, "-l", "-", stdin=target.encode())
        else:
            result = world.scan("--scope", scope, world.target(NAME), "--resolve",
                                "%s:%s" % (world.target(NAME), address))
        assert states(result) == {(NAME, address): want}, (how, scope)
    assert not world.stranger.log.connections


def test_names_only(world):
    """DNS is trusted with the addresses of an allowed name; an address is no name."""
    scope = world.file("scope", "# a comment\r\n%s\r\n" % NAME.upper())
    with DnsMover({NAME: [[world.ours]], OTHER: [[world.theirs]]}) as dns:
        result = world.scan("--scope", scope, world.target(NAME), world.target(OTHER),
                            world.target(world.theirs), dns=dns)
    assert states(result) == {(NAME, world.ours): "answered", (OTHER, None): "out-of-scope",
                              (world.theirs, world.theirs): "out-of-scope"}
    assert set(dns.asked) == {NAME}   # who may not be contacted is not looked up, either
    assert not world.stranger.log.connections


def test_networks_only(world):
    """Any name may be looked up; nothing outside of the network is contacted."""
    scope = world.file("scope", "%s/32\n" % world.ours)
    with DnsMover({NAME: [[world.theirs]], OTHER: [[world.ours]]}) as dns:
        result = world.scan("--scope", scope, world.target(NAME), world.target(OTHER), dns=dns)
    assert states(result) == {(NAME, world.theirs): "out-of-scope", (OTHER, world.ours): "answered"}
    assert not world.stranger.log.connections


def test_networks_and_their_holes(program, tmp_path):
    """A listener on all of 127.0.0.0/8 sees who is contacted, of a network with an exclusion, an
    opt-out and a scope that is smaller."""
    block = ADDRESSES.block()
    (tmp_path / "scope").write_text("%s.0/27\n" % block)
    (tmp_path / "opt").write_text("%s.9 2026-03-01 asked\n" % block)
    (tmp_path / "not").write_text("%s.16/29 # printers\n" % block)
    with Witness() as witness:
        result = program.scan(
            *HASTE, "--network-delay", "0", "--scope", tmp_path / "scope", "--exclude-file",
            tmp_path / "not", "--exclude", "%s.3,%s.4" % (block, block), "--opt-out",
            tmp_path / "opt", "%s.0/26:%d" % (block, witness.port),
            "[::ffff:%s.5]:%d" % (block, witness.port), "[::ffff:%s.4]:%d" % (block, witness.port))
    left = set(range(32)) - set(range(16, 24)) - {3, 4, 9}
    assert {c.address for c in witness.contacts} == {"%s.%d" % (block, n) for n in left}
    said = states(result)
    assert len(said) == 64
    assert said["%s.9" % block, "%s.9" % block] == "opted-out"
    assert list(said.values()).count("out-of-scope") == 64 - len(left) - 1


def test_redirects_and_origins_are_no_targets(world):
    """What is in scope sends us elsewhere: nobody goes there."""
    case = load_case(CASE)
    there = "https://%s/" % world.target(world.theirs)
    case["routes"] = [{"path": "/owa/auth/logon.aspx", "status": 302,
                       "headers": [["Location", there + "owa/"]]}] + case["routes"]
    mover = world.fleet.add(CaseServer(dict(case, name="mover")))
    scope = world.file("scope", "%s\n" % mover.address)
    result = world.scan("--scope", scope, "%s:%d" % (mover.address, mover.port))
    assert result.hosts[0]["state"] == "answered" and mover.log.requests
    assert not world.stranger.log.connections


def test_empty_scope(world):
    """Nobody; and that is no complete sweep when somebody asked for one."""
    scope = world.file("scope", "# to be filled in\n\n")
    result = world.scan("--scope", scope, "--min-coverage", "1", world.target(world.ours), NAME)
    assert set(states(result).values()) == {"out-of-scope"}
    assert result.code == 3 and result.end["coverage"] == 0
    assert str(scope) in result.errors and "nobody" in result.errors
    assert not world.server.log.connections


def test_coverage_is_of_those_to_be_contacted(world):
    opt = world.file("opt", "%s 2026-03-01 asked\n" % world.theirs)
    result = world.scan("--opt-out", opt, "--exclude", "127.0.0.0/31", "--min-coverage", "100",
                        world.target(world.ours), world.target(world.theirs), "127.0.0.1:9")
    assert sorted(states(result).values()) == ["answered", "opted-out", "out-of-scope"]
    assert result.code == 0 and result.end["coverage"] == 1


@pytest.mark.parametrize("option,text,code,words", [
    ("--scope", "a.example\n.b.example\n", 65, ':2: ".b.example": write *.b.example'.split("*")[0]),
    ("--scope", "127.0.0.1/8\n", 65, ":1: \"127.0.0.1/8\": there are bits"),
    ("--exclude-file", "127.0.0.1:443\n", 65, "no port"),
    ("--opt-out", "127.0.0.1 yesterday\n", 65, ":1: \"yesterday\""),
    ("--scope", None, 65, "No such file"),
    ("--exclude", "127.0.0.1,,127.0.0.2", 64, "--exclude"),
])
def test_a_list_with_a_slip_stops_the_scan(world, option, text, code, words):
    value = text if option == "--exclude" else world.folder / "list"
    if option != "--exclude" and text is not None:
        value.write_text(text)
    for args in (("scan",), ("plan",)):
        result = world.program.run(*args, option, value, world.target(world.ours))
        assert result.code == code, (args, result.errors)
        assert words in result.errors and not result.stdout
    assert not world.server.log.connections


def test_opt_outs_are_in_the_reports(world):
    reason = "asked by mail, ticket #4711"
    opt = world.file("opt", "%s 2026-03-01 %s\n" % (world.theirs, reason))
    out = world.folder / "out.jsonl"
    scope = world.file("scope", "%s\n" % world.ours)   # it outranks the scope, too
    world.scan("--scope", scope, "--opt-out", opt, "-o", out, world.target(world.ours),
               world.target(world.theirs))
    hosts = {r["address"]: r for r in parse_records(out.read_bytes()) if r["type"] == "host"}
    assert hosts[world.theirs]["state"] == "opted-out"
    assert hosts[world.theirs]["detail"] == "2026-03-01: " + reason
    for form in ("text", "html", "csv"):
        report = world.program.run("report", "-f", form, out)
        assert report.code == 0 and "2026-03-01: " + reason in report.text, (form, report.text)
        assert "opted-out" in report.text
    assert not world.stranger.log.connections


def test_through_a_proxy(world):
    """It is asked for addresses that were held against the scope, and for no others."""
    proxy = world.fleet.add(ConnectProxy())
    scope = world.file("scope", "%s\n%s\n" % (NAME, world.ours))
    with DnsMover({NAME: [[world.ours, world.theirs]]}) as dns:
        result = world.scan("--scope", scope, "-x", "http://%s:%d" % (proxy.address, proxy.port),
                            world.target(NAME), dns=dns)
    assert states(result) == {(NAME, world.ours): "answered", (NAME, world.theirs): "out-of-scope"}
    assert {r.target for r in proxy.log.requests} == {world.target(world.ours)}
    assert not world.stranger.log.connections


def test_going_on_with_other_lists(world):
    """Another scope is another run; the same in other words is not. Who opts out meanwhile is left
    alone at once."""
    one = world.file("one", "%s\n%s\n" % (world.ours, world.theirs))
    same = world.file("same", "# sorted\n%s\n%s/32\n" % (world.theirs, world.ours))
    more = world.file("more", "127.0.0.0/8\n")
    opt = world.file("opt", "%s 2026-03-01 asked\n" % world.theirs)
    out = world.folder / "out.jsonl"
    args = ("-o", out, "--resume", world.target(world.ours))
    assert world.scan("--scope", one, *args).code == 0
    before = out.read_bytes()
    for change in (("--scope", more), (), ("--scope", one, "--exclude", "127.0.0.1")):
        result = world.scan(*change, *args)
        assert result.code == 64 and "--fresh" in result.errors, (change, result.errors)
        assert "--exclude" in result.errors or "--scope" in result.errors
        assert out.read_bytes() == before
    result = world.scan("--scope", same, "--opt-out", opt, *args, world.target(world.theirs))
    assert result.code == 0, result.errors
    hosts = {r["address"]: r["state"] for r in parse_records(out.read_bytes())
             if r["type"] == "host"}
    assert hosts == {world.ours: "answered", world.theirs: "opted-out"}
    assert not world.stranger.log.connections


def test_the_plan_counts_them(world):
    scope = world.file("scope", "*.example.test\n127.0.0.0/8\n")
    opt = world.file("opt", "gone.example.test 2026-03-01 asked\n")
    targets = ["a.example.test", "example.test", "gone.example.test", "192.0.2.0/30", "127.0.0.1",
               "b.example.test"]
    for command in (("plan",), ("scan", "--dry-run")):
        result = world.program.run(*command, "--scope", scope, "--opt-out", opt, *targets)
        assert result.code == 0, result.errors
        assert "5 targets out of scope, 1 opted out" in result.text
        assert "Targets      3: 2 names, 1 addresses" in result.text
    plan = json.loads(world.program.run("plan", "--json", "--scope", scope, "--contact", "me@x",
                                        "--opt-out", opt, *targets).text)
    assert (plan["targets"], plan["out_of_scope"], plan["opted_out"]) == (3, 5, 1)
    assert plan["if_none_is_exchange"]["requests"] < plan["if_all_are_exchange"]["requests"] \
        <= plan["requests_max"]
    assert "me@x" in plan["user_agent"]
