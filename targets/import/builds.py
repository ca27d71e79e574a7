# SPDX-License-Identifier: MIT
"""Compares published builds with targets/ and makes the rows that are missing. What the published
table does not say and the set does not imply is asked for, never assumed."""
import json
import os
import re

import names
from trouble import Trouble

KNOWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "differences.json")


def product(generation):
    return "Exchange Server " + generation


def branch(build):
    return build[:3]


class Import:
    """One run. @decisions: build -> security level, as the person who runs it said."""

    def __init__(self, targets, source, decisions, report):
        self.targets, self.source, self.report = targets, source, report
        self.decisions = decisions
        self.rows = {names.parse_build(r["build"]): r for r in targets["builds"]}
        self.lives = {r["generation"]: r for r in targets["lifecycle"]}
        self.same = self.known = 0
        self.added, self.steps = [], []
        with open(KNOWN, encoding="utf-8") as f:
            self.differences = {(r["build"], r["field"], r["published"]) for r in json.load(f)}

    def take(self, entries):
        """All entries of one run, of one file or several."""
        seen, new = {}, []
        for entry in entries:
            before = seen.setdefault(entry.build, entry)
            if before is not entry and not self._agree(before, entry):
                continue
            if entry.build in self.rows:
                self._compare(entry)
            elif (names.build_text(entry.build), "build", entry.name) in self.differences:
                self.known += 1
            elif before is entry:
                new.append(entry)
            elif not before.kb:
                before.kb = entry.kb
        for entry in sorted(new, key=lambda e: e.build):
            self._add(entry)
        for build in self.decisions:
            if build not in {names.build_text(e.build) for e in new}:
                self.report.error("", "--level %s: no new build has this number" % build)
        self._finish()

    def _agree(self, a, b):
        """Two entries of one build may not contradict each other, unless targets/ decided that."""
        for field in ("generation", "cu", "update", "released", "kb"):
            x, y = getattr(a, field), getattr(b, field)
            if x is None or y is None or x == y or a.build in self.rows:
                continue
            self.report.error(b.where, "%s: %s is %s here and %s in %s"
                              % (names.build_text(b.build), field, y, x, a.where))
            return False
        return True

    def _compare(self, entry):
        row, text = self.rows[entry.build], names.build_text(entry.build)
        pairs = (("product", product(entry.generation), row["product"]),
                 ("cu", entry.cu, row["cu"]), ("update", entry.update, row["update"]),
                 ("kind", entry.kind, row["kind"]), ("released", entry.released, row["released"]),
                 ("kb", entry.kb, row["kb"]))
        clean = True
        for field, theirs, ours in pairs:
            if theirs == ours or (field == "kb" and theirs is None) or \
                    (field == "released" and len(theirs) == 7 and ours.startswith(theirs)):
                continue
            clean = False
            if (text, field, theirs) in self.differences:
                self.known += 1
            else:
                self.report.error(entry.where, "%s: %s is %s, in targets/ %s: correct the row, or "
                                  "add the difference to %s with the reason"
                                  % (text, field, theirs, ours, os.path.basename(KNOWN)))
        self.same += clean

    def _add(self, e):
        where, text = e.where, names.build_text(e.build)
        if not names.fits(e.build, e.generation):
            return self.report.error(where, "%s cannot be a build of %s"
                                     % (text, product(e.generation)))
        if len(e.released) != 10:
            return self.report.error(where, "%s: the day of the release is not known: %s"
                                     % (text, e.released))
        of_branch = {r["cu"] for b, r in self.rows.items() if branch(b) == branch(e.build)}
        if of_branch and of_branch != {e.cu}:
            return self.report.error(where, "%s is called %s, but builds of its branch are %s"
                                     % (text, e.cu, ", ".join(sorted(of_branch))))
        if e.update and not of_branch:
            return self.report.error(where, "%s: an update of %s, which is in no table" %
                                     (text, e.cu))
        if not e.update and of_branch:
            return self.report.error(where, "%s: %s has another build number already"
                                     % (text, e.cu))
        level, again = self._level(e)
        period = self._period(e)
        if level is None or period is False:
            return None
        row = {"build": text, "product": product(e.generation), "cu": e.cu, "update": e.update,
               "kind": e.kind, "released": e.released, "kb": e.kb, "esu_period": period,
               "security_level": level, "rerelease_of": again, "fixes_only": None, "notes": None,
               "source": [self.source]}
        self.rows[e.build] = row
        self.added.append(row)
        if not e.kb:
            self.steps.append("%s: no KB number was published beside it" % text)
        return None

    def _level(self, e):
        """(security level, what it is the re-release of); (None, None) when it has to be said."""
        text, said = names.build_text(e.build), self.decisions.get(names.build_text(e.build))
        below = [r for b, r in sorted(self.rows.items())
                 if branch(b) == branch(e.build) and b < e.build]
        if e.kind == "hu":
            return below[-1]["security_level"], None   # a hotfix carries what was there before
        again = re.fullmatch(r"(.*)v[2-9]", e.update or "")
        if not again:
            return e.update or e.cu, None
        first = again[1]
        if said in (first, e.update):
            return said, first if said == first else None
        self.report.error(e.where, "%s: does %s carry more fixes than %s? Say --level %s=%s or "
                          "--level %s=%s" % (text, e.update, first, text, e.update, text, first))
        return None, None

    def _period(self, e):
        """The paid period that an update belongs to, None for everybody's, False when unclear."""
        life = self.lives[e.generation]
        if not e.update:
            return None
        end, text = life["extended_end"], names.build_text(e.build)
        if e.cu not in life["serviced_cus"]:
            self.report.error(e.where, "%s: %s gets no updates according to lifecycle.json; is it "
                              "a special package (fixes_only)? Such a row is made by hand"
                              % (text, e.cu))
            return False
        if end is None or e.released <= end:
            return None
        for period in life["esu"]:
            if period["from"] <= e.released <= period["to"] and e.cu in period["cus"]:
                if e.update not in period["updates"]:
                    period["updates"].append(e.update)
                return period["period"]
        self.report.error(e.where, "%s: released %s, after the end of support (%s) and in no paid "
                          "period of lifecycle.json" % (text, e.released, end))
        return False

    def _finish(self):
        self.targets["builds"].extend(self.added)
        meta = self.targets.meta
        newest = max(self.added, key=lambda r: (r["released"], names.parse_build(r["build"])),
                     default=None)
        if newest and newest["released"] > meta["newest_update_released"]:
            meta["newest_update"] = newest["update"] or newest["cu"]
            meta["newest_update_released"] = newest["released"]
        for row in self.added:
            if row["kind"] == "cu":
                self.steps.append("lifecycle.json: %s %s is new: which cumulative updates get "
                                  "updates from now on (serviced_cus)?"
                                  % (row["product"], row["cu"]))
        updates = sorted({r["update"] for r in self.added if r["kind"] == "su"})
        if updates:
            self.steps.append("cves.json: a row for each CVE that %s fix: README.md of targets/, "
                              "To add a month" % ", ".join(updates))


def check_source(targets, source, read_on, title, url):
    """The row of sources.json for what was read; added when @title says what it is."""
    row = next((r for r in targets["sources"] if r["id"] == source), None)
    if row is None and not title:
        raise Trouble("sources.json has no %s: give --title and --url to add it" % source)
    if row is None:
        targets["sources"].append({"id": source, "title": title, "url": url, "date": read_on})
    elif read_on < (row["date"] or ""):
        raise Trouble("--read-on %s: %s was read on %s already" % (read_on, source, row["date"]))
    else:
        row["date"] = read_on
