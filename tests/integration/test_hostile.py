# SPDX-License-Identifier: MIT
"""As many hostile servers as good ones in one scan: what the bad ones do is their own affair."""
import os

import pytest

from crowd import Crowd

LONG = os.environ.get("EXPROBE_LONG") == "1"
EACH = 500 if LONG else 100
# The servers share one process: with a thousand of them, and sanitizers, each has little of it.
TIMES = ("20", "10", "60") if LONG else ("8", "4", "30")
PATIENCE = ("--fingerprint-only", "--connect-timeout", TIMES[0], "--timeout", TIMES[1],
            "--max-time", TIMES[2], "--network-delay", "0", "--retries", "1")
IN_FLIGHT = 200
# 40 KB a host in flight, and the rest of the program.
RSS_MAX_KB = 64 * 1024
# Over all: what one hostile server can make us take is bounded, whatever it sends.
BYTES_MAX = 8 * (64 + 256 + 64) * 1024


@pytest.fixture(scope="module", params=[1, 2], ids=["one-loop", "two-loops"])
def crowd(request, session_program, tmp_path_factory):
    with Crowd(session_program, tmp_path_factory.mktemp("crowd"), EACH, EACH,
               seed=request.param) as c:
        c.n_loops = request.param
        yield c.scan(*PATIENCE, "-t", request.param, "-c", IN_FLIGHT)


def test_good_ones_are_right(crowd):
    wrong = list(crowd.wrong_about_good())
    assert not wrong, "%d: %s" % (len(wrong), "\n".join(wrong[:10]))


def test_bad_ones_have_their_state(crowd):
    wrong = list(crowd.wrong_about_bad())
    assert not wrong, "%d: %s" % (len(wrong), "\n".join(wrong[:20]))


def test_ended_as_it_should(crowd):
    end = crowd.records[-1]
    assert crowd.result.code == 0, crowd.result.errors[-2000:]
    assert end["type"] == "end" and end["hosts"] == 2 * EACH and not end["interrupted"]
    assert not end["states"].get("internal-error")


def test_nothing_forbidden_was_sent(crowd):
    assert not crowd.fleet.violations()


def test_no_more_requests_than_allowed(crowd):
    for name, server in crowd.fleet.servers.items():
        assert len(server.log.requests) <= 8, name
        assert server.log.open_most <= 1, name


def test_no_connection_stays_open(crowd):
    assert crowd.still_open == []


def test_no_descriptor_stays_open(crowd):
    """A connection that we shut down keeps its number until its loop makes another one."""
    if crowd.n_loops == 1:
        assert crowd.after == crowd.before
    dead = crowd.after["socket"] - crowd.before["socket"]
    assert dead <= crowd.at_rest["socket"] - crowd.before["socket"] <= IN_FLIGHT
    assert {**crowd.after, "socket": 0} == {**crowd.before, "socket": 0}


def test_what_is_read_has_a_bound(crowd):
    assert max(host["bytes"] for host in crowd.hosts.values()) <= BYTES_MAX


def test_memory_stays_small(crowd):
    assert crowd.result.max_rss_kb < RSS_MAX_KB
