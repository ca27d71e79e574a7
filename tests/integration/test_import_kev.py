# SPDX-License-Identifier: MIT
"""CISA's catalogue of exploited vulnerabilities becomes dates in cves.json, or an error."""
import pytest

from published_table import KEV_COLUMNS, kev_csv, kev_json, kev_row
from test_import import importer   # noqa: F401  a fixture

DAY = "2026-11-12"


@pytest.fixture
def catalogue(importer):   # noqa: F811
    """The rows of a catalogue that says what cves.json says, and of others."""
    rows = [kev_row(r["cve"], r["kev_date"], "Known" if r["ransomware"] else "Unknown")
            for r in importer.rows("cves") if r["kev_date"]]
    return [kev_row("CVE-2026-11111", "2026-11-01", product="Windows"), *rows,
            kev_row("CVE-2026-22222", "2026-10-30", vendor="Acme", product="Exchange Gateway")]


def run(importer, text, *more, name="kev.json", apply=False):   # noqa: F811
    verify = ("--apply", "--exprobe", importer.program.path) if apply else ()
    return importer.run("kev", "--targets", importer.targets, *verify, *more,
                        importer.file(text, name))


def test_nothing_new(importer, catalogue):   # noqa: F811
    done = run(importer, kev_json(catalogue, DAY), "--date", DAY, apply=True)
    assert done.returncode == 0, done.errors
    changed = {n for n, data in importer.content().items() if data != importer.before[n]}
    assert changed == {"meta.json", "sources.json"}
    assert importer.rows("meta")[0]["kev_date"] == DAY
    source = [s for s in importer.rows("sources") if s["id"] == "cisa_kev"][0]
    assert source["date"] == DAY and "version 2026.11.12" in source["title"]


@pytest.mark.parametrize("form", ["json", "csv"])
def test_one_more_and_ransomware(importer, catalogue, form):   # noqa: F811
    """CVE-2026-96940 is in cves.json and was not exploited before."""
    catalogue.append(kev_row("CVE-2026-96940", "2026-10-20"))
    next(r for r in catalogue if r["cveID"] == "CVE-2026-42897").update(
        knownRansomwareCampaignUse="Known")
    text, more = (kev_json(catalogue, DAY), ()) if form == "json" else \
        ("\ufeff" + kev_csv(catalogue), ("--read-on", DAY))
    before = {r["cve"]: r for r in importer.rows("cves")}
    done = run(importer, text, "--date", DAY, *more, apply=True)
    assert done.returncode == 0, done.errors
    changed = {r["cve"]: r for r in importer.rows("cves") if r != before[r["cve"]]}
    assert set(changed) == {"CVE-2026-96940", "CVE-2026-42897"}
    assert changed["CVE-2026-96940"] == dict(
        before["CVE-2026-96940"], kev_date="2026-10-20",
        source=before["CVE-2026-96940"]["source"] + ["cisa_kev"])
    assert changed["CVE-2026-42897"]["ransomware"] is True
    assert done.text.count('  + {"cve"') == 2


def test_an_exploited_cve_that_has_no_row(importer, catalogue):   # noqa: F811
    for product in ("Exchange Server", "Exchange", "Exchange\u00a0Server 2019"):
        done = run(importer, kev_json([*catalogue, kev_row("CVE-2026-33333", "2026-11-01",
                                                           product=product)], DAY), apply=True)
        assert done.returncode == 65 and "CVE-2026-33333" in done.errors
        assert "add its row first" in done.errors
    assert importer.content() == importer.before


def broken(rows, what):
    """A catalogue with something wrong, and what is to be said."""
    first = dict(rows[1])
    some = [rows[0], first, *rows[2:]]
    if what == "one is gone":
        return kev_json([rows[0], *rows[2:]], DAY), "is not in the catalogue any more"
    if what == "truncated":
        return kev_json(rows, DAY)[:-500], "kev.json"
    if what == "count":
        return kev_json(rows, DAY, count=len(rows) + 1), "it is not whole"
    if what == "older":
        return kev_json(rows, "2026-08-20"), "went through that of 2026-08-21 already"
    if what == "empty":
        return kev_json([], DAY), "is empty"
    if what == "another file":
        return '{"vulnerabilities": []}', "is not CISA's catalogue"
    if what == "twice":
        return kev_json(rows + [first], DAY), "is there twice"
    if what == "of the future":
        first["dateAdded"] = "2026-11-13"
        return kev_json(some, DAY), "after the catalogue was released"
    if what == "US date":
        first["dateAdded"] = "11/10/2026"
    elif what == "no such day":
        first["dateAdded"] = "2026-02-30"
    elif what == "no CVE":
        first["cveID"] = "CVE-26-1"
    elif what == "another word":
        first["knownRansomwareCampaignUse"] = "Maybe"
    elif what == "a number":
        first["dateAdded"] = 20261110
    elif what == "a new field":
        first["severity"] = "high"
        return kev_json(some, DAY), "unknown fields: ['severity']"
    else:
        del first["dateAdded"]
    return kev_json(some, DAY), "kev.json: vulnerability 2: "


@pytest.mark.parametrize("what", [
    "one is gone", "truncated", "count", "older", "empty", "another file", "twice",
    "of the future", "US date", "no such day", "no CVE", "another word", "a number", "a new field",
    "a missing field"])
def test_refused(importer, catalogue, what):   # noqa: F811
    text, says = broken(catalogue, what)
    done = run(importer, text, "--date", DAY, apply=True)
    assert done.returncode == 65 and says in done.errors, done.errors
    assert importer.content() == importer.before


def test_csv_refused(importer, catalogue):   # noqa: F811
    text = kev_csv(catalogue)
    assert "--read-on" in run(importer, text, name="k.csv").errors
    for bad, says in ((kev_csv(catalogue, KEV_COLUMNS[:-1]), "k.csv:1: the columns are"),
                      (text.replace("cveID", "cve_id"), "k.csv:1: the columns are"),
                      (text.replace("Microsoft,Exchange", "Microsoft,x,Exchange", 1), "12 fields"),
                      (text + '"', "k.csv:"),
                      (text.replace(catalogue[1]["dateAdded"], "3/3/2022"), "k.csv:3: dateAdded")):
        done = run(importer, bad, "--read-on", DAY, name="k.csv")
        assert done.returncode == 65 and says in done.errors, done.errors
    assert importer.content() == importer.before
