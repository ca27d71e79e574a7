# SPDX-License-Identifier: MIT
"""Faults of the handshake and of certificates."""
import base64
import random
import tempfile

from . import der
from .case import DEFAULT_NAMES
from .certs import TELETEX, CertSpec
from .fault import Fault, serve_politely

_TEN_THOUSAND = tuple("%04d" % n for n in range(10000))


def _alert(code, level=2):
    """A TLS alert record (RFC 8446 section 6) instead of a ServerHello."""
    def talk(channel):
        channel.sock.recv(65536)
        channel.send(bytes([0x15, 3, 3, 0, 2, level, code]))
    return talk


def _warning_then_silence(channel):
    channel.sock.recv(65536)
    channel.send(bytes([0x15, 3, 3, 0, 2, 1, 112]))
    channel.wait_until_gone()


def _oversized_record(channel):
    """A record longer than the protocol allows (RFC 8446 section 5.1)."""
    channel.sock.recv(65536)
    channel.send(b"\x16\x03\x03\xff\xff" + b"\0" * 0xffff)


def _silence(channel):
    channel.wait_until_gone()


def _reset(channel):
    channel.reset()


def _fin(_channel):
    return


def _large_group(bits):
    """A Diffie-Hellman group that costs the client dearly; that its modulus is no prime does not
    matter for that. RFC 3279 2.3.3 has the form of what is inside the PEM."""
    def prepare(server):
        modulus = 1 << bits - 1 | random.getrandbits(bits - 2) | 1
        text = base64.b64encode(der.sequence(der.integer(modulus), der.integer(2))).decode()
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as f:
            f.write("-----BEGIN DH PARAMETERS-----\n%s\n-----END DH PARAMETERS-----\n" % "\n".join(
                text[at:at + 64] for at in range(0, len(text), 64)))
            f.flush()
            server.tls().load_dh_params(f.name)
    return prepare


def _alerts():
    codes = {10: "unexpected-message", 40: "handshake-failure", 42: "bad-certificate",
             47: "illegal-parameter", 70: "protocol-version", 71: "insufficient-security",
             80: "internal-error", 86: "inappropriate-fallback", 112: "unrecognized-name",
             116: "certificate-required", 255: "unknown"}
    return [Fault("tls-alert-%d-%s" % (code, name), ("tls-failed",), _alert(code),
                  detail="certificate required" if code == 116 else "alert %d" % code)
            for code, name in codes.items()]


def _odd_certificates():
    """Any certificate is recorded and none is a reason not to look."""
    rows = [
        ("expired", {"not_before_days": -900, "not_after_days": -100}),
        ("not-yet-valid", {"not_before_days": 100, "not_after_days": 900}),
        ("ends-before-it-begins", {"not_before_days": 10, "not_after_days": -10}),
        ("year-9999", {"raw_not_after": der.generalized_time(b"99991231235959Z")}),
        ("date-is-garbage", {"raw_not_after": der.utc_time(b"no date at all")}),
        ("date-is-empty", {"raw_not_before": der.utc_time(b"")}),
        ("nul-in-name", {"cn": b"mail.example.test\0.evil.test"}),
        ("escape-in-name", {"cn": b"\x1b[31mred\x1b[0m\x07\r\n"}),
        ("bad-utf8-in-names", {"cn": b"\xff\xfe\xc0\x80", "cn_tag": TELETEX,
                               "san": ("\xff\xfe\xc0.test", "\x1b[2J.test", "a\0b.test")}),
        ("empty-name", {"cn": b"", "san": ()}),
        ("long-name", {"cn": b"n" * 5000}),
        ("10000-names", {"san": _TEN_THOUSAND}),
        ("rsa-1024-sha1", {"key_bits": 1024, "digest": "sha1"}),
    ]
    weak = {"min": "1.0", "ciphers": "ALL:@SECLEVEL=0"}
    return [Fault("cert-" + name, ("answered",), serve_politely, tls=weak,
                  cert=CertSpec(**{"san": DEFAULT_NAMES, **spec})) for name, spec in rows]


_DHE = {"min": "1.0", "max": "1.2", "ciphers": "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"}

TLS_FAULTS = _alerts() + _odd_certificates() + [
    Fault("tls-warning-then-silence", ("timeout",), _warning_then_silence),
    Fault("tls-oversized-record", ("tls-failed",), _oversized_record),
    Fault("tls-silent", ("timeout",), _silence, tls={}),
    Fault("tls-reset", ("http-failed",), _reset, tls={}),
    Fault("tls-fin", ("http-failed",), _fin, tls={}),
    Fault("tls-client-cert-1.2", ("tls-failed",), serve_politely, "certificate required",
          tls={"client_cert": "require", "max": "1.2"}),
    Fault("tls-client-cert-1.3", ("tls-failed",), serve_politely, "certificate required",
          tls={"client_cert": "require", "min": "1.3"}),
    Fault("tls-1.0-only", ("answered",), serve_politely, tls={"min": "1.0", "max": "1.0"}),
    Fault("tls-1.1-only", ("answered",), serve_politely, tls={"min": "1.1", "max": "1.1"}),
    Fault("tls-rsa-key-exchange", ("answered",), serve_politely,
          tls={"min": "1.0", "max": "1.0", "ciphers": "AES128-SHA:@SECLEVEL=0"}),
    Fault("tls-dhe-2048", ("answered",), serve_politely, tls=_DHE, prepare=_large_group(2048)),
    Fault("tls-dhe-6144", ("tls-failed",), serve_politely, "Diffie-Hellman", tls=_DHE,
          prepare=_large_group(6144)),
    Fault("tls-many-tickets", ("answered",), serve_politely, tls={"min": "1.3"}, tickets=400),
    # More than OpenSSL accepts (100 KiB): no handshake, and no memory for it either.
    Fault("cert-chain-1-mb", ("tls-failed",), serve_politely, tls={},
          cert=CertSpec(padding_certs=18, padding_bytes=60000)),
]
