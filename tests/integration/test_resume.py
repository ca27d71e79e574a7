# SPDX-License-Identifier: MIT
"""Going on with an unfinished file: exactly the missing hosts are scanned, whatever ended the run.

With EXPROBE_LONG=1 in the environment the same properties are held at many more points."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

import pytest

from dns_server import DnsServer
from program import parse_records
from sim.address import ADDRESSES, closed_port, same_port
from sim.case import CaseServer, load_case
from sim.faults import FAULTS, FaultServer

LONG = bool(os.environ.get("EXPROBE_LONG"))
N_KILLS = 2000 if LONG else 120
N_CUTS = 3000 if LONG else 20
KILLING_MAX_S = 1800 if LONG else 12   # a busy machine gets through fewer
CASES = ["fp-iis-default", "gen-se-rtm", "front-haproxy-503"]
UNDONE = ("interrupted", "internal-error")
SCAN = ("scan", "--no-backdoor", "-q", "--fingerprint-only")
PATIENCE = ("--connect-timeout", "60", "--timeout", "60", "--max-time", "200", "--retries", "0")


class Sweep:
    """A list of fast servers, pinned and by address, and of ports that refuse; one output."""

    def __init__(self, program, fleet, folder):
        self.program = program
        self.servers = [fleet.add_case(name) for name in CASES]
        block = ADDRESSES.block()
        self.closed = closed_port("%s.7" % block)   # holds the port: on all addresses it refuses
        port = self.closed.getsockname()[1]
        lines = fleet.list_lines() + ["%s:%d" % (s.address, s.port) for s in self.servers]
        lines += ["%s.0/28:%d" % (block, port), "%s.%d:%d" % (block, 40, port)]
        self.list = folder / "list"
        self.list.write_text("\n".join(lines) + "\n")
        self.out = folder / "out.jsonl"
        self.n_hosts = 2 * len(self.servers) + 17

    def arguments(self, *more):
        return (*SCAN, "-c", "3", "-l", self.list, "-o", self.out, *more)

    def resume(self, *more, **kwargs):
        return self.program.run(*self.arguments("--resume", *more), **kwargs)

    def start(self):
        return self.program.start(*self.arguments("--resume"))

    def connections(self):
        return [s.log.connections for s in self.servers]


@pytest.fixture
def sweep(program, fleet, tmp_path):
    made = Sweep(program, fleet, tmp_path)
    yield made
    made.closed.close()


def records_of(path):
    """The whole lines of a file that may end in a torn one."""
    data = path.read_bytes() if path.exists() else b""
    return [json.loads(line) for line in data[:data.rfind(b"\n") + 1].splitlines()]


def key(host):
    return host["target"], host["address"]


def done_of(path):
    return {key(r): r for r in records_of(path)
            if r["type"] == "host" and r["state"] not in UNDONE}


def check_whole(path, n_hosts):
    """As if nothing had happened: one run record, one record a host, sums over all of them."""
    records = parse_records(path.read_bytes())
    hosts = [r for r in records if r["type"] == "host"]
    assert [r["type"] for r in records] == ["run"] + ["host"] * n_hosts + ["end"]
    assert len({key(h) for h in hosts}) == n_hosts
    assert not [h for h in hosts if h["state"] in UNDONE]
    end = records[-1]
    assert end["hosts"] == n_hosts and end["interrupted"] is False
    assert end["targets"] == len({h["target"] for h in hosts})
    assert end["requests"] == sum(h["requests"] for h in hosts)
    assert end["bytes"] == sum(h["bytes"] for h in hosts)
    for name, member in (("states", "state"), ("severities", "severity")):
        counted = {}
        for h in hosts:
            counted[h[member]] = counted.get(h[member], 0) + 1
        assert {k: v for k, v in end[name].items() if v} == counted
    return records


def targets_at(sweep, server):
    """The records that make contact with a server needless."""
    return [k for k in done_of(sweep.out) if k[1] == server.address]


def test_killed_at_random(sweep):
    """SIGKILL, SIGTERM or SIGINT at any moment, again and again, until the sweep is through: what
    was recorded stays as it was written and is not contacted again, and nothing is missing."""
    seed = int(os.environ.get("EXPROBE_SEED", random.randrange(1 << 30)))
    chosen, kills, rounds = random.Random(seed), 0, 0
    begin = time.monotonic()
    sweep.resume()
    whole_s = time.monotonic() - begin
    while kills < N_KILLS and time.monotonic() - begin < KILLING_MAX_S:
        sweep.out.unlink()
        for _ in range(chosen.randint(1, 12)):
            before = done_of(sweep.out)
            needless = [(s, s.log.connections) for s in sweep.servers
                        if len(targets_at(sweep, s)) == 2]
            running = sweep.start()
            time.sleep(chosen.uniform(0, whole_s))
            number = chosen.choice([signal.SIGKILL] * 3 + [signal.SIGTERM, signal.SIGINT])
            running.signal(number)
            code = running.wait(30).code
            assert code in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, 0, 75), (seed, code)
            after = done_of(sweep.out)
            assert all(after.get(k) == r for k, r in before.items()), (seed, kills)
            assert all(s.log.connections == n for s, n in needless), (seed, kills)
            kills += 1
            if code == 0:
                break
        result = sweep.resume()
        assert result.code == 0, (seed, result.errors)
        check_whole(sweep.out, sweep.n_hosts)
        rounds += 1
    print("seed %d: %d kills in %d sweeps" % (seed, kills, rounds))


def test_cut_anywhere(sweep):
    """A power cut: the output ends at any byte of its last lines, or in zeros."""
    assert sweep.resume().code == 0
    data = sweep.out.read_bytes()
    lines = data.splitlines(keepends=True)
    first = len(data) - sum(map(len, lines[-3:]))
    cuts = sorted(random.sample(range(first, len(data)), min(N_CUTS, len(data) - first)))
    cuts += [0, 1, len(lines[0]) - 1, len(lines[0]), len(data) - len(lines[-1])]
    for cut in cuts:
        sweep.out.write_bytes(data[:cut] + b"\0" * random.choice([0, 0, 1, 5000]))
        kept = [json.loads(line) for line in data[:cut].splitlines(keepends=True)
                if line.endswith(b"\n")]
        before = sweep.connections()
        result = sweep.resume()
        assert result.code == 0, (cut, result.errors)
        records = check_whole(sweep.out, sweep.n_hosts)
        if kept:
            assert records[:len(kept)] == kept, cut
        if len(kept) == len(lines) - 1:
            assert sweep.connections() == before, "nothing was missing but the end"


def test_complete(sweep):
    """Nothing to do, nothing sent, not a byte changed; the exit code is that of the run."""
    first = sweep.program.run(*sweep.arguments("--fail-on", "low"))
    data, before = sweep.out.read_bytes(), sweep.connections()
    result = sweep.resume("--fail-on", "low")
    assert result.code == first.code == 2
    assert sweep.resume().code == 0
    assert sweep.resume("--min-coverage", "100").code == 3
    assert sweep.out.read_bytes() == data
    assert sweep.connections() == before
    said = sweep.program.run("scan", "--no-backdoor", "--fingerprint-only", "-l", sweep.list, "-o",
                             sweep.out, "--resume")
    assert "complete" in said.errors and "--fresh" in said.errors


def test_exit_code_counts_the_whole_file(sweep):
    """A finding of the first part is a finding of the run."""
    assert sweep.resume("--fail-on", "low").code == 2
    sweep.out.write_bytes(b"".join(sweep.out.read_bytes().splitlines(keepends=True)[:-1]))
    assert sweep.resume("--fail-on", "low").code == 2


def test_stopped_and_resumed(program, fleet, tmp_path):
    """What SIGTERM broke off is scanned; its records give way, and the good ones stay."""
    servers = [fleet.add_case(name) for name in CASES + ["gen-2019-cu15-rtm"]]
    path, out = tmp_path / "list", tmp_path / "out.jsonl"
    path.write_text("\n".join("%s:%d" % (s.address, s.port) for s in servers) + "\n")
    os.symlink(out, tmp_path / "link")
    scan = (*SCAN, "-l", path, "-o", tmp_path / "link", "-c", "1", "--host-delay", "0.2")
    running = program.start(*scan)
    wait_for(lambda: done_of(out) and servers[1].log.requests)
    running.signal(signal.SIGTERM)
    assert running.wait(30).code == 75
    done = done_of(out)
    assert 1 <= len(done) < 4 and records_of(out)[-1]["interrupted"] is True
    assert len([r for r in records_of(out) if r.get("state") == "interrupted"]) == 4 - len(done)
    asked = [len(s.log.requests) for s in servers]
    assert program.run(*scan, "--resume").code == 0
    records = check_whole(out, 4)
    assert [r for r in records if r["type"] == "host"][:len(done)] == list(done.values())
    for s, n in zip(servers, asked):
        is_done = ("%s:%d" % (s.address, s.port), s.address) in done
        assert (len(s.log.requests) == n) == is_done
    assert os.path.islink(tmp_path / "link")
    assert sorted(os.listdir(tmp_path)) == ["link", "list", "out.jsonl"]


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.01)


def test_two_at_once(program, fleet, tmp_path):
    """The second is told who has the file, and changes nothing; when the first has gone, however,
    the file is free."""
    slow, out = fleet.add(FaultServer(FAULTS["tls-silent"])), tmp_path / "out.jsonl"
    where = "%s:%d" % (slow.address, slow.port)
    first = program.start(*SCAN, where, "-o", out, *PATIENCE)
    wait_for(lambda: slow.log.connections and out.exists() and out.stat().st_size)
    data = out.read_bytes()
    for option in ((), ("--resume",), ("--fresh",)):
        second = program.run(*SCAN, where, "-o", out, *option)
        assert second.code == 73, second.errors
        assert "process %d is writing" % first.process.pid in second.errors
        assert str(out) in second.errors
    assert out.read_bytes() == data
    assert slow.log.connections == 1
    first.signal(signal.SIGKILL)
    first.wait(30)
    fleet.stop(slow)
    assert program.run(*SCAN, where, "-o", out, "--resume").code == 0
    check_whole(out, 1)


def test_many_at_once(sweep):
    """Of eight that begin together, those that run at all leave one good file."""
    running = [sweep.start() for _ in range(8)]
    codes = sorted(r.wait(60).code for r in running)
    assert set(codes) <= {0, 73} and 0 in codes
    check_whole(sweep.out, sweep.n_hosts)


@pytest.mark.parametrize("limit", range(0, 40001, 20000 if not LONG else 500))
def test_full_disk(sweep, limit):
    """A disk that fills up at any moment: whole lines only, and the file can be gone on with."""
    result = sweep.resume(wrap=("prlimit", "--fsize=%d" % (limit + 4096)))
    assert result.code in (0, 73)
    assert sweep.out.read_bytes()[-1:] in (b"", b"\n")
    if result.code == 73:
        assert str(sweep.out) in result.errors and "--resume" in result.errors
        assert records_of(sweep.out)[-1]["type"] != "end"
    before = done_of(sweep.out)
    assert sweep.resume().code == 0
    records = check_whole(sweep.out, sweep.n_hosts)
    assert [r for r in records[1:-1]][:len(before)] == list(before.values())


def mounted(folder, options, before="true", after="true"):
    """A prefix for a command that sees a file system of its own at @folder."""
    probe = ["unshare", "-m", "mount", "-t", "tmpfs", "none", str(folder)]
    if subprocess.run(probe, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("needs the right to mount")
    script = 'mount -t tmpfs -o %s none "$0"; %s; "$@"; code=$?; %s; exit $code' % (options, before,
                                                                                after)
    return ("unshare", "-m", "sh", "-c", script, str(folder))


def test_disk_really_full(sweep, tmp_path):
    """The same with a file system that has no room left."""
    disk = tmp_path / "disk"
    disk.mkdir()
    in_namespace = mounted(disk, "size=16k", after='cp "$0/out" "$0.out"')
    result = sweep.program.run(*SCAN, "-l", sweep.list, "-o", disk / "out", wrap=in_namespace)
    assert result.code == 73, result.errors
    assert "No space left" in result.errors and "--resume" in result.errors
    shutil.copy(str(disk) + ".out", sweep.out)
    assert sweep.out.read_bytes().endswith(b"}\n")
    assert sweep.resume().code == 0
    check_whole(sweep.out, sweep.n_hosts)


def test_no_room_to_rewrite(sweep):
    """Broken-off records in the way and no room for a new file: said, and nothing is lost."""
    sweep.resume()
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    broken = json.loads(lines[1])
    broken.update(state="interrupted", target="other.example.test:443")
    data = lines[0] + json.dumps(broken).encode() + b"\n" + b"".join(lines[1:-1])
    sweep.out.write_bytes(data)
    result = sweep.resume(wrap=("prlimit", "--fsize=%d" % (len(data) // 2)))
    assert result.code == 73 and "as it was" in result.errors
    assert sweep.out.read_bytes() == data
    assert not list(sweep.out.parent.glob("*-resume"))
    assert sweep.resume().code == 0
    check_whole(sweep.out, sweep.n_hosts)


def test_read_only(program, exchange, tmp_path):
    """A file system that may only be read, with and without a file to go on with."""
    disk = tmp_path / "disk"
    disk.mkdir()
    where = "%s:%d" % (exchange.address, exchange.port)
    in_namespace = mounted(disk, "size=64k", "touch \"$0/full\"; echo x >\"$0/full\"; "
                                             "mount -o remount,ro \"$0\"")
    for name in ("new", "full"):
        for option in ((), ("--resume",), ("--fresh",)):
            result = program.run(*SCAN, where, "-o", disk / name, *option, wrap=in_namespace)
            assert result.code == 73, result.errors
            assert str(disk / name) in result.errors and "Read-only" in result.errors
    assert not exchange.log.connections


@pytest.mark.parametrize("where", ["/proc/nothing", "/nonexistent/x", "/"])
def test_cannot_be_written(program, exchange, where):
    for option in ((), ("--resume",), ("--fresh",)):
        result = program.run(*SCAN, "%s:%d" % (exchange.address, exchange.port), "-o", where,
                             *option)
        assert result.code == 73, result.errors
        assert where in result.errors
    assert not exchange.log.connections


OTHER_RUNS = [
    (("--deep",), {}, 64, "--deep"),
    (("--ntlm-info",), {}, 64, "--ntlm-info"),
    (("--as-of", "2024-01-01"), {}, 64, "judgement"),
    ((), {"fingerprint_only": False}, 64, "--fingerprint-only"),
    ((), {"shard": "2/3"}, 64, "2/3"),
    ((), {"version": "0.0.0"}, 65, "0.0.0"),
    ((), {"schema": "exprobe/7"}, 65, "exprobe/7"),
    ((), {"data": {"date": "2020-01-01", "sha256": "0" * 64}}, 65, "2020-01-01"),
]


@pytest.mark.parametrize("options,change,code,words", OTHER_RUNS, ids=[o[3] for o in OTHER_RUNS])
def test_other_kind_of_run(sweep, options, change, code, words):
    """Not mixed with this one; the difference is named, and the file stays as it was."""
    assert sweep.resume().code == 0
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    run = json.dumps({**json.loads(lines[0]), **change}).encode() + b"\n"
    data = run + b"".join(lines[1:-2])
    sweep.out.write_bytes(data)
    before = sweep.connections()
    result = sweep.resume(*options)
    assert result.code == code, result.errors
    assert words in result.errors and "--fresh" in result.errors and str(sweep.out) in result.errors
    assert sweep.out.read_bytes() == data and sweep.connections() == before


@pytest.mark.parametrize("content", [b"hello\n", b"{}\n", b"a,b\n1,2\n", b"\x7fELF", b"\n"])
def test_file_of_another_program(sweep, content):
    sweep.out.write_bytes(content)
    result = sweep.resume()
    assert result.code == 65 and str(sweep.out) in result.errors
    assert sweep.out.read_bytes() == content


def test_usage(program, exchange, tmp_path):
    where = "%s:%d" % (exchange.address, exchange.port)
    for options in ((), ("-o", "-"), ("-o", tmp_path / "x", "--fresh"), ("-o", "/dev/null")):
        result = program.run(*SCAN, "--resume", *options, where)
        assert result.code == 64 and "--resume" in result.errors
    assert not exchange.log.connections


def test_content_needs_a_word(sweep):
    sweep.resume()
    result = sweep.program.run(*sweep.arguments())
    assert result.code == 73
    assert "--resume" in result.errors and "--fresh" in result.errors


def test_day_of_judgement_stays(sweep):
    """One file is judged on one day, also when midnight came between its parts."""
    assert sweep.resume("--as-of", "2025-06-01").code == 0
    first = {key(h): h["patch"] for h in records_of(sweep.out) if h["type"] == "host"}
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    sweep.out.write_bytes(lines[0])
    assert sweep.resume().code == 0
    assert {key(h): h["patch"] for h in records_of(sweep.out) if h["type"] == "host"} == first


def test_clock_jumps(sweep):
    """A clock that was wrong by years, before, between and after: times are odd, nothing else."""
    shim = shutil.which("faketime")
    if not shim or re.search("asan|tsan", sweep.program.path):
        pytest.skip("needs faketime, and a program without sanitizers")
    for jumps in (("+9y", "-9y"), ("-20y", "+0"), ("-9y", "+9y", "-1d")):
        sweep.out.unlink(missing_ok=True)
        for n, jump in enumerate(jumps):
            result = sweep.resume(wrap=("env", "FAKETIME_DONT_FAKE_MONOTONIC=1", shim, "-f", jump))
            assert result.code == 0, result.errors
            assert records_of(sweep.out)[-1]["duration_ms"] >= 0
            if n + 1 < len(jumps):
                lines = sweep.out.read_bytes().splitlines(keepends=True)
                sweep.out.write_bytes(b"".join(lines[:5 + 3 * n]))
        check_whole(sweep.out, sweep.n_hosts)


def test_list_changes(sweep):
    """What came is scanned, what went keeps its record, and both are counted."""
    assert sweep.resume().code == 0
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    sweep.out.write_bytes(b"".join(lines[:-1]))
    listed = sweep.list.read_text().splitlines()
    gone, came = listed[0], listed[1].replace("example.test", "new.example.test")
    sweep.list.write_text("\n".join(listed[1:] + [came]) + "\n")
    assert sweep.resume().code == 0
    records = check_whole(sweep.out, sweep.n_hosts + 1)
    targets = {r["target"] for r in records[1:-1]}
    assert gone.split()[0] in targets and came.split()[0] in targets


def test_network_killed(program, fleet, tmp_path):
    """Of a network, exactly the addresses without a record; in the same order as before."""
    block, out = ADDRESSES.block(), tmp_path / "out.jsonl"
    closed = closed_port("%s.1" % block)
    network = "%s.0/25:%d" % (block, closed.getsockname()[1])
    scan = (*SCAN, "-c", "1", network)
    whole = [h["address"] for h in program.run(*scan).hosts]
    assert len(set(whole)) == 128 and whole != sorted(whole)
    program.run(*scan, "-o", out)
    lines = out.read_bytes().splitlines(keepends=True)
    keep = sorted(random.sample(range(1, 129), 50))
    out.write_bytes(lines[0] + b"".join(lines[n] for n in keep))
    assert program.run(*scan, "-o", out, "--resume").code == 0
    records = check_whole(out, 128)
    assert [r["address"] for r in records[1:-1]] == \
        [whole[n - 1] for n in keep] + [a for n, a in enumerate(whole, 1) if n not in keep]
    closed.close()


class Names:
    """A name with several addresses, each with a server on the same port."""

    def __init__(self, fleet, n):
        sockets = same_port([ADDRESSES.one() for _ in range(n)])
        self.port = sockets[0].getsockname()[1]
        self.addresses = [s.getsockname()[0] for s in sockets]
        for s in sockets:
            s.close()
        case = load_case("fp-iis-default")
        self.servers = [fleet.add(CaseServer(dict(case, name="node-%d" % i), a, self.port))
                        for i, a in enumerate(self.addresses)]

    def zone(self, which):
        return "".join("pool A %s\n" % self.addresses[i] for i in which)


def scan_name(program, names, out, folder, which, *options):
    """Scan the name with DNS that knows the addresses @which; none: it knows no such name."""
    folder.mkdir()
    with DnsServer(folder, names.zone(which)) as dns:
        return program.run(*SCAN, "pool.example.test:%d" % names.port, "-o", out, "--resume",
                           "--dns-servers", dns.where, *options)


def addresses_in(out):
    return sorted(str(r["address"]) for r in records_of(out) if r["type"] == "host")


def cut_behind(out, n):
    out.write_bytes(b"".join(out.read_bytes().splitlines(keepends=True)[:n]))


def test_every_address_of_a_name(program, fleet, tmp_path):
    """Killed between two addresses of a name: the others follow, the first is left alone."""
    names, out = Names(fleet, 3), tmp_path / "out"
    assert scan_name(program, names, out, tmp_path / "1", (0, 1, 2)).code == 0
    assert addresses_in(out) == sorted(names.addresses)
    assert {r["addresses"] for r in records_of(out) if r["type"] == "host"} == {3}
    cut_behind(out, 2)
    kept = addresses_in(out)
    before = {s.address: s.log.connections for s in names.servers}
    assert scan_name(program, names, out, tmp_path / "2", (0, 1, 2)).code == 0
    check_whole(out, 3)
    for s in names.servers:
        assert (s.log.connections == before[s.address]) == (s.address in kept)


def test_name_has_other_addresses_today(program, fleet, tmp_path):
    """Addresses with a record stay and are left alone, new ones are probed."""
    names, out = Names(fleet, 3), tmp_path / "out"
    scan_name(program, names, out, tmp_path / "1", (0, 1))
    cut_behind(out, 3)
    before = [s.log.connections for s in names.servers]
    assert scan_name(program, names, out, tmp_path / "2", (1, 2)).code == 0
    check_whole(out, 3)
    after = [s.log.connections for s in names.servers]
    assert after[:2] == before[:2] and after[2] > before[2] == 0
    # With --one-address the one that it has is enough.
    cut_behind(out, 2)
    assert scan_name(program, names, out, tmp_path / "3", (2, 1), "--one-address").code == 0
    check_whole(out, 1)


def test_name_cannot_be_looked_up_today(program, fleet, tmp_path):
    """One whose addresses all have a record lacks nothing; one that lacks some is said to."""
    names, out = Names(fleet, 2), tmp_path / "out"
    scan_name(program, names, out, tmp_path / "1", (0, 1))
    cut_behind(out, 3)
    assert scan_name(program, names, out, tmp_path / "2", ()).code == 0
    check_whole(out, 2)
    cut_behind(out, 2)
    assert scan_name(program, names, out, tmp_path / "3", ()).code == 0
    states = [r["state"] for r in records_of(out) if r["type"] == "host"]
    assert states == ["answered", "dns-failed"]
    assert records_of(out)[-1]["coverage"] == 0.5
