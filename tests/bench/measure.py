# SPDX-License-Identifier: MIT
"""Run a program to its end and say what it used: CPU of it and its children, peak memory, time."""
import collections
import dataclasses
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time

from fleet import peak_memory_kb

RUN_MAX_S = 900
FILES = 20000
SAMPLE_S = 0.05   # taskset keeps this process off the client's CPU


@dataclasses.dataclass
class Cost:
    cpu_us: float             # user and system, per host
    hosts_per_s: float
    rss_mb: float
    kernel: float = 0         # part of cpu_us
    connections: float = 0    # per host, as the server counted them
    requests: float = 0       # the same

    @property
    def hosts_per_cpu_s(self):
        return 1e6 / self.cpu_us


def raise_files(n=FILES):
    """Room for as many sockets as the hard limit allows; children inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, n)), hard))


def wait(process):
    """Until the end; the rusage of that process and its children, and its peak memory. The latter
    is sampled, because the maximum in rusage begins with what this Python had at the fork."""
    peak_kb = 0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage, peak_kb
        peak_kb = max(peak_kb, peak_memory_kb(process.pid))
        time.sleep(SAMPLE_S)


def measure(argv, n_hosts, cpu, stdin=None, stdout=None):
    """Run to the end on these CPUs ("0" or "0,1"); what that process used. stdin and stdout are
    paths, else nothing is read and what is written is dropped."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as err, open(stdin or os.devnull, "rb") as given, \
            open(stdout or os.devnull, "wb") as out:
        process = subprocess.Popen(["taskset", "-c", str(cpu)] + argv, stdin=given, stdout=out,
                                   stderr=err)
        timer = threading.Timer(RUN_MAX_S, process.kill)
        timer.start()
        usage, peak_kb = wait(process)
        timer.cancel()
        err.seek(0)
        if process.returncode != 0:
            sys.exit("%s: exit %d\n%s" % (argv[0], process.returncode,
                                          err.read().decode(errors="replace")[-2000:]))
    seconds = time.monotonic() - begin
    cpu_s = usage.ru_utime + usage.ru_stime
    return Cost(cpu_s * 1e6 / n_hosts, n_hosts / seconds, peak_kb / 1024, usage.ru_stime / cpu_s)


def run(program, hosts, in_flight, cpus):
    """One run of a program over the fleet, with its answers checked; what it cost."""
    before = program.fleet.counts()
    cost = measure(program.command(hosts, in_flight), hosts, program.cpus or cpus,
                   program.stdin(hosts, in_flight), program.stdout())
    program.check(hosts)
    cost.connections, cost.requests = ((b - a) / hosts
                                       for a, b in zip(before, program.fleet.counts()))
    return cost


def check_results(path, n_hosts, build, tls=None):
    """A benchmark of wrong answers would be worthless. Returns requests per host."""
    seen, requests = collections.Counter(), 0
    with open(path, encoding="utf-8") as f:
        for record in map(json.loads, f):
            if record["type"] != "host":
                continue
            if record["state"] != "answered":
                sys.exit("%s: %s, %s" % (record["address"], record["state"], record["detail"]))
            seen[record["exchange"]["build"]["exact"]] += 1
            requests += record["requests"]
            if tls and tls != (record["tls"]["version"], record["tls"]["certificate"]["key_type"]):
                sys.exit("%s: not %s with a key of type %s" % (record["address"], *tls))
    if seen[build] != n_hosts:
        sys.exit("%d of %d hosts were placed correctly" % (seen[build], n_hosts))
    return requests / n_hosts
