# SPDX-License-Identifier: MIT
"""What Microsoft and CISA publish becomes rows of targets/, or an error with its line."""
import json
import os
import shutil
import subprocess
import sys

import pytest

from published_table import HEAD, builds_csv, page, row, table
from signed import FILES

NEW = ("Exchange Server SE RTM Nov26SU", "2026-11-10", "15.2.2562.60", "KB5140001")
KNOWN = ("Exchange Server SE RTM Aug26SU", "2026-08-11", "15.2.2562.46", "KB5121573")
OPTIONS = ("--source", "learn_2026", "--read-on", "2026-11-11", "--title",
           "Microsoft Learn build table", "--url", "https://learn.microsoft.com/")


class Importer:
    """targets/import on a copy of targets/."""

    def __init__(self, program, root, folder):
        self.program, self.folder = program, folder
        self.targets = folder / "targets"
        self.targets.mkdir()
        for name in FILES:
            shutil.copy(os.path.join(root, "targets", name), self.targets)
        self.script = os.path.join(root, "targets", "import", "patch_tuesday.py")
        self.before = self.content()

    def content(self):
        return {p.name: p.read_bytes() for p in self.targets.iterdir()}

    def rows(self, name):
        return json.loads((self.targets / (name + ".json")).read_text())

    def file(self, text, name="page.html"):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    def run(self, *args):
        done = subprocess.run([sys.executable, self.script, *map(str, args)], check=False,
                              timeout=60, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              cwd=self.folder, env=self.program.environment())
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        done.text, done.errors = done.stdout.decode(), done.stderr.decode()
        return done

    def builds(self, *args, apply=False, options=OPTIONS):
        more = ("--apply", "--exprobe", self.program.path) if apply else ()
        return self.run("builds", "--targets", self.targets, *options, *more, *args)

    def refused(self, text, *says, name="page.html", more=()):
        done = self.builds(self.file(text, name), "--date", "2026-11-11", *more, apply=True)
        assert done.returncode == 65, done.text
        for words in says:
            assert words in done.errors, done.errors
        assert self.content() == self.before
        return done


@pytest.fixture
def importer(program, root, tmp_path):
    return Importer(program, root, tmp_path)


def test_a_patch_tuesday(importer, program):
    """From the saved page to a verdict, without a line of C."""
    file = importer.file(page(table(row(*NEW), row(*KNOWN))))
    seen = importer.builds(file)
    assert seen.returncode == 0 and "1 as in targets/, 0 known differences, 1 new" in seen.text
    assert "nothing was written" in seen.text and importer.content() == importer.before
    assert seen.text.count("  + ") == 3 and seen.text.count("  - ") == 1    # build, meta, source
    assert "to do: cves.json: a row for each CVE that Nov26SU fix" in seen.text
    assert "to do: meta.json: the set is of 2026-10-08" in seen.text

    done = importer.builds(file, "--date", "2026-11-11", apply=True)
    assert done.returncode == 0, done.errors
    assert "written: builds.json" in done.text or "written: builds" in done.text
    added = [r for r in importer.rows("builds") if r["build"] == "15.2.2562.60"]
    assert added == [{
        "build": "15.2.2562.60", "product": "Exchange Server SE", "cu": "RTM",
        "update": "Nov26SU", "kind": "su", "released": "2026-11-10", "kb": "KB5140001",
        "esu_period": None, "security_level": "Nov26SU", "rerelease_of": None, "fixes_only": None,
        "notes": None, "source": ["learn_2026"]}]
    changed = {n for n, data in importer.content().items() if data != importer.before[n]}
    assert changed == {"builds.json", "meta.json", "sources.json"}
    before = importer.before["builds.json"].decode().splitlines()
    now = (importer.targets / "builds.json").read_text().splitlines()
    assert [line.rstrip(",") for line in now if '"15.2.2562.60"' not in line] == \
        [line.rstrip(",") for line in before]
    assert program.run("data", "verify", importer.targets).code == 0
    told = json.loads(program.run("explain", "--json", "--as-of", "2026-11-23", "--data",
                                  importer.targets, "15.2.2562.60").text)
    assert told["patch"]["state"] == "patched" and told["patch"]["data_date"] == "2026-11-11"
    again = importer.builds(file, "--date", "2026-11-11")
    assert "2 as in targets/" in again.text and "written" not in again.text


