# SPDX-License-Identifier: MIT
"""An update ends, or fails, at one exact system call: at each of them in turn. What is used before
and after is a whole set, the old one or the new one."""
import os
import re
import shutil

import pytest

from signed import FILES
from test_resume_kills import LONG, chosen   # noqa: F401  a fixture

CHANGES = ("flock", "symlinkat", "renameat", "unlinkat", "fsync")
CALLS = ["openat", "mkdir", "mkdirat", "flock", "write", "fchmod", "fsync", "close", "symlinkat",
         "renameat", "unlinkat", "readlink", "readlinkat", "getdents64"]
N_POINTS = 30    # of the points where it can be killed, by default
OLDEST, OLD, NEW = "2026-10-10", "2026-10-20", "2026-11-11"


class Updates:
    """A store with two sets, and a third to be installed."""

    def __init__(self, sets):
        self.sets, self.begin = sets, sets.folder / "begin"
        sets.update(sets.signed(OLDEST))
        sets.update(sets.signed(OLD))
        self.new = sets.signed(NEW)
        shutil.copytree(sets.store, self.begin, symlinks=True)

    def reset(self):
        shutil.rmtree(self.sets.store)
        shutil.copytree(self.begin, self.sets.store, symlinks=True)

    def run(self, *strace, command=("update",)):
        operands = (self.new,) if command == ("update",) else ()
        # The leak check is a tracer as well, and there can be only one.
        env = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
        return self.sets.run("data", *command, *operands, env=env,
                             wrap=("strace", "-f", "-qq", *strace))

    def trace(self, command=("update",)):
        """The calls of an update from the first that touches the store: (name, arguments)."""
        file = self.sets.folder / "trace"
        self.reset()
        result = self.run("-y", "-o", str(file), "-e", "trace=" + ",".join(CALLS),
                          command=command)
        assert result.code == 0, result.errors
        calls = []
        for line in file.read_text().splitlines():
            m = re.match(r"\d+ +(\w+)\((.*)", line)
            if m:
                calls.append(m.groups())
        return calls

    def points(self, command=("update",)):
        """(name, how many of that name before and with it) for each call on the store."""
        seen, points = {}, []
        for name, rest in self.trace(command):
            seen[name] = seen.get(name, 0) + 1
            if str(self.sets.store) in rest:
                points.append((name, seen[name]))
        return points


@pytest.fixture
def updates(sets):
    if not shutil.which("strace"):
        pytest.skip("needs strace")
    return Updates(sets)


def test_killed_at_each_call(updates, chosen):   # noqa: F811
    points = updates.points()
    names = {name for name, _ in points}
    assert {"openat", "mkdirat", "write", "fsync", "symlinkat", "renameat"} <= names
    assert len(points) > 60
    # Around the links always, and some of the others.
    last = [p for p in points if p[0] in ("symlinkat", "renameat", "unlinkat", "readlinkat")]
    some = points if LONG else last + chosen.sample(points, N_POINTS - len(last))
    seen = set()
    for call, when in some:
        updates.reset()
        result = updates.run("-o", "/dev/null", "-e", "trace=" + call, "-e",
                             "inject=%s:signal=SIGKILL:when=%d" % (call, when))
        assert result.code == -9, (call, when, result.errors)
        date = updates.sets.date()
        assert date in (OLD, NEW), (call, when)
        seen.add(date)
        # And the next update finds its way, leaves nothing over and keeps the last good set.
        updates.sets.update(updates.new)
        shown = updates.sets.shown()
        assert shown["date"] == NEW and shown["previous"]["date"] == OLD, (call, when)
        updates.sets.run("data", "rollback")
        assert updates.sets.date() == OLD
        if date == OLD:
            assert len(updates.sets.installed()) == 2, updates.sets.installed()
    assert seen == {OLD, NEW}


def test_a_rollback_killed_at_each_call(updates):
    points = [p for p in updates.points(("rollback",)) if p[0] in CHANGES]
    assert set(CHANGES) == {name for name, _ in points}
    for call, when in points:
        updates.reset()
        result = updates.run("-o", "/dev/null", "-e", "trace=" + call, "-e",
                             "inject=%s:signal=SIGKILL:when=%d" % (call, when),
                             command=("rollback",))
        assert result.code == -9, (call, when, result.errors)
        assert updates.sets.date() in (OLD, OLDEST), (call, when)
        updates.sets.update(updates.new)
        assert updates.sets.date() == NEW


def test_on_the_disk_before_a_link_leads_to_it(updates):
    """What a power cut could tear is brought to the disk first: every file, the directories."""
    calls = updates.trace()
    link = next(i for i, (name, _) in enumerate(calls) if name == "symlinkat")
    files = {m.group(1) for name, rest in calls[:link] if name == "fsync"
             for m in [re.search(r"sets/%s\.1\.1/([\w.]+)>" % NEW, rest)] if m}
    assert len(files) == len(FILES) + 2, files
    synced = [rest for name, rest in calls[:link] if name == "fsync"]
    assert [r for r in synced if r.split(">")[0].endswith("sets/%s.1.1" % NEW)]
    assert [r for r in synced if r.split(">")[0].endswith("store/sets")]
    written = [i for i, (name, rest) in enumerate(calls) if name == "write" and "sets/" in rest]
    assert written and max(written) < link
    after = [rest for name, rest in calls[link:] if name == "fsync"]
    assert [r for r in after if r.split(">")[0].endswith("/store")]


FAILURES = [
    ("mkdirat", "EACCES"), ("mkdirat", "ENOSPC"), ("write", "ENOSPC"), ("write", "EIO"),
    ("write", "EDQUOT"), ("fsync", "EIO"), ("fsync", "ENOSPC"), ("fchmod", "EPERM"),
    ("symlinkat", "ENOSPC"), ("symlinkat", "EPERM"), ("renameat", "EIO"), ("openat", "EMFILE"),
    ("openat", "EROFS"), ("unlinkat", "EROFS"),
]


@pytest.mark.parametrize("call,error", FAILURES, ids=["-".join(f) for f in FAILURES])
def test_failing_call(updates, call, error):
    """Said with the name of the store; the old set is used on, and nothing of the new one is left
    when it can be removed."""
    points = [p for p in updates.points() if p[0] == call]
    chosen_points = points if LONG else points[:3] + points[-2:]
    assert chosen_points
    failed = 0
    for name, when in chosen_points:
        updates.reset()
        result = updates.run("-o", "/dev/null", "-e", "trace=" + name, "-e",
                             "inject=%s:error=%s:when=%d" % (name, error, when))
        if result.code == 0:    # what was left over could not be removed, or a sync at the end
            assert updates.sets.date() == NEW
            continue
        failed += 1
        assert result.code == 73 and str(updates.sets.store) in result.errors, result.errors
        assert not result.text
        assert updates.sets.date() == OLD, (name, when)
        updates.sets.update(updates.new)
        assert updates.sets.shown()["previous"]["date"] == OLD
    assert failed or call == "unlinkat"
