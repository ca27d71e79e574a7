#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Memory depends on concurrency, not on the list; cost per host does not grow.

    scale.py PATH-OF-EXPROBE [FEW MANY]

Scans 5,000 and 50,000 hosts of the loopback fleet with 500 in flight and compares; then as few
with ten times less in flight, which shows what a host in flight takes.
"""
import os
import resource
import sys
import tempfile

from measure import FILES, check_results, measure
from fleet import Fleet

FEW, MANY, IN_FLIGHT = 5000, 50000, 500
FEWER_IN_FLIGHT = 50
RSS_GROWTH_MAX = 1.10
HOST_KB_MAX = 100
CPU_GROWTH_MAX = 1.10


def scan(fleet, exprobe, n_hosts, in_flight=IN_FLIGHT):
    out = os.path.join(fleet.folder, "results.jsonl")
    cost = measure([exprobe, "scan", "--fingerprint-only", "-q", "--progress", "none", "-t", "1",
                    "--network-delay", "0", "-c", str(in_flight), "-l", fleet.write_list(n_hosts),
                    "-o", out, "--fresh"], n_hosts, 0)
    check_results(out, n_hosts, fleet.build)
    print("%6d hosts, %3d in flight: %6.0f us CPU per host, %5.1f MB"
          % (n_hosts, in_flight, cost.cpu_us, cost.rss_mb), flush=True)
    return cost


def main(exprobe, n_few=FEW, n_many=MANY):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, FILES), hard))
    with tempfile.TemporaryDirectory(prefix="exprobe-scale.") as folder:
        with Fleet(folder, 1) as fleet:
            few, many = scan(fleet, exprobe, n_few), scan(fleet, exprobe, n_many)
            narrow = scan(fleet, exprobe, n_few, FEWER_IN_FLIGHT)
    rss, cpu = many.rss_mb / few.rss_mb, many.cpu_us / few.cpu_us
    print("memory x %.2f (at most %.2f), CPU per host x %.2f (at most %.2f)"
          % (rss, RSS_GROWTH_MAX, cpu, CPU_GROWTH_MAX))
    host_kb = (few.rss_mb - narrow.rss_mb) * 1024 / (IN_FLIGHT - FEWER_IN_FLIGHT)
    print("%.0f KB for each host in flight (at most %d)" % (host_kb, HOST_KB_MAX))
    return 0 if rss <= RSS_GROWTH_MAX and cpu <= CPU_GROWTH_MAX and host_kb <= HOST_KB_MAX else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(int(n) for n in sys.argv[2:4])))
