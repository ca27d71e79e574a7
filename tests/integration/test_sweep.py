# SPDX-License-Identifier: MIT
"""What timer and cron run: a sweep of a client, gone on with after whatever broke it off."""
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

from sweep import asked_of, records_of, wait_for

REPORTS = {"report.html", "exprobe.prom"}
CHANGES = {"changes.json", "changes.txt"}


class Client:
    """exprobe-sweep beside the program, and the folders of a client."""

    def __init__(self, program, dist, folder):
        self.program = program
        self.bin = folder / "bin"
        self.bin.mkdir()
        os.symlink(program.path, self.bin / "exprobe")
        self.script = self.bin / "exprobe-sweep"
        shutil.copy(os.path.join(dist.root, "src", "dist", "sweep", "exprobe-sweep"), self.script)
        self.config, self.state = folder / "acme", folder / "state"
        self.config.mkdir()

    def hosts(self, *servers):
        lines = ["%s:%d client=acme\n" % (s.address, s.port) for s in servers]
        (self.config / "hosts").write_text("".join(lines))

    def instead_of_exprobe(self, script):
        os.unlink(self.bin / "exprobe")
        (self.bin / "exprobe").write_text("#!/bin/sh\n" + script)
        (self.bin / "exprobe").chmod(0o755)

    def start(self, *more, client="acme"):
        return subprocess.Popen([self.script, "-c", self.config, "-s", self.state, *more, client],
                                env=self.program.environment(), stderr=subprocess.PIPE)

    def run(self, *more, client="acme"):
        process = self.start(*more, client=client)
        errors = process.communicate(timeout=90)[1].decode()
        return process.returncode, errors

    def files(self):
        return {f for f in os.listdir(self.state) if f != ".lock"}

    def sweeps(self):
        return sorted(f for f in self.files() if f.startswith("sweep-"))


@pytest.fixture
def client(program, dist, tmp_path):
    return Client(program, dist, tmp_path)


@pytest.fixture
def plain(fleet):
    """A server that is not Exchange: looked at in a moment."""
    return fleet.add_case("fp-iis-default")


def test_night_after_night(client, fleet, plain, tmp_path):
    """Results by date, the newest under one name, reports, and from the second on what changed."""
    metrics = tmp_path / "metrics"
    metrics.mkdir()
    client.hosts(plain)
    assert client.run("-m", metrics, "-k", "1") == (0, "")
    first = client.sweeps()
    assert len(first) == 1 and re.fullmatch(r"sweep-\d{4}-\d\d-\d\dT\d{6}\.\d{3}Z\.jsonl", first[0])
    assert client.files() == {*first, "latest.jsonl", *REPORTS}
    assert os.readlink(client.state / "latest.jsonl") == first[0]
    assert records_of(client.state / first[0])[-1]["type"] == "end"
    text = (metrics / "exprobe-acme.prom").read_text()
    assert 'client="acme"' in text and text == (client.state / "exprobe.prom").read_text()
    assert (metrics / "exprobe-acme.prom").stat().st_mode & 0o444 == 0o444

    fleet.stop(plain)
    assert client.run("-k", "1") == (0, "")
    assert client.files() == {*client.sweeps(), "latest.jsonl", *REPORTS, *CHANGES}
    changes = json.loads((client.state / "changes.json").read_text())
    assert [c["fate"] for c in changes["changes"]] == ["gone-dark"]
    assert "gone dark" in (client.state / "changes.txt").read_text()

    assert client.run("-k", "1") == (0, "")
    assert len(client.sweeps()) == 2 and first[0] not in client.sweeps()
    assert os.readlink(client.state / "latest.jsonl") == client.sweeps()[-1]


def test_stopped_and_gone_on_with(client, fleet, plain):
    """SIGTERM saves what there is, with the exit code that says so; nobody is asked again."""
    tarpit = fleet.add_case("trap-tarpit")
    client.hosts(plain, tarpit)
    unfinished = client.state / "unfinished.jsonl"
    process = client.start()
    wait_for(lambda: len(records_of(unfinished)) > 1 and tarpit.log.connections)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 75
    assert client.files() == {"unfinished.jsonl"} and not REPORTS & client.files()
    asked = asked_of([plain])
    fleet.stop(tarpit)
    assert client.run()[0] == 0
    assert asked_of([plain]) == asked
    hosts = [r for r in records_of(client.state / "latest.jsonl") if r["type"] == "host"]
    assert sorted(h["state"] for h in hosts) == ["answered", "refused"]
    assert "unfinished.jsonl" not in client.files()


def unfinished_of(client, plain):
    """An unfinished sweep, as a power cut leaves it."""
    client.hosts(plain)
    assert client.run() == (0, "")
    lines = (client.state / "latest.jsonl").read_bytes().splitlines(keepends=True)
    for name in client.files():
        os.unlink(client.state / name)
    (client.state / "unfinished.jsonl").write_bytes(b"".join(lines[:-1]))
    return lines


def test_one_of_another_version_is_begun_anew(client, plain):
    """Records that cannot be compared are not mixed, and not lost, and stop no later night."""
    lines = unfinished_of(client, plain)
    other = re.sub(rb'"version":"[^"]*"', b'"version":"0.0.9"', lines[0])
    (client.state / "unfinished.jsonl").write_bytes(other + lines[1])
    before = asked_of([plain])
    code, errors = client.run()
    assert code == 0 and "broken-off.jsonl" in errors and "0.0.9" in errors
    assert (client.state / "broken-off.jsonl").read_bytes() == other + lines[1]
    assert asked_of([plain]) != before and len(client.sweeps()) == 1


