# SPDX-License-Identifier: MIT
"""SARIF 2.1.0, held against GitHub's rules and the official validator."""
import json
import os
import re
import subprocess
import urllib.parse

import pytest

from npm import package
import results

VALIDATE_S = 120
HOSTILE = "</script>\"\\'\n\x1b[31m\u202e%s{0}${x} ../../etc/passwd?#%00"


def render(program, tmp_path, records, *args, code=0):
    done = program.run("report", "-f", "sarif", *args,
                       results.write(tmp_path / "results.jsonl", records))
    assert done.code == code, done.errors
    return json.loads(done.text)["runs"]


def without_findings():
    records = results.sample()
    return [dict(r, findings=[]) if r["type"] == "host" else r for r in records]


def hostile():
    records = [results.with_texts(r, HOSTILE) for r in results.sample()]
    for n, r in enumerate(r for r in records if r["type"] == "host"):
        r["target"] = "%s%d:443" % (HOSTILE, n)
    return records


SAMPLES = {"whole": (results.sample, 0), "incomplete": (lambda: results.sample()[:-1], 3),
           "no-findings": (without_findings, 0), "hostile": (hostile, 0),
           "no-hosts": (lambda: [results.sample()[0], dict(results.sample()[-1], hosts=0)], 0),
           "no-end": (lambda: results.sample()[:1], 3)}


@pytest.mark.parametrize("name", SAMPLES)
def test_what_github_asks_for(program, tmp_path, name):
    records, code = SAMPLES[name]
    run, = render(program, tmp_path, records(), code=code)
    rules = run["tool"]["driver"]["rules"]
    assert len({r["id"] for r in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"] and rule["help"]["text"]
        assert not re.search("[{}]", rule["shortDescription"]["text"] + rule["help"]["text"])
        assert 0 <= float(rule["properties"]["security-severity"]) <= 10
        assert isinstance(rule["properties"]["security-severity"], str)
    assert isinstance(run["results"], list)
    for r in run["results"]:
        assert rules[r["ruleIndex"]]["id"] == r["ruleId"]
        assert r["message"]["text"].strip()
        assert r["level"] in ("error", "warning", "note")
        location, = r["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"targets/(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+", uri)
        assert urllib.parse.unquote(uri) == "targets/" + r["properties"]["target"]
        assert location["physicalLocation"]["region"]["startLine"] == 1
        assert re.fullmatch("[0-9a-f]{16}", r["partialFingerprints"]["exprobeId/v1"])
        assert r["partialFingerprints"]["primaryLocationLineHash"] == \
            r["partialFingerprints"]["exprobeId/v1"] + ":1"
    invocation, = run["invocations"]
    assert invocation["executionSuccessful"] is (code == 0)
    if code:
        assert "incomplete" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_a_result_for_every_finding(program, tmp_path):
    run, = render(program, tmp_path, results.sample())
    want = sorted((r["address"], f["id"], f["rule"], f["title"]) for r in results.sample()
                  if r["type"] == "host" for f in r["findings"])
    got = sorted((r["properties"]["address"], r["partialFingerprints"]["exprobeId/v1"],
                  r["ruleId"], r["message"]["text"]) for r in run["results"])
    assert got == want
    assert render(program, tmp_path, without_findings())[0]["results"] == []


def test_accepted_is_suppressed(program, tmp_path):
    risks = tmp_path / "risks.json"
    risks.write_text('[{"rule": "end-of-support", "reason": "moving in May", "by": "CISO"}]')
    run, = render(program, tmp_path, results.sample(), "--ignore-file", risks)
    for r in run["results"]:
        accepted = r["ruleId"] == "end-of-support"
        assert ("suppressions" in r) is accepted
        if accepted:
            assert r["suppressions"][0]["justification"] == "moving in May (CISO)"


def validate(paths):
    """What the official validator says. Its wrapper hands arguments to a shell."""
    tool = os.path.join(package("@microsoft/sarif-multitool", "5"), "bin.js")
    done = subprocess.run(["node", tool, "validate", "--rule-kind", "'Sarif;Ghas'"] +
                          [str(p) for p in paths],
                          env=dict(os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1"),
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=VALIDATE_S,
                          check=False)
    said = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0 and "Done. %d files scanned" % len(paths) in said, said
    return [(os.path.basename(m[1]), m[2]) for m in
            re.finditer(r"^(\S+?)\(.*?\): \w+ (\w+): ", said, re.M)]


def test_official_validator(program, tmp_path):
    """All in one run, which takes seconds to begin, and two broken ones: it does look."""
    paths = []
    for name, (records, code) in SAMPLES.items():
        paths.append(tmp_path / (name + ".sarif"))
        run = program.run("report", "-f", "sarif", "-o", paths[-1],
                          results.write(tmp_path / "results.jsonl", records()))
        assert run.code == code
    whole = paths[0].read_text(encoding="utf-8")
    for broken, was, now in (("no-line", '"startLine":1', '"startLine":0'),
                             ("no-place", '"locations":[', '"locations":[],"other":[')):
        paths.append(tmp_path / (broken + ".sarif"))
        paths[-1].write_text(whole.replace(was, now), encoding="utf-8")
    said = validate(paths)
    # The one remark is that there is no home page. What cannot be read at all gets none.
    for name in SAMPLES:
        assert [rule for file, rule in said if file == name + ".sarif"] == ["SARIF2005"], name
    assert ("no-line.sarif", "JSON1008") in said and ("no-place.sarif", "GH1015") in said
