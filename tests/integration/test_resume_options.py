# SPDX-License-Identifier: MIT
"""Going on with a file whose run was another one: records that cannot be compared are not mixed."""
import json
import os
import shutil

import pytest

from sim.address import ADDRESSES, closed_port
from sweep import check_whole, done_of, records_of

RULE = """rule mine { meta: title = "t" strength = "suspicious" source = "s"
            strings: $a = "%s" condition: $a }\n"""

OTHER_RUNS = [
    (("--deep",), {}, 64, "--deep"),
    (("--ntlm-info",), {}, 64, "--ntlm-info"),
    (("--as-of", "2024-01-01"), {}, 64, "judgement"),
    (("-4",), {}, 64, "without -4"),
    (("-6",), {}, 64, "without -6"),
    (("--one-address",), {}, 64, "--one-address"),
    ((), {"fingerprint_only": False}, 64, "--fingerprint-only"),
    ((), {"backdoor": True}, 64, "without --no-backdoor"),
    ((), {"own_paths": True}, 64, "with --paths"),
    ((), {"ipv6_only": True}, 64, "with -6"),
    ((), {"files": {"rules": "0" * 64}}, 64, "with --rules"),
    ((), {"shard": "2/3"}, 64, "2/3"),
    ((), {"version": "0.0.0"}, 65, "0.0.0"),
    ((), {"schema": "exprobe/7"}, 65, "exprobe/7"),
    ((), {"data": {"date": "2020-01-01", "sha256": "0" * 64}}, 65, "2020-01-01"),
]


@pytest.mark.parametrize("options,change,code,words", OTHER_RUNS, ids=[o[3] for o in OTHER_RUNS])
def test_other_kind_of_run(sweep, options, change, code, words):
    """Not mixed with this one; the difference is named, and the file stays as it was."""
    assert sweep.resume().code == 0
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    run = json.dumps({**json.loads(lines[0]), **change}).encode() + b"\n"
    data = run + b"".join(lines[1:-2])
    sweep.out.write_bytes(data)
    before = sweep.connections()
    result = sweep.resume(*options)
    assert result.code == code, result.errors
    assert words in result.errors and "--fresh" in result.errors and str(sweep.out) in result.errors
    assert sweep.out.read_bytes() == data and sweep.connections() == before


class Refusing:
    """A list of three ports that refuse: looking for back doors costs nothing there."""

    def __init__(self, program, folder):
        self.program, self.out = program, folder / "out.jsonl"
        address = ADDRESSES.one()
        self.socket = closed_port(address)
        port = self.socket.getsockname()[1]
        block = ADDRESSES.block()
        self.targets = ["%s.%d:%d" % (block, n, port) for n in (1, 2, 3)]

    def scan(self, *options, env=None, **kwargs):
        return self.program.run("scan", "-o", self.out, "--resume", *options, *self.targets,
                                env=env, **kwargs)

    def lose(self, n):
        """The end record and the last @n hosts."""
        lines = self.out.read_bytes().splitlines(keepends=True)
        self.out.write_bytes(b"".join(lines[:-1 - n]))


@pytest.fixture
def refusing(program, tmp_path):
    made = Refusing(program, tmp_path)
    yield made
    made.socket.close()


def of_rules(folder, text):
    return RULE % text


def of_hashes(folder, text):
    return json.dumps([("%02x" % ord(text[0])) * 32, "ab" * 32])


def of_names(folder, text):
    return "/owa/auth/%s.aspx\n/owa/auth/x1.aspx\n" % text


def of_authority(folder, text):
    from sim.certs import FORGE, CertSpec
    made = FORGE.make(CertSpec.from_case(None, (text + ".example.test",)))
    with open(made.chain_path, encoding="ascii") as f:
        return f.read()


OWN_FILES = [("--rules", of_rules), ("--known-good", of_hashes), ("--paths", of_names),
             ("--cacert", of_authority)]


