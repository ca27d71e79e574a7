# SPDX-License-Identifier: MIT
"""Which answer of a case belongs to a request. The keys are in ../cases/README.md."""
import re
import threading
from urllib.parse import unquote


class Counters:
    """How often something happened, by any key."""

    def __init__(self):
        self._lock = threading.Lock()
        self._n = {}

    def next(self, key):
        """The number of earlier calls with @key."""
        with self._lock:
            n = self._n.get(key, 0)
            self._n[key] = n + 1
            return n

    def peek(self, key):
        with self._lock:
            return self._n.get(key, 0)


class Routes:
    """The state of one server: what was asked of it so far decides what it answers."""

    def __init__(self, case):
        self._case = case
        self._counters = Counters()

    def answer(self, request):
        """The answer to @request, as a dict of the case."""
        path, _, query = request.target.partition("?")
        path = unquote(path)
        total = self._counters.next("requests")
        source = self._source(request, path, total)
        found = self._blocked(source, path, total)
        if found is None:
            found = self._first(source, request, path, query) or source.get("default")
        if found is None:
            found = {"status": 404}
        return self._turn(found, path)

    def _source(self, request, path, total):
        """A load balancer without persistence: alternates take turns."""
        sets = [self._case] + self._case.get("alternates", [])
        by = self._case.get("rotate", "request")
        if by == "path":
            n = self._counters.next(("path", path.lower()))
        elif by == "connection":
            n = request.connection - 1
        else:
            n = total
        return sets[n % len(sets)]

    def _blocked(self, source, path, total):
        limits = source.get("limits")
        if not limits:
            return None
        count = total + 1
        if "count_regex" in limits:
            if re.match(limits["count_regex"], path, re.I):
                self._counters.next("counted")
            count = self._counters.peek("counted")
        exempt = limits.get("exempt_regex")
        if count <= limits["max_requests"] or exempt and re.match(exempt, path, re.I):
            return None
        return limits["then"]

    def _first(self, source, request, path, query):
        for route in source.get("routes", []):
            if (route.get("method", "*") in ("*", request.method) and _path_fits(route, path)
                    and _when_fits(route.get("when") or {}, request, query)
                    and self._turn_fits(route)):
                return route
        return None

    def _turn_fits(self, route):
        if "first_n" not in route and "after_n" not in route:
            return True
        n = self._counters.next(("hits", id(route)))
        return route.get("after_n", 0) <= n < route.get("first_n", n + 1)

    def _turn(self, found, path):
        """One of a sequence of answers."""
        if "sequence" not in found:
            return found
        lower = path.lower()
        key = {"dir": lower.rpartition("/")[0], "path": lower}.get(found.get("sequence_key"), "")
        n = self._counters.next(("sequence", id(found), key))
        return found["sequence"][n % len(found["sequence"])]


def _path_fits(route, path):
    lower = path.lower()
    if "path_in" in route and lower not in {p.lower() for p in route["path_in"]}:
        return False
    if "path_not_regex" in route and re.match(route["path_not_regex"], path, re.I):
        return False
    if "path" in route:
        if route.get("case_sensitive"):
            return route["path"] == path
        return route["path"].lower() == lower
    if "path_prefix" in route:
        return lower.startswith(route["path_prefix"].lower())
    if "path_regex" in route:
        return re.match(route["path_regex"], path, re.I) is not None
    return True


def _when_fits(when, request, query):
    if not request.header("authorization").startswith(when.get("auth_prefix", "")):
        return False
    if when.get("query_contains", "").lower() not in query.lower():
        return False
    if when.get("ua_contains", "").lower() not in request.header("user-agent").lower():
        return False
    return not (when.get("no_host") and request.header("host"))
