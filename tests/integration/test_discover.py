# SPDX-License-Identifier: MIT
"""E-mail domains made into targets: what DNS is asked, what is listed, and what is only told."""
import itertools
import os
import time

import pytest

from dns_server import DnsServer
from dns_zone import ZoneServer

COMPLETE, INCOMPLETE, USAGE, INPUT, OUTPUT = 0, 3, 64, 65, 73
FAST = ("--rate", "0", "--timeout", "2")
OUTLOOK = {"autodiscover.outlook.com": {"A": ["203.0.113.77"]}}


class Found:
    """What a run said."""

    def __init__(self, result):
        self.code, self.errors, self.text = result.code, result.errors, result.text

    @property
    def targets(self):
        return [line.split("#")[0].split() for line in self.text.splitlines()
                if line.split("#")[0].strip()]

    @property
    def names(self):
        return sorted(words[0] for words in self.targets)

    def comments(self, word):
        return [line for line in self.text.splitlines() if line.startswith("# %s: " % word)]


def discover(program, zone, *args, **kwargs):
    return Found(program.run("discover", "--dns-servers", zone.where, *FAST, *args, **kwargs))


def json_of(program, zone, *args, **kwargs):
    result = program.run("discover", "--json", "--dns-servers", zone.where, *FAST, *args, **kwargs)
    records = result.records
    assert records[-1]["type"] == "end"
    return (result, {r["domain"]: r for r in records if r["type"] == "domain"},
            [r for r in records if r["type"] == "candidate"])


PLAIN = {
    "acme.test": {"MX": [(10, "mail.acme.test"), (20, "backup.acme.test")]},
    "mail.acme.test": {"A": ["192.0.2.5"], "AAAA": ["2001:db8::5"]},
    "backup.acme.test": {"A": ["192.0.2.6"]},
    "owa.acme.test": {"CNAME": "mail.acme.test"},
    "_autodiscover._tcp.acme.test": {"SRV": [(0, 0, 8443, "exch.acme.test")]},
    "exch.acme.test": {"A": ["192.0.2.7"]},
    "www.acme.test": {"A": ["192.0.2.8"]},
}


def test_usual_names_records_and_srv(program):
    with ZoneServer(PLAIN) as zone:
        found = discover(program, zone, "acme.test")
        asked = zone.names()
    assert found.code == COMPLETE, found.errors
    assert found.names == ["backup.acme.test", "exch.acme.test", "exch.acme.test:8443",
                           "mail.acme.test", "owa.acme.test"]
    line = [text for text in found.text.splitlines() if text.startswith("mail.acme.test")][0]
    assert "# MX 10, usual name; 192.0.2.5, 2001:db8::5" in line
    assert any("exch.acme.test:8443" in text and "SRV of Autodiscover" in text
               for text in found.text.splitlines())
    assert any("owa.acme.test" in text and "alias of mail.acme.test" in text
               for text in found.text.splitlines())
    assert "www.acme.test" not in asked and all(n.endswith("acme.test") for n in asked)


def test_what_is_printed_is_a_list_that_scan_takes(program, fleet, tmp_path):
    domains = tmp_path / "domains"
    domains.write_text("\ufeffacme.test client=acme site=b\u00e9rlin\r\n# no more\r\n")
    out = tmp_path / "hosts"
    with ZoneServer(PLAIN) as zone:
        result = program.run("discover", "--dns-servers", zone.where, *FAST, "--domains", domains,
                             "-o", out)
    assert result.code == COMPLETE and result.stdout == b"", result.errors
    plan = program.run("plan", "--json", "-l", out)
    assert plan.code == 0 and plan.stderr == b"", plan.errors
    assert plan.records[0]["targets"] == 5 and plan.records[0]["bad_lines"] == 0
    assert "mail.acme.test client=acme site=b\u00e9rlin " in out.read_text()


@pytest.mark.parametrize("option,text,names", [
    ("--scope", "*.acme.test\n192.0.2.0/24\n", ["backup.acme.test", "exch.acme.test",
                                               "exch.acme.test:8443", "mail.acme.test",
                                               "owa.acme.test"]),
    ("--scope", "mail.acme.test\n", ["mail.acme.test"]),
    ("--scope", "192.0.2.7\n", ["exch.acme.test", "exch.acme.test:8443"]),
    ("--scope", "", []),
    ("--exclude-file", "192.0.2.0/24\n", ["mail.acme.test", "owa.acme.test"]),   # by IPv6
    ("--opt-out", "mail.acme.test 2026-01-02 asked\n",
     ["backup.acme.test", "exch.acme.test", "exch.acme.test:8443", "owa.acme.test"])])