@pytest.mark.parametrize("option,content", OWN_FILES, ids=[o[0] for o in OWN_FILES])
def test_own_file_changed(refusing, tmp_path, option, content):
    """The user's own files count by what they say, under whatever name."""
    own, same = tmp_path / "own", tmp_path / "same"
    own.write_text(content(tmp_path, "first"))
    shutil.copy(own, same)
    assert refusing.scan(option, own).code == 0
    refusing.lose(1)
    data = refusing.out.read_bytes()
    for options, words in (((), "with " + option),
                           ((option, tmp_path / "other"), "another content of " + option)):
        (tmp_path / "other").write_text(content(tmp_path, "second"))
        result = refusing.scan(*options)
        assert result.code == 64 and words in result.errors, result.errors
        assert "--fresh" in result.errors and refusing.out.read_bytes() == data
    assert refusing.scan(option, same).code == 0
    check_whole(refusing.out, 3)
    # and the other way round
    assert refusing.program.run("scan", "-o", refusing.out, "--fresh", *refusing.targets).code == 0
    refusing.lose(1)
    result = refusing.scan(option, own)
    assert result.code == 64 and "without " + option in result.errors


def test_own_file_from_a_pipe(refusing, tmp_path):
    """What is read once is known all the same; comments and order make no difference."""
    for lines in ("/owa/auth/x1.aspx\\n/owa/auth/x2.aspx", "# of today\\n/owa/auth/x2.aspx\\r\\n"
                  "/owa/auth/x1.aspx"):
        result = refusing.program.run(
            "scan", "-o", refusing.out, "--resume", "--paths", "/dev/fd/9", *refusing.targets,
            wrap=("bash", "-c", 'exec 9< <(printf "%s\\n"); exec "$@"' % lines, "bash"))
        assert result.code == 0, result.errors
        refusing.lose(1)
    run = records_of(refusing.out)[0]
    assert run["own_paths"] is True and len(run["files"]["paths"]) == 64
    assert run["files"]["rules"] is None


def test_unused_own_file(refusing, tmp_path):
    """A file that has no part in what is recorded may change."""
    own = tmp_path / "own"
    own.write_text(RULE % "a")
    assert refusing.scan("--no-backdoor", "--rules", own).code == 0
    refusing.lose(1)
    own.write_text(RULE % "b")
    assert refusing.scan("--no-backdoor", "--rules", own).code == 0
    check_whole(refusing.out, 3)


def test_data_of_another_directory(refusing, root, tmp_path):
    """The same data under another name are the same; others are refused by their date."""
    shutil.copytree(os.path.join(root, "targets"), tmp_path / "data")
    assert refusing.scan("--no-backdoor").code == 0
    refusing.lose(1)
    assert refusing.scan("--no-backdoor", "--data", tmp_path / "data").code == 0
    refusing.lose(1)
    with open(tmp_path / "data" / "rules.json", "a", encoding="ascii") as f:
        f.write("\n")
    data = refusing.out.read_bytes()
    result = refusing.scan("--no-backdoor", "--data", tmp_path / "data")
    assert result.code == 65 and "other data" in result.errors and "--data" in result.errors
    assert refusing.out.read_bytes() == data


FREE = [("-c", "1"), ("-t", "1"), ("--rate", "100"), ("--host-delay", "0.01"), ("--timeout", "9"),
        ("--retries", "0"), ("--fail-on", "low"), ("--contact", "x@example.test"), ("-v",),
        ("--min-coverage", "0"), ("--max-time", "20")]


def test_options_that_may_change(sweep):
    """How fast and how patiently is nobody's business but the user's."""
    assert sweep.resume().code == 0
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    for option in FREE:
        sweep.out.write_bytes(b"".join(lines[:-2]))
        done = done_of(sweep.out)
        result = sweep.resume(*option)
        assert result.code in (0, 2), (option, result.errors)
        check_whole(sweep.out, sweep.n_hosts)
        assert {k: v for k, v in done_of(sweep.out).items() if k in done} == done
