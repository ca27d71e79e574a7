# SPDX-License-Identifier: MIT
"""TLS servers written by hand: a library would refuse to do what ours must do.

One cipher for each version, ChaCha20-Poly1305 with X25519 and RSA-PSS, which every
client of today offers. A fault takes the flight of messages and cuts, repeats or fills it."""
import os
import struct
import threading
import time

from .case import DEFAULT_NAMES
from .certs import FORGE, CertSpec
from .crypto import RsaKey, X25519, digest, expand_label, mac, prf, seal, unseal
from .server import Channel

# Record types of RFC 8446 B.1 and handshake types of B.3.
CHANGE, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23
HELLO_REQUEST, CLIENT_HELLO, SERVER_HELLO, TICKET = 0, 1, 2, 4
EXTENSIONS, CERTIFICATE, KEY_EXCHANGE, CERTIFICATE_REQUEST = 8, 11, 12, 13
HELLO_DONE, CERTIFICATE_VERIFY, FINISHED, KEY_UPDATE = 14, 15, 20, 24

_RECORD_BYTES = 16384
_X25519, _PSS = 29, 0x0804
_CHACHA_12, _CHACHA_13 = 0xcca8, 0x1303
# The random value that makes a ServerHello a HelloRetryRequest, RFC 8446 4.1.3.
RETRY_RANDOM = digest(b"HelloRetryRequest")
_KEYS, _KEYS_LOCK = {}, threading.Lock()


def certificate_of(spec=None):
    return FORGE.make(spec or CertSpec(san=DEFAULT_NAMES))


def _private_key(path):
    with _KEYS_LOCK:
        if path not in _KEYS:
            _KEYS[path] = RsaKey(path)
        return _KEYS[path]


def vector(size, data):
    """@data behind its length in @size bytes."""
    return len(data).to_bytes(size, "big") + data


def message(kind, body=b""):
    return bytes([kind]) + vector(3, body)


def extension(kind, body):
    return struct.pack("!H", kind) + vector(2, body)


def record(kind, data, version=0x0303):
    return struct.pack("!BH", kind, version) + vector(2, data)


class _Direction:
    """Keys of one direction."""

    def __init__(self, key, iv):
        self.key, self.iv, self.sequence = key, iv, 0

    @classmethod
    def of_secret(cls, secret):
        made = cls(expand_label(secret, b"key", b"", 32), expand_label(secret, b"iv", b"", 12))
        made.secret = secret
        return made

    def updated(self):
        """RFC 8446 section 7.2."""
        return self.of_secret(expand_label(self.secret, b"traffic upd", b"", 32))

    def nonce(self):
        n = int.from_bytes(self.iv, "big") ^ self.sequence
        self.sequence += 1
        return n.to_bytes(12, "big")


