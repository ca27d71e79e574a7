# SPDX-License-Identifier: MIT
"""Bad input: a message that names the place and the remedy, and the right exit code.
Nothing is sent before it is known that the answer can be kept."""
import os

import pytest

USAGE, INPUT, OUTPUT, CONFIG = 64, 65, 73, 78
TARGET = "127.0.0.1:9"

# what is asked, exit code, words of the message
OPTIONS = [
    (["--no-such-option", TARGET], USAGE, ["--no-such-option", "--help"]),
    (["-Z", TARGET], USAGE, ["-Z"]),
    (["--rate"], USAGE, ["--rate"]),
    (["--rate", "many", TARGET], USAGE, ["--rate", "many"]),
    (["--rate", "-1", TARGET], USAGE, ["--rate"]),
    (["--concurrency", "0", TARGET], USAGE, ["--concurrency", "1"]),
    (["--concurrency", "99999999", TARGET], USAGE, ["--concurrency", "20000"]),
    (["--concurrency", "99999999999999999999999", TARGET], USAGE, ["--concurrency"]),
    (["--timeout", "0", TARGET], USAGE, ["--timeout"]),
    (["--timeout", "3 parsecs", TARGET], USAGE, ["--timeout", "parsecs"]),
    (["--max-time", "nan", TARGET], USAGE, ["--max-time"]),
    (["--retries", "9", TARGET], USAGE, ["--retries", "3"]),
    (["--min-coverage", "101", TARGET], USAGE, ["--min-coverage", "100"]),
    (["--fail-on", "terrible", TARGET], USAGE, ["--fail-on", "terrible"]),
    (["--as-of", "2026-02-30", TARGET], USAGE, ["--as-of", "2026-02-30"]),
    (["--as-of", "yesterday", TARGET], USAGE, ["--as-of", "YYYY-MM-DD"]),
    (["--resolve", "nonsense", TARGET], USAGE, ["--resolve", "nonsense"]),
    (["--dns-servers", "nonsense", TARGET], USAGE, ["--dns-servers", "nonsense"]),
    (["--progress", "loud", TARGET], USAGE, ["--progress", "loud"]),
    (["-4", "-6", TARGET], USAGE, ["-4", "-6"]),
    (["--user-agent", "a\r\nX-Injected: b", TARGET], USAGE, ["--user-agent"]),
    (["--contact", "a\r\nX-Injected: b", TARGET], USAGE, ["--contact"]),
    ([], USAGE, ["target"]),
]


@pytest.mark.parametrize("arguments,code,words", OPTIONS,
                         ids=[" ".join(o[0])[:50] for o in OPTIONS])
def test_option(program, arguments, code, words):
    result = program.scan(*arguments)
    assert result.code == code, result.errors
    assert result.stdout == b""
    for word in words:
        assert word in result.errors, result.errors
    assert len(result.errors.splitlines()) <= 3, "a message, not a manual"


@pytest.mark.parametrize("arguments", [["scam"], ["--scan"], []], ids=["scam", "--scan", "nothing"])
def test_subcommand(program, arguments):
    result = program.run(*arguments)
    assert result.code == USAGE
    assert "scan" in result.errors or "--help" in result.errors


def test_help_and_version_are_results(program):
    for arguments in (["--help"], ["scan", "--help"], ["--version"], ["explain", "--help"]):
        result = program.run(*arguments)
        assert result.code == 0 and result.stdout and not result.stderr, arguments
    assert "8 requests" in program.run("scan", "--help").text, "the budget is stated"


def without_privilege():
    """Modes of files do not hold root back, unless it gives these rights up."""
    if os.geteuid() != 0:
        return ()
    return ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")


@pytest.mark.parametrize("make", ["missing", "folder", "forbidden"])
def test_list_cannot_be_read(program, exchange, tmp_path, make):
    """Also with other targets that are fine: nothing is sent."""
    path = tmp_path / "list.txt"
    if make == "folder":
        path.mkdir()
    if make == "forbidden":
        path.write_text("x\n")
        path.chmod(0)
    result = program.scan("-l", path, "%s:%d" % (exchange.address, exchange.port),
                          wrap=without_privilege())
    assert result.code == INPUT, result.errors
    assert str(path) in result.errors
    assert not exchange.log.connections


@pytest.mark.parametrize("text", [b"", b"\n\n", b"# nothing\n", b"\xef\xbb\xbf", b"bad/line\n"])
def test_list_without_targets(program, tmp_path, text):
    """Nothing to scan is a mistake, not a clean result."""
    path = tmp_path / "list.txt"
    path.write_bytes(text)
    result = program.scan("-l", path)
    assert result.code == INPUT, result.errors
    assert str(path) in result.errors


