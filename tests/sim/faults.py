# SPDX-License-Identifier: MIT
"""Hostile servers: each one does one thing wrong, and says what a scan must call it.

To add one, add a row to the table of the layer it breaks:
fault_tcp.py (the connection), fault_tls.py (handshake, certificates), fault_wire.py (TLS that no
library would speak), fault_http.py (one answer), fault_session.py (several of them),
fault_text.py (texts that mean to harm who reads them).
"""
from .fault_http import HTTP_FAULTS
from .fault_session import SESSION_FAULTS
from .fault_tcp import TCP_FAULTS
from .fault_text import TEXT_FAULTS
from .fault_tls import TLS_FAULTS
from .fault_wire import WIRE_FAULTS
from .fault import Fault, FaultServer   # noqa: F401  part of this module's interface

_ALL = TCP_FAULTS + TLS_FAULTS + WIRE_FAULTS + HTTP_FAULTS + SESSION_FAULTS + TEXT_FAULTS
FAULTS = {f.name: f for f in _ALL}
assert len(FAULTS) == len(_ALL), "two faults share a name"
