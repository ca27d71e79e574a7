# SPDX-License-Identifier: MIT
"""Faults of HTTP, behind a sound handshake."""
import gzip

from .fault import OK_ANSWER, Fault, always, answer_each

_HEAD = b"HTTP/1.1 200 OK\r\nServer: Microsoft-IIS/10.0\r\nContent-Type: text/html\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
_LENGTH = b"Content-Length: %d\r\n\r\n"
_ENDLESS_BYTES = 32 << 20   # more than anybody may want; a bound all the same
_DRIP_S = 0.2


def _flood(first, unit, then=b""):
    """@first, then @unit again and again until the client has had enough."""
    def reply(channel, _request):
        channel.send(first)
        block = unit * max(1, 16384 // len(unit))
        for _ in range(_ENDLESS_BYTES // len(block)):
            channel.send(block)
        channel.send(then)
        return False
    return answer_each(reply)


def _drip(first, unit):
    """@first, then one @unit after the other, slowly and without end."""
    def reply(channel, _request):
        channel.send(first)
        while channel.pause(_DRIP_S):
            channel.send(unit)
        return False
    return answer_each(reply)


def _then_reset(data):
    def reply(channel, _request):
        channel.send(data)
        channel.reset()
        return False
    return answer_each(reply)


def _then_silence(data):
    def reply(channel, _request):
        channel.send(data)
        channel.wait_until_gone()
        return False
    return answer_each(reply)


def _redirect(location):
    """@location(request, channel) is where every answer points."""
    def reply(channel, request):
        channel.send(b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                     % location(channel, request).encode())
        return True
    return answer_each(reply)


def _to_itself(_channel, request):
    return "https://%s%s" % (request.header("host"), request.target)


def _deeper(_channel, request):
    return "https://%s%s/again" % (request.header("host"), request.target.split("?")[0][:200])


def _to_canary(channel, _request):
    """Tests put a server there that must not be connected to."""
    return "https://%s:%d/owa/auth/logon.aspx" % channel.server.canary


def _keep_alive_lie():
    """Says keep-alive, then closes without a word."""
    def reply(channel, _request):
        channel.send(OK_ANSWER.replace(b"\r\n", b"\r\nConnection: keep-alive\r\n", 1))
        return False
    return answer_each(reply)


def _field(line):
    return always(_HEAD + line + b"\r\n" + _LENGTH % 2 + b"ok", keep=True)


def _chunked(body, keep=False):
    return always(_HEAD + _CHUNKED + body, keep)


def _status(line):
    return always(line + b"\r\nContent-Length: 2\r\n\r\nok")


def _bomb():
    body = gzip.compress(b"\0" * (20 << 20))
    return always(_HEAD + b"Content-Encoding: gzip\r\n" + _LENGTH % len(body) + body, keep=True)


def _many_fields():
    lines = b"".join(b"X-Field-%d: %d\r\n" % (n, n) for n in range(600))
    return always(_HEAD + lines + _LENGTH % 2 + b"ok", keep=True)


# An answer whose head came whole is an answer; a bad body does not undo that.
_BAD = ("http-failed",)

_ROWS = [
    # Too much
    ("endless-body", ("answered",), _flood(_HEAD + b"Connection: close\r\n\r\n", b"x" * 1000)),
    ("endless-chunks", ("answered",),
     _flood(_HEAD + _CHUNKED, b"a\r\n0123456789\r\n")),
    ("body-of-exabytes", ("answered",), _flood(_HEAD + _LENGTH % (1 << 62), b"y" * 1000)),
    ("header-flood", _BAD, _flood(_HEAD, b"X-Flood: " + b"f" * 90 + b"\r\n")),
    ("endless-header-line", _BAD, _flood(_HEAD + b"X-Long: ", b"l" * 1000)),
    ("endless-status-line", _BAD, _flood(b"HTTP/1.1 200 ", b"K" * 1000)),
    ("1xx-flood", _BAD, _flood(b"", b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n")),
    ("trailer-flood", ("answered", "http-failed"),
     _flood(_HEAD + _CHUNKED + b"2\r\nok\r\n0\r\n", b"X-T: " + b"t" * 90 + b"\r\n")),
    ("chunk-extension-flood", ("answered", "http-failed"),
     _flood(_HEAD + _CHUNKED + b"2;", b"e" * 1000)),
    ("many-fields", ("answered",), _many_fields()),
    ("gzip-bomb", ("answered",), _bomb()),
    # Too slow
    ("slow-status-line", ("timeout",), _drip(b"HTTP/1.1 200 ", b"K")),
    ("slow-headers", ("timeout",), _drip(_HEAD, b"X-Slow: y\r\n")),
    ("slow-body", ("answered",), _drip(_HEAD + _LENGTH % 100000, b"z")),
    ("silent-after-head", ("answered",), _then_silence(_HEAD + _LENGTH % 100)),
    # Cut off
    ("reset-after-request", _BAD, _then_reset(b"")),
    ("reset-in-head", _BAD, _then_reset(_HEAD)),
    ("reset-in-body", ("answered",), _then_reset(_HEAD + _LENGTH % 100 + b"half")),
    ("fin-after-request", _BAD, always(b"")),
    ("fin-in-head", _BAD, always(_HEAD)),
    ("fin-in-body", ("answered",), always(_HEAD + _LENGTH % 100 + b"half")),
    # Not HTTP, or not quite
    ("0.9", _BAD, always(b"<html>no head at all</html>")),
    ("icy", _BAD, _status(b"ICY 200 OK")),
    ("status-no-number", _BAD, _status(b"HTTP/1.1 abc OK")),
    ("status-99999", _BAD, _status(b"HTTP/1.1 99999 OK")),
    ("status-zero", _BAD, _status(b"HTTP/1.1 0 OK")),
    ("status-version-9.9", _BAD, _status(b"HTTP/9.9 200 OK")),
    ("status-http2-preface", _BAD, always(b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64")),
    ("status-no-reason", ("answered",), _status(b"HTTP/1.1 200")),
    ("status-999", ("blocked",), _status(b"HTTP/1.1 999 Request denied")),
    ("status-403", ("blocked",), _status(b"HTTP/1.1 403 Forbidden")),
    ("status-429", ("blocked",), _status(b"HTTP/1.1 429 Slow down\r\nRetry-After: 3600")),
    ("switching-protocols", _BAD,
     always(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n"
            b"Connection: Upgrade\r\n\r\n\0\0\0")),
    ("early-hints", ("answered",),
     always(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK_ANSWER, keep=True)),
    # Odd fields
    ("bad-utf8-fields", ("answered",),
     _field(b"X-FEServer: \xff\xfe\xc0\x80\r\nX-OWA-Version: \xf0\x28\x8c\xbc")),
    ("escapes-in-fields", ("answered",),
     _field(b"X-FEServer: \x1b[31mEX01\x1b[0m\x07\r\nX-OWA-Version: \x1b]0;owned\x07\x9b2J")),
    ("nul-in-field", ("answered", "http-failed"), _field(b"X-FEServer: a\0b")),
    ("no-colon", ("answered", "http-failed"), _field(b"this line has no colon")),
    ("folded-field", ("answered",), _field(b"X-FEServer: EX01\r\n and more")),
    ("bare-line-feeds", ("answered",), always(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok")),
    # Bodies that lie
    ("length-short", ("answered",), always(_HEAD + _LENGTH % 4 + b"four and more", keep=True)),
    ("length-negative", _BAD, always(_HEAD + b"Content-Length: -5\r\n\r\nhello")),
    ("length-not-a-number", _BAD, always(_HEAD + b"Content-Length: many\r\n\r\nhello")),
    ("length-twice", ("answered", "http-failed"),
     always(_HEAD + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello")),
    ("length-overflow", ("answered", "http-failed"),
     always(_HEAD + b"Content-Length: 99999999999999999999999\r\n\r\nhello")),
    ("length-and-chunked", ("answered",),
     always(_HEAD + b"Content-Length: 3\r\n" + _CHUNKED + b"2\r\nok\r\n0\r\n\r\n")),
    ("chunk-bad-size", ("answered",), _chunked(b"zz\r\nhello\r\n0\r\n\r\n")),
    ("chunk-huge-size", ("answered",), _chunked(b"fffffffffffffffff\r\nhello")),
    ("chunk-negative-size", ("answered",), _chunked(b"-5\r\nhello\r\n0\r\n\r\n")),
    ("chunk-no-end", ("answered",), _chunked(b"5\r\nhello\r\n")),
    ("chunk-wrong-end", ("answered",), _chunked(b"5\r\nhello and more\r\n0\r\n\r\n")),
    ("chunk-size-overflow", ("answered",), _chunked(b"10000000000000005\r\nhello\r\n0\r\n\r\n")),
    ("chunk-size-empty", ("answered",), _chunked(b"\r\nhello\r\n0\r\n\r\n")),
    ("chunk-size-0x", ("answered",), _chunked(b"0x5\r\nhello\r\n0\r\n\r\n")),
    ("chunk-size-of-zeros", ("answered",), _chunked(b"0" * 100000 + b"5\r\nhello\r\n0\r\n\r\n")),
    ("trailer-lies", ("answered",),
     _chunked(b"2\r\nok\r\n0\r\nX-OWA-Version: 15.0.1497.2\r\nX-FEServer: EX01\r\n\r\n", True)),
    ("gzip-that-is-none", ("answered",),
     always(_HEAD + b"Content-Encoding: gzip\r\n" + _LENGTH % 5 + b"plain", keep=True)),
    ("body-on-304", ("answered",), always(b"HTTP/1.1 304 Not Modified\r\n\r\nsurprise")),
    # Where it points
    ("redirect-to-itself", ("answered",), _redirect(_to_itself)),
    ("redirect-deeper", ("answered",), _redirect(_deeper)),
    ("redirect-to-canary", ("answered",), _redirect(_to_canary)),
    ("redirect-to-file", ("answered",), _redirect(lambda c, r: "file:///etc/passwd")),
    ("redirect-to-gopher", ("answered",), _redirect(lambda c, r: "gopher://127.0.0.1:25/_QUIT")),
    ("redirect-to-nowhere", ("answered",),
     _redirect(lambda c, r: "//\x1b[2J:99999999/" + "x" * 3000)),
    # Connections
    ("close-each", ("answered",),
     always(OK_ANSWER.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))),
    ("close-unannounced", ("answered",), _keep_alive_lie()),
]


HTTP_FAULTS = [Fault("http-" + name, states, talk, tls={}) for name, states, talk in _ROWS]
