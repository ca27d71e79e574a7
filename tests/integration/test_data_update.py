# SPDX-License-Identifier: MIT
"""Newer knowledge: a signed set is installed and used, an older one is not, and there is a way
back."""
import fcntl
import json
import shutil

from signed import BUILT_IN, LINE, NEW_BUILD, Key, edit_row


def explained(sets, *more, code=0):
    result = sets.run("explain", "--json", "--as-of", "2026-11-23", NEW_BUILD, *more)
    assert result.code == code, result.errors
    return result.records[0]["patch"] if code == 0 else result


def test_a_newer_set_is_installed_and_used(sets):
    assert explained(sets)["state"] == "newer-than-data"
    said = sets.update(sets.signed("2026-11-11"))
    assert "2026-11-11 (serial 1)" in said.text and not said.errors
    patch = explained(sets)
    assert patch["state"] == "patched" and patch["data_date"] == "2026-11-11"
    shown = sets.shown()
    assert (shown["origin"], shown["serial"], shown["signature_checked"]) == ("installed", 1, True)
    assert shown["directory"] == str(sets.store / "sets" / "2026-11-11.1.1")
    assert explained(sets, "--data", "built-in")["data_date"] == BUILT_IN
    assert "2026-11-11" in sets.run("data", "--version").text


def test_the_record_of_a_run_says_which_set(sets, exchange):
    sets.update(sets.signed("2026-11-11", serial=3))
    where = "%s:%d" % (exchange.address, exchange.port)
    scan = ("scan", "--fingerprint-only", where)
    data = sets.run(*scan).records[0]["data"]
    assert (data["date"], data["origin"], data["serial"]) == ("2026-11-11", "installed", 3)
    assert data["sha256"] == sets.shown()["sha256"]
    data = sets.run(*scan, "--data", "built-in").records[0]["data"]
    assert (data["date"], data["origin"], data["serial"]) == (BUILT_IN, "built-in", None)


def test_a_signed_directory(sets):
    directory = sets.directory("2026-11-11")
    sets.sign(directory)
    assert sets.run("data", "verify", directory).code == 0
    sets.update(directory)
    assert sets.date() == "2026-11-11"
    # A set that lies about needs no signature to be looked at, but one that has it is held to it.
    (directory / "rules.json").write_text((directory / "rules.json").read_text() + "\n")
    assert sets.run("data", "verify", directory).code == 4
    (directory / "MANIFEST.sig").unlink()
    assert sets.run("data", "verify", directory).code == 0


def test_verify_of_a_file(sets):
    file = sets.signed("2026-11-11")
    good = sets.run("data", "verify", file)
    assert good.code == 0 and "signed with the trusted key" in good.text
    none = sets.run("data", "verify", file, trust=False)
    assert none.code == 78 and "--trusted-key" in none.errors and not none.text
    other = sets.run("data", "verify", file, "--trusted-key", sets.other.public, trust=False)
    assert other.code == 4 and "none of the 1 that are trusted" in other.errors
    assert not sets.store.exists()


def test_keys(sets):
    file = sets.signed("2026-11-11")
    wrong = sets.signed("2026-11-11", key=sets.other, name="wrong")
    both = ("--trusted-key", sets.other.public)
    none = sets.update(file, trust=False, code=78)
    assert "no key is trusted" in none.errors and "--trusted-key" in none.errors
    unknown = sets.update(wrong, code=4)
    assert "which is none of the 1 that are trusted" in unknown.errors
    # Their signature under the name of a trusted key.
    ours, theirs = file.read_bytes(), wrong.read_bytes()
    forged = sets.folder / "forged"
    forged.write_bytes(ours[:45] + theirs[45:LINE] + ours[LINE:])
    assert "changed, or forged" in sets.update(forged, code=4).errors
    assert not sets.store.exists()
    sets.update(wrong, *both)
    # A key that is not trusted any more: the set that it signed is refused, too.
    result = sets.run("data", "show")
    assert result.code == 4 and "rollback" in result.errors


