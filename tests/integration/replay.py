#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Play all cases against the host machine and the hunt for back doors, without a socket.

    replay.py CASEHOST [--mode MODE]... [--verbose] [NAME...]

The modes are those of survey.py. The routing is that of tests/sim, so that this and the run over
real sockets see the same servers. Prints what is wrong and, at the end, how many hosts were
placed rightly."""
import argparse
import base64
import json
import os
import subprocess
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [_HERE, os.path.dirname(_HERE)]

from expect import compare                               # noqa: E402
from expect_phase import KNOWN_GOOD, Phase, has_genuine_page   # noqa: E402
from sim.answer import _REASONS, _fill, _tokens          # noqa: E402
from sim.case import case_names, host_name, load_case    # noqa: E402
from sim.policy import Policy                            # noqa: E402
from sim.routes import Routes                            # noqa: E402
from survey import MODES, about_phase                    # noqa: E402

import http.client                                       # noqa: E402

POLICY = Policy()
USER_AGENT = "exprobe/0.1.0"
_BODY_KEPT = 64 * 1024


class Request:
    """What tests/sim wants to know of a request."""

    def __init__(self, action, host, connection):
        self.method, self.target = action["method"], action["path"]
        self.version = "HTTP/1.0" if action["no_host"] else "HTTP/1.1"
        self.connection = connection
        self.headers = [("User-Agent", USER_AGENT), ("Accept", "*/*")]
        if not action["no_host"]:
            self.headers.insert(0, ("Host", host))
        if action["authorization"]:
            self.headers.append(("Authorization", action["authorization"]))
        self.host = "" if action["no_host"] else host.partition(":")[0]

    def header(self, name):
        return next((v for n, v in self.headers if n.lower() == name), "")


class Player:
    """One case: the server, and what was asked of it."""

    def __init__(self, case, host, tier):
        self.case, self.host, self.routes = case, host, Routes(case)
        want = case["expect"].get("backdoor", {})
        self.never = want.get("must_not_request", []) if tier <= want.get("tier_max", 3) else []
        self.requests, self.violations = [], []
        self.connections, self.open = 0, False
        tls = case.get("tls") or {}
        self.tls = {"version": "TLSv" + tls.get("max", "1.3").removesuffix(".0"), "alert": 0,
                    "client_cert": "client_cert" in tls}

    def answer(self, action):
        tls = self.case.get("tls") or {}
        if tls.get("closed"):
            return {"outcome": "refused"}
        if tls.get("client_cert") == "require":
            return {"outcome": "tls-failed", "tls": dict(self.tls, alert=116)}
        if action["fresh"] or not self.open:
            self.connections += 1
        request = Request(action, self.host, self.connections)
        self.requests.append(request)
        self.violations += POLICY.violations(request, self.never)
        return self._http(action, request, self.routes.answer(request))

    def _http(self, action, request, found):
        self.open = False
        if found.get("action") in ("drop", "reset"):
            return {"outcome": "reset", "tls": self.tls}
        if found.get("action") == "hang":
            return {"outcome": "timeout", "tls": self.tls}
        tokens = dict(_tokens(request), **{"{{N}}": str(len(self.requests))})
        body = (base64.b64decode(found["body_b64"]) if "body_b64" in found
                else _fill(found.get("body", ""), tokens).encode())
        repeat = found.get("body_repeat") or {"text": "", "count": 0}
        body = (body + repeat["text"].encode() * min(repeat["count"], _BODY_KEPT))[:_BODY_KEPT + 1]
        headers = [[n, _fill(v, tokens)] for n, v in found.get("headers", [])]
        closing = any(n.lower() == "connection" and v.lower() == "close" for n, v in headers)
        self.open = not (closing or action["last"] or found.get("proto") == "HTTP/1.0"
                         or found.get("transfer") == "close")
        status = found["status"]
        head = action["method"] == "HEAD"
        return {"outcome": "ok", "status": status, "headers": headers, "tls": self.tls,
                "reason": found.get("reason") or _REASONS.get(status)
                or http.client.responses.get(status, "X"),
                "body": "" if head else base64.b64encode(body).decode(), "head": head}


class CaseHost:
    """The program tests/casehost."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def tell(self, event):
        self.process.stdin.write(json.dumps(event).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("casehost ended")
        return json.loads(line)

    def play(self, case, mode):
        """Returns the host record and the Player."""
        name, how = host_name(case["name"]), MODES[mode]
        player = Player(case, name + ":8443", how.tier)
        action = self.tell({"start": {
            "target": name + ":8443", "deep": "--deep" in how.arguments, "retries": 1,
            "ntlm_info": mode == "ntlm-info", "fingerprint_only": mode == "fingerprint",
            "backdoor": how.tier > 0, "known_good": _known_good() if how.known_good else []}})
        while action["action"] != "finish":
            if action["action"] == "sleep":
                action = self.tell({"timer": True})
            else:
                action = self.tell(player.answer(action))
        return action["host"], player


def _known_good():
    with open(KNOWN_GOOD, encoding="utf-8") as f:
        return json.load(f)


def check(casehost, name, mode):
    """Problems of one case; the record and the player for whoever wants to see more."""
    case, how = load_case(name), MODES[mode]
    record, player = casehost.play(case, mode)
    phase = Phase(how.tier, how.known_good and has_genuine_page(case)) if how.tier else None
    problems = compare(case["expect"], record, how.like or mode, phase) + player.violations
    if len(player.requests) > how.budget:
        problems.append("%d requests" % len(player.requests))
    return problems, record, player


def names_of(mode):
    """All cases that have to do with the mode: time is no matter here."""
    if not MODES[mode].cases:
        return case_names()
    return [n for n in case_names() if about_phase(n, load_case(n)["expect"])]


def _show(record, player):
    exchange = record["exchange"]
    print("    ", record["state"], record["detail"] or "", exchange["present"],
          exchange["product"], exchange["build"]["precision"], exchange["build"]["exact"],
          exchange["notes"], exchange["device"])
    seen, page = record["backdoor"], record["logon_page"]
    print("    ", seen["state"], seen["reason"], seen["requests"], seen["blocked"],
          [(c["path"], c["level"], c["trace"], c["repeat"]) for c in seen["candidates"]],
          [(c["folder"], c["extension"], c["state"]) for c in seen["calibration"]
           if c["state"] != "assessed"])
    print("    ", page["state"], page["score"], page["features"], page["target"],
          page["foreign_origins"], [k for k in ("doubtful", "incomplete", "flogon_differs")
                                    if page[k]])
    print("    ", ", ".join("%s %s" % (r.method, r.target) for r in player.requests))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("casehost")
    parser.add_argument("--mode", action="append", choices=sorted(MODES))
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    casehost, wrong, total = CaseHost(args.casehost), 0, 0
    for mode in args.mode or sorted(MODES):
        counts = []
        for name in args.names or names_of(mode):
            problems, record, player = check(casehost, name, mode)
            counts.append(len(player.requests))
            total += 1
            wrong += bool(problems)
            if problems or args.verbose:
                print("%s %s (%s)" % ("WRONG" if problems else "right", name, mode))
                for problem in problems:
                    print("     -", problem)
                _show(record, player)
        counts.sort()
        print("%s: %d cases, requests median %d, most %d" % (
            mode, len(counts), counts[len(counts) // 2], counts[-1]))
    print("%d of %d placed rightly" % (total - wrong, total))
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
