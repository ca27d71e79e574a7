# SPDX-License-Identifier: MIT
"""Memory depends on the hosts in flight, and not on how many there are in the list or in the file
that is gone on with. tests/bench/memory.py does the same with a million. Nor does a host take a
descriptor more when it is asked again."""
import os
import socket
import time

import pytest

from program import parse_records
from sim.address import ADDRESSES

FEW, MANY = 2000, 30000   # the filter of duplicates leaves the memory at 23,000
TWICE_EVERY = 10
GROWTH_MAX = 1.2
DONE_KB = 8 * 1024        # what is remembered of a file that is gone on with, at most
N_SILENT, OTHER_DESCRIPTORS = 40, 36
PROFILE = ("scan", "-c", "100", "-t", "2", "--network-delay", "0")


@pytest.fixture
def plain(exprobe_path):
    """A sanitizer has an allocator of its own, which gives nothing back."""
    with open(exprobe_path, "rb") as f:
        code = f.read()
    if b"__asan_init" in code or b"__tsan_init" in code:
        pytest.skip("the memory would be that of the sanitizer")


def dead(n):
    """A list of addresses where nobody listens, some of them twice."""
    lines = ("127.2.%d.%d:9\n" % (k // 250, 1 + k % 250) for k in range(n))
    return "".join(line * (2 if k % TWICE_EVERY == 0 else 1) for k, line in enumerate(lines))


def scan_to(program, path, n, *args):
    """Returns the peak memory in KB."""
    result = program.run(*PROFILE, "-l", "-", "-o", path, *args, stdin=dead(n).encode())
    end = parse_records(path.read_bytes()[-65536:].partition(b"\n")[2])[-1]
    assert result.code == 0, result.errors
    assert (end["hosts"], end["targets"], end["states"]["refused"]) == (n, n, n)
    assert end["duplicates"] == n // TWICE_EVERY
    return result.max_rss_kb


def test_a_long_list(program, plain, tmp_path):
    few = scan_to(program, tmp_path / "few.jsonl", FEW)
    many = scan_to(program, tmp_path / "many.jsonl", MANY)
    assert many < few * GROWTH_MAX


def test_a_long_file_to_go_on_with(program, plain, tmp_path):
    out = tmp_path / "many.jsonl"
    few = scan_to(program, tmp_path / "few.jsonl", FEW)
    scan_to(program, out, MANY)
    os.truncate(out, out.stat().st_size - 10000)   # the end record and a few hosts
    assert scan_to(program, out, MANY, "--resume") < few * GROWTH_MAX + DONE_KB


def test_a_second_try_takes_the_place_of_the_first(program):
    """Hosts that let a connection be made and never speak: asked twice, and one descriptor each."""
    listeners = [socket.create_server((ADDRESSES.one(), 0)) for _ in range(N_SILENT)]
    running = program.start("scan", "--no-backdoor", "-t", "1", "--connect-timeout", "1s",
                            *("%s:%d" % s.getsockname() for s in listeners))
    most = 0
    while running.process.poll() is None:
        try:
            most = max(most, len(os.listdir("/proc/%d/fd" % running.process.pid)))
        except OSError:
            break
        time.sleep(0.02)
    result = running.wait(30)
    for listener in listeners:
        listener.close()
    assert [h["requests"] for h in result.hosts] == [2] * N_SILENT
    assert N_SILENT < most <= N_SILENT + OTHER_DESCRIPTORS