def test_files_that_are_no_keys(sets):
    file = sets.signed("2026-11-11")
    ec = Key(sets.folder, "ec", "EC")
    text = sets.folder / "text"
    text.write_text("hello\n")
    for path, says in ((ec.public, "not Ed25519"), (text, "holds no public key"),
                       (sets.key.private, "holds no public key"), (sets.folder / "none", "No such"),
                       (sets.folder, "directory"), ("/dev/zero", "too long")):
        result = sets.update(file, "--trusted-key", path, trust=False, code=78)
        assert says in result.errors and str(path) in result.errors, result.errors
        assert "PRIVATE KEY" not in result.errors
    two = sets.folder / "two.pem"
    two.write_text(sets.other.public.read_text() + sets.key.public.read_text())
    sets.update(file, "--trusted-key", two, trust=False)


def test_older_sets(sets):
    october, november = sets.signed("2026-10-20"), sets.signed("2026-11-11")
    second = sets.signed("2026-11-11", serial=2)
    sets.update(second)
    for old in (october, november):
        result = sets.update(old, code=4)
        assert "is older than the installed one of 2026-11-11 (serial 2)" in result.errors
        assert "--allow-older" in result.errors
    assert sets.shown()["serial"] == 2
    assert "installed already" in sets.update(second).text
    sets.update(october, "--allow-older")
    shown = sets.shown()
    assert shown["date"] == "2026-10-20"
    assert shown["previous"] == {"date": "2026-11-11", "serial": 2}


def test_older_than_what_is_compiled_in(sets):
    """Such a set would never be used, so it is not installed, whatever is allowed."""
    old = sets.signed("2026-10-05")
    for more in ((), ("--allow-older",)):
        result = sets.update(old, *more, code=4)
        assert "older than the one compiled in" in result.errors
    assert not sets.store.exists()


def test_the_newer_of_two_stores_and_of_program_and_store(sets, program, tmp_path):
    """A program that was updated knows more than what was installed for the one before: simulated
    by a store that is older than it."""
    sets.update(sets.signed("2026-10-08"))
    assert sets.shown()["origin"] == "installed"    # the same date: it was signed later
    manifest = next((sets.store / "sets").iterdir())
    shutil.rmtree(sets.store)
    assert manifest.name == "2026-10-08.1.1"
    home = tmp_path / "xdg" / "exprobe"
    env = {"XDG_DATA_HOME": str(tmp_path / "xdg")}
    done = program.run("data", "update", sets.signed("2026-11-11"), "--trusted-key",
                       sets.key.public, env=env)
    assert done.code == 0 and (home / "current").is_symlink()
    assert "2026-11-11" in program.run("data", "show", env=env).text
    assert BUILT_IN in program.run("data", "show").text


def test_the_same_date_twice(sets):
    """Two sets of one date and serial cannot be told apart: the one that is there stays."""
    sets.update(sets.signed("2026-11-11"))
    directory = sets.directory("2026-11-11", "again")
    edit_row(directory / "builds.json", NEW_BUILD, kb="KB1111111")
    sets.sign(directory)
    result = sets.update(directory, code=65)
    assert "higher serial" in result.errors
    sets.sign(directory, "--serial", "2")
    sets.update(directory)
    assert sets.shown()["serial"] == 2


def test_the_way_back(sets):
    result = sets.run("data", "rollback")
    assert result.code == 65 and "%s: no set is installed" % sets.store in result.errors
    sets.update(sets.signed("2026-10-20"))
    sets.update(sets.signed("2026-11-11"))
    assert "2026-10-20" in sets.run("data", "rollback").text
    assert sets.date() == "2026-10-20"
    assert "2026-11-11" in sets.run("data", "rollback").text
    assert sets.date() == "2026-11-11"
    sets.update(sets.signed("2026-11-20"))
    assert sets.installed() == ["2026-11-11.1.1", "2026-11-20.1.1"]


