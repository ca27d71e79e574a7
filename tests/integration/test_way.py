# SPDX-License-Identifier: MIT
"""The way out: a proxy, an interface. What fails on it is no statement of a host, and nothing
in the environment changes it."""
import pytest

from http_proxy import Proxy
from sim.address import ADDRESSES, listening_socket

PATIENCE = ("--connect-timeout", "2", "--timeout", "3", "--max-time", "8")
NAME = "mail.example.test"


def where(server):
    return "%s:%d" % (server.address, server.port)


def by_name(server):
    """Options and target that reach @server by a name."""
    return ("--resolve", "%s:%d:%s" % (NAME, server.port, server.address),
            "%s:%d" % (NAME, server.port))


def nobody():
    """host:port where nothing listens."""
    address = ADDRESSES.one()
    with listening_socket(address) as s:
        return "%s:%d" % s.getsockname()


def test_through_a_proxy(program, exchange):
    """The proxy is told the address, the server its name."""
    with Proxy() as proxy:
        result = program.scan(*PATIENCE, "--proxy", proxy.url, *by_name(exchange))
    assert result.code == 0, result.errors
    assert result.hosts[0]["exchange"]["build"]["exact"] == "15.2.1748.10"
    assert {line.split()[:2][0] for line in proxy.asked} == {"CONNECT"}
    assert {line.split()[1] for line in proxy.asked} == {where(exchange)}
    assert {r.host for r in exchange.log.requests} == {NAME}
    assert set(exchange.log.server_names) == {NAME}


@pytest.mark.parametrize("status, state, code", [
    (302, "unreachable", 0), (403, "unreachable", 0), (407, "internal-error", 3),
    (500, "unreachable", 0), (502, "unreachable", 0), (503, "unreachable", 0)])
def test_proxy_refuses(program, exchange, status, state, code):
    """What a proxy says is not what the host says."""
    with Proxy(status) as proxy:
        result = program.scan(*PATIENCE, "--proxy", proxy.url, where(exchange))
    host, = result.hosts
    assert (host["state"], host["detail"]) == (state, "the proxy answered %d" % status)
    assert host["exchange"]["present"] == "maybe" and not host["exchange"]["witnesses"]
    assert host["bytes"] == 0 and result.code == code
    assert not exchange.log.connections and len(proxy.asked) == 1


def test_proxy_opens_and_closes(program, exchange):
    """The header that came with the 200 is the proxy's, too."""
    with Proxy(drops=True) as proxy:
        host, = program.scan(*PATIENCE, "--proxy", proxy.url, where(exchange)).hosts
    assert host["state"] == "tls-failed"
    assert not host["exchange"]["witnesses"]


def test_no_proxy_there(program, exchange):
    """Every host would be lost; the exit code says so."""
    result = program.scan(*PATIENCE, "--proxy", "http://" + nobody(), where(exchange))
    host, = result.hosts
    assert (host["state"], host["detail"]) == ("internal-error", "no connection to the proxy")
    assert result.code == 3 and not exchange.log.connections


def test_environment_is_not_consulted(program, exchange):
    with Proxy(403) as astray, Proxy() as proxy:
        env = {name: astray.url for name in ("http_proxy", "https_proxy", "HTTPS_PROXY",
                                             "ALL_PROXY", "all_proxy")}
        direct = program.scan(*PATIENCE, where(exchange), env=env)
        env.update(no_proxy="*", NO_PROXY="*")
        through = program.scan(*PATIENCE, "--proxy", proxy.url, where(exchange), env=env)
    assert direct.hosts[0]["state"] == through.hosts[0]["state"] == "answered"
    assert proxy.asked and not astray.asked


def test_files_of_curl_are_not_read(program, exchange, tmp_path):
    (tmp_path / ".netrc").write_text("machine %s login me password secret\n" % exchange.address)
    (tmp_path / ".curlrc").write_text('header = "X-Astray: 1"\n')
    program.scan(*PATIENCE, where(exchange))
    names = {n.lower() for r in exchange.log.requests for n, _ in r.headers}
    assert exchange.log.requests and not names & {"authorization", "x-astray", "cookie"}


@pytest.mark.parametrize("options", [
    ("--proxy", "https://127.0.0.1:1"), ("--proxy", "ftp://127.0.0.1:1"),
    ("--interface", "nosuch0"), ("--interface", "192.0.2.1"), ("--interface", "localhost")])
def test_no_such_way(program, exchange, options):
    result = program.scan(*options, where(exchange))
    assert result.code == 64 and options[1] in result.errors
    assert not exchange.log.connections


def test_from_an_address(program, fleet, exchange):
    source = ADDRESSES.one()
    result = program.scan(*PATIENCE, "--interface", source, where(exchange))
    assert result.hosts[0]["state"] == "answered"
