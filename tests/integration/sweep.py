# SPDX-License-Identifier: MIT
"""A small sweep into a file, and what such a file must look like in the end."""
import collections
import json
import time

from program import parse_records
from sim.address import ADDRESSES, closed_port

CASES = ["fp-iis-default", "gen-se-rtm", "front-haproxy-503"]
UNDONE = ("interrupted", "internal-error")
SCAN = ("scan", "--no-backdoor", "-q", "--fingerprint-only")


class Sweep:
    """A list of fast servers, pinned and by address, and of ports that refuse; one output."""

    def __init__(self, program, fleet, folder):
        self.program = program
        self.servers = [fleet.add_case(name) for name in CASES]
        block = ADDRESSES.block()
        self.closed = closed_port("%s.7" % block)   # holds the port: on all addresses it refuses
        port = self.closed.getsockname()[1]
        lines = fleet.list_lines() + ["%s:%d" % (s.address, s.port) for s in self.servers]
        lines += ["%s.0/28:%d" % (block, port), "%s.%d:%d" % (block, 40, port)]
        self.list = folder / "list"
        self.list.write_text("\n".join(lines) + "\n")
        self.out = folder / "out.jsonl"
        self.n_hosts = 2 * len(self.servers) + 17

    def arguments(self, *more):
        return (*SCAN, "-c", "3", "-l", self.list, "-o", self.out, *more)

    def resume(self, *more, **kwargs):
        return self.program.run(*self.arguments("--resume", *more), **kwargs)

    def start(self, *more):
        return self.program.start(*self.arguments("--resume", *more))

    def start_with(self, *more, wrap):
        return self.program.start(*self.arguments("--resume", *more), wrap=wrap)

    def connections(self):
        return [s.log.connections for s in self.servers]

    def asked(self):
        return asked_of(self.servers)


def records_of(path):
    """The whole lines of a file that may end in a torn one."""
    data = path.read_bytes() if path.exists() else b""
    return [json.loads(line) for line in data[:data.rfind(b"\n") + 1].splitlines()]


def asked_of(servers):
    """How many requests each server got, by its address and the name that it was asked for."""
    return collections.Counter((s.address, r.host) for s in servers for r in list(s.log.requests))


def host_of(target):
    """What stands in the field Host of a request to a target."""
    return target.rpartition(":")[0]


def needless(before, asked_before, asked_after):
    """Requests to those that had their record before."""
    names = {(address, host_of(target)) for target, address in before}
    return {k: n for k, n in (asked_after - asked_before).items() if k in names}


def key(host):
    return host["target"], host["address"]


def whole_records(data):
    """What is still to be read in a file after a power cut: its whole and good lines."""
    for line in data.split(b"\n")[:-1]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        yield record


def done_of(path):
    data = path.read_bytes() if path.exists() else b""
    return {key(r): r for r in whole_records(data)
            if r["type"] == "host" and r["state"] not in UNDONE}


def check_whole(path, n_hosts):
    """As if nothing had happened: one run record, one record a host, sums over all of them."""
    records = parse_records(path.read_bytes())
    hosts = [r for r in records if r["type"] == "host"]
    assert [r["type"] for r in records] == ["run"] + ["host"] * n_hosts + ["end"]
    assert len({key(h) for h in hosts}) == n_hosts
    assert not [h for h in hosts if h["state"] in UNDONE]
    end = records[-1]
    assert end["hosts"] == n_hosts and end["interrupted"] is False
    assert end["targets"] == len({h["target"] for h in hosts})
    assert end["requests"] == sum(h["requests"] for h in hosts)
    assert end["bytes"] == sum(h["bytes"] for h in hosts)
    for name, member in (("states", "state"), ("severities", "severity")):
        counted = {}
        for h in hosts:
            counted[h[member]] = counted.get(h[member], 0) + 1
        assert {k: v for k, v in end[name].items() if v} == counted
    return records


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.01)
