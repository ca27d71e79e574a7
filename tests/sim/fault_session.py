# SPDX-License-Identifier: MIT
"""Faults that show over several answers, or between them."""
from .fault import OK_ANSWER, Fault, answer_each
from .server import CONNECTION_MAX_S

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
_NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
_PAUSE_S = 0.05   # so that it is no part of the answer before it
_DRIP_S = 0.2
_ANSWERED = 2     # before a server falls silent: one of them may come too late for its client

# What nobody asked for claims to be an old Exchange. No request of ours has this for an answer.
_UNASKED = (b"HTTP/1.1 200 OK\r\nServer: Microsoft-IIS/8.5\r\nX-OWA-Version: 15.0.1497.2\r\n"
            b"X-FEServer: EX01\r\nrequest-id: 8a6b0c4e-1111-4222-8333-94a5b6c7d8e9\r\n"
            b"Content-Type: text/html\r\nContent-Length: 60\r\n\r\n"
            b"<html><script src='/owa/auth/15.0.1497/x.js'></script></html>")


def _unasked_later(answer, unasked=_UNASKED):
    """@answer, and a moment later @unasked, while the connection rests."""
    def reply(channel, _request):
        channel.send(answer)
        channel.pause(_PAUSE_S)
        channel.send(unasked)
        return True
    return answer_each(reply)


def _unasked_at_once(answer):
    def reply(channel, _request):
        channel.send(answer + _UNASKED)
        return True
    return answer_each(reply)


def _half_at_once(channel, _request):
    """What comes with the answer is thrown away; its other half must not be read as another."""
    channel.send(OK_ANSWER + _UNASKED[:40])
    channel.pause(_PAUSE_S)
    channel.send(_UNASKED[40:])
    return True


def _one_ahead(channel):
    """Each answer is on its way before it was asked for."""
    channel.send(OK_ANSWER)
    answer_each(_one_behind)(channel)


