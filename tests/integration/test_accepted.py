# SPDX-License-Identifier: MIT
"""Risks that somebody accepted: out of the work, in the report, open again on their last day."""
import json

import pytest

import results

REASON = "VPN planned, CHG-4711"


@pytest.fixture
def source(tmp_path):
    return results.write(tmp_path / "results.jsonl", results.sample())


def risks(tmp_path, *entries):
    path = tmp_path / "accepted.json"
    path.write_text(json.dumps([dict({"reason": REASON, "by": "J. Doe"}, **e) for e in entries]),
                    encoding="utf-8")
    return path


def rules(**where):
    return [dict(rule=r, **where) for r in sorted(
        {f["rule"] for r in results.sample() for f in r.get("findings", [])})]


def report(program, source, *args):
    return program.run("report", "--as-of", "2026-11-23", "--width", "200", *args, source)


def work(text):
    return text.split("\nWhat to do\n")[1].split("\n\n")[0]


def test_out_of_the_work_and_in_the_report(program, tmp_path, source):
    accepted = risks(tmp_path, {"rule": "backdoor-confirmed", "target": "mail.stark.example"},
                     {"rule": "mixed-builds"})
    plain = report(program, source)
    done = report(program, source, "--ignore-file", accepted, "--details")
    assert done.code == plain.code == 0 and not done.errors
    mixed, = [f for r in results.sample() for f in r.get("findings", [])
              if f["rule"] == "mixed-builds"]
    action = mixed["remediation"].split(".")[0]
    assert action in work(plain.text) and action not in work(done.text)
    assert REASON in done.text and "J. Doe" in done.text and REASON not in plain.text
    assert "2 findings were accepted by somebody" in done.text


def test_not_in_fail_on(program, tmp_path, source):
    everything = risks(tmp_path, *rules())
    for args in (("--fail-on", w) for w in ("info", "missing-updates", "critical")):
        assert report(program, source, *args).code == 2
        assert report(program, source, *args, "--ignore-file", everything).code == 0
    one = risks(tmp_path, {"rule": "backdoor-confirmed"})
    args = ("--ignore-file", one, "--fail-on")
    assert report(program, source, *args, "backdoor-confirmed").code == 0
    assert report(program, source, *args, "critical").code == 2
    # What was not seen stays so, whatever is accepted.
    results.write(source, results.sample()[:-1])
    everything = risks(tmp_path, *rules())
    done = report(program, source, "--ignore-file", everything, "--fail-on", "info")
    assert done.code == 3 and done.text.startswith("INCOMPLETE")


def test_by_id_and_target(program, tmp_path, source):
    wanted = results.sample()[1]["findings"][0]
    for entry, n in (({"id": wanted["id"]}, 1), ({"rule": "end-of-support"}, 12),
                     ({"rule": "end-of-support", "target": "*.ACME.example"}, 1),
                     ({"rule": "end-of-support", "target": "webmail.tyrell.example:8443"}, 1),
                     ({"rule": "end-of-support", "target": "webmail.tyrell.example:443"}, 0),
                     ({"rule": "end-of-support", "target": "mail.wayne.example"}, 3),
                     ({"id": wanted["id"], "rule": "end-of-support"}, 0)):
        done = report(program, source, "-f", "sarif", "--ignore-file", risks(tmp_path, entry))
        found = json.loads(done.text)["runs"][0]["results"]
        assert sum("suppressions" in r for r in found) == n, entry
        assert ("covers no finding" in done.errors) is (n == 0)


