# SPDX-License-Identifier: MIT
"""A scan as the system sees it from outside: memory, descriptors, threads, temporary files."""
import dataclasses
import json
import os
import resource
import subprocess
import threading
import time

SAMPLE_S = 0.05
RUN_MAX_S = 1800


def raise_files():
    """As many open files as this machine allows; returns their number."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def allocator(exprobe):
    """Which one the program is linked with."""
    libraries = subprocess.run(["ldd", exprobe], stdout=subprocess.PIPE, timeout=60,
                               check=True).stdout
    with open(exprobe, "rb") as f:
        code = f.read()
    for name in ("jemalloc", "tcmalloc", "mimalloc"):
        if name.encode() in libraries or name.encode() in code:
            return name
    return "that of the C library"


def status(pid, key):
    """A number of /proc/PID/status; 0 when the process has gone."""
    try:
        with open("/proc/%d/status" % pid, encoding="ascii", errors="replace") as f:
            return int(next((line.split()[1] for line in f if line.startswith(key + ":")), 0))
    except (OSError, ProcessLookupError):
        return 0


def own_kb(pid):
    """Memory that no other process shares, and that was written."""
    with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("Private_Dirty:"))


def descriptors(pid):
    return os.listdir("/proc/%d/fd" % pid)


def unnamed_bytes(pid):
    """What the files without a name take on the disk."""
    total = 0
    for fd in descriptors(pid):
        path = "/proc/%d/fd/%s" % (pid, fd)
        try:
            if os.readlink(path).endswith("(deleted)"):
                total += os.stat(path).st_blocks * 512
        except OSError:
            pass   # closed meanwhile
    return total


@dataclasses.dataclass
class Peak:
    rss_mb: float = 0
    descriptors: int = 0
    disk_mb: float = 0
    seconds: float = 0
    end: dict = None   # the end record


class Client:
    """One scan. watch() samples it until it ends."""

    def __init__(self, exprobe, *args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        self._begin = time.monotonic()
        self.process = subprocess.Popen(
            [exprobe, "scan", "-q", "--progress", "none", *map(str, args)],
            stdin=stdin, stdout=stdout)
        self.pid = self.process.pid
        self._timer = threading.Timer(RUN_MAX_S, self.process.kill)
        self._timer.daemon = True
        self._timer.start()

    def watch(self):
        peak = Peak()
        n = 0
        while self.process.poll() is None:
            peak.rss_mb = max(peak.rss_mb, status(self.pid, "VmHWM") / 1024)
            if n % 10 == 0:
                self._sample(peak)
            n += 1
            time.sleep(SAMPLE_S)
        self._timer.cancel()
        peak.seconds = time.monotonic() - self._begin
        if self.process.returncode != 0:
            raise RuntimeError("exit %d" % self.process.returncode)
        return peak

    def _sample(self, peak):
        try:
            peak.descriptors = max(peak.descriptors, len(descriptors(self.pid)))
            peak.disk_mb = max(peak.disk_mb, unnamed_bytes(self.pid) / 1e6)
        except (OSError, ProcessLookupError):
            pass   # it has just ended


class Strangers:
    """The servers that are no Exchange (strangers.c). A context manager; ports: kind -> port."""

    def __init__(self, program):
        self._program = program

    def __enter__(self):
        self._process = subprocess.Popen([self._program], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE)
        self.ports = {}
        for line in self._process.stdout:
            if line == b"ready\n":
                return self
            kind, port = line.decode().split()
            self.ports[kind] = int(port)
        raise RuntimeError("the servers do not start")

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(60)


def hosts_of(path):
    """The host records of a file."""
    with open(path, encoding="utf-8") as f:
        for line in f:
            record = json.loads(line)
            if record["type"] == "host":
                yield record


def end_of(path):
    """The end record of a file; an error when its run is not complete."""
    with open(path, "rb") as f:
        f.seek(max(0, os.path.getsize(path) - 65536))
        last = json.loads(f.read().splitlines()[-1])
    if last["type"] != "end" or last["interrupted"]:
        raise RuntimeError("%s is not complete" % path)
    return last
