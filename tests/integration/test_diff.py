# SPDX-License-Identifier: MIT
"""What changed, end to end: exit codes, several files, folders, standard input, --notify."""
import json

import pytest

import results

HOSTILE = "'; touch pwned; echo \"$(touch pwned)`touch pwned`\n"


def day(n, records=None):
    """The sample as if it was made on the day @n of November."""
    made = []
    for r in records or results.sample():
        r = dict(r)
        if r["type"] != "end":
            r["started"] = "2026-11-%02dT03:00:00.000Z" % n
        if r["type"] == "run":
            r["run_id"] = "run-%02d" % n
        made.append(r)
    return made


def without(records, rule, target=""):
    return [dict(r, findings=[f for f in r["findings"] if f["rule"] != rule])
            if r["type"] == "host" and target in r["target"] else r for r in records]


@pytest.fixture
def files(tmp_path):
    """An earlier sweep; the same again; worse; better; one that did not finish."""
    made = {"old": day(1), "same": day(2), "worse": day(2),
            "better": without(day(2), "ecp-reachable", "acme"), "unfinished": day(2)[:-1],
            "later": day(3)}
    for name in ("low", "info"):
        made[name] = without(day(1), {"low": "certificate-expires-soon",
                                      "info": "configuration-check"}[name])
    made["before"] = without(day(1), "missing-updates", "acme")
    return {n: results.write(tmp_path / (n + ".jsonl"), r) for n, r in made.items()}


@pytest.mark.parametrize("args, old, now, code", [
    ((), "old", "same", 0), ((), "before", "worse", 0), ((), "old", "better", 0),
    (("-q",), "old", "same", 0), (("-q",), "before", "worse", 2), (("-q",), "old", "better", 2),
    (("--fail-on", "worse"), "old", "same", 0), (("--fail-on", "worse"), "before", "worse", 2),
    (("--fail-on", "worse"), "old", "better", 0), (("--fail-on", "worse"), "info", "worse", 0),
    (("--fail-on", "changed"), "old", "same", 0), (("--fail-on", "changed"), "old", "better", 2),
    (("--fail-on", "changed"), "info", "worse", 2),
    (("--fail-on", "critical"), "before", "worse", 2), (("--fail-on", "high"), "low", "worse", 0),
    (("--fail-on", "low"), "low", "worse", 2), (("--fail-on", "critical"), "old", "better", 0),
    (("--fail-on", "missing-updates"), "before", "worse", 2),
    (("--fail-on", "ecp-reachable"), "before", "worse", 0),
    (("--fail-on", "low,missing-updates"), "before", "worse", 2),
    ((), "old", "unfinished", 3), ((), "unfinished", "later", 3),
    (("-q",), "old", "unfinished", 3), (("--fail-on", "worse"), "before", "unfinished", 2),
    (("--fail-on", "fishy"), "old", "same", 64), (("-f", "csv"), "old", "same", 64),
    (("--format", "docx"), "old", "same", 64)])
def test_exit_codes(program, files, args, old, now, code):
    done = program.run("diff", *args, files[old], files[now])
    assert done.code == code, done.errors
    assert bool(done.stdout) is (code < 64 and "-q" not in args)
    assert bool(done.stderr) is (code >= 64)


def test_wrong_use_and_bad_files(program, files, tmp_path):
    (tmp_path / "bad").write_text("hello\n")
    (tmp_path / "empty").mkdir()
    for args, code, told in (((), 64, "no result files"), ((files["old"],), 64, "diff OLD... NEW"),
                             ((tmp_path / "none", files["old"]), 65, "none"),
                             ((files["old"], tmp_path / "bad"), 65, "bad:1"),
                             ((tmp_path / "bad", files["old"]), 65, "bad:1"),
                             ((tmp_path / "empty", files["old"]), 65, "empty"),
                             (("-", "-"), 64, "only once"),
                             (("--resume", files["old"], files["same"]), 64, "resume")):
        done = program.run("diff", *args)
        assert done.code == code and told in done.errors, (args, done.errors)
        assert not done.stdout


def test_results_are_not_replaced_by_their_report(program, files, tmp_path):
    """By whatever name, in a folder as well; a report of an earlier day is replaced."""
    folder = tmp_path / "folder"
    folder.mkdir()
    old, now, report = folder / "old.jsonl", tmp_path / "now", tmp_path / "report"
    old.write_bytes(files["old"].read_bytes())
    now.write_bytes(files["worse"].read_bytes())
    (tmp_path / "link").symlink_to(now)
    for args in (("report", "-o", now, now), ("report", "-o", tmp_path / "link", now),
                 ("report", "-o", old, folder), ("report", "-o", old, "--since", folder, now),
                 ("diff", "-o", old, folder, now), ("diff", "-o", now, old, now)):
        done = program.run(*args)
        assert done.code == 64 and "has the results" in done.errors, (args, done.errors)
    assert old.read_bytes() == files["old"].read_bytes()
    assert now.read_bytes() == files["worse"].read_bytes()
    report.write_text("of yesterday")
    assert program.run("report", "-o", report, now).code == 0
    assert report.read_text() != "of yesterday"


def report_of(program, *args, stdin=None):
    done = program.run("diff", "-f", "json", *args, stdin=stdin)
    assert done.code in (0, 2, 3), done.errors
    return json.loads(done.text)


def counts(made):
    return {k: n for k, n in made["counts"]["findings"].items() if n}