def test_the_way_back_to_no_set(sets):
    sets.update(sets.signed("2026-11-11"))
    assert "no installed set is used" in sets.run("data", "rollback").text
    assert sets.shown()["origin"] == "built-in"
    assert "2026-11-11" in sets.run("data", "rollback").text
    assert sets.date() == "2026-11-11"


def test_a_set_that_changed_after_it_was_installed(sets):
    """Nothing runs on it, and nothing runs without saying so; what repairs it runs."""
    sets.update(sets.signed("2026-10-20"))
    sets.update(sets.signed("2026-11-11"))
    cves = sets.store / "current" / "cves.json"
    cves.write_bytes(cves.read_bytes().replace(b"CVE-2021-26855", b"CVE-2021-26850"))
    for command in (("explain", "15.2.1748.43"), ("data", "show"), ("plan", "192.0.2.1"),
                    ("scan", "127.0.0.1:9"), ("data", "verify")):
        for trust in (True, False):
            result = sets.run(*command, trust=trust)
            assert result.code == 4 and not result.text, (command, result.errors)
            assert "cves.json is not what was signed" in result.errors
            assert "data rollback" in result.errors and "built-in" in result.errors
    assert explained(sets, "--data", "built-in")["data_date"] == BUILT_IN
    assert "2026-10-20" in sets.run("data", "rollback").text
    assert sets.date() == "2026-10-20"
    # The damaged one is where a rollback would lead to now.
    assert sets.run("data", "rollback").code == 4
    assert sets.date() == "2026-10-20"


def test_an_update_repairs_and_keeps_the_last_good_set(sets):
    sets.update(sets.signed("2026-10-20"))
    november = sets.signed("2026-11-11")
    sets.update(november)
    (sets.store / "current" / "cves.json").unlink()
    assert sets.run("data", "show").code == 4
    sets.update(november)
    shown = sets.shown()
    assert shown["date"] == "2026-11-11" and shown["previous"]["date"] == "2026-10-20"


def test_without_a_key_the_hashes_are_checked(sets):
    sets.update(sets.signed("2026-11-11"))
    shown = sets.shown(trust=False)
    assert shown["date"] == "2026-11-11" and shown["signature_checked"] is False
    assert "only its hashes were checked" in sets.run("data", "show", trust=False).text


def test_one_at_a_time(sets):
    sets.update(sets.signed("2026-10-20"))
    november = sets.signed("2026-11-11")
    with open(sets.store / "lock", "r+b") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        result = sets.update(november, code=75)
        assert "another process" in result.errors
        assert sets.run("data", "rollback").code == 75
        assert sets.date() == "2026-10-20"    # reading needs no lock
    sets.update(november)


def test_where_nothing_can_be_written(sets, program):
    file = sets.signed("2026-11-11")
    for store in ("/proc/exprobe", "/dev/null/x"):
        result = program.run("data", "update", file, "--trusted-key", sets.key.public,
                             "--data-store", store)
        assert result.code == 73 and store in result.errors
    result = program.run("data", "update", file, "--trusted-key", sets.key.public,
                         wrap=("prlimit", "--fsize=1000"), env={"XDG_DATA_HOME": str(sets.folder)})
    assert result.code == 73 and "too large" in result.errors
    assert not (sets.folder / "exprobe" / "current").exists()
    assert not list((sets.folder / "exprobe" / "sets").iterdir())


def test_the_working_directory_is_not_looked_at(sets, program, tmp_path):
    """A relative XDG_DATA_HOME or HOME does not count: the folder may be anybody's."""
    sets.update(sets.signed("2026-11-11"))
    (tmp_path / "here").mkdir()
    shutil.copytree(sets.store, tmp_path / "here" / "exprobe", symlinks=True)
    shutil.copytree(sets.store, tmp_path / "here" / ".local" / "share" / "exprobe", symlinks=True)
    for env in ({"XDG_DATA_HOME": "here"}, {"XDG_DATA_HOME": "", "HOME": "here"}):
        assert BUILT_IN in program.run("data", "show", env=env).text
    env = {"XDG_DATA_HOME": str(tmp_path / "here")}
    assert "2026-11-11" in program.run("data", "show", env=env).text


