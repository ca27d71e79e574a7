# SPDX-License-Identifier: MIT
"""A server that answers and resets the connection at once has answered."""
from sim.fault import OK_ANSWER, Fault, FaultServer

# What the kernel tells first, the data or the reset, is a matter of time: many make it sure.
N_SERVERS = 100


def _answer_and_reset(channel):
    if channel.read_request() is not None:
        channel.send(OK_ANSWER)
        channel.reset()


def test_answer_before_the_reset_is_read(program, fleet):
    lines = ""
    for n in range(N_SERVERS):
        server = fleet.add(FaultServer(Fault("resets-%d" % n, ("answered",), _answer_and_reset,
                                             tls={})))
        lines += "%s:%d\n" % (server.address, server.port)
    result = program.scan("--retries", "0", "-l", "-", stdin=lines.encode())
    lost = [h for h in result.hosts if h["state"] != "answered"]
    assert len(result.hosts) == N_SERVERS and not lost, lost[0]
