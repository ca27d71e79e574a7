# SPDX-License-Identifier: MIT
"""The library as another program meets it: installed, found by pkg-config, one header, and the same
answers as the program's."""
import json
import os
import re
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.skipif(not shutil.which("pkg-config"), reason="pkg-config is missing")
FLAGS = ("-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror")


class Installed:
    """What `meson install` makes of the build folder, in a root of its own."""

    def __init__(self, exprobe_path, root, folder):
        self.root, self.folder = root, folder
        build = os.path.dirname(os.path.dirname(os.path.dirname(exprobe_path)))
        self.dest = str(folder / "dest")
        run("meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", self.dest)
        found = [os.path.join(d, n) for d, _, names in os.walk(self.dest) for n in names]
        pc, = [f for f in found if f.endswith("/libexprobe.pc")]
        self.header, = [f for f in found if f.endswith(".h")]
        self.libdir = os.path.dirname(os.path.dirname(pc))
        self.sanitized = "__asan_init" in run("nm", "-D", self.library()) or \
            "__tsan_init" in run("nm", "-D", self.library())
        env = {**os.environ, "PKG_CONFIG_LIBDIR": os.path.dirname(pc),
               "PKG_CONFIG_SYSROOT_DIR": self.dest}
        self.flags = run("pkg-config", "--cflags", "--libs", "libexprobe", env=env).split()

    def library(self):
        return os.path.join(self.libdir, "libexprobe.so.0")

    def build(self, name):
        """A program of tests/library, built as its first lines say."""
        if self.sanitized:
            pytest.skip("a library with a sanitizer wants a program with one")
        out = str(self.folder / name)
        source = os.path.join(self.root, "tests", "library", name + ".c")
        run("cc", *FLAGS, "-o", out, source, *self.flags)
        return out


