# SPDX-License-Identifier: MIT
"""The file of an unfinished run: who may write to it, where it may be, and whose it is."""
import json
import os
import shutil
import signal
import subprocess

import pytest

from sim.faults import FAULTS, FaultServer
from sweep import SCAN, check_whole, done_of, records_of, wait_for

LONG = bool(os.environ.get("EXPROBE_LONG"))
PATIENCE = ("--connect-timeout", "60", "--timeout", "60", "--max-time", "200", "--retries", "0")


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
