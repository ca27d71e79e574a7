# SPDX-License-Identifier: MIT
"""A program under valgrind, which counts its instructions: the same on any machine, loaded or not.

Kernel time is not counted. Valgrind's processor has AES and AVX2, and no instructions for SHA,
so that hashing weighs a little more than it does in seconds.
"""
import re
import subprocess

RUN_MAX_S = 600
TOTAL = re.compile(r"I +refs: +([\d,]+)")


def under_valgrind(program, hosts, in_flight, tool):
    """Run it, check its answers. Returns valgrind's own words."""
    log = program.fleet.path("valgrind.log")
    with open(program.stdout(), "wb") as stdout:
        subprocess.run(["valgrind", "--log-file=" + log, *tool]
                       + program.command(hosts, in_flight), stdin=subprocess.DEVNULL,
                       stdout=stdout, timeout=RUN_MAX_S, check=True)
    program.check(hosts)
    with open(log, encoding="utf-8", errors="replace") as f:
        return f.read()


def total(program, hosts, in_flight):
    """All instructions of one run."""
    said = under_valgrind(program, hosts, in_flight,
                          ("--tool=cachegrind", "--cache-sim=no",
                           "--cachegrind-out-file=/dev/null"))
    return int(TOTAL.search(said)[1].replace(",", ""))


def per_host(program, few, many, in_flight):
    """What starting and ending take falls out of the difference."""
    return (total(program, many, in_flight) - total(program, few, in_flight)) / (many - few)
