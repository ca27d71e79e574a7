# SPDX-License-Identifier: MIT
"""A small sweep into a file, and what such a file must look like in the end."""
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

    def start(self):
        return self.program.start(*self.arguments("--resume"))

    def connections(self):
        return [s.log.connections for s in self.servers]


def records_of(path):
    """The whole lines of a file that may end in a torn one."""
    data = path.read_bytes() if path.exists() else b""
    return [json.loads(line) for line in data[:data.rfind(b"\n") + 1].splitlines()]


def key(host):
    return host["target"], host["address"]


def done_of(path):
    return {key(r): r for r in records_of(path)
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
