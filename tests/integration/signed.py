# SPDX-License-Identifier: MIT
"""Sets of knowledge that were signed, and stores that they are installed in."""
import json
import os
import shutil
import subprocess

FILES = ("advice.json", "aliases.json", "builds.json", "cves.json", "devices.json",
         "lifecycle.json", "limits.json", "mail_names.json", "meta.json", "origins.json",
         "paths.json", "rules.json", "scripts.json", "signatures.yar", "sources.json")
BUILT_IN = "2026-10-08"
LINE = 180    # bytes of the signature line
NEW_BUILD = "15.2.2562.60"


def openssl(*args):
    subprocess.run(("openssl",) + args, check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Key:
    """A pair of keys in PEM."""

    def __init__(self, folder, name, algorithm="ed25519"):
        self.private, self.public = folder / (name + ".pem"), folder / (name + ".pub.pem")
        extra = ("-pkeyopt", "ec_paramgen_curve:P-256") if algorithm == "EC" else ()
        openssl("genpkey", "-algorithm", algorithm, *extra, "-out", str(self.private))
        openssl("pkey", "-in", str(self.private), "-pubout", "-out", str(self.public))


def edit_row(path, key, **changes):
    """Change the row that has @key in it, in the form of the files: a row a line."""
    lines = path.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if key in line)
    row = json.loads(lines[at].rstrip(","))
    row.update(changes)
    lines[at] = json.dumps(row) + ("," if lines[at].endswith(",") else "")
    path.write_text("\n".join(lines) + "\n")


class Sets:
    """Makes sets that differ from the built-in one by their date and one build, and signs them."""

    def __init__(self, program, root, folder):
        self.program, self.root, self.folder = program, root, folder
        self.key, self.other = Key(folder, "key"), Key(folder, "other")
        self.store = folder / "store"

    def directory(self, date, name="set"):
        """A set of @date in a directory of its own, not signed."""
        to = self.folder / ("%s-%s" % (name, date))
        to.mkdir()
        for file in FILES:
            shutil.copy(os.path.join(self.root, "targets", file), to)
        edit_row(to / "meta.json", '"schema"', date=date)
        if date > BUILT_IN:
            self.add_build(to, date)
        return to

    @staticmethod
    def add_build(to, date):
        builds = to / "builds.json"
        last = next(line for line in builds.read_text().splitlines() if '"15.2.2562.53"' in line)
        row = dict(json.loads(last), build=NEW_BUILD, update="Nov26SU", kb="KB9999999",
                   security_level="Nov26SU", released=date, notes=None)
        builds.write_text(builds.read_text().replace(last, last + ",\n" + json.dumps(row)))
        edit_row(to / "meta.json", '"schema"', newest_update="Nov26SU",
                 newest_update_released=date)

    def sign(self, directory, *more, key=None, code=0, **kwargs):
        result = self.program.run("data", "sign", directory, "--key",
                                  (key or self.key).private, *more, **kwargs)
        assert result.code == code, result.errors
        return result

    def signed(self, date, serial=1, key=None, name="set"):
        """One file."""
        directory = self.directory(date, name)
        file = self.folder / ("%s-%s.%d.exprobe" % (name, date, serial))
        self.sign(directory, "--serial", serial, "-o", file, key=key)
        shutil.rmtree(directory)
        return file

    def run(self, *args, trust=True, **kwargs):
        keys = ("--trusted-key", self.key.public) if trust else ()
        return self.program.run(*args, "--data-store", self.store, *keys, **kwargs)

    def update(self, file, *more, code=0, **kwargs):
        result = self.run("data", "update", file, *more, **kwargs)
        assert result.code == code, (result.code, result.text, result.errors)
        return result

    def shown(self, **kwargs):
        result = self.run("data", "show", "--json", **kwargs)
        assert result.code == 0, result.errors
        return json.loads(result.text)

    def date(self):
        return self.shown()["date"]

    def installed(self):
        """The directories of the store."""
        sets = self.store / "sets"
        return sorted(p.name for p in sets.iterdir()) if sets.exists() else []
