# SPDX-License-Identifier: MIT
"""Every form of a target, and where the requests for it arrive."""
import pytest

from sim.address import ADDRESSES, same_port
from sim.case import CaseServer, load_case

CASE = "gen-2019-cu15-rtm"


def hosts_of(server):
    return {r.host for r in server.log.requests}


def test_argument_forms(program, exchange):
    """One server, named in every way that leads to it."""
    where = "%s:%d" % (exchange.address, exchange.port)
    for target in (where, "https://" + where, "https://%s/owa/?a=b#c" % where):
        result = program.scan(target)
        assert result.code == 0, result.errors
        assert [h["target"] for h in result.hosts] == [where]
        assert result.hosts[0]["state"] == "answered"
    assert hosts_of(exchange) == {exchange.address}


def test_list_forms(program, exchange, tmp_path):
    """Byte order mark, CR LF, comments, tags, blank lines; a pinned address keeps the name."""
    port, address = exchange.port, exchange.address
    lines = ["\ufeff# a comment", "", "mail.one.example.test:%d address=%s client=acme site=köln" %
             (port, address), "   MAIL.Two.example.test.:%d address=%s  # behind" % (port, address),
             "https://mail.three.example.test:%d/path address=%s" % (port, address),
             "bücher.example.test:%d address=%s" % (port, address)]
    path = tmp_path / "list.txt"
    path.write_bytes("\r\n".join(lines).encode())
    result = program.scan("-l", path)
    assert result.code == 0, result.errors
    by_name = {h["target"].rpartition(":")[0]: h for h in result.hosts}
    assert set(by_name) == {"mail.one.example.test", "mail.two.example.test",
                            "mail.three.example.test", "xn--bcher-kva.example.test"}
    assert by_name["mail.one.example.test"]["tags"] == {"client": "acme", "site": "köln"}
    assert by_name["mail.one.example.test"]["line"] == 3
    assert {h["address"] for h in result.hosts} == {address}
    assert hosts_of(exchange) == set(by_name)
    assert set(exchange.log.server_names) == set(by_name)
    assert result.end["bad_lines"] == 0


def test_stdin_and_arguments_together(program, fleet):
    one, two = fleet.add_case(CASE), fleet.add_case("gen-se-rtm")
    result = program.scan("%s:%d" % (one.address, one.port), "-l", "-",
                          stdin=b"%s:%d\n" % (two.address.encode(), two.port))
    assert {h["address"] for h in result.hosts} == {one.address, two.address}


def test_several_lists(program, fleet, tmp_path):
    servers = [fleet.add_case(CASE), fleet.add_case("gen-se-rtm")]
    arguments = []
    for n, s in enumerate(servers):
        path = tmp_path / ("list%d" % n)
        path.write_text("%s:%d\n" % (s.address, s.port))
        arguments += ["-l", path]
    result = program.scan(*arguments)
    assert {h["address"] for h in result.hosts} == {s.address for s in servers}


def test_ipv6(program, fleet):
    try:
        server = fleet.add(CaseServer(load_case(CASE), "::1"))
    except OSError:
        pytest.skip("this machine has no IPv6 on loopback")
    result = program.scan("[::1]:%d" % server.port, "mail.example.test:%d" % server.port,
                          "--resolve", "mail.example.test:%d:::1" % server.port)
    assert {h["address"] for h in result.hosts} == {"::1"}, result.errors
    assert {h["target"] for h in result.hosts} == {"[::1]:%d" % server.port,
                                                   "mail.example.test:%d" % server.port}
    assert all(h["exchange"]["build"]["exact"] == "15.2.1748.10" for h in result.hosts)


def test_network(program, fleet):
    """Every address of a network is probed, with the port of the network."""
    block = ADDRESSES.block()
    addresses = ["%s.%d" % (block, n) for n in range(8, 12)]
    sockets = same_port(addresses)
    port = sockets[0].getsockname()[1]
    for s in sockets:
        s.close()
    servers = []
    for n, address in enumerate(addresses):
        case = dict(load_case(CASE), name="member-%d" % n)
        servers.append(fleet.add(CaseServer(case, address, port)))
    result = program.scan("%s.8/30:%d" % (block, port))
    assert result.code == 0, result.errors
    assert sorted(h["address"] for h in result.hosts) == sorted(addresses)
    assert all(s.log.requests for s in servers)
    assert result.end["hosts"] == 4


def test_network_too_large(program):
    """The limit is said, and nothing is sent."""
    result = program.scan("--max-time", "1", "127.0.0.0/8:1")
    assert result.code == 65
    assert "127.0.0.0/8" in result.errors
    assert result.hosts == []


def test_duplicates_are_merged(program, exchange):
    """In any spelling; the first one's tags stay."""
    where = "%s:%d" % (exchange.address, exchange.port)
    text = "%s client=first\n%s client=second\nhttps://%s/ecp\n" % (where, where, where)
    result = program.scan("-l", "-", stdin=text.encode())
    assert len(result.hosts) == 1
    assert result.hosts[0]["tags"] == {"client": "first"}
    assert result.end["duplicates"] == 2
    assert len(exchange.log.requests) == result.hosts[0]["requests"]


BAD_LINES = [
    (b"mail.example.test:99999", "99999"),
    (b"mail.example.test:x", "mail.example.test:x"),
    (b"ftp://mail.example.test/", "ftp"),
    (b"10.0.0.0/33", "10.0.0.0/33"),
    (b"10.0.0.1/24", "10.0.0.1/24"),
    (b"-mail.example.test", "-mail"),
    (b"a..b.example.test", "a..b"),
    (b"127.0.0.1:443 address=nonsense", "nonsense"),
    (b"127.0.0.1:443 loose", "loose"),
    (b"mail\0.example.test", "mail"),
    (b"\xff\xfe.example.test", ":"),
    (b"x" * 1000000, ":"),
    (b"[::1", "[::1"),
]


@pytest.mark.parametrize("line,words", BAD_LINES, ids=[repr(b[0][:20]) for b in BAD_LINES])
def test_bad_line(program, exchange, tmp_path, line, words):
    """Named with file, line and value, counted, and the rest is scanned."""
    path = tmp_path / "targets.txt"
    good = b"%s:%d" % (exchange.address.encode(), exchange.port)
    path.write_bytes(b"# first\n" + line + b"\n" + good + b"\n")
    result = program.scan("-l", path)
    message = [m for m in result.errors.splitlines() if "targets.txt:2" in m]
    assert len(message) == 1, result.errors
    assert words in message[0]
    assert len(message[0]) < 1000
    assert [h["address"] for h in result.hosts] == [exchange.address]
    assert sum(r.get("bad_lines") or 0 for r in result.records if r["type"] in ("run", "end")) >= 1


def test_strict_stops_at_a_bad_line(program, exchange):
    text = "bad:line:here/..\n%s:%d\n" % (exchange.address, exchange.port)
    result = program.scan("--strict", "-l", "-", stdin=text.encode())
    assert result.code == 65
    assert ":1" in result.errors
    assert not exchange.log.connections


def test_strict_passes_a_good_list(program, exchange):
    assert program.scan("--strict", "%s:%d" % (exchange.address, exchange.port)).code == 0
