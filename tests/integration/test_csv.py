# SPDX-License-Identifier: MIT
"""Tables for spreadsheets: read back by Python's reader and by LibreOffice, with hostile text."""
import csv
import io
import os
import re
import shutil
import subprocess

import pytest

import results

SOFFICE_S = 120
BLANK_COLUMNS = ["owner", "due_date", "done_date", "reason"]

# What spreadsheets run as a formula, and what gets past guards that look at the first sign only.
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1,1)", " =1+1", "\t=1+1", "\r=1+1", "\n=1+1",
            "\u00a0=1+1", "\u3000=1+1", "\u202f=1+1", "\u205f=1+1", "\u1680=1+1", "\u200b=1+1",
            "\ufeff=1+1", "\uff1d1+1", "\uff0b1+1", "\uff0d1+1", "\uff201+1", "\ufe661+1",
            "\ufe621+1", "\u22121+1", "=HYPERLINK(\"http://evil.example/\";\"x\")",
            "=cmd|' /C calc'!A0", "|calc", "%0A=1+1", "\"=1+1\"", "\",=1+1,\"", "',=1+1",
            "a\r\n=1+1,=1+1", "a\n=1+1", "a,=1+1"]
GUARDED = re.compile("^[\\s\u200b\ufeff]*"
                     "[=+@|%\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212-]")


def render(program, tmp_path, records, fmt, *args):
    done = program.run("report", "-f", fmt, *args,
                       results.write(tmp_path / "results.jsonl", records))
    assert done.code in (0, 3), done.errors
    return done.text


def table(text):
    """The rows as dictionaries; every line ends with CRLF, and every row is as long."""
    assert "\n" not in text.replace("\r\n", "") and text.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(r) for r in rows} == {len(rows[0])}
    assert len(set(rows[0])) == len(rows[0])
    return [dict(zip(rows[0], r)) for r in rows[1:]]


def hostile(payloads):
    """The sample, each host with another payload wherever a stranger's text may stand."""
    records = results.sample()
    hosts = [n for n, r in enumerate(records) if r["type"] == "host"]
    for i, payload in enumerate(payloads):
        n = hosts[i % 18]
        host = results.with_texts(records[n], payload)
        host.update(target="mail%02d.example:443" % i, address=None, state="answered",
                    tags={"client": payload, "owner": payload})
        records.append(host)
    return [r for r in records if r["type"] != "end"] + [r for r in records if r["type"] == "end"]


def without_port(target):
    return target[:-4] if target.endswith(":443") else target


def test_a_row_for_every_record(program, tmp_path):
    records = [r for r in results.sample() if r["type"] == "host"]
    rows = table(render(program, tmp_path, results.sample(), "csv"))
    assert len(rows) == len(records)
    of = {(r["target"], r["address"]): r for r in rows}
    for r in records:
        row = of[without_port(r["target"]), r["address"] or ""]
        seen = r["state"] == "answered"
        assert row["state"] == r["state"]
        assert row["client"] == r["tags"].get("client", "")
        assert row["severity"] == (r["severity"] if seen else "not-examined")
        assert row["updates"] == (r["patch"]["state"] if seen else "not-examined")
        assert row["cves_missing"] == str(len(r["patch"]["missing"]))
        assert row["support"] == (r["support"]["state"] if seen else "not-examined")
        assert row["backdoor"] == (r["backdoor"]["state"] if seen else "not-examined")
        assert [f.split(" ")[0] for f in row["findings"].split("; ") if f] == \
            [f["rule"] for f in r["findings"]]
        assert row["run_complete"] == "yes" and row["data_date"] == "2026-10-08"


def test_an_incomplete_run_says_so_in_every_row(program, tmp_path):
    rows = table(render(program, tmp_path, results.sample()[:-1], "csv"))
    assert {r["run_complete"] for r in rows} == {"no"}


@pytest.mark.parametrize("fmt", ["csv", "action-plan"])
def test_no_cell_is_a_formula(program, tmp_path, fmt):
    rows = table(render(program, tmp_path, hostile(FORMULAS), fmt))
    cells = [c for r in rows for c in r.values()]
    assert not [c for c in cells if GUARDED.search(c)]
    clients = {r["client"] for r in rows}
    if fmt == "action-plan":   # has those only that need something
        return
    for text in ("'=1+1", "' =1+1", "'\u00a0=1+1", "'\uff1d1+1", "'@SUM(1,1)", "a,=1+1",
                 "'=cmd|' /C calc'!A0", "\",=1+1,\""):
        assert text in clients
    # Nothing ends a line early: what breaks lines is there as text that can be read.
    assert "a\\x0d\\x0a=1+1,=1+1" in clients


