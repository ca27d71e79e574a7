# SPDX-License-Identifier: MIT
"""`exprobe explain` and `exprobe data`: verdicts without any network."""
import json
import os
import shutil

import pytest

from judge import Judge, Knowledge, branch, generation, number, text_of

AT_A_TIME = 400
TODAY = "2026-11-23"
DAYS = (TODAY, "2026-10-08", "2026-10-07", "2026-06-01", "2026-04-20", "2025-10-15", "2025-09-10",
        "2023-07-01", "2022-10-05", "2021-03-09", "2020-01-01", "2015-11-01")


@pytest.fixture(scope="module")
def knowledge(root):
    return Knowledge(os.path.join(root, "targets"))


def explain(program, builds, today):
    out = []
    for at in range(0, len(builds), AT_A_TIME):
        result = program.run("explain", "--json", "--as-of", today, *builds[at:at + AT_A_TIME])
        assert result.code == 0, result.errors
        out += result.records
    assert [r["input"] for r in out] == list(builds)
    return out


def around(knowledge):
    """Every number of the table, every cumulative update, and numbers beside, between and
    above them."""
    numbers = set(knowledge.builds)
    for n in knowledge.builds:
        numbers.add(n[:3])
        numbers |= {n[:3] + (n[3] + d,) for d in (-1, 1, 2) if n[3] + d >= 0}
        numbers |= {n[:2] + (n[2] + 1, 1), n[:2] + (max(n[2] - 1, 0), 7), n[:2] + (n[2] + 1,)}
    numbers |= {(15, 0, 1600, 1), (15, 1, 2600, 4), (15, 1, 1, 1), (15, 2, 1, 1), (15, 2, 2100, 3),
                (15, 2, 3100, 12), (15, 2, 3100), (8, 0, 1, 0), (8, 3, 9999, 0), (14, 3, 9999, 0),
                (6, 5, 7638, 1), (14, 3, 351, 0)}
    return sorted(numbers)


@pytest.mark.parametrize("today", DAYS)
def test_agrees_with_the_rules(program, knowledge, today):
    """The program and the rules written down once more say the same of every number."""
    numbers = [n for n in around(knowledge) if n not in knowledge.aliases]
    judge = Judge(knowledge, today)
    wrong = []
    for parts, record in zip(numbers, explain(program, [text_of(n) for n in numbers], today)):
        want = judge.patch(parts)
        got = {key: record["patch"][key] for key in want}
        wrong += ["%s %s: %s, not %s" % (text_of(parts), key, got[key], want[key])
                  for key in want if got[key] != want[key]]
        state, esu = judge.support(parts)
        if (record["support"]["state"], record["support"]["esu"]) != (state, esu):
            wrong.append("%s support: %s" % (text_of(parts), record["support"]))
        if record["exchange"]["generation"] != generation(parts):
            wrong.append("%s: %s" % (text_of(parts), record["exchange"]["generation"]))
    assert len(numbers) > 1500
    assert not wrong, "\n".join(wrong[:20])


def test_candidates_are_the_builds_of_the_cumulative_update(program, knowledge):
    branches = sorted({n[:3] for n in knowledge.builds if n[0] == 15})
    for parts, record in zip(branches, explain(program, [text_of(b) for b in branches], TODAY)):
        want = [text_of(n) for n in sorted(knowledge.builds) if branch(n) == parts]
        build = record["exchange"]["build"]
        assert build["precision"] == "cu" and build["exact"] is None
        assert build["candidates"] == want
        assert (build["min"], build["max"]) == (want[0], want[-1])


@pytest.mark.parametrize("build, present, product", [
    ("15.20.8320.18", "online", "Exchange Online"),
    ("15.3.1750.15", "yes", "Exchange Server SE"),
    ("5.5.2653.23", "no", None),
    ("6.5.7638.1", "yes", "Exchange Server 2003"),
    ("15.02.1118.026", "yes", "Exchange Server 2019"),
])
def test_other_numbers(program, build, present, product):
    record = explain(program, [build], TODAY)[0]
    assert record["exchange"]["present"] == present
    assert record["exchange"]["product"] == product
    if present != "yes":
        assert record["patch"]["state"] == "not-applicable"
        assert not record["patch"]["missing"]


def test_alias(program):
    build = explain(program, ["8.3.83.4"], TODAY)[0]["exchange"]
    assert build["build"]["exact"] == "8.3.83.6" and build["build"]["observed"] == "8.3.83.4"
    assert build["notes"] == ["owa-build-alias"]


def test_text_names_what_matters(program):
    said = program.run("explain", "--as-of", TODAY, "15.2.1748.43").text
    for words in ("Exchange Server 2019 CU15 Feb26SU (KB5074993)", "2026-02-10", "286 days",
                  "end-of-support since 2025-10-14", "ended on 2026-10-31", "Missing: 29",
                  "exploited CVE-2026-42897", "Exchange Server SE", "2026-10-08"):
        assert words in said, words
    assert max(map(len, said.splitlines())) <= 120


