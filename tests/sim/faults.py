# SPDX-License-Identifier: MIT
"""Hostile servers: each one does one thing wrong, and says what a scan must call it.

To add one, add a row to the table of the layer it breaks:
fault_tcp.py (the connection), fault_tls.py (handshake, certificates), fault_http.py.
"""
from .fault_http import HTTP_FAULTS
from .fault_tcp import TCP_FAULTS
from .fault_tls import TLS_FAULTS
from .fault import Fault, FaultServer   # noqa: F401  part of this module's interface

FAULTS = {f.name: f for f in TCP_FAULTS + TLS_FAULTS + HTTP_FAULTS}
assert len(FAULTS) == len(TCP_FAULTS + TLS_FAULTS + HTTP_FAULTS), "two faults share a name"