@pytest.mark.parametrize("fmt", ["csv", "action-plan"])
def test_libreoffice_runs_nothing(program, tmp_path, fmt):
    """What it shows is the text, not what a formula yields."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    text = render(program, tmp_path, hostile(FORMULAS), fmt)
    source = tmp_path / "source" / "hosts.csv"
    source.parent.mkdir()
    source.write_bytes(text.encode("utf-8"))
    done = subprocess.run(
        ["soffice", "--headless", "-env:UserInstallation=file://%s/office" % tmp_path,
         "--infilter=CSV:44,34,76,1,,0,false,true", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
         "--outdir", str(tmp_path / "shown"), str(source)],
        env=dict(os.environ, HOME=str(tmp_path)), stdin=subprocess.DEVNULL, capture_output=True,
        timeout=SOFFICE_S, check=False)
    made = list((tmp_path / "shown").glob("*.csv"))
    assert done.returncode == 0 and len(made) == 1, done.stderr
    with open(made[0], encoding="utf-8", newline="") as f:
        shown = list(csv.reader(f))
    sent = list(csv.reader(io.StringIO(text, newline="")))
    clients = sent[0].index("client")
    assert len(shown) == len(sent)
    for want, got in zip(sent, shown):
        assert got[clients] == want[clients]
        assert "2" not in (got[clients], got[-1])


def test_action_plan(program, tmp_path):
    rows = table(render(program, tmp_path, results.sample(), "action-plan"))
    assert list(rows[0])[-4:] == BLANK_COLUMNS
    assert all(r[c] == "" for r in rows for c in BLANK_COLUMNS)
    priorities = [int(r["priority"]) for r in rows]
    assert priorities == sorted(priorities)
    assert set(priorities) == set(range(1, max(priorities) + 1))
    assert len({r["action"] for r in rows}) == max(priorities)
    # Who may be in a server comes before all else, what nobody could look at at the end.
    incidents = [r["incident"] for r in rows]
    assert incidents == sorted(incidents, reverse=True) and incidents[0] == "yes"
    unseen = {without_port(r["target"]) for r in results.sample() if r["type"] == "host" and
              r["state"] not in ("answered", "out-of-scope", "opted-out")}
    last = [r for r in rows if r["severity"] == "unknown"]
    assert {r["target"] for r in last} == unseen and rows[-len(last):] == last
    assert {r["action"] for r in last} == {
        "Find out why this host could not be examined, and look again"}
    order = ["critical", "high", "medium", "low"]
    worst = {}
    for r in rows[:-len(last)]:
        worst.setdefault((r["incident"], int(r["priority"])), []).append(order.index(r["severity"]))
    for incident in ("yes", "no"):
        ranks = [min(v) for (i, _), v in sorted(worst.items(), key=lambda k: k[0][1])
                 if i == incident]
        assert ranks == sorted(ranks)


def test_accepted_is_no_work(program, tmp_path):
    risks = tmp_path / "risks.json"
    risks.write_text('[{"rule": "end-of-support", "reason": "=1+1", "by": "CISO"}]')
    before = render(program, tmp_path, results.sample(), "action-plan")
    after = render(program, tmp_path, results.sample(), "action-plan", "--ignore-file", risks)
    assert len(table(after)) < len(table(before))
    rows = table(render(program, tmp_path, results.sample(), "csv", "--ignore-file", risks))
    assert not any("end-of-support" in r["findings"] for r in rows)
    assert sum("end-of-support" in r["accepted"] for r in rows) == \
        sum(f["rule"] == "end-of-support" for r in results.sample() for f in r.get("findings", []))


def test_nothing_listed(program, tmp_path):
    records = [results.sample()[0], dict(results.sample()[-1], hosts=0, targets=0)]
    for fmt in ("csv", "action-plan"):
        assert table(render(program, tmp_path, records, fmt)) == []


@pytest.mark.parametrize("fmt, golden", [("csv", "hosts.csv"), ("action-plan", "action-plan.csv")])
def test_golden(program, tmp_path, fmt, golden):
    """Columns and words are an interface: they change on purpose only."""
    path = os.path.join(results.GOLDEN, golden)
    text = render(program, tmp_path, results.sample(), fmt).encode("utf-8")
    if os.environ.get("EXPROBE_UPDATE_GOLDEN"):
        with open(path, "wb") as f:
            f.write(text)
    with open(path, "rb") as f:
        assert text == f.read()
