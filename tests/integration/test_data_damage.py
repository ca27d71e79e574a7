# SPDX-License-Identifier: MIT
"""Sets that are not what a trusted key signed, and files that are no sets: each is refused with
words, and nothing is installed."""
import hashlib
import os
import shutil

import pytest

from signed import BUILT_IN, FILES, LINE, NEW_BUILD, Key, edit_row, openssl


def cut_at(where):
    def cut(data):
        return data[:where]
    return cut


def replace(old, new):
    def change(data):
        assert old in data and len(old) == len(new)
        return data.replace(old, new, 1)
    return change


def flip(at):
    def change(data):
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
    return change


# What is done to a signed file, its exit code, and what is said.
DAMAGE = {
    "empty": (cut_at(0), 65, "is no signed set"),
    "one line": (cut_at(LINE), 65, "within its manifest"),
    "cut in the signature": (cut_at(LINE - 9), 65, "within its signature line"),
    "cut in the manifest": (cut_at(LINE + 300), 65, "within its manifest"),
    "cut in the files": (cut_at(300000), 65, "ends within"),
    "one byte missing": (cut_at(-1), 65, "ends within sources.json"),
    "one byte too many": (lambda d: d + b"\n", 65, "1 bytes too many, which nobody signed"),
    "another file behind": (lambda d: d + d, 65, "which nobody signed"),
    "something before": (lambda d: b"\n" + d, 65, "is no signed set"),
    "signature": (flip(60), None, None),
    "signature, still hex": (lambda d: d[:60] + (b"0" if d[60:61] != b"0" else b"1") + d[61:], 4,
                             "changed, or forged"),
    "date in the manifest": (replace(b"date 2026-11-11", b"date 2026-11-12"), 4,
                             "changed, or forged"),
    "serial in the manifest": (replace(b"serial 1\n", b"serial 9\n"), 4, "changed, or forged"),
    "name in the manifest": (replace(b" aliases.json\n", b" ../../x.json\n"), 4,
                             "changed, or forged"),
    "a row": (replace(b"KB9999999", b"KB9999998"), 4, "builds.json is not what was signed"),
    "a CVE that is gone": (replace(b'"cve": "CVE-2021-26855"', b'"cve": "CVE-2021-26850"'), 4,
                           "cves.json is not what was signed"),
    "length of the manifest": (lambda d: d[:LINE - 6] + b"00100\n" + d[LINE:], 4,
                               "changed, or forged"),
    "no length": (lambda d: d[:LINE - 6] + b"00000\n" + d[LINE:], 65, "line is damaged"),
    "another version": (replace(b"exprobe-signature/1", b"exprobe-signature/2"), 65,
                        "is no signed set"),
    "a plain set": (lambda d: b"[]\n", 65, "is no signed set"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_refused(sets, what):
    """And nothing is installed, neither with an empty store nor over another set."""
    change, code, says = DAMAGE[what]
    file = sets.signed("2026-11-11")
    damaged = sets.folder / "damaged"
    damaged.write_bytes(change(file.read_bytes()))
    for before in (None, "2026-10-20"):
        if before:
            sets.update(sets.signed(before))
        result = sets.update(damaged, code=code) if code else sets.run("data", "update", damaged)
        assert result.code in (4, 65)
        assert not says or says in result.errors, result.errors
        assert str(damaged) in result.errors and not result.text
        assert sets.date() == (before or BUILT_IN)
        assert sets.installed() == ([before + ".1.1"] if before else [])


def test_every_bit_counts(sets):
    """One changed bit anywhere, at places all over the file: never installed."""
    file = sets.signed("2026-11-11").read_bytes()
    damaged = sets.folder / "damaged"
    for at in list(range(0, LINE + 1400, 53)) + list(range(2000, len(file), 61111)):
        damaged.write_bytes(flip(at)(file))
        assert sets.run("data", "update", damaged).code in (4, 65), at
    assert not sets.store.exists()


def others(directory, what):
    """Put something into a signed directory that has no business there."""
    if what == "extra file":
        (directory / "extra.json").write_text("[]")
    elif what == "hidden file":
        (directory / ".x").write_text("")
    elif what == "folder":
        (directory / "sub").mkdir()
    elif what == "link to a file":
        (directory / "away.json").write_bytes((directory / "rules.json").read_bytes())
        (directory / "rules.json").unlink()
        (directory / "rules.json").symlink_to(directory / "away.json")
    elif what == "link to outside":
        (directory / "rules.json").unlink()
        (directory / "rules.json").symlink_to("/etc/passwd")
    elif what == "linked manifest":
        (directory / "MANIFEST").rename(directory.parent / "manifest")
        (directory / "MANIFEST").symlink_to(directory.parent / "manifest")
    elif what == "pipe":
        (directory / "rules.json").unlink()
        os.mkfifo(directory / "rules.json")
    elif what == "folder for a file":
        (directory / "rules.json").unlink()
        (directory / "rules.json").mkdir()
    elif what == "missing file":
        (directory / "rules.json").unlink()
    elif what == "truncated file":
        os.truncate(directory / "rules.json", 100)
    elif what == "huge file":
        os.truncate(directory / "rules.json", 1 << 40)
    elif what == "huge manifest":
        os.truncate(directory / "MANIFEST", 1 << 40)
    else:
        os.truncate(directory / "MANIFEST.sig", 1 << 40)


@pytest.mark.parametrize("what,code,says", [
    ("extra file", 65, '"extra.json" is no file of a set'),
    ("hidden file", 65, '".x" is no file of a set'),
    ("folder", 65, '"sub" is no file of a set'),
    ("link to a file", 65, "is no file of a set"),
    ("link to outside", 65, "rules.json: is a link"),
    ("linked manifest", 65, "MANIFEST: is a link"),
    ("pipe", 65, "rules.json: is no regular file"),
    ("folder for a file", 65, "rules.json: is no regular file"),
    ("missing file", 65, "rules.json: No such file"),
    ("truncated file", 4, "rules.json has 100 bytes"),
    ("huge file", 65, "rules.json: 1099511627776 bytes"),
    ("huge manifest", 65, "MANIFEST: 1099511627776 bytes"),
    ("huge signature", 65, "MANIFEST.sig: 1099511627776 bytes"),
])
def test_directories_with_something_else(sets, what, code, says):
    directory = sets.directory("2026-11-11")
    sets.sign(directory)
    others(directory, what)
    result = sets.update(directory, code=code)
    assert says in result.errors and str(directory) in result.errors, result.errors
    assert not sets.store.exists()


def test_other_things_than_files(sets):
    huge = sets.folder / "huge"
    huge.touch()
    os.truncate(huge, 1 << 40)
    result = sets.update(huge, code=65)
    assert "1099511627776 bytes" in result.errors and result.max_rss_kb < 200000
    pipe = sets.folder / "pipe"
    os.mkfifo(pipe)
    for path, says in ((pipe, "no regular file"), ("/dev/zero", "no regular file"),
                       (sets.folder / "none", "No such file"), (sets.folder, "MANIFEST.sig")):
        assert says in sets.update(path, code=65).errors
    assert sets.run("data", "update").code == 64
    assert sets.run("data", "update", huge, huge).code == 64


def test_signed_and_of_no_use(sets):
    """Who signs can be mistaken: what this program cannot use is not installed."""
    directory = sets.directory("2026-11-11")
    edit_row(directory / "builds.json", NEW_BUILD, update="Nov99XX")
    result = sets.sign(directory, code=78)
    assert "builds.json" in result.errors and NEW_BUILD in result.errors
    assert not (directory / "MANIFEST").exists()
    # Signed by other means, it is refused where it is to be installed.
    edit_row(directory / "builds.json", NEW_BUILD, update="Nov26SU")
    sets.sign(directory)
    sign_by_openssl(sets, directory, lambda d: edit_row(d / "meta.json", "schema",
                                                        schema="exprobe-data/2"))
    result = sets.update(directory, code=65)
    assert "not usable by this version" in result.errors and "exprobe-data/1" in result.errors
    assert not sets.store.exists()


def test_date_of_the_manifest_is_that_of_the_set(sets):
    """Else an old set could be given out as new."""
    directory = sets.directory("2026-10-20")
    sets.sign(directory)
    sign_by_openssl(sets, directory, lambda d: None, date="2026-11-11")
    result = sets.update(directory, code=65)
    assert "the date of the manifest is not that of meta.json, 2026-10-20" in result.errors


def sign_by_openssl(sets, directory, change, date=None):
    """Change files and sign again, as the format says and without the program's help."""
    change(directory)
    lines = (directory / "MANIFEST").read_text().splitlines()
    if date:
        lines[1] = "date " + date
    whole = hashlib.sha256()
    for i, name in enumerate(FILES):
        data = (directory / name).read_bytes()
        whole.update(name.encode() + b"\0" + data)
        lines[4 + i] = "file %s %d %s" % (hashlib.sha256(data).hexdigest(), len(data), name)
    lines[3] = "set " + whole.hexdigest()
    text = "\n".join(lines) + "\n"
    (directory / "MANIFEST").write_text(text)
    raw = sets.folder / "raw"
    openssl("pkeyutl", "-sign", "-rawin", "-inkey", str(sets.key.private), "-in",
            str(directory / "MANIFEST"), "-out", str(raw))
    old = (directory / "MANIFEST.sig").read_text().split()
    (directory / "MANIFEST.sig").write_text("%s %s %s %s %05d\n" % (
        *old[:3], raw.read_bytes().hex(), len(text)))


def test_openssl_signs_as_the_program_does(sets):
    directory = sets.directory("2026-11-11")
    sets.sign(directory)
    line = (directory / "MANIFEST.sig").read_text()
    sign_by_openssl(sets, directory, lambda d: None)
    assert (directory / "MANIFEST.sig").read_text() == line    # Ed25519 has one signature only
    sets.update(directory)


def test_private_keys(sets, tmp_path):
    directory = sets.directory("2026-11-11")
    private = tmp_path / "k.pem"
    shutil.copy(sets.key.private, private)
    locked = tmp_path / "locked.pem"
    openssl("pkey", "-in", str(private), "-aes256", "-passout", "pass:secret", "-out", str(locked))
    ec = Key(tmp_path, "ec", "EC").private
    for mode in (0o640, 0o604, 0o660, 0o620):
        private.chmod(mode)
        result = sets.program.run("data", "sign", directory, "--key", private)
        assert result.code == 78 and "chmod 600" in result.errors, oct(mode)
    private.chmod(0o600)
    for key, says in ((locked, "passphrase"), (ec, "not Ed25519"), (tmp_path / "none", "No such"),
                      (sets.key.public, "others may read"), (tmp_path, "no regular file")):
        result = sets.program.run("data", "sign", directory, "--key", key, wrap=("setsid", "-w"))
        assert result.code == 78 and says in result.errors, result.errors
    for text in private.read_text().splitlines()[1:-1]:
        assert text not in result.errors
    assert sorted(p.name for p in directory.iterdir()) == sorted(FILES)
    assert sets.program.run("data", "sign", directory).code == 64
    assert sets.program.run("data", "sign", "--key", private).code == 64
    done = sets.program.run("data", "sign", directory, "--key", private, "-o", "/nowhere/x")
    assert done.code == 73
    # In the directory itself, a file too many is said at once.
    (directory / "README.md").write_text("x")
    assert "README.md" in sets.sign(directory, code=65).errors
