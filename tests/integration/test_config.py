# SPDX-License-Identifier: MIT
"""Configuration: what is set where, who wins, and what is said when it is wrong."""
import os
import subprocess

import pytest

USAGE, CONFIG = 64, 78


def where(server):
    return "%s:%d" % (server.address, server.port)


@pytest.fixture
def user_file(program):
    """Write $XDG_CONFIG_HOME/exprobe/config."""
    def write(text):
        folder = os.path.join(program.folder, "config", "exprobe")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "config")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, 0o644)
        return path
    return write


def options(program, command, *args, **kwargs):
    """{option: [record, ...]} of `config --show --json`."""
    result = program.run("config", "--show", "--json", command, *args, **kwargs)
    assert result.code == 0, result.errors
    found = {}
    for record in result.records:
        assert record["command"] == command
        found.setdefault(record["option"], []).append(record)
    return found


def agents(server):
    return {r.header("user-agent") for r in server.log.requests}


def test_a_scan_obeys_the_file(program, user_file, exchange):
    user_file("contact = security@example.test\n[scan]\nno-backdoor = true\nquiet = true\n")
    result = program.run("scan", where(exchange))
    assert result.code == 0 and result.stderr == b""
    assert len(agents(exchange)) == 1 and "security@example.test" in agents(exchange).pop()
    assert result.hosts[0]["backdoor"]["state"] == "not-assessed"


def test_flag_over_environment_over_file(program, user_file, exchange):
    user_file("contact = file\n")
    env = {"EXPROBE_CONTACT": "environment"}
    for args, extra, word in ((["--contact", "flag"], env, "flag"), ([], env, "environment"),
                              ([], {}, "file")):
        del exchange.log.requests[:]
        program.scan(*args, where(exchange), env=extra)
        assert len(agents(exchange)) == 1 and "(%s)" % word in agents(exchange).pop()
    del exchange.log.requests[:]
    program.scan("--no-contact", where(exchange), env=env)
    assert not any("(" in agent for agent in agents(exchange))


def test_naming_a_target_is_not_naming_the_list(program, user_file, fleet, exchange):
    other = fleet.add_case("gen-2019-cu15-rtm")
    with open(os.path.join(program.folder, "hosts"), "w", encoding="utf-8") as f:
        f.write(where(other) + "\n")
    user_file("list = %s\n" % os.path.join(program.folder, "hosts"))
    program.scan(where(exchange))
    assert exchange.log.connections and not other.log.connections
    program.scan()
    assert other.log.connections


def test_names_of_files_begin_at_the_file(program, user_file, exchange):
    """Not in the folder where the sweep is begun, which may be anybody's."""
    path = user_file("[scan]\nlist = hosts\n")
    with open(os.path.join(os.path.dirname(path), "hosts"), "w", encoding="utf-8") as f:
        f.write(where(exchange) + "\n")
    with open(os.path.join(program.folder, "hosts"), "w", encoding="utf-8") as f:
        f.write("127.0.0.1:1\n")
    assert [h["target"] for h in program.scan().hosts] == [where(exchange)]


