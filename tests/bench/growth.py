#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""CPU per host does not grow with the number of hosts, nor much with those in flight.

    growth.py --exprobe build/src/cmd/exprobe --floor build/tests/bench/floor [--check]

exprobe and the floor scan few hosts and many, and with few in flight and many, in turns, in an
order that is shuffled each round. Growth is that of exprobe within a round. The floor's, beside
it, is what the machine and the server add to a longer run: see tests/bench/README.md.
"""
import argparse
import dataclasses
import random
import statistics
import sys
import tempfile

from fleet import HOSTS_MAX, Fleet
from machine import describe
from measure import Cost, raise_files, run
from programs import Floor, Scan
from table import Bar

COMBINATION = "tls13-ecdsa"


@dataclasses.dataclass(frozen=True)
class Size:
    hosts: int
    in_flight: int

    def __str__(self):
        return "{:,} hosts, {:,} in flight".format(self.hosts, self.in_flight)


@dataclasses.dataclass
class Pair:
    """Two sizes, and how much dearer a host of the second may be."""
    few: Size
    many: Size
    growth_max: float


def programs(options, fleet, size):
    where = fleet, COMBINATION, size.hosts, size.in_flight
    return {"floor": Floor(options.floor, "floor", *where),
            "exprobe": Scan(options.exprobe, ("-t", "1", "--fingerprint-only"), "exprobe", *where)}


def measure_rounds(options, fleet, pair):
    """(program, size) -> a cost for each round."""
    names = ("exprobe",) if options.alone else ("floor", "exprobe")
    costs = {(name, size): [] for name in names for size in (pair.few, pair.many)}
    for n in range(options.rounds):
        for name, size in random.sample(list(costs), len(costs)):
            cost = run(programs(options, fleet, size)[name], size.hosts, size.in_flight,
                       options.client_cpu)
            costs[name, size].append(cost)
            print("round %d: %-7s %s: %.0f us per host, %.1f MB"
                  % (n + 1, name, size, cost.cpu_us, cost.rss_mb), file=sys.stderr, flush=True)
    return costs


def paired(above: list[Cost], below: list[Cost]):
    return statistics.median(a.cpu_us / b.cpu_us for a, b in zip(above, below))


def show(costs, name, size):
    of = costs[name, size]
    return "%s %5.0f us per host, %5.1f MB" % (name, statistics.median(c.cpu_us for c in of),
                                               max(c.rss_mb for c in of))


def report(costs, pair):
    """Prints; returns the bar."""
    names = sorted({name for name, _ in costs})
    for size in (pair.few, pair.many):
        print("%-32s %s" % (size, "; ".join(show(costs, name, size) for name in names)))
    growth = {name: paired(costs[name, pair.many], costs[name, pair.few]) for name in names}
    if "floor" in growth:
        print("ratio of the two: %.2f, then %.2f; growth of the floor: %+.1f %%"
              % (*(paired(costs["exprobe", size], costs["floor", size])
                   for size in (pair.few, pair.many)), 100 * (growth["floor"] - 1)))
    return Bar("growth of exprobe from the first to the second", growth["exprobe"],
               pair.growth_max)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exprobe", required=True)
    parser.add_argument("--floor", required=True)
    parser.add_argument("--hosts", type=int, nargs=2, default=(10000, 200000),
                        metavar=("FEW", "MANY"))
    parser.add_argument("--in-flight", type=int, nargs=2, default=(500, 5000),
                        metavar=("FEW", "MANY"))
    parser.add_argument("--only", choices=("hosts", "in-flight"), help="one of the two questions")
    parser.add_argument("--alone", action="store_true", help="without the floor: half the time")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--client-cpu", type=int, default=0)
    parser.add_argument("--server-cpu", type=int, default=1)
    parser.add_argument("--check", action="store_true", help="exit 1 when a bar is missed")
    options = parser.parse_args()
    if not all(1 <= n <= HOSTS_MAX for n in options.hosts):
        parser.error("--hosts is 1 to %d" % HOSTS_MAX)
    if not 1 <= options.rounds <= 50:
        parser.error("--rounds is 1 to 50")
    return options


def pairs(options):
    few, many = options.in_flight
    if options.only != "in-flight":
        yield Pair(*(Size(n, few) for n in options.hosts), 1.05)
    if options.only != "hosts":
        n_hosts = max(options.hosts[0], 4 * many)
        yield Pair(Size(n_hosts, few), Size(n_hosts, many), 1.10)


def main():
    options = parse()
    raise_files()
    found = []
    for line in describe(options.exprobe):
        print(line)
    with tempfile.TemporaryDirectory(prefix="exprobe-bench.") as folder:
        with Fleet(folder, options.server_cpu, (COMBINATION,)) as fleet:
            for pair in pairs(options):
                found.append(report(measure_rounds(options, fleet, pair), pair))
                print("%s\n" % found[-1], flush=True)
    return 1 if options.check and not all(b.is_met for b in found) else 0


if __name__ == "__main__":
    sys.exit(main())
