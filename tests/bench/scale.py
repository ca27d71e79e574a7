#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Memory depends on concurrency, not on the list; cost per host does not grow.

    scale.py PATH-OF-EXPROBE

Scans 5,000 and 50,000 hosts of the loopback fleet with 500 in flight and compares.
"""
import os
import resource
import sys
import tempfile

from bench import FILES, check_results, measure
from fleet import Fleet

FEW, MANY, IN_FLIGHT = 5000, 50000, 500
RSS_GROWTH_MAX = 1.10
CPU_GROWTH_MAX = 1.10


def scan(fleet, exprobe, n_hosts):
    out = os.path.join(fleet.folder, "results.jsonl")
    cost = measure([exprobe, "scan", "--no-backdoor", "-q", "--progress", "none",
                    "-c", str(IN_FLIGHT), "-l", fleet.write_list(n_hosts), "-o", out, "--fresh"],
                   n_hosts, 0)
    check_results(out, n_hosts, fleet.build)
    print("%6d hosts: %6.0f us CPU per host, %5.1f MB" % (n_hosts, cost.cpu_us, cost.rss_mb))
    return cost


def main(exprobe):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, FILES), hard))
    with tempfile.TemporaryDirectory(prefix="exprobe-scale.") as folder:
        with Fleet(folder, 1) as fleet:
            few, many = scan(fleet, exprobe, FEW), scan(fleet, exprobe, MANY)
    rss, cpu = many.rss_mb / few.rss_mb, many.cpu_us / few.cpu_us
    print("memory x %.2f (at most %.2f), CPU per host x %.2f (at most %.2f)"
          % (rss, RSS_GROWTH_MAX, cpu, CPU_GROWTH_MAX))
    return 0 if rss <= RSS_GROWTH_MAX and cpu <= CPU_GROWTH_MAX else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
