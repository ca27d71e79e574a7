# SPDX-License-Identifier: MIT
"""The log of requests against what the servers saw, request for request, whatever ends the scan."""
import collections
import json
import os
import random
import resource
import signal
import subprocess
import time

import pytest

from program import parse_records
from sim.address import ADDRESSES, closed_port
from sim.faults import FAULTS, FaultServer
from sim.proxy import ConnectProxy

CASES = ["gen-2019-cu15-rtm", "gen-se-rtm", "fp-iis-default", "front-haproxy-503",
         "bd-catchall-401"]
HASTE = ("--connect-timeout", "2", "--timeout", "2", "--max-time", "6")


def where(server):
    return "%s:%d" % (server.address, server.port)


def lines_of(path):
    return parse_records(path.read_bytes())


def seen(servers):
    """What arrived, by server, method and path."""
    return collections.Counter((where(s), r.method, r.target)
                               for s in servers for r in list(s.log.requests))


def logged(lines):
    """The same, of the lines that were written before."""
    return collections.Counter(
        ("%s:%d" % (r["address"], r["port"]), r["method"], "/" + r["url"].split("/", 3)[3])
        for r in lines if r["type"] == "request")


def verify(program, path, *options):
    return program.run("data", "verify", *options, path)


def check_chain(program, path):
    result = verify(program, path, "--json")
    assert result.code == 0, result.errors
    return json.loads(result.text)


@pytest.fixture
def servers(fleet):
    return [fleet.add_case(name) for name in CASES]


def test_request_for_request(program, fleet, servers, tmp_path):
    """With back doors, retries, two loops, and servers that hang up: nothing more and nothing less
    than what arrived."""
    kinds = [k for k in FAULTS if "reset" in k or "close" in k][:8]
    faulty = [fleet.add(FaultServer(FAULTS[k])) for k in kinds]
    address = ADDRESSES.one()
    log, out = tmp_path / "log", tmp_path / "out.jsonl"
    with closed_port(address) as closed:
        refused = "%s:%d" % (address, closed.getsockname()[1])
        named = "mail.example.test:%d" % servers[0].port
        result = program.scan("-t", "2", *HASTE, "--request-log", log, "-o", out, "--resolve",
                              "%s:%s" % (named, servers[0].address), named, refused,
                              *map(where, servers[1:] + faulty), backdoor=True)
    assert result.code == 0, result.errors
    lines = lines_of(log)
    known = set(map(where, servers))
    in_log = logged(lines)
    assert {k: n for k, n in in_log.items() if k[0] in known} == seen(servers)
    # A server that hangs up right after the handshake does not read what was sent.
    assert not seen(faulty) - in_log and sum(seen(faulty).values()) > 10
    assert max(n for k, n in seen(faulty).items()) > 1   # a retry
    assert sum(in_log.values()) > 100
    requests = {r["n"]: r for r in lines if r["type"] == "request"}
    answers = {r["request"]: r for r in lines if r["type"] == "answer"}
    assert requests.keys() == answers.keys()
    for n, request in requests.items():
        same = ("target", "address", "port", "server_name", "method", "url", "rule")
        assert [request[k] for k in same] == [answers[n][k] for k in same]
        assert request["rule"] and answers[n]["n"] > n
    ok = [a for a in answers.values() if a["outcome"] == "ok"]
    assert {a["status"] for a in ok} >= {200, 401, 404} and all(a["bytes"] > 0 for a in ok)
    assert {a["server_name"] for a in ok} == {"mail.example.test", None}
    unsent = [r for r in lines if r["type"] == "unsent"]
    assert [(r["target"], r["outcome"]) for r in unsent if r["target"] == refused] == \
        [(refused, "refused")]
    hosts = [r for r in lines_of(out) if r["type"] == "host"]
    by_target = collections.Counter(r["target"] for r in requests.values())
    for host in hosts:
        tried = [r for r in unsent if r["target"] == host["target"]]
        assert by_target[host["target"]] <= host["requests"] <= \
            by_target[host["target"]] + len(tried), host["target"]
    begin, run, end = lines[0], lines_of(out)[0], lines_of(out)[-1]
    assert begin["type"] == "begin" and begin["run_id"] == run["run_id"]
    assert lines[-1]["type"] == "end" and lines[-1]["requests"] == len(requests)
    assert check_chain(program, log)["sha256"] == end["request_log"]["sha256"]
    assert end["request_log"]["lines"] == len(lines)
    assert oct(log.stat().st_mode & 0o777) == "0o600"


def test_bytes_and_addresses_through_a_proxy(program, fleet, servers, tmp_path):
    proxy, log = fleet.add(ConnectProxy()), tmp_path / "log"
    result = program.scan("-x", "http://" + where(proxy), "--request-log", log, where(servers[0]))
    lines = lines_of(log)
    assert logged(lines) == seen(servers[:1]) and lines[0]["proxy"]
    assert sum(r["bytes"] for r in lines if r["type"] == "answer") == result.hosts[0]["bytes"]


