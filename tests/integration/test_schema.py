# SPDX-License-Identifier: MIT
"""The JSON Schema that is shipped, held against every kind of record that can be written."""
import copy
import json
import os
import subprocess

import jsonschema
import pytest


@pytest.fixture(scope="module")
def validator(root):
    path = os.path.join(root, "targets", "schema", "exprobe-1.schema.json")
    with open(path, encoding="utf-8") as f:
        schema = json.load(f)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


@pytest.fixture(scope="module")
def samples(root, exprobe_path):
    """The records that the reports are tested with, and what the program behind them prints
    today."""
    golden = os.path.join(root, "tests", "golden")
    lines = []
    for name in ("sample.jsonl", "interrupted.jsonl"):
        with open(os.path.join(golden, name), encoding="utf-8") as f:
            lines += f.read().splitlines()
    build = os.path.dirname(os.path.dirname(os.path.dirname(exprobe_path)))
    maker = os.path.join(build, "tests", "golden", "make_sample")
    for arguments in ([], ["interrupted"]):
        lines += subprocess.run([maker] + arguments, check=True,
                                stdout=subprocess.PIPE).stdout.decode("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def problems(validator, record):
    return ["%s: %s" % ("/".join(map(str, e.path)), e.message)
            for e in validator.iter_errors(record)]


def test_samples_follow_the_schema(validator, samples):
    assert {r["type"] for r in samples} == {"run", "host", "end"}
    for record in samples:
        assert not problems(validator, record), record.get("target")


def test_samples_hold_everything(samples):
    """Every word of the closed lists that a scan can yield."""
    hosts = [r for r in samples if r["type"] == "host"]
    assert len({h["state"] for h in hosts}) == 13
    assert {h["patch"]["state"] for h in hosts} == {
        "patched", "missing-updates", "undetermined", "newer-than-data", "not-assessed",
        "not-applicable"}
    assert {h["exchange"]["present"] for h in hosts} == {"yes", "no", "maybe", "online"}
    assert {h["exchange"]["build"]["precision"] for h in hosts} >= {"exact", "cu", "none"}
    assert {h["severity"] for h in hosts} >= {"critical", "high", "medium", "info", "none"}
    assert {h["backdoor"]["state"] for h in hosts} == {
        "not-assessed", "none-seen", "review", "suspicious", "likely", "confirmed"}
    assert {h["logon_page"]["state"] for h in hosts} == {
        "not-native", "not-assessed", "genuine", "customised", "review", "suspicious", "likely",
        "confirmed"}


def test_unknown_keys_are_allowed(validator, samples):
    for record in samples[:3]:
        assert not problems(validator, {**record, "invented": 1})


def paths(value, path=()):
    """Every key of an object and of the objects in it."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield path + (key,)
            yield from paths(member, path + (key,))
    elif isinstance(value, list) and value:
        yield from paths(value[0], path + (0,))


def is_optional(path):
    return path[0] == "tags" or ("evidence" in path and path[-1] in ("header", "excerpt", "sha256"))


def test_every_key_is_required(validator, samples):
    """A schema that lets a key be forgotten proves nothing."""
    host = next(r for r in samples if r.get("target") == "mail.stark.example:443")
    assert {p[0] for p in paths(host) if "exhibit" in p} == {"backdoor", "logon_page"}
    for path in paths(host):
        if is_optional(path):
            continue
        changed = copy.deepcopy(host)
        holder = changed
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        assert problems(validator, changed), "without %s" % "/".join(map(str, path))


@pytest.mark.parametrize("path, value", [
    (("state",), "fine"),
    (("severity",), "worst"),
    (("port",), 0),
    (("detail",), "\x1b[31m"),
    (("detail",), "\u202e"),
    (("server",), "\x9b"),
    (("started",), "2026-11-23 07:41"),
    (("exchange", "present"), "perhaps"),
    (("exchange", "present"), None),
    (("exchange", "build", "precision"), "about"),
    (("exchange", "build", "min"), "15.2"),
    (("exchange", "notes"), ["fishy"]),
    (("patch", "state"), "ok"),
    (("patch", "missing"), ["ProxyLogon"]),
    (("support", "state"), "yes"),
    (("support", "esu"), True),
    (("backdoor", "state"), "clean"),
    (("logon_page", "state"), "clean"),
    (("backdoor", "reason"), "bored"),
    (("backdoor", "limits"), ""),
    (("backdoor", "blocked"), {"after": 0, "by": "403"}),
    (("backdoor", "candidates", 0, "level"), "none-seen"),
    (("backdoor", "candidates", 0, "trace"), "odd"),
    (("backdoor", "candidates", 0, "repeat"), "twice"),
    (("backdoor", "candidates", 0, "confidence"), "certain"),
    (("backdoor", "candidates", 0, "path"), "x.aspx"),
    (("backdoor", "candidates", 0, "curl"), "curl\nx"),
    (("backdoor", "candidates", 0, "signatures", 0, "strength"), "weak"),
    (("backdoor", "candidates", 0, "exhibit", "sha256"), "abc"),
    (("backdoor", "candidates", 0, "exhibit", "time"), "2026-11-23 07:41"),
    (("backdoor", "candidates", 0, "exhibit", "excerpt"), "\x00"),
    (("backdoor", "candidates", 0, "exhibit", "headers"), [["Server"]]),
    (("backdoor", "calibration", 0, "state"), "good"),
    (("backdoor", "calibration", 0, "folder"), ""),
    (("logon_page", "features"), ["C9"]),
    (("logon_page", "features"), ["C1", "C1"]),
    (("logon_page", "hash"), ""),
    (("logon_page", "foreign_origins"), ["\u202e"]),
    (("logon_page", "pages", 0, "page"), "owa"),
    (("logon_page", "scripts", 0, "kind"), "script"),
    (("logon_page", "scripts", 0, "sha256"), "abc"),
    (("logon_page", "scripts", 0, "sink"), "\x07"),
    (("findings", 0, "confidence"), "sure"),
    (("findings", 0, "id"), "1"),
    (("findings", 0, "title"), ""),
])
def test_wrong_values_are_refused(validator, samples, path, value):
    record = copy.deepcopy(next(r for r in samples
                                if r.get("target") == "mail.stark.example:443"))
    assert not problems(validator, record)
    holder = record
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert problems(validator, record)