def test_limits_of_age_count_for_the_installed_set(sets):
    sets.update(sets.signed("2026-11-11"))
    ask = ("explain", "15.2.1748.43", "--as-of", "2026-11-23", "--max-data-age")
    assert sets.run(*ask, "12").code == 0
    old = sets.run(*ask, "11")
    assert old.code == 4 and "2026-11-11" in old.errors
    assert sets.run(*ask, "12", "--data", "built-in").code == 4


def test_everybody_may_read_what_root_installs(sets, program):
    """Whatever the umask; a mode that the owner of a store chose stays."""
    sets.store.mkdir(mode=0o750)
    file = sets.signed("2026-11-11")
    sets.update(file, wrap=("sh", "-c", 'umask 077; exec "$@"', "sh"))
    assert sets.store.stat().st_mode & 0o777 == 0o750
    directory = sets.store / "sets" / "2026-11-11.1.1"
    for path in (sets.store / "sets", directory):
        assert path.stat().st_mode & 0o777 == 0o755
    for path in directory.iterdir():
        assert path.stat().st_mode & 0o777 == 0o644
    env = {"XDG_DATA_HOME": str(sets.folder / "xdg")}
    done = program.run("data", "update", file, "--trusted-key", sets.key.public, env=env,
                       wrap=("sh", "-c", 'umask 077; exec "$@"', "sh"))
    assert done.code == 0, done.errors
    assert (sets.folder / "xdg" / "exprobe").stat().st_mode & 0o777 == 0o755


def test_keys_and_store_of_the_configuration(sets, program, tmp_path):
    """Nothing has to be typed, neither to install nor to scan; what allows more never lasts."""
    folder = tmp_path / "config" / "exprobe"
    folder.mkdir(parents=True)
    file = sets.signed("2026-11-11")
    (folder / "config").write_text("trusted-key = %s\ndata-store = %s\n"
                                   % (sets.key.public, sets.store))
    assert program.run("data", "update", file).code == 0
    shown = json.loads(program.run("data", "show", "--json").text)
    assert (shown["date"], shown["signature_checked"]) == ("2026-11-11", True)
    # The key is taken back: what it signed is refused from then on.
    (folder / "config").write_text("trusted-key = %s\ndata-store = %s\n"
                                   % (sets.other.public, sets.store))
    assert program.run("explain", "15.2.1748.43").code == 4
    both = {"EXPROBE_TRUSTED_KEY": str(sets.key.public)}
    assert program.run("explain", "15.2.1748.43", env=both).code == 0
    for line in ("allow-older = true", "key = %s" % sets.key.private, "serial = 2"):
        (folder / "config").write_text(line + "\n")
        result = program.run("data", "show")
        assert result.code == 78 and "about one run" in result.errors, result.errors


def test_a_link_that_leads_elsewhere(sets, tmp_path):
    """A store whose link was bent: what it leads to is held to its signature as any other."""
    sets.update(sets.signed("2026-11-11"))
    evil = sets.directory("2026-11-20", "evil")
    sets.sign(evil, key=sets.other)
    (sets.store / "current").unlink()
    (sets.store / "current").symlink_to(evil)
    result = sets.run("data", "show")
    assert result.code == 4 and "none of the 1 that are trusted" in result.errors


def test_readers_meet_whole_sets_while_it_changes(sets):
    """Two sets in turn, and readers all the time: each reads the one or the other."""
    old, new = sets.signed("2026-10-20"), sets.signed("2026-11-11")
    sets.update(old)
    readers = [sets.program.start("data", "show", "--json", "--data-store", sets.store)]
    for _ in range(6):
        sets.update(new)
        sets.update(old, "--allow-older")
        readers.append(sets.program.start("data", "show", "--json", "--data-store", sets.store))
        result = readers.pop(0).wait()
        assert result.code == 0, result.errors
        assert json.loads(result.text)["date"] in ("2026-10-20", "2026-11-11")
    readers.pop().wait()
