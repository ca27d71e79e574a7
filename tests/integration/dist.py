# SPDX-License-Identifier: MIT
"""What is built beside the program and installed with it: pages, completions, units."""
import json
import os

import pytest


class Dist:
    def __init__(self, exprobe_path, root):
        self.root = root
        self.folder = os.path.join(os.path.dirname(os.path.dirname(exprobe_path)), "dist")
        if not os.path.isdir(self.folder):
            pytest.fail("%s: no such folder; EXPROBE must lie in a build folder" % self.folder)
        self.table = json.loads(self.text("table.json"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def text(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def source(self, *parts):
        with open(os.path.join(self.root, *parts), encoding="utf-8") as f:
            return f.read()

    @property
    def commands(self):
        return [c["name"] for c in self.table["commands"]]

    def options(self, command):
        return [o for o in self.table["options"] if command in o["commands"]]

