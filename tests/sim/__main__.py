# SPDX-License-Identifier: MIT
"""Simulated servers to play with.

    cd tests && python3 -m sim --list hosts.txt                    the demo fleet
    cd tests && python3 -m sim --list hosts.txt CASE|FAULT...      these
    cd tests && python3 -m sim --names                             what there is

Writes a target list, says "ready", and serves until standard input ends.
Afterwards it prints what was asked of each server, and every request that
must not have been sent. Everything is on loopback.
"""
import argparse
import sys

from .case import case_names, host_name
from .faults import FAULTS, FaultServer
from .fleet import Fleet, demo_fleet_path


def _demo_rows(path):
    """Lines "case host-name key=value..." of the demo fleet."""
    with open(path, encoding="utf-8") as f:
        for line in f:
            words = line.split("#")[0].split()
            if words:
                yield words[0], words[1], words[2:]


def _rows(names):
    if names:
        return [(n, host_name(n), []) for n in names]
    return list(_demo_rows(demo_fleet_path()))


def _add(fleet, name):
    if name in FAULTS:
        return fleet.add(FaultServer(FAULTS[name]))
    return fleet.add_case(name)


def _parse(argv):
    parser = argparse.ArgumentParser(prog="python3 -m sim", description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="*", help="case or fault; none: the demo fleet")
    parser.add_argument("--list", metavar="FILE", help="write the target list there")
    parser.add_argument("--names", action="store_true", help="print every name and exit")
    options = parser.parse_args(argv)
    unknown = [n for n in options.name if n not in FAULTS and n not in case_names()]
    if unknown:
        parser.error("no case or fault is called " + ", ".join(unknown))
    if not options.names and not options.list:
        parser.error("--list FILE is needed")
    return options


def _serve(options):
    with Fleet() as fleet:
        lines = []
        for name, host, tags in _rows(options.name):
            server = _add(fleet, name)
            lines.append(" ".join(["%s:%d" % (host, server.port),
                                   "address=" + server.address] + tags))
        with open(options.list, "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")
        print("ready: %d servers" % len(lines), flush=True)
        try:
            sys.stdin.read()
        except KeyboardInterrupt:
            pass
        for name, server in fleet.servers.items():
            print("%-40s %3d requests" % (name, len(server.log.requests)))
        violations = fleet.violations()
        for v in violations:
            print("FORBIDDEN " + v)
        return 1 if violations else 0


def main(argv=None):
    options = _parse(argv)
    if options.names:
        print("\n".join(case_names() + sorted(FAULTS)))
        return 0
    return _serve(options)


if __name__ == "__main__":
    sys.exit(main())
