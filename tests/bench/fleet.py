# SPDX-License-Identifier: MIT
"""The fleet that a benchmark scans: one nginx for all of 127.0.0.0/8."""
import json
import os
import re
import socket
import ssl
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CASE = os.path.join(os.path.dirname(HERE), "cases", "gen-2019-cu15-rtm.json")
CLEAN = os.path.join(os.path.dirname(HERE), "cases", "x-bd-clean-2019.json")
PAGE_BYTES = 25000   # a logon page of a real server has about that
FIRST = 127 << 24 | 1
HOSTS_MAX = 262000   # 127.0.0.1 to 127.3.255.254


def address(n):
    value = FIRST + n
    return "%d.%d.%d.%d" % (value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255)


def peak_memory_kb(pid):
    try:
        with open("/proc/%d/status" % pid, encoding="ascii", errors="replace") as f:
            return int(next((line.split()[1] for line in f if line.startswith("VmHWM:")), 0))
    except OSError:
        return 0


def _openssl(folder, *args):
    subprocess.run(("openssl",) + args, check=True, cwd=folder, timeout=60,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _make_chain(folder):
    """Root, intermediate and leaf in ECDSA P-256; the server sends the last two."""
    for name in ("root", "int", "leaf"):
        _openssl(folder, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out",
                 name + ".key")
    _openssl(folder, "req", "-x509", "-new", "-key", "root.key", "-subj", "/CN=bench root",
             "-days", "30", "-out", "root.pem")
    for name, issuer, extra in (("int", "root", "basicConstraints=critical,CA:TRUE\n"),
                                ("leaf", "int", "subjectAltName=DNS:mail.example.test\n")):
        with open(os.path.join(folder, name + ".ext"), "w", encoding="ascii") as f:
            f.write(extra)
        _openssl(folder, "req", "-new", "-key", name + ".key", "-subj", "/CN=bench " + name,
                 "-out", name + ".csr")
        _openssl(folder, "x509", "-req", "-in", name + ".csr", "-CA", issuer + ".pem", "-CAkey",
                 issuer + ".key", "-CAcreateserial", "-days", "20", "-out", name + ".pem",
                 "-extfile", name + ".ext")
    with open(os.path.join(folder, "chain.pem"), "w", encoding="ascii") as out:
        for name in ("leaf", "int"):
            with open(os.path.join(folder, name + ".pem"), encoding="ascii") as f:
                out.write(f.read())


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


class Fleet:
    """nginx on one CPU. A context manager."""

    def __init__(self, folder, cpu=None):
        self.folder, self._cpu = str(folder), cpu
        os.makedirs(os.path.join(self.folder, "www"))
        os.makedirs(os.path.join(self.folder, "tmp"))
        _make_chain(self.folder)
        page, self.build = _logon_page()
        for name, text in {"logon.html": page, **_other_files()}.items():
            with open(os.path.join(self.folder, "www", name), "w", encoding="utf-8") as f:
                f.write(text)

    def __enter__(self):
        with socket.socket() as s:
            s.bind(("0.0.0.0", 0))
            self.port = s.getsockname()[1]
        with open(os.path.join(HERE, "nginx.conf.in"), encoding="utf-8") as f:
            text = f.read()
        user = "user root;" if os.geteuid() == 0 else ""
        for name, value in (("DIR", self.folder), ("PORT", str(self.port)), ("USER", user),
                            ("BUILD", self.build)):
            text = text.replace("@%s@" % name, value)
        path = os.path.join(self.folder, "nginx.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        argv = ["nginx", "-e", os.path.join(self.folder, "error.log"), "-c", path]
        if self._cpu is not None:
            argv = ["taskset", "-c", str(self._cpu)] + argv
        self._process = subprocess.Popen(argv)
        self._wait_ready()
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(20)

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

    def write_list(self, n_hosts):
        path = os.path.join(self.folder, "list-%d.txt" % n_hosts)
        with open(path, "w", encoding="ascii") as f:
            for n in range(n_hosts):
                f.write("%s:%d\n" % (address(n), self.port))
        return path
