# SPDX-License-Identifier: MIT
"""How back doors are looked for, from the server's side; and that a record says no more than
what was seen."""
import collections
import json
import os
import re
import signal
import time

import pytest

from expect_phase import ALARMS, KNOWN_GOOD
from program import parse_records
from sim.fleet import Fleet
from survey import FINGERPRINT_MAX, PHASE_MAX, Survey

CLEAN = ["x-bd-clean-2013", "x-bd-clean-2016", "x-bd-clean-2019", "x-bd-clean-se"]
PROBED = re.compile(r"/(?:aspnet_client|owa/auth|ecp/auth)/.*\.(?:aspx|ashx)$", re.I)
CREDENTIAL_PAGES = ("/owa/auth/logon.aspx", "/owa/auth/expiredpassword.aspx")
GAP_S, RECHECK_S = 0.1, 5.0
JITTER_S = 0.05


@pytest.fixture
def all_cases(survey):
    return survey("default")


@pytest.fixture(scope="module")
def listed(root):
    """The names of the first list, as they are published."""
    with open(os.path.join(root, "targets", "paths.json"), encoding="ascii") as f:
        return [row["path"] for row in json.load(f)
                if row["tier"] == 1 and row["probe"] and not row["genuine"]]


def probes(server):
    """Script names that were asked for, without the pages that ask for a password."""
    return [r for r in server.log.requests
            if PROBED.match(r.target) and r.target.partition("?")[0] not in CREDENTIAL_PAGES]


@pytest.mark.parametrize("name", CLEAN)
def test_every_name_is_asked_for_once(all_cases, listed, name):
    """As published: the case of a name may matter to what is in between."""
    targets = collections.Counter(r.target for r in probes(all_cases.servers[name]))
    assert len(listed) == 38
    assert {t: n for t, n in targets.items() if t in listed} == {t: 1 for t in listed}


@pytest.mark.parametrize("name", CLEAN)
def test_random_names_come_first(all_cases, listed, name):
    """Two for each folder and extension, before the first listed name of it: one of mixed
    letters and figures, one that can be pronounced."""
    seen = collections.defaultdict(list)
    for r in probes(all_cases.servers[name]):
        folder, _, leaf = r.target.rpartition("/")
        seen[folder, leaf.rpartition(".")[2]].append((r.target in listed, leaf.partition(".")[0]))
    assert len(seen) == 6
    for asked in seen.values():
        assert [is_listed for is_listed, _ in asked[:3]] == [False, False, True]
        names = sorted((leaf for _, leaf in asked[:2]), key=len)
        assert re.fullmatch(r"[A-Za-z0-9]{8}", names[0]), names
        assert re.fullmatch(r"[a-z]{10,12}", names[1]), names


def test_random_names_are_random(all_cases, listed):
    """Two servers are never asked for the same one, or a device could learn it."""
    used = [{r.target for r in probes(s) if r.target not in listed}
            for n, s in all_cases.servers.items() if n in CLEAN]
    assert all(used) and len(set().union(*used)) == sum(map(len, used))


def test_requests_are_plain(all_cases):
    """GET, no query, no cookie, no body, and the name of the program."""
    asked = [r for s in all_cases.servers.values() for r in probes(s)]
    assert len(asked) > 1000
    for r in asked:
        fields = {n.lower() for n, _ in r.headers}
        assert r.method == "GET" and "?" not in r.target
        assert fields <= {"host", "user-agent", "accept", "connection"}, fields
        assert r.header("user-agent").startswith("exprobe/")


def test_logon_page_is_asked_for_as_documented(all_cases):
    """Only with replaceCurrent=1 is it the whole page; nothing else has a query."""
    asked = {r.target for s in all_cases.servers.values() for r in s.log.requests
             if r.target.lower().startswith("/owa/auth/") and "?" in r.target}
    assert asked and all(t.startswith("/owa/auth/logon.aspx?replaceCurrent=1") for t in asked)


