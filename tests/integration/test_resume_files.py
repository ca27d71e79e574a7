# SPDX-License-Identifier: MIT
"""The file of an unfinished run: who may write to it, where it may be, and whose it is."""
import glob
import json
import os
import shutil
import signal
import subprocess

import pytest

from program import parse_records
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


def test_disk_too_full_to_rewrite(sweep, tmp_path):
    """The same on a file system that has room for one file and not for two."""
    disk = tmp_path / "disk"
    disk.mkdir()
    data = folder_of(sweep, tmp_path)
    kept = tmp_path / "kept"
    kept.mkdir()
    in_namespace = mounted(disk, "size=%dk" % (len(data) // 1024 * 3 // 2),
                           before='cp "%s" "$0/out"' % sweep.out, after='cp "$0"/* "%s"' % kept)
    result = sweep.program.run(*SCAN, "-l", sweep.list, "-o", disk / "out", "--resume",
                               wrap=in_namespace)
    assert result.code == 73, result.errors
    assert "No space left" in result.errors and str(disk / "out") in result.errors
    assert "as it was" in result.errors
    assert os.listdir(kept) == ["out"] and (kept / "out").read_bytes() == data


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


# Root without the capabilities that make permissions pass it by; for others nothing is needed.
AS_MORTAL = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")


@pytest.fixture
def mortal():
    probe = AS_MORTAL + ("true",)
    if os.geteuid() != 0:
        return ()
    if subprocess.run(probe, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("needs the right to give up rights")
    return AS_MORTAL


def folder_of(sweep, tmp_path):
    """The file of the sweep, unfinished and to be rewritten, in a folder of its own."""
    assert sweep.resume().code == 0
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    sweep.out = tmp_path / "folder" / "out.jsonl"
    sweep.out.parent.mkdir()
    sweep.out.write_bytes(b"".join([lines[0], b"\n"] + lines[1:-3]))
    return sweep.out.read_bytes()


@pytest.mark.parametrize("mode,words", [(0o444, "Permission denied"), (0o200, "Permission denied")])
def test_file_without_permission(sweep, tmp_path, mortal, mode, words):
    """One that may not be written, one that may not be read."""
    data = folder_of(sweep, tmp_path)
    sweep.out.chmod(mode)
    before = sweep.connections()
    for option in ("--resume", "--fresh") if mode == 0o444 else ("--resume",):
        result = sweep.program.run(*sweep.arguments(option), wrap=mortal)
        assert result.code == 73, result.errors
        assert words in result.errors and str(sweep.out) in result.errors
    assert sweep.out.read_bytes() == data and sweep.connections() == before
    sweep.out.chmod(0o600)
    assert sweep.resume().code == 0
    check_whole(sweep.out, sweep.n_hosts)
    assert sweep.out.stat().st_mode & 0o777 == 0o600


def test_folder_without_permission(sweep, tmp_path, mortal):
    """Where no second file can be made, the first stays as it was; what needs none goes on."""
    data = folder_of(sweep, tmp_path)
    sweep.out.parent.chmod(0o555)
    before = sweep.connections()
    result = sweep.resume(wrap=mortal)
    assert result.code == 73, result.errors
    assert "as it was" in result.errors and str(sweep.out) in result.errors
    assert sweep.out.read_bytes() == data and sweep.connections() == before
    sweep.out.write_bytes(data.replace(b"}\n\n{", b"}\n{"))
    assert sweep.resume(wrap=mortal).code == 0
    check_whole(sweep.out, sweep.n_hosts)
    result = sweep.program.run(*SCAN, "-o", sweep.out.parent / "new", "-l", sweep.list, wrap=mortal)
    assert result.code == 73 and str(sweep.out.parent / "new") in result.errors
    sweep.out.parent.chmod(0o755)


def test_links(sweep, tmp_path):
    """A link is followed, also one to a file that is not there yet; one in a circle is an error."""
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "file", tmp_path / "link"
    os.symlink(target, link)
    os.symlink(tmp_path / "circle", tmp_path / "circle")
    sweep.out = link
    assert sweep.resume().code == 0
    lines = target.read_bytes().splitlines(keepends=True)
    target.write_bytes(b"".join([lines[0], b"\n"] + lines[1:-3]))
    assert sweep.resume().code == 0
    check_whole(target, sweep.n_hosts)
    assert os.path.islink(link) and os.listdir(target.parent) == ["file"]
    sweep.out = tmp_path / "circle"
    for option in ("--resume", "--fresh"):
        result = sweep.program.run(*sweep.arguments(option))
        assert result.code == 73 and str(sweep.out) in result.errors


def test_no_regular_file(program, exchange, tmp_path):
    """A pipe has nothing to go on with, and must not hold us until somebody reads it; a device that
    is full is said to be."""
    where, pipe = "%s:%d" % (exchange.address, exchange.port), tmp_path / "pipe"
    os.mkfifo(pipe)
    for name in (pipe, "/dev/full", "/dev/null"):
        result = program.run(*SCAN, "-o", name, "--resume", where, timeout=20)
        assert result.code == 64, result.errors
        assert str(name) in result.errors and "regular file" in result.errors
    assert not exchange.log.connections
    result = program.run(*SCAN, "-o", "/dev/full", where)
    assert result.code == 73 and "/dev/full" in result.errors and "No space" in result.errors
    assert program.run(*SCAN, "-o", "/dev/null", where).code == 0
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    assert program.run(*SCAN, "-o", pipe, where).code == 0
    assert [r["type"] for r in parse_records(reader.communicate()[0])] == ["run", "host", "end"]


@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_file_goes_away(program, fleet, tmp_path, how):
    """The results are not where they were wanted: that is no success."""
    slow, out = fleet.add(FaultServer(FAULTS["tls-silent"])), tmp_path / "out.jsonl"
    running = program.start(*SCAN, "%s:%d" % (slow.address, slow.port), "-o", out,
                            "--connect-timeout", "1", "--timeout", "1", "--max-time", "2",
                            "--retries", "0")
    wait_for(lambda: slow.log.connections and out.exists() and out.stat().st_size)
    if how == "deleted":
        out.unlink()
    else:
        out.rename(tmp_path / "old")
    if how == "replaced":
        out.write_bytes(b"mine\n")
    result = running.wait(30)
    assert result.code == 73, result.errors
    assert str(out) in result.errors and "moved, replaced or deleted" in result.errors
    if how != "deleted":
        check_whole(tmp_path / "old", 1)
    if how == "replaced":
        assert out.read_bytes() == b"mine\n"


def pids_of(path):
    """Processes that have a file open."""
    found = []
    for fd in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            if os.readlink(fd) == str(path):
                found.append(int(fd.split("/")[2]))
        except OSError:
            continue
    return found


def test_replaced_before_it_was_locked(sweep, tmp_path):
    """Between opening and locking, the one who had the file may have rewritten it: then that one
    is meant, and what is locked is not what the name led to."""
    if not shutil.which("strace"):
        pytest.skip("needs strace")
    assert sweep.resume().code == 0
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    sweep.out.write_bytes(lines[0])
    (tmp_path / "new").write_bytes(b"".join(lines[:-1]))
    os.link(sweep.out, tmp_path / "old")
    before = sweep.connections()
    running = sweep.start_with(wrap=("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=flock",
                                     "-e", "inject=flock:delay_enter=1500000:when=1"))
    wait_for(lambda: pids_of(sweep.out))
    os.replace(tmp_path / "new", sweep.out)
    result = running.wait(60)
    assert result.code == 0, result.errors
    check_whole(sweep.out, sweep.n_hosts)
    assert (tmp_path / "old").read_bytes() == lines[0]
    assert sweep.connections() == before


def test_holder_stands_still(program, fleet, tmp_path):
    """A process that was stopped has its file still; one that was killed has not, at once."""
    slow, out = fleet.add(FaultServer(FAULTS["tls-silent"])), tmp_path / "out.jsonl"
    scan = (*SCAN, "%s:%d" % (slow.address, slow.port), "-o", out)
    first = program.start(*scan, *PATIENCE)
    wait_for(lambda: slow.log.connections and out.exists() and out.stat().st_size)
    first.signal(signal.SIGSTOP)
    assert program.run(*scan, "--resume").code == 73
    first.signal(signal.SIGKILL)
    first.wait(30)
    fleet.stop(slow)
    assert program.run(*scan, "--resume").code == 0
    check_whole(out, 1)


@pytest.mark.parametrize("where", ["/proc/nothing", "/nonexistent/x", "/"])
def test_cannot_be_written(program, exchange, where):
    for option in ((), ("--resume",), ("--fresh",)):
        result = program.run(*SCAN, "%s:%d" % (exchange.address, exchange.port), "-o", where,
                             *option)
        assert result.code == 73, result.errors
        assert where in result.errors
    assert not exchange.log.connections


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
