# SPDX-License-Identifier: MIT
"""What the README tells a user to type works.

A code block after the comment <!-- runnable --> is run as one script by
bash -e in the root of the repository, with exprobe in PATH and files in a
folder of its own as $TMPDIR; after <!-- runnable exit=2 --> it must end with that code.
Where a block has lines that begin with "$ ", these are the commands, the others what they print.
"""
import os
import re
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
