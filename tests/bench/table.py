# SPDX-License-Identifier: MIT
"""Medians and ratios of what was measured, as text."""
import dataclasses
import statistics

from measure import Cost
from programs import Program

HEAD = ("", "hosts", "in flight", "conns", "requests", "CPU us/host", "ratio", "kernel",
        "hosts/s", "syscalls", "peak MB", "KB/in flight")


@dataclasses.dataclass
class Row:
    program: Program
    costs: list[Cost] = dataclasses.field(default_factory=list)
    syscalls: float | None = None       # per host
    in_flight_kb: float | None = None   # of one host in flight

    def median(self, name):
        return statistics.median(getattr(c, name) for c in self.costs)

    @property
    def rss_mb(self):
        return max(c.rss_mb for c in self.costs)


@dataclasses.dataclass
class Bar:
    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def is_met(self):
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self):
        return "%s: %.2f; bar %s: %s" % (self.what, self.value, self.limit,
                                         "met" if self.is_met else "missed")


def ratios(row, base):
    """The median of the ratios of CPU per host within each round."""
    return statistics.median(r.cpu_us / b.cpu_us for r, b in zip(row.costs, base.costs))


def _cells(row, floor):
    p = row.program
    yield p.name
    yield "%d" % p.hosts
    yield "%d" % p.in_flight
    yield "%.1f" % row.median("connections")
    yield "%.1f" % row.median("requests")
    yield "%.0f" % row.median("cpu_us")
    yield "%.2f" % ratios(row, floor)
    yield "%.0f %%" % (100 * row.median("kernel"))
    yield "%.0f" % row.median("hosts_per_s")
    yield "-" if row.syscalls is None else "%.0f" % row.syscalls
    yield "%.1f" % row.rss_mb
    yield "-" if row.in_flight_kb is None else "%.0f" % row.in_flight_kb


def report(rows):
    """A table for each combination; the first row of one is its floor."""
    for name in dict.fromkeys(r.program.combination for r in rows):
        same = [r for r in rows if r.program.combination == name]
        lines = [(name,) + HEAD[1:]] + [tuple(_cells(r, same[0])) for r in same]
        widths = [max(len(line[n]) for line in lines) for n in range(len(HEAD))]
        for line in lines:
            print("  ".join(cell.ljust(w) if n == 0 else cell.rjust(w)
                            for n, (cell, w) in enumerate(zip(line, widths))))
        print()
