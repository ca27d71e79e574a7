#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A sweep over a long, lossy line, and among dead addresses.

    wan.py --exprobe build/src/cmd/exprobe [--part line|dead|dns] [--hosts N] [--in-flight N] ...

line: the same fleet behind a line of no length, of 100 ms, and of 100 ms that loses 1 % of the
packets each way. Every host must be placed exactly or end in a named state.
dead: hosts among addresses that nobody has, which are dropped, refused or unreachable. When is
the last living one done, compared with the run that had no dead ones?
dns: the same among names whose zones are slow or dead; on loopback.
The first two in two network namespaces of their own (wan/line.py); bounded in hosts and time.
"""
import argparse
import collections
import dataclasses
import datetime
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from fleet import Fleet, address, peak_memory_kb          # noqa: E402
from names import Names                                   # noqa: E402
from wan.line import DEAD, Line, NotPermitted, counters, link_beside, sockets   # noqa: E402

RUN_MAX_S = 600
SAMPLE_S = 0.1
FILES = 65536
SHARES = (10, 50, 90)
FATES = ("silent", "refused", "unreachable")


@dataclasses.dataclass
class Run:
    """What one sweep took."""
    seconds: float
    cpu_s: float
    rss_mb: float
    line_cpu_s: float
    waiting: int     # sockets that waited for their connection, at most
    connected: int   # at most
    segments: int
    again: int       # of them sent again by TCP
    hosts: list


def watch(process, run):
    """Sample until the end; the rusage of that process alone."""
    peak_kb = waiting = connected = 0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            run.cpu_s = usage.ru_utime + usage.ru_stime
            run.rss_mb, run.waiting, run.connected = peak_kb / 1024, waiting, connected
            return
        peak_kb = max(peak_kb, peak_memory_kb(process.pid))
        now = sockets(process.pid)
        waiting, connected = max(waiting, now[0]), max(connected, now[1])
        time.sleep(SAMPLE_S)


def hosts_of(path):
    """What is needed of the records, which are long. End times in seconds since 1970."""
    rows = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            record = json.loads(line)
            if record["type"] != "host":
                continue
            begin = datetime.datetime.fromisoformat(record["started"].replace("Z", "+00:00"))
            rows.append({"target": record["target"], "state": record["state"],
                         "detail": record["detail"], "requests": record["requests"],
                         "build": record["exchange"]["build"]["exact"],
                         "end": begin.timestamp() + record["duration_ms"] / 1000})
    return rows


def sweep(options, line, folder, targets, *extra):
    """Scan @targets from the near end of @line, or with None from here."""
    path, out = os.path.join(folder, "list.txt"), os.path.join(folder, "results.jsonl")
    with open(path, "w", encoding="ascii") as f:
        f.writelines(t + "\n" for t in targets)
    argv = [*(line.near if line else ()), "taskset", "-c", "0", options.exprobe, "scan", "-q",
            "--progress", "none", "--fingerprint-only", "--network-delay", "0", "-t", "1",
            "-l", path, "-o", out, "--fresh", *extra]
    run = Run(0, 0, 0, line.cpu_s() if line else 0, 0, 0, 0, 0, [])
    before = counters(line.near if line else [])
    begin, begin_unix = time.monotonic(), time.time()
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL)
    timer = threading.Timer(RUN_MAX_S, process.kill)
    timer.start()
    watch(process, run)
    timer.cancel()
    if process.returncode != 0:
        sys.exit("exprobe: exit %d" % process.returncode)
    run.seconds, after = time.monotonic() - begin, counters(line.near if line else [])
    run.line_cpu_s = line.cpu_s() - run.line_cpu_s if line else 0
    run.segments = after["OutSegs"] - before["OutSegs"]
    run.again = after["RetransSegs"] - before["RetransSegs"]
    run.hosts = hosts_of(out)
    for host in run.hosts:
        host["end"] -= begin_unix
    if sorted(h["target"] for h in run.hosts) != sorted(targets):
        sys.exit("not every target has one record")
    return run


def judge(run, living, build):
    """How many of @living were placed exactly; the states of the others, with their reasons."""
    rest, good = collections.Counter(), 0
    for host in run.hosts:
        if host["target"] not in living:
            continue
        if host["state"] == "answered" and host["build"] not in (build, None):
            sys.exit("%s was placed wrongly: %s" % (host["target"], host["build"]))
        if host["build"] == build:
            good += 1
        else:
            rest["%s (%s)" % (host["state"], host["detail"] or "no detail")] += 1
    return good, rest


def part_line(options, link, folder):
    print("%d hosts, %d in flight, %d rounds, medians"
          % (options.hosts, options.in_flight, options.rounds))
    print("%-22s %8s %9s %12s %9s %8s %9s %8s %8s" % (
        "line", "hosts/s", "exact", "CPU us/host", "requests", "resent", "connected", "RSS MB",
        "line CPU"))
    kinds = ((0, 0), (options.round_trip, 0), (options.round_trip, options.loss))
    targets = None
    for n, (delay, loss) in enumerate(kinds):
        runs, good, rest = [], 0, collections.Counter()
        for round_ in range(options.rounds):
            place = os.path.join(folder, "fleet-%d-%d" % (n, round_))
            with Line(link, delay, loss / 100, seed=1 + round_) as line, \
                    Fleet(place, 1, within=line.far) as fleet:
                targets = ["%s:%d" % (address(i), fleet.port) for i in range(options.hosts)]
                run = sweep(options, line, folder, targets, "-c", str(options.in_flight))
            this_good, this_rest = judge(run, set(targets), fleet.build)
            good, rest = good + this_good, rest + this_rest
            check_line(line.report)
            runs.append(run)
        per_host = options.hosts / 1e6

        def middle(of):
            return statistics.median(of(r) for r in runs)
        print("%-22s %8.0f %8.3f%% %12.0f %9.3f %7.2f%% %9.0f %8.1f %7.0f%%" % (
            "%d ms, %g %% lost" % (delay, loss), middle(lambda r: options.hosts / r.seconds),
            100 * good / (options.hosts * options.rounds), middle(lambda r: r.cpu_s) / per_host,
            middle(lambda r: sum(h["requests"] for h in r.hosts) / options.hosts),
            middle(lambda r: 100 * r.again / r.segments), middle(lambda r: r.connected),
            middle(lambda r: r.rss_mb), middle(lambda r: 100 * r.line_cpu_s / r.seconds)),
            flush=True)
        for state, count in rest.most_common():
            print("    not placed: %d x %s" % (count, state))


def check_line(report):
    """The line itself must not be what loses packets."""
    if report["there"]["overflowed"] or report["back"]["overflowed"]:
        sys.exit("the line was full: %s" % report)


def dead_targets(fate, n, port, chosen):
    """Addresses where nobody is; refused: where nobody listens."""
    if fate == "refused":
        return ["%s:%d" % (address(100000 + i), port + 1) for i in range(n)]
    first = [int(x) for x in DEAD[fate].partition("/")[0].split(".")]
    return ["127.%d.%d.%d:%d" % (first[1] + chosen.randrange(16), i >> 8 & 255, i & 255, port)
            for i in range(n)]


def part_dead(options, link, folder):
    print("%d living hosts, %d in flight, %d ms, %g %% lost"
          % (options.living, options.dead_in_flight, options.round_trip, options.loss))
    print("%-16s %6s %12s %6s %8s %9s %9s %8s %12s" % (
        "dead", "share", "last living", "ratio", "all", "waiting", "connected", "RSS MB",
        "CPU us/host"))
    base = None
    for fate, share in [("none", 0)] + [(f, s) for f in options.fates for s in options.shares]:
        place = os.path.join(folder, "dead-%s-%d" % (fate, share))
        with Line(link, options.round_trip, options.loss / 100) as line, \
                Fleet(place, 1, within=line.far) as fleet:
            living = ["%s:%d" % (address(i), fleet.port) for i in range(options.living)]
            chosen = random.Random(1)
            n_dead = options.living * share // (100 - share)
            targets = living + dead_targets(fate, n_dead, fleet.port, chosen) if n_dead else living
            chosen.shuffle(targets)
            run = sweep(options, line, folder, targets, "-c", str(options.dead_in_flight))
        check_line(line.report)
        alive = set(living)
        good, rest = judge(run, alive, fleet.build)
        last = max(h["end"] for h in run.hosts if h["target"] in alive)
        base = base or last
        print("%-16s %5d%% %10.1f s %6.2f %6.1f s %9d %9d %8.1f %12.0f" % (
            fate, share, last, last / base, run.seconds, run.waiting, run.connected, run.rss_mb,
            run.cpu_s * 1e6 / len(targets)), flush=True)
        if good != options.living:
            print("    living and not placed: %s" % dict(rest))
        said = collections.Counter("%s (%s)" % (h["state"], h["detail"] or "no detail")
                                   for h in run.hosts if h["target"] not in alive)
        if said:
            print("    dead: %s" % ", ".join("%d x %s" % (c, s) for s, c in said.most_common()))


def part_dns(options, _link, folder):
    """Names come in a mixture, too. The living have an address each."""
    print("%d living names, %d in flight, on loopback" % (options.living, options.dead_in_flight))
    print("%-16s %6s %12s %6s %8s %8s %12s" % ("zones", "share", "last living", "ratio", "all",
                                              "RSS MB", "CPU us/host"))
    base = None
    with Names() as names, Fleet(os.path.join(folder, "dns"), 1) as fleet:
        for kind, share in [("live", 0), ("slow", 100)] + [
                (k, s) for k in ("silent", "servfail") for s in options.shares]:
            n_dead = options.living * share // (100 - share) if share < 100 else 0
            living = ["n%d.%s.test:%d" % (n, "slow" if kind == "slow" else "live", fleet.port)
                      for n in range(options.living)]
            targets = living + ["n%d.%s.test:%d" % (n, kind, fleet.port) for n in range(n_dead)]
            random.Random(1).shuffle(targets)
            run = sweep(options, None, folder, targets, "--dns-servers", names.where, "-c",
                        str(options.dead_in_flight))
            good, rest = judge(run, set(living), fleet.build)
            last = max(h["end"] for h in run.hosts if h["target"] in set(living))
            base = base or last
            print("%-16s %5d%% %10.1f s %6.2f %6.1f s %8.1f %12.0f" % (
                kind, share, last, last / base, run.seconds, run.rss_mb,
                run.cpu_s * 1e6 / len(targets)), flush=True)
            if good != options.living:
                print("    living and not placed: %s" % dict(rest))
            said = collections.Counter("%s (%s)" % (h["state"], h["detail"] or "no detail")
                                       for h in run.hosts if h["target"] not in set(living))
            if said:
                print("    dead: %s" % ", ".join("%d x %s" % (c, s) for s, c in said.items()))


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exprobe", required=True)
    parser.add_argument("--part", choices=("line", "dead", "dns"), action="append")
    parser.add_argument("--round-trip", type=int, default=100, metavar="MS")
    parser.add_argument("--loss", type=float, default=1, metavar="PERCENT")
    parser.add_argument("--hosts", type=int, default=10000)
    parser.add_argument("--in-flight", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--living", type=int, default=1000)
    parser.add_argument("--dead-in-flight", type=int, default=500)
    parser.add_argument("--fates", nargs="+", choices=FATES, default=FATES)
    parser.add_argument("--shares", nargs="+", type=int, default=SHARES)
    return parser.parse_args()


def main():
    options = parse()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, FILES), hard))
    link = link_beside(options.exprobe)
    try:
        with tempfile.TemporaryDirectory(prefix="exprobe-wan.") as folder:
            for part in options.part or ("line", "dead", "dns"):
                {"line": part_line, "dead": part_dead, "dns": part_dns}[part](options, link, folder)
    except NotPermitted as why:
        print("skipped: %s" % why)
    return 0


if __name__ == "__main__":
    sys.exit(main())
