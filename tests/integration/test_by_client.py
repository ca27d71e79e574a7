# SPDX-License-Identifier: MIT
"""A report for every client, which names nothing of another one, and an overview of all."""
import os
import re

import pytest

import results

# Two of them become the same folder; one has no letter that a folder keeps; one has no name.
CLIENTS = {"Acme & Söhne/Ost.": "alpha", "acme s hne ost": "bravo", "日本/../x": "charlie",
           "///": "delta", "": "echo", "../../etc": "foxtrot"}
FILES = {"report.html", "hosts.csv", "action-plan.csv"}


def estate():
    """Every client has hosts of its own, whose names, addresses and details are told apart."""
    records = results.sample()
    run, end = records[0], records[-1]
    hosts = [r for r in records if r["type"] == "host"]
    made = [run]
    for number, (client, word) in enumerate(CLIENTS.items()):
        for i in range(5):
            # The host's own names are in many texts of its record.
            host = renamed(hosts[(number * 5 + i) % 21], "host%d-%s.example" % (i, word))
            host.update(address="198.51.100.%d" % (number * 10 + i + 100),
                        tags={"client": client, "owner": "owner-" + word} if client else {})
            made.append(host)
        gone = dict(hosts[21], target="gone-%s.example:443" % word,
                    tags={"client": client} if client else {})
        made.append(gone)
    return made + [dict(end, hosts=len(made) - 1)]


def renamed(value, name):
    if isinstance(value, dict):
        return {k: name + ":443" if k == "target" else renamed(v, name) for k, v in value.items()}
    if isinstance(value, list):
        return [renamed(v, name) for v in value]
    if isinstance(value, str):
        return re.sub(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.example\b", name, value)
    return value


def run(program, tmp_path, folder, *args):
    source = results.write(tmp_path / "zebra-sweep.jsonl", estate())
    done = program.run("report", "--by-client", folder, "--as-of", "2026-11-23", *args, source)
    assert done.code == 0, done.errors
    return folder


def contents(folder):
    return {os.path.relpath(os.path.join(at, name), folder):
            open(os.path.join(at, name), "rb").read()
            for at, _, names in os.walk(folder) for name in names}


def words_of(client, word):
    """What only this client's files may have."""
    number = list(CLIENTS).index(client)
    yield from ["-%s.example" % word, "owner-" + word]
    yield from ["198.51.100.%d" % (number * 10 + i + 100) for i in range(5)]
    if len(client) > 3:   # as it is, and as a page or a table writes it
        yield client
        yield client.replace("&", "&amp;")


@pytest.mark.parametrize("since", [False, True], ids=["alone", "since"])
def test_nothing_of_another_client(program, tmp_path, since):
    args = ()
    if since:
        earlier = estate()
        for r in earlier[1:-1]:
            r["findings"] = r["findings"][1:]
        earlier.insert(-1, dict(earlier[1], target="left-bravo.example:443",
                                tags={"client": "acme s hne ost"}))
        earlier[-1]["hosts"] += 1
        earlier = results.as_run(earlier, "earlier")
        args = ("--since", results.write(tmp_path / "zebra-earlier.jsonl", earlier))
    made = contents(run(program, tmp_path, tmp_path / "out", *args))
    folders = {os.path.dirname(n) for n in made} - {""}
    assert len(folders) == len(CLIENTS)
    assert {os.path.basename(n) for n in made if os.path.dirname(n)} == FILES
    owner = {}
    for folder in folders:
        assert re.fullmatch("[a-z0-9-]+", folder)
        text = made[folder + "/hosts.csv"].decode("utf-8")
        word, = [w for w in CLIENTS.values() if "-%s.example" % w in text]
        owner[folder] = word
    assert sorted(owner.values()) == sorted(CLIENTS.values())
    for name, data in made.items():
        folder = os.path.dirname(name)
        text = data.decode("utf-8")
        assert not folder or "zebra" not in text, name
        for client, word in CLIENTS.items():
            if not folder or owner[folder] == word:
                continue
            for told in words_of(client, word):
                assert told not in text, "%s: %s" % (name, told)
            other, = [f for f, w in owner.items() if w == word]
            assert len(other) < 8 or other not in text
    if since:
        own, = [f for f, w in owner.items() if w == "bravo"]
        assert b"left-bravo.example" in made[own + "/report.html"]


def test_overview_links_to_all(program, tmp_path):
    folder = run(program, tmp_path, tmp_path / "out")
    page = (folder / "index.html").read_text(encoding="utf-8")
    links = set(re.findall('href="([^"#]+)"', page))
    reports = {n for n in contents(folder) if n.endswith("report.html")}
    assert {n for n in links if "://" not in n} == reports and len(reports) == len(CLIENTS)
    for client in CLIENTS:
        assert client.replace("&", "&amp;") in page


def test_twice_is_the_same(program, tmp_path):
    folder = run(program, tmp_path, tmp_path / "out")
    before = contents(folder)
    inodes = {n: os.stat(folder / n).st_mtime_ns for n in before}
    after = contents(run(program, tmp_path, folder))

    def undated(made):   # a page says at which minute it was made
        return {n: re.sub(rb"\d\d:\d\d(:\d\d)?", b"", d) for n, d in made.items()}
    assert undated(after) == undated(before) and inodes
    assert sorted(os.listdir(folder)) == sorted({n.split("/")[0] for n in before})


@pytest.mark.parametrize("what", ["file in the way", "no such parent", "client is a file"])
def test_where_nothing_can_be_written(program, tmp_path, what):
    folder = tmp_path / "out"
    named = folder
    if what == "file in the way":
        folder.write_text("x")
    elif what == "no such parent":
        named = folder = tmp_path / "none" / "out"
    else:
        folder.mkdir()
        named = folder / "client"
        named.write_text("x")
    source = results.write(tmp_path / "r.jsonl", estate())
    done = program.run("report", "--by-client", folder, source)
    assert done.code == 73
    assert str(named) + ":" in done.errors
