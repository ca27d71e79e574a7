# SPDX-License-Identifier: MIT
"""The simulator itself: a judge that misses things would let everything pass."""
import http.client
import json
import os
import ssl

import pytest

from sim.case import CaseServer, case_names, load_case
from sim.faults import FAULTS
from sim.policy import Policy
from sim.routes import Routes
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
    assert len(case_names()) >= 400
    assert len(FAULTS) >= 280
    assert all(load_case(n)["name"] == n for n in case_names())


def answers(case):
    """What a server says without a socket."""
    routes = Routes(case)

    def ask_it(path):
        found = routes.answer(request(target=path))
        return {k: found.get(k) for k in ("status", "headers", "body", "body_b64", "action")}
    return ask_it


def phase_cases():
    cases = [load_case(n) for n in case_names()]
    return [c for c in cases if {"backdoor", "logon_page"} & set(c["expect"])]


def test_what_is_to_be_found_is_there():
    """A path that a case wants named answers otherwise than a name that nobody has listed."""
    for found in phase_cases():
        for path in found["expect"].get("backdoor", {}).get("paths", []):
            folder, _, name = path.rpartition("/")
            other = "%s/Zq81kLmw.%s" % (folder, name.rpartition(".")[2])
            assert answers(found)(path) != answers(found)(other), (found["name"], path)


def test_paths_of_the_cases_are_listed(root):
    """Otherwise nobody asks for them."""
    with open(os.path.join(root, "targets", "paths.json"), encoding="ascii") as f:
        tiers = {row["path"].lower(): row["tier"] for row in json.load(f)}
    for found in phase_cases():
        want = found["expect"].get("backdoor", {})
        for path in want.get("paths", []):
            assert tiers.get(path.lower(), 9) <= want.get("tier_min", 1), (found["name"], path)


def test_base(fleet):
    """A case that changes another one: bodies, headers, routes, and what is expected of it."""
    base, changed = load_case("x-bd-clean-2016"), load_case("x-logon-form-action-foreign")
    assert changed["expect"]["build"] == base["expect"]["build"]
    assert changed["expect"]["logon_page"]["state"] == "likely"
    assert "page_integrity" not in changed["expect"]
    close = fleet.add_case("x-bd-connection-close-each")
    assert ask(close, "/owa/auth/logon.aspx", "/owa/auth/logon.aspx") == [200, 200]
    assert close.log.connections == 2


def test_each_state_is_expected_somewhere():
    """Of what cannot be told apart nobody would notice the loss."""
    seen = {c["expect"]["backdoor"]["state"] for c in phase_cases() if "backdoor" in c["expect"]}
    assert seen == {"not-assessed", "none-seen", "review", "suspicious", "likely", "confirmed"}
    features = {f for c in phase_cases() for f in c["expect"].get("logon_page", {}).get(
        "features", [])}
    assert features >= {"C1", "C2", "S1", "S2", "S3", "S4", "S5", "H1", "K1", "F1", "F2", "M1",
                        "O1", "X1"}
