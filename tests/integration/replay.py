#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Play all cases against the host machine without a socket, and compare.

    replay.py CASEHOST [--mode default|deep|ntlm-info|fingerprint] [--verbose] [NAME...]

The routing is that of tests/sim, so that this and the run over real sockets see the
same servers. Prints what is wrong and, at the end, how many hosts were placed rightly."""
import argparse
import base64
import json
import os
import subprocess
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [_HERE, os.path.dirname(_HERE)]

from expect import compare                               # noqa: E402
from sim.answer import _REASONS, _fill, _tokens          # noqa: E402
from sim.case import case_names, host_name, load_case    # noqa: E402
from sim.policy import Policy                            # noqa: E402
from sim.routes import Routes                            # noqa: E402

import http.client                                       # noqa: E402

BUDGETS = {"default": 8, "ntlm-info": 8, "fingerprint": 8, "deep": 72}
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

    def __init__(self, case, host):
        self.case, self.host, self.routes = case, host, Routes(case)
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
        never = self.case["expect"].get("backdoor", {}).get("must_not_request", [])
        self.violations += POLICY.violations(request, never)
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
        name = host_name(case["name"])
        player = Player(case, name + ":8443")
        action = self.tell({"start": {
            "target": name + ":8443", "deep": mode == "deep", "retries": 1,
            "ntlm_info": mode == "ntlm-info", "fingerprint_only": mode == "fingerprint"}})
        while action["action"] != "finish":
            if action["action"] == "sleep":
                action = self.tell({"timer": True})
            else:
                action = self.tell(player.answer(action))
        return action["host"], player


def check(casehost, name, mode):
    """Problems of one case; the record and the player for whoever wants to see more."""
    case = load_case(name)
    record, player = casehost.play(case, mode)
    problems = compare(case["expect"], record, mode) + player.violations
    if len(player.requests) > BUDGETS[mode]:
        problems.append("%d requests" % len(player.requests))
    return problems, record, player


def _show(record, player):
    exchange = record["exchange"]
    print("    ", record["state"], record["detail"] or "", exchange["present"],
          exchange["product"], exchange["build"]["precision"], exchange["build"]["exact"],
          exchange["notes"], exchange["device"])
    print("    ", ", ".join("%s %s" % (r.method, r.target) for r in player.requests))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("casehost")
    parser.add_argument("--mode", action="append", choices=sorted(BUDGETS))
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    casehost, wrong, total = CaseHost(args.casehost), 0, 0
    for mode in args.mode or sorted(BUDGETS):
        counts = []
        for name in args.names or case_names():
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