def test_a_folder_of_earlier_sweeps(program, tmp_path):
    """Open on the first day, fixed on the second, open on the third: back again."""
    past = tmp_path / "past"
    past.mkdir()
    results.write(past / "b.jsonl", day(1))       # names do not have to be in the order of time
    results.write(past / "a.jsonl", without(day(2), "missing-updates", "acme"))
    (past / "notes.txt").write_text("not a result")
    now = results.write(tmp_path / "now.jsonl", day(3))
    made = report_of(program, past, now)
    assert made["earlier_runs"] == 2 and made["from"] == "2026-11-02" and made["worse"]
    acme, = [t for t in made["changes"] if t["target"] == "mail.acme.example"]
    change = {f["rule"]: (f["change"], f["since"]) for f in acme["findings"]}
    assert change["missing-updates"] == ("back-again", "2026-11-03")
    assert change["end-of-support"] == ("still-open", "2026-11-01")
    text = program.run("diff", past, now).text
    assert "back again" in text and "still open" in text


def shards(records, name, tmp_path):
    """The same sweep in two files."""
    run, end, hosts = records[0], records[-1], records[1:-1]
    made = []
    for i in (0, 1):
        part = [h for h in hosts if sum(map(ord, h["target"])) % 2 == i]
        made.append(results.write(tmp_path / ("%s-%d.jsonl" % (name, i)), [
            dict(run, shard="%d/2" % (i + 1), run_id="%s-%d" % (run["run_id"], i))] + part +
            [dict(end, hosts=len(part))]))
    return made


def test_shards_and_standard_input(program, tmp_path):
    earlier, now = without(day(1), "missing-updates", "acme"), day(2)
    whole = report_of(program, results.write(tmp_path / "e.jsonl", earlier),
                      results.write(tmp_path / "n.jsonl", now))
    pieces = report_of(program, *shards(earlier, "e", tmp_path), tmp_path / "n.jsonl")
    piped = report_of(program, "-", tmp_path / "n.jsonl",
                      stdin=(tmp_path / "e.jsonl").read_bytes())
    turned = report_of(program, tmp_path / "e.jsonl", "-",
                       stdin=(tmp_path / "n.jsonl").read_bytes())
    for made in (pieces, piped, turned):
        assert counts(made) == counts(whole) and set(counts(whole)) == {"new", "still-open"}
        assert made["changes"] == whole["changes"]
    # A shard of now alone: what it has not got was not looked at, and is not gone.
    part = report_of(program, tmp_path / "e.jsonl", shards(now, "n", tmp_path)[0])
    assert part["counts"]["targets"]["not-reached"] > 0
    assert part["counts"]["targets"]["no-longer-listed"] == 0
    assert part["counts"]["findings"]["fixed"] == 0


@pytest.mark.parametrize("fmt", ["text", "html", "csv", "action-plan", "sarif", "prometheus",
                                 "ecs"])
def test_since_in_every_format(program, files, fmt):
    """It is read, and what cannot say it is as without."""
    args = ("-f", fmt, "--as-of", "2026-11-23")
    plain = program.run("report", *args, files["worse"])
    since = program.run("report", *args, "--since", files["before"], files["worse"])
    assert plain.code == since.code == 0
    told = {"text": "What changed since 2026-11-01", "html": "changed since",
            "ecs": '"change":"new"'}.get(fmt)
    assert (told in since.text and told not in plain.text) if told else \
        fmt == "prometheus" or since.text == plain.text
    assert program.run("report", "-f", fmt, "--since", "/none", files["worse"]).code == 65


def notify(program, tmp_path, *args):
    """The result, and what the command got: None when it was not run."""
    got = tmp_path / "got.json"
    got.unlink(missing_ok=True)
    done = program.run(*args, "--notify", "cat >'%s'" % got)
    return done, json.loads(got.read_text(encoding="utf-8")) if got.exists() else None


def test_notify_when_it_got_worse(program, files, tmp_path):
    for now, old, told in (("same", "old", False), ("better", "old", False),
                           ("worse", "info", False), ("worse", "low", True),
                           ("worse", "before", True)):
        for args in (("diff", files[old], files[now]), ("diff", "-q", files[old], files[now]),
                     ("report", "-f", "csv", "--since", files[old], files[now])):
            done, got = notify(program, tmp_path, *args)
            assert done.code in (0, 2), done.errors
            assert (got is not None) is told, (args, got)
            if told:
                assert got["worse"] is True and got["schema"] == "exprobe-diff/1"
    assert got == report_of(program, files["before"], files["worse"])


def test_notify_that_fails(program, files):
    for command in ("exit 3", "kill -9 $$", "/no/such/program"):
        done = program.run("diff", files["before"], files["worse"], "--notify", command)
        assert done.code == 73 and "--notify %s: " % command in done.errors
        assert done.stdout   # what changed is told nevertheless
    done = program.run("diff", files["before"], files["worse"], "--notify", "true")
    assert done.code == 0
    assert program.run("report", "--notify", "true", files["worse"]).code == 64


def test_hostile_text_stays_on_standard_input(program, tmp_path):
    records = [results.with_texts(r, HOSTILE) for r in results.sample()]
    for n, r in enumerate(r for r in records if r["type"] == "host"):
        r["target"], r["tags"] = "%s%d:443" % (HOSTILE, n), {"client": HOSTILE}
    old = results.write(tmp_path / (HOSTILE.strip().replace("/", "") + ".jsonl"),
                        without(day(1, records), "missing-updates"))
    now = results.write(tmp_path / "now.jsonl", day(2, records))
    seen = tmp_path / "seen"
    command = "{ tr '\\0' ' ' </proc/$$/cmdline; env; } >'%s'; cat >/dev/null" % seen
    done = program.run("diff", old, now, "--notify", command)
    assert done.code == 0, done.errors
    assert "pwned" not in seen.read_text() and "cmdline" in seen.read_text()
    assert not (tmp_path / "pwned").exists()
    # One that does not read what it is told is not waited for.
    assert program.run("diff", old, now, "--notify", "exec <&-").code == 0
