# SPDX-License-Identifier: MIT
"""What is wrong with an input: collected, so that one run names everything."""


class Trouble(Exception):
    """The whole input cannot be read."""


class Report:
    """Errors, each with its place, and what a person has to look at."""

    def __init__(self):
        self.errors, self.notes = [], []

    def error(self, where, text):
        self.errors.append("%s: %s" % (where, text) if where else text)

    def note(self, where, text):
        self.notes.append("%s: %s" % (where, text) if where else text)
