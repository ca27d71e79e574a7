# SPDX-License-Identifier: MIT
"""What option and command tables say, beyond their bare fields. The tables come from table.c."""
import json
import re

_FILES = {"FILE", "PATH", "RESULTS", "OLD", "NEW"}
_FOLDERS = {"DIR"}


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def of_command(table, name):
    return [o for o in table["options"] if name in o["commands"]]


def value_kind(option):
    """What a shell completes after the option: flag, words, file, folder or any."""
    if not option["arg"]:
        return "flag"
    if option["words"]:
        return "words"
    if option["arg"] in _FILES:
        return "file"
    return "folder" if option["arg"] in _FOLDERS else "any"


def operand_words(command):
    """Those of the operands that are typed as they are: "show | verify [DIR]" has two. Those that
    VERB stands for are named at the end of the help, behind a colon."""
    if "VERB" in command["operands"].split():
        return re.findall(r"[a-z-]+", command["help"].rpartition(":")[2])
    heads = [part.split()[0] for part in command["operands"].split("|") if part.split()]
    return [h for h in heads if re.fullmatch(r"[a-z][a-z-]*", h)]


def operand_kind(command):
    """What a shell completes besides these words: file, folder, host or any."""
    values = set(re.findall(r"[A-Z]+", command["operands"]))
    if values & _FILES:
        return "file"
    if values & _FOLDERS:
        return "folder"
    return "host" if "TARGET" in values else "any"


def milliseconds(n):
    return "%g s" % (n / 1000) if n >= 1000 or n == 0 else "%d ms" % n


def limits(option):
    """Default and range of a number or a time, as words; "" for other types."""
    if option["type"] not in ("number", "duration"):
        return ""
    say = milliseconds if option["type"] == "duration" else str
    return "Default %s; from %s to %s." % tuple(say(option[k]) for k in ("default", "min", "max"))
