# SPDX-License-Identifier: MIT
"""Hostile servers and good ones in one scan, whose input stays open for as long as we like."""
import collections
import dataclasses
import itertools
import os
import random
import subprocess
import time

from expect import compare
from judge import Judge, Knowledge, number
from program import parse_records
from sim.case import CaseServer, case_names, host_name, load_case
from sim.faults import FAULTS, FaultServer
from sim.fleet import Fleet

AS_OF = "2026-07-01"   # so that the verdicts do not depend on the day
_TARGETS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))), "targets")


def good_names():
    """Cases with one exact build and nothing left open."""
    def is_plain(expect):
        return expect.get("is_exchange") == "yes" and expect.get("precision") == "exact" and \
            expect.get("state", "answered") == "answered" and \
            not any(key.endswith("_any_of") for key in expect) and \
            "fingerprint" in expect.get("modes", ["fingerprint"])
    return [n for n in case_names() if is_plain(load_case(n)["expect"])]


def descriptors(pid):
    """Open descriptors of a process by what they are."""
    folder = "/proc/%d/fd" % pid
    kinds = collections.Counter()
    for fd in os.listdir(folder):
        try:
            kinds[os.readlink(os.path.join(folder, fd)).split(":")[0]] += 1
        except OSError:
            continue   # closed since
    return kinds


# FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE, LAST_ACK, CLOSING of the kernel's tcp_states.h
_CLOSED_BY_US = {"04", "05", "06", "07", "09", "0B"}


def connections(pid):
    """States of the TCP connections of a process that it has not closed."""
    mine = set()
    for fd in os.listdir("/proc/%d/fd" % pid):
        try:
            mine.add(os.readlink("/proc/%d/fd/%s" % (pid, fd)))
        except OSError:
            continue
    with open("/proc/%d/net/tcp" % pid, encoding="ascii") as f:
        rows = [line.split() for line in f.readlines()[1:]]
    return [r[3] for r in rows if "socket:[%s]" % r[9] in mine and r[3] not in _CLOSED_BY_US]


class Crowd:
    """@n_bad hostile servers and @n_good good ones; all faults and cases are taken in turn, in an
    order that @seed decides. A context manager."""

    def __init__(self, program, folder, n_bad, n_good, seed=1):
        self._program, self._folder = program, folder
        chosen = random.Random(seed)
        self.faults = self._in_turn(chosen, sorted(FAULTS), n_bad)
        self.cases = self._in_turn(chosen, good_names(), n_good)
        self._order = chosen

    @staticmethod
    def _in_turn(chosen, names, n):
        names = list(names)
        chosen.shuffle(names)
        return list(itertools.islice(itertools.cycle(names), n))

    def __enter__(self):
        self.fleet = Fleet().__enter__()
        for n, name in enumerate(self.faults):
            self.fleet.add(FaultServer(dataclasses.replace(FAULTS[name], name="bad-%d" % n)))
        for n, name in enumerate(self.cases):
            self.fleet.add(CaseServer(dict(load_case(name), name="good-%d" % n)))
        canary = self.fleet.add_canary()
        for server in self.fleet.servers.values():
            server.canary = (canary.address, canary.port)
        return self

    def __exit__(self, *args):
        self.fleet.__exit__(*args)

    def scan(self, *arguments, name="out", timeout=300):
        """Scan it, the last host when all others are done: libcurl looks for connections that are
        dead when it makes another one. The input ends when the descriptors were counted."""
        path = self._folder / name
        lines = self.fleet.list_lines()
        last = lines.pop()   # a good one, if there is any
        self._order.shuffle(lines)
        running = self._program.start("scan", *arguments, "--as-of", AS_OF, "-q", "-o", path,
                                      "-l", "-", stdin=subprocess.PIPE)
        pid, stdin = running.process.pid, running.process.stdin
        try:
            self._wait(running, lambda: descriptors(pid)["anon_inode"] > 0, timeout)
            self.before = self._settled(pid)
            stdin.write(("\n".join(lines) + "\n").encode())
            stdin.flush()
            self._wait(running, lambda: _hosts_in(path) >= len(lines), timeout)
            self.at_rest = self._settled(pid)
            self.still_open = connections(pid)
            stdin.write((last + "\n").encode())
            stdin.flush()
            self._wait(running, lambda: _hosts_in(path) > len(lines), timeout)
            self.after = self._settled(pid)
        finally:
            stdin.close()
            running.process.stdin = None
        self.result = running.wait(timeout)
        self.records = parse_records(path.read_bytes())
        by_target = {r["target"]: r for r in self.records if r["type"] == "host"}
        self.hosts = {n: by_target.get("%s:%d" % (host_name(n), s.port))
                      for n, s in self.fleet.servers.items()}
        return self

    @staticmethod
    def _wait(running, condition, timeout):
        end = time.monotonic() + timeout
        while not condition():
            assert running.process.poll() is None, running.errors_so_far()[-2000:]
            assert time.monotonic() < end, "not done in time"
            time.sleep(0.05)

    @staticmethod
    def _settled(pid, same=10, looks=200):
        """What is there when nothing has changed for a second."""
        seen = []
        while len(seen) < looks and (len(seen) < same or seen[-same:] != [seen[-1]] * same):
            time.sleep(0.1)
            seen.append(descriptors(pid))
        return seen[-1]

    def states(self):
        """How often each fault ended in each state."""
        out = {}
        for n, name in enumerate(self.faults):
            record = self.hosts["bad-%d" % n]
            out.setdefault(name, collections.Counter())[record and record["state"]] += 1
        return out

    def wrong_about_bad(self):
        for n, name in enumerate(self.faults):
            record, fault = self.hosts["bad-%d" % n], FAULTS[name]
            if not record or record["state"] not in fault.states or \
                    fault.detail not in (record["detail"] or "") or \
                    record["exchange"]["present"] not in ("no", "maybe"):
                yield "%s: %s" % (name, record and (record["state"], record["detail"],
                                                    record["exchange"]["present"]))

    def wrong_about_good(self):
        judge = Judge(Knowledge(_TARGETS), AS_OF)
        for n, name in enumerate(self.cases):
            record, expect = self.hosts["good-%d" % n], load_case(name)["expect"]
            if not record:
                yield "%s: no record" % name
                continue
            found = compare(expect, record, "fingerprint")
            exact = record["exchange"]["build"]["exact"]
            if exact != expect["build"]:
                found.append("build is %s" % exact)
            else:
                want = judge.patch(number(exact))
                found += ["%s is %s" % (k, record["patch"][k]) for k in want
                          if record["patch"][k] != want[k]]
            if found:
                yield "%s (%s, %s): %s" % (name, record["state"], record["detail"],
                                           "; ".join(found))


def _hosts_in(path):
    return path.read_bytes().count(b'"type":"host"') if path.exists() else 0