def test_what_scope_forbids_is_told_and_not_listed(program, tmp_path, option, text, names):
    lines = tmp_path / "lines"
    lines.write_text(text)
    with ZoneServer(PLAIN) as zone:
        found = discover(program, zone, option, lines, "acme.test")
    assert found.code == COMPLETE and found.names == names, found.errors
    told = found.comments("forbidden")
    assert len(told) == 5 - len(names)
    if option == "--opt-out":
        assert "opted out" in told[0]


def test_a_broken_scope_stops_discovery(program, tmp_path):
    lines = tmp_path / "lines"
    lines.write_text("mail.acme.test:443\n")
    with ZoneServer(PLAIN) as zone:
        found = discover(program, zone, "--scope", lines, "acme.test")
        assert zone.asked == []
    assert found.code == INPUT and "lines:1" in found.errors


def test_each_name_is_asked_for_once_and_few_are(program):
    with ZoneServer(PLAIN) as zone:
        _, domains, _ = json_of(program, zone, "acme.test")
        asked = list(zone.asked)
    assert len(asked) == len(set(asked)) == domains["acme.test"]["questions"]
    assert len(asked) <= 2 + 2 * (2 + 64 + 64)


def test_microsoft_365_is_named_and_not_listed(program):
    zone = dict(OUTLOOK, **{
        "cloud.test": {"MX": [(0, "cloud-test.mail.protection.outlook.com")]},
        "autodiscover.cloud.test": {"CNAME": "autodiscover.outlook.com"},
        "mail.cloud.test": {"A": ["192.0.2.5"]},   # hybrid: this one is theirs
        "dane.test": {"MX": [(0, "dane-test.o-v1.mx.microsoft")]},
        "alias.test": {"MX": [(0, "mx.alias.test")]}, "mx.alias.test": {"A": ["192.0.2.6"]},
        "autodiscover.alias.test": {"CNAME": "autodiscover.outlook.com"},
        "google.test": {"MX": [(1, "aspmx.l.google.com"), (5, "alt1.aspmx.l.google.com")]},
        "filtered.test": {"MX": [(1, "mx1-eu1.ppe-hosted.com")]},
        "no-suffix.test": {"MX": [(1, "notmail.protection.outlook.com.evil.test")]},
    })
    with ZoneServer(zone) as server:
        names = ["cloud.test", "dane.test", "alias.test", "google.test", "filtered.test",
                 "no-suffix.test"]
        _, domains, candidates = json_of(program, server, *names)
        text = discover(program, server, *names)
        asked = server.names()
    services = {name: [s["name"] for s in domains[name]["services"]] for name in names}
    assert services == {
        "cloud.test": ["Exchange Online"], "dane.test": ["Exchange Online"],
        "alias.test": ["Exchange Online"], "google.test": ["Google Workspace"],
        "filtered.test": ["Proofpoint Essentials"], "no-suffix.test": []}
    assert [s["role"] for s in domains["filtered.test"]["services"]] == ["filter"]
    verdicts = {c["name"]: c["verdict"] for c in candidates}
    assert verdicts["cloud-test.mail.protection.outlook.com"] == "hosted"
    assert verdicts["autodiscover.cloud.test"] == "hosted"
    assert verdicts["mail.cloud.test"] == "listed"
    assert text.names == ["mail.cloud.test", "mx.alias.test"]
    assert "# cloud.test: mail at Exchange Online" in text.text
    assert "# filtered.test: mail is filtered by Proofpoint Essentials" in text.text
    assert not any(n.endswith((".outlook.com", ".google.com", ".microsoft")) for n in asked)


OUTSIDE = {
    "acme.test": {"MX": [(10, "mx.hoster.test")]},
    "_autodiscover._tcp.acme.test": {"SRV": [(0, 0, 443, "auto.hoster.test")]},
    "webmail.acme.test": {"CNAME": "shared.hoster.test"},
    "shared.hoster.test": {"A": ["192.0.2.9"]},
    "mail.acme.test": {"A": ["192.0.2.5"]},
    "mx.hoster.test": {"A": ["192.0.2.8"]},
}


