# SPDX-License-Identifier: MIT
"""The rules of the verdict once more, from their description in targets/README.md.

Nothing here is shared with the program: it reads the JSON files itself, works with
sets where the program works with comparisons, and is compared with what
`exprobe explain --json` says of every number in and around the table.
"""
import datetime
import json
import os

CLASSES = ("missing", "presumed", "possible", "configuration", "unassessed")


def number(text):
    return tuple(int(part) for part in text.split("."))


def text_of(parts):
    return ".".join(map(str, parts))


def branch(parts):
    """A cumulative update, or a service pack where rollups change the third part."""
    return parts[:3] if parts[0] == 15 else parts[:2]


def generation(parts):
    if parts[0] == 15 and parts[1] == 2:
        return "SE" if parts[2] >= 2562 else "2019"
    return {(6, 5): "2003", (15, 0): "2013", (15, 1): "2016"}.get(parts[:2]) or \
        {8: "2007", 14: "2010"}[parts[0]]


class Cve:
    """A row of cves.json with its numbers taken apart."""

    def __init__(self, row):
        self.row = row
        self.id = row["cve"]
        self.fixed = [number(f) for f in row["fixed_in"]]
        self.in_branch = {branch(f): f for f in self.fixed}
        self.since = {p: branch(number(b)) for p, b in row["included_since"].items()}
        self.default = {p: branch(number(b)) for p, b in row["default_on_since"].items()}
        self.last = {}
        for f in self.fixed:
            self.last[generation(f)] = max(branch(f), self.last.get(generation(f), (0,)))

    def has_out_of_the_box(self, product, where):
        """The cumulative update brings the fix, or is later than all that needed one."""
        return (product in self.since and where >= self.since[product]) or \
            (product in self.last and where > self.last[product])


class Knowledge:
    def __init__(self, folder):
        def rows(name):
            with open(os.path.join(folder, name), encoding="ascii") as f:
                return json.load(f)
        self.builds = {number(r["build"]): r for r in rows("builds.json")}
        self.cves = [Cve(r) for r in rows("cves.json")]
        self.kev = {c.id for c in self.cves if c.row["kev_date"]}
        self.products = {r["generation"]: r for r in rows("lifecycle.json")}
        self.aliases = {number(r["observed"]) for r in rows("aliases.json")}
        self.date = rows("meta.json")[0]["date"]
        self.in_branch, self.of_product = {}, {}
        for n in sorted(self.builds):
            self.in_branch.setdefault(branch(n), []).append(n)
            self.of_product.setdefault(generation(n), []).append(n)

    def numbers(self, product, today="9999-12-31"):
        return [n for n in self.of_product.get(product, ())
                if self.builds[n]["released"] <= today]

    def of_branch(self, parts, today="9999-12-31"):
        return [n for n in self.in_branch.get(branch(parts), ())
                if self.builds[n]["released"] <= today]


