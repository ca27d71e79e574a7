# SPDX-License-Identifier: MIT
"""A server that behaves as a case file says."""
import glob
import json
import os
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
    with open(os.path.join(CASES_DIR, name + ".json"), encoding="utf-8") as f:
        return json.load(f)


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
