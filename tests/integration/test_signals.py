# SPDX-License-Identifier: MIT
"""Being stopped: what was found is kept, and nothing looks complete that is not."""
import os
import signal
import subprocess
import time

import pytest

from program import parse_records
from sim.faults import FAULTS, FaultServer

N_SLOW = 6
PATIENCE = ("--connect-timeout", "60", "--timeout", "60", "--max-time", "200", "--retries", "0")
HASTE = ("--connect-timeout", "1", "--timeout", "1", "--max-time", "2", "--retries", "0")


@pytest.fixture
def slow_list(fleet):
    """One server that answers and some that never will."""
    good = fleet.add_case("gen-se-rtm")
    lines = ["%s:%d" % (good.address, good.port)]
    for _ in range(N_SLOW):
        s = fleet.add(FaultServer(FAULTS["tls-silent"]))
        lines.append("%s:%d" % (s.address, s.port))
        fleet.last = s
    return ("\n".join(lines) + "\n").encode()


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.02)


def start(program, tmp_path, fleet, lines, *options):
    """A scan that is under way: its last server has been connected to, and the
    good one's record is written."""
    path = tmp_path / "list"
    path.write_bytes(lines)
    out = tmp_path / "results.jsonl"
    running = program.start("scan", "--no-backdoor", "-l", path, "-o", out, *PATIENCE, *options)
    wait_for(lambda: fleet.last.log.connections)
    wait_for(lambda: out.exists() and b'"type":"host"' in out.read_bytes().replace(b" ", b""))
    return running, out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_once(program, fleet, tmp_path, slow_list, number):
    """Ends by itself, with a record for every target, and says that it was interrupted."""
    running, out = start(program, tmp_path, fleet, slow_list)
    running.signal(number)
    result = running.wait(30)
    assert result.code == 75, result.errors
    records = parse_records(out.read_bytes())
    hosts = [r for r in records if r["type"] == "host"]
    assert len({h["target"] for h in hosts}) == N_SLOW + 1
    states = [h["state"] for h in hosts]
    assert states.count("answered") == 1 and states.count("interrupted") == N_SLOW
    assert records[-1]["type"] == "end" and records[-1]["interrupted"] is True
    assert records[-1]["coverage"] < 1


def test_targets_not_begun_have_a_record_too(program, fleet, tmp_path, slow_list):
    """With one host at a time, most of the list was never looked at."""
    path = tmp_path / "list"
    path.write_bytes(b"\n".join(reversed(slow_list.split(b"\n"))))
    out = tmp_path / "results.jsonl"
    running = program.start("scan", "--no-backdoor", "-l", path, "-o", out, "-c", "1", *PATIENCE)
    wait_for(lambda: fleet.last.log.connections)
    running.signal(signal.SIGTERM)
    assert running.wait(30).code == 75
    hosts = [r for r in parse_records(out.read_bytes()) if r["type"] == "host"]
    assert len({h["target"] for h in hosts}) == N_SLOW + 1
    assert {h["state"] for h in hosts} == {"interrupted"}


def test_twice(program, fleet, tmp_path, slow_list):
    """At once; what is on disk is whole lines, and without an end record."""
    running, out = start(program, tmp_path, fleet, slow_list)
    running.signal(signal.SIGINT)
    wait_for(lambda: running.errors_so_far())
    begin = time.monotonic()
    running.signal(signal.SIGINT)
    result = running.wait(30)
    assert time.monotonic() - begin < 3
    assert result.code not in (0, 2, 3)
    records = parse_records(out.read_bytes())
    assert records[0]["type"] == "run"
    assert any(r.get("state") == "answered" for r in records)
    assert records[-1]["type"] != "end" or records[-1]["interrupted"] is True


