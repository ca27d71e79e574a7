# SPDX-License-Identifier: MIT
"""The records: their schema, their sums, and the exit codes that follow from them."""
import json
import os
import re
import shlex
import subprocess

import jsonschema
import pytest

from sim.address import closed_port
from sim.faults import FAULTS, FaultServer
from sim.fleet import Fleet

CASES = ["gen-se-dec25", "gen-2010-tls10-only", "gen-2013-sp1-old", "fp-honeypot-flux",
         "gen-2016-cu23-unlisted-revision", "fp-iis-default", "online-1520-header",
         "front-f5-apm-all-preauth", "trap-header-garbage", "front-self-signed-expired",
         "gen-future-cu-unknown-third-part"]
FAULTY = ["http-escapes-in-fields", "http-bad-utf8-fields", "cert-10000-names", "tcp-refused",
          "tcp-tarpit", "http-header-flood", "tls-alert-40-handshake-failure"]
STATES = {"answered", "dns-failed", "refused", "unreachable", "connect-timeout", "tls-failed",
          "http-failed", "timeout", "blocked", "out-of-scope", "opted-out", "interrupted",
          "internal-error"}
SEVERITIES = ["none", "info", "low", "medium", "high", "critical"]


@pytest.fixture(scope="session")
def schema(root):
    path = os.path.join(root, "targets", "schema", "exprobe-1.schema.json")
    with open(path, encoding="utf-8") as f:
        return json.load(f)


@pytest.fixture(scope="module")
def mixed(session_program):
    """A scan with something of everything."""
    with Fleet() as fleet:
        for name in CASES:
            fleet.add_case(name)
        for name in FAULTY:
            fleet.add(FaultServer(FAULTS[name]))
        text = "not a/target\n" + "\n".join(fleet.list_lines()) + "\n"
        return session_program.scan("--connect-timeout", "1", "--timeout", "1", "--max-time", "2",
                                    "--deep", "--ntlm-info", "-l", "-", stdin=text.encode())


def test_schema_is_a_schema(schema):
    jsonschema.validators.validator_for(schema).check_schema(schema)


def test_every_line_follows_the_schema(mixed, schema):
    validator = jsonschema.validators.validator_for(schema)(schema)
    for record in mixed.records:
        errors = ["%s: %s" % ("/".join(map(str, e.path)), e.message)
                  for e in validator.iter_errors(record)]
        assert not errors, (record.get("target"), errors)


def test_schema_rejects_what_is_wrong(mixed, schema):
    """A schema that accepts anything proves nothing."""
    validator = jsonschema.validators.validator_for(schema)(schema)
    host = mixed.hosts[0]
    for change in ({"state": "fine"}, {"port": "443"}, {"severity": "bad"}, {"type": "guest"},
                   {"exchange": None}):
        assert not validator.is_valid({**host, **change}), change
    assert not validator.is_valid({k: v for k, v in host.items() if k != "target"})


def test_counts_add_up(mixed):
    hosts, end = mixed.hosts, mixed.end
    assert mixed.records[0]["type"] == "run" and mixed.records[0]["schema"] == "exprobe/1"
    assert [r["type"] for r in mixed.records].count("end") == 1
    assert end["hosts"] == len(hosts)
    assert end["targets"] == len({h["target"] for h in hosts}) == len(CASES) + len(FAULTY)
    assert end["bad_lines"] == 1
    assert end["interrupted"] is False
    for key, member in (("states", "state"), ("severities", "severity")):
        counted = {}
        for h in hosts:
            counted[h[member]] = counted.get(h[member], 0) + 1
        assert {k: v for k, v in end[key].items() if v} == counted
    assert {h["state"] for h in hosts} <= STATES
    assert 0 < end["coverage"] < 1


def test_severity_is_the_worst_finding(mixed):
    for h in mixed.hosts:
        worst = max((SEVERITIES.index(f["severity"]) for f in h["findings"]), default=0)
        assert SEVERITIES.index(h["severity"]) == worst, h["target"]


def test_findings_are_complete(mixed):
    """Each says what, why, how to see it, and what to do."""
    seen = set()
    for h in mixed.hosts:
        for f in h["findings"]:
            assert f["id"] not in seen, "ids are unique in a run"
            seen.add(f["id"])
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", f["rule"])
            assert f["title"] and f["remediation"] and f["evidence"]
            if f.get("curl"):
                assert f["curl"].startswith("curl ") and "--resolve" in f["curl"]
                assert "\n" not in f["curl"]
    assert seen


def test_ids_are_stable(program, exchange):
    """The same host twice: the same findings by id."""
    where = "%s:%d" % (exchange.address, exchange.port)
    ids = [{f["id"] for f in program.scan(where).hosts[0]["findings"]} for _ in range(2)]
    assert ids[0] and ids[0] == ids[1]