class Wire(Channel):
    """A connection whose TLS we write ourselves. handshake() first; then it is a channel."""

    def __init__(self, channel, spec=None):
        super().__init__(channel.sock, channel.server, channel.number)
        self.certificate = certificate_of(spec)
        self.random = os.urandom(32)
        self._pair = X25519(os.urandom(32))
        self._coming, self._transcript = b"", b""
        self._out = self._in = None

    # What the versions do differently.
    def sealed(self, kind, data):
        raise NotImplementedError

    def opened(self, head, data):
        raise NotImplementedError

    def send_record(self, kind, data):
        self.sock.sendall(self.sealed(kind, data) if self._out else record(kind, data))

    def send(self, data):
        for at in range(0, len(data), _RECORD_BYTES):
            self.send_record(DATA, data[at:at + _RECORD_BYTES])

    def send_messages(self, *messages):
        """Handshake messages after the handshake, which no transcript holds."""
        self.send_record(HANDSHAKE, b"".join(messages))

    def said(self, *messages):
        """Note messages of the handshake; returns them as one text."""
        text = b"".join(messages)
        self._transcript += text
        return text

    def _read_exactly(self, n):
        while len(self._coming) < n:
            data = self.sock.recv(65536)
            if not data:
                raise ConnectionResetError("the client has gone")
            self._coming += data
        out, self._coming = self._coming[:n], self._coming[n:]
        return out

    def read_record(self):
        """Type and text of the next record that is no ChangeCipherSpec."""
        while True:
            head = self._read_exactly(5)
            data = self._read_exactly(int.from_bytes(head[3:], "big"))
            kind = head[0]
            if self._in and kind != CHANGE:
                kind, data = self.opened(head, data)
            if kind != CHANGE:
                return kind, data
            self.on_change()

    def on_change(self):
        """The client changed its cipher, which in TLS 1.3 means nothing."""

    def receive(self):
        while True:
            kind, data = self.read_record()
            if kind == DATA:
                return data
            if kind == ALERT:
                return b""
            self.on_message(data)

    def on_message(self, data):
        """A message of the client after the handshake."""

    def read_head(self):
        while b"\r\n\r\n" not in self._buffer:
            data = self.receive()
            if not data:
                return None
            self._arrived = time.monotonic()
            self._buffer += data
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        return head.decode("latin-1")

    def read_hello(self):
        """The ClientHello: keeps its random value, session id and key share."""
        kind, text = self.read_record()
        if kind != HANDSHAKE:
            raise ConnectionResetError("the client does not like it")
        self.said(text)
        self.client_random, at = text[6:38], 38
        self.session_id = text[at + 1:at + 1 + text[at]]
        at += 1 + text[at]
        at += 2 + int.from_bytes(text[at:at + 2], "big")   # cipher suites
        at += 1 + text[at]                                 # compression methods
        self.offers = dict(_extensions(text[at + 2:]))

    def public_key(self):
        return self._pair.public

    def certificates(self):
        """The chain in DER."""
        return [self.certificate.der]

    def sign(self, text):
        return struct.pack("!H", _PSS) + vector(2, _private_key(self.certificate.key_path).sign(
            text))


def _extensions(text):
    at = 0
    while at + 4 <= len(text):
        kind, n = struct.unpack("!HH", text[at:at + 4])
        yield kind, text[at + 4:at + 4 + n]
        at += 4 + n


class Wire13(Wire):
    """TLS 1.3, RFC 8446."""

    def sealed(self, kind, data):
        inner = data + bytes([kind])
        head = struct.pack("!BHH", DATA, 0x0303, len(inner) + 16)
        return head + seal(self._out.key, self._out.nonce(), head, inner)

    def opened(self, head, data):
        if head[0] == ALERT:   # of a client that has no keys yet
            return ALERT, data
        inner = unseal(self._in.key, self._in.nonce(), data).rstrip(b"\0")
        if not inner:
            raise ConnectionResetError("no record of a client that agrees with us")
        return inner[-1], inner[:-1]

    def hello(self, random=None, key=None):
        share = struct.pack("!H", _X25519) + (vector(2, key) if key else b"")
        extensions = extension(43, b"\3\4") + extension(51, share)
        return message(SERVER_HELLO, b"\3\3" + (random or self.random) + vector(
            1, self.session_id) + struct.pack("!HB", _CHACHA_13, 0) + vector(2, extensions))

    def _their_share(self):
        shares = self.offers[51][2:]
        while shares:
            group, n = struct.unpack("!HH", shares[:4])
            if group == _X25519:
                return shares[4:4 + n]
            shares = shares[4 + n:]
        raise ConnectionAbortedError("no key of ours is offered")

    def _derived(self, secret, label):
        return expand_label(secret, label, digest(self._transcript), 32)

    def begin(self):
        """ClientHello and ServerHello; from here on all is encrypted."""
        self.read_hello()
        shared = self._pair.shared_with(self._their_share())
        self.sock.sendall(record(HANDSHAKE, self.said(self.hello(key=self.public_key()))) +
                          record(CHANGE, b"\1"))
        empty = digest(b"")
        early = expand_label(mac(b"\0" * 32, b"\0" * 32), b"derived", empty, 32)
        handshake = mac(early, shared)
        self._master = mac(expand_label(handshake, b"derived", empty, 32), b"\0" * 32)
        self._in = _Direction.of_secret(self._derived(handshake, b"c hs traffic"))
        self._out = _Direction.of_secret(self._derived(handshake, b"s hs traffic"))

    def certificate_message(self):
        entries = b"".join(vector(3, c) + vector(2, b"") for c in self.certificates())
        return message(CERTIFICATE, vector(1, b"") + vector(3, entries))

    def flight(self):
        """EncryptedExtensions to Finished, as text."""
        self.said(message(EXTENSIONS, vector(2, b"")))
        begin = len(self._transcript) - 6
        self.said(self.certificate_message())
        proof = b" " * 64 + b"TLS 1.3, server CertificateVerify\0" + digest(self._transcript)
        self.said(message(CERTIFICATE_VERIFY, self.sign(proof)))
        key = expand_label(self._out.secret, b"finished", b"", 32)
        self.said(message(FINISHED, mac(key, digest(self._transcript))))
        return self._transcript[begin:]

    def finish(self):
        """The client's Finished, and the keys for data."""
        client = _Direction.of_secret(self._derived(self._master, b"c ap traffic"))
        self._out = _Direction.of_secret(self._derived(self._master, b"s ap traffic"))
        kind, _ = self.read_record()
        if kind != HANDSHAKE:
            raise ConnectionResetError("the client does not like it")
        self._in = client

    def handshake(self):
        self.begin()
        text = self.flight()
        for at in range(0, len(text), _RECORD_BYTES):
            self.send_record(HANDSHAKE, text[at:at + _RECORD_BYTES])
        self.finish()
        self.server.log.add_tls("TLSv1.3")
        return self

    def on_message(self, data):
        if data[0] == KEY_UPDATE:
            self._in = self._in.updated()

    def update_keys(self, want_theirs):
        self.send_messages(message(KEY_UPDATE, b"\1" if want_theirs else b"\0"))
        self._out = self._out.updated()


