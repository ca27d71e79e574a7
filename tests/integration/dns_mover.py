# SPDX-License-Identifier: MIT
"""A name server on loopback for which a name is somewhere else each time it is asked."""
import ipaddress
import struct
import threading

from dns_liar import A, AAAA, ANY_CLASS, DnsLiar, Query

NXDOMAIN = 3


class DnsMover(DnsLiar):
    """@places: name -> a list of answers, each a list of addresses; the last one stays."""

    def __init__(self, places):
        super().__init__({})
        self.places, self._turn, self._lock = places, {}, threading.Lock()

    def answers(self, data, is_tcp):
        query = Query(data)
        self.asked.append(query.name)
        turns = self.places.get(query.name)
        if turns is None:
            return [query.answer(rcode=NXDOMAIN)]
        with self._lock:   # both questions of a lookup, for A and AAAA, get the same turn
            turn = self._turn.setdefault((query.name, query.type), 0)
            self._turn[query.name, query.type] += 1
        addresses = [ipaddress.ip_address(a) for a in turns[min(turn, len(turns) - 1)]]
        kinds = {A: 4, AAAA: 6}
        return [query.answer([
            b"\xc0\x0c" + struct.pack(">2HIH", query.type, ANY_CLASS, 0, len(a.packed)) + a.packed
            for a in addresses if a.version == kinds.get(query.type)])]