def run(*argv, env=None):
    done = subprocess.run(argv, check=False, env=env, stdin=subprocess.DEVNULL, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, (argv, done.stdout, done.stderr)
    return done.stdout.decode()


@pytest.fixture(scope="module")
def installed(exprobe_path, root, tmp_path_factory):
    return Installed(exprobe_path, root, tmp_path_factory.mktemp("library"))


@pytest.fixture
def call(installed, program, tmp_path):
    """call(program of tests/library, arguments): exit code, output, errors."""
    def of(name, *arguments):
        env = program.environment({"LD_LIBRARY_PATH": installed.libdir})
        done = subprocess.run([installed.build(name), *arguments], env=env, cwd=tmp_path,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False, timeout=100)
        return done.returncode, done.stdout.decode(), done.stderr.decode()
    return of


def test_only_what_the_header_promises(installed):
    """Every function of the header is there, and not one symbol more."""
    with open(installed.header, encoding="utf-8") as f:
        text = re.sub(r"/\*.*?\*/|typedef[^;]*;", "", f.read(), flags=re.S)
    declared = set(re.findall(r"\b(exprobe_\w+)\(", text))
    symbols = run("nm", "-D", "--defined-only", installed.library()).splitlines()
    exported = {line.split()[-1].split("@")[0] for line in symbols if " A " not in line}
    assert exported == declared and len(declared) > 20


def test_every_function_is_described(installed):
    with open(installed.header, encoding="utf-8") as f:
        blocks = re.split(r"\n\n", f.read())
    bare = [b for b in blocks if re.search(r"^\w[^;]*\bexprobe_\w+\([^;]*\);", b, re.M | re.S)
            and "/**" not in b]
    assert [re.findall(r"(exprobe_\w+)\(", b) for b in bare] == [["exprobe_data_free"],
                                                                ["exprobe_host_free"]]


@pytest.mark.parametrize("compiler", [("cc", "-std=c99", "-x", "c"),
                                      ("c++", "-std=c++11", "-x", "c++")])
def test_header_stands_alone(installed, compiler):
    if not shutil.which(compiler[0]):
        pytest.skip(compiler[0] + " is not installed")
    run(*compiler, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", installed.header)


def test_no_other_header_is_installed(installed):
    headers = [n for _, _, names in os.walk(installed.dest) for n in names if n.endswith(".h")]
    assert headers == ["exprobe.h"]


def stored(exchange, path, folder, name):
    """An answer, as curl -i prints it."""
    url = "https://%s:%d%s" % (exchange.address, exchange.port, path)
    (folder / name).write_text(run("curl", "-s", "-i", "-k", "--raw", "--path-as-is", url))
    return name


def test_stored_answers(call, program, exchange, tmp_path):
    """They say to the library what they say to a scan."""
    paths = ["/EWS/Exchange.asmx", "/autodiscover/autodiscover.xml", "/bdfghowajkmnecpqst/x"]
    arguments = [stored(exchange, "/owa/auth/logon.aspx?replaceCurrent=1", tmp_path, "logon")]
    for i, path in enumerate(paths):
        arguments += ["-" if "bdfgh" in path else path, stored(exchange, path, tmp_path, str(i))]
    where = "%s:%d" % (exchange.address, exchange.port)
    code, out, errors = call("judge", where, *arguments)
    assert code == 0 and not errors
    record = json.loads(out.splitlines()[-1])
    day = json.loads(program.run("data", "show", "--json").text)["date"]
    host = program.scan("--fingerprint-only", "--as-of", day, where).hosts[0]
    assert host["exchange"]["build"]["exact"] == "15.2.1748.10"
    for member in ("present", "product", "cu", "update", "build"):
        assert record["exchange"][member] == host["exchange"][member], member
    assert record["patch"] == host["patch"] and record["support"] == host["support"]
    assert "present yes\nbuild 15.2.1748.10 (exact)\npatch missing-updates\n" in out
    assert set(re.findall(r"^  (CVE-\S+)$", out, re.M)) == set(host["patch"]["missing"])


def test_an_answer_that_is_none(call, tmp_path):
    (tmp_path / "answer").write_bytes(b"SSH-2.0-OpenSSH_9.2\r\n")
    code, out, errors = call("judge", "mail.example.com", "answer")
    assert code == 65 and not out and "status line" in errors


def test_scan(call, program, fleet):
    """Record by record what `exprobe scan` writes."""
    servers = [fleet.add_case(n) for n in ("gen-2019-cu15-rtm", "fp-iis-default",
                                           "front-f5-ltm-cookie")]
    targets = ["%s:%d" % (s.address, s.port) for s in servers] + ["127.0.0.1:9 client=acme"]
    options = ["no-backdoor", "fingerprint-only", "rate=50"]
    code, out, errors = call("scan", *options, "--", *targets)
    assert code == 0 and not errors
    records = [json.loads(line) for line in out.splitlines()]
    assert [r["type"] for r in records] == ["run"] + ["host"] * 4 + ["end"]
    theirs = program.run("scan", *["--" + o for o in options], *targets).records
    by_target = {r["target"]: r for r in theirs[1:-1]}
    same = ("exchange", "patch", "support", "state", "tags", "severity")
    for r in records[1:-1]:
        assert {k: r[k] for k in same} == {k: by_target[r["target"]][k] for k in same}
    assert records[-1]["states"] == theirs[-1]["states"] and records[-1]["coverage"] == 0.75


def test_a_list_and_its_bad_lines(call, fleet, tmp_path):
    server = fleet.add_case("fp-iis-default")
    (tmp_path / "hosts").write_text("no target = here\n%s:%d\n" % (server.address, server.port))
    code, out, errors = call("scan", "no-backdoor", "list=hosts", "--")
    assert code == 0 and "hosts:1" in errors
    assert json.loads(out.splitlines()[-1])["bad_lines"] == 1


def test_stop(call, fleet):
    """From a callback, in the middle: what is in flight ends, the last record is written."""
    quick, tarpit = fleet.add_case("fp-iis-default"), fleet.add_case("trap-tarpit")
    where = ["%s:%d" % (s.address, s.port) for s in (quick, tarpit)]
    code, out, errors = call("scan", "-n", "1", "no-backdoor", "--", *where)
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 75 and "stopped" in errors
    assert records[-1]["interrupted"] is True
    assert sorted(r["state"] for r in records[1:-1]) == ["answered", "interrupted"]


@pytest.mark.parametrize("wrong,code", [(["rate=many"], 64), (["output=x"], 64),
                                        (["list=nowhere"], 65), (["cacert=nowhere"], 65),
                                        ([], 64)])
def test_what_cannot_be_used(call, wrong, code):
    got, out, errors = call("scan", *wrong, "--", *(["127.0.0.1:9"] if wrong else []))
    assert got == code and errors and not out


def test_scope_holds(call, exchange, tmp_path):
    """The promises of a scan are those of the library: nobody out of scope is contacted."""
    (tmp_path / "scope").write_text("*.acme.example\n")
    code, out, errors = call("scan", "scope=scope", "request-log=log", "no-backdoor", "--",
                             "%s:%d" % (exchange.address, exchange.port))
    hosts = [json.loads(line) for line in out.splitlines() if '"type":"host"' in line]
    assert code == 0 and not errors.startswith("scan: --")
    assert [h["state"] for h in hosts] == ["out-of-scope"]
    assert not exchange.log.connections and (tmp_path / "log").exists()
