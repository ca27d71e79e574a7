# SPDX-License-Identifier: MIT
"""CISA's catalogue of known exploited vulnerabilities, as JSON or CSV, against cves.json."""
import csv
import io
import json
import re

import names
from published import read_text, tidy
from trouble import Trouble

SOURCE = "cisa_kev"
CSV_FIELDS = ("cveID", "vendorProject", "product", "vulnerabilityName", "dateAdded",
              "shortDescription", "requiredAction", "dueDate", "knownRansomwareCampaignUse",
              "notes", "cwes")
FIELDS = set(CSV_FIELDS)
RANSOMWARE = {"Known": True, "Unknown": False}


def read(path, date):
    """(date of the catalogue, [(place, row), ...])."""
    text = read_text(path)
    return _read_json(path, text, date) if text.lstrip().startswith("{") else \
        _read_csv(path, text, date)


def _read_json(path, text, date):
    try:
        whole = json.loads(text)
    except ValueError as e:
        raise Trouble("%s: %s" % (path, e)) from e
    rows, version = whole.get("vulnerabilities"), whole.get("catalogVersion")
    released = str(whole.get("dateReleased"))[:10]
    if not isinstance(rows, list) or not names.is_day(released) or not version:
        raise Trouble("%s: is not CISA's catalogue: catalogVersion, dateReleased and "
                      "vulnerabilities are needed" % path)
    if whole.get("count") != len(rows):
        raise Trouble("%s: holds %d vulnerabilities and says %s: it is not whole"
                      % (path, len(rows), whole.get("count")))
    if date and date != released:
        raise Trouble("%s: is of %s, not of %s" % (path, released, date))
    return released, [("%s: vulnerability %d" % (path, n), row) for n, row in enumerate(rows, 1)]


def _read_csv(path, text, date):
    if not date:
        raise Trouble("%s: a CSV does not say when it was published: give --read-on DATE" % path)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    out = []
    try:
        heading = tuple(next(rows, ()))
        if heading != CSV_FIELDS:
            raise Trouble("%s:1: the columns are %s, not %s"
                          % (path, ",".join(heading), ",".join(CSV_FIELDS)))
        for row in rows:
            where = "%s:%d" % (path, rows.line_num)
            if len(row) != len(heading):
                raise Trouble("%s: %d fields, not %d" % (where, len(row), len(heading)))
            out.append((where, dict(zip(heading, row))))
    except csv.Error as e:
        raise Trouble("%s:%d: %s" % (path, rows.line_num, e)) from e
    return date, out


def _check(where, row, report):
    """Whether a row has the form of the catalogue."""
    if not isinstance(row, dict) or set(row) - FIELDS:
        report.error(where, "unknown fields: %s" % (sorted(set(row) - FIELDS)
                                                    if isinstance(row, dict) else row))
        return False
    for field, good in (
            ("cveID", lambda v: re.fullmatch(r"CVE-[0-9]{4}-[0-9]{4,19}", v)),
            ("vendorProject", tidy), ("product", tidy),
            ("dateAdded", names.is_day),
            ("knownRansomwareCampaignUse", RANSOMWARE.__contains__)):
        value = row.get(field)
        if not isinstance(value, str) or not good(value):
            report.error(where, "%s is %r" % (field, value))
            return False
    return True


def apply(targets, path, date, report):
    """Change cves.json, meta.json and sources.json to what the catalogue says."""
    released, rows = read(path, date)
    meta, listed = targets.meta, {}
    if released < meta["kev_date"]:
        raise Trouble("%s: is of %s, and targets/ went through that of %s already"
                      % (path, released, meta["kev_date"]))
    if not rows:
        raise Trouble("%s: is empty" % path)
    for where, row in rows:
        if not _check(where, row, report):
            continue
        if row["dateAdded"] > released:
            report.error(where, "%s was added on %s, after the catalogue was released (%s)"
                         % (row["cveID"], row["dateAdded"], released))
        if listed.setdefault(row["cveID"], (where, row))[1] is not row:
            report.error(where, "%s is there twice: %s" % (row["cveID"], listed[row["cveID"]][0]))
    ours = {r["cve"]: r for r in targets["cves"]}
    for cve, (where, row) in sorted(listed.items()):
        if cve in ours:
            _mark(ours[cve], row)
        elif tidy(row["vendorProject"]).lower() == "microsoft" and \
                "exchange" in tidy(row["product"]).lower():
            report.error(where, "%s (%s) is exploited and not in cves.json: add its row first"
                         % (cve, tidy(row["vulnerabilityName"])))
    for cve, row in ours.items():
        if row["kev_date"] and cve not in listed:
            report.error(path, "%s is not in the catalogue any more, and cves.json has it since %s"
                         % (cve, row["kev_date"]))
    meta["kev_date"] = released
    source = next(r for r in targets["sources"] if r["id"] == SOURCE)
    source["date"] = released
    source["title"] = re.sub(r"version [0-9.]+", "version " + released.replace("-", "."),
                             source["title"])
    return len(rows), sum(r["kev_date"] is not None for r in ours.values())


def _mark(row, listed):
    row["kev_date"] = listed["dateAdded"]
    row["ransomware"] = RANSOMWARE[listed["knownRansomwareCampaignUse"]]
    if SOURCE not in row["source"]:
        row["source"].append(SOURCE)
