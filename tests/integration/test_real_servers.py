# SPDX-License-Identifier: MIT
"""Back doors behind real web servers: nothing is found where nothing is, however the server
answers for what is not there, and a planted file is found."""
import os

import pytest

from expect_phase import ALARMS, KNOWN_GOOD
from sim.case import DEFAULT_NAMES
from sim.certs import FORGE, CertSpec
from web_server import ApacheFront, NginxFront

CLEAN, BRANDED = "x-bd-clean-2019", "x-logon-branding-css"
WELCOME = "<html><head><title>Welcome</title></head><body><p>Use the menu.</p></body></html>\n"
NOT_FOUND = "<html><head><title>Not here</title></head><body><form action='/search'>" \
    "<input name='q'></form>%s</body></html>\n" % ("<p>Nothing of that name.</p>" * 200)
SOURCE = '<%@ Page Language="JScript" %>\n<script language="JScript" runat="server">\n' \
    '/* marker words only: Request["k"] , eval( ) */\n</script>\n'
DUMP = """
Name                            : OAB (Default Web Site)
PollInterval                    : 480
MetabasePath                    : IIS://ex01.corp.example.test/W3SVC/1/ROOT/OAB
ExternalUrl                     : http://o/#
ObjectClass                     : top
                                  msExchOABVirtualDirectory
""" + "Remark                          : none\n" * 40

OWN = "location /aspnet_client/ { %s }"
OWN_APACHE = "Alias /aspnet_client @SITE@/aspnet_client"
WELL_KNOWN = r"^/owa/auth/(?!logon\.aspx$).*\.(aspx|ashx)$"


class Server:
    """One way to configure each of the two: rules and files, and what is to be said."""

    def __init__(self, states, nginx=None, apache=None, files=(), paths=(), back=CLEAN, by=None):
        self.states, self.paths, self.back, self.by = states, paths, back, by
        self.rules = {NginxFront: nginx, ApacheFront: apache}
        self.files = files


SERVERS = {
    "passes-all": Server({"none-seen"}, "", ""),
    "branding": Server({"none-seen"}, "", "", back=BRANDED),
    "catch-all": Server(
        {"not-assessed"}, OWN % "try_files $uri /welcome.html;",
        OWN_APACHE + "\n<Directory @SITE@/aspnet_client>\nFallbackResource /welcome.html\n"
        "</Directory>", {"welcome.html": WELCOME, "aspnet_client/a.txt": "a"}),
    "own-404-page": Server(
        {"none-seen"}, OWN % "error_page 404 /missing.html;",
        OWN_APACHE + "\nErrorDocument 404 /missing.html",
        {"missing.html": NOT_FOUND, "aspnet_client/a.txt": "a"}),
    "plain-404": Server({"none-seen"}, OWN % "", OWN_APACHE, {"aspnet_client/a.txt": "a"}),
    "limits-requests": Server(
        {"not-assessed"}, "limit_req zone=few burst=24 nodelay; limit_req_status 429;", by="429"),
    "password-everywhere": Server(
        {"not-assessed"}, 'auth_basic "x"; auth_basic_user_file @SITE@/users;',
        '<Location "/">\nAuthType Basic\nAuthName x\nAuthUserFile @SITE@/users\n'
        'Require valid-user\n</Location>', {"users": ""}),
    "password-for-pages": Server(
        {"not-assessed"},
        'location ~ "%s" { auth_basic "x"; auth_basic_user_file @SITE@/users; '
        'proxy_pass https://@BACK@; }' % WELL_KNOWN,
        '<LocationMatch "%s">\nAuthType Basic\nAuthName x\nAuthUserFile @SITE@/users\n'
        'Require valid-user\n</LocationMatch>' % WELL_KNOWN, {"users": ""}),
    "redirects-the-rest": Server(
        {"not-assessed"}, OWN % "return 301 https://www.example.test/;",
        'Redirect 301 /aspnet_client https://www.example.test/'),
    "refuses-the-rest": Server(
        {"not-assessed"}, OWN % "deny all;",
        '<Location "/aspnet_client">\nRequire all denied\n</Location>'),
    "source-served": Server(
        {"confirmed", "likely"}, OWN % "", OWN_APACHE + "\nAddType text/plain .aspx",
        {"aspnet_client/shell.aspx": SOURCE}, ["/aspnet_client/shell.aspx"]),
    "dump-served": Server(
        {"confirmed"}, OWN % "default_type text/html;",
        OWN_APACHE + "\nAddType text/html .aspx",
        {"aspnet_client/system_web/log.aspx": DUMP}, ["/aspnet_client/system_web/log.aspx"]),
    "dump-in-catch-all": Server(
        {"confirmed"}, OWN % "default_type text/html; try_files $uri /welcome.html;",
        OWN_APACHE + "\nAddType text/html .aspx\n<Directory @SITE@/aspnet_client>\n"
        "FallbackResource /welcome.html\n</Directory>",
        {"welcome.html": WELCOME, "aspnet_client/Server.aspx": DUMP},
        ["/aspnet_client/Server.aspx"]),
}
ROWS = [(name, kind) for name, server in SERVERS.items()
        for kind in (NginxFront, ApacheFront) if server.rules[kind] is not None]


