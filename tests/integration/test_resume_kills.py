# SPDX-License-Identifier: MIT
"""Whatever ends a run, and however often, and whatever that leaves of the file: in the end there is
one record for each host, what had been recorded stays as it was written, and no host that had its
record is asked again. A host that was in flight is asked again, as a whole.

With EXPROBE_LONG=1 in the environment the same properties are held at many more points; with
EXPROBE_SEED the same points are taken again.
"""
import json
import os
import random
import shutil
import signal
import time

import pytest

from sweep import check_whole, done_of, needless

LONG = bool(os.environ.get("EXPROBE_LONG"))
N_KILLS = int(os.environ.get("EXPROBE_KILLS", 2000 if LONG else 120))
KILLING_MAX_S = 480 if LONG else 12   # a busy machine gets through fewer
N_CUTS = 1000 if LONG else 20
PAGE = 4096
SIGNALS = [signal.SIGKILL] * 4 + [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
# Ended in time, or at once: by SIGKILL, before it was ready for signals, or by a second signal.
CODES = {0, 75} | {-s for s in SIGNALS} | {128 + signal.SIGTERM, 128 + signal.SIGINT}


@pytest.fixture
def chosen():
    """The random choices of a test; what they came from is printed when it fails."""
    seed = int(os.environ.get("EXPROBE_SEED", random.randrange(1 << 30)))
    print("EXPROBE_SEED=%d" % seed)
    return random.Random(seed)


def power_cut(data, chosen):
    """What a power cut may leave of what was written last: less of it, zeros where the length was
    written and the bytes were not, or a page in the middle that was never written. The run record
    was brought to the disk before any host was begun."""
    first = data.find(b"\n") + 1
    how = chosen.choice(["torn", "torn", "zeros", "page"])
    if how == "page":
        pages = [p for p in range(0, len(data), PAGE) if p >= first]
        if pages:
            at = chosen.choice(pages)
            return (data[:at] + b"\0" * PAGE)[:len(data)] + data[at + PAGE:]
    cut = chosen.randint(first, len(data))
    return data[:cut] + b"\0" * (chosen.choice([1, 100, 3 * PAGE]) if how == "zeros" else 0)


class Kills:
    """Runs that are ended at random, with the witness at the servers."""

    def __init__(self, sweep, chosen):
        self.sweep, self.chosen = sweep, chosen
        self.lines = sweep.list.read_text().splitlines(keepends=True)
        self.n = self.n_idle = self.n_between = 0

    def once(self, longest_s):
        """Whether there is something left to do."""
        sweep, chosen = self.sweep, self.chosen
        if chosen.random() < 0.3:
            sweep.list.write_text("".join(chosen.sample(self.lines, len(self.lines))))
        if chosen.random() < 0.2 and sweep.out.exists():
            sweep.out.write_bytes(power_cut(sweep.out.read_bytes(), chosen))
        before, asked = done_of(sweep.out), sweep.asked()
        running = sweep.start("-c", chosen.randint(1, 5), "-t", chosen.randint(1, 3))
        time.sleep(chosen.uniform(0, longest_s))
        for number in chosen.choices(SIGNALS, k=chosen.choice([1, 1, 1, 2])):
            running.signal(number)
        result = running.wait(30)
        assert result.code in CODES, (result.code, result.errors)
        after = done_of(sweep.out)
        assert {k: after.get(k) for k in before} == before
        assert not needless(before, asked, sweep.asked())
        self.n += 1
        self.n_idle += after == before
        self.n_between += 0 < len(after) < sweep.n_hosts
        return result.code != 0


def test_killed_at_random(sweep, chosen):
    """SIGKILL, SIGTERM, SIGINT or SIGHUP at any moment, again and again; in between a power cut may
    damage the file, the list come in another order, and the number of loops change."""
    begin = time.monotonic()
    assert sweep.resume().code == 0
    whole_s = time.monotonic() - begin
    kills, rounds = Kills(sweep, chosen), 0
    while kills.n < N_KILLS and time.monotonic() - begin < KILLING_MAX_S:
        sweep.out.unlink()
        for _ in range(chosen.randint(1, 12)):
            if not kills.once(whole_s):
                break
        before, asked = done_of(sweep.out), sweep.asked()
        result = sweep.resume()
        assert result.code == 0, result.errors
        check_whole(sweep.out, sweep.n_hosts)
        assert not needless(before, asked, sweep.asked())
        assert sorted(os.listdir(sweep.out.parent)) == ["list", "out.jsonl"]
        rounds += 1
    print("%d kills in %d sweeps: %d left a file between its first and its last host, %d came when "
          "nothing new was recorded" % (kills.n, rounds, kills.n_between, kills.n_idle))
    # With a sanitizer the start takes longer than the sweep; few kills prove nothing.
    assert "san/" in sweep.program.path or kills.n < 30 or kills.n_between > kills.n // 10, \
        "the kills came too early or too late"


def test_cut_anywhere(sweep, chosen):
    """A power cut: the output ends at any byte of its last lines, or in zeros."""
    assert sweep.resume().code == 0
    data = sweep.out.read_bytes()
    lines = data.splitlines(keepends=True)
    first = len(data) - sum(map(len, lines[-3:]))
    cuts = sorted(chosen.sample(range(first, len(data)), min(N_CUTS, len(data) - first)))
    cuts += [0, 1, len(lines[0]) - 1, len(lines[0]), len(data) - len(lines[-1])]
    for cut in cuts:
        sweep.out.write_bytes(data[:cut] + b"\0" * chosen.choice([0, 0, 1, 5000]))
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