class Judge:
    def __init__(self, knowledge, today):
        self.k = knowledge
        self.today = today

    def only(self, parts):
        """(floor, CVEs that a package that is not cumulative fixes) or None."""
        below = [n for n in self.k.of_branch(parts) if n <= parts]
        fixes = self.k.builds[below[-1]]["fixes_only"] if below else None
        return (below[-1], fixes) if fixes is not None else None

    def class_of(self, cve, parts, only):
        product, where = generation(parts), branch(parts)
        status, decidable = cve.row["status"][product], cve.row["decidable"]
        if status in ("included", "not_listed"):
            return None
        if status == "eol_unassessed":
            return "unassessed"
        if decidable == "configuration_until_included" or status == "listed_without_build":
            included = product in cve.since and where >= cve.since[product]
            return None if included else "configuration"
        fix = cve.in_branch.get(where)
        if fix and parts < fix:
            return "missing"
        if fix and only and fix <= only[0] and cve.id not in only[1]:
            return "possible"
        if not fix and not cve.has_out_of_the_box(product, where):
            return "presumed"
        if decidable == "necessary_not_sufficient" and \
                not (product in cve.default and where >= cve.default[product]):
            return "configuration"
        return None

    def above(self, parts):
        """"branch" or "revision" when the number is above the table of the day."""
        known = self.k.numbers(generation(parts), self.today)
        if not self.k.numbers(generation(parts)):
            return None
        if not known or branch(parts) > branch(known[-1]):
            return "branch"
        revisions = self.k.of_branch(parts, self.today)
        if self.k.of_branch(parts) and (not revisions or parts > revisions[-1]):
            return "revision"
        return None

    def candidates(self, parts):
        if len(parts) == 4:
            return [parts]
        rows = [n for n in self.k.of_branch(parts, self.today) if n[:3] == parts]
        return rows or [parts]

    @staticmethod
    def together(said):
        """What is known when the build is one of several."""
        if len(said) == 1:
            return said.pop()
        if said <= {"missing", "presumed"}:
            return "presumed"
        if said & {"missing", "presumed", "possible"}:
            return "possible"
        return "unassessed" if "unassessed" in said else "configuration"

    def classes(self, parts):
        out = {name: [] for name in CLASSES}
        above = self.above(parts)
        if above == "branch":
            return out
        candidates = [(c, self.only(c)) for c in self.candidates(parts)]
        for cve in self.k.cves:
            if cve.row["published"] > self.today:
                continue
            name = self.together({self.class_of(cve, c, only) for c, only in candidates})
            if name and not (above and name in ("missing", "presumed", "possible")):
                out[name].append(cve.id)
        return out

    def paid(self, parts, missing):
        """Missing ones whose fix went to buyers of the paid extension only."""
        fixes = ((cve.id, cve.in_branch.get(branch(parts))) for cve in self.k.cves)
        return [cve for cve, fix in fixes
                if cve in missing and fix and self.k.builds[fix]["esu_period"]]

    def behind(self, parts):
        """Security levels above that of the build."""
        rows = self.k.of_branch(parts, self.today)
        if len(parts) < 4 or not rows or self.above(parts):
            return None
        have = {self.k.builds[n]["security_level"] for n in self.k.of_branch(parts) if n <= parts}
        return len({self.k.builds[n]["security_level"] for n in rows if n > parts} - have)

    def support(self, parts):
        life = self.k.products[generation(parts)]
        if self.today < life["released"]:
            return "unknown", "none"
        ended = life["extended_end"] and self.today > life["extended_end"]
        esu = "none"
        if life["esu"] and self.today >= life["esu"][0]["from"]:
            esu = "active" if self.today <= life["esu"][-1]["to"] else "ended"
        return ("end-of-support" if ended else "supported"), esu

    def state(self, parts, classes):
        if self.above(parts):
            return "newer-than-data"
        if classes["missing"] or classes["presumed"]:
            return "missing-updates"
        if classes["possible"]:
            return "undetermined"
        known = len(parts) == 4 and bool([n for n in self.k.of_branch(parts) if n <= parts])
        if not known:
            return "not-assessed" if classes["unassessed"] else "undetermined"
        newest = self.k.of_branch(parts, self.today)[-1]
        twin = parts in self.k.builds and self.k.builds[parts]["update"] and \
            self.k.builds[parts]["update"] == self.k.builds[newest]["update"]
        if parts != newest and not twin:
            return "missing-updates"
        if classes["unassessed"]:
            return "not-assessed"
        return "patched" if self.serviced(parts) else "missing-updates"

    def serviced(self, parts):
        """Whether the cumulative update got updates on the day."""
        own = [self.k.builds[n] for n in self.k.of_branch(parts)]
        name = [r["cu"] for r in own if r["kind"] != "preview"][0]
        if self.today >= self.k.date:
            return name in self.k.products[generation(parts)]["serviced_cus"]
        last = max([r["released"] for r in own if r["fixes_only"] is None and
                    r["kind"] != "preview"] or [own[0]["released"]])
        later = [self.k.builds[n] for n in self.k.numbers(generation(parts), self.today)
                 if branch(n) > branch(parts)]
        return not any(r["kind"] in ("su", "ru", "hu") and r["fixes_only"] is None and
                       r["released"] > last for r in later)

    def patch(self, parts):
        """The parts of `patch` that the rules decide."""
        classes = self.classes(parts)
        rows = self.k.of_branch(parts, self.today)
        listed = self.k.builds.get(parts)
        age = None
        if listed and listed["released"] <= self.today:
            age = (datetime.date.fromisoformat(self.today) -
                   datetime.date.fromisoformat(listed["released"])).days
        said = {name for names in classes.values() for name in names}
        return dict(classes, state=self.state(parts, classes),
                    latest=text_of(rows[-1]) if rows else None,
                    updates_behind=self.behind(parts), age_days=age,
                    released=listed["released"] if listed else None,
                    kev=[c.id for c in self.k.cves if c.id in said & self.k.kev],
                    no_public_fix=self.paid(parts, classes["missing"]))
