# SPDX-License-Identifier: MIT
"""A server that behaves as a case file says."""
import glob
import json
import os
import re
import socket
import ssl

from .answer import send_answer
from .certs import FORGE, CertSpec
from .policy import CASES_DIR
from .routes import Routes
from .server import Server

DEFAULT_NAMES = ("mail.example.test", "autodiscover.example.test", "*.example.test")
_VERSIONS = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1,
             "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
_OLD = ("1.0", "1.1")
_HANG_MAX_S = 120


def case_names():
    paths = glob.glob(os.path.join(CASES_DIR, "*.json"))
    return sorted(os.path.basename(p)[:-len(".json")] for p in paths)


def load_case(name):
    """A case as it is served: one with a `base` is that one with what it changes."""
    with open(os.path.join(CASES_DIR, name + ".json"), encoding="utf-8") as f:
        return _derived(json.load(f))


# How a case changes its base; and what is expected of the base alone: the derived case says
# that itself, or nothing.
_CHANGES = ("base", "edits", "routes", "expect", "add_headers", "drop_headers", "alternates")
_OWN_EXPECTATIONS = ("backdoor", "logon_page", "page_integrity", "warnings", "modes")


def _derived(case):
    if "base" not in case:
        return case
    base = load_case(case["base"])
    made = {k: v for k, v in base.items() if k != "selfcheck"}
    made.update((k, v) for k, v in case.items() if k not in _CHANGES)
    routes = base.get("routes", [])
    for edit in case.get("edits", []):
        _edit(case["name"], routes, edit)
    made["routes"] = case.get("routes", []) + routes
    kept = {k: v for k, v in base["expect"].items() if k not in _OWN_EXPECTATIONS}
    made["expect"] = {**kept, **case.get("expect", {})}
    if "alternates" in case:
        made["alternates"] = [_derived(dict(a, name=case["name"])) for a in case["alternates"]]
    dropped = {h.lower() for h in case.get("drop_headers", [])}
    for answer in [made.get("default", {})] + made["routes"]:
        if "headers" in answer:
            answer["headers"] = [h for h in answer["headers"] if h[0].lower() not in dropped] + \
                case.get("add_headers", [])
    return made


def _edit(name, routes, edit):
    """Replace a text in the bodies of a path; one that is not there is a mistake of the case."""
    found = False
    for route in routes:
        path = route.get("path", route.get("path_prefix", route.get("path_regex", "")))
        if re.fullmatch(edit["path"], path) and edit["old"] in route.get("body", ""):
            route["body"] = route["body"].replace(edit["old"], edit["new"])
            found = True
    if not found:
        raise ValueError("%s: no body of %s holds %r" % (name, edit["path"], edit["old"]))


def host_name(case_name):
    """A host name for a case that the wildcard of the default certificate covers."""
    return case_name.replace(".", "-") + ".example.test"


def server_context(tls, certificate):
    """An OpenSSL context for the member tls of a case."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if tls.get("min") in _OLD:
        context.set_ciphers(tls.get("ciphers", "ALL:@SECLEVEL=0"))
    context.load_cert_chain(certificate.chain_path, certificate.key_path)
    context.minimum_version = _VERSIONS[tls.get("min", "1.2")]
    context.maximum_version = _VERSIONS[tls.get("max", "1.3")]
    if tls.get("client_cert") in ("optional", "require"):
        context.load_verify_locations(certificate.chain_path)
        context.verify_mode = (ssl.CERT_REQUIRED if tls["client_cert"] == "require"
                               else ssl.CERT_OPTIONAL)
    return context


class CaseServer(Server):
    def __init__(self, case, address=None, port=0):
        self.case = case
        self.name = case["name"]
        tls = case.get("tls") or {}
        self.certificate = FORGE.make(CertSpec.from_case(tls.get("cert"), DEFAULT_NAMES))
        self._routes = Routes(case)
        self._context = server_context(tls, self.certificate)
        self._context.sni_callback = lambda _sock, name, _ctx: self.log.add_server_name(name)
        super().__init__(address, port)
        if tls.get("closed"):
            self._refuse()

    def _refuse(self):
        """A port that is ours and refuses: bound again, without listening."""
        self.listens = False
        self.socket.close()
        self.socket = socket.socket(self.socket.family, socket.SOCK_STREAM)
        self.socket.bind((self.address, self.port))

    def tls(self):
        return self._context

    def talk(self, channel):
        while True:
            request = channel.read_request()
            if request is None:
                return
            number = len(self.log.requests)
            answer = self._routes.answer(request)
            action = answer.get("action")
            if action == "drop":
                return
            if action == "reset":
                channel.reset()
                return
            if action == "hang":
                channel.wait_until_gone(min(answer.get("seconds", _HANG_MAX_S), _HANG_MAX_S))
                return
            if not send_answer(channel, request, answer, number):
                return
