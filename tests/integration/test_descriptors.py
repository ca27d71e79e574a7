# SPDX-License-Identifier: MIT
"""Open files: the limit is raised where that is allowed, and kept to where it is not; when they run
out all the same, that is our shortage and nobody's state."""
import os
import resource

import pytest

from dns_server import DnsServer
from program import parse_records
from sim.address import ADDRESSES
from sim.fault import Fault, FaultServer, serve_politely
from test_signals import wait_for

N_SERVERS = 60


@pytest.fixture
def crowd(fleet):
    """Servers that are no Exchange and keep their connections open."""
    return [fleet.add(FaultServer(Fault("plain-%d" % n, ("answered",), serve_politely, tls={})))
            for n in range(N_SERVERS)]


def lines_of(servers):
    return "".join("%s:%d\n" % (s.address, s.port) for s in servers).encode()


def limited(what):
    return ("sh", "-c", 'ulimit %s && exec "$@"' % what, "sh")


@pytest.mark.parametrize("loops", [2, 64])
@pytest.mark.parametrize("soft", [16, 64, 256])
def test_soft_limit_is_raised(program, crowd, soft, loops):
    """Without a word, and with no host fewer."""
    result = program.scan("-t", loops, "-c", "64", "-l", "-", stdin=lines_of(crowd),
                          wrap=limited("-Sn %d" % soft))
    assert result.code == 0, result.errors
    assert [h["state"] for h in result.hosts] == ["answered"] * N_SERVERS
    assert result.errors == ""


@pytest.mark.parametrize("hard, loops", [(24, 1), (64, 2), (256, 2), (256, 64)])
def test_hard_limit_is_kept_to(program, crowd, hard, loops):
    """Fewer hosts at a time, said once, and each of them as it is."""
    result = program.scan("-t", loops, "-l", "-", stdin=lines_of(crowd),
                          wrap=limited("-n %d" % hard))
    assert result.code == 0, result.errors
    assert [h["state"] for h in result.hosts] == ["answered"] * N_SERVERS
    said = result.errors.split()
    assert result.errors.startswith("exprobe: only %d files may be open (ulimit -n): " % hard)
    assert 1 <= int(said[9]) <= hard // 3 and said[-1] == "500", said
    assert result.errors.count("\n") == 1


def test_hard_limit_that_is_too_low(program, crowd):
    result = program.scan("-l", "-", stdin=lines_of(crowd), wrap=limited("-n 17"))
    assert result.code == 1, result.errors
    assert result.errors.endswith(" (ulimit -n): not enough for one host\n")
    assert b'"type":"end"' not in result.stdout
    assert not any(s.log.connections for s in crowd)


def test_none_left_on_the_way(program, crowd, tmp_path):
    """Taken away in the middle of a scan: no host and no name is said to be what it is not; who
    goes on with the file gets all of it."""
    out = tmp_path / "out.jsonl"
    addresses = [ADDRESSES.one() for _ in range(20)]
    zone = "".join("n%d A %s\n" % (n, a) for n, a in enumerate(addresses))
    names = b"".join(b"n%d.example.test:9\n" % n for n in range(20))
    with DnsServer(tmp_path, zone) as dns:
        arguments = ("scan", "--no-backdoor", "-t", "2", "-c", "8", "--dns-servers", dns.where,
                     "--host-delay", "50ms", "-l", "-", "-o", out, "--resume")
        read, write = os.pipe()
        running = program.start(*arguments, stdin=read)
        os.close(read)
        os.write(write, lines_of(crowd))
        wait_for(lambda: sum(s.log.connections for s in crowd) > 10)
        resource.prlimit(running.process.pid, resource.RLIMIT_NOFILE, (8, 64))
        os.write(write, names)
        os.close(write)
        first = running.wait(60)
        hosts = [h for h in parse_records(out.read_bytes()) if h["type"] == "host"]
        assert first.code == 3, first.errors
        assert len(hosts) == N_SERVERS + 20
        assert {h["state"] for h in hosts} == {"answered", "internal-error"}
        assert {h["detail"] for h in hosts if h["state"] == "internal-error"} == {
            "no socket: Too many open files", "no socket for DNS"}
        second = program.run(*arguments, stdin=lines_of(crowd) + names)
    assert second.code == 0, second.errors
    hosts = [h for h in parse_records(out.read_bytes()) if h["type"] == "host"]
    assert [h["state"] for h in hosts].count("answered") == N_SERVERS
    assert {h["address"] for h in hosts if h["state"] == "refused"} == set(addresses)


def test_descriptors_do_not_pile_up(program, crowd):
    """As many as were reckoned with, however many hosts there were."""
    running = program.start("scan", "--no-backdoor", "-t", "2", "-c", "10", "--host-delay", "20ms",
                            *lines_of(crowd).decode().split())
    most = 0
    while running.process.poll() is None:
        try:
            most = max(most, len(os.listdir("/proc/%d/fd" % running.process.pid)))
        except OSError:
            break
    result = running.wait(30)
    assert [h["state"] for h in result.hosts] == ["answered"] * N_SERVERS
    assert 10 < most <= 24 + 2 * (16 + 2) + 3 * 10
