# SPDX-License-Identifier: MIT
"""Write DER (ITU-T X.690), as much of it as a certificate needs.

The openssl command makes good certificates only. Ours must also have a NUL in
a name, ten thousand names, or a date that is none.
"""


def tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    if n < 0x80:
        length = bytes([n])
    else:
        digits = n.to_bytes((n.bit_length() + 7) // 8, "big")
        length = bytes([0x80 | len(digits)]) + digits
    return bytes([tag]) + length + body


def sequence(*parts):
    return tlv(0x30, *parts)


def set_of(*parts):
    return tlv(0x31, *parts)


def explicit(number, *parts):
    return tlv(0xA0 | number, *parts)


def integer(n):
    return tlv(0x02, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def octets(data):
    return tlv(0x04, data)


def bits(data):
    return tlv(0x03, b"\0", data)


def utc_time(text):
    return tlv(0x17, text)


def generalized_time(text):
    return tlv(0x18, text)


def oid(dotted):
    numbers = [int(n) for n in dotted.split(".")]
    out = [_base128(numbers[0] * 40 + numbers[1])]
    out.extend(_base128(n) for n in numbers[2:])
    return tlv(0x06, *out)


def _base128(n):
    digits = [n & 0x7F]
    while n > 0x7F:
        n >>= 7
        digits.append(0x80 | n & 0x7F)
    return bytes(reversed(digits))
