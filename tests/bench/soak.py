#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What an hour of scanning leaves behind, by hosts and not by waiting: nothing.

    soak.py PATH-OF-EXPROBE PATH-OF-STRANGERS [HOSTS [HUNTED]]

One process is handed its targets through a pipe, in ten portions. After each of them it is left
alone until nothing is in flight, and looked at from outside: memory that it alone has, open
descriptors, threads. First HOSTS of every kind (Exchange, not Exchange, dead, tarpits), then
HUNTED Exchange servers with the search for back doors. Fails when the last five looks have more
memory than the first five, or a descriptor or thread more than after the first portion: by then
there is the unnamed file for duplicates, which comes when a megabyte is full of them.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from client import (Client, Strangers, allocator, descriptors, own_kb, raise_files, status)
from fleet import HOSTS_MAX, Fleet, address

HOSTS, HUNTED, IN_FLIGHT = 300000, 2000, 200
PORTIONS, COMPARED = 10, 5
GROWTH_MAX = 1.10   # what is free and not given back yet is some megabytes
WAIT_MAX_S = 600    # for the records of a portion
SETTLE_S = 1.5      # libcurl looks for closed connections once a second
TIMEOUT_S = 3       # so that a portion need not wait long for its tarpits
DEAD_PORT = 9


class Scan:
    """A scan that waits for targets."""

    def __init__(self, exprobe, gone, *args):
        self._gone = gone
        self._client = Client(exprobe, "-c", IN_FLIGHT, "--network-delay", 0, "-l", "-", *args,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.pid, self._process = self._client.pid, self._client.process
        self._n, self._end, self._looks = 0, None, 0
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            with self._changed:
                self._n += line.startswith(b'{"type":"host"')
                self._changed.notify()
            self._end = line

    def hand_over(self, targets):
        """Returns when each of them has its record."""
        with self._changed:
            wanted = self._n + len(targets)
        self._process.stdin.write("".join(targets).encode())
        self._process.stdin.flush()
        with self._changed:
            if not self._changed.wait_for(lambda: self._n >= wanted, WAIT_MAX_S):
                raise RuntimeError("%d records of %d" % (self._n, wanted))

    def look(self):
        """When nothing is in flight. libcurl notices what servers have closed meanwhile when it
        makes the next connection, so each slot makes one, to a server that leaves at once."""
        time.sleep(SETTLE_S)
        self._looks += 1
        first = HOSTS_MAX + self._looks * IN_FLIGHT
        self.hand_over(["%s:%d\n" % (address(first + n), self._gone) for n in range(IN_FLIGHT)])
        time.sleep(SETTLE_S)
        return own_kb(self.pid) / 1024, len(descriptors(self.pid)), status(self.pid, "Threads")

    def end(self):
        self._process.stdin.close()
        self._client.watch()
        self._reader.join()
        return json.loads(self._end)


def mixed(n, fleet, strangers):
    """Of a thousand 50 are Exchange, 50 another web server, 2 tarpits; the others are dead."""
    at, kind = n % 20, "fat" if n % 1000 == 99 else "mute"
    port = (fleet.port if at == 0 else strangers.ports["other"] if at == 1 else
            strangers.ports[kind] if n % 500 == 99 else DEAD_PORT)
    return "%s:%d\n" % (address(n), port)


def show(name, looks):
    print("%s\n    %-9s %10s %12s %8s" % (name, "hosts", "own MB", "descriptors", "threads"))
    for n_hosts, look in looks:
        print("    %-9d %10.1f %12d %8d" % (n_hosts, *look))
    sys.stdout.flush()


def soak(name, exprobe, gone, target_at, n_hosts, *args):
    """Returns what grew. @gone: the port of the servers that leave at once."""
    scan = Scan(exprobe, gone, *args)
    looks = [(0, scan.look())]
    for i in range(PORTIONS):
        first, last = n_hosts * i // PORTIONS, n_hosts * (i + 1) // PORTIONS
        scan.hand_over([target_at(n) for n in range(first, last)])
        looks.append((last, scan.look()))
    end = scan.end()
    show(name, looks)
    print("    %s" % {state: n for state, n in end["states"].items() if n})
    memory = [look[0] for _, look in looks[1:]]
    growth = statistics.median(memory[-COMPARED:]) / statistics.median(memory[:COMPARED])
    print("    memory x %.2f (at most %.2f)" % (growth, GROWTH_MAX), flush=True)
    wrong = ["%s: memory x %.2f" % (name, growth)] if growth > GROWTH_MAX else []
    if end["hosts"] != n_hosts + (PORTIONS + 1) * IN_FLIGHT or end["states"]["internal-error"] > 0:
        wrong.append("%s: %s" % (name, end))
    for at, what in ((1, "descriptors"), (2, "threads")):
        if looks[-1][1][at] > looks[1][1][at]:
            wrong.append("%s: %d %s, and %d after the first portion"
                         % (name, looks[-1][1][at], what, looks[1][1][at]))
    return wrong


def main(exprobe, strangers, n_hosts=HOSTS, n_hunted=HUNTED):
    raise_files()
    print("allocator: %s; %d in flight" % (allocator(exprobe), IN_FLIGHT))
    with tempfile.TemporaryDirectory(prefix="exprobe-soak.") as folder, \
            Fleet(os.path.join(folder, "fleet")) as fleet, Strangers(strangers) as servers:
        gone = servers.ports["gone"]
        wrong = soak("all kinds", exprobe, gone, lambda n: mixed(n, fleet, servers), n_hosts,
                     "--no-backdoor", "--timeout", TIMEOUT_S)
        wrong += soak("with the search for back doors", exprobe, gone,
                      lambda n: "%s:%d\n" % (address(n), fleet.port), min(n_hunted, HOSTS_MAX))
    for line in wrong:
        print("WRONG " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *(int(n) for n in sys.argv[3:5])))
