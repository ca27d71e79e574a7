# SPDX-License-Identifier: MIT
"""Each state that a host can end in, provoked by a server that does just that; and
that a hostile server changes nothing for the others."""
import re
import time

import pytest

from peer import NEW_NETWORK
from sim.fleet import Fleet
from sim.case import host_name
from sim.faults import FAULTS, FaultServer

NEIGHBOUR = "gen-2019-cu15-rtm"
# Long enough for servers that share a process with three hundred others.
PATIENCE = ("--connect-timeout", "5", "--timeout", "3", "--max-time", "20", "-c", "300")
BODY_MAX = 64 * 1024
# About 290 hosts in flight; each may hold a body, a head, and buffers of libcurl and OpenSSL.
RSS_MAX_KB = 64 * 1024


class HostileScan:
    """All faults and one ordinary server, in one run."""

    def __init__(self, program):
        with Fleet() as fleet:
            for fault in FAULTS.values():
                fleet.add(FaultServer(fault))
            fleet.add_case(NEIGHBOUR)
            canary = fleet.add_canary()
            for server in fleet.servers.values():
                server.canary = (canary.address, canary.port)
            lines = "\n".join(fleet.list_lines()) + "\n"
            self.result = program.scan(*PATIENCE, "-l", "-", stdin=lines.encode(), timeout=90)
            self.servers = dict(fleet.servers)
            self.violations = fleet.violations()
        by_target = {r["target"]: r for r in self.result.hosts}
        self.records = {n: by_target.get("%s:%d" % (host_name(n), s.port))
                        for n, s in self.servers.items()}


@pytest.fixture(scope="session")
def hostile(session_program):
    return HostileScan(session_program)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_fault(hostile, name):
    fault, record = FAULTS[name], hostile.records[name]
    assert record, hostile.result.errors[-2000:]
    assert record["state"] in fault.states, record
    assert fault.detail in (record["detail"] or ""), record
    assert len(hostile.servers[name].log.requests) <= fault.requests_max
    assert hostile.servers[name].log.open_most <= 1
    assert record["exchange"]["present"] in ("no", "maybe", None), "none is an Exchange server"


def test_nothing_forbidden_was_sent(hostile):
    assert not hostile.violations


def test_neighbour_is_unharmed(hostile):
    record = hostile.records[NEIGHBOUR]
    assert record["state"] == "answered"
    assert record["exchange"]["build"]["exact"] == "15.2.1748.10"


def test_no_more_is_read_than_is_kept(hostile):
    """64 KiB of a body, 8 requests, and what was on its way when the door was closed."""
    for name in ("http-endless-body", "http-endless-chunks", "http-body-of-exabytes"):
        assert hostile.records[name]["bytes"] <= 8 * (BODY_MAX + 32 * 1024), name


def test_compressed_bodies_stay_compressed(hostile):
    requests = hostile.servers["http-gzip-bomb"].log.requests
    assert requests and not any(r.header("accept-encoding") for r in requests)
    assert hostile.records["http-gzip-bomb"]["bytes"] < 8 * 32 * 1024


def test_memory_stays_small(hostile):
    assert hostile.result.max_rss_kb < RSS_MAX_KB


def test_output_is_clean_text(hostile):
    """Whatever the servers sent: UTF-8, and no control character but the newline."""
    for stream in (hostile.result.stdout, hostile.result.stderr):
        text = stream.decode("utf-8")
        bad = re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text.replace("\r", ""))
        assert not bad, bad[:5]


def test_records_carry_no_control_characters(hostile):
    """Also after a reader has undone the escapes of JSON."""
    def strings(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for v in value.values():
                yield from strings(v)
        elif isinstance(value, list):
            for v in value:
                yield from strings(v)
    for record in hostile.result.hosts:
        for text in strings(record):
            assert not re.search(r"[\x00-\x1f\x7f-\x9f]", text), (record["target"], text)


def test_certificates_are_recorded(hostile):
    def certificate(name):
        return hostile.records[name]["tls"]["certificate"]
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    assert certificate("cert-expired")["not_after"] < now
    assert certificate("cert-not-yet-valid")["not_before"] > now
    assert certificate("cert-date-is-garbage")["not_after"] is None
    assert certificate("cert-10000-names")["san_count"] == 10000
    assert "mail.example.test" in certificate("cert-nul-in-name")["subject"]
    assert certificate("cert-nul-in-name")["subject"] != "CN=mail.example.test"
    assert "a\ufffdb.test" in str(certificate("cert-bad-utf8-in-names")["san"])
    for name in ("cert-10000-names", "cert-date-is-garbage", "cert-bad-utf8-in-names"):
        assert len(certificate(name)["sha256"]) == 64


def test_old_tls_is_spoken_and_said(hostile):
    assert hostile.records["tls-1.0-only"]["tls"]["version"] in ("TLSv1", "TLSv1.0")
    assert hostile.records["tls-1.1-only"]["tls"]["version"] == "TLSv1.1"


def test_unreachable(program):
    """In a network namespace without interfaces, nothing can be reached and nothing is sent."""
    result = program.scan("127.0.0.1:443", wrap=NEW_NETWORK)
    if "unshare" in result.errors:
        pytest.skip("this machine does not let users make namespaces")
    assert [(h["state"], h["detail"]) for h in result.hosts] == \
        [("unreachable", "Network is unreachable")], result.errors


def test_deadline_of_a_host(program, fleet):
    """Each request is in time, all together are not."""
    server = fleet.add(FaultServer(FAULTS["http-slow-headers"]))
    result = program.scan("--timeout", "30", "--max-time", "2",
                          "%s:%d" % (server.address, server.port))
    assert result.hosts[0]["state"] == "timeout"
    assert result.seconds < 8
    assert result.hosts[0]["duration_ms"] <= 4000
