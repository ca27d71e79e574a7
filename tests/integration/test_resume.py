# SPDX-License-Identifier: MIT
"""Going on with an unfinished file: exactly the missing hosts are scanned."""
import glob
import json
import os
import random
import re
import signal
import time

import pytest

from dns_server import DnsServer
from sim.address import ADDRESSES, closed_port, same_port
from sim.case import CaseServer, load_case
from sweep import (CASES, SCAN, UNDONE, check_whole, done_of, key, needless, records_of,
                   wait_for)


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
    wait_for(lambda: running.process.poll() is not None or done_of(out) and servers[1].log.requests)
    running.signal(signal.SIGTERM)
    result = running.wait(30)
    assert result.code == 75, result.errors
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


def test_day_of_judgement_stays(sweep):
    """One file is judged on one day, also when midnight came between its parts."""
    assert sweep.resume("--as-of", "2025-06-01").code == 0
    first = {key(h): h["patch"] for h in records_of(sweep.out) if h["type"] == "host"}
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    sweep.out.write_bytes(lines[0])
    assert sweep.resume().code == 0
    assert {key(h): h["patch"] for h in records_of(sweep.out) if h["type"] == "host"} == first


def other_clock(sweep):
    """LD_PRELOAD for a clock that is set by the test. libfaketime and jemalloc each want the other
    to have begun before them, so the C library's malloc stands in front."""
    libraries = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1") + glob.glob("/lib/*/libc.so.6")
    if len(libraries) < 2 or re.search("asan|tsan", sweep.program.path):
        pytest.skip("needs faketime, and a program without sanitizers")
    return ("env", "LD_PRELOAD=" + ":".join(libraries[:2]), "FAKETIME_DONT_FAKE_MONOTONIC=1")


def test_clock_jumps(sweep):
    """A clock that was wrong by years, before, between and after: times are odd, nothing else."""
    clock = other_clock(sweep)
    for jumps in (("+9y", "-9y"), ("-20y", "+0"), ("-9y", "+9y", "-1d")):
        sweep.out.unlink(missing_ok=True)
        for n, jump in enumerate(jumps):
            result = sweep.resume(wrap=(*clock, "FAKETIME=" + jump))
            assert result.code == 0, result.errors
            assert records_of(sweep.out)[-1]["duration_ms"] >= 0
            if n + 1 < len(jumps):
                lines = sweep.out.read_bytes().splitlines(keepends=True)
                sweep.out.write_bytes(b"".join(lines[:5 + 3 * n]))
        check_whole(sweep.out, sweep.n_hosts)


def test_clock_jumps_meanwhile(sweep, tmp_path):
    """A clock that is set forth and back by years while hosts are in flight."""
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    running = sweep.start_with("-c", "1", "--network-delay", "0.03", wrap=(
        *other_clock(sweep), "FAKETIME_TIMESTAMP_FILE=%s" % clock, "FAKETIME_NO_CACHE=1"))
    for n, jump in enumerate(("+9y", "-30y", "+40y", "-1d")):
        wait_for(lambda n=n: running.process.poll() is not None or len(done_of(sweep.out)) > 2 * n)
        clock.write_text(jump + "\n")
    result = running.wait(60)
    assert result.code == 0, result.errors
    records = check_whole(sweep.out, sweep.n_hosts)
    assert len({r["started"][:4] for r in records[1:-1]}) > 1, "the clock did not jump"
    assert all(0 <= r["duration_ms"] < 60000 for r in records[1:])
    assert sweep.resume().code == 0


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


def test_complete_and_the_list_grew(sweep):
    """Complete is what its lists named. What came since is scanned, and nothing else is looked at,
    wherever in the list it stands; without it not a byte changes."""
    assert sweep.resume().code == 0
    listed = sweep.list.read_text().splitlines()
    came = "new.example.test:%d address=%s" % (sweep.servers[0].port, sweep.servers[0].address)
    for at in (0, len(listed) // 2, len(listed)):
        sweep.out.write_bytes(b"")
        sweep.list.write_text("\n".join(listed) + "\n")
        assert sweep.resume().code == 0
        before, asked = done_of(sweep.out), sweep.asked()
        data = sweep.out.read_bytes()
        more = "\n".join(listed[:at] + [came] + listed[at:]) + "\n"
        options = [a if a != sweep.list else "-" for a in sweep.arguments("--resume")]
        result = sweep.program.run(*options, stdin=more.encode())   # a list that is read once
        assert result.code == 0, result.errors
        check_whole(sweep.out, sweep.n_hosts + 1)
        assert sweep.out.read_bytes().startswith(data[:data.rfind(b"\n", 0, -1) + 1])
        assert sum((sweep.asked() - asked).values()) > 0
        assert not needless(before, asked, sweep.asked())
        data = sweep.out.read_bytes()
        assert sweep.resume().code == 0   # with the shorter list again
        assert sweep.out.read_bytes() == data


def test_complete_and_the_list_is_wrong(sweep):
    """A list that names nothing, or other hosts, is not taken for a finished job."""
    assert sweep.resume().code == 0
    data = sweep.out.read_bytes()
    sweep.list.write_text("# nothing\n")
    result = sweep.resume()
    assert result.code == 65 and "no targets" in result.errors
    sweep.list.write_text("bad host name\n")
    assert sweep.resume("--strict").code == 65
    assert sweep.out.read_bytes() == data
    sweep.list.write_text("%s:%d\n" % (sweep.servers[0].address, sweep.servers[0].port))
    loud = [a for a in sweep.arguments("--resume") if a != "-q"]
    result = sweep.program.run(*loud)
    assert result.code == 0 and sweep.out.read_bytes() == data
    assert "%d of its targets are not in the lists" % (sweep.n_hosts - 1) in result.errors


def test_unfinished_and_the_list_is_bad(sweep):
    """Of a broken off file no list without a target makes a finished one."""
    assert sweep.resume().code == 0
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    sweep.out.write_bytes(b"".join(lines[:3]))   # of the run, and two hosts
    good = sweep.list.read_text()
    sweep.list.write_text("bad host name\n")
    result = sweep.resume()
    assert result.code == 65 and "no targets" in result.errors
    assert records_of(sweep.out)[-1]["type"] != "end"
    sweep.list.write_text(good)
    assert sweep.resume().code == 0
    check_whole(sweep.out, sweep.n_hosts)


def test_killed_when_the_list_grew(sweep):
    """Opened again and killed: unfinished as any other."""
    assert sweep.resume().code == 0
    with open(sweep.list, "a", encoding="ascii") as f:
        f.write("new.example.test:%d address=%s\n" % (sweep.servers[0].port,
                                                      sweep.servers[0].address))
    before, asked = done_of(sweep.out), sweep.asked()
    running = sweep.start("--host-delay", "5")
    wait_for(lambda: records_of(sweep.out)[-1]["type"] != "end")
    running.signal(signal.SIGKILL)
    assert running.wait(30).code == -signal.SIGKILL
    assert done_of(sweep.out) == before
    assert sweep.resume().code == 0
    check_whole(sweep.out, sweep.n_hosts + 1)
    assert not needless(before, asked, sweep.asked())


def test_network_killed(program, fleet, tmp_path):
    """Of a network, exactly the addresses without a record; in the same order as before."""
    block, out = ADDRESSES.block(), tmp_path / "out.jsonl"
    closed = closed_port("%s.1" % block)
    network = "%s.0/25:%d" % (block, closed.getsockname()[1])
    # Whoever is late, because the machine is busy, loses his place in the row of a network.
    scan = (*SCAN, "-c", "1", "--network-delay", "0", network)
    whole = [h["address"] for h in program.run(*scan).hosts]
    assert len(set(whole)) == 128 and whole != sorted(whole)
    program.run(*scan, "-o", out)
    lines = out.read_bytes().splitlines(keepends=True)
    done = [n for n in range(1, 129) if json.loads(lines[n])["state"] not in UNDONE]
    keep = sorted(random.sample(done, 50))
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


def test_one_address(program, fleet, tmp_path):
    """With --one-address the one that it has is enough, whichever that was."""
    names, out = Names(fleet, 2), tmp_path / "out"
    scan_name(program, names, out, tmp_path / "1", (0, 1), "--one-address")
    cut_behind(out, 2)
    before = [s.log.connections for s in names.servers]
    assert scan_name(program, names, out, tmp_path / "2", (1, 0), "--one-address").code == 0
    check_whole(out, 1)
    assert [s.log.connections for s in names.servers] == before


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
