# SPDX-License-Identifier: MIT
"""The fleet that a benchmark scans: one nginx for all of 127.0.0.0/8."""
import dataclasses
import json
import os
import re
import socket
import ssl
import subprocess
import time

from pki import make_chain

HERE = os.path.dirname(os.path.abspath(__file__))
CASE = os.path.join(os.path.dirname(HERE), "cases", "gen-2019-cu15-rtm.json")
CLEAN = os.path.join(os.path.dirname(HERE), "cases", "x-bd-clean-2019.json")
PAGE_BYTES = 25000   # a logon page of a real server has about that
FIRST = 127 << 24 | 1
HOSTS_MAX = 262000   # 127.0.0.1 to 127.3.255.254


@dataclasses.dataclass(frozen=True)
class Combination:
    version: str   # as nginx names it
    chain: str     # as pki.py does
    seen: tuple    # version and type of key, as a client must report them


COMBINATIONS = {
    "tls13-ecdsa": Combination("TLSv1.3", "ecdsa", ("TLSv1.3", "EC")),
    "tls13-rsa": Combination("TLSv1.3", "rsa", ("TLSv1.3", "RSA")),
    "tls12-ecdsa": Combination("TLSv1.2", "ecdsa", ("TLSv1.2", "EC")),
    "tls12-rsa": Combination("TLSv1.2", "rsa", ("TLSv1.2", "RSA")),
}


def address(n):
    value = FIRST + n
    return "%d.%d.%d.%d" % (value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255)


def peak_memory_kb(pid):
    try:
        with open("/proc/%d/status" % pid, encoding="ascii", errors="replace") as f:
            return int(next((line.split()[1] for line in f if line.startswith("VmHWM:")), 0))
    except OSError:
        return 0


def _logon_page():
    """The page of a case and its build, filled up to a real page's size."""
    with open(CASE, encoding="utf-8") as f:
        case = json.load(f)
    route = next(r for r in case["routes"] if "logon.aspx" in r.get("path", ""))
    body = re.sub(r"\{\{.*?\}\}", "x", route["body"])
    filler = "<!-- %s -->" % ("x" * max(0, PAGE_BYTES - len(body)))
    return body.replace("</body>", filler + "</body>"), case["expect"]["build"]


def _other_files():
    """The second page that asks for a password, and the scripts as files: name -> text."""
    with open(CLEAN, encoding="utf-8") as f:
        bodies = {r.get("path", ""): r.get("body", "") for r in json.load(f)["routes"]}
    names = {"expiredpassword.aspx": "expired.html", "flogon.js": "flogon.js",
             "fexppw.js": "fexppw.js"}
    return {names[p.rpartition("/")[2]]: body for p, body in bodies.items()
            if p.rpartition("/")[2] in names}


def _free_ports(n):
    """All at once, so that they differ."""
    sockets = [socket.socket() for _ in range(n)]
    for s in sockets:
        s.bind(("0.0.0.0", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Fleet:
    """nginx on one CPU, with a port for each combination. A context manager.

    `port` is that of the first combination, `ports` has them all. @within is put before the
    command, to run it in another network namespace."""

    def __init__(self, folder, cpu=None, combinations=("tls13-ecdsa",), within=()):
        self.folder, self._cpu, self._within = str(folder), cpu, list(within)
        os.makedirs(os.path.join(self.folder, "www"))
        os.makedirs(os.path.join(self.folder, "tmp"))
        for kind in sorted({COMBINATIONS[c].chain for c in combinations}):
            make_chain(self.folder, kind)
        *ports, self._status_port = _free_ports(len(combinations) + 1)
        self._n_asked = 0
        self.ports, self.port = dict(zip(combinations, ports)), ports[0]
        page, self.build = _logon_page()
        for name, text in {"logon.html": page, **_other_files()}.items():
            with open(os.path.join(self.folder, "www", name), "w", encoding="utf-8") as f:
                f.write(text)

    def __enter__(self):
        self._configure("site.conf.in", "site.conf")
        argv = ["nginx", "-e", os.path.join(self.folder, "error.log"), "-c",
                self._configure("nginx.conf.in", "nginx.conf")]
        if self._cpu is not None:
            argv = ["taskset", "-c", str(self._cpu)] + argv
        self._process = subprocess.Popen(self._within + argv)
        if self._within:
            self._wait_listening()
        else:
            self._wait_ready()
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(20)

    def _configure(self, template, name):
        with open(os.path.join(HERE, template), encoding="utf-8") as f:
            text = f.read()
        user = "user root;" if os.geteuid() == 0 else ""
        servers = "\n".join(self._server(*item) for item in self.ports.items())
        for word, value in (("SERVERS", servers), ("STATUS", str(self._status_port)),
                            ("DIR", self.folder), ("USER", user), ("BUILD", self.build)):
            text = text.replace("@%s@" % word, value)
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    @staticmethod
    def _server(name, port):
        c = COMBINATIONS[name]
        return ("  server { listen 0.0.0.0:%d ssl backlog=4096 reuseport; ssl_protocols %s; "
                "ssl_certificate @DIR@/%s-chain.pem; ssl_certificate_key @DIR@/%s-leaf.key; "
                "include @DIR@/site.conf; }" % (port, c.version, c.chain, c.chain))

    def _wait_listening(self):
        """nginx writes this file when it listens."""
        end, path = time.monotonic() + 20, self.path("nginx.pid")
        while time.monotonic() < end and self._process.poll() is None:
            if os.path.exists(path) and os.path.getsize(path) > 0:
                return
            time.sleep(0.02)
        raise RuntimeError("nginx does not start")

    def _wait_ready(self):
        context = ssl._create_unverified_context()
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as s:
                    with context.wrap_socket(s) as tls:
                        if tls.getpeercert(True):
                            return
            except OSError:
                time.sleep(0.05)
        with open(os.path.join(self.folder, "error.log"), encoding="utf-8") as f:
            raise RuntimeError("nginx does not start:\n" + f.read())

    def path(self, name):
        return os.path.join(self.folder, name)

    def counts(self):
        """Connections and requests up to now, of all clients, this question left out."""
        with socket.create_connection(("127.0.0.1", self._status_port), timeout=10) as s:
            s.sendall(b"GET / HTTP/1.0\r\n\r\n")
            answer = s.makefile("r", encoding="ascii").read()
        _, handled, requests = (int(n) for n in
                                re.search(r"^ (\d+) (\d+) (\d+)", answer, re.M).groups())
        self._n_asked += 1
        return handled - self._n_asked, requests - self._n_asked

    def write_list(self, n_hosts, combination=None):
        port = self.ports[combination] if combination else self.port
        path = os.path.join(self.folder, "list-%d-%d.txt" % (port, n_hosts))
        with open(path, "w", encoding="ascii") as f:
            for n in range(n_hosts):
                f.write("%s:%d\n" % (address(n), port))
        return path