def test_what_lies_outside_is_told_and_not_listed(program):
    with ZoneServer(OUTSIDE) as zone:
        found = discover(program, zone, "acme.test")
        assert "mx.hoster.test" not in zone.names() and "auto.hoster.test" not in zone.names()
        wanted = discover(program, zone, "--outside", "acme.test")
        both = discover(program, zone, "acme.test", "hoster.test")
    assert found.names == ["mail.acme.test"]
    told = "\n".join(found.comments("outside"))
    for name in ("mx.hoster.test", "auto.hoster.test", "webmail.acme.test"):
        assert name in told
    assert wanted.names == ["auto.hoster.test", "mail.acme.test", "mx.hoster.test",
                            "webmail.acme.test"]
    assert wanted.text.count("outside of the domains") == 3
    # Whoever names the hoster's domain as well owns that, too.
    assert both.names == ["mail.acme.test", "mx.hoster.test", "webmail.acme.test"]


def test_tags_are_those_of_the_domain_that_a_host_lies_in(program):
    with ZoneServer(OUTSIDE) as zone:
        found = discover(program, zone, "--domains", "-",
                         stdin=b"acme.test client=acme\nhoster.test client=msp\n")
    assert ["mx.hoster.test", "client=msp"] in found.targets
    assert ["mail.acme.test", "client=acme"] in found.targets


def test_a_host_of_two_domains_is_listed_once(program):
    zone = {"a.test": {"MX": [(1, "mx.b.test")]}, "b.test": {"MX": [(1, "mx.b.test")]},
            "mx.b.test": {"A": ["192.0.2.5"]}}
    with ZoneServer(zone) as server:
        found = discover(program, server, "a.test", "b.test")
    assert found.names == ["mx.b.test"] and len(found.comments("repeated")) == 1


def test_wildcards_are_noticed(program):
    numbers = itertools.count(1)
    zone = {
        "wild.test": {"MX": [(1, "mx.wild.test")]}, "*.wild.test": {"A": ["192.0.2.5"]},
        "owa.wild.test": {"A": ["192.0.2.6"]},
        "varies.test": {"MX": []},
        "*.varies.test": {"A": lambda: ["198.51.100.%d" % (next(numbers) % 250)]},
        "alias.test": {"MX": []}, "*.alias.test": {"CNAME": "www.alias.test"},
        "www.alias.test": {"A": ["192.0.2.7"]},
    }
    with ZoneServer(zone) as server:
        _, domains, candidates = json_of(program, server, "wild.test", "varies.test", "alias.test")
        text = discover(program, server, "wild.test", "varies.test", "alias.test")
    assert all(domains[n]["wildcard"] for n in ("wild.test", "varies.test", "alias.test"))
    assert domains["varies.test"]["wildcard_varies"] and not domains["wild.test"]["wildcard_varies"]
    # What a record names, and what differs from the wildcard, is there; nothing else is.
    assert text.names == ["mx.wild.test", "owa.wild.test"]
    assert {c["verdict"] for c in candidates if c["name"] == "mail.wild.test"} == {"wildcard"}
    assert text.text.count("names that do not exist have an address") == 3
    assert len(text.comments("wildcard")) == 3


HOSTILE = [
    [b"mail.acme.test client=evil address=10.0.0.1"], [b"a\nb.evil.test", b"acme", b"test"],
    [b"x # y", b"test"], [b"\x1b[2J", b"acme", b"test"], [b"10.0.0.1"], [b"10", b"0", b"0", b"1"],
    [b"0x7f", b"1"], [b"[::1]"], [b"::1"], [b"*", b"acme", b"test"], [b"https://evil", b"test"],
    [b"a/24", b"test"], [b"acme.test:22"], [b"\xc3\xa4", b"acme", b"test"], [b"\x00", b"acme"],
    [b"-a", b"acme", b"test"], [b"\\010", b"acme", b"test"], [b"\xe2\x80\xae", b"acme", b"test"],
]


