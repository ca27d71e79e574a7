# SPDX-License-Identifier: MIT
"""Texts that mean to harm whoever reads the result: a terminal, a browser, a spreadsheet, a parser.

Each is wherever a server can put text: banner, fields, title, realm, redirect, certificate."""
from .case import DEFAULT_NAMES
from .certs import TELETEX, CertSpec
from .fault import Fault, answer_each

TEXTS = {
    "ansi": b"\x1b[31mred\x1b[2J\x1b]0;title\x07\x9b31m",
    "bidi": "\u202excod.exe\u202c \u2066\u2067x\u2069 \u200e\u200f\u061c".encode(),
    "invisible": "a\u200b\u200c\u200d\u2060\ufeff\u00adb".encode(),
    "html": b"</title><script>alert(1)</script><img src=x onerror=alert(1)>\"'&lt;",
    "json": b'","state":"answered","patch":{"state":"patched"},"x":"\\u0000\\',
    "csv-formula": b"=HYPERLINK(\"https://127.0.0.1/\",\"x\")",
    "csv-plus": b"+1+cmd|' /C calc'!A0",
    "csv-at": b"@SUM(1+1)*cmd",
    "csv-quote": b'",\r\n"=1+1',
    "format": b"%s%s%s%n%99999999d {} {0} ${x} `id` $(id)",
    "lines": "a\u2028b\u2029c\u0085d".encode(),
    "utf-8-surrogates": b"\xed\xa0\x80\xed\xb0\x80",
    "utf-8-overlong": b"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf",
    "utf-8-too-far": b"\xf4\x90\x80\x80\xf8\x88\x80\x80\x80",
    "utf-8-cut": b"\xe2\x82",
    "nonchars": "\ufffe\uffff\U0010ffff".encode(),
    "combining": ("a" + "\u0301" * 400).encode(),
    "wide": "\uff21\u3042".encode() * 100,
    "tags": "".join(chr(0xe0000 + c) for c in b"patched").encode(),
    "path": b"../../../../etc/passwd\\..\\C:\\",
    "long": b"x" * 3000,
}


def _talk(text):
    # A line end would be the end of the field; what is meant to be one stays in the body.
    field = text.replace(b"\r\n", b" ")
    page = (b"<html><head><title>" + text + b"</title></head><body><form action=\"" + text +
            b"\"><input name=\"" + text + b"\"></form></body></html>")

    def reply(channel, request):
        first = b"302 Found" if request.target == "/" else b"401 " + field
        fields = [b"Server: " + field, b"X-FEServer: " + field, b"X-AspNet-Version: " + field,
                  b"Location: https://" + field + b"/owa/",
                  b"WWW-Authenticate: Basic realm=\"" + field + b"\"",
                  b"Content-Type: text/html", b"Content-Length: %d" % len(page)]
        head = b"\r\n".join([b"HTTP/1.1 " + first, *fields])
        channel.send(head + b"\r\n\r\n" + page)
        return True
    return answer_each(reply)


def _certificate(text):
    latin = text.decode("latin-1")
    names = DEFAULT_NAMES + (latin[:200], latin[:200] + ".test")
    return CertSpec(cn=text[:200], cn_tag=TELETEX, san=names)


TEXT_FAULTS = [Fault("text-" + name, ("answered",), _talk(text), tls={}, cert=_certificate(text))
               for name, text in TEXTS.items()]
