# SPDX-License-Identifier: MIT
"""What a TLS server written by hand needs: keys and codes as the RFCs say, and OpenSSL's ciphers,
called directly, because a library that speaks TLS as a whole would refuse to misbehave."""
import ctypes
import hashlib
import hmac
import struct

_LIB = ctypes.CDLL("libcrypto.so.3")
_X25519_ID = 1034        # NID_X25519 of obj_mac.h
_GET_TAG = 0x10          # EVP_CTRL_AEAD_GET_TAG
_PSS_PADDING = 6         # RSA_PKCS1_PSS_PADDING
_TAG_BYTES = 16
_KEY_BYTES = 32


def _declare(name, result, *arguments):
    function = getattr(_LIB, name)
    function.restype, function.argtypes = result, arguments
    return function


_P, _B, _I, _Z = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_size_t
_INT_OUT, _SIZE_OUT = ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_size_t)
_chacha = _declare("EVP_chacha20_poly1305", _P)
_chacha_alone = _declare("EVP_chacha20", _P)
_cipher_new = _declare("EVP_CIPHER_CTX_new", _P)
_cipher_free = _declare("EVP_CIPHER_CTX_free", None, _P)
_encrypt_init = _declare("EVP_EncryptInit_ex", _I, _P, _P, _P, _B, _B)
_encrypt_update = _declare("EVP_EncryptUpdate", _I, _P, _B, _INT_OUT, _B, _I)
_cipher_ctrl = _declare("EVP_CIPHER_CTX_ctrl", _I, _P, _I, _I, _B)
_encrypt_final = _declare("EVP_EncryptFinal_ex", _I, _P, _B, _INT_OUT)
_private_raw = _declare("EVP_PKEY_new_raw_private_key", _P, _I, _P, _B, _Z)
_public_raw = _declare("EVP_PKEY_new_raw_public_key", _P, _I, _P, _B, _Z)
_get_public = _declare("EVP_PKEY_get_raw_public_key", _I, _P, _B, _SIZE_OUT)
_key_free = _declare("EVP_PKEY_free", None, _P)
_key_ctx_new = _declare("EVP_PKEY_CTX_new", _P, _P, _P)
_key_ctx_free = _declare("EVP_PKEY_CTX_free", None, _P)
_derive_init = _declare("EVP_PKEY_derive_init", _I, _P)
_derive_peer = _declare("EVP_PKEY_derive_set_peer", _I, _P, _P)
_derive = _declare("EVP_PKEY_derive", _I, _P, _B, _SIZE_OUT)
_bio_new_file = _declare("BIO_new_file", _P, _B, _B)
_bio_free = _declare("BIO_free", _I, _P)
_read_key = _declare("PEM_read_bio_PrivateKey", _P, _P, _P, _P, _P)
_md_new = _declare("EVP_MD_CTX_new", _P)
_md_free = _declare("EVP_MD_CTX_free", None, _P)
_sha256 = _declare("EVP_sha256", _P)
_sign_init = _declare("EVP_DigestSignInit", _I, _P, ctypes.POINTER(_P), _P, _P, _P)
_sign_padding = _declare("EVP_PKEY_CTX_set_rsa_padding", _I, _P, _I)
_sign_salt = _declare("EVP_PKEY_CTX_set_rsa_pss_saltlen", _I, _P, _I)
_sign = _declare("EVP_DigestSign", _I, _P, _B, _SIZE_OUT, _B, _Z)


def _must(ok):
    if not ok or ok < 0:
        raise RuntimeError("libcrypto refuses")
    return ok


def seal(key, nonce, aad, plain):
    """ChaCha20-Poly1305, RFC 8439: the text and its code."""
    n, ctx = ctypes.c_int(), _must(_cipher_new())
    try:
        _must(_encrypt_init(ctx, _chacha(), None, key, nonce))
        _must(_encrypt_update(ctx, None, n, aad, len(aad)))
        out, tag = ctypes.create_string_buffer(len(plain) + 1), ctypes.create_string_buffer(16)
        if plain:
            _must(_encrypt_update(ctx, out, n, plain, len(plain)))
        _must(_encrypt_final(ctx, tag, n))
        _must(_cipher_ctrl(ctx, _GET_TAG, _TAG_BYTES, tag))
        return out.raw[:len(plain)] + tag.raw[:_TAG_BYTES]
    finally:
        _cipher_free(ctx)


def unseal(key, nonce, sealed):
    """The text without its code, which nobody checks: the client is not the one on trial."""
    n, ctx, size = ctypes.c_int(), _must(_cipher_new()), len(sealed) - _TAG_BYTES
    try:
        # Block 0 makes the key of the code; the text begins with block 1.
        _must(_encrypt_init(ctx, _chacha_alone(), None, key, b"\1\0\0\0" + nonce))
        out = ctypes.create_string_buffer(size + 1)
        if size > 0:
            _must(_encrypt_update(ctx, out, n, sealed, size))
        return out.raw[:max(size, 0)]
    finally:
        _cipher_free(ctx)


class X25519:
    """A key pair of RFC 7748."""

    def __init__(self, secret):
        self._key = _must(_private_raw(_X25519_ID, None, secret, _KEY_BYTES))
        out, n = ctypes.create_string_buffer(_KEY_BYTES), ctypes.c_size_t(_KEY_BYTES)
        _must(_get_public(self._key, out, n))
        self.public = out.raw

    def __del__(self):
        _key_free(self._key)

    def shared_with(self, theirs):
        peer = _must(_public_raw(_X25519_ID, None, theirs, _KEY_BYTES))
        ctx = _must(_key_ctx_new(self._key, None))
        try:
            _must(_derive_init(ctx))
            _must(_derive_peer(ctx, peer))
            out, n = ctypes.create_string_buffer(_KEY_BYTES), ctypes.c_size_t(_KEY_BYTES)
            _must(_derive(ctx, out, n))
            return out.raw
        finally:
            _key_ctx_free(ctx)
            _key_free(peer)


class RsaKey:
    """A private key of a PEM file, for RSASSA-PSS with SHA-256."""

    def __init__(self, path):
        bio = _must(_bio_new_file(path.encode(), b"r"))
        self._key = _must(_read_key(bio, None, None, None))
        _bio_free(bio)

    def sign(self, text):
        ctx, inner = _must(_md_new()), _P()
        try:
            _must(_sign_init(ctx, inner, _sha256(), None, self._key))
            _must(_sign_padding(inner, _PSS_PADDING))
            _must(_sign_salt(inner, hashlib.sha256().digest_size))
            n = ctypes.c_size_t()
            _must(_sign(ctx, None, n, text, len(text)))
            out = ctypes.create_string_buffer(n.value)
            _must(_sign(ctx, out, n, text, len(text)))
            return out.raw[:n.value]
        finally:
            _md_free(ctx)


def mac(key, text):
    return hmac.new(key, text, hashlib.sha256).digest()


def digest(text):
    return hashlib.sha256(text).digest()


def expand_label(secret, label, context, n):
    """RFC 8446 section 7.1; @n is at most 32, so one round of HKDF-Expand is enough."""
    label = b"tls13 " + label
    info = struct.pack("!HB", n, len(label)) + label + bytes([len(context)]) + context
    return mac(secret, info + b"\1")[:n]


def prf(secret, label, seed, n):
    """RFC 5246 section 5."""
    seed, out = label + seed, b""
    a = mac(secret, seed)
    while len(out) < n:
        out += mac(secret, a + seed)
        a = mac(secret, a)
    return out[:n]
