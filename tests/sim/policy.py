# SPDX-License-Identifier: MIT
"""The requests that must never leave, checked from the server's side.

The list is data: tests/cases/policy/forbidden_requests.json.
"""
import json
import os
import re
from urllib.parse import unquote

CASES_DIR = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "cases")
POLICY_PATH = os.path.join(CASES_DIR, "policy", "forbidden_requests.json")


class Policy:
    def __init__(self, path=POLICY_PATH):
        with open(path, encoding="utf-8") as f:
            rules = json.load(f)
        self._methods = rules["methods_allowed"]
        self._paths = [re.compile(p) for p in rules["path_forbidden_regex"]]
        self._names, self._cookies = _split_headers(rules["headers_forbidden"])
        self._authorizations = [_glob(a.split(" (")[0]) for a in rules["authorization_allowed"]]
        probe = rules["probe_rules"]
        self._probed = re.compile(probe["applies_to_regex"], re.I)
        self._probe_methods = probe["methods"]
        self._probe_query = re.compile(probe["query_allowed_regex"], re.I)

    def violations(self, request, must_not_request=()):
        """Why @request must not have been sent: a list of texts, empty for a good one."""
        found = []
        if request.method not in self._methods:
            found.append("method " + request.method)
        for target in (request.target, unquote(request.target)):
            if any(p.search(target) for p in self._paths):
                found.append("path " + request.target)
                break
        found += self._bad_headers(request)
        path, _, query = request.target.partition("?")
        path = unquote(path)
        found += ["must not be requested: " + path
                  for m in must_not_request if path_matches(m, path)]
        if self._probed.match(path):
            found += self._bad_probe(request, path, query)
        return found

    def _bad_headers(self, request):
        found = []
        for name, value in request.headers:
            lower = name.lower()
            if lower == "authorization" and not any(a.match(value) for a in self._authorizations):
                found.append("authorization " + value[:40])
            if lower in self._names:
                found.append("header " + name)
            if lower == "cookie" and any(c in value.lower() for c in self._cookies):
                found.append("cookie " + value[:40])
        if request.header("content-length") not in ("", "0") or request.header("transfer-encoding"):
            found.append("a body")
        if request.header("cookie"):
            found.append("a cookie")   # none is ever ours to send
        return found

    def _bad_probe(self, request, path, query):
        found = []
        if request.method not in self._probe_methods:
            found.append("probe method %s %s" % (request.method, path))
        if query and not self._probe_query.match(path):
            found.append("probe query " + request.target)
        return found


def _split_headers(forbidden):
    """"Cookie: X" forbids the cookie, a bare name the field."""
    names = {f.lower() for f in forbidden if ":" not in f}
    cookies = {f.split(":")[1].strip().lower() for f in forbidden if ":" in f}
    return names, cookies


def _glob(text):
    return re.compile(re.escape(text).replace(r"\*", ".*") + "$")


def path_matches(pattern, path):
    if pattern.endswith("*"):
        return path.lower().startswith(pattern[:-1].lower())
    return path.lower() == pattern.lower()
