#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Client CPU and memory per host, against the floor, in one run.

    bench.py --exprobe build/src/cmd/exprobe --floor build/tests/bench/floor [--fleet all] [--check]

The floor (bare OpenSSL on epoll), exprobe, curl and nmap look at the same fleet in turns, in an
order that is shuffled each round, pinned to one CPU; nginx has another. Only ratios within one
run mean anything: the absolute figures drift. Everything is on loopback and bounded in hosts,
rounds and time.
"""
import argparse
import random
import shutil
import sys
import tempfile

import syscalls
from fleet import COMBINATIONS, HOSTS_MAX, Fleet
from machine import allocator, describe
from measure import raise_files, run
from programs import Curl, Floor, Nmap, Scan
from table import Bar, Row, ratios, report

RATIO_MAX = 1.25        # of the two GETs on one loop
TWO_LOOPS_MIN = 1.7     # times the hosts per second of one loop, on two cores
TWO_GETS, TWO_LOOPS = "exprobe, two GETs", "the same, two loops"
NARROW = 10             # times fewer in flight tell what one in flight takes
SLOW_HOSTS = 200        # where a host takes 12 s, and few are in flight
NMAP_HOSTS = 100        # takes 15 s


def pair(options, fleet, combination):
    """The two that the bar is about."""
    where = fleet, combination, options.hosts, options.in_flight
    return [Floor(options.floor, "floor", *where),
            Scan(options.exprobe, ("-t", "1", "--fingerprint-only"), TWO_GETS, *where)]


def others(options, fleet, combination):
    """What is measured once, on the first combination."""
    n, where = options.hosts, (fleet, combination)
    few = max(1, n // 5)
    if malloc := allocator(options.exprobe):
        yield Floor(options.floor, "floor, exprobe's malloc", *where, n, options.in_flight,
                    malloc=malloc)
    yield Scan(options.exprobe, ("-t", "2", "--fingerprint-only"), TWO_LOOPS, *where, n,
               options.in_flight, cpus="%d,%d" % (options.client_cpu, options.server_cpu))
    yield Scan(options.exprobe, ("-t", "1", "--no-backdoor"), "exprobe, exposure facts", *where,
               few, options.in_flight)
    whole = Scan(options.exprobe, ("-t", "1"), "exprobe, default", *where, few, options.in_flight)
    whole.narrow_hosts = min(few, SLOW_HOSTS)
    yield whole
    for name, program in (
            ("curl", lambda: Curl("curl --parallel", *where, few, options.in_flight)),
            ("nmap", lambda: Nmap("nmap -sV, scripts", *where, min(n, NMAP_HOSTS), NMAP_HOSTS))):
        if name not in options.without:
            if shutil.which(name):
                yield program()
            else:
                print("%s: skipped, it is not installed" % name)


def programs_of(options, fleet):
    """All of them; the first of each combination is its floor."""
    first, *rest = options.fleet
    found = pair(options, fleet, first)
    if not options.pair_only:
        found += others(options, fleet, first)
    return found + [p for name in rest for p in pair(options, fleet, name)]


def measure_rounds(rows, options):
    for n in range(options.rounds):
        print("round %d of %d" % (n + 1, options.rounds), file=sys.stderr, flush=True)
        for row in random.sample(rows, len(rows)):
            p = row.program
            row.costs.append(run(p, p.hosts, p.in_flight, options.client_cpu))


def measure_once(row, options):
    """What does not vary: system calls, and memory with fewer in flight."""
    p = row.program
    few = max(1, p.in_flight // NARROW)
    narrow = run(p, p.narrow_hosts, few, options.client_cpu)
    if p.is_loop:
        row.in_flight_kb = (row.rss_mb - narrow.rss_mb) * 1024 / max(1, p.in_flight - few)
    if shutil.which("strace"):
        row.syscalls = syscalls.per_host(p)


def bars(rows):
    """What has to hold."""
    for name in dict.fromkeys(r.program.combination for r in rows):
        floor, scan = (next(r for r in rows if r.program.combination == name
                            and r.program.name == kind) for kind in ("floor", TWO_GETS))
        yield Bar("%s: two GETs against the floor" % name, ratios(scan, floor), RATIO_MAX)
    one = next(r for r in rows if r.program.name == TWO_GETS)
    two = next((r for r in rows if r.program.name == TWO_LOOPS), None)
    if two:
        share = ratios(one, two)   # hosts per CPU second are the inverse of CPU per host
        print("two loops: %.2f of the hosts per CPU second of one loop; two cores have two CPU "
              "seconds a second,\nso where neither server nor network is the limit: "
              "2 x %.2f = %.2f times the hosts per second" % (share, share, 2 * share))
        yield Bar("two loops on two cores", 2 * share, TWO_LOOPS_MIN, at_least=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exprobe", required=True)
    parser.add_argument("--floor", required=True)
    parser.add_argument("--fleet", default="tls13-ecdsa", help="all, or of: "
                        + ", ".join(COMBINATIONS))
    parser.add_argument("--hosts", type=int, default=5000)
    parser.add_argument("--in-flight", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--client-cpu", type=int, default=0)
    parser.add_argument("--server-cpu", type=int, default=1)
    parser.add_argument("--without", default="", help="curl, nmap or both: leave them out")
    parser.add_argument("--pair-only", action="store_true", help="only the floor and two GETs")
    parser.add_argument("--check", action="store_true", help="exit 1 when a bar is missed")
    options = parser.parse_args()
    options.fleet = list(COMBINATIONS) if options.fleet == "all" else options.fleet.split(",")
    if unknown := set(options.fleet) - set(COMBINATIONS):
        parser.error("--fleet: %s" % ", ".join(sorted(unknown)))
    if not 1 <= options.hosts <= HOSTS_MAX:
        parser.error("--hosts is 1 to %d" % HOSTS_MAX)
    if not 1 <= options.rounds <= 50:
        parser.error("--rounds is 1 to 50")
    return options


def main():
    options = parse()
    raise_files()
    with tempfile.TemporaryDirectory(prefix="exprobe-bench.") as folder:
        with Fleet(folder, options.server_cpu, options.fleet) as fleet:
            rows = [Row(p) for p in programs_of(options, fleet)]
            measure_rounds(rows, options)
            for row in rows:
                measure_once(row, options)
    for line in describe(options.exprobe):
        print(line)
    print("rounds: %d; medians, ratios within a round\n" % options.rounds)
    report(rows)
    found = list(bars(rows))
    for bar in found:
        print(bar)
    return 1 if options.check and not all(b.is_met for b in found) else 0


if __name__ == "__main__":
    sys.exit(main())
