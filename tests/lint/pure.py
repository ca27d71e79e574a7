#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What decides is pure: what it needs from outside itself is on a short list.
pure.py LIBRARY.A [SIBLING.A ...]

A sibling is another pure library, on which this one may lean; it has a test of its own.

No I/O, no clock, no allocation, no locale: memory and string functions, and
vsnprintf to format text.
"""
import os
import subprocess
import sys

ALLOWED = {
    "memchr", "memcmp", "memcpy", "memmove", "memset", "memrchr", "memmem",
    "strchr", "strcmp", "strlen", "strncmp", "strnlen", "strrchr", "strstr", "strspn", "strcspn",
    "vsnprintf", "snprintf", "bsearch", "qsort",
    "__assert_fail", "__stack_chk_fail", "_GLOBAL_OFFSET_TABLE_",
}
# What -D_FORTIFY_SOURCE turns them into.
ALLOWED |= {"__%s_chk" % name for name in ALLOWED}
# Instrumentation of a sanitizer, fuzzer or coverage build.
INSTRUMENTS = ("__asan_", "__ubsan_", "__tsan_", "__sanitizer_", "__sancov_", "__gcov_", "__llvm_",
               "__start___sancov", "__stop___sancov")


def symbols(library):
    """(defined, undefined) names of all members."""
    text = subprocess.run(["nm", "-P", library], check=True, stdout=subprocess.PIPE).stdout.decode()
    defined, undefined = set(), set()
    for line in text.splitlines():
        words = line.split()
        if len(words) < 2 or len(words[1]) != 1:
            continue   # the heading of a member
        (undefined if words[1] == "U" else defined).add(words[0])
    return defined, undefined


def main(library, *siblings):
    defined, undefined = symbols(library)
    if not defined:
        print("%s has no symbols: nothing was checked" % library)
        return 1
    allowed = ALLOWED.union(defined, *(symbols(s)[0] for s in siblings))
    impure = sorted(s for s in undefined - allowed if not s.startswith(INSTRUMENTS))
    for s in impure:
        print("%s needs %s" % (os.path.basename(library), s))
    return 1 if impure else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
