# SPDX-License-Identifier: MIT
"""What is compared: the floor, exprobe, and programs that other people use for the same."""
import collections
import json
import sys

from fleet import COMBINATIONS, address
from measure import check_results

# What exprobe asks an ordinary server with --fingerprint-only, and the floor: floor.c.
PATHS = ("/owa/auth/logon.aspx?replaceCurrent=1", "/3f0c9a528d5e4a8e/x")
# No host is given up for a machine that is busy, or slow under valgrind.
PATIENCE = ("--connect-timeout", "30", "--timeout", "30", "--max-time", "120")
CURL_PARALLEL_MAX = 300   # curl 7.88 takes no more


class Program:
    """One way to look at the fleet."""
    cpus = None      # those of the options
    is_loop = True   # so many in flight, each with memory of its own

    def __init__(self, name, fleet, combination, hosts, in_flight):
        self.name, self.fleet, self.combination = name, fleet, combination
        self.hosts, self.in_flight = hosts, in_flight
        self.port = fleet.ports[combination]
        self.seen = COMBINATIONS[combination].seen
        self.few, self.many = 100, 300   # hosts, where two sizes are compared
        self.narrow_hosts = hosts        # where memory with fewer in flight is looked at

    def command(self, hosts, in_flight):
        raise NotImplementedError

    def stdin(self, _hosts, _in_flight):
        return None

    def stdout(self):
        return self.fleet.path("stdout-of-client")

    def check(self, hosts):
        """Ends this run unless every host was answered as it had to be."""
        raise NotImplementedError


class Floor(Program):
    """Bare OpenSSL: floor.c; with another malloc when one is named."""

    def __init__(self, path, *args, malloc=None):
        super().__init__(*args)
        self._argv = ["env", "LD_PRELOAD=" + malloc, path] if malloc else [path]

    def command(self, hosts, in_flight):
        return [*self._argv, str(self.port), str(hosts), str(in_flight)]

    def check(self, hosts):
        with open(self.stdout(), encoding="ascii") as f:
            said = json.load(f)
        if said["good"] != hosts or (said["version"], said["key"]) != self.seen:
            sys.exit("floor: not what was to be measured: %s" % said)


class Scan(Program):
    """exprobe with some options. --fresh: the file is there from the last run."""

    def __init__(self, path, extra, *args, cpus=None):
        super().__init__(*args)
        self._path, self._extra, self.cpus = path, extra, cpus

    def _out(self):
        return self.fleet.path("results.jsonl")

    def command(self, hosts, in_flight):
        return [self._path, "scan", "-q", "--progress", "none", "-c", str(in_flight),
                "--network-delay", "0", *PATIENCE, "-l",
                self.fleet.write_list(hosts, self.combination), "-o", self._out(), "--fresh",
                *self._extra]

    def check(self, hosts):
        check_results(self._out(), hosts, self.fleet.build, self.seen)


class Curl(Program):
    """The same two GETs. The list has all first pages of a group, then all second ones, so that
    curl finds the connection of each host idle: one handshake a host, as for the others."""

    def __init__(self, *args):
        super().__init__(*args)
        self.in_flight = CURL_PARALLEL_MAX
        self.hosts = max(1, self.hosts // self.in_flight) * self.in_flight
        self.few, self.many = CURL_PARALLEL_MAX, 2 * CURL_PARALLEL_MAX

    def command(self, hosts, in_flight):
        return ["curl", "--disable", "--parallel", "--parallel-immediate", "--parallel-max",
                str(in_flight), "--http1.1", "-k", "-s", "-w", "%{http_code} %{num_connects}\\n",
                "-K", "-"]

    def stdin(self, hosts, in_flight):
        path = self.fleet.path("curl.conf")
        with open(path, "w", encoding="ascii") as f:
            for begin in range(0, hosts, in_flight):
                for target in PATHS:
                    for n in range(begin, min(hosts, begin + in_flight)):
                        f.write('url = "https://%s:%d%s"\noutput = /dev/null\n'
                                % (address(n), self.port, target))
        return path

    def check(self, hosts):
        with open(self.stdout(), encoding="ascii") as f:
            codes = collections.Counter(line.split()[0] for line in f)
        if codes != {"200": hosts, "404": hosts}:
            sys.exit("curl: %s; every host has one page and lacks the other" % dict(codes))


class Nmap(Program):
    """Version detection and the two scripts that say the most of a mail server's front page.
    Its start takes as long as 20 hosts; it is part of the figure, as for the others."""
    is_loop = False

    def __init__(self, *args):
        super().__init__(*args)
        self.few, self.many = 10, 30

    def command(self, hosts, in_flight):
        path = self.fleet.path("nmap.txt")
        with open(path, "w", encoding="ascii") as f:
            f.writelines(address(n) + "\n" for n in range(hosts))   # nothing but 127.0.0.0/8
        return ["nmap", "-n", "-Pn", "-sT", "-T4", "--max-retries", "1", "--min-parallelism",
                str(in_flight), "-sV", "--version-light", "--script", "http-title,ssl-cert",
                "-p", str(self.port), "-iL", path, "-oG", "-"]

    def check(self, hosts):
        with open(self.stdout(), encoding="utf-8", errors="replace") as f:
            n_found = sum("/open/tcp//ssl|http/" in line for line in f)
        if n_found != hosts:
            sys.exit("nmap: found a web server on %d of %d hosts" % (n_found, hosts))
