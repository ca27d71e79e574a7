#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Targets of a build folder that are installed: meson introspect --installed | targets.py FOLDER"""
import json
import os
import sys

folder = sys.argv[1]
for built in json.load(sys.stdin):
    if built.startswith(folder + os.sep) and not built.endswith((".pc", ".service")):
        print(os.path.relpath(built, folder))