class FrontScan:
    """All of them in one scan, because each takes as long as the pause before the re-checks."""

    def __init__(self, program, fleet, folder):
        self.folder, self._peers, lines = folder, {}, []
        certificate = FORGE.make(CertSpec(san=DEFAULT_NAMES))
        try:
            for name, kind in ROWS:
                peer = self._start(fleet, certificate, name, kind)
                self._peers[name, kind] = peer
                lines.append("%s-%s.example.test:%d address=%s" % (
                    name, kind.__name__.lower(), peer.port, peer.address))
            result = program.scan("-l", "-", "--known-good", KNOWN_GOOD, "--max-time", "90",
                                  stdin="\n".join(lines).encode(), backdoor=True, timeout=180)
        finally:
            for peer in self._peers.values():
                peer.__exit__(None, None, None)
        records = {r["target"].partition(".")[0]: r for r in result.hosts}
        self.records = {row: records["%s-%s" % (row[0], row[1].__name__.lower())] for row in ROWS}
        self.violations = fleet.violations(tier=1)

    def _start(self, fleet, certificate, name, kind):
        server = SERVERS[name]
        folder = os.path.join(str(self.folder), "%s-%s" % (name, kind.__name__))
        os.makedirs(folder)
        own = () if "ErrorDocument" not in (server.rules[kind] or "") and not any(
            p.startswith("aspnet_client") for p in server.files) else ("aspnet_client",)
        if kind is ApacheFront and name in ("redirects-the-rest", "refuses-the-rest"):
            own = ("aspnet_client",)
        more = {"own": own} if kind is ApacheFront else {}
        back = fleet.add_case(server.back)
        return kind(folder, certificate, back, server.rules[kind], server.files,
                    **more).__enter__()


@pytest.fixture(scope="module")
def fronts(session_program, tmp_path_factory):
    from sim.fleet import Fleet
    with Fleet() as fleet:
        yield FrontScan(session_program, fleet, tmp_path_factory.mktemp("fronts"))


@pytest.mark.parametrize("name,kind", ROWS, ids=["%s-%s" % (n, k.__name__) for n, k in ROWS])
def test_front(fronts, name, kind):
    server, record = SERVERS[name], fronts.records[name, kind]
    seen = record["backdoor"]
    assert seen["state"] in server.states, (record["exchange"]["present"], seen)
    named = [c["path"] for c in seen["candidates"] if c["level"] in ALARMS]
    assert named == list(server.paths)
    assert record["logon_page"]["state"] not in ALARMS
    if server.by:
        assert seen["blocked"]["by"] == server.by
    else:
        assert not seen["blocked"]


@pytest.mark.parametrize("kind", [NginxFront, ApacheFront])
def test_page_through_a_proxy_is_genuine(fronts, kind):
    assert fronts.records["passes-all", kind]["logon_page"]["state"] == "genuine"


def test_nothing_forbidden_was_sent(fronts):
    assert not fronts.violations
