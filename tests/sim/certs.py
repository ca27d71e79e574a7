# SPDX-License-Identifier: MIT
"""Keys and certificates made on the spot, in a folder that goes away with the process."""
import atexit
import base64
import dataclasses
import os
import random
import shutil
import subprocess
import tempfile
import threading
import time

from . import der

_RSA_WITH = {"sha256": "1.2.840.113549.1.1.11", "sha1": "1.2.840.113549.1.1.5"}
_COMMON_NAME = "2.5.4.3"
_SUBJECT_ALT_NAME = "2.5.29.17"
_DAY_S = 86400
UTF8 = 0x0C      # ASN.1 tags of a name's text
TELETEX = 0x14   # may hold any bytes, and does


@dataclasses.dataclass(frozen=True)
class CertSpec:
    """What a certificate says."""
    cn: bytes = b"mail.example.test"
    cn_tag: int = UTF8
    san: tuple = ()               # DNS names, a byte per character
    not_before_days: int = -30
    not_after_days: int = 300
    raw_not_before: bytes = None  # DER of a time, instead of not_before_days
    raw_not_after: bytes = None
    raw_serial: bytes = None      # DER of a number
    raw_public: bytes = None      # DER of a SubjectPublicKeyInfo that is not that of the key
    key_bits: int = 2048
    digest: str = "sha256"
    padding_certs: int = 0        # further certificates in the chain ...
    padding_bytes: int = 0        # ... each about this long

    @classmethod
    def from_case(cls, cert, default_san):
        """The member tls.cert of a case."""
        if not cert:
            return cls(san=tuple(default_san))
        cn = cert.get("cn", "mail.example.test")
        return cls(cn=cn.encode(), san=tuple(cert.get("san", [cn, "autodiscover.example.test"])),
                   not_before_days=cert.get("not_before_days", -30),
                   not_after_days=cert.get("not_after_days", 300))


@dataclasses.dataclass(frozen=True)
class Certificate:
    chain_path: str   # PEM, ours first
    key_path: str     # PEM
    der: bytes        # ours


class Forge:
    """Makes certificates, with one RSA key for each size; equal specs share one."""

    def __init__(self):
        self._dir = tempfile.mkdtemp(prefix="exprobe-certs.")
        atexit.register(shutil.rmtree, self._dir, ignore_errors=True)
        self._lock = threading.Lock()
        self._made = {}
        self._keys = {}   # bits -> (path, SubjectPublicKeyInfo)

    def make(self, spec=CertSpec()):
        with self._lock:
            if spec.key_bits not in self._keys:
                self._keys[spec.key_bits] = self._make_key(spec.key_bits)
            if spec not in self._made:
                self._made[spec] = self._make(spec)
            return self._made[spec]

    def _make_key(self, bits):
        path = os.path.join(self._dir, "rsa-%d.pem" % bits)
        _openssl("genrsa", "-out", path, str(bits))
        return path, _openssl("pkey", "-in", path, "-pubout", "-outform", "DER")

    def _make(self, spec):
        key, public = self._keys[spec.key_bits]
        ours = _sign(_tbs(spec, public), key, spec.digest)
        chain = [ours]
        if spec.padding_certs:
            filler = CertSpec(cn=b"filler", san=("x" * 60 + ".test",) * (spec.padding_bytes // 70))
            chain += [_sign(_tbs(filler, public), key, "sha256")] * spec.padding_certs
        path = os.path.join(self._dir, "%d.pem" % len(self._made))
        with open(path, "w", encoding="ascii") as f:
            for c in chain:
                f.write(_pem(c))
        return Certificate(path, key, ours)


def _algorithm(digest):
    return der.sequence(der.oid(_RSA_WITH[digest]), der.tlv(0x05))


def _sign(tbs, key, digest):
    signature = _openssl("dgst", "-" + digest, "-sign", key, stdin=tbs)
    return der.sequence(tbs, _algorithm(digest), der.bits(signature))


def _tbs(spec, public):
    """TBSCertificate of RFC 5280 section 4.1, self-issued."""
    cn = der.sequence(der.oid(_COMMON_NAME), der.tlv(spec.cn_tag, spec.cn))
    name = der.sequence(der.set_of(cn))
    names = b"".join(der.tlv(0x82, s.encode("latin-1")) for s in spec.san)
    extensions = b""
    if names:
        extensions = der.explicit(3, der.sequence(der.sequence(
            der.oid(_SUBJECT_ALT_NAME), der.octets(der.sequence(names)))))
    return der.sequence(
        der.explicit(0, der.integer(2)), spec.raw_serial or der.integer(random.getrandbits(64) | 1),
        _algorithm(spec.digest), name,
        der.sequence(spec.raw_not_before or _time(spec.not_before_days),
                     spec.raw_not_after or _time(spec.not_after_days)),
        name, spec.raw_public or public, extensions)


def _time(days):
    at = time.gmtime(time.time() + days * _DAY_S)
    if at.tm_year < 2050:
        return der.utc_time(time.strftime("%y%m%d%H%M%SZ", at).encode())
    return der.generalized_time(time.strftime("%Y%m%d%H%M%SZ", at).encode())


def _pem(data):
    text = base64.b64encode(data).decode()
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n" % "\n".join(lines)


def _openssl(*args, stdin=None):
    done = subprocess.run(("openssl",) + args, input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    if done.returncode != 0:
        raise RuntimeError("openssl %s: %s" % (args[0], done.stderr.decode(errors="replace")))
    return done.stdout


FORGE = Forge()