def test_the_csv(importer):
    file = importer.file("\ufeff" + builds_csv(("Exchange SE RTM Nov26SU", "15.02.2562.060",
                                                "2026-11-10", "KB5140001")), "x.csv")
    done = importer.builds(file, "--date", "2026-11-11", apply=True)
    assert done.returncode == 0, done.errors
    added = [r for r in importer.rows("builds") if r["build"] == "15.2.2562.60"][0]
    assert (added["released"], added["kb"]) == ("2026-11-10", "KB5140001")


def test_page_and_csv_have_to_agree(importer):
    web = importer.file(page(table(row(*NEW[:3]))))
    good = importer.file(builds_csv(("Exchange SE RTM Nov26SU", *NEW[2:0:-1], NEW[3])), "x.csv")
    both = importer.builds(web, good)
    assert both.returncode == 0 and '"kb": "KB5140001"' in both.text, both.errors
    for other in (("Exchange SE RTM Nov26SU", NEW[2], "2026-11-11", NEW[3]),
                  ("Exchange SE RTM Nov26HU", NEW[2], NEW[1], NEW[3]),
                  ("Exchange SE RTM Nov26SU", NEW[2], NEW[1], "KB5140002")):
        bad = importer.file(builds_csv(other), "y.csv")
        done = importer.builds(importer.file(page(table(row(*NEW)))), bad)
        assert done.returncode == 65
        assert "y.csv:2: 15.2.2562.60" in done.errors and "page.html:" in done.errors, done.errors


def test_markup_that_changes_nothing(importer):
    """Hard blanks, merged cells, marks of footnotes, empty and merged rows, what cannot be seen."""
    rows = [
        "<tr><td colspan=4></td></tr>",
        "<tr><td><p><strong>Exchange&nbsp;Server SE\u200b RTM\u00a0 Nov26SU</strong><sup>1</sup>"
        "</p></td><td rowspan=\"2\">\n  November&#160;10,\n 2026 </td><td>15.2.2562.60</td>"
        "<td>15.02.2562.060</td></tr>",
        "<tr><td><a href=\"https://support.microsoft.com/en-us/topic/description-of-the-update-"
        "kb5140009-aa\">Exchange Server SE RTM Nov26HU</a></td><td>15.2.2562.61</td>"
        "<td>15.02.2562.061</td></tr>",
        "<tr><td></td><td></td><td></td><td></td></tr>",
        row(*KNOWN),
    ]
    done = importer.builds(importer.file(page(table(*rows))), "--date", "2026-11-11", apply=True)
    assert done.returncode == 0, done.errors
    assert "footnote 1" in done.text and "page.html:" in done.text
    added = {r["build"]: r for r in importer.rows("builds")}
    first, second = added["15.2.2562.60"], added["15.2.2562.61"]
    assert first["released"] == second["released"] == "2026-11-10"
    assert first["kb"] is None and second["kb"] == "KB5140009"
    assert second["security_level"] == "Nov26SU"    # a hotfix has the fixes of what was before it
    assert "to do: 15.2.2562.60: no KB number" in done.text


DATES = ["11/10/2026", "10/11/2026", "10.11.2026", "10 November 2026", "November 31, 2026",
         "Nov 10, 2026", "november 10, 2026", "November 10, 26", "2026-11-31", "", "soon",
         "November, 2026"]


@pytest.mark.parametrize("date", DATES)
def test_dates_that_could_be_misread(importer, date):
    done = importer.refused(page(table(row(*KNOWN), row(NEW[0], date, NEW[2]))), "page.html:28")
    assert ("the day of the release is not known" if date == "November, 2026"
            else "no date as") in done.errors


