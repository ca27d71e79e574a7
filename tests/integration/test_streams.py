# SPDX-License-Identifier: MIT
"""Lists that come slowly or change, and readers of results who are slow, deaf or gone."""
import fcntl
import os
import pty
import signal
import threading
import time

import pytest

from program import parse_records, peak_memory_kb
from sim.fault import Fault, FaultServer, serve_politely
from test_signals import wait_for
from witness import Witness

QUEUE_BYTES = 1 << 20   # of results that wait for a reader before no host is begun any more
DEAD = "127.1.1.1:9"


@pytest.fixture
def server(fleet):
    return fleet.add(FaultServer(Fault("plain", ("answered",), serve_politely, tls={})))


def host_records(path):
    """Of a file that is still being written."""
    data = path.read_bytes() if path.exists() else b""
    return [r for r in parse_records(data[:data.rfind(b"\n") + 1]) if r["type"] == "host"]


def start_with_pipe(program, *arguments):
    read, write = os.pipe()
    running = program.start("scan", "--no-backdoor", "-l", "-", *arguments, stdin=read)
    os.close(read)
    return running, write


def test_a_slow_pipe_is_scanned_as_it_comes(program, server, tmp_path):
    """The record of a line is there before the next line is; a line without an end is one."""
    out = tmp_path / "out.jsonl"
    running, write = start_with_pipe(program, "-o", out)
    os.write(write, b"%s:%d\n" % (server.address.encode(), server.port))
    wait_for(lambda: host_records(out))
    os.write(write, b"127.1.1")
    time.sleep(0.2)   # half a line is no target
    assert len(host_records(out)) == 1 and running.process.poll() is None
    os.write(write, b".1:9")
    os.close(write)
    assert running.wait(20).code == 0
    assert [(h["target"], h["state"]) for h in host_records(out)] == [
        ("%s:%d" % (server.address, server.port), "answered"), (DEAD, "refused")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_pipe_that_never_ends(program, tmp_path, number):
    """Whoever waits for more can be stopped; the list was not finished, and that is said."""
    out = tmp_path / "out.jsonl"
    running, write = start_with_pipe(program, "-o", out)
    os.write(write, DEAD.encode() + b"\nhalf.a.line.exam")
    wait_for(lambda: host_records(out))
    begin = time.monotonic()
    running.signal(number)
    result = running.wait(90)
    os.close(write)
    assert result.code == 75 and time.monotonic() - begin < 5
    end = parse_records(out.read_bytes())[-1]
    assert [h["target"] for h in host_records(out)] == [DEAD]
    assert end["type"] == "end" and end["interrupted"] and not end["list_finished"]
    assert end["targets"] == end["hosts"] == 1


def many(n, first=0):
    return "".join("127.1.%d.%d:9\n" % (k // 250, 1 + k % 250) for k in range(first, first + n))


def test_a_list_that_grows(program, tmp_path):
    """What is there when its end is reached counts, each line once."""
    path, out = tmp_path / "list", tmp_path / "out.jsonl"
    path.write_text(many(3000))   # longer than what is read at a time
    running = program.start("scan", "-c", "1", "--network-delay", "0", "-l", path, "-o", out)
    wait_for(lambda: host_records(out))
    with open(path, "a", encoding="ascii") as f:
        f.write(many(20, first=3000))
    result = running.wait(60)
    assert result.code == 0, result.errors
    targets = [h["target"] for h in host_records(out)]
    assert sorted(targets) == sorted(many(3020).split())


def test_a_list_that_is_replaced(program, tmp_path):
    """The file that was opened is the one that is read."""
    path, out = tmp_path / "list", tmp_path / "out.jsonl"
    path.write_text(many(3000))
    running = program.start("scan", "-c", "1", "--network-delay", "0", "-l", path, "-o", out)
    wait_for(lambda: host_records(out))
    (tmp_path / "new").write_text("127.2.2.2:9\n")
    os.replace(tmp_path / "new", path)
    assert running.wait(60).code == 0
    assert sorted(h["target"] for h in host_records(out)) == sorted(many(3000).split())


def test_a_line_without_bounds(program, tmp_path):
    """Ten megabytes of one line are one bad line, and cost no memory."""
    path = tmp_path / "list"
    path.write_bytes(DEAD.encode() + b"\n" + b"a" * 10_000_000 + b"\n127.1.1.2:9\n")
    result = program.scan("-l", path)
    short = program.scan(DEAD)
    assert result.code == 0
    assert sorted(h["target"] for h in result.hosts) == [DEAD, "127.1.1.2:9"]
    assert result.end["bad_lines"] == 1 and "%s:2:" % path in result.errors
    assert len(result.errors) < 1000
    assert result.max_rss_kb < short.max_rss_kb + 5000


class Reader:
    """The other end of standard output, who may stop reading. A context manager."""

    def __init__(self):
        self.read, self.write = os.pipe()
        self.pipe_bytes = fcntl.fcntl(self.read, fcntl.F_GETPIPE_SZ)
        self.data = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.read)

    def rest(self):
        while True:
            data = os.read(self.read, 1 << 20)
            if not data:
                return self.data
            self.data += data


def settled(value, still_s=0.6):
    """What @value() is when it no longer changes."""
    last, since = value(), time.monotonic()
    while time.monotonic() - since < still_s:
        time.sleep(0.05)
        if value() != last:
            last, since = value(), time.monotonic()
    return last


def test_a_reader_who_stalls(program, fleet):
    """No host is begun that nobody has room for; those in flight end as they would have; and
    when he reads again, all is there."""
    in_flight = 20
    slow = [fleet.add(FaultServer(Fault("slow-%d" % n, ("answered",), serve_politely, tls={})))
            for n in range(3)]
    with Witness() as witness, Reader() as reader:
        lines = ["%s:%d" % (s.address, s.port) for s in slow]
        lines += ["127.3.%d.%d:%d" % (n // 250, 1 + n % 250, witness.port) for n in range(3600)]
        path = os.path.join(program.folder, "list")
        with open(path, "w", encoding="ascii") as f:
            f.write("\n".join(lines))
        running = program.start("scan", "--no-backdoor", "-c", in_flight, "-t", "2", "-l", path,
                                "--retries", "0", "--host-delay", "0.7",
                                "--timeout", "1", "--max-time", "20", stdout=reader.write)
        os.close(reader.write)
        begun = settled(lambda: len({c.address for c in witness.contacts}))
        peak_kb = peak_memory_kb(running.process.pid)
        assert running.process.poll() is None
        wait_for(lambda: all(len(s.log.requests) >= 5 for s in slow))
        records = parse_records(reader.rest())
        result = running.wait(90)
    assert result.code == 0
    hosts = [r for r in records if r["type"] == "host"]
    assert len(hosts) == 3603 and records[-1]["type"] == "end"
    assert [h["state"] for h in hosts].count("answered") == 3
    assert {h["state"] for h in hosts} == {"answered", "tls-failed"}
    assert result.max_rss_kb < peak_kb + 20000
    per_host = len(reader.data) / len(hosts)
    most = QUEUE_BYTES + reader.pipe_bytes + (in_flight + 1) * per_host
    assert 0.9 * QUEUE_BYTES < begun * per_host <= most * 1.01


@pytest.mark.parametrize("named", [False, True])
def test_a_reader_who_goes(program, server, tmp_path, named):
    """`exprobe ... | head -1`: ends by SIGPIPE as other programs do, soon, with nothing to say."""
    lines = many(3000).encode()
    path = tmp_path / "list"
    path.write_bytes(lines)
    if named:
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        running = program.start("scan", "--no-backdoor", "-l", path, "-o", fifo)
        read = os.open(fifo, os.O_RDONLY)
    else:
        read, write = os.pipe()
        running = program.start("scan", "--no-backdoor", "-l", path, stdout=write)
        os.close(write)
    os.read(read, 1)
    os.close(read)
    result = running.wait(90)
    assert result.code == -signal.SIGPIPE and result.errors == ""


@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_nobody_hears_what_is_said(program, tmp_path, where):
    """Messages that cannot be written change no result; none of them gets among the records."""
    path = tmp_path / "list"
    path.write_text("not a host name!\n%s\n" % DEAD)
    out = tmp_path / "out.jsonl"
    result = program.scan("-v", "--progress", "json", "-l", path, "-o", out,
                          wrap=("sh", "-c", 'exec "$@" ' + where, "sh"))
    assert result.code == 0
    assert [r["type"] for r in parse_records(out.read_bytes())] == ["run", "host", "end"]


class Terminal:
    """A terminal of which everything is read. A context manager."""

    def __enter__(self):
        self._master, self.slave = pty.openpty()
        self.text = b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        os.close(self.slave)
        self._thread.join(5)
        os.close(self._master)

    def _read(self):
        try:
            while data := os.read(self._master, 4096):
                self.text += data
        except OSError:
            pass   # the last one who had it open is gone


def test_progress_while_nobody_reads(program, tmp_path):
    """On the terminal it goes on, and an interrupt is obeyed; a second one at once."""
    path = tmp_path / "list"
    path.write_text(many(3000))
    with Terminal() as terminal, Reader() as reader:
        running = program.start("scan", "--no-backdoor", "-l", path, stdout=reader.write,
                                stderr=terminal.slave)
        os.close(reader.write)
        wait_for(lambda: b" done, " in terminal.text)
        settled(lambda: terminal.text.split(b" done, ")[-2][-6:])
        assert running.process.poll() is None
        said = terminal.text.count(b" done, ")
        wait_for(lambda: terminal.text.count(b" done, ") > said + 2)
        running.signal()
        wait_for(lambda: b"stopping" in terminal.text)
        running.signal()
        assert running.wait(60).code in (-signal.SIGINT, 128 + signal.SIGINT)
