# SPDX-License-Identifier: MIT
"""Run the program under test, bounded, and look at what it said."""
import dataclasses
import json
import os
import signal
import subprocess
import tempfile
import threading
import time

TIMEOUT_S = 120
_SAMPLE_S = 0.01

# What the program may not depend on: the environment of whoever runs the tests.
_KEPT = ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS")


@dataclasses.dataclass
class Result:
    code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    max_rss_kb: int

    @property
    def text(self):
        return self.stdout.decode("utf-8")

    @property
    def errors(self):
        return self.stderr.decode("utf-8")

    @property
    def records(self):
        """The lines of stdout as JSON; each of them must be."""
        return parse_records(self.stdout)

    @property
    def hosts(self):
        return [r for r in self.records if r["type"] == "host"]

    @property
    def end(self):
        return self.records[-1] if self.records[-1]["type"] == "end" else None


def parse_records(data):
    lines = data.decode("utf-8").split("\n")
    assert lines[-1] == "", "the last line is torn: %r" % lines[-1][:200]
    return [json.loads(line) for line in lines[:-1]]


def peak_memory_kb(pid):
    """The most memory that a process has had. rusage would not do: its maximum begins
    with what the parent had when it forked, and the parent is this Python."""
    try:
        with open("/proc/%d/status" % pid, encoding="ascii", errors="replace") as f:
            return int(next((line.split()[1] for line in f if line.startswith("VmHWM:")), 0))
    except OSError:
        return 0


class Running:
    """A program that has been started and not waited for."""

    def __init__(self, argv, stdin, env, cwd, stdout=None, stderr=None):
        self._out = tempfile.TemporaryFile()
        self._err = tempfile.TemporaryFile()
        self._start = time.monotonic()
        self.process = subprocess.Popen(argv, stdin=stdin, env=env, cwd=cwd,
                                        stdout=stdout or self._out,
                                        stderr=stderr or self._err)

    def signal(self, number=signal.SIGINT):
        self.process.send_signal(number)

    def errors_so_far(self):
        self._err.seek(0)
        return self._err.read().decode("utf-8", "replace")

    def wait(self, timeout=TIMEOUT_S):
        """The result. A program that does not end in time is killed, and the test fails."""
        timer = threading.Timer(timeout, self.process.kill)
        timer.start()
        peak_kb = 0
        try:
            while self.process.poll() is None:
                peak_kb = max(peak_kb, peak_memory_kb(self.process.pid))
                time.sleep(_SAMPLE_S)
        finally:
            timer.cancel()
        seconds = time.monotonic() - self._start
        self._out.seek(0)
        self._err.seek(0)
        result = Result(self.process.returncode, self._out.read(), self._err.read(), seconds,
                        peak_kb)
        assert seconds < timeout, "did not end within %d s:\n%s" % (timeout, result.errors[-2000:])
        return result


class Program:
    """exprobe, with an environment and a working folder of its own."""

    def __init__(self, path, folder):
        self.path = path
        self.folder = str(folder)

    def environment(self, extra=None):
        env = {k: os.environ[k] for k in _KEPT if k in os.environ}
        env.update(HOME=self.folder, XDG_CONFIG_HOME=os.path.join(self.folder, "config"),
                   LC_ALL="C.UTF-8")
        env.update(extra or {})
        return env

    def start(self, *args, stdin=subprocess.DEVNULL, env=None, stdout=None, stderr=None, wrap=()):
        argv = list(wrap) + [self.path] + [str(a) for a in args]
        return Running(argv, stdin, self.environment(env), self.folder, stdout, stderr)

    def run(self, *args, stdin=None, env=None, timeout=TIMEOUT_S, wrap=(), stdout=None):
        """Run to the end. @stdin: bytes for standard input, or None for none."""
        if stdin is None:
            return self.start(*args, env=env, wrap=wrap, stdout=stdout).wait(timeout)
        with tempfile.TemporaryFile() as f:
            f.write(stdin)
            f.seek(0)
            return self.start(*args, stdin=f, env=env, wrap=wrap, stdout=stdout).wait(timeout)

    def scan(self, *args, backdoor=False, **kwargs):
        """A scan; looking for back doors takes a while and is left out unless asked for."""
        return self.run("scan", *(() if backdoor else ("--no-backdoor",)), *args, **kwargs)
