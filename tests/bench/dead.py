#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Dead addresses cost little: hosts per second, by why they are dead.

    dead.py PATH-OF-EXPROBE [HOSTS]

In a network namespace of its own: a port that is closed, routes that lead nowhere (blackhole,
unreachable, prohibit, none at all), and a gateway that swallows every packet; each alone, then
all of them in one list, and again with the pause between the hosts of a network that is the
default. The gateway has a hundredth of HOSTS, because each of those takes the
whole --connect-timeout. Fails when a host ends in another state than it must.
"""
import collections
import dataclasses
import os
import subprocess
import sys
import tempfile

from client import Client, allocator, end_of, raise_files

HOSTS, IN_FLIGHT = 1000000, 2000
ALONE = 10         # a kind alone has this part of HOSTS
DROP_EVERY = 100
PORT = 443
INSIDE = "EXPROBE_BENCH_NAMESPACE"

SETUP = """
    ip link set lo up
    ip link add v0 type veth peer name v1
    ip link set v0 up
    ip link set v1 up
    ip address add 192.0.2.1/30 dev v0
    ip neighbour add 192.0.2.2 lladdr 02:00:00:00:00:99 nud permanent dev v0
    ip route add 10.0.0.0/8 via 192.0.2.2
    ip route add blackhole 11.0.0.0/8
    ip route add unreachable 12.0.0.0/8
    ip route add prohibit 13.0.0.0/8
"""


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str
    network: int   # of /8
    state: str


DROP = Kind("swallowed", 10, "connect-timeout")
QUICK = (Kind("closed port", 127, "refused"), Kind("blackhole", 11, "unreachable"),
         Kind("unreachable", 12, "unreachable"), Kind("prohibit", 13, "unreachable"),
         Kind("no route", 14, "unreachable"))


def write_list(path, kinds, n_hosts):
    """Returns how many hosts must end in each state."""
    states = collections.Counter()
    with open(path, "w", encoding="ascii") as f:
        for n in range(n_hosts):
            kind = kinds[n % len(kinds)]
            if DROP in kinds and len(kinds) > 1:
                kind = DROP if n % DROP_EVERY == 0 else QUICK[n % len(QUICK)]
            f.write("%d.%d.%d.%d:%d\n" % (kind.network, n >> 16 & 255, n >> 8 & 255, n & 255 or 1,
                                          PORT + (n & 255 == 0)))
            states[kind.state] += 1
    return states


def scan(exprobe, folder, name, kinds, n_hosts, *args):
    path, out = os.path.join(folder, "list.txt"), os.path.join(folder, "results.jsonl")
    expected = write_list(path, kinds, n_hosts)
    peak = Client(exprobe, "-c", IN_FLIGHT, "-l", path, "-o", out, "--fresh", *args).watch()
    states = {state: n for state, n in end_of(out)["states"].items() if n}
    print("%-12s %8d hosts: %7.0f hosts/s, %5.1f MB" % (name, n_hosts, n_hosts / peak.seconds,
                                                       peak.rss_mb), flush=True)
    return [] if states == expected else ["%s: %s, not %s" % (name, states, dict(expected))]


def main(exprobe, n_hosts=HOSTS):
    raise_files()
    print("allocator: %s; %d in flight" % (allocator(exprobe), IN_FLIGHT))
    at_once = ("--network-delay", 0)
    with tempfile.TemporaryDirectory(prefix="exprobe-dead.") as folder:
        wrong = scan(exprobe, folder, DROP.name, [DROP], n_hosts // DROP_EVERY, *at_once)
        for kind in QUICK:
            wrong += scan(exprobe, folder, kind.name, [kind], n_hosts // ALONE, *at_once)
        wrong += scan(exprobe, folder, "all of them", [DROP, *QUICK], n_hosts, *at_once)
        wrong += scan(exprobe, folder, "10 ms apart", [DROP, *QUICK], n_hosts // ALONE)
    for line in wrong:
        print("WRONG " + line)
    return 1 if wrong else 0


def enter(argv):
    """Again, in a namespace that ends with it."""
    setup = " && ".join(line.strip() for line in SETUP.strip().splitlines())
    return subprocess.run(["unshare", "--net", "--map-root-user", "sh", "-c",
                           setup + ' && exec "$@"', "sh", sys.executable, *argv],
                          env={**os.environ, INSIDE: "1"}, check=False).returncode


if __name__ == "__main__":
    if os.environ.pop(INSIDE, None):   # exprobe knows no such variable, and says so
        sys.exit(main(sys.argv[1], *(int(n) for n in sys.argv[2:3])))
    sys.exit(enter(sys.argv))
