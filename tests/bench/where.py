#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Where the cost of a host is: instructions by what they are for and by library, beside the floor.

    where.py --exprobe build/src/cmd/exprobe --floor build/tests/bench/floor [--fleet tls12-rsa]

Both scan the loopback fleet in two sizes under callgrind, and the differences are shown: what
starting takes falls out. callgrind sees no kernel: its share is that of a run without valgrind.
"""
import argparse
import collections
import re
import subprocess
import tempfile

from counting import under_valgrind
from fleet import COMBINATIONS, Fleet
from instructions import FEW, IN_FLIGHT, MANY, programs
from measure import raise_files, run

NATIVE_HOSTS, NATIVE_IN_FLIGHT = 3000, 500
LINE = re.compile(r"\s*([\d,]+) \([ \d.]+%\)  (.+):(\S+)(?: \[(.*)\])?$")   # not lines of source

# What an area is: the functions that begin it. None of them calls another one's, but for the
# certificates, which are read within the handshake.
CERTIFICATES, HANDSHAKE = "certificates are read", "TLS handshake, but for that"
AREAS = {
    CERTIFICATES: ("d2i_X509",),
    HANDSHAKE: ("SSL_do_handshake",),
    "TLS contexts made": ("SSL_CTX_new_ex",),
    "requests and answers deciphered": ("SSL_read", "SSL_write"),
    "certificate judged": ("ex_cert_read",),
    "answers read, next step, verdict": ("ex_host_step", "ex_host_result"),
    "findings and record written": ("ex_tally_result",),
}
REST = "connections, HTTP and the rest"

# By where the instruction is. The first pattern that is found in "file:function [object]" holds.
PLACES = (
    ("malloc and free", r"/malloc/|jemalloc|mimalloc|tcmalloc|:(malloc|free|calloc|realloc)\b"),
    ("libcrypto", r"libcrypto"), ("libssl", r"libssl"), ("libcurl", r"libcurl"),
    ("libuv", r"libuv"), ("jansson", r"libjansson"),
    ("the program's own code", r"/(exprobe|floor)\]"),
    ("C library: copying, text, locks", r"libc\.so|^\./"),
    ("other libraries", r""),
)


def annotate(out, *options):
    """(text, instructions) of each function."""
    said = subprocess.run(["callgrind_annotate", "--threshold=100", *options, out], check=True,
                          stdout=subprocess.PIPE, timeout=120).stdout.decode(errors="replace")
    for line in said.splitlines():
        if m := LINE.match(line):
            yield "%s:%s [%s]" % (m[2], m[3], m[4] or ""), m[3], int(m[1].replace(",", ""))


def by_area(out):
    """Instructions of an area and all that it calls."""
    roots = {name: area for area, names in AREAS.items() for name in names}
    found = collections.Counter()
    for _, function, n in annotate(out, "--inclusive=yes"):
        if function in roots:
            found[roots[function]] += n
    found[HANDSHAKE] -= found[CERTIFICATES]
    return found


def by_place(out):
    """Each instruction once, where it is."""
    found = collections.Counter()
    for text, _, n in annotate(out):
        found[next(place for place, pattern in PLACES if re.search(pattern, text))] += n
    return found


def profile(program):
    """Instructions per host: two tables."""
    tables = []
    for hosts in (FEW, MANY):
        out = program.fleet.path("callgrind.out")
        under_valgrind(program, hosts, IN_FLIGHT, ("--tool=callgrind",
                                                   "--callgrind-out-file=" + out))
        tables.append((by_area(out), by_place(out)))
    areas, places = ({name: (many[name] - few[name]) / (MANY - FEW) for name in many}
                     for few, many in zip(*tables))
    areas[REST] = sum(places.values()) - sum(areas.values())
    return areas, places


def show(title, names, scan, floor):
    total = sum(scan.values())
    print("%-34s %8s %8s %11s %8s" % (title, "exprobe", "floor", "difference", "share"))
    for name in names:
        a, b = scan.get(name, 0), floor.get(name, 0)
        print("%-34s %8.2f %8.2f %11.2f %6.1f %%"
              % (name, a / 1e6, b / 1e6, (a - b) / 1e6, 100 * a / total))
    a, b = total, sum(floor.values())
    print("%-34s %8.2f %8.2f %11.2f\n" % ("", a / 1e6, b / 1e6, (a - b) / 1e6))


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exprobe", required=True)
    parser.add_argument("--floor", required=True)
    parser.add_argument("--fleet", default="tls13-ecdsa", choices=COMBINATIONS)
    return parser.parse_args()


def main():
    options = parse()
    raise_files()
    with tempfile.TemporaryDirectory(prefix="exprobe-bench.") as folder:
        with Fleet(folder, 1, (options.fleet,)) as fleet:
            pair = programs(options, fleet, options.fleet)
            floor, scan = (profile(p) for p in pair)
            costs = [run(p, NATIVE_HOSTS, NATIVE_IN_FLIGHT, 0) for p in pair]
    print("%s, million instructions per host" % options.fleet)
    show("by what they are for", [*AREAS, REST], scan[0], floor[0])
    show("by where they are", [name for name, _ in PLACES], scan[1], floor[1])
    for program, cost in zip(pair, costs):
        print("%s: %.0f us per host, %.0f us of them in the kernel (%.0f %%)"
              % (program.name, cost.cpu_us, cost.cpu_us * cost.kernel, 100 * cost.kernel))


if __name__ == "__main__":
    main()
