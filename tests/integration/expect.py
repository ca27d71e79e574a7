# SPDX-License-Identifier: MIT
"""Compare a host record with the member `expect` of a case. The keys of `expect` are
described in ../cases/README.md, the record in the JSON Schema of targets/."""
import re

from expect_phase import compare_phase

# Advisory names of the cases, and the notes of a record that mean the same.
_NOTES = {"newer-than-table": "newer-than-data", "alias": "owa-build-alias",
          "client-certificate": "client-certificate-required"}
# Judged by the analysis of the logon page, when there is one.
_PAGE_WARNINGS = {"credential-sink", "form-action", "external-script"}
_FIRST_PATH = "/owa/auth/logon.aspx?replaceCurrent=1"


def _allowed(expect, key):
    return [expect.get(key)] + expect.get(key + "_any_of", [])


def _build_of(record):
    """The build as precise as it was told: four parts, three, or None."""
    build = record["exchange"]["build"]
    if build["precision"] == "exact":
        return build["exact"]
    if build["precision"] == "cu":
        return ".".join((build["min"] or "").split(".")[:3])
    return None


def _update_words(text):
    """Cumulative update and update of a row's full name: {"SP3", "RU21"}."""
    text = re.sub(r"Update Rollup (\d+)", r"RU\1", text)
    text = re.sub(r"\(.*?\)|Exchange Server \S+|\bfor\b", " ", text)
    return set(text.split()) - {"RTM"}


def _presence(expect, record):
    seen, allowed = record["exchange"]["present"], _allowed(expect, "is_exchange")
    if seen in allowed:
        return
    yield "present is %s, not %s" % (seen, allowed)


def _what(expect, record, mode):
    exchange = record["exchange"]
    for key in ("product", "generation"):
        if exchange[key] not in _allowed(expect, key):
            yield "%s is %s, not %s" % (key, exchange[key], _allowed(expect, key))
    folder = expect.get("build_with_folder_probe")
    if mode == "deep" and folder and "applies_to" not in folder:
        expect = dict(expect, build=folder["build"], precision=folder["precision"])
    seen, precision = _build_of(record), exchange["build"]["precision"]
    if mode == "deep" and expect["precision"] == "cu" and precision == "exact" and \
            seen.rpartition(".")[0] == expect["build"] and not folder:
        return
    if seen not in _allowed(expect, "build"):
        yield "build is %s, not %s" % (seen, _allowed(expect, "build"))
    if precision not in _allowed(expect, "precision"):
        yield "precision is %s, not %s" % (precision, _allowed(expect, "precision"))


def _table(expect, record):
    exchange = record["exchange"]
    build = exchange["build"]
    if "build_floor" in expect and build["floor"] != expect["build_floor"]:
        yield "floor is %s, not %s" % (build["floor"], expect["build_floor"])
    if expect.get("build_unlisted") and \
            not {"unlisted-build", "newer-than-data"} & set(exchange["notes"]):
        yield "an unlisted build is not called so"
    if "observed_build" in expect and build["observed"] != expect["observed_build"]:
        yield "observed is %s, not %s" % (build["observed"], expect["observed_build"])
    if expect.get("update_name") and build["exact"] == expect["build"]:
        seen = {w for w in (exchange["cu"], exchange["update"]) if w} - {"RTM"}
        if seen != _update_words(expect["update_name"]):
            yield "update is %s, not %s" % (sorted(seen), expect["update_name"])


def _patch(expect, record):
    seen = record["patch"]["state"]
    if seen in expect.get("patch_not", []) or seen not in expect.get("patch_any_of", [seen]):
        yield "patch state is %s" % seen


def _deep(expect, record):
    folder, manifest = expect.get("build_with_folder_probe"), expect.get("build_with_manifest")
    exchange = record["exchange"]
    if folder and "applies_to" in folder:
        back_end = exchange["back_end"] or {}
        if (back_end.get("build"), back_end.get("name")) != (folder["build"], folder["applies_to"]):
            yield "back end is %s, not %s" % (back_end, folder)
    if manifest and manifest["build"] not in (exchange["build"]["lower_bound"],
                                              exchange["build"]["exact"]):
        yield "lower bound is %s" % exchange["build"]["lower_bound"]


def _warnings(expect, record, phase):
    notes = set(record["exchange"]["notes"])
    for warning in expect.get("warnings", []):
        if warning == "end-of-support":
            if record["support"]["state"] != "end-of-support":
                yield "support is %s" % record["support"]["state"]
        elif warning in _PAGE_WARNINGS:
            continue
        elif warning == "waf-block" and "backdoor" in expect:
            if phase and not record["backdoor"]["blocked"]:
                yield "is not called blocked"
        elif _NOTES.get(warning, warning) not in notes:
            yield "no note %s among %s" % (warning, sorted(notes))
    if expect.get("max_requests_to_build") == 1:
        first = [w for w in record["exchange"]["witnesses"]
                 if w["source"] == "header:x-owa-version" and w["url"] == _FIRST_PATH]
        if not first:
            yield "the build was not read from the first answer"


