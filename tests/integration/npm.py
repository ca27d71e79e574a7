# SPDX-License-Identifier: MIT
"""Checkers that only npm has. Without npm, or its registry, a test that wants one is skipped."""
import os
import shutil
import subprocess

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.environ.get("TESTS_NPM", os.path.join(ROOT, "build-npm"))
INSTALL_S = 240


def package(name, version):
    """The folder of an npm package, installed once."""
    where = os.path.join(FOLDER, "node_modules", *name.split("/"))
    if os.path.isdir(where):
        return where
    if not shutil.which("npm"):
        pytest.skip("npm is not installed, and %s comes from there" % name)
    os.makedirs(FOLDER, exist_ok=True)
    done = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix",
                           FOLDER, "%s@%s" % (name, version)], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=INSTALL_S, check=False)
    if done.returncode != 0 or not os.path.isdir(where):
        pytest.skip("npm cannot install %s: %s" % (name, done.stderr.decode()[-200:]))
    return where
