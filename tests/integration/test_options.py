# SPDX-License-Identifier: MIT
"""Options that change how a scan reaches a server, what it says of itself, and what it prints."""
import json
import re

import pytest

from sim.proxy import ConnectProxy


def where(server):
    return "%s:%d" % (server.address, server.port)


def agents(server):
    return {r.header("user-agent") for r in server.log.requests}


def test_contact_is_in_every_request(program, exchange):
    program.scan("--contact", "security@example.test, +49 30 1234", where(exchange))
    assert len(agents(exchange)) == 1
    assert "security@example.test, +49 30 1234" in agents(exchange).pop()


def test_user_agent(program, exchange):
    program.scan("--user-agent", "inventory of example.test", where(exchange))
    assert agents(exchange) == {"inventory of example.test"}


def test_proxy(program, fleet, exchange):
    """Every connection goes through it, and the answer is the same."""
    proxy = fleet.add(ConnectProxy())
    result = program.scan("-x", "http://" + where(proxy), where(exchange))
    assert result.hosts[0]["exchange"]["build"]["exact"] == "15.2.1748.10", result.hosts[0]
    targets = {r.target for r in proxy.log.requests}
    assert targets == {where(exchange)}
    assert len(proxy.log.requests) == exchange.log.connections


def test_proxy_of_the_environment_is_not_used(program, fleet, exchange):
    proxy = fleet.add(ConnectProxy())
    env = {n: "http://" + where(proxy) for n in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY")}
    assert program.scan(where(exchange), env=env).hosts[0]["state"] == "answered"
    assert not proxy.log.connections and exchange.log.connections


def test_dead_proxy(program, fleet, exchange):
    """What cannot be reached is not called absent."""
    result = program.scan("-x", "http://127.0.0.1:9", "--connect-timeout", "2", where(exchange))
    assert result.hosts[0]["state"] != "answered"
    assert not exchange.log.connections


@pytest.mark.parametrize("local", ["127.0.0.77"])
def test_interface(program, fleet, exchange, local):
    peers = []
    original = exchange.talk
    exchange.talk = lambda channel: (peers.append(channel.sock.getpeername()[0]), original(channel))
    program.scan("--interface", local, where(exchange))
    assert set(peers) == {local}


def test_quiet(program, exchange):
    result = program.scan("-q", where(exchange))
    assert result.stderr == b"" and len(result.records) == 3


def test_progress_is_for_machines_too(program, exchange):
    result = program.scan("--progress", "json", where(exchange))
    lines = [line for line in result.errors.splitlines() if line.startswith("{")]
    assert all(json.loads(line) for line in lines)
    assert program.scan("--progress", "none", where(exchange)).code == 0


def test_colours_only_where_wanted(program, exchange):
    """None in files, none with NO_COLOR or a dumb terminal."""
    plain = program.scan(where(exchange))
    assert b"\x1b" not in plain.stdout + plain.stderr
    for env in ({"NO_COLOR": "1", "TERM": "xterm"}, {"TERM": "dumb"}):
        on_terminal = program.scan(where(exchange), env=env, wrap=terminal())
        assert not re.search(rb"\x1b\[[0-9;]*m", on_terminal.stdout), env
    colourful = program.scan(where(exchange), env={"TERM": "xterm"}, wrap=terminal())
    assert re.search(rb"\x1b\[[0-9;]*m", colourful.stdout)


def terminal():
    """A wrapper that gives the program a terminal as standard output."""
    return ("sh", "-c", 'exec script -qefc "$*" /dev/null', "sh")


def test_one_threads_worth_of_hosts(program, fleet):
    """-c 1: one after the other, and all of them."""
    servers = [fleet.add_case("fp-iis-default") for _ in range(5)]
    result = program.scan("-c", "1", *[where(s) for s in servers])
    assert len(result.hosts) == 5
    spans = sorted((s.log.requests[0].at, s.log.requests[-1].at) for s in servers)
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:]))
