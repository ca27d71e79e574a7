# SPDX-License-Identifier: MIT
"""Completions of bash, zsh and fish: made of the option table, and asked through the shells."""
import os
import shutil
import subprocess

import pytest

_HERE = os.path.dirname(os.path.abspath(__file__))
_BASH = r"""
. "$1"; shift
complete -p exprobe >/dev/null || exit 1
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
_exprobe exprobe "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
exit 0
"""


class Shell:
    """offers(line): what a shell offers for the last word of a line."""

    def __init__(self, name, dist, folder):
        if not shutil.which(name):
            pytest.skip(name + " is not installed")
        self.name, self.dist, self.folder = name, dist, str(folder)
        self.env = {"PATH": os.environ["PATH"], "HOME": self.folder, "TERM": "dumb",
                    "LC_ALL": "C.UTF-8"}

    def run(self, *argv):
        done = subprocess.run(argv, cwd=self.folder, env=self.env, timeout=90, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        assert done.returncode == 0 and not done.stderr, (argv, done)
        return done.stdout.decode().splitlines()

    def offers(self, line):
        words = {"bash": self.bash, "zsh": self.zsh, "fish": self.fish}[self.name](line)
        return {w.rstrip("/=") for w in words}

    def bash(self, line):
        """As readline calls the function: = is a word of its own."""
        words = [w for part in line.split(" ") for w in part.replace("=", "\n=\n").split("\n")
                 if w or not part]
        return self.run("bash", "--norc", "-c", _BASH, "test", self.dist.path("exprobe"),
                        *words, *([""] if line.endswith("=") else []))

    def zsh(self, line):
        out = os.path.join(self.folder, ".found")
        self.run("zsh", "-f", os.path.join(_HERE, "complete.zsh"), self.dist.folder, line, out)
        with open(out, encoding="utf-8") as f:
            return [w.rstrip("\n") for w in f if w != "=done\n"]

    def fish(self, line):
        script = 'source $argv[1]; complete -C "$argv[2]"'
        lines = self.run("fish", "--no-config", "-c", script, self.dist.path("exprobe.fish"), line)
        return [w.split("\t")[0].rpartition("=")[2] for w in lines]


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request, dist, tmp_path):
    made = Shell(request.param, dist, tmp_path)
    (tmp_path / "sweep.jsonl").touch()
    (tmp_path / "sweeps").mkdir()
    return made


def test_syntax(shell):
    name = {"bash": "exprobe", "zsh": "_exprobe", "fish": "exprobe.fish"}[shell.name]
    shell.run(shell.name, "-n", shell.dist.path(name))


def test_commands(shell, dist):
    assert set(dist.commands) <= shell.offers("exprobe ")
    assert {c for c in dist.commands if c.startswith("p")} == shell.offers("exprobe p")


def test_every_option_of_every_command(shell, dist):
    for command in dist.commands:
        offered = {w for w in shell.offers("exprobe %s --" % command) if w.startswith("--")}
        assert offered == {"--" + o["name"] for o in dist.options(command)}, command


def test_words_of_a_choice(shell, dist):
    for o in dist.table["options"]:
        if not o["words"]:
            continue
        for form in ("exprobe %s --%s ", "exprobe %s --%s="):
            assert shell.offers(form % (o["commands"][0], o["name"])) == set(o["words"]), form
    assert shell.offers("exprobe scan --progress p") == {"plain"}


@pytest.mark.parametrize("line", ["exprobe scan --list sw", "exprobe scan --list=sw",
                                  "exprobe scan -l sw", "exprobe report sw",
                                  "exprobe report -f html sw", "exprobe diff sweep.jsonl sw"])
def test_files(shell, line):
    assert {"sweep.jsonl", "sweeps"} <= shell.offers(line)


@pytest.mark.parametrize("line", ["exprobe scan --data sw", "exprobe report --by-client sw"])
def test_folders(shell, line):
    assert shell.offers(line) == {"sweeps"}


@pytest.mark.parametrize("line", ["exprobe scan --proxy sw", "exprobe scan --rate sw"])
def test_nothing_where_nothing_is_known(shell, line):
    assert not shell.offers(line)


def test_words_of_a_command(shell):
    verbs = {"show", "verify", "update", "rollback", "sign"}
    assert shell.offers("exprobe data ") == verbs
    assert shell.offers("exprobe data up") == {"update"}
    assert {"sweep.jsonl", "sweeps"} <= shell.offers("exprobe data verify sw")


def test_no_options_after_two_dashes(shell):
    if shell.name == "bash":
        assert not shell.offers("exprobe report -- --fo")
