# SPDX-License-Identifier: MIT
"""Faults inside TLS, which need a server that writes its records itself."""
from . import der
from .case import DEFAULT_NAMES
from .certs import CertSpec
from .fault import OK_ANSWER, Fault, answer_each, serve_politely
from .wire import (ALERT, CERTIFICATE, CERTIFICATE_REQUEST, CHANGE, DATA, EXTENSIONS, FINISHED,
                   HANDSHAKE, HELLO_REQUEST, RETRY_RANDOM, TICKET, Wire12, Wire13, extension,
                   message, record, vector)

_MANY = 1000          # more than any limit that makes sense
_FLOOD_UPDATES = 20000
_STORM_BYTES = 64 << 20
_HEARTBEAT, _UNKNOWN_TYPE = 24, 99
_DRIP_S = 0.2
_CURVE_P192, _CURVE_UNKNOWN = "1.2.840.10045.3.1.1", "1.3.132.0.250"


def _by_hand(version, act, spec=None):
    """A talk that calls act(wire) before anything was said."""
    def talk(channel):
        act(version(channel, spec))
    return talk


def _after(version, act):
    """A talk that calls act(wire, request) for each request after a sound handshake; act returns
    whether the connection stays open."""
    return _by_hand(version, lambda wire: answer_each(act)(wire.handshake()))


def _polite(wire):
    serve_politely(wire.handshake())


def _flight(wire):
    """ServerHello goes out; returns what would come behind it as records, none of it sent."""
    if isinstance(wire, Wire13):
        wire.begin()
        return wire.sealed(HANDSHAKE, wire.flight())
    wire.read_hello()
    return record(HANDSHAKE, wire.flight())