def _one_behind(channel, request):
    """Answers what the request before it asked for."""
    log = channel.server.log.requests
    before = log[-2].target if len(log) > 1 else "/"
    body = ("<html>%s, not %s</html>" % (before, request.target)).encode()
    channel.send(_HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    return True


def _reset_after_first(channel, _request):
    channel.send(OK_ANSWER)
    channel.pause(_PAUSE_S)
    channel.reset()
    return False


def _silent_later(channel, _request):
    if len(channel.server.log.requests) <= _ANSWERED:
        channel.send(OK_ANSWER)
        return True
    channel.wait_until_gone()
    return False


def _deaf_later(channel, _request):
    """Nothing is read or closed any more; what the client sends fills a window."""
    if len(channel.server.log.requests) <= _ANSWERED:
        channel.send(OK_ANSWER)
    channel.pause(CONNECTION_MAX_S)
    return False


def _close_that_stays_open(channel, _request):
    """Says that it closes, and does not."""
    channel.send(OK_ANSWER.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
    channel.wait_until_gone()
    return False


def _status(line, more=b""):
    def reply(channel, _request):
        channel.send(b"HTTP/1.1 " + line + b"\r\n" + more + b"Content-Length: 2\r\n\r\nok")
        return True
    return answer_each(reply)


def _field(line):
    return _status(b"200 OK", line + b"\r\n")


def _turn(*answers):
    """Another one each time."""
    def reply(channel, _request):
        channel.send(answers[len(channel.server.log.requests) % len(answers)])
        return True
    return answer_each(reply)


def _challenge(token):
    return _status(b"401 Unauthorized", b"WWW-Authenticate: NTLM " + token + b"\r\n")


def _slow_hints(channel, _request):
    while channel.pause(_DRIP_S):
        channel.send(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
    return False


_LIMIT = b"Retry-After: "
# A challenge of NTLM (MS-NLMP 2.2.1.2) whose name and target information lie behind its end.
_TYPE2_FAR = b"TlRMTVNTUAACAAAA//////////8FgomiESIzRFVmd4gAAAAAAAAAAP//////////CgB8TwAAAA8="

_EITHER = ("answered", "http-failed")   # as strict as libcurl is; both are true

_ROWS = [
    ("unasked-later", ("answered",), _unasked_later(OK_ANSWER)),
    ("unasked-at-once", ("answered",), _unasked_at_once(OK_ANSWER)),
    ("unasked-half", ("answered",), answer_each(_half_at_once)),
    ("unasked-after-chunks", ("answered",), _unasked_at_once(_CHUNKED)),
    ("unasked-later-after-chunks", ("answered",), _unasked_later(_CHUNKED)),
    ("unasked-after-204", ("answered",), _unasked_at_once(_NO_CONTENT)),
    ("unasked-later-after-204", ("answered",), _unasked_later(_NO_CONTENT)),
    ("unasked-408", ("answered",), _unasked_later(
        OK_ANSWER, b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")),
    ("one-ahead", ("answered",), _one_ahead),
    ("one-behind", ("answered",), answer_each(_one_behind)),
    ("reset-after-first", ("answered",), answer_each(_reset_after_first)),
    ("silent-later", ("answered",), answer_each(_silent_later)),
    ("deaf-later", ("answered",), answer_each(_deaf_later)),
    ("close-that-stays-open", ("answered",), answer_each(_close_that_stays_open)),
    ("slow-hints", ("timeout",), answer_each(_slow_hints)),
    ("every-answer-another", ("answered",), _turn(
        OK_ANSWER, _NO_CONTENT, _CHUNKED, b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")),
    # Times that are none
    ("retry-after-huge", ("blocked",), _status(b"429 Slow down", _LIMIT + b"99999999999\r\n")),
    ("retry-after-overflow", ("blocked",),
     _status(b"429 Slow down", _LIMIT + b"18446744073709551617\r\n")),
    ("retry-after-negative", ("blocked",), _status(b"429 Slow down", _LIMIT + b"-1\r\n")),
    ("retry-after-words", ("blocked",), _status(b"429 Slow down", _LIMIT + b"when I say so\r\n")),
    ("retry-after-year-9999", ("blocked",), _status(
        b"503 Busy", _LIMIT + b"Fri, 31 Dec 9999 23:59:59 GMT\r\n")),
    ("retry-after-huge-503", ("blocked",), _status(b"503 Busy", _LIMIT + b"99999999999\r\n")),
    ("date-of-1601", ("answered",), _field(b"Date: Mon, 01 Jan 1601 00:00:00 GMT")),
    ("date-of-99999", ("answered",), _field(b"Date: Mon, 32 Foo 99999 25:61:61 ???")),
    # Fields that are too much or not quite one
    ("cookie-of-60000-bytes", ("http-failed",), _field(b"Set-Cookie: a=" + b"c" * 60000)),
    ("200-cookies", ("answered",), _field(b"\r\n".join(
        b"Set-Cookie: c%d=%s; Path=/" % (n, b"v" * 50) for n in range(200)))),
    ("blank-before-colon", ("answered",), _field(b"X-FEServer : EX01")),
    ("empty-name", _EITHER, _field(b": nameless")),
    ("return-in-field", _EITHER, _field(b"X-A: b\rX-FEServer: EX01")),
    ("nul-in-name", _EITHER, _field(b"X-FE\0Server: EX01")),
    ("length-plus", _EITHER, _field(b"Content-Length: +2")),
    ("length-list", _EITHER, _field(b"Content-Length: 2, 2")),
    ("transfer-unknown", _EITHER, _field(b"Transfer-Encoding: x-mine")),
    # Challenges that are none
    ("ntlm-garbage", ("answered",), _challenge(b"!!!! no base64 !!!!")),
    ("ntlm-empty", ("answered",), _challenge(b"")),
    ("ntlm-far-offsets", ("answered",), _challenge(_TYPE2_FAR)),
    ("ntlm-type-3", ("answered",), _challenge(b"TlRMTVNTUAADAAAAAAAAAA==")),
    ("ntlm-of-60000-bytes", ("http-failed",), _challenge(b"TlRMTVNTUAAC" + b"A" * 60000)),
    ("100-challenges", ("answered",), _status(b"401 Unauthorized", b"".join(
        b'WWW-Authenticate: Scheme%d realm="r"\r\n' % n for n in range(100)))),
]

SESSION_FAULTS = [Fault("session-" + name, states, talk, tls={}) for name, states, talk in _ROWS]