@pytest.mark.parametrize("kind", ["MX", "SRV", "CNAME"])
def test_hostile_names_do_not_become_targets(program, kind):
    """Nor lines, nor tags, nor anything that a terminal obeys."""
    values = {"MX": lambda n: {"acme.test": {"MX": [(1, n)]}},
              "SRV": lambda n: {"acme.test": {"MX": []},
                                "_autodiscover._tcp.acme.test": {"SRV": [(0, 0, 443, n)]}},
              "CNAME": lambda n: {"acme.test": {"MX": []}, "owa.acme.test": {
                  "CNAME": n, "A": ["192.0.2.9"]}}}
    good = {"mail.acme.test": {"A": ["192.0.2.5"]}}
    for labels in HOSTILE:
        with ZoneServer(dict(good, **values[kind](labels))) as zone:
            found = discover(program, zone, "acme.test")
            _, _, candidates = json_of(program, zone, "acme.test")
            assert {n for n in zone.names() if not n.endswith("acme.test")} == set(), labels
        assert found.names == ["mail.acme.test"], (labels, found.text)
        assert all(line.startswith(("#", "mail.acme.test ")) or not line
                   for line in found.text.split("\n")), labels
        assert all(ch == "\n" or ch.isprintable() for ch in found.text), labels
        assert found.text.isascii()
        assert [c["name"] for c in candidates if c["verdict"] == "listed"] == ["mail.acme.test"]
        plan = program.run("plan", "--json", "-l", "-", stdin=found.text.encode())
        assert plan.records[0]["targets"] == 1 and plan.records[0]["bad_lines"] == 0


def test_addresses_that_are_nobodys(program):
    zone = {"acme.test": {"MX": []}, "mail.acme.test": {"A": ["127.0.0.1"]},
            "owa.acme.test": {"A": ["0.0.0.0"]}, "ex.acme.test": {"AAAA": ["::1"]},
            "cas.acme.test": {"A": ["127.0.0.1", "192.0.2.5"]},
            "exch.acme.test": {"A": ["239.1.2.3"]}}
    with ZoneServer(zone) as server:
        found = discover(program, server, "acme.test")
    assert found.names == ["cas.acme.test"] and len(found.comments("bad-address")) == 4


def test_every_way_of_not_answering(program):
    """Each domain in a state of its own, and the others complete."""
    zone = {
        "good.test": {"MX": [(1, "mx.good.test")]}, "mx.good.test": {"A": ["192.0.2.5"]},
        "servfail.test": {"rcode": 2}, "refused.test": {"rcode": 5}, "dead.test": {"silent": True},
        "half.test": {"MX": []}, "mail.half.test": {"rcode": 2},
        "owa.half.test": {"A": ["192.0.2.6"]},
        "srv.test": {"MX": []}, "_autodiscover._tcp.srv.test": {"silent": True},
        "null.test": {"MX": [(0, [])]}, "empty.test": {"MX": []},
        "huge.test": {"MX": [(n, "mx%d.huge.test" % n) for n in range(1000)]},
        "many.test": {"MX": []},
        "mail.many.test": {"A": ["198.51.100.%d" % n for n in range(1, 250)]},
        "dangling.test": {"MX": [(1, "gone.dangling.test")]},
    }
    names = [n for n in zone if n.count(".") == 1] + ["nothing.test"]
    with ZoneServer(zone) as server:
        result, domains, candidates = json_of(program, server, *names)
        asked = server.names()
        text = discover(program, server, *names)
    assert result.code == text.code == INCOMPLETE
    states = {n: (domains[n]["state"], domains[n]["why"]) for n in names}
    assert states == {
        "good.test": ("asked", None), "servfail.test": ("failed", "servfail"),
        "refused.test": ("failed", "refused"), "dead.test": ("failed", "timeout"),
        "half.test": ("incomplete", "servfail"), "srv.test": ("incomplete", "timeout"),
        "null.test": ("asked", None), "empty.test": ("asked", None),
        "huge.test": ("failed", "too-many-records"),
        "many.test": ("incomplete", "too-many-addresses"),
        "dangling.test": ("asked", None), "nothing.test": ("no-such-domain", None)}
    assert domains["null.test"]["takes_no_mail"] and not domains["empty.test"]["takes_no_mail"]
    assert text.names == ["mx.good.test", "owa.half.test"]
    verdicts = {c["name"]: c["verdict"] for c in candidates}
    assert verdicts["mail.half.test"] == verdicts["mail.many.test"] == "unknown"
    assert verdicts["gone.dangling.test"] == "no-address"
    assert "dead.test: NOT ASKED" in text.text and "half.test: NOT COMPLETE" in text.text
    # Where the first question fails, or there is no domain, nothing else is asked.
    assert not {n for n in asked if n.endswith((".dead.test", ".nothing.test", ".servfail.test"))}
    assert discover_one(program, zone, "good.test").code == COMPLETE
    assert discover_one(program, zone, "nothing.test").code == COMPLETE


