# SPDX-License-Identifier: MIT
"""The gap between two requests to one address does not shrink when others keep the scanner busy."""
from sim.case import CaseServer, load_case

GAP_S = 0.1
HOSTS = 20
MARKUP = "<form method=post><input type=password name=p>"


def busy_case(number):
    """An Exchange whose missing pages are as long as a body that is read may be."""
    case = dict(load_case("x-bd-clean-2016"), name="busy-%d" % number)
    case["routes"] = [dict(r, body=MARKUP * (60000 // len(MARKUP)))
                      if r.get("path_regex", r.get("path_prefix", "")).lstrip("^").startswith(
                          ("/owa/auth/", "/aspnet_client/")) else r
                      for r in case["routes"]]
    return case


def test_gap_beside_busy_hosts(program, fleet):
    servers = [fleet.add(CaseServer(busy_case(n))) for n in range(HOSTS)]
    lines = ["%s:%d" % (s.address, s.port) for s in servers]
    result = program.scan("--max-time", "60", "-l", "-", stdin="\n".join(lines).encode(),
                          backdoor=True)
    assert len(result.hosts) == HOSTS
    for server, record in zip(sorted(servers, key=lambda s: s.address),
                              sorted(result.hosts, key=lambda r: r["address"])):
        begun = len(server.log.requests) - record["backdoor"]["requests"]
        at = [r.at for r in server.log.requests[begun:]]
        assert len(at) > 40
        assert min(b - a for a, b in zip(at, at[1:])) >= GAP_S
