#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Client CPU and memory per host, against the floor, in one run.

    bench.py --exprobe build/src/cmd/exprobe --floor build/tests/bench/floor

The floor (bare OpenSSL on epoll) and exprobe scan the same fleet in turns,
in an order that is shuffled each round, pinned to one CPU; nginx has another.
Only ratios within one run mean anything: the absolute figures drift.
Everything is on loopback and bounded in hosts, rounds and time.
"""
import argparse
import dataclasses
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from fleet import HOSTS_MAX, Fleet, peak_memory_kb

RUN_MAX_S = 900
FILES = 20000
SAMPLE_S = 0.05   # taskset keeps this process off the client's CPU


@dataclasses.dataclass
class Cost:
    cpu_us: float      # user and system, per host
    hosts_per_s: float
    rss_mb: float
    requests: float = 2   # per host; the floor has no choice


def wait(process):
    """Until the end; the rusage of that process alone, and its peak memory. The latter is
    sampled, because the maximum in rusage begins with what this Python had at the fork."""
    peak_kb = 0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage, peak_kb
        peak_kb = max(peak_kb, peak_memory_kb(process.pid))
        time.sleep(SAMPLE_S)


def measure(argv, n_hosts, cpu):
    """Run to the end; what that process alone used."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as err:
        process = subprocess.Popen(["taskset", "-c", str(cpu)] + argv, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=err)
        timer = threading.Timer(RUN_MAX_S, process.kill)
        timer.start()
        usage, peak_kb = wait(process)
        timer.cancel()
        err.seek(0)
        if process.returncode != 0:
            sys.exit("%s: exit %d\n%s" % (argv[0], process.returncode,
                                          err.read().decode(errors="replace")[-2000:]))
    seconds = time.monotonic() - begin
    cpu_us = (usage.ru_utime + usage.ru_stime) * 1e6 / n_hosts
    return Cost(cpu_us, n_hosts / seconds, peak_kb / 1024)


def check_results(path, n_hosts, build):
    """A benchmark of wrong answers would be worthless. Returns requests per host."""
    good = requests = 0
    with open(path, encoding="utf-8") as f:
        for line in f:
            record = json.loads(line)
            if record["type"] == "host" and record["exchange"]["build"]["exact"] == build:
                good += 1
                requests += record["requests"]
    if good != n_hosts:
        sys.exit("%d of %d hosts were placed correctly" % (good, n_hosts))
    return requests / n_hosts


class Variants:
    """What is compared: name -> a function that runs it once."""

    def __init__(self, options, fleet):
        self._o, self._fleet = options, fleet
        self._list = fleet.write_list(options.hosts)
        self._out = os.path.join(fleet.folder, "results.jsonl")
        self.all = {"floor": self._floor,
                    "fingerprint only": lambda: self._scan("-t", "1", "--fingerprint-only"),
                    "same, two loops": lambda: self._scan("-t", "2", "--fingerprint-only"),
                    "exposure facts": lambda: self._scan("--no-backdoor")}

    def _floor(self):
        return measure([self._o.floor, str(self._fleet.port), str(self._o.hosts),
                        str(self._o.in_flight)], self._o.hosts, self._o.client_cpu)

    def _scan(self, *extra):
        argv = [self._o.exprobe, "scan", "-q", "--progress", "none", "-c", str(self._o.in_flight),
                "--network-delay", "0", "-l", self._list, "-o", self._out, "--fresh", *extra]
        cost = measure(argv, self._o.hosts, self._o.client_cpu)
        cost.requests = check_results(self._out, self._o.hosts, self._fleet.build)
        return cost


def report(costs, options):
    """Medians; ratios are paired within a round, then their median."""
    print("%d hosts, %d in flight, %d rounds, medians" % (options.hosts, options.in_flight,
                                                         options.rounds))
    print("%-16s %9s %12s %7s %9s %8s"
          % ("", "requests", "CPU us/host", "ratio", "hosts/s", "RSS MB"))
    for name, rows in costs.items():
        ratio = statistics.median(r.cpu_us / f.cpu_us for r, f in zip(rows, costs["floor"]))
        print("%-16s %9.1f %12.0f %7.2f %9.0f %8.1f"
              % (name, rows[0].requests, statistics.median(r.cpu_us for r in rows), ratio,
                 statistics.median(r.hosts_per_s for r in rows),
                 max(r.rss_mb for r in rows)))


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exprobe", required=True)
    parser.add_argument("--floor", required=True)
    parser.add_argument("--hosts", type=int, default=5000)
    parser.add_argument("--in-flight", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--client-cpu", type=int, default=0)
    parser.add_argument("--server-cpu", type=int, default=1)
    options = parser.parse_args()
    if not 1 <= options.hosts <= HOSTS_MAX:
        parser.error("--hosts is 1 to %d" % HOSTS_MAX)
    if not 1 <= options.rounds <= 50:
        parser.error("--rounds is 1 to 50")
    return options


def main():
    options = parse()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, FILES)), hard))
    with tempfile.TemporaryDirectory(prefix="exprobe-bench.") as folder:
        with Fleet(folder, options.server_cpu) as fleet:
            variants = Variants(options, fleet).all
            costs = {name: [] for name in variants}
            for _ in range(options.rounds):
                for name in random.sample(list(variants), len(variants)):
                    costs[name].append(variants[name]())
    report(costs, options)


if __name__ == "__main__":
    main()