def assert_gap(asked, gap_s):
    """Requests begin @gap_s apart. They arrive when server and network let them, so that a late
    one and one on time may be closer together, but not ten."""
    at = [r.at for r in asked]
    assert len(at) > 40
    assert min(b - a for a, b in zip(at, at[10:])) > 10 * gap_s - 2 * JITTER_S


@pytest.mark.parametrize("name", CLEAN)
def test_budget_and_gap(all_cases, name):
    server, record = all_cases.servers[name], all_cases.seen[name].records[0]
    assert record["backdoor"]["requests"] <= PHASE_MAX
    assert record["requests"] <= PHASE_MAX + FINGERPRINT_MAX
    assert_gap(probes(server), GAP_S)


SUSPECTS = ["x-bd-blank-200-ashx", "x-bd-crash-500-aspnet-client", "x-bd-upload-form",
            "x-bd-401-one-name"]


@pytest.mark.parametrize("name", SUSPECTS)
def test_second_look(all_cases, name):
    """The same request again after a pause and on a new connection, then a fresh random name."""
    seen = all_cases.seen[name]
    path = seen.case["expect"]["backdoor"]["paths"][0]
    asked = probes(seen.server)
    first, again = [n for n, r in enumerate(asked) if r.target == path]
    assert asked[again].at - asked[first].at > RECHECK_S - JITTER_S
    assert asked[again].at - asked[again - 1].at > RECHECK_S - JITTER_S
    assert asked[again].connection > asked[again - 1].connection
    folder = path.rpartition("/")[0]
    later = {r.target for r in asked[again + 1:]} - {r.target for r in asked[:again]}
    assert any(t.rpartition("/")[0] == folder for t in later)
    found = next(c for c in seen.records[0]["backdoor"]["candidates"] if c["path"] == path)
    assert found["repeat"] == "same"


def judged(all_cases):
    """Records of hosts on which the phase was begun."""
    found = [r for seen in all_cases.seen.values() for r in seen.records
             if r["backdoor"]["requests"]]
    assert len(found) > 200
    return found


def test_none_seen_is_earned(all_cases):
    """Every name was asked for, every folder tells a miss from a hit, nobody was in the way."""
    clean = [r["backdoor"] for r in judged(all_cases) if r["backdoor"]["state"] == "none-seen"]
    assert len(clean) > 50
    for seen in clean:
        assert seen["probed"] == seen["names"] == 38
        assert {c["state"] for c in seen["calibration"]} == {"assessed"}
        assert len(seen["calibration"]) == 6 and not seen["blocked"]
        assert all(c["asked"] == c["names"] for c in seen["calibration"])


def test_what_was_not_assessed_has_a_reason(all_cases):
    for seen in all_cases.seen.values():
        for record in seen.records:
            if record["backdoor"]["state"] == "not-assessed":
                assert record["backdoor"]["reason"], record["target"]


def test_limits_are_said(all_cases):
    """What cannot be seen from outside goes with every result."""
    for record in judged(all_cases):
        assert record["backdoor"]["limits"] and record["logon_page"]["limits"]