def discover_one(program, zone, name):
    with ZoneServer(zone) as server:
        return discover(program, server, name)


def test_no_name_server_at_all(program):
    result = program.run("discover", "--dns-servers", "127.0.0.1:1", *FAST, "acme.test")
    assert result.code == INCOMPLETE and "# acme.test: NOT ASKED" in result.text


def test_many_domains_among_dead_ones(program, tmp_path):
    """Thousands of questions; a dead domain costs its own time only."""
    zone, lines = {}, []
    for n in range(300):
        name = "d%d.test" % n
        zone[name] = {"MX": [(1, "mx." + name)]} if n % 10 else {"silent": True}
        zone["mx." + name] = {"A": ["192.0.2.%d" % (n % 250 + 1)]}
        lines.append("%s client=c%d" % (name, n))
    (tmp_path / "domains").write_text("\n".join(lines))
    with ZoneServer(zone) as server:
        found = discover(program, server, "--domains", tmp_path / "domains", "-c", "20")
    assert found.code == INCOMPLETE
    assert found.targets == [["mx.d%d.test" % n, "client=c%d" % n] for n in range(300) if n % 10]
    assert found.text.count("NOT ASKED") == 30
    assert "300 domains: 30 not fully answered" in found.errors


def test_rate_is_a_ceiling(program):
    with ZoneServer(PLAIN) as zone:
        result = program.run("discover", "--dns-servers", zone.where, "--rate", "40", "acme.test")
        n = len(zone.asked)
    assert result.code == COMPLETE and n > 60
    assert result.seconds > (n - 4) / 40


@pytest.mark.parametrize("args,code,says", [
    ([], USAGE, "no domains"), (["com"], INPUT, "top-level domain"),
    (["192.0.2.1"], INPUT, "is an address"), (["10.0.0.0/8"], INPUT, ""),
    (["acme.test:443", "acme.test:8443"], COMPLETE, "has a port"),
    (["--strict", "acme.test", "acme.test:8443"], INPUT, "has a port"),
    (["--dns-servers", "nonsense", "acme.test"], USAGE, "--dns-servers nonsense"),
    (["-o", "/nowhere/x", "acme.test"], OUTPUT, "/nowhere/x"),
    (["--domains", "missing"], INPUT, "missing"), (["bob@acme.test"], INPUT, ""),
])
def test_wrong_use(program, args, code, says):
    with ZoneServer(PLAIN) as zone:
        found = Found(program.run("discover", "--dns-servers", zone.where, *FAST, *args))
    assert found.code == code and says in found.errors, found.errors
    assert code == COMPLETE or not found.targets


def test_an_interrupted_run_leaves_the_old_list(program, tmp_path):
    out = tmp_path / "hosts"
    out.write_text("old\n")
    with ZoneServer({"dead.test": {"silent": True}}) as zone:
        running = program.start("discover", "--dns-servers", zone.where, "-o", out, "dead.test")
        end = time.monotonic() + 20
        while not zone.asked and time.monotonic() < end:
            time.sleep(0.01)
        assert zone.asked
        running.signal(15)
        assert running.wait().code != COMPLETE
    assert out.read_text() == "old\n" and os.listdir(tmp_path) == ["hosts"]


def test_names_in_any_script_and_case(program):
    zone = {"xn--bcher-kva.test": {"MX": [(1, "MAIL.Xn--Bcher-KVA.TEST")]},
            "mail.xn--bcher-kva.test": {"A": ["192.0.2.5"]}}
    with ZoneServer(zone) as server:
        found = discover(program, server, "B\u00fccher.TEST.")
    assert found.names == ["mail.xn--bcher-kva.test"]


def test_a_real_name_server(program, tmp_path):
    zone = "\n".join(["@ MX 10 mail", "mail A 192.0.2.5", "owa CNAME mail",
                      "_autodiscover._tcp SRV 0 0 443 mail", "*.sub A 192.0.2.9"])
    with DnsServer(tmp_path, zone) as server:
        found = discover(program, server, "example.test", "sub.example.test", "x.servfail.test",
                         "x.drop.test")
    assert found.code == INCOMPLETE
    assert found.names == ["mail.example.test", "owa.example.test"]
    assert "# sub.example.test: names that do not exist have an address" in found.text
    assert "x.servfail.test: NOT ASKED, no answer to the question for MX: servfail" in found.text
    assert "x.drop.test: NOT ASKED" in found.text