def test_the_working_directory_is_not_read(program, exchange):
    for name in ("config", "exprobe.conf", ".exprobe", "exprobe/config", ".config/exprobe/config"):
        path = os.path.join(program.folder, "cwd", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write("nonsense\n")
    inside = ("sh", "-c", 'cd cwd && exec "$0" "$@"')
    env = {"XDG_CONFIG_HOME": "", "HOME": "."}
    assert program.scan(where(exchange), env=env, wrap=inside).code == 0


@pytest.mark.parametrize("text,says", [
    ("\nexclude-fiel = x\n", "config/exprobe/config:2: exclude-fiel: no option is called so"),
    ("rate = fast\n", 'config:1: rate = "fast": give a whole number'),
    ("rate = 5\nrate = 6\n", 'config:2: rate = "6": was set before'),
    ("[scna]\n", "config:1: [scna]: no command is called so"),
    ("dns-servers = nonsense\n", "config:1: --dns-servers nonsense: not a list"),
    ("contact = \u00fcber\n", "config:1: --contact: give printable ASCII"),
    ("fail-on = terrible\n", "config:1: --fail-on terrible: neither a severity"),
    ("resolve = nonsense\n", "config:1: --resolve"),
])
def test_what_is_wrong_stops_before_any_contact(program, user_file, exchange, text, says):
    user_file(text)
    result = program.scan(where(exchange))
    assert result.code == CONFIG and says in result.errors, result.errors
    assert not exchange.log.connections and result.stdout == b""


def test_a_mistyped_variable_stops_before_any_contact(program, exchange):
    result = program.scan(where(exchange), env={"EXPROBE_HOST_DELAYS": "5"})
    assert result.code == CONFIG and '"EXPROBE_HOST_DELAYS"' in result.errors
    assert not exchange.log.connections


def test_a_file_that_everybody_may_write_to(program, user_file, exchange):
    os.chmod(user_file("rate = 5\n"), 0o666)
    result = program.scan(where(exchange))
    assert result.code == CONFIG and "everybody may write to it" in result.errors
    assert not exchange.log.connections
    assert program.scan("--no-config", where(exchange)).code == 0


def test_a_file_that_cannot_be_read_is_not_passed_over(program, user_file):
    path = user_file("rate = 5\n")
    os.unlink(path)
    assert program.run("explain", "15.2.1748.43").code == 0
    os.symlink("config", path)   # leads to itself
    result = program.run("explain", "15.2.1748.43")
    assert result.code == CONFIG and path in result.errors


def test_help_needs_no_good_configuration(program, user_file):
    user_file("nonsense\n")
    for args in (["--help"], ["scan", "--help"], ["config", "-h"]):
        result = program.run(*args, env={"EXPROBE_NONSENSE": "1"})
        assert result.code == 0 and result.stderr == b""


def test_version_names_the_data_that_are_used(program, user_file, root):
    user_file("data = %s\n" % os.path.join(root, "targets"))
    assert program.run("--version").code == 0
    user_file("data = %s\n" % os.path.join(program.folder, "nowhere"))
    assert program.run("--version").code != 0
    assert program.run("--version", "--no-data").code == 0


def test_show_names_every_source(program, user_file):
    path = user_file("concurrency = 7\ntimeout = 2.5\n\nrules = a.yar\nrules = /b.yar\n"
                     "[plan]\nconcurrency = 8\n")
    named = os.path.join(program.folder, "named")
    with open(named, "w", encoding="utf-8") as f:
        f.write("[scan]\nrate = 5\n")
    shown = options(program, "scan", "--config", named, env={"EXPROBE_DEEP": "true"})
    facts = {name: [(r["value"], r["source"], r.get("file"), r.get("line")) for r in records]
             for name, records in shown.items()}
    assert facts["concurrency"] == [(7, "file", path, 1)]
    assert facts["timeout"] == [("2500ms", "file", path, 2)]
    assert facts["rules"] == [(os.path.join(os.path.dirname(path), "a.yar"), "file", path, 4),
                              ("/b.yar", "file", path, 5)]
    assert facts["rate"] == [(5, "file", named, 2)]
    assert facts["deep"] == [(True, "environment", None, None)]
    assert facts["retries"] == [(1, "built-in", None, None)]
    assert facts["proxy"] == [(None, "built-in", None, None)]
    assert shown["retries"][0]["variable"] == "EXPROBE_RETRIES"
    assert shown["fresh"][0]["settable"] == "command-line" and "variable" not in shown["fresh"][0]
    plan = options(program, "plan", "--config", named)
    assert plan["concurrency"][0]["value"] == 8
    assert plan["rate"][0]["value"] == 5, "plan says what scan would do"


def test_show_has_every_option_of_help(program):
    for command in ("scan", "plan", "report", "diff", "explain", "data", "config"):
        text = program.run(command, "--help").text
        listed = {word for line in text.splitlines() if line.startswith("  ")
                  for word in line.split()[:3] if word.startswith("--")}
        assert {"--" + name for name in options(program, command)} == listed, command


def test_what_is_shown_can_be_read_again(program, user_file):
    awkward = ["a # b", '"quoted" \\', " blanks ", "#first", "plain, words = 5"]
    lines = ['contact = "%s"' % awkward[4], "rate = 9", "deep = true", "max-time = 90",
             "progress = json", "[report]", "format = html", "output = r.html"]
    lines[:0] = ['list = "/%s"' % text.replace("\\", "\\\\").replace('"', '\\"')
                 for text in awkward]
    user_file("\r\n".join(lines))
    env = {"EXPROBE_KNOWN_GOOD": "good.json", "EXPROBE_RULES": "a.yar\nb c.yar"}
    before = program.run("config", "--show", env=env)
    assert before.code == 0, before.errors
    copy = os.path.join(program.folder, "copy")
    with open(copy, "wb") as f:
        f.write(before.stdout)

    def values(command, *args, **kwargs):
        return {name: [r["value"] for r in records]
                for name, records in options(program, command, *args, **kwargs).items()
                if name != "config"}
    for command in ("scan", "plan", "report", "explain"):
        first = values(command, env=env)
        again = values(command, "--no-config", "--config", copy)
        for name in ("known-good", "rules"):   # the copy lies elsewhere
            for both in (first, again):
                both[name] = [v and os.path.basename(v) for v in both.get(name, [])]
        assert first == again
    assert [v[1:] for v in values("scan")["list"]] == awkward


def test_show_says_which_files_were_read(program, user_file):
    path = user_file("rate = 5\n")
    text = program.run("config", "--show", "scan").text
    assert "# %s: read\n" % path in text
    assert "# /etc/exprobe/config: " in text
    assert "# %s:1\n" % path in [line for line in text.splitlines(True) if "rate =" in line][0]
    assert "/etc/exprobe" not in program.run("config", "--show", "--no-config").text


def test_config_without_show_and_of_no_command(program):
    assert program.run("config").code == USAGE
    assert program.run("config", "--show", "scna").code == USAGE


def namespace_works():
    return subprocess.run(["unshare", "-rm", "true"], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


@pytest.mark.skipif(not namespace_works(), reason="mount namespaces are not permitted here")
def test_the_file_of_the_system_is_the_last(program, user_file):
    """/etc of a mount namespace, which nobody else sees."""
    etc = os.path.join(program.folder, "etc", "exprobe")
    os.makedirs(etc)
    with open(os.path.join(etc, "config"), "w", encoding="utf-8") as f:
        f.write("rate = 5\nconcurrency = 6\n")
    user_file("concurrency = 7\n")
    inside = ("unshare", "-rm", "sh", "-c", 'mount --bind etc /etc && exec "$0" "$@"')
    shown = options(program, "scan", wrap=inside)
    assert (shown["rate"][0]["value"], shown["rate"][0]["file"]) == (5, "/etc/exprobe/config")
    assert shown["concurrency"][0]["value"] == 7
