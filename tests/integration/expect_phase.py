# SPDX-License-Identifier: MIT
"""Compare what a record says of back doors and of the logon page with `expect.backdoor`,
`expect.logon_page` and `expect.page_integrity` of a case (../cases/README.md)."""
import dataclasses
import hashlib
import json
import os
import re
from html.parser import HTMLParser

from sim.policy import CASES_DIR, path_matches

KNOWN_GOOD = os.path.join(CASES_DIR, "policy", "known_good.json")
ALARMS = ("suspicious", "likely", "confirmed")
# A page of which nothing bad is said. Which of the three depends on what is known of its scripts.
_QUIET_PAGE = ("genuine", "customised", "review")
_QUIET_FOLDERS = ("none-seen", "not-assessed", "review")
_NOT_SEEN = ("not-assessed", "not-native")
_INTEGRITY = {"clean": _QUIET_PAGE, "customised": ("customised", "review"),
              "suspicious": ALARMS, "not-seen": _NOT_SEEN}
# Reasons for which a page that was expected to be judged need not be.
_CUT_SHORT = ("not-exchange", "not-finished", "blocked", "timeout", "control-failed")
# The cases count all requests or those for script names alone; the record counts those of the
# phase, and it takes three refusals to see one.
_AFTER_SLACK = 12


@dataclasses.dataclass(frozen=True)
class Phase:
    """How the phase was run."""
    tier: int = 1              # of the names that were asked for
    genuine_page: bool = False  # every script of the page is in the list that was given


def allowed_states(want):
    return set([want["state"]] + want.get("state_any_of", []))


# A case that is about fewer names than were asked for says nothing.
_ANYTHING = {"state": "none-seen", "state_any_of": ["not-assessed", "review", *ALARMS]}


def want_of(expect, phase):
    """expect.backdoor; None when nothing bad is to be said."""
    want = expect.get("backdoor")
    if not want or phase.tier < want.get("tier_min", 1):
        return None
    return want if phase.tier <= want.get("tier_max", 3) else _ANYTHING


def page_states(expect):
    """The words that logon_page.state may have; None for any that is no alarm."""
    want = expect.get("logon_page")
    if not want:
        return _INTEGRITY.get(expect.get("page_integrity"))
    states = allowed_states(want)
    return states | set(_QUIET_PAGE) if "none-seen" in states else states


def _named(record):
    """Paths that are called suspicious or worse."""
    return [c["path"] for c in record["backdoor"]["candidates"] if c["level"] in ALARMS]


def _folders(want, seen):
    for folder, state in want.get("folders", {}).items():
        states = {c["state"] for c in seen["calibration"]
                  if c["folder"] == folder and c["extension"] == ".aspx"}
        if state == "not-assessed" and "assessed" in states:
            yield "folder %s is assessed" % folder
        if state not in ("not-assessed", "assessed") and states != {state}:
            yield "folder %s is %s, not %s" % (folder, sorted(states), state)


def _blocked(want, record):
    if "blocked" not in want:
        return
    blocked, others = record["backdoor"]["blocked"], record["requests"]
    others -= record["backdoor"]["requests"]
    if not blocked:
        yield "is not called blocked"
    elif want["blocked"]["by"] != blocked["by"]:
        yield "blocked by %s, not %s" % (blocked["by"], want["blocked"]["by"])
    elif min(abs(n - want["blocked"]["after"])
             for n in (blocked["after"], blocked["after"] + others)) > _AFTER_SLACK:
        yield "blocked after %d, not %d" % (blocked["after"], want["blocked"]["after"])


def backdoor(expect, record, phase):
    want, seen = want_of(expect, phase), record["backdoor"]
    states = allowed_states(want) if want else set(_QUIET_FOLDERS)
    if seen["state"] not in states:
        yield "backdoor is %s (%s), not %s: %s" % (seen["state"], seen["reason"], sorted(states),
                                                   _named(record))
    if not want:
        return
    named = {p.lower() for p in _named(record)}
    shown = named
    if seen["state"] == "review" in states:   # where review is right, so is a line of information
        shown = {c["path"].lower() for c in seen["candidates"]}
    for path in want.get("paths", []):
        if path.lower() not in shown:
            yield "%s is not named" % path
    for path in sorted(named - {p.lower() for p in want.get("paths", [])}):
        if any(path_matches(p, path) for p in want.get("not_paths", [])):
            yield "%s is named" % path
    yield from _folders(want, seen)
    yield from _blocked(want, record)


def logon_page(expect, record, phase):
    want, seen = expect.get("logon_page") or {}, record["logon_page"]
    states = page_states(expect)
    if states is None:
        states = _QUIET_PAGE + _NOT_SEEN
    cut_short = record["backdoor"]["reason"] in _CUT_SHORT
    if phase.genuine_page and states == _QUIET_PAGE:
        states = ("genuine",)
    if seen["state"] not in states and not (
            cut_short and seen["state"] == "not-assessed" and not set(states) & set(ALARMS)):
        yield "logon_page is %s, not %s (%s)" % (seen["state"], sorted(states), seen["features"])
    features = set(seen["features"])
    missing = sorted(set(want.get("features", [])) - features)
    if missing:
        yield "features %s of the page are missing among %s" % (missing, sorted(features))
    wrong = sorted(set(want.get("not_features", [])) & features)
    if wrong:
        yield "features %s of the page are wrong" % wrong
    if "target" in want and seen["target"] != want["target"]:
        yield "target is %s, not %s" % (seen["target"], want["target"])
    for origin in want.get("origins", []):
        if not any(origin in o for o in seen["foreign_origins"]):
            yield "origin %s is not named among %s" % (origin, seen["foreign_origins"])


def compare_phase(expect, record, phase):
    """What is wrong with the back-door part of a record."""
    if record["exchange"]["present"] != "yes" and "backdoor" not in expect:
        seen = record["backdoor"]["state"], record["logon_page"]["state"]
        return ["not Exchange for sure, and judged %s, %s" % seen] \
            if seen != ("not-assessed", "not-assessed") else []
    return list(backdoor(expect, record, phase)) + list(logon_page(expect, record, phase))


class _Scripts(HTMLParser):
    """Texts and addresses of the script elements of a page."""

    def __init__(self):
        super().__init__()
        self.texts, self.addresses, self._open = [], [], False

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self._open = True
            self.texts.append("")
            self.addresses += [v for n, v in attrs if n == "src"]

    def handle_data(self, data):
        if self._open:
            self.texts[-1] += data

    def handle_endtag(self, tag):
        self._open = self._open and tag != "script"


def bare_hash(text):
    return hashlib.sha256(re.sub(r"\s", "", text).encode()).hexdigest()


def has_genuine_page(case):
    """Whether each script of the page, and each file that it names, is a known good one."""
    with open(KNOWN_GOOD, encoding="utf-8") as f:
        known = set(json.load(f))
    routes = case.get("routes", [])
    pages = [r for r in routes if r.get("status") == 200 and
             r.get("path", "").lower() == "/owa/auth/logon.aspx"]
    files = {r.get("path"): r.get("body", "") for r in routes}
    for page in pages:
        scripts = _Scripts()
        scripts.feed(page.get("body", ""))
        texts = [t for t in scripts.texts if t.strip()] + [files.get(a) for a in scripts.addresses]
        if any(t is None or bare_hash(t) not in known for t in texts):
            return False
    return bool(pages)
