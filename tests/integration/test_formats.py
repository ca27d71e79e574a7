# SPDX-License-Identifier: MIT
"""Prometheus, ECS and the JSON of a diff: what their readers ask for, with hostile text as well."""
import json
import os
import re
import shutil
import subprocess

import jsonschema
import pytest

import results

PROMTOOL_S = 60
HOSTILE = "\"\\'\n}{\x1b[31m\u202e,x=\"1\"} 99\n# TYPE evil counter"
LINE = re.compile(r'exprobe_[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\})? [0-9.]+$')
SAMPLES = {
    "whole": (results.sample, 0),
    "incomplete": (lambda: results.sample()[:-1], 3),
    "no-hosts": (lambda: [results.sample()[0], dict(results.sample()[-1], hosts=0)], 0),
    "hostile": (lambda: hostile(), 0),
}


def hostile():
    records = [results.with_texts(r, HOSTILE) for r in results.sample()]
    for n, r in enumerate(r for r in records if r["type"] == "host"):
        r["target"] = "%s%d:443" % (HOSTILE, n)
        r["tags"] = {"client": HOSTILE + str(n % 3), "x": HOSTILE}
    return records


def render(program, tmp_path, name, fmt, *args):
    records, code = SAMPLES[name]
    done = program.run("report", "-f", fmt, *args,
                       results.write(tmp_path / "results.jsonl", records()))
    assert done.code == code, done.errors
    return done.text


