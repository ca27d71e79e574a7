# SPDX-License-Identifier: MIT
"""What the README tells a user to type works.

A code block after the comment <!-- runnable --> is run as one script by
bash -e in the root of the repository, with exprobe in PATH and files in a
folder of its own as $TMPDIR; after <!-- runnable exit=2 --> it must end with that code.
Where a block has lines that begin with "$ ", these are the commands, the others what they print.
A block that cannot be run here says who runs it, <!-- run by: tests/run demo -->; there is no
other.
"""
import os
import re
import shlex
import subprocess

import pytest

_BLOCK = re.compile(r"<!-- runnable(?: exit=(\d+))? -->\s*\n```[a-z]*\n(.*?)```", re.S)
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _blocks():
    path = os.path.join(_ROOT, "README.md")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        return [(int(code or 0), text) for code, text in _BLOCK.findall(f.read())]


def _text():
    with open(os.path.join(_ROOT, "README.md"), encoding="utf-8") as f:
        return f.read()


def test_every_block_is_run_by_somebody():
    blocks = re.findall(r"(?:<!-- (.*?) -->\s*\n)?```sh\n(.*?)```", _text(), re.S)
    assert len(blocks) > 5
    for mark, script in blocks:
        if re.fullmatch(r"runnable(?: exit=\d+)?", mark):
            continue
        by = re.fullmatch(r"run by: (\S+)(?: (\w+))?", mark)
        assert by, "nobody runs this:\n" + script
        with open(os.path.join(_ROOT, by[1]), encoding="utf-8") as f:
            who = f.read()
        if by[1] == ".ci/run":
            assert script.strip() in who
        if by[2]:
            assert re.search(r"^step_%s\(\)" % by[2], who, re.M), mark
            who = who[who.index("step_%s()" % by[2]):]
        if "README.md" in who:   # it takes the blocks from there
            continue
        for word in re.findall(r"\b(?:tests|src)/[\w/-]+|(?<=exprobe )\w+", script):
            assert word in who, (mark, word)


def _inline():
    """Commands in the middle of a sentence."""
    found = re.findall(r"(?<!`)`(exprobe(?:-sweep)? [^`]+)`", _text().replace("\n", " "))
    return [c for c in found if "COMMAND" not in c]


@pytest.mark.parametrize("command", _inline())
def test_command_in_a_sentence(program, dist, command):
    """It is a command, and its options are options of it."""
    words = shlex.split(command, comments=True)
    if words[0] == "exprobe-sweep":
        assert re.fullmatch(r"[\w.-]+", words[-1])
        return
    assert words[1] in dist.commands, command
    known = {o["name"] for o in dist.options(words[1])}
    letters = {o["letter"] for o in dist.options(words[1])}
    for word in words[2:]:
        if word.startswith("--"):
            assert word[2:].partition("=")[0] in known, command
        elif word.startswith("-") and word != "-":
            assert word[1] in letters, command
    assert program.run(words[1], "--help").code == 0


def commands(block):
    typed = re.findall(r"^\$ (.*)$", block, re.M)
    return "\n".join(typed) if typed else block


def test_there_is_something_to_run():
    assert _blocks(), "README.md has no block marked as runnable"


@pytest.mark.parametrize("code,script", _blocks(), ids=lambda v: str(v)[:40])
def test_block(program, tmp_path, code, script):
    env = program.environment({"TMPDIR": str(tmp_path)})
    env["PATH"] = os.path.dirname(program.path) + ":" + env["PATH"]
    done = subprocess.run(["bash", "-ec", commands(script)], cwd=_ROOT, env=env, timeout=300,
                          check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    assert done.returncode == code, done.stdout.decode(errors="replace")[-3000:]
