# SPDX-License-Identifier: MIT
"""Real servers that people run in front of Exchange, and TLS of real libraries."""
import json
import time

import pytest

from peer import GnutlsServer, Haproxy, Nginx, OpensslServer
from sim.case import DEFAULT_NAMES, CaseServer, load_case
from sim.certs import FORGE, CertSpec

NEW, OLD = "gen-2019-cu15-rtm", "gen-2019-cu11-nov21"


@pytest.fixture
def certificate():
    return FORGE.make(CertSpec(san=DEFAULT_NAMES))


def renamed(case, old, new):
    """The same server under another name."""
    return json.loads(json.dumps(case).replace(old, new))


def scan(program, peer, *options):
    """One target with a name, pinned to the peer."""
    result = program.scan("-l", "-", *options, stdin=b"mail.example.test:%d address=%s\n" %
                          (peer.port, peer.address.encode()))
    assert len(result.hosts) == 1, result.errors
    return result.hosts[0]


def test_nginx_passes_everything_on(program, fleet, tmp_path, certificate):
    with Nginx(tmp_path, certificate, fleet.add_case(NEW)) as peer:
        record = scan(program, peer)
    assert record["exchange"]["present"] == "yes"
    assert record["exchange"]["build"]["exact"] == "15.2.1748.10"
    assert not fleet.violations()


def test_nginx_strips_the_version(program, fleet, tmp_path, certificate):
    """The page still names the cumulative update, and no more is claimed."""
    rules = 'more_clear_headers "X-OWA-Version"; more_set_headers "Server: web";'
    with Nginx(tmp_path, certificate, fleet.add_case(NEW), rules) as peer:
        record = scan(program, peer)
    build = record["exchange"]["build"]
    assert build["precision"] == "cu" and build["exact"] is None
    assert build["min"].startswith("15.2.1748.") and len(build["candidates"]) > 3
    assert "header-stripped" in record["exchange"]["notes"]
    assert record["patch"]["state"] != "patched"


def test_nginx_without_its_back_end(program, fleet, tmp_path, certificate):
    back = fleet.add_case(NEW)
    fleet.stop(back)
    with Nginx(tmp_path, certificate, back) as peer:
        record = scan(program, peer)
    assert record["state"] == "answered"
    assert record["exchange"]["present"] in ("no", "maybe")
    assert record["exchange"]["build"]["precision"] == "none"


@pytest.mark.parametrize("tcp", [False, True], ids=["requests-in-turn", "connections-in-turn"])
def test_haproxy_in_front_of_two_builds(program, fleet, tmp_path, tcp):
    """Both are reported, and neither is claimed for the name."""
    backs = [fleet.add_case(NEW), fleet.add(CaseServer(renamed(load_case(OLD), "EX01", "EX02")))]
    with Haproxy(tmp_path, backs[0].certificate, backs, tcp) as peer:
        record = scan(program, peer)
    assert all(b.log.requests for b in backs)
    exchange = record["exchange"]
    assert exchange["present"] == "yes"
    assert "mixed-builds" in exchange["notes"]
    assert exchange["build"]["precision"] != "exact"
    assert {"15.2.1748.10", "15.2.986.14"} <= set(exchange["build"]["candidates"])
    assert any(f["rule"] == "mixed-builds" for f in record["findings"])
    assert not fleet.violations()


def test_haproxy_in_front_of_equal_builds(program, fleet, tmp_path, certificate):
    first = fleet.add_case(NEW)
    with Haproxy(tmp_path, certificate, [first, first]) as peer:
        record = scan(program, peer)
    assert record["exchange"]["build"]["exact"] == "15.2.1748.10"
    assert "mixed-builds" not in record["exchange"]["notes"]


@pytest.mark.parametrize("options,version", [
    (("-tls1",), "TLSv1"), (("-tls1_1",), "TLSv1.1"), (("-tls1_2",), "TLSv1.2"),
    (("-tls1_3",), "TLSv1.3")])
def test_openssl_versions(program, tmp_path, certificate, options, version):
    weak = ("-cipher", "ALL:@SECLEVEL=0") if version in ("TLSv1", "TLSv1.1") else ()
    with OpensslServer(tmp_path, certificate, *options, *weak) as peer:
        record = scan(program, peer)
    assert record["state"] == "answered"
    assert record["tls"]["version"] == version
    assert record["tls"]["cipher"]


@pytest.mark.parametrize("priority", [
    "NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION",
    "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA",
    "NORMAL:-VERS-ALL:+VERS-TLS1.3"])
def test_gnutls(program, certificate, priority):
    """A server without secure renegotiation, one without forward secrecy, a new one."""
    with GnutlsServer(certificate, priority) as peer:
        record = scan_until_up(program, peer)
    assert record["state"] == "answered", record
    assert record["exchange"]["present"] == "no"


def scan_until_up(program, peer, seconds=10):
    """Refused means that it has not started yet."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not peer.alive():
            pytest.skip("this machine does not let users make namespaces")
        result = program.scan("%s:%d" % (peer.ADDRESS, peer.PORT), wrap=peer.enter)
        if result.hosts and result.hosts[0]["state"] not in ("refused", "unreachable"):
            return result.hosts[0]
    raise TimeoutError("gnutls-serv was not up in time")
