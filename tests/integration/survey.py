# SPDX-License-Identifier: MIT
"""All cases scanned in one run, and what each server saw of it."""
import dataclasses
from typing import Callable

from expect import compare
from expect_phase import KNOWN_GOOD, Phase, has_genuine_page
from sim.case import CaseServer, case_names, host_name, load_case
from sim.fleet import Fleet

FINGERPRINT_MAX, PHASE_MAX, DEEP_MAX, DEEP_PHASE_MAX = 8, 56, 72, 800


@dataclasses.dataclass(frozen=True)
class Mode:
    """One way to scan the cases."""
    arguments: tuple
    budget: int               # requests to one address
    like: str = ""            # which words of a case's `modes` and facts hold; "": its own name
    tier: int = 0             # of the names of back doors that are asked for; 0: not looked for
    known_good: bool = False  # the list of the stand-in scripts is given
    cases: Callable = None    # cases(name, expect): whether one is scanned; None: all

    def names(self):
        names = case_names()
        return [n for n in names if self.cases(n, load_case(n)["expect"])] if self.cases else names


def about_phase(_name, expect):
    return "backdoor" in expect or "logon_page" in expect


def _about_lists(name, expect):
    """Seven hundred requests each: what depends on the list, what is given, what is clean."""
    return name.startswith(("bd-", "x-bd-clean-")) or \
        {"tier_min", "tier_max"} & set(expect.get("backdoor", {}))


MODES = {
    "default": Mode((), FINGERPRINT_MAX + PHASE_MAX, tier=1),
    "known-good": Mode(("--known-good", KNOWN_GOOD), FINGERPRINT_MAX + PHASE_MAX, "default", 1,
                       known_good=True, cases=about_phase),
    "deep": Mode(("--deep", "--no-backdoor"), DEEP_MAX),
    "ntlm-info": Mode(("--ntlm-info", "--no-backdoor"), FINGERPRINT_MAX),
    "fingerprint": Mode(("--fingerprint-only",), FINGERPRINT_MAX),
    "all-names": Mode(("--deep",), DEEP_MAX + DEEP_PHASE_MAX, "deep", 3, cases=_about_lists),
}
# Many servers at once: most of a host's time is the pause before its second look.
PATIENCE = ("--connect-timeout", "5", "--timeout", "4", "--max-time", "20", "-c", "128")
PHASE_PATIENCE = ("--connect-timeout", "10", "--timeout", "9", "--max-time", "30", "-c", "160")


@dataclasses.dataclass
class Seen:
    """One case of a survey."""
    case: dict
    records: list   # its host records; one is right
    server: CaseServer
    problems: list  # with what was sent

    def judge(self, mode):
        """Everything that is wrong, as texts; with what happened, when anything is."""
        if len(self.records) != 1:
            return ["there are %d records" % len(self.records)] + self.problems
        record, how = self.records[0], MODES[mode]
        phase = Phase(how.tier, how.known_good and has_genuine_page(self.case))
        wrong = compare(self.case["expect"], record, how.like or mode, phase if how.tier else None)
        wrong = [str(p) for p in wrong] + self.problems
        if wrong:
            asked = ["%d %s %s" % (r.connection, r.method, r.target)
                     for r in self.server.log.requests]
            wrong.append("(%s, %s, %d ms, notes %s; %d connections, TLS failures %s; asked %s)" % (
                record["state"], record["detail"], record["duration_ms"],
                record["exchange"]["notes"], self.server.log.connections,
                self.server.log.tls_failures, asked))
        return wrong


class Survey:
    """Scan @names (default: all) in @mode."""

    def __init__(self, program, mode="default", names=None, wrap=(), timeout=400):
        how = MODES[mode]
        self.mode, self.budget = mode, how.budget
        with Fleet() as fleet:
            for name in names or how.names():
                fleet.add_case(name)
            fleet.watch_well_known_ports()
            lines = "\n".join(fleet.list_lines()) + "\n"
            patience = PHASE_PATIENCE if how.tier else PATIENCE
            self.result = program.scan(*patience, *how.arguments, "-l", "-", wrap=wrap,
                                       stdin=lines.encode(), timeout=timeout, backdoor=True)
            self.servers = dict(fleet.servers)
            self.violations = fleet.violations(how.tier)
        records = self.result.hosts if self.result.code in (0, 2, 3) else []
        self.seen = {n: self._one(n, s, records) for n, s in self.servers.items()}

    def _one(self, name, server, records):
        target = "%s:%d" % (host_name(name), server.port)
        mine = [r for r in records if r["target"] == target]
        problems = [v for v in self.violations if v.startswith(name + ": ")]
        problems += self._sent(server, mine)
        return Seen(server.case, mine, server, problems)

    def _sent(self, server, records):
        """What the server's log says about how it was asked."""
        problems, log = [], server.log
        if len(log.requests) > self.budget:
            problems.append("%d requests, allowed are %d" % (len(log.requests), self.budget))
        if log.open_most > 1:
            problems.append("%d connections at once" % log.open_most)
        counted = sum(r["requests"] for r in records)
        if counted < len(log.requests):
            problems.append("%d requests arrived, recorded are %d" % (len(log.requests), counted))
        for record in records:
            if record["address"] != server.address:
                problems.append("the record's address is %s" % record["address"])
        return problems