def _half_a_flight(then):
    """The handshake ends in the middle of the certificate."""
    def act(wire):
        text = _flight(wire)
        wire.sock.sendall(text[:len(text) // 2])
        then(wire)
    return act


def _drip_flight(wire):
    for byte in _flight(wire):
        wire.sock.sendall(bytes([byte]))
        if not wire.pause(_DRIP_S):
            return


def _flight_in_crumbs(wire):
    """Each byte of the handshake is a record of its own."""
    whole = wire.send_record

    def in_crumbs(kind, data):
        for byte in data:
            whole(kind, bytes([byte]))
    wire.send_record = in_crumbs
    wire.handshake()
    wire.send_record = whole
    serve_politely(wire)


def _silence(wire):
    wire.wait_until_gone()


def _reset(wire):
    wire.reset()


def _fin(_wire):
    return


def _hello_then_silence(wire):
    if isinstance(wire, Wire13):
        wire.begin()
    else:
        wire.read_hello()
        wire.send_record(HANDSHAKE, wire.hello())
    wire.wait_until_gone()


def _retry_for_ever(wire):
    """HelloRetryRequest after HelloRetryRequest, RFC 8446 4.1.4 allows one."""
    for _ in range(_MANY):
        wire.read_hello()
        wire.send_record(HANDSHAKE, wire.hello(random=RETRY_RANDOM))


def _hello_twice(wire):
    wire.read_hello()
    wire.send_record(HANDSHAKE, wire.hello(key=wire.public_key()) * 2)
    wire.wait_until_gone()


def _zero_key(wire):
    """The point of order one: the shared secret is zero whatever the client's key is."""
    wire.read_hello()
    wire.send_record(HANDSHAKE, wire.hello(key=b"\0" * 32))
    wire.wait_until_gone()


def _instead_of_flight(*messages):
    def act(wire):
        wire.begin()
        wire.send_record(HANDSHAKE, b"".join(messages))
        wire.wait_until_gone()
    return act


def _wrong_finished(wire):
    """Finished does not fit what was said."""
    wire.begin()
    text = bytearray(wire.flight())
    text[-1] ^= 1
    wire.send_record(HANDSHAKE, bytes(text))
    wire.wait_until_gone()


def _wrong_signature(wire):
    whole = wire.sign
    wire.sign = lambda text: whole(text + b"!")
    wire.handshake()


def _records_first(kind, data, n):
    """@n records in the middle of the handshake, in the clear."""
    def act(wire):
        wire.read_hello()
        for _ in range(n):
            wire.sock.sendall(record(kind, data))
        wire.wait_until_gone()
    return act


def _storm(wire):
    """Messages that a client must pass over, faster than it can: it never finds time for others."""
    wire.read_hello()
    block = record(HANDSHAKE, message(HELLO_REQUEST)) * 8192
    for _ in range(_STORM_BYTES // len(block)):
        wire.sock.sendall(block)


def _certificates(*chain):
    """Made by hand: chain(ours) is the list of what is sent as certificates."""
    def act(wire):
        ours = wire.certificate.der
        wire.certificates = lambda: [c(ours) if callable(c) else c for c in chain]
        _polite(wire)
    return act


def _then_answer(first, times):
    """What first(wire) does, again and again, and then the answer."""
    def act(wire, _request):
        for _ in range(times):
            first(wire)
        wire.send(OK_ANSWER)
        return True
    return act


def _record_then_answer(kind, data, times):
    return _then_answer(lambda wire: wire.send_record(kind, data), times)


def _messages_then_answer(text, times):
    return _then_answer(lambda wire: wire.send_messages(text), times)


def _hello_request_then_answer(wire, _request):
    wire.send_messages(message(HELLO_REQUEST))
    wire.send(OK_ANSWER)
    return False


def _in_crumbs(wire, _request):
    for byte in OK_ANSWER:
        wire.send(bytes([byte]))
    return True


def _crumbs_slowly(wire, _request):
    for byte in OK_ANSWER:
        wire.send(bytes([byte]))
        if not wire.pause(_DRIP_S):
            return False
    return True


def _bad_code(wire, _request):
    """A record that was changed on the way."""
    text = bytearray(wire.sealed(DATA, OK_ANSWER))
    text[-1] ^= 1
    wire.sock.sendall(text)
    wire.wait_until_gone()
    return False


def _answer_after_goodbye(wire, _request):
    wire.send_record(ALERT, b"\1\0")
    wire.send(OK_ANSWER)
    wire.wait_until_gone()
    return False


def _goodbye_in_body(wire, _request):
    wire.send(OK_ANSWER.replace(b"Content-Length: 20", b"Content-Length: 2000"))
    wire.send_record(ALERT, b"\1\0")
    return False


def _public_key_of(parameters, point=b"\4" + b"\x11" * 64):
    """SubjectPublicKeyInfo of an elliptic curve, RFC 5480 section 2."""
    return der.sequence(der.sequence(der.oid("1.2.840.10045.2.1"), parameters), der.bits(point))


def _explicit_curve():
    """A curve that is described instead of named, and is none: RFC 5480 2.1.1 forbids it."""
    field = der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(2 ** 255 + 95))
    curve = der.sequence(der.octets(b"\1" * 32), der.octets(b"\2" * 32))
    return der.sequence(der.integer(1), field, curve, der.octets(b"\4" + b"\3" * 64),
                        der.integer(2 ** 254 + 79), der.integer(1))


def _rsa_key(bits, exponent):
    """A modulus that is no product of anything we know."""
    n = (1 << bits) - 159
    return der.sequence(
        der.sequence(der.oid("1.2.840.113549.1.1.1"), der.tlv(0x05)),
        der.bits(der.sequence(der.integer(n), der.integer(exponent))))


def _spec(**members):
    return CertSpec(**{"san": DEFAULT_NAMES, **members})


_TICKET_13 = message(TICKET, b"\0\0\x1c\x20" + b"\0" * 4 + vector(1, b"\0") + vector(
    2, b"t" * 64) + vector(2, b""))
_REQUEST_13 = message(CERTIFICATE_REQUEST, vector(1, b"x") + vector(2, extension(
    13, vector(2, b"\x08\x04"))))
_BAD_HANDSHAKE, _BAD_CONNECTION = ("tls-failed",), ("http-failed",)
_FLOODED = ("tls-failed", "flood of handshake messages")   # state and detail

# Both versions: a row for each.
_BOTH = [
    ("by-hand", ("answered",), _polite),
    ("reset-in-certificate", _BAD_HANDSHAKE, _half_a_flight(_reset)),
    ("fin-in-certificate", _BAD_HANDSHAKE, _half_a_flight(_fin)),
    ("silent-in-certificate", ("timeout",), _half_a_flight(_silence)),
    ("silent-after-server-hello", ("timeout",), _hello_then_silence),
    ("dripping-flight", ("timeout",), _drip_flight),
    ("flight-in-crumbs", ("answered",), _flight_in_crumbs),
    ("wrong-signature", _BAD_HANDSHAKE, _wrong_signature),
    ("no-certificate", _BAD_HANDSHAKE, _certificates()),
    ("certificate-is-garbage", _BAD_HANDSHAKE, _certificates(b"\x30\x82\xff\xff no certificate")),
    ("certificate-is-empty", _BAD_HANDSHAKE, _certificates(b"")),
    ("certificate-with-a-tail", _BAD_HANDSHAKE, _certificates(lambda ours: ours + b"tail")),
    ("certificate-cut-short", _BAD_HANDSHAKE, _certificates(lambda ours: ours[:-9])),
    ("100-certificates", ("answered",), _certificates(*[lambda ours: ours] * 100)),
    ("garbage-behind-certificate", _BAD_HANDSHAKE, _certificates(lambda ours: ours, b"\x30\x03")),
    ("alert-flood", _BAD_HANDSHAKE, _records_first(ALERT, b"\1\x70", _MANY)),
    ("empty-records-first", _BAD_HANDSHAKE, _records_first(HANDSHAKE, b"", _MANY)),
    ("message-of-16-mb", _BAD_HANDSHAKE,
     _records_first(HANDSHAKE, b"\2\xff\xff\xff" + b"\0" * 16000, _MANY)),
]
_V12 = [
    ("hello-request-storm", _FLOODED, _storm),
]
_V13 = [
    ("retry-for-ever", _BAD_HANDSHAKE, _retry_for_ever),
    ("hello-twice", _BAD_HANDSHAKE, _hello_twice),
    ("wrong-finished", _BAD_HANDSHAKE, _wrong_finished),
    ("zero-key", _BAD_HANDSHAKE, _zero_key),
    ("change-flood", _BAD_HANDSHAKE, _records_first(CHANGE, b"\1", _MANY)),
    ("unasked-extension", _BAD_HANDSHAKE, _instead_of_flight(message(EXTENSIONS, vector(
        2, extension(16, vector(2, b"\2h2")))))),
    # What it does not know, a client passes over: RFC 8446 4.2. Then nothing comes.
    ("unknown-extensions", ("timeout",), _instead_of_flight(message(EXTENSIONS, vector(2, b"".join(
        extension(0x7a7a + n, b"") for n in range(2000)))))),
    ("certificate-first", _BAD_HANDSHAKE, _instead_of_flight(message(CERTIFICATE, b"\0\0\0\0"))),
]
# After the handshake: what is done before each answer.
_LATER = [
    ("empty-records", ("answered",), _record_then_answer(DATA, b"", 20)),
    ("empty-records-flood", _BAD_CONNECTION, _record_then_answer(DATA, b"", _MANY)),
    ("unknown-record", _BAD_CONNECTION, _record_then_answer(_UNKNOWN_TYPE, b"??", 1)),
    ("heartbeat", _BAD_CONNECTION, _record_then_answer(_HEARTBEAT, b"\1\xff\xffx", 1)),
    ("warning-flood", _BAD_HANDSHAKE, _record_then_answer(ALERT, b"\1\x5a", _MANY)),
    ("answer-in-crumbs", ("answered",), _in_crumbs),
    ("slow-crumbs", ("timeout",), _crumbs_slowly),
    ("bad-code", _BAD_CONNECTION, _bad_code),
    ("answer-after-goodbye", _BAD_CONNECTION, _answer_after_goodbye),
    ("goodbye-in-body", ("answered",), _goodbye_in_body),
]
_LATER_12 = [
    # One is enough for a new handshake, which we then do not have; RFC 5246 7.4.1.1.
    ("hello-request", ("answered",), _hello_request_then_answer),
    ("hello-request-flood", _FLOODED, _messages_then_answer(message(HELLO_REQUEST), 3000)),
]
_LATER_13 = [
    ("tickets", ("answered",), _messages_then_answer(_TICKET_13, 50)),
    ("ticket-flood", _FLOODED, _messages_then_answer(_TICKET_13 * 100, 30)),
    ("key-updates", ("answered",), _then_answer(lambda wire: wire.update_keys(True), 10)),
    ("key-update-flood", _FLOODED,
     _then_answer(lambda wire: wire.update_keys(False), _FLOOD_UPDATES)),
    ("key-update-flood-both", _FLOODED,
     _then_answer(lambda wire: wire.update_keys(True), _FLOOD_UPDATES)),
    ("certificate-request-later", ("answered",), _messages_then_answer(_REQUEST_13, 1)),
    ("certificate-request-flood", _FLOODED, _messages_then_answer(_REQUEST_13, 2000)),
]
_ODD_CERTIFICATES = [
    ("negative-serial", ("answered",), _spec(raw_serial=b"\2\1\x80")),
    ("serial-of-1000-bytes", ("answered",), _spec(raw_serial=der.tlv(2, b"\x7f" * 1000))),
    ("no-serial", _BAD_HANDSHAKE, _spec(raw_serial=der.tlv(5))),
    ("year-1950", ("answered",), _spec(raw_not_before=der.utc_time(b"500101000000Z"),
                                       raw_not_after=der.utc_time(b"500102000000Z"))),
    ("year-0", ("answered",), _spec(raw_not_after=der.generalized_time(b"00000101000000Z"))),
    ("name-of-40000-bytes", ("answered",), _spec(cn=b"n" * 40000)),
    # More than OpenSSL takes of a chain (100 KiB).
    ("name-of-1000000-bytes", _BAD_HANDSHAKE, _spec(cn=b"n" * 1000000)),
    ("curve-unknown", _BAD_HANDSHAKE, _spec(raw_public=_public_key_of(der.oid(_CURVE_UNKNOWN)))),
    ("curve-p192", _BAD_HANDSHAKE, _spec(raw_public=_public_key_of(der.oid(_CURVE_P192)))),
    ("curve-described", _BAD_HANDSHAKE, _spec(raw_public=_public_key_of(_explicit_curve()))),
    ("rsa-16384", _BAD_HANDSHAKE, _spec(raw_public=_rsa_key(16384, 65537))),
    ("rsa-40000", _BAD_HANDSHAKE, _spec(raw_public=_rsa_key(40000, 65537))),
    ("rsa-huge-exponent", _BAD_HANDSHAKE, _spec(raw_public=_rsa_key(3072, (1 << 3071) + 1))),
    ("rsa-exponent-0", _BAD_HANDSHAKE, _spec(raw_public=_rsa_key(2048, 0))),
]
_VERSIONS = (("1.2", Wire12), ("1.3", Wire13))


def _rows():
    for name, version in _VERSIONS:
        special = _V13 if version is Wire13 else _V12
        later = _LATER + (_LATER_13 if version is Wire13 else _LATER_12)
        for what, states, act in _BOTH + special:
            yield "tls-%s-%s" % (name, what), states, _by_hand(version, act)
        for what, states, act in later:
            yield "tls-%s-%s" % (name, what), states, _after(version, act)
        for what, states, spec in _ODD_CERTIFICATES:
            yield "cert-%s-%s" % (name, what), states, _by_hand(version, _polite, spec)


def _fault(name, states, talk):
    if states is _FLOODED:
        return Fault(name, states[:1], talk, detail=states[1])
    return Fault(name, states, talk)


WIRE_FAULTS = [_fault(*row) for row in _rows()]