@pytest.mark.parametrize("date", ["13/10/2026", "2/30/2026", "11-10-2026", "10.11.2026", ""])
def test_dates_of_the_csv(importer, date):
    text = builds_csv(("Exchange SE RTM Nov26SU", NEW[2], "2026-11-10", ""))
    importer.refused(text.replace("11/10/2026", date), "x.csv:2", "month/day/year", name="x.csv")


ROWS = {
    "other product": (row("Exchange Server 2022 CU1 Nov26SU", *NEW[1:]), "unknown form"),
    "other words": (row("Exchange Server SE RTM Nov26SU (optional)", *NEW[1:]), "unknown form"),
    "upper case": (row("EXCHANGE SERVER SE RTM NOV26SU", *NEW[1:]), "unknown form"),
    "no month": (row("Exchange Server SE RTM Nvo26SU", *NEW[1:]), "unknown form"),
    "three parts": (row(NEW[0], NEW[1], "15.2.2562", long="15.02.2562"), "no build number"),
    "long form differs": (row(*NEW, long="15.02.2562.061"), "are not the same build"),
    "no long form": (row(*NEW, long="-"), "no build number: '-'"),
    "build of 2019": (row(NEW[0], NEW[1], "15.2.1748.60"), "cannot be a build of"),
    "build of 2016": (row("Exchange Server 2016 CU23 Nov26SU", NEW[1], "15.2.2562.60"),
                      "cannot be a build of"),
    "other cumulative update": (row("Exchange Server SE CU1 Nov26SU", *NEW[1:]),
                                "builds of its branch are RTM"),
    "update of an unknown one": (row("Exchange Server SE CU1 Nov26SU", NEW[1], "15.2.3000.5"),
                                 "which is in no table"),
    "second base build": (row("Exchange Server SE RTM", *NEW[1:]), "has another build number"),
    "after the end of support": (row("Exchange Server 2019 CU15 Nov26SU", NEW[1], "15.2.1748.60"),
                                 "in no paid period of lifecycle.json"),
    "not serviced": (row("Exchange Server 2019 CU13 Nov26SU", NEW[1], "15.2.1258.60"),
                     "gets no updates according to lifecycle.json"),
    "re-release": (row("Exchange Server SE RTM Nov26SUv2", *NEW[1:]),
                   "Say --level 15.2.2562.60=Nov26SUv2 or --level 15.2.2562.60=Nov26SU"),
    "old date changed": (row(KNOWN[0], "2026-08-12", *KNOWN[2:]),
                         "released is 2026-08-12, in targets/ 2026-08-11"),
    "old KB changed": (row(*KNOWN[:3], "KB5121574"), "kb is KB5121574, in targets/ KB5121573"),
    "old name changed": (row("Exchange Server SE RTM Aug26HU", *KNOWN[1:]),
                         "update is Aug26HU, in targets/ Aug26SU"),
    "twice, two days": (row(*NEW) + row(NEW[0], "2026-11-12", *NEW[2:]),
                        "released is 2026-11-12 here and 2026-11-10 in"),
    "three cells": ("<tr><td>%s</td><td>November 10, 2026</td><td>15.2.2562.60</td></tr>" % NEW[0],
                    "3 cells, not 4"),
    "five cells": (row(*NEW).replace("</tr>", "<td>x</td></tr>"), "5 cells, not 4"),
    "merged columns": ("<tr><td>%s</td><td>November 10, 2026</td><td colspan=2>15.2.2562.60</td>"
                       "</tr>" % NEW[0], "columns are merged here"),
    "a heading within": ("<tr><td colspan=4>Exchange Server SE</td></tr>",
                         "columns are merged here"),
    "merged beyond the table": (row(*NEW).replace("<td>Nov", "<td rowspan=3>Nov"),
                                "reaches beyond its table"),
    "a span of nonsense": (row(*NEW).replace("<td>Nov", "<td rowspan=0>Nov"), "rowspan='0'"),
    "a huge span": (row(*NEW).replace("<td>Nov", "<td colspan=999>Nov"), "colspan='999'"),
    "two articles": (row(*NEW).replace("</a>", '</a><a href="https://support.microsoft.com/kb/'
                                       '5149999">x</a>'), "links to several articles"),
}


