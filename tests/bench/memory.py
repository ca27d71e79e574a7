#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A million targets take no more memory than ten thousand.

    memory.py PATH-OF-EXPROBE PATH-OF-STRANGERS [MANY [ROUNDS]]

Streams a list of which most is dead (a closed port). At its begin and again every 20,000 lines it
has more web servers in a row than there are hosts in flight, a third of them Exchange; 10 % is
listed twice. To a file, and to a pipe whose reader takes it as it comes. Then takes the end away
from the file of the many and goes on with it. Fails when a number of the end record is not what
the list says, or when the memory grows by more than a fifth.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading

from client import Client, Strangers, allocator, end_of, raise_files
from fleet import Fleet, address

FEW, MANY, IN_FLIGHT = 10000, 1000000, 500
GROWTH_MAX = 1.20
DEAD_PORT = 9             # nobody listens there, or the counts are wrong
# In a row, so that both lists have all in flight speak TLS at some time: what a dead host takes is
# nothing, and how many of the others happen to meet is chance.
IN_A_ROW, ROW_EVERY, EXCHANGE_EVERY, TWICE_EVERY = 750, 20000, 3, 10
CUT_BYTES = 2000000       # about a thousand records
LINES_AT_ONCE = 10000
PROFILE = ("--no-backdoor", "--network-delay", 0, "-c", IN_FLIGHT)


class Mix:
    """The list, made while it is read."""

    def __init__(self, exchange_port, other_port):
        self._exchange, self._other = exchange_port, other_port

    @staticmethod
    def _speaks(n):
        return n % ROW_EVERY < IN_A_ROW

    def _line(self, n):
        port = (DEAD_PORT if not self._speaks(n) else
                self._exchange if n % EXCHANGE_EVERY == 0 else self._other)
        line = "%s:%d\n" % (address(n), port)
        return line * 2 if n % TWICE_EVERY == 0 else line

    def write(self, to, n_hosts):
        for first in range(0, n_hosts, LINES_AT_ONCE):
            last = min(first + LINES_AT_ONCE, n_hosts)
            to.write("".join(map(self._line, range(first, last))).encode())

    def check(self, end, n_hosts):
        count = {"hosts": n_hosts, "targets": n_hosts, "duplicates": -(-n_hosts // TWICE_EVERY)}
        answered = sum(map(self._speaks, range(n_hosts)))
        states = {"answered": answered, "refused": n_hosts - answered}
        got = {key: end[key] for key in count}
        got_states = {state: n for state, n in end["states"].items() if n}
        if got != count or got_states != states:
            raise RuntimeError("%s %s, not %s %s" % (got, got_states, count, states))


def show(name, n_hosts, peak):
    print("%-22s %8d hosts: %6.1f MB, %5.1f MB on the disk for duplicates, %6.0f hosts/s"
          % (name, n_hosts, peak.rss_mb, peak.disk_mb, n_hosts / peak.seconds), flush=True)
    return peak


class Scans:
    def __init__(self, exprobe, folder, mix):
        self._exprobe, self._mix = exprobe, mix
        self._list = os.path.join(folder, "list.txt")
        self.out = os.path.join(folder, "results.jsonl")

    def to_file(self, n_hosts):
        with open(self._list, "wb") as f:
            self._mix.write(f, n_hosts)
        peak = Client(self._exprobe, *PROFILE, "-l", self._list, "-o", self.out,
                      "--fresh").watch()
        self._mix.check(end_of(self.out), n_hosts)
        return show("file to file", n_hosts, peak)

    def to_pipe(self, n_hosts):
        """The list comes from a pipe, and the records go to another."""
        client = Client(self._exprobe, *PROFILE, "-l", "-", stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE)
        lines = [0, b""]   # number, the last one

        def read():
            for line in client.process.stdout:
                lines[:] = lines[0] + 1, line

        def write():
            with client.process.stdin as to:
                self._mix.write(to, n_hosts)

        threads = [threading.Thread(target=f) for f in (read, write)]
        for thread in threads:
            thread.start()
        peak = client.watch()
        for thread in threads:
            thread.join()
        if lines[0] != n_hosts + 2:
            raise RuntimeError("%d lines for %d hosts" % (lines[0], n_hosts))
        self._mix.check(json.loads(lines[1]), n_hosts)
        return show("pipe to pipe", n_hosts, peak)

    def go_on(self, n_hosts):
        """With the file of to_file(), as if the end of it had never been written."""
        os.truncate(self.out, os.path.getsize(self.out) - CUT_BYTES)
        peak = Client(self._exprobe, *PROFILE, "-l", self._list, "-o", self.out,
                      "--resume").watch()
        self._mix.check(end_of(self.out), n_hosts)
        return show("--resume", n_hosts, peak)


def compare(name, few, many, n_many):
    """Prints the growth; True when it is within the limit."""
    base = statistics.median(p.rss_mb for p in few)
    peak = statistics.median(p.rss_mb for p in many)
    print("%s: %.1f MB for %d hosts, %.1f MB for %d: x %.2f (at most %.2f)"
          % (name, base, FEW, peak, n_many, peak / base, GROWTH_MAX), flush=True)
    return peak / base <= GROWTH_MAX


def main(exprobe, strangers, n_many=MANY, rounds=5):
    raise_files()
    print("allocator: %s; %d in flight" % (allocator(exprobe), IN_FLIGHT))
    with tempfile.TemporaryDirectory(prefix="exprobe-memory.") as folder, \
            Fleet(os.path.join(folder, "fleet")) as fleet, Strangers(strangers) as servers:
        scans = Scans(exprobe, folder, Mix(fleet.port, servers.ports["other"]))
        few = {f: [f(FEW) for _ in range(rounds)] for f in (scans.to_file, scans.to_pipe)}
        many = {f: [] for f in few}
        resumed = []
        for _ in range(rounds):
            for f, peaks in many.items():
                peaks.append(f(n_many))
            resumed.append(scans.go_on(n_many))
    flat = [compare("file", few[scans.to_file], many[scans.to_file], n_many),
            compare("pipe", few[scans.to_pipe], many[scans.to_pipe], n_many),
            compare("resumed", few[scans.to_file], resumed, n_many)]
    return 0 if all(flat) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *(int(n) for n in sys.argv[3:5])))
