# SPDX-License-Identifier: MIT
"""A resolver on loopback that knows the zones of a test: MX, SRV, aliases, wildcards, and names
that no host can have.

    ZoneServer({"acme.test": {"MX": [(10, "mail.acme.test")]},
                "mail.acme.test": {"A": ["192.0.2.5"], "AAAA": ["2001:db8::5"]},
                "owa.acme.test": {"CNAME": "mail.acme.test"},
                "*.wild.test": {"A": lambda: ["192.0.2.9"]},
                "broken.test": {"rcode": 2}, "dead.test": {"silent": True}})

A host in MX and SRV may be a list of bytes: the labels as they go over the wire. What is asked and
not there does not exist; what lies above something that is there exists without records.
"""
import socket
import struct
import threading

from dns_liar import ANY_CLASS, NXDOMAIN, DnsOnLoopback, Query

TYPES = {1: "A", 5: "CNAME", 15: "MX", 28: "AAAA", 33: "SRV"}
NUMBERS = {v: k for k, v in TYPES.items()}
CHAIN_MAX, UDP_MAX = 16, 512


def wire(name):
    labels = [p.encode() for p in name.split(".") if p] if isinstance(name, str) else name
    return b"".join(bytes([len(p)]) + p for p in labels) + b"\0"


def data_of(kind, value):
    if kind in ("A", "AAAA"):
        return socket.inet_pton(socket.AF_INET if kind == "A" else socket.AF_INET6, value)
    if kind == "MX":
        return struct.pack(">H", value[0]) + wire(value[1])
    if kind == "SRV":
        return struct.pack(">3H", *value[:3]) + wire(value[3])
    return wire(value)


def record(owner, kind, value):
    data = data_of(kind, value)
    return wire(owner) + struct.pack(">2HIH", NUMBERS[kind], ANY_CLASS, 60, len(data)) + data


class ZoneServer(DnsOnLoopback):
    """@asked: (name, type) of every question, in order."""

    def __init__(self, zone):
        self.zone, self.asked, self._lock = zone, [], threading.Lock()

    def names(self):
        """All names that were asked for."""
        return {name for name, _ in self.asked}

    def _entry(self, name):
        """What is known of a name; None: it does not exist."""
        if name in self.zone:
            return self.zone[name]
        parts = name.split(".")
        for i in range(1, len(parts)):
            entry = self.zone.get("*." + ".".join(parts[i:]))
            if entry is not None:
                return entry
        return {} if any(other.endswith("." + name) for other in self.zone) else None

    def answers(self, data, is_tcp):
        query = Query(data)
        name, kind = query.name.lower(), TYPES.get(query.type, str(query.type))
        with self._lock:
            self.asked.append((name, kind))
        records = []
        for _ in range(CHAIN_MAX):
            entry = self._entry(name)
            if entry is None:
                return [query.answer(records, rcode=NXDOMAIN)]
            if entry.get("silent"):
                return None
            if "rcode" in entry:
                return [query.answer(records, rcode=entry["rcode"])]
            values = entry.get(kind, [])
            records += [record(name, kind, v) for v in (values() if callable(values) else values)]
            if "CNAME" not in entry:
                break
            records.append(record(name, "CNAME", entry["CNAME"]))
            if not isinstance(entry["CNAME"], str):
                break
            name = entry["CNAME"]
        answer = query.answer(records)
        return [answer if is_tcp or len(answer) <= UDP_MAX else query.answer(flags=0x8380)]
