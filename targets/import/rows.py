# SPDX-License-Identifier: MIT
"""The files of targets/: read, changed in memory, shown as a difference, and written only as a
whole set that the program itself has accepted."""
import difflib
import json
import os
import shutil
import subprocess
import tempfile

import names
from trouble import Trouble

FILES = ("advice.json", "aliases.json", "builds.json", "cves.json", "devices.json",
         "lifecycle.json", "limits.json", "mail_names.json", "meta.json", "origins.json",
         "paths.json", "rules.json", "scripts.json", "signatures.yar", "sources.json")
VERIFY_S = 60


def dump(rows):
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"


class Set:
    """A set; a file that was read can be changed."""

    def __init__(self, folder):
        self.folder, self._text, self._rows = folder, {}, {}

    def __getitem__(self, name):
        if name not in self._rows:
            path = os.path.join(self.folder, name + ".json")
            try:
                with open(path, encoding="utf-8") as f:
                    self._text[name] = f.read()
                self._rows[name] = json.loads(self._text[name])
            except (OSError, ValueError) as e:
                raise Trouble("%s: %s" % (path, e)) from e
            if dump(self._rows[name]) != self._text[name]:
                raise Trouble("%s: is not written a row a line" % path)
        return self._rows[name]

    @property
    def meta(self):
        return self["meta"][0]

    def forget(self, name):
        """Leave a file as it is."""
        self._rows.pop(name, None)

    def sort(self):
        """Into the order that the loader asks for."""
        for name, key in (("builds", lambda r: names.parse_build(r["build"])),
                          ("cves", lambda r: tuple(map(int, r["cve"].split("-")[1:]))),
                          ("sources", lambda r: r["id"])):
            if name in self._rows:
                self._rows[name].sort(key=key)

    def changed(self):
        return sorted(n for n in self._rows if dump(self._rows[n]) != self._text[n])

    def difference(self):
        """The lines that go and come, file by file."""
        out = []
        for name in self.changed():
            out.append("%s.json:" % name)
            before, after = self._text[name].splitlines(), dump(self._rows[name]).splitlines()
            out += ["  %s %s" % (line[0], line[1:].rstrip(","))
                    for line in difflib.unified_diff(before, after, n=0, lineterm="")
                    if line[:1] in "+-" and line[:3] not in ("+++", "---")
                    and line[1:].rstrip(",") not in ("[", "]")]
        return _drop_commas(out)

    def write(self, program):
        """Write what changed, when @program accepts the set that it makes."""
        with tempfile.TemporaryDirectory() as folder:
            for name in FILES:
                shutil.copy(os.path.join(self.folder, name), folder)
            for name in self.changed():
                with open(os.path.join(folder, name + ".json"), "w", encoding="ascii") as f:
                    f.write(dump(self._rows[name]))
            try:
                done = subprocess.run([program, "data", "verify", folder], check=False,
                                      timeout=VERIFY_S, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            except (OSError, subprocess.TimeoutExpired) as e:
                raise Trouble("%s: %s" % (program, e)) from e
            if done.returncode != 0:
                said = done.stderr.decode("utf-8", "replace").strip().replace(folder + "/", "")
                raise Trouble("the set would not load, and nothing was written: %s" % said)
            for name in self.changed():
                _replace(os.path.join(folder, name + ".json"),
                         os.path.join(self.folder, name + ".json"))


def _replace(new, old):
    beside = old + ".new"
    shutil.copyfile(new, beside)
    os.replace(beside, old)


def _drop_commas(lines):
    """A row that only got or lost its comma is the same row."""
    kept = []
    for line in lines:
        twin = ("  +" if line.startswith("  -") else "  -") + line[3:]
        if line.startswith("  ") and twin in kept:
            kept.remove(twin)
        else:
            kept.append(line)
    return kept
