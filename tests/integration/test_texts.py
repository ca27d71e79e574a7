# SPDX-License-Identifier: MIT
"""Exchange servers whose fields hold texts that mean to harm who reads the result."""
import csv
import io
import re

import pytest

from program import parse_records
from sim.case import CaseServer, host_name, load_case
from sim.certs import CertSpec, FORGE, TELETEX
from sim.fault_text import TEXTS

CASE, BUILD = "gen-2019-cu15-rtm", "15.2.1748.10"
# C0 but the line end, C1, and what changes the order or the sight of the text around it.
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f"
                     "\ufeff\ufffe\uffff\U000e0000-\U000e007f]")
FORMULA = re.compile(r"^\s*[=+@\t\r]|^-(?!$|\d)")
FIELDS = ("x-feserver", "server", "x-aspnet-version", "x-powered-by")


def hostile_case(name, text):
    """The case with @text in place of every field that may say anything."""
    field = text.replace(b"\r\n", b" ").decode("latin-1")
    case = load_case(CASE)
    for answer in [case.get("default", {})] + case["routes"]:
        if "headers" in answer:
            answer["headers"] = [[n, field if n.lower() in FIELDS else v]
                                 for n, v in answer["headers"]]
        if "body" in answer:
            answer["body"] = re.sub("<title>.*?</title>", lambda _: "<title>%s</title>" % field,
                                    answer["body"], flags=re.S)
    return dict(case, name="text-" + name)


class HostileText(CaseServer):
    def __init__(self, name, text):
        super().__init__(hostile_case(name, text))
        spec = CertSpec(cn=text[:200], cn_tag=TELETEX,
                        san=("mail.example.test", text[:200].decode("latin-1")))
        certificate = FORGE.make(spec)
        self.tls().load_cert_chain(certificate.chain_path, certificate.key_path)


@pytest.fixture(scope="module")
def scanned(session_program, tmp_path_factory):
    from sim.fleet import Fleet
    path = tmp_path_factory.mktemp("texts") / "out.jsonl"
    with Fleet() as fleet:
        for name, text in TEXTS.items():
            fleet.add(HostileText(name, text))
        result = session_program.scan("--fingerprint-only", "--timeout", "5", "-o", path, "-l", "-",
                                      stdin=("\n".join(fleet.list_lines()) + "\n").encode())
        assert result.code == 0, result.errors
        names = {"%s:%d" % (host_name(s.name), s.port): s.name for s in fleet.servers.values()}
    hosts = {names[r["target"]]: r for r in parse_records(path.read_bytes())
             if r["type"] == "host"}
    return path, hosts


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_build_is_right(scanned, name):
    record = scanned[1]["text-" + name]
    assert record["state"] == "answered"
    assert record["exchange"]["build"]["exact"] == BUILD


@pytest.mark.parametrize("arguments", [["--details", "--no-color"], ["--format", "csv"],
                                       ["--format", "action-plan"], []],
                         ids=["details", "csv", "plan", "text"])
def test_report_is_clean_text(session_program, scanned, arguments):
    result = session_program.run("report", *arguments, scanned[0])
    assert result.code == 0, result.errors
    text = result.text.replace("\r\n", "\n")
    assert len(text) > 1000
    assert not HARMFUL.search(text), repr(HARMFUL.findall(text)[:5])


@pytest.mark.parametrize("form", ["csv", "action-plan"])
def test_cells_are_no_formulas(session_program, scanned, form):
    text = session_program.run("report", "--format", form, scanned[0]).text
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > len(TEXTS) and len({len(r) for r in rows}) == 1
    bad = [cell for row in rows for cell in row if FORMULA.match(cell)]
    assert not bad, bad[:5]


def test_record_holds_what_was_said(scanned):
    """Kept as evidence, in a form that does nothing."""
    said = scanned[1]["text-html"]["server"]
    assert "script" in said