@pytest.mark.parametrize("what", ROWS)
def test_rows_refused(importer, what):
    text, says = ROWS[what]
    importer.refused(page(table(row(*KNOWN) if "old" not in what else "", text)), "page.html:",
                     says)


HEADINGS = {
    "another": (HEAD.replace("Release date", "Released"), "the columns are product name, released"),
    "swapped": (HEAD.replace("Release date", "?").replace("Product name", "Release date")
                .replace("?", "Product name"), "the columns are release date, product name"),
    "one more": (HEAD.replace("</tr>", "<th>Notes</th></tr>"), "notes"),
    "one less": (HEAD.replace("<th>Release date</th>", ""), "the columns are product name, build"),
    "no product": (HEAD.replace("Product name", "Name"), 'without "Product name"'),
}


@pytest.mark.parametrize("what", HEADINGS)
def test_unknown_columns(importer, what):
    head, says = HEADINGS[what]
    importer.refused(page(table(row(*KNOWN)), table(row(*NEW), head=head)), "page.html:", says)


def test_files_that_are_no_table(importer):
    whole = page(table(row(*NEW)))
    for text, says in ((whole[:whole.index("</tbody>")], "ends within a table"),
                       (page(), "no table with the columns"),
                       ("<html></html>", "no table with the columns"), ("", "the columns are"),
                       (whole.encode("utf-16"), "no UTF-8"), (b"\xff\xfe", "no UTF-8"),
                       (page(table("<tr><td>" + table(row(*NEW)) + "</td></tr>")),
                        "a table within a table"),
                       (page(table()), "not one row"),
                       (b"<" + b" " * (9 << 20), "more than")):
        importer.refused(text, says)
    text = builds_csv(("Exchange SE RTM Nov26SU", NEW[2], NEW[1], NEW[3]))
    for bad, says in ((text.replace("Date,KB", "KB,Date"), "x.csv:1: the columns are"),
                      (text.replace("KB5140001", "5140001"), "x.csv:2: no KB number"),
                      (text.replace("https", "x,https"), "x.csv:2: 6 fields"),
                      (text.replace("Exchange SE", '"Exchange SE'), "x.csv:")):
        importer.refused(bad, says, name="x.csv")
    done = importer.builds(importer.folder / "none")
    assert done.returncode == 65 and "No such file" in done.errors


def test_all_errors_at_once(importer):
    done = importer.refused(page(table(*[text for text, _ in ROWS.values()][:6])), "6 errors")
    assert done.errors.count("page.html:") == 6


def test_a_re_release(importer):
    """Whether it carries more fixes is for a person to say."""
    name = "Exchange Server SE RTM Nov26SUv2"
    file = importer.file(page(table(row(*NEW), row(name, "2026-11-20", "15.2.2562.63"))))
    for level, again in (("Nov26SU", "Nov26SU"), ("Nov26SUv2", None)):
        done = importer.builds(file, "--level", "15.2.2562.63=" + level)
        assert done.returncode == 0, done.errors
        added = [json.loads(line[4:]) for line in done.text.splitlines()
                 if line.startswith('  + {"build": "15.2.2562.63"')][0]
        assert (added["security_level"], added["rerelease_of"]) == (level, again)
    done = importer.builds(file, "--level", "15.2.2562.63=Oct26SU")
    assert done.returncode == 65
    done = importer.builds(file, "--level", "15.2.2562.63=Nov26SU", "--level", "15.2.1.1=Nov26SU")
    assert done.returncode == 65 and "no new build has this number" in done.errors