@pytest.mark.parametrize("command", ["report", "diff"])
def test_unused_and_expired_are_told(program, tmp_path, source, command):
    accepted = risks(tmp_path, {"rule": "end-of-support", "expires": "2026-11-22"},
                     {"rule": "no-such-rule"}, {"rule": "tls-legacy", "expires": "2026-11-24"},
                     {"id": "0000000000000000"})
    earlier = results.write(tmp_path / "earlier.jsonl", results.as_run(results.sample(), "e"))
    args = (source,) if command == "report" else (earlier, source)
    done = program.run(command, "--as-of", "2026-11-23", "--ignore-file", accepted, *args)
    assert done.code == 0
    lines = done.errors.splitlines()
    assert len(lines) == 3 and all(line.startswith("exprobe: %s: " % accepted) for line in lines)
    assert "entry 1 (end-of-support) expired on 2026-11-22; what it covered is open" in lines[0]
    assert "entry 2 (no-such-rule) covers no finding" in lines[1]
    assert "entry 4 (0000000000000000) covers no finding" in lines[2]


@pytest.mark.parametrize("day, code", [("2026-11-22", 0), ("2026-11-23", 2), ("2026-11-24", 2)])
def test_open_again_on_the_day(program, tmp_path, source, day, code):
    accepted = risks(tmp_path, {"rule": "end-of-support", "expires": "2026-11-23"})
    done = program.run("report", "--as-of", day, "--ignore-file", accepted, "--fail-on",
                       "end-of-support", source)
    assert done.code == code
    assert ("expired" in done.errors) is bool(code)


def test_accepted_is_no_news(program, tmp_path, source):
    """A new finding that is accepted neither fails nor notifies."""
    records = results.sample()
    records[1] = dict(records[1], findings=[])
    before = results.write(tmp_path / "before.jsonl", results.as_run(records, "before"))
    acme = risks(tmp_path, *rules(target="mail.acme.example"))
    told = tmp_path / "told"
    args = ("--fail-on", "changed", "--notify", "touch '%s'" % told, before, source)
    done = program.run("diff", "-f", "json", "--ignore-file", acme, *args)
    made = json.loads(done.text)
    assert done.code == 0 and not told.exists() and not made["worse"]
    new = [f for t in made["changes"] for f in t["findings"] if f["change"] == "new"]
    assert new and {f["accepted_by"] for f in new} == {"J. Doe"}
    assert made["counts"]["findings"]["new"] == 0
    assert program.run("diff", *args).code == 2 and told.exists()


@pytest.mark.parametrize("content, told", [
    ("{}", "JSON array"), ("[1]", "entry 1: is no JSON object"), ("[", "no valid JSON"),
    ('[{"rule": "x", "reason": "r"}]', '"by"'), ('[{"rule": "x", "by": "b"}]', '"reason"'),
    ('[{"reason": "r", "by": "b"}]', "neither which"),
    ('[{"rule": "x", "reason": "r", "by": "b", "expires": "soon"}]', "soon"),
    ('[{"rule": "x", "reason": "r", "by": "b", "expires": "2026-02-30"}]', "2026-02-30"),
    ('[{"rule": "x", "reason": "r", "by": "b", "untill": "2026-02-28"}]', "untill"),
    ('[{"rule": "x", "rule": "y", "reason": "r", "by": "b"}]', "no valid JSON"),
    ('[{"rule": 1, "reason": "r", "by": "b"}]', "rule")])
def test_bad_files(program, tmp_path, source, content, told):
    path = tmp_path / "bad.json"
    path.write_text(content)
    done = report(program, source, "--ignore-file", path)
    assert done.code == 65 and not done.stdout
    assert str(path) in done.errors and told in done.errors


def test_hostile_entries_are_safe_to_print(program, tmp_path, source):
    accepted = risks(tmp_path, {"rule": "end-of-support", "by": "\x1b[31m<b>\n",
                                "reason": "</script><img src=x>\u202e\r"},
                     {"rule": "\x1b]0;x\x07<i>"})
    for fmt in ("text", "html", "csv", "sarif", "ecs", "prometheus", "action-plan"):
        done = report(program, source, "-f", fmt, "--details", "--ignore-file", accepted)
        assert done.code == 0
        for text in (done.text, done.errors):
            assert "\x1b" not in text and "\u202e" not in text and "\x07" not in text
        assert "<img" not in done.text or fmt not in ("html",)
