# SPDX-License-Identifier: MIT
"""The man pages say what the program does: every command, option, default, exit code, member."""
import json
import re
import shutil
import subprocess

import pytest

PAGES = ["exprobe.1", "exprobe-sweep.1", "exprobe-config.5", "exprobe-jsonl.5"]
needs_mandoc = pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")


def shown(dist, page):
    """A page as a reader sees it, each run of blanks as one."""
    done = subprocess.run(["mandoc", "-Tascii", "-O", "width=200", dist.path(page)], check=True,
                          stdout=subprocess.PIPE)
    return re.sub(r".\x08", "", done.stdout.decode())


def one_line(text):
    return re.sub(r"\s+", " ", text)


@needs_mandoc
@pytest.mark.parametrize("page", PAGES)
def test_lint(dist, page):
    """Nothing to complain of, but that a page it refers to is not installed on this machine."""
    done = subprocess.run(["mandoc", "-Tlint", dist.path(page)], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    said = [line for line in done.stdout.decode().splitlines()
            if "referenced manual not found" not in line]
    assert not said, "\n".join(said)


@pytest.mark.parametrize("page", PAGES)
def test_no_placeholder_is_left(dist, page):
    assert not re.search(r"@[A-Z_]+@", dist.text(page))


def test_help_has_every_option_of_the_table(program, dist):
    for command in dist.commands:
        help_text = program.run(command, "--help").text
        listed = set(re.findall(r"^  (?:-\w, |    )--([\w-]+)", help_text, re.M))
        assert listed == {o["name"] for o in dist.options(command)}, command
        for o in dist.options(command):
            letter = "-%s, " % o["letter"] if o["letter"] else "    "
            assert "  %s--%s%s" % (letter, o["name"], " " + o["arg"] if o["arg"] else "") \
                in help_text, (command, o["name"])


def test_help_names_every_command(program, dist):
    listed = re.findall(r"^  (\w+) ", program.run("--help").text, re.M)
    assert listed == dist.commands


@needs_mandoc
def test_page_has_every_option(dist):
    text = shown(dist, "exprobe.1")
    options = text[text.index("\nOPTIONS"):text.index("\nENVIRONMENT")]
    found = re.findall(r"^     (?:-\w, )?(--[^\n]*?)(?:  +|\n)((?: {6,}[^\n]*\n|[^\n]*\n)*?)"
                       r"(?=\n|$)", options, re.M)
    for o in dist.table["options"]:
        head = "--%s%s" % (o["name"], " " + o["arg"] if o["arg"] else "")
        said = [one_line(text) for name, text in found if name == head]
        assert any(says_all(o, text, dist.commands) for text in said), (head, said)


def says_all(o, said, commands):
    """One name may have a row for each of several commands."""
    if o["type"] in ("number", "duration") and "Default " not in said:
        return False
    if o["type"] == "number" and \
            "Default %d; from %d to %d." % (o["default"], o["min"], o["max"]) not in said:
        return False
    if set(o["commands"]) == set(commands):
        return " For " not in said
    names = re.search(r"For ((?:\w+(?:, | and )?)+)\.", said)
    return bool(names) and set(re.split(", | and ", names[1])) == set(o["commands"])


@needs_mandoc
def test_config_page_has_every_setting(dist):
    """And what `config --show` prints, which is what a file may hold."""
    page = dist.text("exprobe-config.5")
    listed = re.findall(r"^\.It Ic (\S+) = ", page, re.M)
    assert listed == [o["name"] for o in dist.table["options"]
                      if o["settable"] in ("anywhere", "section")]
    text = one_line(shown(dist, "exprobe-config.5"))
    left_out = text[text.index("cannot stand in a file:"):].partition(".")[0]
    for o in dist.table["options"]:
        if o["settable"] not in ("anywhere", "section"):
            assert re.search(r"(?<![\w-])%s(?![\w-])" % o["name"], left_out), o["name"]


def test_every_setting_is_taken_from_a_file(program, dist, tmp_path):
    """What the page lists can stand in a file, and what it leaves out cannot."""
    for o in dist.table["options"]:
        (tmp_path / "file").write_text("[%s]\n%s = %s\n" % (o["commands"][0], o["name"],
                                                           example(o)))
        said = program.run("config", "--show", "--config", tmp_path / "file", o["commands"][0])
        fits = o["settable"] in ("anywhere", "section")
        assert (said.code == 0) == fits, (o["name"], said.errors)


def example(o):
    if o["words"]:
        return o["words"][0]
    return {"flag": "true", "number": o["max"], "duration": "%dms" % o["max"],
            "day": "2026-01-01"}.get(o["type"], "file")


@needs_mandoc
def test_page_has_every_command_and_exit_code(dist):
    text = shown(dist, "exprobe.1")
    for command in dist.commands:
        assert re.search(r"^     exprobe %s " % command, text, re.M), command
        assert re.search(r"^     %s  " % command, text, re.M), command
    exits = dict(re.findall(r"EX_EXIT_(\w+) = (\d+)", dist.source("src", "cmd", "config.h")))
    codes = text[text.index("\nEXIT STATUS"):text.index("\nEXAMPLES")]
    listed = {n for head in re.findall(r"^     (\d+(?:, \d+)*)", codes, re.M)
              for n in head.split(", ")}
    assert listed == set(exits.values()) | {"130", "143"}


def test_help_has_every_exit_code(program, dist):
    exits = dict(re.findall(r"EX_EXIT_(\w+) = (\d+)", dist.source("src", "cmd", "config.h")))
    said = one_line(program.run("scan", "--help").text)
    said = said[said.index("Exit status:"):]
    assert set(re.findall(r"(?:: |; )(\d+) ", said)) == set(exits.values())


def members(schema, node, found):
    """Every name that may be a member, wherever it stands."""
    if isinstance(node, dict):
        found.update(node.get("properties", {}))
        for value in node.values():
            members(schema, value, found)
    elif isinstance(node, list):
        for value in node:
            members(schema, value, found)
    return found


@pytest.mark.parametrize("name", ["exprobe-1", "exprobe-diff-1"])
def test_page_has_every_member_of_the_schema(dist, name):
    schema = json.loads(dist.source("targets", "schema", name + ".schema.json"))
    page = dist.text("exprobe-jsonl.5")
    paths = re.findall(r"^\.It Va (\S+)$", page, re.M)
    last = {re.split(r"[.\[\]]+", p.rstrip("[]"))[-1] for p in paths}
    assert members(schema, schema, set()) <= last


@needs_mandoc
def test_every_member_of_a_record_is_in_the_page(program, dist, exchange):
    """Of real records, with their whole path."""
    page = dist.text("exprobe-jsonl.5")
    listed = set(re.findall(r"^\.It Va (\S+)$", page, re.M))

    def paths(value, prefix):
        if isinstance(value, dict):
            for k, v in value.items():
                path = "%s.%s" % (prefix, k) if prefix else k
                yield path
                if path != "tags":
                    yield from paths(v, path)
        elif isinstance(value, list):
            for v in value:
                yield from paths(v, prefix + "[]")

    where = "%s:%d" % (exchange.address, exchange.port)
    for record in program.scan("--deep", where).records:
        missing = set(paths(record, "")) - listed
        assert not missing, (record["type"], missing)
