#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Thousands of tarpits in flight at once: memory, and how each of them ends.

    tarpits.py PATH-OF-EXPROBE PATH-OF-STRANGERS [IN_FLIGHT]

Twice as many hosts as are in flight, equally many of each kind (strangers.c): a queue that is
always full, never a word, a TLS record that never ends, no answer, headers and bodies a byte
at a time, and a body that is held until the time-out. Then each kind alone, a tenth of them in
flight. Fails when a host ends in another state than its kind must, takes longer than the limit
for a host, or when the memory is above the limit.
"""
import collections
import os
import sys
import tempfile

from client import Client, Strangers, allocator, end_of, hosts_of, raise_files
from fleet import address

IN_FLIGHT = 10000
RSS_MB_MAX = 1024
MAX_TIME_S = 30    # the default of --max-time
LATE_S = 30        # handshakes by the thousand keep both sides busy for seconds; it is printed
REQUEST_S = 15     # --timeout and --connect-timeout: thousands of handshakes take their time
ALONE_S = 5        # the same for fewer
SHARE = 10         # a kind alone: this part of IN_FLIGHT

# Kind -> how it may end. A queue that is full takes in one, and then no more. The servers here are
# one process, and may be too busy to accept everybody in time.
LATE = {"timeout", "connect-timeout"}
STATES = {"full": LATE, "silent": LATE, "hello": LATE, "mute": LATE, "head": LATE,
          "body": {"answered", *LATE}, "fat": {"answered", *LATE}}


def write_list(path, ports, kinds, n_hosts):
    """Returns target -> kind."""
    kind_of = {}
    for n in range(n_hosts):
        kind = kinds[n % len(kinds)]
        kind_of["%s:%d" % (address(n), ports[kind])] = kind
    with open(path, "w", encoding="ascii") as f:
        f.write("".join(target + "\n" for target in kind_of))
    return kind_of


def check(out, kind_of):
    """Prints how each kind ended, and returns what must not be."""
    states, slowest, wrong = collections.defaultdict(collections.Counter), {}, set()
    for host in hosts_of(out):
        kind = kind_of.pop(host["target"])
        states[kind][host["state"]] += 1
        slowest[kind] = max(slowest.get(kind, 0), host["duration_ms"])
        if host["state"] not in STATES[kind]:
            wrong.add("%s: %s, %s" % (kind, host["state"], host["detail"]))
    for kind, ended in states.items():
        print("    %-7s %s, %.1f s at most" % (kind, dict(ended), slowest[kind] / 1000))
        if slowest[kind] > (MAX_TIME_S + LATE_S) * 1000:
            wrong.add("%s: %d ms" % (kind, slowest[kind]))
    if kind_of:
        wrong.add("%d hosts have no record" % len(kind_of))
    return wrong


def scan(exprobe, folder, ports, kinds, n_hosts, in_flight, request_s=ALONE_S):
    path, out = os.path.join(folder, "list.txt"), os.path.join(folder, "results.jsonl")
    kind_of = write_list(path, ports, kinds, n_hosts)
    peak = Client(exprobe, "-c", in_flight, "--network-delay", 0, "--connect-timeout", request_s,
                  "--timeout", request_s, "-l", path, "-o", out, "--fresh").watch()
    peak.end = end_of(out)
    print("%-10s %6d hosts, %5d in flight: %6.1f MB, %5d descriptors, %3.0f s"
          % (kinds[0] if len(kinds) == 1 else "all kinds", n_hosts, in_flight, peak.rss_mb,
             peak.descriptors, peak.seconds), flush=True)
    return peak, check(out, kind_of)


def each_alone(exprobe, folder, ports, in_flight):
    """What one host in flight of each kind takes, above one scan of as few as possible."""
    base, wrong = scan(exprobe, folder, ports, ["silent"], 10, 10)
    for kind in STATES:
        peak, more = scan(exprobe, folder, ports, [kind], in_flight, in_flight)
        wrong |= more
        print("    %.0f KB for each in flight"
              % ((peak.rss_mb - base.rss_mb) * 1024 / (in_flight - 10)), flush=True)
    return wrong


def main(exprobe, strangers, in_flight=IN_FLIGHT):
    print("allocator: %s; %d files may be open" % (allocator(exprobe), raise_files()))
    with tempfile.TemporaryDirectory(prefix="exprobe-tarpits.") as folder:
        with Strangers(strangers) as servers:
            peak, wrong = scan(exprobe, folder, servers.ports, list(STATES), 2 * in_flight,
                               in_flight, REQUEST_S)
            wrong |= each_alone(exprobe, folder, servers.ports, in_flight // SHARE)
    print("%.0f MB with %d in flight (at most %d)" % (peak.rss_mb, in_flight, RSS_MB_MAX))
    if peak.rss_mb > RSS_MB_MAX:
        wrong.add("%.0f MB" % peak.rss_mb)
    for line in sorted(wrong):
        print("WRONG " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *(int(n) for n in sys.argv[3:4])))
