# SPDX-License-Identifier: MIT
"""Exchange servers that turn hostile while back doors are looked for: the build stands, nothing is
found where there is nothing, and nothing is called clean that was not looked at."""
import pytest

from sim.answer import send_answer
from sim.case import CaseServer, host_name, load_case
from sim.faults import FAULTS
from sim.fleet import Fleet

CASE, BUILD = "gen-2019-cu15-rtm", "15.2.1748.10"
GOOD_ANSWERS = 5    # by then the build is known
REQUESTS_MAX = 64
TURNS = ("http-endless-body", "http-gzip-bomb", "http-chunk-huge-size", "http-header-flood",
         "http-1xx-flood", "http-reset-after-request", "http-reset-in-body", "http-close-each",
         "http-redirect-to-canary", "http-status-429", "http-body-on-304", "http-trailer-lies",
         "session-retry-after-huge", "session-one-behind", "session-one-ahead",
         "session-unasked-at-once", "session-every-answer-another", "session-100-challenges")


class TurnedServer(CaseServer):
    """Behaves for some requests, then has @fault."""

    def __init__(self, fault):
        super().__init__(dict(load_case(CASE), name="turned-" + fault.name))
        self._fault = fault

    def talk(self, channel):
        while len(self.log.requests) < GOOD_ANSWERS:
            request = channel.read_request()
            if request is None:
                return
            number = len(self.log.requests)
            if not send_answer(channel, request, self._routes.answer(request), number):
                return
        self._fault.talk(channel)


@pytest.fixture(scope="module")
def turned(session_program):
    with Fleet() as fleet:
        for name in TURNS:
            fleet.add(TurnedServer(FAULTS[name]))
        canary = fleet.add_canary()
        for server in fleet.servers.values():
            server.canary = (canary.address, canary.port)
        result = session_program.scan("--connect-timeout", "10", "--timeout", "5", "-c", "50",
                                      "-l", "-", stdin="\n".join(fleet.list_lines()).encode(),
                                      backdoor=True)
        by_target = {r["target"]: r for r in result.hosts}
        yield {n: (by_target["%s:%d" % (host_name(n), s.port)], s)
               for n, s in fleet.servers.items()}, fleet


@pytest.mark.parametrize("name", TURNS)
def test_nothing_is_made_up(turned, name):
    record, server = turned[0]["turned-" + name]
    assert record["state"] == "answered"
    assert record["exchange"]["build"]["exact"] == BUILD
    assert record["backdoor"]["state"] == "not-assessed", record["backdoor"]
    assert record["logon_page"]["state"] in ("not-assessed", "not-native")
    assert len(server.log.requests) <= REQUESTS_MAX
    assert server.log.open_most <= 1


def test_nothing_forbidden_was_sent(turned):
    assert not turned[1].violations(tier=1)