def test_text_names_the_update_to_install(program):
    said = program.run("explain", "--as-of", TODAY, "15.2.2562.49").text
    assert "KB5129955" in said and "15.2.2562.53" in said
    old = program.run("explain", "--as-of", "2025-06-01", "15.2.1118.7").text
    assert "CU15" in old and ", then " in old


def test_newer_is_never_clean(program):
    said = program.run("explain", "--as-of", TODAY, "15.2.2562.60", "15.2.2700.4").text
    assert said.count("newer-than-data") == 2
    assert said.count("neither a clean bill nor a missing update") == 2
    assert "patched" not in said


def test_bad_builds_are_named_and_the_others_answered(program):
    result = program.run("explain", "--json", "15.2.1748.43", "15.2", "\x1b[31m", "15.2.1748.10")
    assert result.code == 65
    assert [r["input"] for r in result.records] == ["15.2.1748.43", "15.2.1748.10"]
    assert '"15.2" is no build number' in result.errors
    assert "\x1b" not in result.errors
    assert program.run("explain", "15.2.70000.1").code == 65
    assert program.run("explain").code == 64
    assert program.run("explain", "--as-of", "2026-02-30", "15.2.1748.43").code == 64


def test_data_show(program, knowledge):
    shown = json.loads(program.run("data", "show", "--json", "--as-of", TODAY).text)
    assert shown["date"] == knowledge.date and shown["age_days"] == 46
    assert shown["counts"]["builds"] == len(knowledge.builds)
    assert shown["counts"]["cves"] == len(knowledge.cves)
    assert shown["counts"]["kev"] == len(knowledge.kev)
    assert [shown["counts"]["backdoor_names_tier%d" % n] for n in (1, 2, 3)] == [38, 115, 542]
    text = program.run("data", "show", "--as-of", TODAY).text
    assert shown["sha256"] in text and "46 days old" in text and shown["not_covered"] in text


def test_old_data_is_said(program):
    """Of every verdict, as soon as a Patch Tuesday came after the date of the data."""
    for today, n, days in (("2026-10-12", 0, 4), ("2026-10-13", 1, 5), (TODAY, 2, 46)):
        for build in ("15.2.2562.53", "15.2.1748.43", "15.2.2562.60", "15.1.2507", "15.20.1.1"):
            patch = explain(program, [build], today)[0]["patch"]
            assert (patch["data_age_days"], patch["patch_tuesdays_since_data"]) == (days, n)
            text = program.run("explain", "--as-of", today, build).text
            assert ("Old data" in text) == (n > 0 and build != "15.20.1.1"), text
    shown = json.loads(program.run("data", "show", "--json", "--as-of", TODAY).text)
    assert shown["patch_tuesdays_since_data"] == 2
    assert "2 Patch Tuesdays came since" in program.run("data", "show", "--as-of", TODAY).text


def test_data_verify(program, root, tmp_path):
    folder = tmp_path / "set"
    shutil.copytree(os.path.join(root, "targets"), folder,
                    ignore=shutil.ignore_patterns("*.py", "*.build", "*.md"))
    good = program.run("data", "verify", folder)
    assert good.code == 0, good.errors
    own = json.loads(program.run("data", "show", "--json").text)["sha256"]
    assert own in good.text

    rules = folder / "signatures.yar"
    whole = rules.read_text()
    rules.write_text(whole.replace("filesize <= 16", "filesiz <= 16"))
    bad = program.run("data", "verify", folder)
    assert bad.code == 78
    assert "%s: line " % rules in bad.errors and "filesiz" in bad.errors
    rules.write_text(whole)

    builds = folder / "builds.json"
    builds.write_text(builds.read_text().replace('"Feb26SU"', '"Feb62SU"', 1))
    bad = program.run("data", "verify", folder)
    assert bad.code == 78
    assert str(builds) in bad.errors and "15.1.2507.66" in bad.errors
    assert program.run("explain", "--data", folder, "15.2.1748.43").code == 78
    (folder / "rules.json").unlink()
    assert program.run("data", "verify", folder).code != 0


def test_data_replaces_the_set(program, root, tmp_path):
    """A row that is added to a folder is known, without another program."""
    folder = tmp_path / "set"
    shutil.copytree(os.path.join(root, "targets"), folder)
    builds, meta = folder / "builds.json", folder / "meta.json"
    last = [line for line in builds.read_text().splitlines() if '"15.2.2562.53"' in line][0]
    row = json.loads(last)
    row.update(build="15.2.2562.60", update="Nov26SU", security_level="Nov26SU", kb="KB9999999",
               released="2026-11-10", notes=None)
    builds.write_text(builds.read_text().replace(last, last + ",\n" + json.dumps(row)))
    meta.write_text(meta.read_text().replace("2026-10-08", "2026-11-20", 1)
                    .replace("Sep26SUv2", "Nov26SU").replace("2026-10-02", "2026-11-10"))
    before, after = (json.loads(program.run("explain", "--json", "--as-of", TODAY, *more,
                                            "15.2.2562.60").text)
                     for more in ((), ("--data", folder)))
    assert before["patch"]["state"] == "newer-than-data"
    assert after["patch"]["state"] == "patched", after
    assert after["exchange"]["update"] == "Nov26SU"
