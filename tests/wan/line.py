# SPDX-License-Identifier: MIT
"""A long line: two network namespaces with delay, losses and dead networks between them.

Everything in them has an address of 127.0.0.0/8, and neither has any other interface: what is
run there reaches the other end of the line and nobody else.
"""
import json
import os
import subprocess

NEAR_ADDRESS = "127.255.255.1"
# Behind the line all of 127.0.0.0/8 answers, but these. Fate -> network.
DEAD = {"silent": "127.64.0.0/10", "unreachable": "127.128.0.0/10", "prohibited": "127.192.0.0/11"}
_NEAR_FD, _FAR_FD = 10, 11   # as in link.c
_SKIP = 77
_READY_S = 10

_DEVICE = "link set wan up mtu 1500 txqueuelen 20000\n"
_NEAR = _DEVICE + "addr add %s/32 dev wan scope global\nroute add 127.0.0.0/8 dev wan src %s\n" \
    % (NEAR_ADDRESS, NEAR_ADDRESS)
_FAR = _DEVICE + "link set lo up\nroute add %s/32 dev wan table local scope link\n" % NEAR_ADDRESS


class NotPermitted(Exception):
    """This machine gives us no namespaces."""


def link_beside(exprobe):
    """Where the build of @exprobe has the program that is the line."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(exprobe))))
    return os.path.join(root, "tests", "wan", "wanlink")


class Line:
    """A context manager. @near and @far are what to put before a command to run it at that end."""

    def __init__(self, link, round_trip_ms=100, loss=0.01, seed=1):
        argv = [link, str(round_trip_ms // 2), str(round(loss * 1e6)), str(seed)]
        for fate, network in DEAD.items():
            argv += [fate, network]
        self._argv, self.report = argv, None

    def __enter__(self):
        if not os.access(self._argv[0], os.X_OK):
            raise NotPermitted("%s is not built" % self._argv[0])
        self._process = subprocess.Popen(self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE)
        if self._process.stdout.readline() != b"ready\n":
            _, why = self._process.communicate(timeout=_READY_S)
            raise NotPermitted(why.decode(errors="replace").strip())
        self.near, self.far = self._enter(_NEAR_FD), self._enter(_FAR_FD)
        try:
            self._set_up(self.near, _NEAR)
            self._set_up(self.far, _FAR)
        except BaseException:
            self._process.kill()
            self._process.communicate()
            raise
        return self

    def __exit__(self, *_):
        text, _ = self._process.communicate(timeout=_READY_S)   # closes its standard input
        self.report = json.loads(text)

    def cpu_s(self):
        """CPU time that the line itself has taken so far."""
        with open("/proc/%d/stat" % self._process.pid, encoding="ascii") as f:
            words = f.read().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def _enter(self, fd):
        pid = self._process.pid
        user = [] if os.geteuid() == 0 else ["--user=/proc/%d/ns/user" % pid,
                                             "--preserve-credentials"]
        return ["nsenter", *user, "--net=/proc/%d/fd/%d" % (pid, fd)]

    @staticmethod
    def _set_up(end, commands):
        # Loopback addresses may leave this device and come in by it, in this namespace alone.
        subprocess.run([*end, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/conf/wan/route_localnet"],
                       check=True, timeout=_READY_S)
        subprocess.run([*end, "ip", "-batch", "-"], input=commands.encode(), check=True,
                       timeout=_READY_S)


def counters(end):
    """TCP's own counts in the namespace of @end."""
    text = subprocess.run([*end, "cat", "/proc/net/snmp"], check=True, timeout=_READY_S,
                          stdout=subprocess.PIPE).stdout.decode()
    rows = [line.split() for line in text.splitlines() if line.startswith("Tcp:")]
    return dict(zip(rows[0][1:], (int(n) for n in rows[1][1:])))


def sockets(pid):
    """(waiting for their connection, connected): the sockets in the namespace of @pid."""
    states = {"02": 0, "01": 0}   # include/net/tcp_states.h
    try:
        with open("/proc/%d/net/tcp" % pid, encoding="ascii") as f:
            next(f)
            for line in f:
                state = line.split(None, 4)[3]
                if state in states:
                    states[state] += 1
    except (OSError, StopIteration):
        pass
    return states["02"], states["01"]