class Wire12(Wire):
    """TLS 1.2, RFC 5246 with RFC 7905."""

    def sealed(self, kind, data):
        aad = struct.pack("!QBHH", self._out.sequence, kind, 0x0303, len(data))
        return record(kind, seal(self._out.key, self._out.nonce(), aad, data))

    def opened(self, head, data):
        return head[0], unseal(self._in.key, self._in.nonce(), data)

    def hello(self):
        extensions = extension(0xff01, b"\0")   # RFC 5746
        return message(SERVER_HELLO, b"\3\3" + self.random + vector(1, b"") + struct.pack(
            "!HB", _CHACHA_12, 0) + vector(2, extensions))

    def certificate_message(self):
        return message(CERTIFICATE, vector(3, b"".join(vector(3, c) for c in self.certificates())))

    def key_exchange(self, key=None):
        offer = b"\3" + struct.pack("!H", _X25519) + vector(1, key or self.public_key())
        return message(KEY_EXCHANGE, offer + self.sign(self.client_random + self.random + offer))

    def flight(self):
        """ServerHello to ServerHelloDone, as text."""
        return self.said(self.hello(), self.certificate_message(), self.key_exchange(),
                         message(HELLO_DONE))

    def on_change(self):
        self._in = self._client

    def handshake(self):
        self.read_hello()
        text = self.flight()
        for at in range(0, len(text), _RECORD_BYTES):
            self.send_record(HANDSHAKE, text[at:at + _RECORD_BYTES])
        kind, text = self.read_record()
        if kind != HANDSHAKE:
            raise ConnectionResetError("the client does not like it")
        self.said(text)
        pre = self._pair.shared_with(text[5:5 + text[4]])
        master = prf(pre, b"master secret", self.client_random + self.random, 48)
        keys = prf(master, b"key expansion", self.random + self.client_random, 88)
        self._client = _Direction(keys[:32], keys[64:76])
        self.said(self.read_record()[1])   # Finished, behind the change of the cipher
        self.sock.sendall(record(CHANGE, b"\1"))
        self._out = _Direction(keys[32:64], keys[76:])
        self.send_record(HANDSHAKE, message(FINISHED, prf(
            master, b"server finished", digest(self._transcript), 12)))
        self.server.log.add_tls("TLSv1.2")
        return self