@pytest.mark.parametrize("numbers", [[signal.SIGHUP] * 3, [signal.SIGTERM, signal.SIGHUP]])
def test_hangup_is_not_impatience(program, fleet, tmp_path, slow_list, numbers):
    """A terminal that goes away sends several, systemd one behind SIGTERM: the end stays clean."""
    running, out = start(program, tmp_path, fleet, slow_list, *HASTE)
    for number in numbers:
        running.signal(number)
        time.sleep(0.05)
    assert running.wait(30).code == 75
    records = parse_records(out.read_bytes())
    assert records[-1]["type"] == "end" and records[-1]["interrupted"] is True


def test_nohup(program, fleet, tmp_path, slow_list):
    """Who ignored SIGHUP before he began wants to go on without his terminal."""
    path, out = tmp_path / "list", tmp_path / "results.jsonl"
    path.write_bytes(slow_list)
    running = program.start("scan", "--no-backdoor", "-l", path, "-o", out, *HASTE,
                            wrap=("sh", "-c", 'trap "" HUP; exec "$@"', "sh"))
    wait_for(lambda: fleet.last.log.connections)
    running.signal(signal.SIGHUP)
    assert running.wait(30).code == 0
    assert parse_records(out.read_bytes())[-1]["interrupted"] is False


def test_what_is_in_flight_may_finish(program, fleet, tmp_path):
    """A host that needs a second more gets it."""
    good = fleet.add_case("gen-se-rtm")
    slow = fleet.add(FaultServer(FAULTS["tls-silent"]))
    fleet.last = slow
    lines = "%s:%d\n%s:%d\n" % (slow.address, slow.port, good.address, good.port)
    path = tmp_path / "list"
    path.write_text(lines)
    running = program.start("scan", "--no-backdoor", "-l", path, "--host-delay", "0.4",
                            "-o", tmp_path / "out", *PATIENCE)
    wait_for(lambda: good.log.requests and slow.log.connections)
    running.signal(signal.SIGINT)
    result = running.wait(30)
    assert result.code == 75, (result.code, result.errors)
    states = {h["address"]: h["state"] for h in parse_records((tmp_path / "out").read_bytes())
              if h["type"] == "host"}
    assert states == {good.address: "answered", slow.address: "interrupted"}


def test_reader_goes_away(program, fleet):
    """As in `exprobe scan ... | head -1`: quietly, and soon."""
    lines = ""
    for _ in range(40):
        s = fleet.add_case("gen-se-rtm")
        lines += "%s:%d\n" % (s.address, s.port)
    read, write = os.pipe()
    with open(os.path.join(program.folder, "list"), "w", encoding="ascii") as f:
        f.write(lines)
    running = program.start("scan", "--no-backdoor", "-l", os.path.join(program.folder, "list"),
                            "-c", "2", stdout=write)
    os.close(write)
    os.read(read, 1)
    os.close(read)
    result = running.wait(30)
    assert result.code != 0
    assert "Traceback" not in result.errors and "assert" not in result.errors


def test_closed_stdout(program, exchange):
    where = "%s:%d" % (exchange.address, exchange.port)
    result = program.run("scan", "--no-backdoor", where, wrap=("sh", "-c", 'exec "$@" >&-', "sh"))
    assert result.code == 73, (result.code, result.errors)
    assert not exchange.log.connections


def test_full_disk(program, exchange):
    """Where writing fails, the exit code says so; the place is named."""
    with open("/dev/full", "wb") as full:
        result = program.scan("%s:%d" % (exchange.address, exchange.port), stdout=full)
    assert result.code == 73, result.errors
    assert "No space left" in result.errors


def test_full_disk_with_output_option(program, exchange):
    result = program.scan("-o", "/dev/full", "%s:%d" % (exchange.address, exchange.port))
    assert result.code == 73, result.errors
    assert "/dev/full" in result.errors


def test_terminal_gets_text(program, exchange):
    """On a terminal, what a person reads; the summary in both cases on standard error."""
    argv = [program.path, "scan", "--no-backdoor", "%s:%d" % (exchange.address, exchange.port)]
    done = subprocess.run(["script", "-qec", " ".join(argv), "/dev/null"], timeout=60, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          env=program.environment())
    assert b"15.2.1748.10" in done.stdout