def test_it_is_gone_on_with(program, servers, tmp_path):
    """Several runs, one chain; each has its beginning and its end."""
    log = tmp_path / "log"
    for server in servers[:3]:
        program.scan("--request-log", log, "--fingerprint-only", where(server))
    assert logged(lines_of(log)) == seen(servers[:3])
    found = check_chain(program, log)
    assert (found["runs"], found["runs_without_end"], found["torn_lines"]) == (3, 0, 0)
    assert [r["n"] for r in lines_of(log)] == list(range(1, found["lines"] + 1))


def whole_lines(path):
    """Of a file that may end in a torn one."""
    data = path.read_bytes() if path.exists() else b""
    return [json.loads(x) for x in data[:data.rfind(b"\n") + 1].splitlines()]


def test_killed(program, servers, tmp_path):
    """Whenever it is killed: what a server has seen is in the log, and the next run goes on."""
    log, chosen, n_runs, asked = tmp_path / "log", random.Random(7), 9, 0
    for n in range(n_runs):
        asked += chosen.randint(1, 40)   # kill it when so many were asked, more or less
        with open(os.devnull, "wb") as null:
            running = program.start("scan", "--request-log", log, "-t", "2", *map(where, servers),
                                    stdout=null)
        end = time.monotonic() + 20
        while sum(seen(servers).values()) < asked and time.monotonic() < end and \
                running.process.poll() is None:
            time.sleep(0.002)
        running.signal([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM][n % 3])
        if n % 3 == 2:
            time.sleep(0.1)
            running.signal(signal.SIGTERM)   # ends at once
        running.wait(30)
        time.sleep(0.05)   # what was on its way arrives
        asked = sum(seen(servers).values())
        assert not seen(servers) - logged(whole_lines(log))
    assert asked > n_runs
    found = check_chain(program, log)
    assert found["runs"] == n_runs and found["runs_without_end"] >= n_runs - 3


def test_a_full_disk_stops_the_scan(program, servers, tmp_path):
    """Nothing goes out that is not in the log. The room ends in the middle of a line."""
    log = tmp_path / "log"

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

    done = subprocess.run([program.path, "scan", "--request-log", log, *map(where, servers)],
                          capture_output=True, env=program.environment(), preexec_fn=limited,
                          timeout=60, check=False)
    assert done.returncode == 73, done.stderr
    assert b"log: the request log cannot be written" in done.stderr
    data = log.read_bytes()
    assert len(data) == 4000
    lines = [json.loads(x) for x in data[:data.rfind(b"\n") + 1].splitlines()]
    assert sum(seen(servers).values()) >= 1 and not seen(servers) - logged(lines)
    records = parse_records(done.stdout)
    assert records[-1]["type"] == "host"   # no end: the run is not complete
    assert "interrupted" in {r["state"] for r in records[1:]}
    # With room again, it goes on behind the torn line.
    program.scan("--request-log", log, where(servers[0]))
    assert check_chain(program, log)["torn_lines"] == 1


def test_a_change_is_found(program, servers, tmp_path):
    log = tmp_path / "log"
    program.scan("--request-log", log, where(servers[0]))
    whole = log.read_bytes().splitlines(keepends=True)
    assert len(whole) > 8
    changed = list(whole)
    changed[4] = changed[4].replace(b'"GET"', b'"PUT"')
    for lines, number in ((changed, 5), (whole[:5] + whole[6:], 6), (whole[1:], 1),
                          (whole[:5] + whole[4:], 6), (whole[:3] + [b"{}\n"] + whole[4:], 4),
                          (whole[:3] + whole[4:5] + whole[3:4] + whole[5:], 4)):
        log.write_bytes(b"".join(lines))
        result = verify(program, log)
        assert result.code == 65 and "line %d:" % number in result.errors, result.errors
    log.write_bytes(b"".join(whole[:-2]))   # cut off: only the end record of the results tells
    assert verify(program, log).code == 0


def test_one_scan_at_a_time(program, fleet, servers, tmp_path):
    log = tmp_path / "log"
    silent = fleet.add(FaultServer(FAULTS["tls-silent"]))
    running = program.start("scan", "--request-log", log, "--connect-timeout", "3",
                            "--max-time", "4", "--retries", "0", where(silent))
    while not silent.log.connections:
        time.sleep(0.01)
    result = program.scan("--request-log", log, where(servers[0]))
    assert result.code == 73 and str(log) in result.errors
    assert not servers[0].log.connections
    assert running.wait(30).code == 0
    assert check_chain(program, log)["runs_without_end"] == 0


def test_what_cannot_be_a_log(program, servers, tmp_path):
    """Nothing is contacted, and nothing that is there is harmed."""
    out = tmp_path / "out.jsonl"
    program.scan("-o", out, where(servers[0]))
    before, connections = out.read_bytes(), servers[1].log.connections
    for args, code in ((("--request-log", out), 73), (("--request-log", tmp_path), 73),
                       (("--request-log", out, "-o", out, "--fresh"), 64),
                       (("--request-log", tmp_path / "no" / "log"), 73)):
        result = program.scan(*args, where(servers[1]))
        assert result.code == code, (args, result.errors)
        assert out.read_bytes() == before
    assert servers[1].log.connections == connections