def test_a_new_cumulative_update(importer):
    file = importer.file(page(table(row("Exchange Server SE CU1 Nov26SU", "2026-11-10",
                                        "15.2.2700.9"),
                                    row("Exchange Server SE CU1 (2026H2)", "2026-10-20",
                                        "15.2.2700.4", "KB5139999"))))
    done = importer.builds(file, "--date", "2026-11-11")
    assert done.returncode == 65    # nobody said that it gets updates
    assert "CU1 gets no updates according to lifecycle.json" in done.errors
    lives = importer.targets / "lifecycle.json"
    lives.write_text(lives.read_text().replace('"serviced_cus": ["RTM"]',
                                               '"serviced_cus": ["RTM", "CU1"]'))
    done = importer.builds(file, "--date", "2026-11-11", apply=True)
    assert done.returncode == 0, done.errors
    added = {r["build"]: r for r in importer.rows("builds")}
    assert added["15.2.2700.4"]["kind"] == "cu" and added["15.2.2700.4"]["update"] is None
    assert added["15.2.2700.9"]["security_level"] == "Nov26SU"
    assert "which cumulative updates get updates" in done.text


def test_rows_come_out_as_they_were_made_by_hand(importer):
    """Take the updates of a year out of the set and import them: the same rows come back."""
    since, original = "2025-11-01", importer.rows("builds")
    taken = [r for r in original if r["released"] >= since]
    kept = [r for r in original if r["released"] < since]
    assert len(taken) > 20 and {r["product"] for r in taken} == {
        "Exchange Server 2016", "Exchange Server 2019", "Exchange Server SE"}
    dump(importer.targets / "builds.json", kept)
    lives = importer.rows("lifecycle")
    for life in lives:
        for period in life["esu"]:
            period["updates"] = []
    dump(importer.targets / "lifecycle.json", lives)
    name = "%(product)s %(cu)s %(update)s"
    rows = [row(name % r, r["released"], r["build"], r["kb"]) for r in reversed(taken)]
    levels = [word for r in taken if "v2" in r["update"]
              for word in ("--level", "%s=%s" % (r["build"], r["security_level"]))]
    done = importer.builds(importer.file(page(table(*rows))), *levels)
    assert done.returncode == 0, done.errors
    made = {}
    for line in done.text.splitlines():
        if line.startswith('  + {"build"'):
            made.update({json.loads(line[4:])["build"]: json.loads(line[4:])})
    own = ("notes", "source")    # what a person writes
    assert [{k: v for k, v in made[r["build"]].items() if k not in own} for r in taken] == \
        [{k: v for k, v in r.items() if k not in own} for r in taken]
    assert '["Dec25SU", "Feb26SU"]' in done.text and '"Sep26SUv2"]' in done.text


def dump(path, rows):
    path.write_text("[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n")


def test_the_loader_has_the_last_word(importer):
    """Without --date the newest update would be newer than the set."""
    file = importer.file(page(table(row(*NEW))))
    done = importer.builds(file, apply=True)
    assert done.returncode == 65 and "nothing was written" in done.errors
    assert "newest_update_released" in done.errors and importer.content() == importer.before
    none = importer.run("builds", "--targets", importer.targets, *OPTIONS, "--apply", "--exprobe",
                        importer.folder / "none", "--date", "2026-11-11", file)
    assert none.returncode == 65 and importer.content() == importer.before


def test_use(importer):
    file = importer.file(page(table(row(*NEW))))
    for args in ((), ("builds",), ("builds", file), ("builds", file, *OPTIONS, "--apply"),
                 ("builds", file, "--source", "x", "--read-on", "11/11/2026"), ("kev",),
                 ("builds", file, *OPTIONS, "--level", "x=y"), ("else", file)):
        done = importer.run(*args)
        assert done.returncode == 64 and done.errors, args
    assert importer.run("--help").returncode == 0
    unknown = importer.builds(file, options=OPTIONS[:4])
    assert unknown.returncode == 65 and "--title" in unknown.errors
    early = importer.builds(file, "--date", "2026-01-01")
    assert early.returncode == 65 and "the set is of 2026-10-08 already" in early.errors