GARBAGE = [b"\0" * 200, b"a" * (1 << 20), b"10.0.0.0/99", b"%s%s%n", b"\x1b[2J", b"-" * 70,
           b"::::::::", b"[", b"]:443", b"host:443:443", b"=", b"a=b"]


@pytest.mark.parametrize("line", GARBAGE, ids=[repr(g[:12]) for g in GARBAGE])
def test_garbage_line_does_not_stop_the_others(program, exchange, tmp_path, line):
    path = tmp_path / "list.txt"
    where = b"%s:%d" % (exchange.address.encode(), exchange.port)
    path.write_bytes(where + b"\n" + line + b"\n")
    result = program.scan("-l", path)
    assert [h["state"] for h in result.hosts] == ["answered"]
    assert "list.txt:2" in result.errors
    assert b"\x1b" not in result.stderr and b"\0" not in result.stderr
    assert max(map(len, result.errors.splitlines())) < 1000


def test_line_without_newline_at_the_end(program, exchange, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("%s:%d" % (exchange.address, exchange.port))
    assert len(program.scan("-l", path).hosts) == 1


@pytest.mark.parametrize("place", ["missing-folder/out", "folder", "/proc/nothing"])
def test_output_cannot_be_made(program, exchange, tmp_path, place):
    (tmp_path / "folder").mkdir()
    result = program.scan("-o", place, "%s:%d" % (exchange.address, exchange.port))
    assert result.code == OUTPUT, result.errors
    assert place in result.errors
    assert not exchange.log.connections, "known before the first request"


def test_read_only_output(program, exchange, tmp_path):
    path = tmp_path / "out"
    path.write_text("")
    path.chmod(0o400)
    result = program.scan("-o", path, "%s:%d" % (exchange.address, exchange.port),
                          wrap=without_privilege())
    assert result.code == OUTPUT and str(path) in result.errors


def test_results_are_not_overwritten(program, exchange, tmp_path):
    """What an earlier run found is not lost by running again."""
    path = tmp_path / "out.jsonl"
    where = "%s:%d" % (exchange.address, exchange.port)
    assert program.scan("-o", path, where).code == 0
    before = path.read_bytes()
    result = program.scan("-o", path, where)
    assert result.code == OUTPUT, result.errors
    assert "--fresh" in result.errors
    assert path.read_bytes() == before
    assert program.scan("-o", path, "--fresh", where).code == 0
    assert path.read_bytes() != before


BROKEN = [
    ("builds.json", lambda t: t.replace('"build"', '"biuld"', 1), "builds.json"),
    ("builds.json", lambda t: t[:len(t) // 2], "builds.json"),
    ("cves.json", lambda t: t.replace('"CVE-', '"CFE-', 1), "cves.json"),
    ("cves.json", lambda t: "", "cves.json"),
    ("builds.json", None, "builds.json"),
    ("paths.json", lambda t: t.replace("\"/owa/auth/", "\"/owa/../", 1), "paths.json"),
    ("paths.json", lambda t: t.replace(".aspx\"", ".aspx?cmd=x\"", 1), "paths.json"),
    ("signatures.yar", lambda t: t + "\nrule x { condition: $a }\n", "signatures.yar"),
    ("signatures.yar", lambda t: "include \"/etc/passwd\"\n" + t, "signatures.yar"),
    ("scripts.json", lambda t: t.replace("\"sha256\": \"", "\"sha256\": \"z", 1), "scripts.json"),
]


@pytest.fixture
def data_dir(root, tmp_path):
    """A copy of the shipped set, to break."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in os.listdir(os.path.join(root, "targets")):
        if name.endswith((".json", ".yar")):
            with open(os.path.join(root, "targets", name), "rb") as f:
                (folder / name).write_bytes(f.read())
    return folder


@pytest.mark.parametrize("name,change,word", BROKEN)
def test_broken_data(program, data_dir, exchange, name, change, word):
    path = data_dir / name
    if change:
        path.write_text(change(path.read_text()))
    else:
        path.unlink()
    result = program.scan("--data", data_dir, "%s:%d" % (exchange.address, exchange.port),
                          backdoor=True)
    assert result.code == CONFIG, result.errors
    assert word in result.errors
    assert not exchange.log.connections
    assert program.run("data", "verify", data_dir).code == CONFIG


def test_shipped_data_is_sound(program, data_dir):
    assert program.run("data", "verify", data_dir).code == 0
    assert program.scan("--data", data_dir, "--max-time", "2", TARGET).code == 0


def test_explain_of_nonsense(program):
    for build in ("nonsense", "15", "15.2", "15.2.1748.43.1", "15.2.99999999999.1", ""):
        result = program.run("explain", build)
        assert result.code in (USAGE, INPUT), (build, result.errors)
        assert not result.stdout
