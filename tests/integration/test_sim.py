# SPDX-License-Identifier: MIT
"""The simulator itself: a judge that misses things would let everything pass."""
import http.client
import ssl

import pytest

from sim.case import CaseServer, case_names, load_case
from sim.faults import FAULTS
from sim.policy import Policy
from sim.server import Request

NTLM_1 = "NTLM TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA="
NTLM_3 = "NTLM TlRMTVNTUAADAAAAAAAAAAAAAAA="


def request(method="GET", target="/owa/", **fields):
    headers = [("Host", "mail.example.test")]
    headers += [(k.replace("_", "-"), v) for k, v in fields.items()]
    return Request(0.0, 1, method, target, "HTTP/1.1", headers)


FORBIDDEN = [
    request("POST"), request("PUT"), request("OPTIONS"), request("get"),
    request(target="/owa/auth.owa"), request(target="/owa/auth%2eowa"),
    request(target="/autodiscover/autodiscover.json?a@b.test/x"),
    request(target="/autodiscover/autodiscover.json?a%40b"),
    request(target="/autodiscover/x?powershell"),
    request(target="/ecp/15.1.2.3/exporttool/srv.example.test/microsoft.exchange.x"),
    request(target="/owa/auth/errorFE.aspx?owaVer=15.1"), request(target="/ecp/DDI/x"),
    request(target="/ecp/y.js"), request(target="/owa/auth/x.js"),
    request(target="/owa/auth/errorFE.aspx?httpCode=404"),
    request("HEAD", "/aspnet_client/shell.aspx"),
    request(Authorization="Basic eDp5"), request(Authorization=NTLM_3),
    request(Authorization="Bearer x"), request(Cookie="X-BEResource=x"), request(Cookie="a=b"),
    request(X_Rps_CAT="x"), request(msExchProxyUri="x"), request(SecurityToken="x"),
    request(Content_Length="5"), request(Transfer_Encoding="chunked"),
]
ALLOWED = [
    request(), request("HEAD", "/owa/"), request(target="/owa/auth/logon.aspx?replaceCurrent=1"),
    request(target="/EWS/Exchange.asmx", Authorization=NTLM_1), request(Content_Length="0"),
    request("HEAD", "/ecp/15.1.1591.10/exporttool/microsoft.exchange.ediscovery.application"),
    request(target="/autodiscover/metadata/json/1"), request(target="/3f0c9a52/x"),
]


@pytest.mark.parametrize("sent", FORBIDDEN, ids=lambda r: "%s %s %s" % (
    r.method, r.target, r.headers[1:]))
def test_policy_forbids(sent):
    assert Policy().violations(sent)


@pytest.mark.parametrize("sent", ALLOWED, ids=lambda r: r.method + " " + r.target)
def test_policy_allows(sent):
    assert not Policy().violations(sent)


def test_policy_knows_names_that_must_not_be_asked():
    violations = Policy().violations
    assert violations(request(target="/aspnet_client/lb.aspx"), ["/aspnet_client/*"])
    assert not violations(request(target="/aspnet_client"), ["/aspnet_client/*"])


def ask(server, *paths, headers=None):
    """Statuses, on one connection."""
    connection = http.client.HTTPSConnection(server.address, server.port, timeout=10,
                                             context=ssl._create_unverified_context())
    statuses = []
    for path in paths:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    return statuses


def case(**members):
    return {"name": "made-up", "default": {"status": 404}, **members}


def test_routes(fleet):
    server = fleet.add(CaseServer(case(routes=[
        {"path": "/First", "status": 201, "first_n": 2},
        {"path": "/first", "status": 202, "case_sensitive": True},
        {"path_prefix": "/pre", "status": 203, "when": {"query_contains": "yes"}},
        {"path_regex": "/r[0-9]$", "status": 204, "method": "GET"},
        {"path_in": ["/a", "/b"], "sequence": [{"status": 205}, {"status": 206}]}])))
    assert ask(server, "/FIRST", "/first", "/first", "/First") == [201, 201, 202, 404]
    assert ask(server, "/prefix?x=yes", "/prefix", "/r7", "/rx") == [203, 404, 204, 404]
    assert ask(server, "/a", "/B", "/a") == [205, 206, 205]
    assert server.log.connections == 3 and server.log.open_most == 1


def test_limits_and_turns(fleet):
    limited = fleet.add(CaseServer(case(routes=[{"path_prefix": "/", "status": 200}],
                                        limits={"max_requests": 2, "then": {"status": 429}})))
    assert ask(limited, "/a", "/b", "/c", "/d") == [200, 200, 429, 429]
    turns = fleet.add(CaseServer(case(routes=[{"path_prefix": "/", "status": 200}], alternates=[
        {"routes": [{"path_prefix": "/", "status": 503}]}])))
    assert ask(turns, "/a", "/a", "/a") == [200, 503, 200]


def test_connections_at_once_are_counted(fleet):
    server = fleet.add_case("fp-iis-default")
    kept = http.client.HTTPSConnection(server.address, server.port, timeout=10,
                                       context=ssl._create_unverified_context())
    kept.request("GET", "/")
    kept.getresponse().read()
    ask(server, "/")
    kept.close()
    assert server.log.open_most == 2


def test_there_is_enough_to_test():
    assert len(case_names()) >= 98
    assert len(FAULTS) >= 100
    assert all(load_case(n)["name"] == n for n in case_names())