def _exposed(record, rule, url=None):
    return [e for e in record["exposure"]
            if e["id"] == rule and (url is None or e["url"] == url)]


def _schemes(record, url):
    found = _exposed(record, "basic-auth-offered", url) + _exposed(record, "ntlm-offered", url)
    return sorted(found[0]["value"].split(", ")) if found else []


# Names of the cases for what stands in front, and how the record's name begins.
_DEVICES = {"arr": "IIS Application Request Routing", "citrix": "Citrix",
            "cloudflare": "Cloudflare", "entra-appproxy": "Microsoft Entra application proxy",
            "f5": "F5 BIG-IP", "f5-apm": "F5 BIG-IP APM", "f5-asm": "F5 BIG-IP ASM",
            "haproxy": "HAProxy", "kemp": "Kemp", "nginx": "nginx", "tmg": "Forefront TMG",
            "wap": "Web Application Proxy", "adfs": "AD FS"}


def _is_behind(record, want):
    return (record["exchange"]["device"] or "").startswith(_DEVICES.get(want, want))


# Facts by name: what the record says, and in which modes it is asked for at all.
_ALWAYS, _DEEP, _NTLM = ("default", "deep", "ntlm-info"), ("deep",), ("ntlm-info",)
_FACTS = {
    "front": (_ALWAYS, _is_behind),
    "preauth": (_ALWAYS, lambda r, want: "pre-authentication" in r["exchange"]["notes"]
                if want is True else True),
    "client_certificate_required": (_ALWAYS, lambda r, want: want is
                                    ("client-certificate-required" in r["exchange"]["notes"])),
    "ews_auth": (("default", "deep"), lambda r, w: _schemes(r, "/EWS/Exchange.asmx") == sorted(w)),
    "autodiscover_auth": (("default", "deep"), lambda r, w:
                          _schemes(r, "/autodiscover/autodiscover.xml") == sorted(w)),
    "eas_auth": (("default", "deep"), lambda r, w:
                 _schemes(r, "/Microsoft-Server-ActiveSync") == sorted(w)),
    "mapi_auth": (_DEEP, lambda r, w: _schemes(r, "/mapi/emsmdb") == sorted(w)),
    "ecp_exposed": (("default", "deep"), lambda r, w: w is bool(_exposed(r, "ecp-reachable"))),
    "powershell_exposed": (("default", "deep"), lambda r, w:
                           w is bool(_exposed(r, "powershell-reachable"))),
    "aspnet_version": (_ALWAYS, lambda r, w: r["aspnet_version"] == w),
    "server_banner": (_ALWAYS, lambda r, w: r["server"] == w),
    "healthcheck_fqdn": (_DEEP, lambda r, w:
                         [e["value"] for e in _exposed(r, "healthcheck-reachable")] == [w]),
    "internal_ip": (_DEEP, lambda r, w:
                    [e["value"] for e in _exposed(r, "internal-address-leak")] == [w]),
    "auth_realm": (("default", "deep"), lambda r, w: (r["auth"] or {}).get("realm") == w),
    "auth_cert_subject": (("default", "deep"), lambda r, w:
                          ((r["auth"] or {}).get("certificate") or {}).get("subject") == w),
    "ntlm": (_NTLM, lambda r, w: r["ntlm"] == w),
    "tls_max": (_ALWAYS, lambda r, w:
                (r["tls"] or {}).get("version") == "TLSv" + w.removesuffix(".0")),
}


def _facts(expect, record, mode):
    for name, want in (expect.get("facts") or {}).items():
        modes, holds = _FACTS.get(name, ((), None))
        if mode in modes and not holds(record, want):
            yield "fact %s is not %s" % (name, want)


def compare(expect, host_record, mode="default", phase=None):
    """What is wrong with a record, as a list of sentences; empty when it is right. @mode is
    "default", "deep", "ntlm-info" or "fingerprint", @phase how back doors were looked for."""
    if mode not in expect.get("modes", [mode]):
        return []
    problems = list(_presence(expect, host_record))
    if host_record["state"] != expect.get("state", host_record["state"]):
        problems.append("state is %s, not %s" % (host_record["state"], expect["state"]))
    problems += _what(expect, host_record, mode)
    problems += _table(expect, host_record)
    problems += _patch(expect, host_record)
    problems += _warnings(expect, host_record, phase)
    problems += _facts(expect, host_record, mode)
    if mode == "deep":
        problems += _deep(expect, host_record)
    if phase:
        problems += compare_phase(expect, host_record, phase)
    return problems
