# SPDX-License-Identifier: MIT
"""Result files for tests of reports: made from the sample, without a scan."""
import copy
import json
import os

GOLDEN = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "golden")

# Members that a program reads, not a person: closed words, numbers as text, times.
CLOSED = {"type", "schema", "run_id", "state", "severity", "present", "precision", "started",
          "confidence", "id", "rule", "exact", "min", "max", "sha256", "esu", "date", "as_of",
          "reason", "strength", "level", "trace", "repeat", "kind", "hash", "time", "shard",
          "generation", "product_end", "released", "notes", "candidates", "features", "missing",
          "presumed", "possible", "kev", "target", "address", "newest_update", "kev_date"}


def sample():
    with open(os.path.join(GOLDEN, "sample.jsonl"), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def write(path, records):
    with open(path, "w", encoding="utf-8") as f:
        for r in records:
            f.write(json.dumps(r, ensure_ascii=False) + "\n")
    return path


def with_texts(value, text, key=""):
    """The same record with every free text replaced."""
    if isinstance(value, dict):
        return {k: with_texts(v, text, k) for k, v in value.items()}
    if isinstance(value, list):
        return [with_texts(v, text, key) for v in value]
    return text if isinstance(value, str) and key not in CLOSED else value


def as_run(records, run_id, started=None):
    """The same as another run: a sweep is not compared with itself."""
    return [dict(r, run_id=run_id, started=started or r["started"]) if r["type"] == "run" else r
            for r in records]


def many(n, clients=()):
    """A complete run of @n hosts: the sample's, again and again under other names."""
    records = sample()
    run, end = records[0], records[-1]
    hosts = [r for r in records if r["type"] == "host"]
    made = [run]
    for i in range(n):
        host = copy.copy(hosts[i % len(hosts)])
        host["target"] = "mail%d.example:443" % i
        host["tags"] = {"client": clients[i % len(clients)]} if clients else {}
        made.append(host)
    return made + [dict(end, hosts=n, targets=n)]
