# SPDX-License-Identifier: MIT
"""System calls for one more host, counted by strace in runs of two sizes."""
import subprocess

RUN_MAX_S = 300


def _count(program, hosts, in_flight):
    """All calls of one run. It is slow under strace: no time is taken from it."""
    table = program.fleet.path("strace.txt")
    given = program.stdin(hosts, in_flight)
    with open(given or "/dev/null", "rb") as stdin, open(program.stdout(), "wb") as stdout:
        subprocess.run(["strace", "-c", "-f", "-qq", "-o", table]
                       + program.command(hosts, in_flight), stdin=stdin, stdout=stdout,
                       stderr=subprocess.DEVNULL, timeout=RUN_MAX_S, check=True)
    program.check(hosts)
    with open(table, encoding="ascii") as f:
        total = next(line for line in f if line.rstrip().endswith(" total"))
    return int(total.split()[3])


def per_host(program):
    """What starting and ending take falls out of the difference."""
    in_flight = min(program.in_flight, program.few)
    calls = [_count(program, hosts, in_flight) for hosts in (program.few, program.many)]
    return (calls[1] - calls[0]) / (program.many - program.few)
