# SPDX-License-Identifier: MIT
"""Write an answer of a case as HTTP."""
import base64
import html
import http.client
import random
import re
import string
import time
import uuid
from urllib.parse import quote, unquote

_REASONS = {302: "Found", 440: "Login Timeout"}
_WRITE_BYTES = 16384


def net_url_encode(text):
    """URL encoding as .NET does it: lower-case hex, '+' for a blank."""
    kept = string.ascii_letters + string.digits + "-_.!*()"
    return "".join(c if c in kept else "+" if c == " " else
                   "".join("%%%02x" % b for b in c.encode()) for c in text)


def _tokens(request):
    path = request.target.partition("?")[0]
    plain = unquote(path)
    year = time.gmtime(time.time() + 365 * 86400)
    return {
        "{{HOST}}": request.host or "10.0.0.1",
        "{{URLENC}}": net_url_encode("https://%s%s" % (request.host, request.target)),
        "{{DESTENC}}": net_url_encode("https://%s/owa/" % request.host),
        "{{CLIENTID}}": "".join(random.choices(string.ascii_uppercase + string.digits, k=20)),
        "{{EXP365}}": time.strftime("%a, %d-%b-%Y %H:%M:%S GMT", year),
        "{{PATH}}": path,
        "{{PATHHTML}}": html.escape(plain),
        "{{PATHURL}}": quote(plain, safe=""),
        "{{NAME}}": html.escape(plain.rpartition("/")[2]),
        "{{PATHLOWER}}": html.escape(plain.lower()),
        "{{NAMELOWER}}": html.escape(plain.rpartition("/")[2].lower()),
    }


def _fill(text, tokens):
    if "{{" not in text:
        return text
    for token, value in tokens.items():
        text = text.replace(token, value)
    text = re.sub(r"\{\{GUID\}\}", lambda _: str(uuid.uuid4()), text)
    text = re.sub(r"\{\{RANDHEX:(\d+)\}\}",
                  lambda m: "".join(random.choices("0123456789abcdef", k=int(m[1]))), text)
    return re.sub(r"\{\{RANDTEXT:(\d+):(\d+)\}\}",
                  lambda m: "".join(random.choices("abcdefghij klmnop ",
                                                   k=random.randint(int(m[1]), int(m[2])))), text)


def send_answer(channel, request, answer, number):
    """Send @answer, the @number-th of this server. Returns whether the connection stays open."""
    tokens = _tokens(request)
    tokens["{{N}}"] = str(number)
    body = (base64.b64decode(answer["body_b64"]) if "body_b64" in answer
            else _fill(answer.get("body", ""), tokens).encode())
    repeat = answer.get("body_repeat") or {"text": "", "count": 0}
    tail_bytes = len(repeat["text"]) * repeat["count"]
    chunked = answer.get("transfer") == "chunked" and request.method != "HEAD"
    until_close = answer.get("transfer") == "close"

    fields = [(n, _fill(v, tokens)) for n, v in answer.get("headers", [])
              if n.lower() != "content-length"]
    close = until_close or _closes(request, answer, fields)
    if chunked:
        fields.append(("Transfer-Encoding", "chunked"))
    elif until_close:
        fields.append(("Connection", "close"))
    else:
        fields.append(("Content-Length", str(len(body) + tail_bytes)))
    if not any(n.lower() == "date" for n, _ in fields):
        fields.append(("Date", time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())))
    channel.send(_head(answer, fields))
    if request.method != "HEAD":
        _send_body(channel, body, repeat, chunked)
    return not close


def _closes(request, answer, fields):
    if "HTTP/1.0" in (answer.get("proto"), request.version):
        return True
    if request.header("connection").lower() == "close":
        return True
    return any(n.lower() == "connection" and v.lower() == "close" for n, v in fields)


def _head(answer, fields):
    status = answer["status"]
    reason = (answer.get("reason") or _REASONS.get(status)
              or http.client.responses.get(status, "X"))
    lines = ["%s %d %s" % (answer.get("proto", "HTTP/1.1"), status, reason)]
    lines += ["%s: %s" % field for field in fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _send_body(channel, body, repeat, chunked):
    if not chunked:
        channel.send(body)
        text = repeat["text"].encode()
        per_write = max(1, _WRITE_BYTES // max(1, len(text)))
        for left in range(repeat["count"], 0, -per_write):
            channel.send(text * min(per_write, left))
        return
    third = len(body) // 3 or 1
    for i in range(0, len(body), third):
        part = body[i:i + third]
        channel.send(b"%x;ext=1\r\n" % len(part) + part + b"\r\n")
    channel.send(b"0\r\nX-Trailer: t\r\n\r\n")