def test_run_ids_differ(program):
    ids = {program.scan("--max-time", "1", "127.0.0.1:9").records[0]["run_id"] for _ in range(2)}
    assert len(ids) == 2


def test_as_of(program, exchange):
    """Judged as on a day: before an update came, it is not missing."""
    where = "%s:%d" % (exchange.address, exchange.port)
    then = program.scan("--as-of", "2025-03-01", where).hosts[0]
    now = program.scan("--as-of", "2026-10-08", where).hosts[0]
    assert len(then["patch"]["missing"]) < len(now["patch"]["missing"])
    assert then["exchange"]["build"] == now["exchange"]["build"]


def test_curl_line_reproduces(program, exchange):
    """The command of a finding, run as it is, gets an answer from that server."""
    record = program.scan("%s:%d" % (exchange.address, exchange.port)).hosts[0]
    lines = [f["curl"] for f in record["findings"] if f.get("curl")]
    assert lines
    before = len(exchange.log.requests)
    done = subprocess.run(shlex.split(lines[0]) + ["-sS", "--noproxy", "*"], timeout=30,
                          check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr
    assert len(exchange.log.requests) == before + 1


def where_of(*servers):
    return ["%s:%d" % (s.address, s.port) for s in servers]


def test_exit_code_of_findings(program, fleet):
    old = fleet.add_case("gen-2019-cu11-nov21")
    assert program.scan(*where_of(old)).code == 0, "none was asked for"
    assert program.scan("--fail-on", "critical", *where_of(old)).code == 2
    assert program.scan("--fail-on", "low", *where_of(old)).code == 2
    assert program.scan("--fail-on", "missing-updates", *where_of(old)).code == 2


def test_exit_code_without_findings(program, fleet):
    other = fleet.add_case("fp-iis-default")
    assert program.scan("--fail-on", "high", *where_of(other)).code == 0


def test_exit_code_of_coverage(program, fleet):
    good = fleet.add_case("gen-2019-cu11-nov21")
    closed = closed_port("127.0.0.1")
    dead = "127.0.0.1:%d" % closed.getsockname()[1]
    assert program.scan(dead, *where_of(good)).code == 0
    assert program.scan("--min-coverage", "50", dead, *where_of(good)).code == 0
    assert program.scan("--min-coverage", "51", dead, *where_of(good)).code == 3
    both = program.scan("--min-coverage", "51", "--fail-on", "low", dead, *where_of(good))
    assert both.code == 2, "findings outrank coverage"
    closed.close()


def test_exit_code_of_old_data(program, exchange):
    result = program.scan("--max-data-age", "1", "--as-of", "2030-01-01", *where_of(exchange))
    assert result.code == 4, result.errors
    assert not exchange.log.connections


def test_output_file_equals_stdout(program, exchange, tmp_path):
    """-o moves the records and nothing else."""
    path = tmp_path / "results.jsonl"
    result = program.scan("-o", path, *where_of(exchange))
    assert result.stdout == b""
    types = [json.loads(line)["type"] for line in path.read_text().splitlines()]
    assert types == ["run", "host", "end"]


def test_report_is_a_function_of_the_records(program, mixed, tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_bytes(mixed.stdout)
    report = program.run("report", "--width", "300", path)
    assert report.code == 0, report.errors
    assert report.stdout == program.run("report", "--width", "300", path).stdout
    for h in mixed.hosts:
        assert h["target"].split(":")[0] in report.text
    assert "Dec25SU" in report.text


def test_report_of_a_torn_file(program, mixed, tmp_path):
    """An unfinished run is called so."""
    path = tmp_path / "results.jsonl"
    whole = mixed.stdout.splitlines(keepends=True)
    path.write_bytes(b"".join(whole[:4]) + whole[4][:100])
    report = program.run("report", path)
    assert report.code in (0, 3)
    assert "incomplete" in (report.text + report.errors).lower()


def test_explain_json_has_the_same_objects(program, exchange, schema):
    host = program.scan(*where_of(exchange)).hosts[0]
    told = json.loads(program.run("explain", "--json", "15.2.1748.10").text)
    jsonschema.validators.validator_for(schema)(schema).validate(told)
    assert told["type"] == "build"
    assert told["patch"] == host["patch"]
    assert told["support"] == host["support"]


def test_plan_sends_nothing(program, exchange):
    for arguments in (["plan"], ["scan", "--dry-run"]):
        result = program.run(*arguments, *where_of(exchange))
        assert result.code == 0 and "8" in result.text, result.errors
    assert not exchange.log.connections


def test_gap_between_requests(program, exchange):
    program.scan("--host-delay", "0.3", *where_of(exchange))
    times = [r.at for r in exchange.log.requests]
    assert len(times) >= 2
    assert all(b - a >= 0.3 for a, b in zip(times, times[1:])), times
