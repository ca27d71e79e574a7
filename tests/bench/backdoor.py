#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What looking for back doors costs for a clean Exchange host, against the rest of a scan.

    backdoor.py --exprobe build/src/cmd/exprobe [--hosts N] [--rounds N]

The same fleet is scanned with and without the phase, in turns, client and nginx each on a CPU of
its own. Requests and bytes are those of the records, CPU is that of the client's process. The
pause of five seconds before a second look costs time and no CPU, so hosts per second say little
here and are not shown. Every host must be placed exactly, and nothing may be found.
"""
import argparse
import dataclasses
import json
import os
import random
import statistics
import sys
import tempfile

from fleet import Fleet
from measure import measure, raise_files

HOSTS_MAX, ROUNDS_MAX = 20000, 20
VARIANTS = {"without": ("--no-backdoor",), "with": ()}


@dataclasses.dataclass
class Row:
    requests: float   # per host, as the rest
    bytes: float
    cpu_us: float


def read_results(path, n_hosts, build, state):
    """Requests and bytes per host; a benchmark of wrong answers would be worthless."""
    good = requests = received = 0
    with open(path, encoding="utf-8") as f:
        for record in map(json.loads, f):
            if record["type"] != "host":
                continue
            good += record["exchange"]["build"]["exact"] == build and \
                record["backdoor"]["state"] == state
            requests += record["requests"]
            received += record["bytes"]
    if good != n_hosts:
        sys.exit("%d of %d hosts were placed correctly" % (good, n_hosts))
    return requests / n_hosts, received / n_hosts


def scan(options, fleet, targets, extra):
    out = os.path.join(fleet.folder, "results.jsonl")
    cost = measure([options.exprobe, "scan", "-q", "--progress", "none", "-c",
                    str(options.in_flight), "--max-time", "120", "-l", targets, "-o", out,
                    "--fresh", *extra], options.hosts, options.client_cpu)
    state = "not-assessed" if extra else "none-seen"
    requests, received = read_results(out, options.hosts, fleet.build, state)
    return Row(requests, received, cost.cpu_us)


def report(rows, options):
    print("%d clean Exchange hosts, %d in flight, %d rounds, medians per host"
          % (options.hosts, options.in_flight, options.rounds))
    print("%-14s %9s %10s %9s %15s"
          % ("back doors", "requests", "bytes", "CPU us", "CPU us/request"))
    median = {}
    for name, measured in rows.items():
        median[name] = Row(*(statistics.median(getattr(r, f.name) for r in measured)
                             for f in dataclasses.fields(Row)))
        m = median[name]
        print("%-14s %9.1f %10.0f %9.0f %15.0f"
              % (name, m.requests, m.bytes, m.cpu_us, m.cpu_us / m.requests))
    few, many = median["without"], median["with"]
    cpu = statistics.median(w.cpu_us / wo.cpu_us
                            for w, wo in zip(rows["with"], rows["without"]))
    print("%-14s %9.2f %10.2f %9.2f %15.2f"
          % ("ratio", many.requests / few.requests, many.bytes / few.bytes, cpu,
             cpu * few.requests / many.requests))


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exprobe", required=True)
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--in-flight", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--client-cpu", type=int, default=0)
    parser.add_argument("--server-cpu", type=int, default=1)
    options = parser.parse_args()
    if not 1 <= options.hosts <= HOSTS_MAX or not 1 <= options.rounds <= ROUNDS_MAX:
        parser.error("--hosts is 1 to %d, --rounds is 1 to %d" % (HOSTS_MAX, ROUNDS_MAX))
    return options


def main():
    options = parse()
    raise_files()
    with tempfile.TemporaryDirectory(prefix="exprobe-bench.") as folder:
        with Fleet(folder, options.server_cpu) as fleet:
            targets = fleet.write_list(options.hosts)
            rows = {name: [] for name in VARIANTS}
            for _ in range(options.rounds):
                for name in random.sample(list(VARIANTS), len(VARIANTS)):
                    rows[name].append(scan(options, fleet, targets, VARIANTS[name]))
    report(rows, options)


if __name__ == "__main__":
    main()
