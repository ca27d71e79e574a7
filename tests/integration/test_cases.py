# SPDX-License-Identifier: MIT
"""Every simulated server, scanned by the real program: what it says of each, and what
it sent, from the server's side."""
import re

import pytest

from survey import MODES, Survey

_ROWS = [(mode, name) for mode in MODES for name in MODES[mode].names()]


@pytest.mark.parametrize("mode,name", _ROWS, ids=["%s-%s" % r for r in _ROWS])
def test_case(survey, mode, name):
    seen = survey(mode).seen[name]
    problems = seen.judge(mode)
    assert not problems, "\n".join([seen.case["description"]] + problems)


@pytest.mark.parametrize("mode", sorted(MODES))
def test_nothing_forbidden_was_sent(survey, mode):
    """Neither to the cases nor to the canaries."""
    assert not survey(mode).violations


@pytest.mark.parametrize("mode", sorted(MODES))
def test_every_case_was_asked(survey, mode):
    """Otherwise the policy was checked on nothing."""
    silent = [n for n, s in survey(mode).seen.items()
              if s.server.listens and not s.server.log.requests
              and not s.server.log.tls_failures]
    assert not silent


def test_user_agent_is_honest(survey):
    agents = {r.header("user-agent") for s in survey("default").servers.values()
              for r in s.log.requests}
    assert len(agents) == 1 and re.match(r"exprobe/\d+\.\d+\.\d+", agents.pop())


def test_system_calls_reach_the_list_only(session_program, tmp_path):
    """From the kernel's side: no other address, no name server, no other port."""
    trace = tmp_path / "trace"
    strace = ("strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace))
    names = ["gen-se-dec25", "trap-redirect-drops-port", "online-vanity-redirect",
             "front-entra-appproxy-preauth", "integ-injected-external-headers", "front-tmg-forms"]
    one = Survey(session_program, "default", names, wrap=strace)
    listed = {(s.address, str(s.port)) for s in one.servers.values()}
    text = trace.read_text()
    reached = set(re.findall(
        r'connect\(.*?sin_port=htons\((\d+)\), sin_addr=inet_addr\("([\d.]+)"\)', text))
    assert {(a, p) for p, a in reached} == listed
    assert "sa_family=AF_INET6" not in text
