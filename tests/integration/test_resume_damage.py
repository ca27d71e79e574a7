# SPDX-License-Identifier: MIT
"""A file to go on with that is not as it was written: damaged by a power cut, edited by hand, sent
through other tools, or very long. What is not ours is refused and left alone, with its line."""
import gzip
import json
import os

import pytest

from sim.address import closed_port
from sweep import SCAN, check_whole, done_of, key, needless, records_of, whole_records
from test_resume_kills import LONG, PAGE, chosen   # noqa: F401  a fixture

N_PAGES = 1000 if LONG else 6
FEW_BITS, N_BITS = 10, 20 if LONG else 16   # records of a short and of a long file
GROWTH_MAX_KB = 24 * 1024   # the list of what is done has 8 MiB, and is a temporary file beyond


@pytest.fixture
def lines(sweep):
    """The lines of a complete file."""
    assert sweep.resume().code == 0
    return sweep.out.read_bytes().splitlines(keepends=True)


def test_lost_page(sweep, lines, chosen):   # noqa: F811
    """A page that never reached the disk: hosts that it had a part of are scanned, no others."""
    data = b"".join(lines)
    pages = range(len(lines[0]) // PAGE * PAGE + PAGE, len(data), PAGE)
    for at in chosen.sample(pages, min(N_PAGES, len(pages))):
        lost = (data[:at] + b"\0" * PAGE)[:len(data)] + data[at + PAGE:]
        sweep.out.write_bytes(lost)
        before, asked = done_of(sweep.out), sweep.asked()
        result = sweep.resume()
        assert result.code == 0, (at, result.errors)
        check_whole(sweep.out, sweep.n_hosts)
        assert {k: v for k, v in done_of(sweep.out).items() if k in before} == before
        assert not needless(before, asked, sweep.asked()), at
        assert len(before) < sweep.n_hosts or lost[-PAGE:].count(0) > 0


def test_lost_first_page(sweep, lines):
    """Without its run record nobody knows what the records are worth: said, and left alone."""
    data = b"\0" * PAGE + b"".join(lines)[PAGE:]
    sweep.out.write_bytes(data)
    before = sweep.connections()
    result = sweep.resume()
    assert result.code == 65 and "%s:1:" % sweep.out in result.errors, result.errors
    assert "--fresh" in result.errors
    assert sweep.out.read_bytes() == data and sweep.connections() == before


def foreign(line):
    return lambda lines: lines[:3] + [line] + lines[3:-1]


def host_line(lines, **change):
    return json.dumps({**json.loads(lines[2]), **change}).encode() + b"\n"


# What was done to a complete file (its end record goes, too), and what is said of it.
REFUSED = {
    "object": (foreign(b'{"note": 1}\n'), ":4: this is no record of exprobe"),
    "array": (foreign(b"[1, 2]\n"), ":4: this is no record of exprobe"),
    "two-runs": (lambda lines: lines[:-1] + lines, "a second run begins here"),
    "two-runs-at-once": (lambda lines: lines[:1] + lines[:-1], ":2: a second run begins here"),
    "other-schema-behind": (
        lambda lines: lines[:-1] + [lines[0].replace(b"exprobe/1", b"exprobe/2")], "second run"),
    "other-schema": (lambda lines: [lines[0].replace(b"exprobe/1", b"exprobe/2")] + lines[1:-1],
                     "exprobe/2"),
    "host-of-another-schema": (
        lambda lines: lines[:-1] + [host_line(lines, state="explored")], '"explored"'),
    "host-without-target": (lambda lines: lines[:-1] + [host_line(lines, target=7)], '"target"'),
    "sorted": (lambda lines: sorted(lines[1:]) + lines[:1], "the run record is missing"),
    "byte-order-mark": (lambda lines: [b"\xef\xbb\xbf" + lines[0]] + lines[1:-1],
                        ":1: this is no result"),
    "utf-16": (lambda lines: [b"".join(lines).decode().encode("utf-16")], ":1: this is no result"),
    "gzip": (lambda lines: [gzip.compress(b"".join(lines))], "compressed; decompress it"),
    "pretty": (lambda lines: [json.dumps(json.loads(lines[0]), indent=1).encode()],
               ":1: this is no result"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(sweep, lines, what):
    edit, words = REFUSED[what]
    data = b"".join(edit(lines))
    sweep.out.write_bytes(data)
    before = sweep.connections()
    result = sweep.resume()
    assert result.code == 65, result.errors
    assert words in result.errors and "--fresh" in result.errors and str(sweep.out) in result.errors
    assert sweep.out.read_bytes() == data and sweep.connections() == before


def test_record_of_a_later_version(sweep, lines):
    """One of a type that is not known stays, in its place."""
    note = b'{"type":"note","text":"mine"}\n'
    sweep.out.write_bytes(b"".join(lines[:3] + [note] + lines[4:-1]))
    assert sweep.resume().code == 0
    assert sweep.out.read_bytes().splitlines(keepends=True)[3] == note
    assert len(done_of(sweep.out)) == sweep.n_hosts


DROPPED = {
    "comment": b"# checked until here\n",
    "blank": b"\n",
    "10-MB": b'{"type":"note","text":"' + b"x" * 10000000 + b'"}\n',
    "10-MB-of-nothing": b"\0" * 10000000 + b"\n",
    "deep": b"[" * 100000 + b"\n",
    "twice-the-same-key": b'{"type":"note","type":"note"}\n',
    "half": b'{"type":"host","target":"a',
    "not-utf-8": b'{"type":"host","target":"\xff"}\n',
}


@pytest.mark.parametrize("what", DROPPED)
def test_dropped(sweep, lines, what):
    """A line that is no JSON goes; in the middle, and at the end. Half a line takes the one that
    stands right behind it along."""
    for at in (3, len(lines) - 1):
        sweep.out.write_bytes(b"".join(lines[:at] + [DROPPED[what]] + lines[at:-1]))
        before, asked = done_of(sweep.out), sweep.asked()
        result = sweep.resume()
        assert result.code == 0, result.errors
        check_whole(sweep.out, sweep.n_hosts)
        assert {k: v for k, v in done_of(sweep.out).items() if k in before} == before
        assert not needless(before, asked, sweep.asked())
        assert len(before) == sweep.n_hosts - (what == "half" and at == 3)


def test_lines_of_windows(sweep, lines):
    """CRLF is white space to JSON: nothing is lost and nothing asked again."""
    sweep.out.write_bytes(b"".join(line.replace(b"\n", b"\r\n") for line in lines[:-1]))
    sweep.list.write_bytes(sweep.list.read_bytes().replace(b"\n", b"\r\n"))
    before = sweep.asked()
    assert sweep.resume().code == 0
    check_whole(sweep.out, sweep.n_hosts)
    assert sweep.asked() == before


def test_edited_record(sweep, lines):
    """What somebody made of a record stays; the host that has none any more is scanned."""
    renamed = host_line(lines, target="other.example.test:443")
    gone = key(json.loads(lines[2]))
    sweep.out.write_bytes(b"".join(lines[:2] + [renamed] + lines[3:-1]))
    result = sweep.program.run("scan", *(a for a in sweep.arguments("--resume")[1:] if a != "-q"))
    assert result.code == 0
    assert "1 of its targets are not in the lists" in result.errors, result.errors
    check_whole(sweep.out, sweep.n_hosts + 1)
    assert gone in done_of(sweep.out)


def test_lines_in_another_order(sweep, lines, chosen):   # noqa: F811
    hosts = lines[1:-2]
    chosen.shuffle(hosts)
    sweep.out.write_bytes(b"".join([lines[0]] + hosts))
    before, asked = done_of(sweep.out), sweep.asked()
    assert sweep.resume().code == 0
    check_whole(sweep.out, sweep.n_hosts)
    assert not needless(before, asked, sweep.asked())


def long_file(path, run, addresses, port):
    """A file with a small record for each of @addresses, without an end."""
    with open(path, "wb") as f:
        f.write(run)
        for a in addresses:
            f.write(b'{"type":"host","target":"%s:%d","address":"%s","port":%d,"state":"refused",'
                    b'"requests":0,"bytes":0,"addresses":1,"findings":[],"severity":"none"}\n'
                    % (a, port, a, port))


def addresses_of(n):
    for i in range(n):
        yield b"127.%d.%d.%d" % (64 + (i >> 16), i >> 8 & 255, i & 255)


def test_long_file_memory_stays_small(program, tmp_path):
    """What is done takes a fixed amount of memory; every host is found in it again."""
    holder = closed_port("127.64.0.1")
    port, peak = holder.getsockname()[1], {}
    for n in (1 << FEW_BITS, 1 << N_BITS):
        out = tmp_path / str(n)
        network = "127.64.0.0/%d:%d" % (32 - (n - 1).bit_length(), port)
        run = program.run(*SCAN, "127.64.0.1:%d" % port).stdout.splitlines(keepends=True)[0]
        long_file(out, run, (a for i, a in enumerate(addresses_of(n)) if i % 5000), port)
        result = program.run(*SCAN, "-o", out, "--network-max", "1048576", network, "--resume",
                             timeout=600)
        assert result.code == 0, result.errors
        targets, last = set(), None
        with open(out, "rb") as f:
            for last in map(json.loads, f):
                targets.add(last.get("target"))
        assert last["type"] == "end"
        assert last["hosts"] == last["targets"] == len(targets - {None}) == n
        peak[n] = result.max_rss_kb
        print("%d records: %d KB" % (n, peak[n]))
        out.unlink()
    holder.close()
    assert peak[1 << N_BITS] < peak[1 << FEW_BITS] + GROWTH_MAX_KB, peak