def test_suspects_carry_their_evidence(all_cases):
    """Address, time, status, headers, hash and excerpt of the answer, and what a name gets that
    nobody has listed."""
    found = [(r, c) for r in judged(all_cases) for c in r["backdoor"]["candidates"]
             if c["level"] in ALARMS]
    assert len(found) > 30
    for record, candidate in found:
        kept = candidate["exhibit"]
        assert kept["url"].endswith(candidate["path"]) or candidate["path"] in kept["url"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", kept["time"])
        assert re.fullmatch(r"[0-9a-f]{64}", kept["sha256"])
        assert kept["headers"] and 200 <= kept["status"] < 600
        folder = candidate["path"].rpartition("/")[0] + "/"
        rows = [c for c in record["backdoor"]["calibration"] if c["folder"] == folder]
        assert rows and all(len(c["baselines"]) == 2 for c in rows if c["state"] == "assessed")


def test_findings_follow_the_state(all_cases):
    """A word in the record without a line in the report, or the other way, would be lost."""
    for record in judged(all_cases):
        rules = {f["rule"] for f in record["findings"]}
        for part, state in (("backdoor", record["backdoor"]["state"]),
                            ("logon-page", record["logon_page"]["state"])):
            told = {r for r in rules if r.startswith(part + "-")} - {"logon-page-foreign-script"}
            if state in ALARMS:
                assert "%s-%s" % (part, state) in told, (record["target"], state, told)
            else:
                assert not {t for t in told if t.rpartition("-")[2] in ALARMS}, record["target"]
        worst = {record["backdoor"]["state"], record["logon_page"]["state"]}
        if worst & {"likely", "confirmed"}:
            assert record["severity"] == "critical"


def test_targets_of_stolen_passwords_are_not_fetched(all_cases):
    """A page that receives them, or a file that may hold them, is named and left alone."""
    targets = 0
    for seen in all_cases.seen.values():
        target = seen.case["expect"].get("logon_page", {}).get("target")
        if target:
            targets += 1
            asked = {r.target.lower() for r in seen.server.log.requests}
            assert target.lower() not in asked
    assert targets >= 4
    every = {r.target.lower() for s in all_cases.servers.values() for r in s.log.requests}
    assert not [t for t in every if t.endswith((".log", ".txt", ".dat"))]


def where(server):
    return "%s:%d" % (server.address, server.port)


def test_switched_off(program, fleet):
    shell = fleet.add_case("bd-two-shells")
    for options in (("--no-backdoor",), ("--fingerprint-only",)):
        record, = program.scan(*options, where(shell), backdoor=True).hosts
        assert record["backdoor"]["state"] == record["logon_page"]["state"] == "not-assessed"
        assert record["backdoor"]["reason"] == "switched-off"
    assert not [r for r in probes(shell)]


def test_known_good_page(program, fleet):
    """The owner's list makes a customised page quiet, and a later change loud."""
    genuine, changed = fleet.add_case("x-bd-clean-2016"), fleet.add_case("x-logon-residue")
    records = {r["address"]: r for r in program.scan(
        "--known-good", KNOWN_GOOD, where(genuine), where(changed), backdoor=True).hosts}
    assert records[genuine.address]["logon_page"]["state"] == "genuine"
    assert records[changed.address]["logon_page"]["state"] == "suspicious"


def test_known_good_list_of_nonsense(program, exchange, tmp_path):
    for text in ("{", '["x"]', '{"a": 1}'):
        (tmp_path / "good.json").write_text(text)
        result = program.scan("--known-good", "good.json", where(exchange), backdoor=True)
        assert result.code in (64, 65, 66, 78) and "good.json" in result.errors
    assert not exchange.log.connections


def test_own_names(program, fleet, tmp_path):
    """Names from the owner's logs are asked for, as they are; what may not be asked for is not."""
    dump = fleet.add_case("x-bd-tier2-dump")
    path = tmp_path / "paths"
    path.write_text("# from the logs of IIS\n/owa/auth/owaservice.aspx\n"
                    "/aspnet_client/Mine99.aspx\n")
    record, = program.scan("--paths", path, where(dump), backdoor=True).hosts
    assert record["backdoor"]["state"] == "confirmed"
    assert "/owa/auth/owaservice.aspx" in [c["path"] for c in record["backdoor"]["candidates"]]
    asked = [r.target for r in dump.log.requests]
    assert asked.count("/aspnet_client/Mine99.aspx") == 1
    assert not fleet.violations()


def test_own_names_that_may_not_be_asked_for(program, exchange, tmp_path):
    path = tmp_path / "paths"
    for line in ("/owa/auth.owa", "/ecp/DDI/x.aspx", "/aspnet_client/x.aspx?cmd=dir",
                 "aspnet_client/x.aspx", "https://other.example.test/x.aspx", "/owa/auth/y.js"):
        path.write_text(line + "\n")
        result = program.scan("--paths", path, where(exchange), backdoor=True)
        assert result.code in (64, 65) and "paths:1" in result.errors, (line, result.errors)
    assert not exchange.log.connections


OWN_RULE = 'rule %s { meta: title = "own rule" strings: $a = "%s" condition: $a }'


def test_own_rules(program, fleet, tmp_path):
    """A rule of the owner's counts on an answer that stands out, and on nothing else."""
    search, clean = fleet.add_case("x-bd-search-form"), fleet.add_case("x-bd-clean-2016")
    path = tmp_path / "own.yar"
    path.write_text(OWN_RULE % ("own_search", 'action=\\"/search\\"'))
    records = {r["address"]: r for r in program.scan(
        "--rules", path, where(search), where(clean), backdoor=True).hosts}
    found = records[search.address]["backdoor"]
    assert found["state"] == "likely"
    assert [s["id"] for s in found["candidates"][0]["signatures"]] == ["own_search"]
    assert records[clean.address]["backdoor"]["state"] == "none-seen"


def test_own_rules_that_do_not_compile(program, exchange, tmp_path):
    path = tmp_path / "own.yar"
    path.write_text("rule broken { condition: $nothing }")
    result = program.scan("--rules", path, where(exchange), backdoor=True)
    assert result.code in (64, 65, 66, 78) and "own.yar" in result.errors
    assert not exchange.log.connections


def test_interrupted(program, fleet, tmp_path):
    """What was begun and not ended is not called clean."""
    server = fleet.add_case("x-bd-clean-2019")
    out = tmp_path / "out"
    running = program.start("scan", "-o", out, "--max-time", "60", where(server))
    end = time.monotonic() + 20
    while len(probes(server)) < 5:
        assert time.monotonic() < end
        time.sleep(0.02)
    running.signal(signal.SIGINT)
    assert running.wait(30).code == 75
    record, = [r for r in parse_records(out.read_bytes()) if r["type"] == "host"]
    seen = record["backdoor"]
    assert seen["state"] in ("none-seen", "not-assessed")
    assert (seen["state"] == "none-seen") == (seen["probed"] == seen["names"])
    assert seen["state"] == "none-seen" or seen["reason"] == "interrupted"


def test_host_delay_is_a_floor(program, fleet):
    server = fleet.add_case("x-bd-clean-2013")
    program.scan("--host-delay", "0.2", where(server), backdoor=True)
    assert_gap(probes(server), 0.2)


def test_records_repeat(session_program, all_cases):
    """Two scans of the same servers say the same, whatever names were random."""
    names = ["x-bd-two-suspects-two-folders", "bd-honeypot-known-names", "bd-wildcard-plus-oab",
             "x-logon-two-blocks", "x-bd-noise-in-404", "x-bd-path-lower-case"]

    def said(survey):
        records = {n: survey.seen[n].records[0] for n in names}
        return {n: (r["backdoor"]["state"], r["logon_page"]["state"], r["logon_page"]["hash"],
                    sorted(c["path"] for c in r["backdoor"]["candidates"]))
                for n, r in records.items()}
    assert said(Survey(session_program, "default", names)) == said(all_cases)


def test_neighbours_do_not_wait(session_program):
    """The pause before a second look holds up that host alone."""
    with Fleet() as fleet:
        for _ in range(30):
            server = fleet.add_case("x-bd-clean-2010")
            fleet.servers["n%d" % len(fleet.servers)] = fleet.servers.pop(server.name)
        lines = ["%s:%d" % (s.address, s.port) for s in fleet.servers.values()]
        result = session_program.scan("-l", "-", stdin="\n".join(lines).encode(), backdoor=True)
    assert len(result.hosts) == 30
    assert result.seconds < 25