def metrics(text):
    """{(name, labels): value}; each line has the form, and nothing is told twice."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            assert LINE.match(line), line
            key, value = line.rsplit(" ", 1)
            assert key not in found
            found[key] = float(value)
    return found


def total(found, name, *labels):
    return sum(v for k, v in found.items() if k.startswith("exprobe_%s{" % name) and
               all(label in k for label in labels))


@pytest.mark.parametrize("name", SAMPLES)
def test_promtool(program, tmp_path, name):
    if not shutil.which("promtool"):
        pytest.skip("prometheus is not installed")
    text = render(program, tmp_path, name, "prometheus")
    done = subprocess.run(["promtool", "check", "metrics"], input=text.encode(),
                          capture_output=True, timeout=PROMTOOL_S, check=False)
    assert done.returncode == 0 and not done.stdout and not done.stderr, done.stderr


@pytest.mark.parametrize("name", SAMPLES)
def test_prometheus_counts(program, tmp_path, name):
    found = metrics(render(program, tmp_path, name, "prometheus"))
    hosts = [r for r in SAMPLES[name][0]() if r["type"] == "host"]
    assert total(found, "hosts") == total(found, "hosts_severity") == len(hosts)
    assert total(found, "findings") == sum(len(r["findings"]) for r in hosts)
    assert total(found, "findings", 'severity="critical"') == \
        sum(f["severity"] == "critical" for r in hosts for f in r["findings"])
    assert found["exprobe_sweep_complete"] == (name != "incomplete")
    last = found["exprobe_last_sweep_timestamp_seconds"]
    assert last > 1.7e9
    assert found["exprobe_last_complete_sweep_timestamp_seconds"] == \
        (0 if name == "incomplete" else last)
    clients = {re.search('client="((?:[^"\\\\]|\\\\.)*)"', k)[1] for k in found if "client=" in k}
    assert len(clients) == {"no-hosts": 1, "hostile": 3}.get(name, 3)
    # Of every client the same metrics: what is none is 0, not absent.
    shapes = {c: sorted(k.replace('"%s"' % c, "") for k in found if 'client="%s"' % c in k)
              for c in clients}
    assert len({str(s) for s in shapes.values()}) == 1 and len(shapes[min(clients)]) > 150


def test_prometheus_names_no_host(program, tmp_path):
    text = render(program, tmp_path, "whole", "prometheus")
    for r in results.sample():
        if r["type"] == "host":
            assert r["target"].rsplit(":", 1)[0] not in text
            assert not r["address"] or '"%s"' % r["address"] not in text


def documents(text):
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("name", SAMPLES)
def test_ecs(program, tmp_path, name):
    text = render(program, tmp_path, name, "ecs")
    made = documents(text) if text else []
    records = [r for r in SAMPLES[name][0]() if r["type"] == "host"]
    hosts = [d for d in made if d["event"]["dataset"] == "exprobe.host"]
    findings = [d for d in made if d["event"]["dataset"] == "exprobe.finding"]
    assert len(hosts) == len(records) and len(hosts) + len(findings) == len(made)
    assert len(findings) == sum(len(r["findings"]) for r in records)
    for d in made:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", d["@timestamp"])
        assert d["event"]["kind"] == "state" and d["ecs"]["version"] and d["host"]["name"]
        assert d["observer"]["vendor"] == "exprobe"
    for d in hosts:
        assert d["exprobe"]["run_complete"] is (name != "incomplete")
        assert (d["event"]["outcome"] == "success") is (d["exprobe"]["state"] == "answered")
        assert ("severity" in d["exprobe"]) is (d["exprobe"]["state"] == "answered")
    for d in findings:
        assert d["event"]["category"] == ["vulnerability"]
        assert d["vulnerability"]["status"] == "open" and d["vulnerability"]["severity"]
        if d["rule"]["id"] == "missing-updates":
            assert all(c.startswith("CVE-") for c in d["vulnerability"]["id"])


def test_ecs_words_of_what_changed(program, tmp_path):
    """mail.acme: fixed, back again; owa.globex: away, so nobody knows."""
    days = []
    for day in (1, 2, 3):
        records = results.sample()
        for r in records:
            if r["type"] != "end":
                r["started"] = "2026-11-%02dT03:00:00.000Z" % (20 + day)
        records = results.as_run(records, "day-%d" % day)
        acme, globex = records[1], records[2]
        if day == 2:
            acme["findings"] = []
        if day == 3:
            acme["findings"] = [f for f in acme["findings"] if f["rule"] != "end-of-support"]
            records[2] = dict(globex, state="refused", findings=[], severity="none",
                              exchange=None, patch=None, support=None)
        else:
            acme["findings"] = [f for f in acme["findings"] if f["rule"] != "missing-updates"] \
                if day == 2 else acme["findings"]
        days.append(results.write(tmp_path / ("%d.jsonl" % day), records))
    done = program.run("report", "-f", "ecs", "--since", days[0], "--since", days[1], days[2])
    assert done.code == 0, done.errors
    status = {}
    for d in documents(done.text):
        if "vulnerability" in d:
            status.setdefault(d["host"]["name"], {})[d["rule"]["id"]] = \
                d["vulnerability"]["status"]
    assert status["mail.acme.example"]["missing-updates"] == "reopened"
    assert set(status["owa.globex.example"].values()) == {"unknown"}
    assert set(status["mail.stark.example"].values()) == {"open"}
    done = program.run("report", "-f", "ecs", "--since", days[0], days[1])
    gone = {d["rule"]["id"]: d["vulnerability"]["status"] for d in documents(done.text)
            if "vulnerability" in d and d["host"]["name"] == "mail.acme.example"}
    assert gone["ecp-reachable"] == "fixed"


@pytest.fixture(scope="module")
def diff_schema(root):
    path = os.path.join(root, "targets", "schema", "exprobe-diff-1.schema.json")
    with open(path, encoding="utf-8") as f:
        schema = json.load(f)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


@pytest.mark.parametrize("earlier", SAMPLES)
@pytest.mark.parametrize("now", SAMPLES)
def test_diff_schema(program, tmp_path, diff_schema, earlier, now):
    files = [results.write(tmp_path / (n + ".jsonl"), results.as_run(SAMPLES[w][0](), n))
             for n, w in (("a", earlier), ("b", now))]
    done = program.run("diff", "-f", "json", *files)
    made = json.loads(done.text)
    assert not list(diff_schema.iter_errors(made))
    assert made["complete"] is (now != "incomplete")
    assert made["earlier_complete"] is (earlier != "incomplete")
    assert done.code == (0 if made["complete"] and made["earlier_complete"] else 3)
    # Each target once, and the counts are those of what is listed.
    assert len({t["target"] for t in made["changes"]}) == len(made["changes"])
    for fate, n in made["counts"]["targets"].items():
        assert n == sum(t["fate"] == fate for t in made["changes"])
    for change, n in made["counts"]["findings"].items():
        assert n == sum(f["change"] == change and f["accepted_by"] is None
                        for t in made["changes"] for f in t["findings"])


@pytest.mark.parametrize("path, value", [
    (("schema",), "exprobe-diff/2"), (("changed",), "yes"), (("from",), "yesterday"),
    (("changes", 0, "fate"), "lost"), (("changes", 0, "findings", 0, "change"), "gone"),
    (("changes", 0, "target"), "\x1b[31m"), (("counts", "findings", "new"), -1),
    (("changes", 0, "findings", 0, "id"), "1"), (("changes", 0, "severity"), "bad")])
def test_diff_schema_refuses(program, tmp_path, diff_schema, path, value):
    a = results.write(tmp_path / "a.jsonl", results.many(3))
    b = results.write(tmp_path / "b.jsonl", results.as_run(results.many(3), "b"))
    made = json.loads(program.run("diff", "-f", "json", a, b).text)
    assert not list(diff_schema.iter_errors(made))
    holder = made
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert list(diff_schema.iter_errors(made))
    del holder[path[-1]]
    assert list(diff_schema.iter_errors(made))
