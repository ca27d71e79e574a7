# SPDX-License-Identifier: MIT
"""The run ends, or fails, at one exact system call on its output: at each of them in turn.

strace kills the program in front of the call, or makes the call fail. The file to go on with has
records that must go in the middle, so that a resume has to rewrite it, too."""
import itertools
import json
import os
import re
import shutil

import pytest

from sweep import SCAN, asked_of, check_whole, done_of, needless, records_of, whole_records
from test_resume_kills import LONG, chosen   # noqa: F401  a fixture

# What is done to the output and to the file that takes its place.
CALLS = ["openat", "flock", "write", "fdatasync", "fsync", "ftruncate", "fchmod", "rename",
         "unlink", "pread64", "lseek"]
N_POINTS = 12    # of the points where it can be killed, by default


class Crashes:
    """A sweep of three servers whose output is in the state that a SIGTERM left it in: the record
    of one host is whole, that of the second says interrupted, that of the third is missing."""

    def __init__(self, program, fleet, folder):
        self.program, self.folder = program, folder
        self.servers = [fleet.add_case(n) for n in ("fp-iis-default", "gen-se-rtm",
                                                    "front-haproxy-503")]
        self.out, self.beside = folder / "out.jsonl", folder / "out.jsonl.exprobe-resume"
        self.targets = ["%s:%d" % (s.address, s.port) for s in self.servers]
        assert program.run(*SCAN, "-o", self.out, *self.targets).code == 0
        run, *hosts, end = records_of(self.out)
        broken = dict(hosts[1], state="interrupted")
        end = dict(end, interrupted=True)
        self.begin = b"".join(json.dumps(r, separators=(",", ":")).encode() + b"\n"
                              for r in (run, broken, hosts[0], end))
        self.done = {(hosts[0]["target"], hosts[0]["address"])}

    def reset(self):
        self.out.write_bytes(self.begin)
        self.beside.unlink(missing_ok=True)

    def resume(self, inject=None):
        """Go on. @inject: what strace does to the calls on our two files."""
        wrap, env = (), {}
        if inject:
            wrap = ("strace", "-f", "-qq", "-o", "/dev/null", "-P", str(self.out), "-P",
                    str(self.beside), "-e", "trace=" + inject.split(":")[0], "-e",
                    "inject=" + inject)
            # The leak check is a tracer as well, and there can be only one.
            env = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
        before, asked = done_of(self.out), self.asked()
        result = self.program.run(*SCAN, "-o", self.out, "--resume", *self.targets, wrap=wrap,
                                  env=env)
        after = done_of(self.out)
        assert {k: after.get(k) for k in before} == before, inject
        assert not needless(before, asked, self.asked()), inject
        assert self.done <= set(after), inject
        return result

    def asked(self):
        return asked_of(self.servers)

    def finish(self, why):
        assert self.resume().code == 0, why
        check_whole(self.out, 3)
        assert not self.beside.exists(), why


@pytest.fixture
def crashes(program, fleet, tmp_path):
    if not shutil.which("strace"):
        pytest.skip("needs strace")
    return Crashes(program, fleet, tmp_path)


def kill(call, when):
    return "%s:signal=SIGKILL:when=%d" % (call, when)


def points_of(crashes):
    """Every call at which the resume can be killed: (name, number)."""
    points = []
    trace = crashes.folder / "trace"
    crashes.reset()
    result = crashes.program.run(
        *SCAN, "-o", crashes.out, "--resume", *crashes.targets,
        wrap=("strace", "-f", "-qq", "-o", str(trace), "-P", str(crashes.out), "-P",
              str(crashes.beside), "-e", "trace=" + ",".join(CALLS)),
        env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"})
    assert result.code == 0, result.errors
    seen = {}   # strace counts for each thread
    for line in trace.read_text().splitlines():
        m = re.match(r"(\d+) +(\w+)\(", line)
        if m:
            n = seen[m.groups()] = seen.get(m.groups(), 0) + 1
            if (m.group(2), n) not in points:
                points.append((m.group(2), n))
    assert {"openat", "flock", "write", "fsync", "rename", "fdatasync"} <= {c for c, _ in points}
    return points


def test_killed_at_each_call(crashes, chosen):   # noqa: F811
    """And then again in the run that goes on with what that left, and again in the one after."""
    points = points_of(crashes)
    for first in points if LONG else chosen.sample(points, min(N_POINTS, len(points))):
        crashes.reset()
        for call, when in (first, *chosen.choices(points, k=2)):
            result = crashes.resume(kill(call, when))
            assert result.code in (-9, 0), (first, call, when, result.errors)
            records = list(whole_records(crashes.out.read_bytes()))
            assert records[0]["type"] == "run"
        crashes.finish((first, call, when))


def test_killed_before_the_first_host(crashes):
    """With no file, with an empty one, with nothing but the run record."""
    for call, when in itertools.product(("write", "fdatasync"), (1, 2)):
        crashes.out.unlink()
        crashes.done = set()
        assert crashes.resume(kill(call, when)).code == -9
        crashes.finish((call, when))


# A call that fails, how, and whether the scan lives with it.
FAILURES = [
    ("write", "ENOSPC", 73), ("write", "EIO", 73), ("write", "EDQUOT", 73), ("write", "EFBIG", 73),
    ("fdatasync", "ENOSPC", 73), ("fdatasync", "EIO", 73), ("fdatasync", "EINVAL", 0),
    ("fsync", "ENOSPC", 73), ("fsync", "EIO", 73), ("rename", "ENOSPC", 73),
    ("rename", "EACCES", 73), ("openat", "EACCES", 73), ("openat", "EROFS", 73),
    ("openat", "EMFILE", 73), ("openat", "ENOSPC", 73), ("pread64", "EIO", 73),
    ("flock", "ENOLCK", 0), ("flock", "EIO", 0),
    ("flock", "EAGAIN", 73), ("fchown", "EPERM", 0), ("unlink", "EACCES", 0),
    ("write", "EINTR", 0),
]


@pytest.mark.parametrize("call,error,code", FAILURES, ids=["%s-%s" % f[:2] for f in FAILURES])
def test_failing_call(crashes, call, error, code):
    """Said with the name of the file; what was recorded is there, and the next run goes on."""
    for when in range(1, 8 if LONG else 4):
        crashes.reset()
        result = crashes.resume("%s:error=%s:when=%d" % (call, error, when))
        if result.code == 0:
            check_whole(crashes.out, 3)
            assert code == 0 or when > 1, "the failure went unnoticed"
            continue
        assert result.code == code, (when, result.errors)
        assert str(crashes.out) in result.errors, result.errors
        assert not crashes.beside.exists()
        data = crashes.out.read_bytes()
        assert data == crashes.begin or records_of(crashes.out)[-1]["type"] != "end"
        assert data.endswith(b"\n")
        crashes.finish((call, error, when))


def test_what_may_not_be_on_the_disk_goes(crashes):
    """The system forgets what it could not bring to the disk: so must the file."""
    crashes.out.unlink()
    crashes.done = set()
    result = crashes.resume("fdatasync:error=ENOSPC:when=2")
    assert result.code == 73 and "No space left" in result.errors, result.errors
    assert [r["type"] for r in records_of(crashes.out)] == ["run"]
    crashes.finish("fdatasync")
