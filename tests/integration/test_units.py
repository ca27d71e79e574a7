# SPDX-License-Identifier: MIT
"""The systemd units: valid, confined, at the right hours, and wide enough for the program."""
import os
import re
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"),
                                reason="systemd-analyze is not installed")
EXPOSURE_MAX = 1.5   # of 10; what is left is that it talks to the network and reads the root folder
UNITS = ["exprobe@acme.service", "exprobe@acme.timer", "exprobe-patch-day@acme.timer"]


@pytest.fixture
def units(dist, tmp_path):
    """The units as they are installed, but that the program is where it is now."""
    for name in ("exprobe@.timer", "exprobe-patch-day@.timer"):
        shutil.copy(os.path.join(dist.root, "src", "dist", "systemd", name), tmp_path)
    script = os.path.join(dist.root, "src", "dist", "sweep", "exprobe-sweep")
    text, n = re.subn(r"(?m)^ExecStart=\S+/exprobe-sweep ", "ExecStart=%s " % script,
                      dist.text("exprobe@.service"))
    assert n == 1
    (tmp_path / "exprobe@.service").write_text(text)
    return tmp_path


def analyze(units, *words):
    env = {"PATH": os.environ["PATH"], "SYSTEMD_UNIT_PATH": "%s:" % units, "LC_ALL": "C.UTF-8",
           "SYSTEMD_COLORS": "0"}
    return subprocess.run(["systemd-analyze", "--no-pager", *words], env=env, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.mark.parametrize("unit", UNITS)
def test_verify(units, unit):
    done = analyze(units, "--man=no", "verify", unit)
    assert done.returncode == 0 and not done.stdout, done.stdout.decode()


def test_exposure(units):
    said = analyze(units, "--offline=yes", "security", UNITS[0]).stdout.decode()
    score = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    print(score and score[0])
    assert score and float(score[1]) <= EXPOSURE_MAX, said


def elapses(units, spec, since, n):
    said = analyze(units, "--iterations=%d" % n, "--base-time=" + since, "calendar", spec)
    return re.findall(r"(?:Next elapse|Iter\. #\d+): (\w+ [\d-]+ [\d:]+)", said.stdout.decode())


def timer(units, name):
    return re.search(r"^OnCalendar=(.*)$", (units / name).read_text(), re.M)[1]


def test_nights(units):
    at = elapses(units, timer(units, "exprobe@.timer"), "2026-11-23 12:00 UTC", 2)
    assert at == ["Tue 2026-11-24 03:00:00", "Wed 2026-11-25 03:00:00"]


def test_patch_day(units):
    """The day after the second Tuesday; a month that begins on a Wednesday is the trap."""
    at = elapses(units, timer(units, "exprobe-patch-day@.timer"), "2026-03-20 00:00 UTC", 7)
    assert at == ["Wed 2026-04-15 06:00:00", "Wed 2026-05-13 06:00:00", "Wed 2026-06-10 06:00:00",
                  "Wed 2026-07-15 06:00:00", "Wed 2026-08-12 06:00:00", "Wed 2026-09-09 06:00:00",
                  "Wed 2026-10-14 06:00:00"]
    assert "Unit=exprobe@%i.service" in (units / "exprobe-patch-day@.timer").read_text()


def calls_of(units, names):
    """The system calls behind names of systemd: @groups, or single ones."""
    found = set()
    for name in names:
        if not name.startswith("@"):
            found.add(name)
            continue
        said = analyze(units, "syscall-filter", name).stdout.decode()
        found |= calls_of(units, re.findall(r"^    (@?[\w-]+)$", said, re.M))
    return found


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_the_sandbox_is_wide_enough(units, program, fleet, dist, tmp_path):
    """A sweep makes no system call, opens no kind of socket and maps no memory that the unit
    denies: what it would meet there would look like a fault of the hosts."""
    text = (units / "exprobe@.service").read_text()
    filters = re.findall(r"^SystemCallFilter=(~?)(.*)$", text, re.M)
    allowed = calls_of(units, ["@default"])
    for inverted, names in filters:
        calls = calls_of(units, names.split())
        allowed = allowed - calls if inverted else allowed | calls
    server = fleet.add_case("gen-2019-cu15-rtm")
    state, config, trace = tmp_path / "state", tmp_path / "acme", tmp_path / "trace"
    config.mkdir()
    (config / "hosts").write_text("localhost:%d address=%s\n" % (server.port, server.address))
    env = program.environment()
    env["PATH"] = "%s:%s" % (os.path.dirname(program.path), env["PATH"])
    script = os.path.join(dist.root, "src", "dist", "sweep", "exprobe-sweep")
    done = subprocess.run(["strace", "-f", "-qq", "-o", str(trace), script, "-c", str(config), "-s",
                           str(state), "acme"], env=env, timeout=110, check=False)
    assert done.returncode == 0
    lines = trace.read_text(errors="replace").splitlines()
    made = {m[1] for m in (re.match(r"\d+ +(\w+)\(", line) for line in lines) if m}
    assert "execve" in made and "epoll_ctl" in made
    assert made <= allowed, made - allowed
    families = set(re.findall(r"\bsocket\((AF_\w+)", "\n".join(lines)))
    granted = re.search(r"^RestrictAddressFamilies=(.*)$", text, re.M)[1].split()
    assert families & {"AF_INET", "AF_INET6"} and families <= set(granted), families
    assert not [line for line in lines
                if "PROT_WRITE" in line and "PROT_EXEC" in line or "mprotect" in line
                and "PROT_EXEC" in line]
