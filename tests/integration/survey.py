# SPDX-License-Identifier: MIT
"""All cases scanned in one run, and what each server saw of it."""
import dataclasses

from expect import compare
from sim.case import CaseServer, case_names, host_name
from sim.fleet import Fleet

# How each mode is asked for, and how many requests it may send to one address.
MODES = {"default": ((), 8), "deep": (("--deep",), 72), "ntlm-info": (("--ntlm-info",), 8),
         "fingerprint": (("--fingerprint-only",), 8)}
PATIENCE = ("--connect-timeout", "5", "--timeout", "4", "--max-time", "20", "-c", "128")


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
        record = self.records[0]
        wrong = [str(p) for p in compare(self.case["expect"], record, mode)] + self.problems
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

    def __init__(self, program, mode="default", names=None, wrap=(), timeout=180):
        arguments, self.budget = MODES[mode]
        self.mode = mode
        with Fleet() as fleet:
            for name in names or case_names():
                fleet.add_case(name)
            fleet.watch_well_known_ports()
            lines = "\n".join(fleet.list_lines()) + "\n"
            self.result = program.scan(*arguments, *PATIENCE, "-l", "-", stdin=lines.encode(),
                                       wrap=wrap, timeout=timeout)
            self.servers = dict(fleet.servers)
            self.violations = fleet.violations()
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