def test_one_that_is_old_is_begun_anew(client, plain):
    unfinished_of(client, plain)
    then = time.time() - 3 * 86400
    os.utime(client.state / "unfinished.jsonl", (then, then))
    code, errors = client.run()
    assert code == 0 and "older than two days" in errors
    assert {"broken-off.jsonl", "latest.jsonl"} <= client.files()


def test_one_that_only_lacks_its_name(client, plain):
    """The machine went down between the scan and its name: that is a sweep, and today's another."""
    lines = unfinished_of(client, plain)
    (client.state / "unfinished.jsonl").write_bytes(b"".join(lines))
    then = time.time() - 86400
    os.utime(client.state / "unfinished.jsonl", (then, then))
    before = asked_of([plain])
    assert client.run() == (0, "")
    assert len(client.sweeps()) == 2 and CHANGES <= client.files()
    assert (client.state / client.sweeps()[0]).read_bytes() == b"".join(lines)
    assert asked_of([plain]) != before


def test_a_bad_list_loses_nothing(client, plain):
    """It is said, every night, and what was found before stays."""
    lines = unfinished_of(client, plain)
    (client.config / "hosts").write_text("no target = here\n")
    for _ in range(3):
        code, errors = client.run()
        assert code == 65 and "no targets" in errors
        assert lines[1] in b"".join((client.state / f).read_bytes() for f in client.files())
    client.hosts(plain)
    assert client.run()[0] == 0
    hosts = [r for r in records_of(client.state / "latest.jsonl") if r["type"] == "host"]
    assert [h["state"] for h in hosts] == ["answered"]


def test_one_at_a_time(client, plain):
    client.hosts(plain)
    client.state.mkdir()
    with open(client.state / ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, errors = client.run()
    assert code == 73 and "another sweep of acme" in errors
    assert not plain.log.connections


@pytest.mark.parametrize("code", [1, 4, 73, 75, 78])
def test_exit_codes_of_a_scan_that_is_not_whole(client, plain, code):
    client.hosts(plain)
    client.instead_of_exprobe("echo '{}' >unfinished.jsonl; exit %d\n" % code)
    assert client.run()[0] == code
    assert client.files() == {"unfinished.jsonl"}


@pytest.mark.parametrize("scan,rest,code", [(2, 0, 2), (3, 0, 3), (3, 3, 3), (0, 73, 73), (2, 1, 1),
                                            (0, 2, 0)])
def test_exit_codes_of_a_scan_that_is_whole(client, plain, scan, rest, code):
    """The scan's, unless what is made of it failed."""
    client.hosts(plain)
    client.instead_of_exprobe('[ "$1" = scan ] || exit %d\necho "{}" >unfinished.jsonl; exit %d\n'
                              % (rest, scan))
    assert client.run()[0] == code
    assert len(client.sweeps()) == 1


@pytest.mark.parametrize("name", ["..", ".hidden", "a/b", "-x", "a b", "", "a;b", "$HOME"])
def test_names_that_are_no_clients(client, name):
    code, errors = client.run("--", client=name)
    assert code == 64 and "letters, digits" in errors
    assert not client.state.exists()


@pytest.mark.parametrize("more", [("-k", "0"), ("-k", "x"), ("-s", "here"), ("-c", "here"),
                                  ("-z",)])
def test_wrong_use(client, plain, more):
    client.hosts(plain)
    assert client.run(*more)[0] == 64
    assert not plain.log.connections


def test_no_list(client):
    code, errors = client.run()
    assert code == 65 and str(client.config / "hosts") in errors


def test_options_of_a_client(client, fleet):
    """Its config sets options of all commands; where results go is not for it to say."""
    server = fleet.add_case("gen-2019-cu15-rtm")
    client.hosts(server)
    (client.config / "config").write_text(
        "fail-on = high\ncontact = soc@example.test\n[scan]\nno-backdoor = true\n"
        "output = elsewhere.jsonl\nlist = other-hosts\n")
    assert client.run()[0] == 2
    assert {*client.sweeps(), "latest.jsonl", *REPORTS} == client.files()
    assert sorted(os.listdir(client.config)) == ["config", "hosts"]
    assert all("soc@example.test" in r.header("user-agent") for r in server.log.requests)


def test_a_mistake_in_the_config_of_a_client(client, plain):
    client.hosts(plain)
    (client.config / "config").write_text("fail-no = high\n")
    code, errors = client.run()
    assert code == 78 and "config:1" in errors and "fail-no" in errors
    assert not plain.log.connections


def test_accepted_risks_of_a_client(client, fleet):
    server = fleet.add_case("gen-2019-cu15-rtm")
    client.hosts(server)
    (client.config / "config").write_text("[scan]\nno-backdoor = true\n")
    (client.config / "accepted.json").write_text(json.dumps(
        [{"rule": "missing-updates", "target": "*", "reason": "CHG-4711", "by": "J. Doe",
          "expires": "2999-01-01"}]))
    assert client.run()[0] == 0
    assert "CHG-4711" in (client.state / "report.html").read_text()
