# SPDX-License-Identifier: MIT
"""Chains of certificates for the fleet: root, intermediate and leaf; the server sends two."""
import os
import subprocess

NEW_KEY = {"ecdsa": ("ecparam", "-name", "prime256v1", "-genkey", "-noout"),
           "rsa": ("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")}


def _openssl(folder, *args):
    subprocess.run(("openssl",) + args, check=True, cwd=folder, timeout=60,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="ascii") as f:
        f.write(text)


def _read(folder, name):
    with open(os.path.join(folder, name), encoding="ascii") as f:
        return f.read()


def make_chain(folder, kind):
    """KIND-chain.pem and KIND-leaf.key in the folder."""
    def file(name):
        return "%s-%s" % (kind, name)

    for name in ("root", "int", "leaf"):
        _openssl(folder, *NEW_KEY[kind], "-out", file(name + ".key"))
    _openssl(folder, "req", "-x509", "-new", "-key", file("root.key"), "-subj", "/CN=bench root",
             "-days", "30", "-out", file("root.pem"))
    for name, issuer, extra in (("int", "root", "basicConstraints=critical,CA:TRUE\n"),
                                ("leaf", "int", "subjectAltName=DNS:mail.example.test\n")):
        _write(folder, file(name + ".ext"), extra)
        _openssl(folder, "req", "-new", "-key", file(name + ".key"), "-subj", "/CN=bench " + name,
                 "-out", file(name + ".csr"))
        _openssl(folder, "x509", "-req", "-in", file(name + ".csr"), "-CA", file(issuer + ".pem"),
                 "-CAkey", file(issuer + ".key"), "-CAcreateserial", "-days", "20", "-out",
                 file(name + ".pem"), "-extfile", file(name + ".ext"))
    _write(folder, file("chain.pem"), _read(folder, file("leaf.pem"))
           + _read(folder, file("int.pem")))
