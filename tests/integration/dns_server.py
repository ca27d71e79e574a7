# SPDX-License-Identifier: MIT
"""A real name server (unbound) on loopback, authoritative for a zone of the test's."""
import os
import socket
import struct
import subprocess
import time

from sim.address import ADDRESSES, free_port

_CONFIG = """
server:
  interface: {address}
  port: {port}
  do-ip6: no
  access-control: 127.0.0.0/8 allow
  use-syslog: no
  logfile: ""
  verbosity: 1
  log-queries: yes
  chroot: ""
  username: ""
  directory: "{folder}"
  pidfile: "{folder}/unbound.pid"
  do-daemonize: no
  num-threads: 1
  module-config: "iterator"
  max-udp-size: 512
  local-zone: "test." nodefault
  local-zone: "drop.test." always_deny
  local-zone: "refused.test." always_refuse
  local-zone: "nodata.test." always_nodata
auth-zone:
  name: "servfail.test."
  primary: {address}@9
  fallback-enabled: no
  for-upstream: no
auth-zone:
  name: "example.test."
  zonefile: "{folder}/zone"
  for-upstream: no
remote-control:
  control-enable: no
"""
_SOA = """$ORIGIN example.test.
$TTL 60
@ SOA ns admin 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
ready A 127.0.0.1
"""


class DnsServer:
    """Serves @zone (lines of a zone file). A context manager."""

    def __init__(self, folder, zone):
        self.folder = str(folder)
        with open(os.path.join(self.folder, "zone"), "w", encoding="ascii") as f:
            f.write(_SOA + zone)
        self._log_path = os.path.join(self.folder, "log")

    def __enter__(self):
        for _ in range(5):   # another process may have taken the port that was free
            self.address = ADDRESSES.one()
            self.port = free_port(self.address)
            if self._start():
                return self
        raise RuntimeError("unbound does not start:\n" + self.log()[-2000:])

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(10)

    @property
    def where(self):
        return "%s:%d" % (self.address, self.port)

    def log(self):
        with open(self._log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def _start(self):
        path = os.path.join(self.folder, "unbound.conf")
        with open(path, "w", encoding="ascii") as f:
            f.write(_CONFIG.format(address=self.address, port=self.port, folder=self.folder))
        with open(self._log_path, "w", encoding="ascii") as log:
            self._process = subprocess.Popen(["unbound", "-d", "-c", path], stdout=log, stderr=log)
        end = time.monotonic() + 10
        while time.monotonic() < end and self._process.poll() is None:
            if self._answers():
                return True
            time.sleep(0.02)
        self._process.kill()
        self._process.wait(10)
        return False

    def _answers(self):
        """Whether our own zone is what answers."""
        labels = b"".join(bytes([len(p)]) + p.encode() for p in ("ready", "example", "test"))
        query = struct.pack(">6H", 7, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", 1, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(0.5)
            try:
                s.sendto(query, (self.address, self.port))
                answer = s.recv(512)
            except OSError:
                return False
        return answer[:2] == b"\0\x07" and answer[3] & 0xF == 0 and answer[7] >= 1
